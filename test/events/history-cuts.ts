import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { ChangeSet } from "../../shared/changes/change.ts";
import { contentHash } from "../../shared/changes/content.ts";
import type { Delivery } from "../../shared/delivery/delivery.ts";
import { type RouteDependencies, routeChangeSet } from "../../shared/delivery/route.ts";
import { keyOf, patientIdOf, type Resource, type ResourceKey } from "../../shared/fhir.ts";
import { app, at, bridgeTo, engine, labReport, person, potassium } from "../delivery/support/hospital.ts";
import { type Memory, rememberAll } from "../delivery/support/memory.ts";
import { visitHistories } from "./histories.ts";
import { type Life, lives, markOf } from "./lives.ts";

const deletions = ["deleted-patients"] as const;

const bridge = () =>
  bridgeTo({
    engine: { ...engine, options: ["billing-diagnoses", "unmerged-patients", ...deletions] },
    app: { ...app, options: [...deletions] },
    alerts: { ...app, options: [...deletions], payload: "id-only" },
  });

/** Where route dies: at a write of what was told, or at the queue of a destination. Then the change set comes again. */
export interface Crash {
  readonly at: "save" | "send" | "open" | "end";
  /** How many of those it lives to see. */
  readonly after: number;
}

const crashes: fc.Arbitrary<Crash | undefined> = fc.option(
  fc.record({ at: fc.constantFrom("save", "send", "open", "end"), after: fc.integer({ min: 0, max: 4 }) }),
  { nil: undefined },
);

/** The change sets of the polls that saw a history; each sees the last version of whatever has changed since. */
function pollsOf(
  versions: readonly Resource[],
  seen: readonly boolean[],
  beside: readonly Resource[] = [],
): readonly ChangeSet[] {
  const known = new Map<ResourceKey, Resource>();
  let waiting = new Map<ResourceKey, Resource>();
  const changeSets: ChangeSet[] = [];
  for (const [index, version] of versions.entries()) {
    waiting.delete(keyOf(version));
    waiting.set(keyOf(version), version);
    if (!seen[index] && index < versions.length - 1) continue;
    const changes = [...waiting].flatMap(([key, after]) => {
      const before = known.get(key);
      // A poll keeps to itself what says the same as before.
      if (before !== undefined && contentHash(before) === contentHash(after)) return [];
      return [{ ...(before && { before }), after, initial: false }];
    });
    for (const { after } of changes) known.set(keyOf(after), after);
    waiting = new Map();
    if (changes.length === 0) continue;
    const patient = patientIdOf(version) ?? "";
    const detectedAt = at(index * 10 + 9);
    const context = [...(patient === "" ? [] : [person(0)]), ...beside, ...known.values()];
    changeSets.push({ id: `${index}`, source: "general", patient, detectedAt, changes, context });
  }
  return changeSets;
}

async function live(changeSets: readonly ChangeSet[], deaths: readonly (Crash | undefined)[] = []): Promise<Memory> {
  const memory = rememberAll(bridge());
  for (const [index, changeSet] of changeSets.entries()) {
    const death = deaths[index];
    if (death !== undefined) await dieOn(memory, changeSet, death);
    await routeChangeSet(changeSet, memory.dependencies);
  }
  return memory;
}

class Died extends Error {}

/** Routes until it dies. It may have come to the end already: then the change set comes once more all the same. */
async function dieOn({ dependencies }: Memory, changeSet: ChangeSet, death: Crash): Promise<void> {
  let left = death.after;
  const mortal = <Arguments extends unknown[]>(at: Crash["at"], act: (...given: Arguments) => Promise<void>) =>
    death.at !== at
      ? act
      : async (...given: Arguments) => {
          left -= 1;
          if (left < 0) throw new Died();
          await act(...given);
        };
  const { published, queue, ledger } = dependencies;
  const dying: RouteDependencies = {
    ...dependencies,
    published: { ...published, save: mortal("save", published.save) },
    queue: { ...queue, send: mortal("send", queue.send) },
    ledger: { ...ledger, open: mortal("open", ledger.open) },
  };
  try {
    await routeChangeSet(changeSet, dying);
  } catch (error) {
    if (!(error instanceof Died)) throw error;
  }
}

/** What each destination holds in the end. */
function held({ published }: Memory) {
  return [...published]
    .map(([key, { facts, standing, sequence, contentHash: hash }]) => [
      key,
      facts,
      [...standing].sort(),
      sequence,
      hash,
    ])
    .sort(([one], [other]) => (String(one) < String(other) ? -1 : 1));
}

