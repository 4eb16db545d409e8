import { BridgeError } from "../errors.ts";
import { keyOf, type Resource, type ResourceKey } from "../fhir.ts";
import { limitConcurrency } from "../ignite/limit.ts";
import {
  type Joining,
  type Lease,
  noProgress,
  type PendingChanges,
  type Progress,
  type Settling,
} from "../roster/roster.ts";
import { type PollRequest, parseTarget, type Target, type TargetKey } from "../roster/target.ts";
import { intervalOf, isInHouse, patientTier, recentChangeMs, type Tier } from "../roster/tier.ts";
import { backoffMs } from "./backoff.ts";
import type { Change, ChangeSet } from "./change.ts";
import { type ChangeGroup, groupChanges } from "./change-set.ts";
import { contentHash, fingerprint } from "./content.ts";
import { gatherContext, gatherPatients } from "./context.ts";
import { type DetectedChange, diff, type Found, type Snapshot } from "./diff.ts";
import { loadSnapshots, ownEncounters, saveOwners } from "./ownership.ts";
import type { PollPorts, SnapshotWrite } from "./ports.ts";
import { readPatient, survivorOf } from "./read-patient.ts";
import { readReference } from "./read-reference.ts";
import { readSchedule } from "./read-schedule.ts";
import { feedSinceOf, type Reading } from "./reading.ts";
import { newlySettling, recheckGroups, settlingOf, withoutRepeats } from "./settling.ts";

export interface PollOutcome {
  /**
   * - `polled`: done to the end
   * - `skipped`: another poll holds the target, or has answered the request already
   * - `superseded`: another poll took over on the way
   * - `failed`: nothing was moved; the target is due again after a wait
   */
  readonly state: "polled" | "skipped" | "superseded" | "failed";
  readonly changes: number;
  readonly requests: number;
  readonly tier?: Tier | undefined;
  /** The failure, and failures of single feeds or records. */
  readonly problems: readonly BridgeError[];
}

/** How long the lease is needed: longer than the process can live. */
export interface PollOptions {
  readonly leaseMs: number;
}

/**
 * Polls one target: lease, read, compare, send, store, release.
 *
 * Snapshots and watermarks move only after all change sets were accepted, under the lease's epoch; before the first is
 * sent, the roster holds what is about to be sent. So a poll that dies anywhere is repeated by the next one, with the
 * same ids for what may have gone out.
 *
 * Failures of the source do not throw: they are in the outcome, and the target is due again after a wait. What the
 * stores throw is thrown, for the queue to repeat the request.
 */
export async function poll(request: PollRequest, ports: PollPorts, { leaseMs }: PollOptions): Promise<PollOutcome> {
  const target = parseTarget(request.target);
  const startedAt = ports.now();
  const lease = await ports.roster.lease({
    source: request.source,
    target: request.target as TargetKey,
    plannedAt: request.plannedAt,
    now: startedAt,
    until: startedAt + leaseMs,
  });
  if (lease === undefined) return { state: "skipped", changes: 0, requests: 0, problems: [] };
  try {
    return await pollLeased(ports, lease, target, startedAt);
  } catch (error) {
    if (!(error instanceof BridgeError)) throw error;
    if (error.code === "ERR_LEASE_LOST") return outcomeOf(ports, "superseded", []);
    if (!isOfSource(error)) throw error;
    return await releaseFailed(ports, lease, startedAt, error);
  }
}

