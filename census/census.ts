import type { ResourceKey } from "../sandbox/hospital/store.ts";
import type { AppointmentTruth, PersonTruth } from "../sandbox/hospital/truth.ts";
import type { Hospital, Truth } from "../sandbox/hospital.ts";
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
    const changed = archive.bringUpTo(house);
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

/** The hospital's truth of each patient, as of their last reading. */
interface Archive {
  /** @returns the patients of whom it says something new */
  bringUpTo(house: Pick<House, "readings" | "scheduleReadings">): Set<string>;
  /** An appointment as its clinic's schedule showed it, where that was read later than the patient. */
  onSchedule(appointment: AppointmentTruth, patientReadAt: number): AppointmentTruth | undefined;
  /** What belongs to a patient, as far as no other one was found to have it later. */
  of(patient: string): { setting: Setting; items: readonly [Room, Item][] } | undefined;
  patients(): Iterable<string>;
}

function createArchive(hospital: Hospital): Archive {
  const files = new Map<string, { revision: number; setting: Setting; items: [Room, Item][] }>();
  const schedules = new Map<
    ResourceKey,
    { readAt: number; appointments: ReadonlyMap<ResourceKey, AppointmentTruth> }
  >();
  const owners = new Map<ResourceKey, { patient: string; at: number }>();
  const numbers = new Map<ResourceKey, string | undefined>();
  const numberOf = (key: ResourceKey, find: (text: string) => string | undefined) => {
    if (!numbers.has(key)) {
      const version = hospital.history(key).at(-1);
      numbers.set(key, version && find(hospital.store.textOf(version)));
    }
    return numbers.get(key);
  };
  const lookups: Pick<Setting, "accessionOf" | "numberOf"> = {
    accessionOf: (key) => numberOf(key, (text) => identifierWith(text, /\/acsn$/)),
    numberOf: (key) => numberOf(key, (text) => identifierWith(text, /us-npi$/)),
  };

  return {
    patients: () => files.keys(),
    onSchedule({ key, location }, patientReadAt) {
      const schedule = schedules.get(location);
      return schedule === undefined || schedule.readAt <= patientReadAt ? undefined : schedule.appointments.get(key);
    },
    bringUpTo({ readings, scheduleReadings }) {
      for (const [location, readAt] of scheduleReadings()) {
        const { appointments } = hospital.truth(new Date(readAt));
        const own = appointments.map((each): [ResourceKey, AppointmentTruth] => [each.key, each]);
        schedules.set(`Location/${location}`, { readAt, appointments: new Map(own) });
      }
      const changed = new Set<string>();
      const stale = Map.groupBy(
        [...readings()].filter(([patient, { revision }]) => files.get(patient)?.revision !== revision),
        ([, { readAt }]) => readAt,
      );
      for (const [readAt, patients] of [...stale].sort(([one], [other]) => one - other)) {
        const truth = hospital.truth(new Date(readAt));
        const people = new Map(truth.people.map((person): [ResourceKey, PersonTruth] => [person.key, person]));
        const byPatient = new Map<ResourceKey, [Room, Item][]>();
        for (const room of rooms)
          for (const item of truth[room]) {
            const patient = "patient" in item ? item.patient : item.key;
            const items = byPatient.get(patient) ?? [];
            byPatient.set(patient, items);
            items.push([room, item]);
          }
        for (const [patient, { firstReadAt, revision }] of patients) {
          const items = byPatient.get(`Patient/${patient}`) ?? [];
          files.set(patient, { revision, items, setting: { truth, people, readAt, firstReadAt, ...lookups } });
          changed.add(patient);
          for (const [, { key }] of items) {
            const owner = owners.get(key);
            if (owner !== undefined && owner.at > readAt) continue;
            if (owner !== undefined && owner.patient !== patient) changed.add(owner.patient);
            owners.set(key, { patient, at: readAt });
          }
        }
      }
      return changed;
    },
    of(patient) {
      const file = files.get(patient);
      if (file === undefined) return undefined;
      return { setting: file.setting, items: file.items.filter(([, { key }]) => owners.get(key)?.patient === patient) };
    },
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
      heardOf.add(patient);
      // What joins or parts two people moves what is held of both.
      if (/merge|link|moved|number/.test(event)) isMixed = true;
      reader.read(body);
    },
    hold(archive, changed) {
      for (const patient of archive.patients())
        if (isMixed || heardOf.has(patient) || changed.has(patient) || (outcomes.get(patient)?.isUnsettled ?? true))
          outcomes.set(patient, holdPatient(patient, archive, expectations, reader));
      heardOf.clear();
      isMixed = false;
      const all = [...outcomes.values()];
      const complaints = reader
        .complaints()
        .map(({ thing, problem }): Finding => ({ thing, facet: "protocol", expected: "(understood)", held: problem }));
      const ghosts = ghostsIn(reader, archive);
      return {
        compared: all.reduce((sum, { compared }) => sum + compared, 0) + complaints.length + ghosts.length,
        findings: [...all.flatMap(({ findings }) => findings), ...complaints, ...ghosts],
      };
    },
  };
}

function holdPatient(patient: string, archive: Archive, expectations: Expectations, reader: Reader): Outcome {
  const file = archive.of(patient);
  let compared = 0;
  let isUnsettled = false;
  const findings: Finding[] = [];
  for (const [room, item] of file?.items ?? []) {
    if (item.hidden || file === undefined) continue;
    const expect = expectations[room] as ((item: Item, setting: Setting) => Expected | undefined) | undefined;
    if (expect === undefined) continue;
    const { readAt } = file.setting;
    const later = room === "appointments" ? archive.onSchedule(item as AppointmentTruth, readAt) : undefined;
    const expected = expect(item, file.setting);
    if (expected === undefined) isUnsettled = true;
    else {
      const comparison = compare(expected, reader);
      const alternative = later && expect(later, { ...file.setting, readAt });
      const isAsOnSchedule = alternative !== undefined && compare(alternative, reader).differences.length === 0;
      compared += comparison.compared;
      if (isAsOnSchedule) continue;
      findings.push(
        ...comparison.differences.map((difference) => ({ ...difference, expectation: expected, item, readAt })),
      );
    }
  }
  return { compared, findings, isUnsettled };
}

/** What a receiver of HL7 messages holds under a number that there is not, or not any more. */
function ghostsIn(reader: Reader, archive: Archive): Finding[] {
  const names = new Set<string>();
  for (const patient of archive.patients())
    for (const [room, item] of archive.of(patient)?.items ?? []) {
      if (room === "people" && "medicalRecordNumber" in item) names.add(`person ${item.medicalRecordNumber}`);
      if (room === "encounters" && "visitNumber" in item) names.add(`visit ${item.visitNumber}`);
    }
  const ghosts = [...reader.things()].filter((thing) => /^(person|visit) /.test(thing) && !names.has(thing));
  return ghosts.map((thing) => ({ thing, facet: "presence", expected: "(no such number)", held: "held" }));
}