function sentBy({ sent }: Memory) {
  return [...sent].map(([name, all]) => [name, all.map(({ id, body }) => [id, body])]).sort();
}

/** What a receiver understands that reads every message: what there is, and the last that was said of it. */
interface Understood {
  readonly isOver: boolean;
  readonly said: string;
  /** The message that said so. */
  readonly about?: string;
}

const endings = /\.(cancelled|discontinued|deleted|superseded|reversed|closed|deactivated|missed|entered-in-error)$/;
const withdrawingControls: ReadonlySet<string> = new Set(["CA", "OC", "DC", "OD", "RP", "RU"]);

function understandMessage({ body, event, focus }: Delivery): readonly (readonly [thing: string, Understood])[] {
  if (event === "patient.merged") return merging(body);
  const segments = body.split("\r").map((segment) => segment.split("|"));
  const named = (name: string) => segments.filter(([own]) => own === name);
  const idIn = (field: string | undefined) => field?.split("^")[0] ?? "";
  if (event.startsWith("order.")) {
    const type = focus.split("/")[0];
    return named("ORC").map((orc) => [
      `${type}/${idIn(orc[2])}`,
      { isOver: withdrawingControls.has(orc[1] ?? ""), said: body },
    ]);
  }
  if (event.startsWith("document.")) {
    const [txa = []] = named("TXA");
    const own = { isOver: body.includes("MDM^T11") || txa[19] === "OB", said: body };
    const isReplacement = /MDM\^T(09|10)/.test(body);
    const replaced = isReplacement
      ? [[`DocumentReference/${idIn(txa[13])}`, { isOver: true, said: body }] as const]
      : [];
    return [...replaced, [`DocumentReference/${idIn(txa[12])}`, own]];
  }
  if (event.startsWith("charge."))
    return named("FT1").map((ft1) => [`ChargeItem/${ft1[2]}`, { isOver: ft1[6] === "CD", said: body }]);
  if (/^(diagnosis|procedure)\./.test(event))
    return [
      ...named("DG1").map((dg1) => ["Condition", idIn(dg1[20]), dg1[21], dg1] as const),
      ...named("PR1").map((pr1) => ["Procedure", idIn(pr1[19]), pr1[20], pr1] as const),
    ].map(([type, id, action, segment]) => [`${type}/${id}`, { isOver: action === "D", said: segment.join("|") }]);
  return [[focus, { isOver: endings.test(event), said: body }]];
}

/** Only one person of these lives is ever merged. */
function merging(said: string): readonly (readonly [thing: string, Understood])[] {
  return [["Patient/12", { isOver: true, said }]];
}

/** What was changed stays what it was. */
const changes = /\.(changed|updated|status-changed)$/;

/** What the reader of one destination ends with; what it was told of with others is there too. */
function understood(deliveries: readonly Delivery[]): ReadonlyMap<string, Understood> {
  const picture = new Map<string, Understood>();
  for (const delivery of deliveries)
    for (const [thing, said] of delivery.body.startsWith("MSH")
      ? understandMessage(delivery)
      : delivery.event === "patient.merged"
        ? merging(delivery.body)
        : [[delivery.focus, { isOver: endings.test(delivery.event), said: delivery.body }] as const])
      picture.set(thing, {
        ...said,
        about: delivery.body,
        isOver:
          changes.test(delivery.event) && !said.said.startsWith("DG1") && !said.said.startsWith("PR1")
            ? picture.get(thing)?.isOver === true
            : said.isOver,
      });
  return picture;
}

/** The last version of each resource. */
function lastOf(versions: readonly Resource[]): readonly Resource[] {
  return [...new Map(versions.map((version) => [keyOf(version), version])).values()];
}

/** A record that gave its place to another stays ended to whoever was told so, even where it lags behind. */
function isReplaced(resource: Resource, versions: readonly Resource[]): boolean {
  const reference = JSON.stringify({ reference: keyOf(resource) });
  const others = versions.filter((each) => each.resourceType === resource.resourceType && each.id !== resource.id);
  return others.some((each) => JSON.stringify(each).includes(reference));
}

const length = 12;
const cuts = fc.array(fc.boolean(), { minLength: length, maxLength: length });