async function pollLeased(ports: PollPorts, lease: Lease, target: Target, startedAt: number): Promise<PollOutcome> {
  const { entry } = lease;
  const reading = await readTarget(ports, lease, target, startedAt);
  const problems = [...reading.problems];

  const { snapshots, formerPatients } = await loadSnapshots(ports, lease, reading);
  if (entry.pending.length > 0) await catchUp(ports, lease, reading, snapshots, problems);
  const changes = new Map<string, DetectedChange[]>();
  for (const [patient, found] of reading.found) {
    const ofPatient = diff(found, snapshots);
    if (ofPatient.length > 0) changes.set(patient, ofPatient);
  }

  const { accepted, groups, pending } = groupChanges(
    ports.sourceName,
    changes,
    snapshots,
    entry.pending,
    new Date(startedAt).toISOString(),
  );
  if (accepted.size > 0) await ports.snapshots.save(lease, acceptedWritesOf(accepted, startedAt));

  const known = settlingOf(entry);
  const settled = known.filter(({ until }) => until <= startedAt);
  const rechecks = await recheckGroups(ports, settled, startedAt);
  const patients = new Set([...changes.keys(), ...rechecks.map(({ patient }) => patient)]);
  const encounters = await storedEncounters(ports, [...patients]);
  const since = entry.polledAt ?? entry.since;
  const joining = [
    ...reading.joining,
    ...survivorsOf(changes, since),
    ...formerPatients
      .filter(({ former }) => !entry.mergedFrom.includes(former))
      .map(({ patient, former }) => ({ patient, since, mergedFrom: former })),
  ];

  let settling = known.filter(({ until }) => until > startedAt);
  if (groups.length > 0) {
    const changeSets = await changeSetsOf(ports, lease, groups, reading, encounters, problems);
    settling = withoutRepeats([...settling, ...newlySettling(changeSets, ports.settleMs ?? 0, startedAt)]);
    await ports.snapshots.saveIntended(lease, writesOf(groups, startedAt));
    await ports.roster.notePending(lease, withSettling(pending, [...settled, ...settling]));
    await ports.changes.send(changeSets);
  }
  if (rechecks.length > 0) {
    const changeSets = await changeSetsOf(ports, lease, rechecks, reading, encounters, problems);
    await ports.changes.send(changeSets.map((changeSet) => ({ ...changeSet, isRecheck: true })));
  }
  if (joining.length > 0) await ports.roster.join(ports.sourceName, joining, ports.now());
  if (groups.length > 0) await ports.snapshots.save(lease, writesOf(groups, startedAt));
  await saveOwners(ports, lease, groups);
  for (const [feed, seen] of reading.seen) await ports.snapshots.saveSeen(lease, feed, seen);
  if (reading.window !== undefined) await ports.snapshots.saveWindow(lease, reading.window);

  const facts = target.kind === "patient" ? patientFacts(entry, changes, encounters, ports.now()) : undefined;
  const tier = facts === undefined ? entry.tier : patientTier({ ...entry, ...facts }, ports.now());
  await ports.roster.release(lease, {
    dueAt: Math.min(startedAt + intervalFor(ports, target, tier), ...settling.map(({ until }) => until)),
    tier,
    failures: 0,
    requests: ports.ignite.requests,
    polledAt: startedAt,
    watermarks: { ...entry.watermarks, ...reading.watermarks },
    feedSince: feedSincesOf(ports, lease, startedAt),
    ...facts,
    progress: withSettlingProgress(reading.progress ?? entry.progress, settling),
    settled: true,
  });
  return { ...outcomeOf(ports, "polled", problems), changes: groups.flatMap((group) => group.changes).length, tier };
}

/** On record before anything is sent, for the poll that follows one that died. */
function withSettling(pending: readonly PendingChanges[], settling: readonly Settling[]): readonly PendingChanges[] {
  const [first, ...others] = pending.map(({ detectedAt, fingerprints }) => ({ detectedAt, fingerprints }));
  return first === undefined || settling.length === 0 ? pending : [{ ...first, settling }, ...others];
}

function withSettlingProgress(progress: Progress | undefined, settling: readonly Settling[]): Progress | undefined {
  if (settling.length === 0 && progress?.settling === undefined) return progress;
  return { ...(progress ?? noProgress), settling: settling.length === 0 ? undefined : settling };
}

function readTarget(ports: PollPorts, lease: Lease, target: Target, startedAt: number): Promise<Reading> {
  if (target.kind === "patient") return readPatient(ports, lease, target.patient, startedAt);
  if (target.kind === "schedule") return readSchedule(ports, lease, target.location, startedAt);
  return readReference(ports, lease, target.resourceType, startedAt);
}

