import { describe, expect, test } from "vitest";
import { recordTypes } from "../../shared/events/facts/record.ts";
import type { Facts, Rule, RuleTable } from "../../shared/events/rule.ts";
import { documentTable } from "../../shared/events/rules/document.ts";
import { medicationRequestTable, serviceRequestTable } from "../../shared/events/rules/order.ts";
import { recordTable } from "../../shared/events/rules/record.ts";
import { observationTable } from "../../shared/events/rules/result.ts";
import { readsReports, readsWhatIs } from "./history-cuts.ts";
import { type Life, lives } from "./lives.ts";

type Rules = readonly Rule<never>[];

const rulesOf = <SomeFacts extends Facts>({ rules }: RuleTable<SomeFacts>) => rules as unknown as Rules;

const tables: Readonly<Record<string, Rules>> = {
  ServiceRequest: rulesOf(serviceRequestTable),
  MedicationRequest: rulesOf(medicationRequestTable),
  DocumentReference: rulesOf(documentTable),
  Observation: rulesOf(observationTable),
  ...Object.fromEntries(recordTypes.map((type) => [type, rulesOf(recordTable(type))])),
};

/**
 * What no reader of these lives can miss: what is told by choice only, whose part another rule plays, or of what they do
 * not come to.
 */
const unseen: ReadonlySet<string> = new Set([
  "O7",
  "O9",
  "O12",
  "O15",
  "O16",
  "R1",
  "R2",
  ...["R7", "T9", "I4", "M4", "PC4", "D4", "PR4", "AL4", "CH4", "O17"],
  "CH3",
  "P8",
  "AC4",
  "AP16",
]);

const livesOf = (type: string): readonly Life[] =>
  Object.values(lives).filter(({ states }) => states.some((make) => make(0).resourceType === type));

/** Without the rule, until the action is over. */
async function without(rule: Rule<never>, action: () => Promise<void>): Promise<void> {
  const { when } = rule;
  Object.assign(rule, { when: () => false });
  try {
    await action();
  } finally {
    Object.assign(rule, { when });
  }
}

const seen = Object.entries(tables)
  .map(([type, rules]) => [type, rules.filter(({ id }) => !unseen.has(id))] as const)
  .filter(([, rules]) => rules.length > 0);

describe.each(seen)("who reads of a %s", (type, rules) => {
  test.each(rules.map((rule) => [`${rule.id} ${rule.event}`, rule] as const))("misses %s", async (_name, rule) => {
    const isMissed = async (life: Life) =>
      without(rule, () => readsWhatIs(life, 300)).then(
        () => false,
        () => true,
      );
    const missed: boolean[] = [];
    for (const life of livesOf(type)) missed.push(await isMissed(life));
    expect(missed).toContain(true);
  });
});

test("who reads of reports misses what is preliminary", async () => {
  const [preliminary] = rulesOf(observationTable).filter(({ id }) => id === "R2");
  if (preliminary === undefined) throw new RangeError("There is no such rule");
  await readsReports(100);
  await expect(without(preliminary, () => readsReports(300))).rejects.toThrow("Property failed");
});
