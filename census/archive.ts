import type { ResourceKey } from "../sandbox/hospital/store.ts";
import type { PersonTruth } from "../sandbox/hospital/truth.ts";
import type { Hospital, Truth } from "../sandbox/hospital.ts";
import type { Setting } from "./expected.ts";
import { createGlimpses } from "./glimpses.ts";
import type { TargetReading } from "./house.ts";

const rooms = ["people", "encounters", "appointments", "orders", "reports", "vitals", "documents", "accounts"] as const;
export type Room = (typeof rooms)[number];
export type Item = Truth[Room][number];

/** The hospital's truth of each patient and each clinic's schedule, as of their last readings. */
export interface Archive {
  /** @returns the targets of which it says something new */
  bringUpTo(readings: Iterable<[target: string, reading: TargetReading]>): Set<string>;
  /** What was read with a target, as far as it was not read later with another one. */
  of(target: string): File | undefined;
  /** To whom a record has moved that whoever reads its former patient may or may not have come across there. */
  newPatientOf(key: ResourceKey): ResourceKey | undefined;
  /** How things are called now, whether that was read or not. */
  present(): Truth;
  targets(): Iterable<string>;
}

export interface File {
  readonly setting: Setting;
  readonly items: readonly [Room, Item][];
}

export function createArchive(hospital: Hospital): Archive {
  const files = new Map<string, File & { readonly revision: number }>();
  const owners = new Map<ResourceKey, { target: string; at: number }>();
  const fileOf = (patient: ResourceKey) => files.get(`patient/${patient.slice("Patient/".length)}`);
  const readAtOf = (patient: ResourceKey) => fileOf(patient)?.setting.readAt;
  const glimpses = createGlimpses(hospital);
  const lookups: Lookups = {
    ...createLookups(hospital),
    personOf: (patient) =>
      fileOf(patient)?.items.find(([, { key }]) => key === patient)?.[1] as PersonTruth | undefined,
    personReadAt: readAtOf,
    glimpseOf: (patient) => glimpses.of(patient, readAtOf(patient)),
  };
  /** Of records that came with a merge, the target with which they will be found. */
  const arriving = new Map<ResourceKey, string>();
  const hand = (key: ResourceKey, target: string, at: number, changed: Set<string>) => {
    const owner = owners.get(key);
    if (owner !== undefined && owner.target !== target) changed.add(owner.target).add(target);
    owners.set(key, { target, at });
    arriving.delete(key);
  };
  /**
   * Whether it came here with a merge of which nothing has to be known yet: past records move without a new version, so
   * that only a reading of the record that ended tells for sure where they went.
   */
  const isOutOfSight = (item: Item, owner: string, { merges }: Truth, readAt: number) => {
    const lastReadAt = files.get(owner)?.setting.readAt ?? 0;
    const shownAt = () =>
      Math.max(
        ...hospital
          .history(item.key)
          .map(({ lastUpdated }) => Date.parse(lastUpdated))
          .filter((time) => time <= readAt),
      );
    return merges.some(
      ({ old, at, undoneAt }) =>
        `patient/${old.slice("Patient/".length)}` === owner &&
        undoneAt === undefined &&
        lastReadAt < Date.parse(at) &&
        shownAt() < Date.parse(at),
    );
  };
  return {
    newPatientOf(key) {
      const target = arriving.get(key);
      return target === undefined ? undefined : `Patient/${target.slice("patient/".length)}`;
    },
    targets: () => files.keys(),
    present: () => hospital.truth(),
    bringUpTo(readings) {
      const changed = new Set<string>();
      const all = [...readings];
      const stale = all.filter(([target, { revision }]) => files.get(target)?.revision !== revision);
      const byTime = [...Map.groupBy(stale, ([, { readAt }]) => readAt)].sort(([one], [other]) => one - other);
      for (const [readAt, targets] of byTime) {
        const truth = hospital.truth(new Date(readAt));
        const sorted = sortByTarget(truth);
        for (const [target, { firstReadAt, revision }] of targets) {
          const items = sorted.get(target) ?? [];
          files.set(target, { revision, items, setting: { truth, readAt, firstReadAt, ...lookups } });
          changed.add(target);
          for (const [, item] of items) {
            const owner = owners.get(item.key);
            if (owner !== undefined && owner.at > readAt) continue;
            if (owner !== undefined && isOutOfSight(item, owner.target, truth, readAt)) arriving.set(item.key, target);
            else hand(item.key, target, readAt, changed);
          }
          for (const [key, waiting] of arriving)
            if (owners.get(key)?.target === target && !items.some(([, item]) => item.key === key))
              hand(key, waiting, readAt, changed);
        }
      }
      for (const person of glimpses.bringUpTo(all, readAtOf)) changed.add(`patient/${person.slice("Patient/".length)}`);
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

type Lookups = Omit<Setting, "truth" | "readAt" | "firstReadAt">;

function createLookups(hospital: Hospital): Pick<Lookups, "accessionOf" | "numberOf" | "namesOf" | "shownAgainAt"> {
  const shownAgain = () =>
    hospital
      .journal()
      .filter(({ kind }) => kind === "record-shown")
      .flatMap(({ time, wrote }) => wrote.map(({ key }) => ({ key, time })));
  const numbers = new Map<ResourceKey, string | undefined>();
  const numberOf = (key: ResourceKey, system: RegExp) => {
    if (!numbers.has(key)) {
      const version = hospital.history(key).at(-1);
      numbers.set(key, version && identifierWith(hospital.store.textOf(version), system));
    }
    return numbers.get(key);
  };
  return {
    shownAgainAt(key, at) {
      const { time } = shownAgain().findLast((entry) => entry.key === key && Date.parse(entry.time) <= at) ?? {};
      return time === undefined ? undefined : Date.parse(time);
    },
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