/**
 * Where a resource has changed again since a poll died, nothing tells whether the version of then was accepted. It goes
 * out again as it was, with all that it was to go with, and its snapshot is stored: what is told next is told from
 * there. Content that went back to its snapshot would otherwise look as if nothing had happened.
 *
 * @param snapshots moved on in place
 */
async function catchUp(
  ports: PollPorts,
  lease: Lease,
  reading: Reading,
  snapshots: Map<ResourceKey, Snapshot>,
  problems: BridgeError[],
): Promise<void> {
  const { pending } = lease.entry;
  const found = [...reading.found].flatMap(([patient, all]) => all.map((each) => ({ patient, each })));
  const signs = new Set(pending.flatMap(({ fingerprints }) => fingerprints));
  const intended = await ports.snapshots.getIntended(
    lease,
    found.map(({ each }) => keyOf(each.resource)),
  );
  const isOvertaken = ({ resource }: Found) => {
    const key = keyOf(resource);
    const then = intended.get(key);
    const stored = snapshots.get(key);
    if (then === undefined || !signs.has(fingerprint(key, then.hash))) return false;
    // Another target may have stored, and so told, a later version.
    return then.hash !== contentHash(resource) && then.hash !== stored?.hash && (stored?.seenAt ?? 0) <= then.seenAt;
  };
  if (!found.some(({ each }) => isOvertaken(each))) return;

  const foundThen = found.map(({ patient, each }) => {
    const then = isOvertaken(each) ? intended.get(keyOf(each.resource)) : undefined;
    return then === undefined
      ? { patient, each }
      : { patient: then.patient, each: { ...each, resource: then.resource } };
  });
  const changes = new Map(
    [...Map.groupBy(foundThen, ({ patient }) => patient)].map(([patient, all]) => {
      const ofPatient = all.map(({ each }) => each);
      return [
        patient,
        diff(ofPatient, snapshots).filter(({ key, hash }) => signs.has(fingerprint(key, hash))),
      ] as const;
    }),
  );
  const { accepted, groups } = groupChanges(ports.sourceName, changes, snapshots, pending, "");
  if (groups.length > 0) {
    const encounters = await storedEncounters(ports, [...new Set(groups.map(({ patient }) => patient))]);
    await ports.changes.send(await changeSetsOf(ports, lease, groups, reading, encounters, problems));
  }
  const seenAt = ports.now();
  const writes = [...acceptedWritesOf(accepted, seenAt), ...writesOf(groups, seenAt)];
  await ports.snapshots.save(lease, writes);
  await saveOwners(ports, lease, groups);
  for (const { resource, hash } of writes) snapshots.set(keyOf(resource), { resource, hash, seenAt });
}

const patientsAtATime = 8;

/** What belongs to no patient is kept under none. */
function isSomebody(patient: string): boolean {
  return patient !== "";
}

async function storedEncounters(ports: PollPorts, patients: readonly string[]): Promise<Map<string, Resource[]>> {
  const limit = limitConcurrency(patientsAtATime);
  const stored = patients
    .filter(isSomebody)
    .map((patient) => limit(async () => [patient, await ownEncounters(ports, patient)] as const));
  return new Map(await Promise.all(stored));
}

async function changeSetsOf(
  ports: PollPorts,
  { entry }: Lease,
  groups: readonly ChangeGroup[],
  reading: Reading,
  encounters: ReadonlyMap<string, readonly Resource[]>,
  problems: BridgeError[],
): Promise<ChangeSet[]> {
  const readOf = (patient: string) =>
    new Map(reading.found.get(patient)?.map(({ resource }) => [keyOf(resource), resource] as const));
  const everything = new Map(groups.flatMap(({ patient }) => [...readOf(patient)]));
  const patients = await gatherPatients(ports, groups, everything, problems);
  const limit = limitConcurrency(patientsAtATime);
  const changeSetOf = async (group: ChangeGroup): Promise<ChangeSet> => {
    const read = new Map([...readOf(group.patient), ...patients]);
    const surroundings = { read, encounters: encounters.get(group.patient) ?? [], failures: entry.failures };
    return {
      id: group.id,
      source: ports.sourceName,
      patient: group.patient,
      detectedAt: group.detectedAt,
      changes: group.changes.map(
        ({ before, after, initial }): Change => ({ after, initial, ...(before && { before }) }),
      ),
      context: await gatherContext(ports, group, surroundings, problems),
    };
  };
  return Promise.all(groups.map((group) => limit(() => changeSetOf(group))));
}

