import { describe, expect, test } from "vitest";
import { happenings } from "../../sandbox/hospital/happenings/index.ts";
import { wholeMonth } from "../../sandbox/hospital/month.ts";
import { defaultRates } from "../../sandbox/hospital/rates.ts";
import type { HappeningKind, JournalEntry, Told, Truth } from "../../sandbox/hospital.ts";
import { facts } from "./facts.ts";
import { month, monthStartsAt, presentOf } from "./month.ts";
import { type Room, stories } from "./stories.ts";

/** What was true every six hours, taken down at the time. */
const taken: Truth[] = [];
const { hospital, clock } = month({ each: (house) => taken.push(house.truth()) });
const kinds = Map.groupBy(hospital.journal(), ({ kind }) => kind);

/** The thing that a happening is about, just before and just after it. */
function storiesOf(
  kind: HappeningKind,
  room: Room,
  index = 0,
): { before: Told | undefined; after: Told | undefined }[] {
  return (kinds.get(kind) ?? []).slice(0, 5).map(({ time, wrote }: JournalEntry) => {
    const key = wrote[index]?.key;
    const at = (shiftMs: number) =>
      (hospital.truth(new Date(Date.parse(time) + shiftMs))[room] as Told[]).find((each) => each.key === key);
    return { before: at(-1), after: at(0) };
  });
}

describe("a month", () => {
  test.each(happenings.map(({ kind }) => kind))("has a %s", (kind) => {
    expect(kinds.get(kind)?.length).toBeGreaterThan(0);
  });

  test("has a rate for everything that comes by itself", () => {
    const rates = wholeMonth.rates.perHour as Record<string, number>;
    for (const kind of Object.keys(defaultRates.perHour)) expect(rates[kind], kind).toBeGreaterThan(0);
    const happeningsInADay = Object.values(rates).reduce((sum, rate) => sum + rate * 24, 0);
    expect(happeningsInADay).toBeGreaterThan(100);
    expect(happeningsInADay).toBeLessThan(250);
  });

  test("shows all that happens, but for what says nothing new", () => {
    const silent = hospital.journal().filter(({ visible }) => !visible);
    for (const { kind } of silent)
      expect(kind).toMatch(/^(version-bumped|arrays-reordered|narrative-changed|.*-written|record-.*|vitals-charted)$/);
  });

  test("is quiet at night, discharges before noon and admits early", () => {
    const local = new Intl.DateTimeFormat("en-US", { timeZone: "America/Chicago", hour: "numeric", hourCycle: "h23" });
    const between = (entries: readonly JournalEntry[], from: number, to: number) =>
      entries.filter(({ time }) => {
        const hour = Number(local.format(Date.parse(time)));
        return hour >= from && hour < to;
      }).length;
    const all = hospital.journal();
    expect(between(all, 0, 5)).toBeLessThan(between(all, 8, 13) / 3);
    const early = kinds.get("pre-admission") ?? [];
    expect(between(early, 4, 10)).toBeGreaterThan(early.length / 2);
  });
});

test.each(stories)("truth tells of a %s among %s", (kind, room, before, after, differs = []) => {
  const told = storiesOf(kind, room);
  expect(told.length).toBeGreaterThan(0);
  for (const each of told) {
    if (before) expect(each.before).toMatchObject(before);
    else expect(each.before).toBeUndefined();
    expect(each.after).toMatchObject(after);
    for (const name of differs)
      expect(each.after?.[name as keyof Told], name).not.toEqual(each.before?.[name as keyof Told]);
  }
});

