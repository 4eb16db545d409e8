import type { Kin } from "./records.ts";
import { binaryOf } from "./resources/binary.ts";
import { resourceOf, resourceTypeOf } from "./resources/index.ts";
import type { ResourceKey, Store, Version, WriteOptions } from "./store.ts";
import type { TruthLog } from "./truth-log.ts";
import type { Live, World } from "./world.ts";

/** Writes a record as it stands now, with its file if it has one; `updatedAt` is what `lastUpdated` says. */
export type Scribe = (record: Kin, updatedAt: number) => { key: ResourceKey; version: Version };

export const keyOf = (record: Kin): ResourceKey => `${resourceTypeOf(record)}/${record.id}`;

export function createScribe(world: World, store: Store, truths: TruthLog): Scribe {
  return (record, updatedAt) => {
    const time = { at: world.now, updatedAt };
    keepLive(world.live, record);
    const file = binaryOf(record);
    if (file && !isThere(store, file)) store.write(file, time);
    const version = store.write(resourceOf(world, record, world.now), time, shownAs(record));
    truths.note(record, world.now, version.visible);
    return { key: keyOf(record), version };
  };
}

function isThere(store: Store, file: fhir4.Binary): boolean {
  const last = store.entry(`Binary/${file.id}`)?.versions.at(-1)?.resource as fhir4.Binary | undefined;
  return last?.data === file.data;
}

const vitalsKept = 50;

/** What something can still happen to is kept at hand. */
function keepLive({ stays, bookings, orders, vitals }: Live, record: Kin): void {
  if (record.record === "stay") stays.add(record);
  else if (record.record === "booking") putIf(bookings, record, record.status === "booked");
  else if (record.record === "order") putIf(orders, record, record.status === "active");
  else if (record.record === "measurement" && record.kind === "vital" && !vitals.includes(record)) {
    vitals.push(record);
    if (vitals.length > vitalsKept) vitals.shift();
  }
}

function putIf<Item>(set: Set<Item>, item: Item, belongs: boolean): void {
  if (belongs) set.add(item);
  else set.delete(item);
}

function shownAs(record: Kin): WriteOptions {
  const { wording } = record;
  if (record.record === "measurement") return { wording, suppressed: record.status === "missing" };
  if (record.record === "person") {
    if (record.mergedInto) return { wording, meta: "undated" };
    return record.isConfidential ? { wording, security: [veryRestricted] } : { wording };
  }
  return record.record === "stay" && record.combinedInto ? { wording, meta: "none" } : { wording };
}

const veryRestricted: fhir4.Coding = {
  system: "http://terminology.hl7.org/CodeSystem/v3-Confidentiality",
  code: "V",
  display: "very restricted",
};