function writesOf(groups: readonly ChangeGroup[], seenAt: number): SnapshotWrite[] {
  return groups.flatMap(({ patient, changes }) => changes.map((change) => writeOf(patient, change, seenAt)));
}

function acceptedWritesOf(changes: ReadonlyMap<string, readonly DetectedChange[]>, seenAt: number): SnapshotWrite[] {
  return [...changes].flatMap(([patient, ofPatient]) => ofPatient.map((change) => writeOf(patient, change, seenAt)));
}

function writeOf(patient: string, { after, hash }: DetectedChange, seenAt: number): SnapshotWrite {
  return { patient, resource: after, hash, seenAt };
}

function intervalFor({ source }: PollPorts, target: Target, tier: Tier): number {
  if (target.kind === "reference") return source.feedIntervals[target.resourceType];
  return intervalOf(source, tier);
}

/** The records that took over, newly. */
function survivorsOf(changes: ReadonlyMap<string, readonly DetectedChange[]>, since: number): Joining[] {
  return [...changes].flatMap(([patient, ofPatient]) =>
    ofPatient.flatMap(({ after }) => {
      const survivor = survivorOf(after);
      return survivor === undefined ? [] : [{ patient: survivor, since, mergedFrom: patient }];
    }),
  );
}

function patientFacts(
  entry: Lease["entry"],
  changes: ReadonlyMap<string, readonly DetectedChange[]>,
  stored: ReadonlyMap<string, readonly Resource[]>,
  now: number,
): { inHouse: boolean; activeUntil?: number } {
  const changed = [...changes.values()].flat();
  if (changed.length === 0) return { inHouse: entry.inHouse };
  const encounters = new Map([
    ...[...stored.values()].flat().map((resource) => [keyOf(resource), resource] as const),
    ...changed.map(({ key, after }) => [key, after] as const),
  ]);
  const isNews = changed.some(({ initial }) => !initial);
  return {
    inHouse: [...encounters.values()].some(isInHouse),
    ...(isNews && { activeUntil: now + recentChangeMs }),
  };
}

function feedSincesOf({ source }: PollPorts, { entry }: Lease, startedAt: number): Record<string, number> {
  return Object.fromEntries(source.feeds.map((feed) => [feed, feedSinceOf(entry, feed, startedAt)]));
}

/** The stores and the queue have their own way of repeating; these are of the source, and so for the roster to repeat. */
function isOfSource({ code }: BridgeError): boolean {
  return code.startsWith("ERR_IGNITE_") || code === "ERR_SECRET";
}

async function releaseFailed(
  ports: PollPorts,
  lease: Lease,
  startedAt: number,
  error: BridgeError,
): Promise<PollOutcome> {
  const { entry } = lease;
  const failures = entry.failures + 1;
  const waitMs = backoffMs(failures, intervalOf(ports.source, entry.tier), error);
  await ports.roster.release(lease, {
    dueAt: ports.now() + waitMs,
    tier: entry.tier,
    failures,
    feedSince: feedSincesOf(ports, lease, startedAt),
    settled: false,
  });
  return { ...outcomeOf(ports, "failed", [error]), tier: entry.tier };
}

function outcomeOf(ports: PollPorts, state: PollOutcome["state"], problems: readonly BridgeError[]): PollOutcome {
  return { state, changes: 0, requests: ports.ignite.requests, problems };
}
