import { keyOf, type Resource, type ResourceKey } from "../fhir.ts";
import { instantOf } from "../instant.ts";
import type { Change } from "./change.ts";
import { contentHash } from "./content.ts";

/** The last version seen of a resource. */
export interface Snapshot {
  readonly resource: Resource;
  readonly hash: string;
  /** When the poll that saw it began (epoch milliseconds). */
  readonly seenAt: number;
}

/** A resource as a poll found it. */
export interface Found {
  readonly resource: Resource;
  /** Whatever was last updated before this was there when the bridge began to watch. */
  readonly since: number;
  /** The first complete read of its feed: what carries no time was there before. */
  readonly firstRead: boolean;
  /** Another patient under whom it was last seen. */
  readonly formerPatient?: string | undefined;
}

/** A change with what is needed to store and to recognise it. */
export interface DetectedChange extends Change {
  readonly key: ResourceKey;
  readonly hash: string;
}

/** The found resources that say something else than their snapshots, in causal order. */
export function diff(found: readonly Found[], snapshots: ReadonlyMap<ResourceKey, Snapshot>): DetectedChange[] {
  return found
    .flatMap(({ resource, since, firstRead }) => {
      const key = keyOf(resource);
      const hash = contentHash(resource);
      const before = snapshots.get(key);
      if (before?.hash === hash) return [];
      const updated = instantOf(resource.meta?.lastUpdated);
      const initial = before === undefined && (updated === undefined ? firstRead : updated < since);
      return [{ key, hash, after: resource, initial, ...(before && { before: before.resource }) }];
    })
    .sort(inCausalOrder);
}

// Where times are equal, who comes before what happens to them, and an order before its results.
const typeOrder = [
  "Practitioner",
  "Location",
  "Patient",
  "RelatedPerson",
  "Coverage",
  "Encounter",
  "Account",
  "Slot",
  "Appointment",
  "AllergyIntolerance",
  "Condition",
  "Procedure",
  "ServiceRequest",
  "MedicationRequest",
  "MedicationAdministration",
  "Immunization",
  "Observation",
  "DiagnosticReport",
  "DocumentReference",
  "ChargeItem",
];

export function inCausalOrder(a: Change, b: Change): number {
  return timeOf(a.after) - timeOf(b.after) || rankOf(a.after) - rankOf(b.after) || compareKeys(a.after, b.after);
}

/** A record without a time was merged away or is kept without versions: it comes first, as what others build on. */
function timeOf({ meta }: Resource): number {
  return instantOf(meta?.lastUpdated) ?? 0;
}

function rankOf({ resourceType }: Resource): number {
  const rank = typeOrder.indexOf(resourceType);
  return rank === -1 ? typeOrder.length : rank;
}

function compareKeys(a: Resource, b: Resource): number {
  const [left, right] = [keyOf(a), keyOf(b)];
  return left < right ? -1 : Number(left > right);
}
