import type { ResourceKey } from "../sandbox/hospital/store.ts";
import type { PersonTruth } from "../sandbox/hospital/truth.ts";
import type { Hospital, Truth } from "../sandbox/hospital.ts";
import { compare, type Difference } from "./compare.ts";
import { type CensusDestination, censusDestinations } from "./destinations.ts";
import type { Expectations, Expected, Setting } from "./expected.ts";
import { type House, openHouse, type TargetReading } from "./house.ts";
import type { Reader } from "./readers/notebook.ts";

export interface CensusOptions {
  readonly seed: number;
  readonly days: number;
  readonly people: number;
  readonly intervalMinutes: number | "tiers";
  readonly destinations?: Readonly<Record<string, CensusDestination>>;
  /** Changes what a reader is told, to see that it is noticed. */
  readonly tamper?: (destination: string, body: string) => string | undefined;
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
      const told = tamper === undefined ? body : tamper(destination, body);
      if (told !== undefined) byName.get(destination)?.hear(patient, event, told);
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

const rooms = ["people", "encounters", "appointments", "orders", "reports", "vitals", "documents"] as const;
type Room = (typeof rooms)[number];
type Item = Truth[Room][number];

/** The hospital's truth of each patient and each clinic's schedule, as of their last readings. */
interface Archive {
  /** @returns the targets of which it says something new */
  bringUpTo(readings: Iterable<[target: string, reading: TargetReading]>): Set<string>;
  /** What was read with a target, as far as it was not read later with another one. */
  of(target: string): File | undefined;
  /** How things are called now, whether that was read or not. */
  present(): Truth;
  targets(): Iterable<string>;
}

interface File {
  readonly setting: Setting;
  readonly items: readonly [Room, Item][];
}

function createArchive(hospital: Hospital): Archive {
  const files = new Map<string, File & { readonly revision: number }>();
  const owners = new Map<ResourceKey, { target: string; at: number }>();
  const lookups = createLookups(hospital, (patient) => {
    const file = files.get(`patient/${patient.slice("Patient/".length)}`);
    return file?.items.find(([, { key }]) => key === patient)?.[1] as PersonTruth | undefined;
  });
  return {
    targets: () => files.keys(),
    present: () => hospital.truth(),
    bringUpTo(readings) {
      const changed = new Set<string>();
      const stale = [...readings].filter(([target, { revision }]) => files.get(target)?.revision !== revision);
      const byTime = [...Map.groupBy(stale, ([, { readAt }]) => readAt)].sort(([one], [other]) => one - other);
      for (const [readAt, targets] of byTime) {
        const truth = hospital.truth(new Date(readAt));
        const sorted = sortByTarget(truth);
        for (const [target, { firstReadAt, revision }] of targets) {
          const items = sorted.get(target) ?? [];
          files.set(target, { revision, items, setting: { truth, readAt, firstReadAt, ...lookups } });
          changed.add(target);
          for (const [, { key }] of items) {
            const owner = owners.get(key);
            if (owner !== undefined && owner.at > readAt) continue;
            if (owner !== undefined && owner.target !== target) changed.add(owner.target);
            owners.set(key, { target, at: readAt });
          }
        }
      }
      return changed;
    },
    of(target) {
      const file = files.get(target);
      return file && { ...file, items: file.items.filter(([, { key }]) => owners.get(key)?.target === target) };
    },
  };
}

/** Appointments are read by the clinic, everything else by the patient. */
function sortByTarget(truth: Truth): Map<string, [Room, Item][]> {
  const sorted = new Map<string, [Room, Item][]>();
  for (const room of rooms)
    for (const item of truth[room]) {
      const target =
        room === "appointments" && "location" in item
          ? `schedule/${item.location.slice("Location/".length)}`
          : `patient/${("patient" in item ? item.patient : item.key).slice("Patient/".length)}`;
      const items = sorted.get(target) ?? [];
      sorted.set(target, items);
      items.push([room, item]);
    }
  return sorted;
}

function createLookups(
  hospital: Hospital,
  personOf: Setting["personOf"],
): Pick<Setting, "accessionOf" | "numberOf" | "namesOf" | "personOf"> {
  const numbers = new Map<ResourceKey, string | undefined>();
  const numberOf = (key: ResourceKey, system: RegExp) => {
    if (!numbers.has(key)) {
      const version = hospital.history(key).at(-1);
      numbers.set(key, version && identifierWith(hospital.store.textOf(version), system));
    }
    return numbers.get(key);
  };
  return {
    personOf,
    accessionOf: (key) => numberOf(key, /\/acsn$/),
    numberOf: (key) => numberOf(key, /us-npi$/),
    namesOf: (key) =>
      hospital.history(key).map((version) => (JSON.parse(hospital.store.textOf(version)) as { name: string }).name),
  };
}

function identifierWith(text: string, system: RegExp): string | undefined {
  const { identifier = [] } = JSON.parse(text) as { identifier?: { system?: string; value?: string }[] };
  return identifier.find((each) => system.test(each.system ?? ""))?.value;
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
    const comparison = compare(expectation, reader);
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
