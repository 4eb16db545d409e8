import type { Entry } from "../../../sandbox/hospital/store.ts";
import { createHospital, type Hospital } from "../../../sandbox/hospital.ts";
import type { ChangeSet } from "../../../shared/changes/change.ts";
import { diff, type Snapshot } from "../../../shared/changes/diff.ts";
import type { Bridge } from "../../../shared/config/schema.ts";
import { routeChangeSet } from "../../../shared/delivery/route.ts";
import { keyOf, patientIdOf, type Resource, type ResourceKey } from "../../../shared/fhir.ts";
import { parseJson } from "../../../shared/json.ts";
import { type Memory, rememberAll } from "./memory.ts";

export interface DayOptions {
  readonly seed: string;
  readonly hours: number;
  /** Minutes between the polls, one after the other and from the start again. */
  readonly everyMinutes: readonly number[];
  readonly bridge: Bridge;
  readonly busy?: number;
}

const polled = ["Patient", "Encounter", "Appointment", "ServiceRequest", "DiagnosticReport", "Observation"];
const reference = ["Practitioner", "Location", "Organization"];
export const startAt = new Date("2026-03-02T14:00:00Z");

/** A simulated hospital, everybody in it polled at intervals, and each destination told what that means. */
export async function liveThrough(options: DayOptions): Promise<{ memory: Memory; hospital: Hospital }> {
  const { seed, hours, everyMinutes, bridge, busy = 3 } = options;
  const hospital = createHospital({ seed, startAt, timeZone: "America/Chicago", people: 40, busy });
  const memory = rememberAll(bridge);
  const poll = startPolling(hospital);
  const end = startAt.getTime() + hours * 3_600_000;
  let now = startAt.getTime();
  for (let round = 0; now < end; round += 1) {
    now = Math.min(end, now + (everyMinutes[round % everyMinutes.length] ?? 1) * 60_000);
    hospital.advanceTo(new Date(now));
    if (now === end) {
      hospital.closeDoors();
      hospital.advanceTo(new Date(now + 60_000));
    }
    for (const changeSet of poll(now)) await routeChangeSet(changeSet, memory.dependencies);
  }
  return { memory, hospital };
}

/** Gives the change sets of all patients since the poll before; the context is all that is known of each. */
function startPolling(hospital: Hospital): (now: number) => ChangeSet[] {
  const versionIds = new Map<string, string>();
  const snapshots = new Map<ResourceKey, Snapshot>();
  const ofPatient = new Map<string, Map<ResourceKey, Resource>>();
  const shared = reference.flatMap((type) =>
    hospital.store.ofType(type).flatMap((entry) => read(hospital, entry) ?? []),
  );
  return (now) => {
    const isFirst = versionIds.size === 0;
    const found = polled.flatMap((type) =>
      hospital.store.ofType(type).flatMap((entry): Resource[] => {
        const version = newest(entry);
        if (version === undefined || versionIds.get(entry.key) === version.versionId) return [];
        versionIds.set(entry.key, version.versionId);
        return [read(hospital, entry) ?? []].flat();
      }),
    );
    return [...Map.groupBy(found, patientIdOf)].flatMap(([patient = "", resources]): ChangeSet[] => {
      const known = ofPatient.get(patient) ?? new Map();
      ofPatient.set(patient, known);
      for (const resource of resources) known.set(keyOf(resource), resource);
      const since = startAt.getTime();
      const changes = diff(
        resources.map((resource) => ({ resource, since, firstRead: isFirst })),
        snapshots,
      );
      for (const { key, after, hash } of changes) snapshots.set(key, { resource: after, hash, seenAt: now });
      const survivors = changes.flatMap(({ after }) => survivorOf(after, ofPatient) ?? []);
      const context = [...known.values(), ...survivors, ...shared];
      const detectedAt = new Date(now).toISOString();
      return changes.length === 0
        ? []
        : [{ id: `${now}-${patient}`, source: "general", patient, detectedAt, changes, context }];
    });
  };
}

function newest({ versions }: Entry) {
  return versions.findLast(({ suppressed }) => !suppressed);
}

function read(hospital: Hospital, entry: Entry): Resource | undefined {
  const version = newest(entry);
  return version && (parseJson(hospital.store.textOf(version)) as Resource);
}

function survivorOf(resource: Resource, ofPatient: ReadonlyMap<string, ReadonlyMap<ResourceKey, Resource>>) {
  if (resource.resourceType !== "Patient") return undefined;
  const id = resource.link?.[0]?.other.reference?.split("/")[1] ?? "";
  return ofPatient.get(id)?.get(`Patient/${id}`);
}