function historiesOf({ states }: Life): fc.Arbitrary<Resource[]> {
  return fc
    .array(fc.integer({ min: 0, max: states.length - 1 }), { minLength: 1, maxLength: length })
    .map((indices) => indices.flatMap((state, index) => states[state]?.(index * 10) ?? []));
}

/** For any history of versions and any way of cutting it into polls. */
export function describeHistories(runs: number): void {
  describe.each(Object.entries(lives))("for any history of %s", (_, life) => {
    test("a crash anywhere changes nothing that is sent or held", () =>
      holdsThroughCrashes(historiesOf(life), runs, life.beside));
    test("whoever reads what is sent ends with what is, however it was cut into polls", () =>
      readsWhatIs(life, runs * 2));
  });

  test("for any history of a visit, a crash anywhere changes nothing that is sent or held", () =>
    holdsThroughCrashes(
      visitHistories.map((versions) => versions.slice(0, length)),
      runs,
    ));

  describeReports(runs);
}

async function holdsThroughCrashes(
  histories: fc.Arbitrary<Resource[]>,
  numRuns: number,
  beside: readonly Resource[] = [],
): Promise<void> {
  const deaths = fc.array(crashes, { minLength: length, maxLength: length });
  await fc.assert(
    fc.asyncProperty(histories, cuts, deaths, async (versions, seen, where) => {
      const polls = pollsOf(versions, seen, beside);
      const [smooth, troubled] = [await live(polls), await live(polls, where)];
      expect(held(troubled)).toEqual(held(smooth));
      expect(sentBy(troubled)).toEqual(sentBy(smooth));
    }),
    { numRuns },
  );
}

/** Whoever reads what is sent, in either format, ends with what is. */
export async function readsWhatIs(life: Life, numRuns: number): Promise<void> {
  const saysOf = life.isCopied ? contentHash : markOf;
  await fc.assert(
    fc.asyncProperty(historiesOf(life), cuts, async (versions, seen) => {
      const { sent } = await live(pollsOf(versions, seen, life.beside));
      for (const last of lastOf(versions))
        for (const name of ["engine", "app", "alerts"]) {
          const isEngine = name === "engine";
          if (isEngine && !life.hasMessages) continue;
          if ((isEngine || last.resourceType === "ChargeItem") && isReplaced(last, versions)) continue;
          const told = understood(sent.get(name) ?? []).get(keyOf(last));
          const isOver = told?.isOver ?? true;
          expect([name, keyOf(last), isOver]).toEqual([name, keyOf(last), life.isOver(last)]);
          if (isOver || told === undefined) continue;
          if (isEngine) expect(!life.isMarked || told.said.includes(markOf(last) ?? "")).toBe(true);
          if (isEngine && life.mayMove) expect(told.about).toContain(`MRN-${patientIdOf(last)}`);
          if (name === "app") expect(saysOf(JSON.parse(told.said).data.resource)).toBe(saysOf(last));
        }
    }),
    { numRuns },
  );
}

const [potassiumOf, sodiumOf] = (["L-1", "L-2"] as const).map(
  (id) =>
    (minute: number, status: fhir4.Observation["status"], value: number): fhir4.Observation => ({
      ...potassium(minute, status, value),
      id,
    }),
) as [typeof potassium, typeof potassium];

const reportOf = (minute: number, status: fhir4.DiagnosticReport["status"], conclusion?: string) => ({
  ...labReport(minute, status),
  ...(conclusion && { conclusion }),
  result: [{ reference: "Observation/L-1" }, { reference: "Observation/L-2" }],
});

/** What is written of one report and its two results, each in its own order; some of it need not happen. */
const written = fc.record({
  report: fc.subarray(["registered", "partial", "preliminary", "final", "amended"] as const, { minLength: 1 }),
  potassium: fc.subarray(["preliminary", "final", "corrected", "amended"] as const, { minLength: 1 }),
  sodium: fc.subarray(["preliminary", "final", "corrected"] as const, { minLength: 1 }),
  /** Who writes next: the numbers say which of those that have something left. */
  turns: fc.array(fc.nat(2), { minLength: length, maxLength: length }),
});

type Written = typeof written extends fc.Arbitrary<infer Value> ? Value : never;

