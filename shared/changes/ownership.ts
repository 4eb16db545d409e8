import { encounterIdOf, keyOf, patientIdOf, type Resource, type ResourceKey } from "../fhir.ts";
import type { Lease } from "../roster/roster.ts";
import type { ChangeGroup } from "./change-set.ts";
import { contentHash } from "./content.ts";
import type { Snapshot } from "./diff.ts";
import type { PollPorts } from "./ports.ts";
import { isOpenEncounter } from "./read-encounters.ts";
import type { Reading } from "./reading.ts";

export interface Loaded {
  readonly snapshots: Map<ResourceKey, Snapshot>;
  readonly formerPatients: readonly FormerPatient[];
}

/** Whose a record was that is new to its patient. */
export interface FormerPatient {
  readonly patient: string;
  readonly former: string;
}

/**
 * The last version seen of what was found, under whomever that was: a merge takes a record to the survivor, and an
 * encounter that was somebody else's takes along what was written in it. It may show up with the other one before
 * anything says why.
 */
export async function loadSnapshots(ports: PollPorts, { entry }: Lease, { found }: Reading): Promise<Loaded> {
  const others = [...new Set([...entry.mergedFrom, ...optional(entry.progress?.mergedInto)])];
  const wanted = [...found].flatMap(([patient, ofPatient]) =>
    ofPatient.flatMap(({ resource, formerPatient }) =>
      [patient, ...others, ...optional(formerPatient)].map((each) => ({ patient: each, key: keyOf(resource) })),
    ),
  );
  if (wanted.length === 0) return { snapshots: new Map(), formerPatients: [] };
  const snapshots = await ports.snapshots.get(ports.sourceName, wanted);
  const formerPatients = await formerPatientsOf(ports, found, snapshots);
  const moved = formerPatients.flatMap(({ patient, former }) =>
    (found.get(patient) ?? []).map(({ resource }) => ({ patient: former, key: keyOf(resource) })),
  );
  if (moved.length > 0)
    for (const [key, snapshot] of await ports.snapshots.get(ports.sourceName, moved))
      if (snapshot.seenAt >= (snapshots.get(key)?.seenAt ?? 0)) snapshots.set(key, snapshot);
  return { snapshots, formerPatients };
}

/** Of what is not as it was last seen here: it may have been somebody else's since. */
async function formerPatientsOf(
  ports: PollPorts,
  found: Reading["found"],
  snapshots: ReadonlyMap<ResourceKey, Snapshot>,
): Promise<FormerPatient[]> {
  const changed = [...found].flatMap(([patient, ofPatient]) =>
    ofPatient
      .filter(({ resource }) => !isShared(resource) && snapshots.get(keyOf(resource))?.hash !== contentHash(resource))
      .map(({ resource }) => ({ patient, mark: markOf(ports, resource) })),
  );
  if (changed.length === 0) return [];
  const owners = await ownersByMark(
    ports,
    changed.map(({ mark }) => mark),
  );
  const former = changed.flatMap(({ patient, mark }) => {
    const owner = owners.get(mark);
    return owner === undefined || owner === patient ? [] : [{ patient, former: owner }];
  });
  return [...new Map(former.map((each) => [`${each.patient} ${each.former}`, each])).values()];
}

/** The encounters stored for a patient, without those that have become somebody else's since. */
export async function ownEncounters(ports: PollPorts, patient: string): Promise<Resource[]> {
  const stored = await ports.snapshots.list(ports.sourceName, patient, "Encounter");
  const open = stored.filter(isOpenEncounter).map(keyOf);
  const owners = await ownersByMark(ports, open);
  return stored.filter((resource) => (owners.get(keyOf(resource)) ?? patient) === patient);
}

/** Under whom each of those was last stored, where that is known. */
export async function ownersOf(ports: PollPorts, resources: readonly Resource[]): Promise<Map<ResourceKey, string>> {
  const marked = resources.filter((resource) => !isShared(resource));
  const owners = await ownersByMark(
    ports,
    marked.map((resource) => markOf(ports, resource)),
  );
  return new Map(
    marked.flatMap((resource) => {
      const owner = owners.get(markOf(ports, resource));
      return owner === undefined ? [] : [[keyOf(resource), owner] as const];
    }),
  );
}

async function ownersByMark(ports: PollPorts, marks: readonly ResourceKey[]): Promise<Map<ResourceKey, string>> {
  return marks.length === 0 ? new Map() : ports.snapshots.ownersOf(ports.sourceName, [...new Set(marks)]);
}

/** Under whom what is marked is kept, for the day when it turns out to be somebody else's. */
export async function saveOwners(ports: PollPorts, lease: Lease, groups: readonly ChangeGroup[]): Promise<void> {
  for (const { patient, changes } of groups) {
    const keys = changes
      .filter(({ after }) => !isShared(after) && markOf(ports, after) === keyOf(after))
      .filter(({ before }) => before === undefined || patientIdOf(before) !== patient)
      .map(({ key }) => key);
    if (keys.length > 0) await ports.snapshots.saveOwner(lease, patient, keys);
  }
}

/** Nobody's, or a person; and appointments, which show on the schedules of clinics with whoever they are for. */
function isShared(resource: Resource): boolean {
  return ["Patient", "Practitioner", "Location", "Slot", "Appointment"].includes(resource.resourceType);
}

/**
 * The key that tells whose a record was: that of its visit, for they move together, so that only visits and what stands
 * alone have to be marked.
 */
function markOf({ source }: PollPorts, resource: Resource): ResourceKey {
  const encounter = source.feeds.includes("Encounter") ? encounterIdOf(resource) : undefined;
  return encounter === undefined ? keyOf(resource) : `Encounter/${encounter}`;
}

function optional<Value>(value: Value | undefined): Value[] {
  return value === undefined ? [] : [value];
}
