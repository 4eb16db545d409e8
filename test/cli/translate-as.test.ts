import { describe, expect, it } from "vitest";
import { translateAs } from "../../cli/translate.ts";
import { keyOf, type Resource } from "../../shared/fhir.ts";
import { messages } from "../../shared/hl7/messages/index.ts";
import { destination, source } from "../hl7/support/bridge.ts";
import { charge, janeAgain, slot, smithInFull, visit, wholeChart } from "../hl7/support/chart.ts";
import {
  accountInFull,
  givenInFull,
  infusionInFull,
  janeInFull,
  orderInFull,
  reportInFull,
  results,
  stayInFull,
  summaryInFull,
  vaccinationInFull,
} from "../hl7/support/full.ts";

const link = { name: "engine", destination, sourceName: "general", source };

function byKey(...resources: readonly Resource[]) {
  return new Map(resources.map((resource) => [keyOf(resource), resource]));
}

const merged = {
  ...janeAgain,
  active: false,
  link: [{ other: { reference: "Patient/1" }, type: "replaced-by" as const }],
};
const records = byKey(
  ...wholeChart,
  ...[
    { ...janeInFull, link: [{ other: { reference: "Patient/3" }, type: "seealso" as const }] },
    stayInFull,
    accountInFull,
    orderInFull,
    infusionInFull,
    givenInFull,
    vaccinationInFull,
  ],
  ...[reportInFull, ...results, summaryInFull, visit, slot, smithInFull, charge, merged],
);
/** As the visit and the account were, before they were given to another person. */
const before = byKey(
  { ...stayInFull, subject: { reference: "Patient/2" } },
  { ...accountInFull, subject: [{ reference: "Patient/2" }] },
);

describe("translate --as", () => {
  it.each(messages.flatMap(({ triggers }) => triggers))("%s is made from a whole record", (trigger) => {
    const { messages: made, failures } = translateAs(trigger, link, before, records);
    expect(failures).toEqual([]);
    expect(made.length).toBeGreaterThan(0);
    for (const { er7 } of made) expect(er7).toMatch(/^MSH\|/);
  });
});
