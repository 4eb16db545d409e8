import { type Archive, createArchive, type Item } from "./archive.ts";
import { compare, type Difference } from "./compare.ts";
import { type CensusDestination, censusDestinations } from "./destinations.ts";
import type { Expectations, Expected, Setting } from "./expected.ts";
import { type House, openHouse } from "./house.ts";
import type { Reader } from "./readers/notebook.ts";

export interface CensusOptions {
  readonly seed: number;
  readonly days: number;
  readonly people: number;
  readonly intervalMinutes: number | "tiers";
  readonly destinations?: Readonly<Record<string, CensusDestination>>;
  /** Changes what a reader is told, to see that it is noticed: nothing, something else or several things instead. */
  readonly tamper?: (destination: string, body: string) => string | readonly string[] | undefined;
}

/** A difference with its story. */
export interface Disagreement extends Difference {
  readonly seed: number;
  readonly intervalMinutes: number | "tiers";
  readonly destination: string;
  /** The hour at which it was first seen, and at how many hours it was. */
  readonly at: string;
  hours: number;
  /** In the hospital. */
  readonly key?: string;
  readonly changedAt?: string;
  /** The hospital's state of it when the patient was last read. */
  readonly truth?: unknown;
  /** When the patient was last read. */
  readonly readAt?: string;
  /** What happened to it in the hospital, and what the receiver last heard of it; oldest first. */
  readonly happened: readonly string[];
  readonly heard: readonly string[];
}

export interface CensusResult {
  /** Facets held against the truth, hour by hour. */
  compared: number;
  agreed: number;
  readonly disagreements: Disagreement[];
}

export interface CensusRun extends CensusResult {
  readonly counts: House["counts"];
  readonly problems: ReadonlyMap<string, number>;
  readonly messages: number;
}

/**
 * Lets days pass in a simulated hospital behind the bridge, and each hour holds what each receiver has made of its
 * messages against the hospital's truth, as it stood when each patient was last read. What neither changed in truth nor
 * was heard of since the hour before is counted with the outcome that it had.
 */
export async function runCensus(options: CensusOptions): Promise<CensusRun> {
  const { seed, days, people, intervalMinutes, tamper, destinations = censusDestinations } = options;
  const desks = Object.entries(destinations).map(([name, destination]) => createDesk(name, destination));
  const byName = new Map(desks.map((desk) => [desk.name, desk]));
  let messages = 0;
  const house = await openHouse({
    seed,
    people,
    intervalMinutes,
    destinations: Object.fromEntries(Object.entries(destinations).map(([name, { settings }]) => [name, settings])),
    deliver({ destination, patient, event, body }) {
      messages += 1;
      const told = (tamper === undefined ? body : tamper(destination, body)) ?? [];
      for (const each of [told].flat()) byName.get(destination)?.hear(patient, event, each);
    },
  });
  const archive = createArchive(house.hospital);
  const result: CensusResult = { compared: 0, agreed: 0, disagreements: [] };
  const known = new Map<string, Disagreement>();
  for (let minute = 1; minute <= days * 24 * 60; minute += 1) {
    await house.passMinute();
    if (minute % 60 !== 0) continue;
    const changed = archive.bringUpTo(house.readings());
    for (const desk of desks) {
      const { compared, findings } = desk.hold(archive, changed);
      result.compared += compared;
      result.agreed += compared - findings.length;
      for (const finding of findings) {
        const id = [desk.name, finding.thing, finding.facet, finding.expected, finding.held].join("|");
        const before = known.get(id);
        if (before !== undefined) before.hours += 1;
        else {
          const story = tell(finding, desk, house);
          const disagreement = { seed, intervalMinutes, destination: desk.name, ...story };
          known.set(id, disagreement);
          result.disagreements.push(disagreement);
        }
      }
    }
  }
  return { ...result, counts: house.counts, problems: house.problems, messages };
}

/** A difference, with the thing in the hospital that it is about. */
interface Finding extends Difference {
  readonly expectation?: Expected;
  readonly item?: unknown;
  readonly readAt?: number;
}

function tell(
  finding: Finding,
  desk: Desk,
  { hospital, now }: House,
): Omit<Disagreement, "seed" | "intervalMinutes" | "destination"> {
  const { expectation, item, readAt, ...difference } = finding;
  const happened =
    expectation === undefined
      ? []
      : hospital
          .journal()
          .filter(({ wrote }) => wrote.some(({ key }) => key === expectation.key))
          .map(({ time, kind }) => `${time} ${kind}`);
  return {
    ...difference,
    at: new Date(now()).toISOString(),
    hours: 1,
    ...(expectation && { key: expectation.key, changedAt: expectation.changedAt }),
    ...(item !== undefined && { truth: item }),
    ...(readAt !== undefined && { readAt: new Date(readAt).toISOString() }),
    happened: happened.slice(-12),
    heard: desk.story(finding.thing),
  };
}