function versionsOf({ report, potassium: one, sodium: other, turns }: Written): readonly Resource[] {
  const left = [
    report.map(
      (status) => (minute: number) => reportOf(minute, status, status === "amended" ? "See below" : undefined),
    ),
    one.map((status, index) => (minute: number) => potassiumOf(minute, status, 4 + index)),
    other.map((status, index) => (minute: number) => sodiumOf(minute, status, 139 + index)),
  ];
  const versions: Resource[] = [];
  for (const turn of [...turns, ...Array.from({ length }, (_each, index) => index)]) {
    const next = left[turn % left.length]?.shift();
    if (next !== undefined) versions.push(next(versions.length));
  }
  return versions;
}

/** The report and its results once more, long after: as when their time is over. */
function recheckOf(versions: readonly Resource[]): ChangeSet {
  const now = lastOf(versions);
  const changes = now.map((after) => ({ before: after, after, initial: false }));
  const context = [person(0), ...now];
  return { id: "recheck", source: "general", patient: "12", detectedAt: at(900), changes, context, isRecheck: true };
}

const finalStatuses: readonly string[] = ["final", "amended", "corrected"];

/** Within the settle time: a version a second. */
function promptly(versions: readonly Resource[], seen: readonly boolean[]): readonly ChangeSet[] {
  return pollsOf(versions, seen).map((each, index) => ({ ...each, detectedAt: at(index / 60) }));
}

/** Whoever reads what is sent ends with the values of a report and its state. */
export async function readsReports(numRuns: number): Promise<void> {
  await fc.assert(
    fc.asyncProperty(written, cuts, async (story, seen) => {
      const versions = versionsOf(story);
      const { sent } = await live([...promptly(versions, seen), recheckOf(versions)]);
      const messages = (sent.get("engine") ?? []).filter(({ event }) => event.startsWith("result."));
      const now = lastOf(versions) as (fhir4.DiagnosticReport | fhir4.Observation)[];
      const values = now.filter((each) => each.resourceType === "Observation");
      const report = now.find((each) => each.resourceType === "DiagnosticReport");
      const last = messages.findLast(({ focus }) => focus === "DiagnosticReport/701");
      const obr = last?.body.split("\r").find((segment) => segment.startsWith("OBR")) ?? "";
      const isWhole = values.every(({ status }) => finalStatuses.includes(status));
      const isFinal = finalStatuses.includes(report?.status ?? "") && isWhole;
      if (isFinal) {
        expect(last?.event).toMatch(/final|corrected/);
        expect(obr.split("|")[25]).toMatch(/[FC]/);
      } else if (last !== undefined) {
        expect(last.event).toBe("result.preliminary");
        expect(obr.split("|")[25]).toMatch(/[PAR]/);
      }
      if (report?.status !== "registered")
        for (const { valueQuantity } of values) expect(last?.body).toContain(`|${valueQuantity?.value}|`);
      // No result is told by itself where its report comes in time.
      expect(messages.filter(({ focus }) => focus !== "DiagnosticReport/701")).toEqual([]);
    }),
    { numRuns },
  );
}

function describeReports(runs: number): void {
  describe("for any way in which a report and its results are written", () => {
    test("whoever reads what is sent ends with its values and its state, however it was cut into polls", () =>
      readsReports(runs * 4));

    test("a final report with final results is told once, whatever comes first", async () => {
      const story = { report: ["final"], potassium: ["final"], sodium: ["final"] } as const;
      await fc.assert(
        fc.asyncProperty(fc.array(fc.nat(2), { minLength: 3, maxLength: 9 }), cuts, async (turns, seen) => {
          const versions = versionsOf({ ...story, turns } as unknown as Written);
          const { sent } = await live([...promptly(versions, seen), recheckOf(versions)]);
          for (const name of ["engine", "app", "alerts"])
            expect((sent.get(name) ?? []).map(({ event }) => event)).toEqual(["result.final"]);
        }),
        { numRuns: runs * 2 },
      );
    });

    test("a crash anywhere changes nothing that is sent or held", async () => {
      const deaths = fc.array(crashes, { minLength: length, maxLength: length });
      await fc.assert(
        fc.asyncProperty(written, cuts, deaths, async (story, seen, where) => {
          const versions = versionsOf(story);
          const all = [...promptly(versions, seen), recheckOf(versions)];
          const [smooth, troubled] = [await live(all), await live(all, where)];
          expect(held(troubled)).toEqual(held(smooth));
          expect(sentBy(troubled)).toEqual(sentBy(smooth));
        }),
        { numRuns: runs },
      );
    });
  });
}