describe("what goes together", () => {
  test("a culture that grew has the susceptibilities below it, in both directions", () => {
    const grown = hospital.truth().reports.filter(({ results }) => results.some(({ parent }) => parent));
    expect(grown.length).toBeGreaterThan(0);
    for (const { results } of grown) {
      const [culture, ...children] = results;
      for (const child of children) expect(child.parent).toBe(culture?.key);
      const { hasMember } = presentOf<fhir4.Observation>(hospital, culture?.key ?? "");
      expect(hasMember?.map(({ reference }) => reference)).toEqual(children.map(({ key }) => key));
      const child = presentOf<fhir4.Observation>(hospital, children[0]?.key ?? "");
      expect(child.derivedFrom).toEqual([{ reference: culture?.key }]);
      expect(child.interpretation?.[0]?.text).toMatch(/Resistant|Susceptible/);
    }
  });

  test("a replaced document is superseded at the same instant, an addended one stays current", () => {
    for (const { time, wrote } of kinds.get("document-replaced") ?? []) {
      const { documents } = hospital.truth(new Date(time));
      expect(documents.find(({ key }) => key === wrote[1]?.key)?.status).toBe("superseded");
      expect(documents.find(({ key }) => key === wrote[0]?.key)?.replaces).toBe(wrote[1]?.key);
    }
  });

  test("a stay that goes to another patient takes along what was written in it", () => {
    for (const { time, wrote } of kinds.get("stay-moved-to-other-patient") ?? []) {
      const truth = hospital.truth(new Date(time));
      const stay = truth.encounters.find(({ key }) => key === wrote[0]?.key);
      for (const room of ["orders", "reports", "documents", "prescriptions", "administrations", "charges"] as const)
        for (const each of truth[room])
          if (("encounter" in each && each.encounter === stay?.key) || wrote.some(({ key }) => key === each.key))
            expect(each.patient, each.key).toBe(stay?.patient);
    }
  });

  test("what was hidden comes back in a new version", () => {
    const shown = kinds.get("record-shown") ?? [];
    for (const { time, wrote } of shown) {
      const [{ key, versionId } = { key: "", versionId: "" }] = wrote;
      const items = (at: number): Told[] => {
        const { encounters, documents } = hospital.truth(new Date(at));
        return [...encounters, ...documents].filter((each) => each.key === key);
      };
      expect(items(Date.parse(time) - 1)[0]?.hidden).toBe(true);
      expect(items(Date.parse(time))[0]?.hidden).toBeUndefined();
      expect(hospital.history(key).some((version) => version.versionId === versionId)).toBe(true);
    }
  });
});

describe("truth and history", () => {
  test("the truth of an instant that is past is what it was then", () => {
    for (const truth of taken.filter((_, index) => index % 8 === 3))
      expect(JSON.stringify(hospital.truth(new Date(truth.at)))).toBe(JSON.stringify(truth));
    expect(taken.at(-1)?.at).toBe(clock.now().toISOString());
  });

  test("the truth of the last instant is what the present resources say", () => {
    const truth = hospital.truth();
    for (const [room, type, factsOf] of facts) {
      const items = truth[room] as Told[];
      expect(items, room).toHaveLength(hospital.store.ofType(type).length - suppressed(type));
      for (const item of items) {
        const said = factsOf(presentOf(hospital, item.key));
        for (const [name, value] of Object.entries(said))
          expect({ key: item.key, [name]: value }).toEqual({ key: item.key, [name]: item[name as keyof Told] });
      }
    }
  });

  test("before the first person came there is only what the house began with", () => {
    const { people, documents } = hospital.truth(new Date(monthStartsAt.getTime() - 5000 * 86_400_000));
    expect([people, documents]).toEqual([[], []]);
  });

  test("an old version says byte for byte what it said, digits and all", () => {
    for (const type of ["Encounter", "Observation", "MedicationRequest", "Account"])
      for (const { key } of hospital.store.ofType(type))
        for (const version of hospital.history(key)) expect(JSON.stringify(version.resource)).toBe(version.text);
  });
});

/** Records that Ignite cannot show, and those that stand in another list of the truth. */
function suppressed(type: string): number {
  if (type !== "Observation") return 0;
  const results = hospital.truth().reports.reduce((sum, report) => sum + report.results.length, 0);
  const nameless = hospital.store.ofType(type).filter(({ versions }) => versions.at(-1)?.suppressed).length;
  return results + nameless;
}