/** A receiver with its reader, and what came of the last comparison of each patient. */
interface Desk {
  readonly name: string;
  hear(patient: string, event: string, body: string): void;
  hold(archive: Archive, changed: ReadonlySet<string>): { compared: number; findings: readonly Finding[] };
  story(thing: string): readonly string[];
}

interface Outcome {
  readonly compared: number;
  readonly findings: readonly Finding[];
  /** Something had just been written and was left for later. */
  readonly isUnsettled: boolean;
}

function createDesk(name: string, { reader: open, expectations }: CensusDestination): Desk {
  const reader = open();
  const outcomes = new Map<string, Outcome>();
  const heardOf = new Set<string>();
  let isMixed = false;
  return {
    name,
    story: reader.story,
    hear(patient, event, body) {
      heardOf.add(`patient/${patient}`);
      // What joins or parts two people moves what is held of both.
      if (/merge|link|moved|number/.test(event)) isMixed = true;
      reader.read(body);
    },
    hold(archive, changed) {
      const isHeardOf = (target: string) => heardOf.has(target) || (heardOf.size > 0 && target.startsWith("schedule/"));
      for (const target of archive.targets())
        if (isMixed || isHeardOf(target) || changed.has(target) || (outcomes.get(target)?.isUnsettled ?? true))
          outcomes.set(target, holdTarget(target, archive, expectations, reader));
      heardOf.clear();
      isMixed = false;
      const all = [...outcomes.values()];
      const complaints = reader
        .complaints()
        .map(({ thing, problem }): Finding => ({ thing, facet: "protocol", expected: "(understood)", held: problem }));
      const ghosts = ghostsIn(reader, archive, expectations);
      return {
        compared: all.reduce((sum, { compared }) => sum + compared, 0) + complaints.length + ghosts.length,
        findings: [...all.flatMap(({ findings }) => findings), ...complaints, ...ghosts],
      };
    },
  };
}

function eitherPerson(expectation: Expected, { facets: { person: other } }: Expected): Expected {
  const { person } = expectation.facets;
  if (typeof person !== "string" || typeof other !== "string") return expectation;
  return { ...expectation, facets: { ...expectation.facets, person: [person, other] } };
}

function holdTarget(target: string, archive: Archive, expectations: Expectations, reader: Reader): Outcome {
  const file = archive.of(target);
  if (file === undefined) return { compared: 0, findings: [], isUnsettled: false };
  const { setting, items } = file;
  let compared = 0;
  let isUnsettled = false;
  const findings: Finding[] = [];
  for (const [room, item] of items) {
    if (item.hidden) continue;
    const expect = expectations[room] as ((item: Item, setting: Setting) => Expected | undefined) | undefined;
    const expectation = expect?.(item, setting);
    if (expectation === undefined) {
      isUnsettled ||= expect !== undefined;
      continue;
    }
    const newPatient = archive.newPatientOf(item.key);
    const elsewhere = newPatient && expect?.({ ...item, patient: newPatient } as Item, setting);
    const comparison = compare(elsewhere ? eitherPerson(expectation, elsewhere) : expectation, reader);
    compared += comparison.compared;
    const { readAt } = setting;
    findings.push(...comparison.differences.map((difference) => ({ ...difference, expectation, item, readAt })));
  }
  return { compared, findings, isUnsettled };
}

/** What a receiver of HL7 messages holds under a number that there is not, or not any more. */
function ghostsIn(reader: Reader, archive: Archive, expectations: Expectations): Finding[] {
  const { people, encounters } = archive.present();
  const names = new Set([
    ...people.map(({ medicalRecordNumber }) => `person ${medicalRecordNumber}`),
    ...encounters.map(({ visitNumber }) => `visit ${visitNumber}`),
  ]);
  for (const target of archive.targets())
    for (const [room, item] of archive.of(target)?.items ?? []) {
      if (room === "people" && "medicalRecordNumber" in item) names.add(`person ${item.medicalRecordNumber}`);
      if (room === "encounters" && "visitNumber" in item) names.add(`visit ${item.visitNumber}`);
    }
  const kinds = [...(expectations.people ? ["person "] : []), ...(expectations.encounters ? ["visit "] : [])];
  const ghosts = [...reader.things()].filter(
    (thing) => kinds.some((kind) => thing.startsWith(kind)) && !names.has(thing),
  );
  return ghosts.map((thing) => ({ thing, facet: "presence", expected: "(no such number)", held: "held" }));
}
