import { BridgeError } from "../errors.ts";
import { isMerged, keyOf, patientIdOf, type Resource, type ResourceKey, survivorOf } from "../fhir.ts";
import { limitConcurrency } from "../ignite/limit.ts";
import { type Joining, type Lease, noProgress, type Progress, type Settling } from "../roster/roster.ts";
import { type PollRequest, parseTarget, type Target, type TargetKey } from "../roster/target.ts";
import { intervalOf, isInHouse, patientTier, recentChangeMs, type Tier } from "../roster/tier.ts";
import { reportAttention } from "./attention.ts";
import { backoffMs } from "./backoff.ts";
import type { Change, ChangeSet } from "./change.ts";
import { type ChangeGroup, groupChanges } from "./change-set.ts";
import { gatherContext, gatherPatients } from "./context.ts";
import { departuresOf } from "./departures.ts";
import { type DetectedChange, diff } from "./diff.ts";
import { carryOut, moveSeen, type Outbox, unsettledOutbox, withoutOvertaken } from "./outbox.ts";
import { loadSnapshots, ownEncounters, ownersOf } from "./ownership.ts";
import type { PollPorts } from "./ports.ts";
import { readPatient } from "./read-patient.ts";
import { readReference } from "./read-reference.ts";
import { readSchedule } from "./read-schedule.ts";
import { feedSinceOf, type Reading } from "./reading.ts";
import { newlySettling, recheckGroups, withoutRepeats } from "./settling.ts";

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
 * sent, the outbox of the target holds them all. So what a poll that dies anywhere had begun is carried out by the next
 * one, with the same ids for what may have gone out.
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

async function pollLeased(ports: PollPorts, given: Lease, target: Target, startedAt: number): Promise<PollOutcome> {
  const problems: BridgeError[] = [];
  const lease = await carryOutEarlier(ports, given, target, problems);
  const { entry } = lease;
  const reading = await readTarget(ports, lease, target, startedAt);
  problems.push(...reading.problems);

  const { snapshots, formerPatients } = await loadSnapshots(ports, lease, reading);
  const changes = new Map<string, DetectedChange[]>();
  for (const [patient, found] of reading.found) {
    const ofPatient = diff(found, snapshots);
    if (ofPatient.length > 0) changes.set(patient, ofPatient);
  }
  const detectedAt = new Date(startedAt).toISOString();
  const departures = await fromOthers(ports, departuresOf([...changes.values()].flat()));
  const groups = [changes, departures].flatMap((each) => groupChanges(ports.sourceName, each, detectedAt));

  const known = entry.progress?.settling ?? [];
  const settled = known.filter(({ until }) => until <= startedAt);
  const rechecks = await recheckGroups(ports, settled, startedAt);
  const encounters = await storedEncounters(ports, [...groups, ...rechecks]);
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
    const changeSets = await changeSetsOf(ports, lease, groups, reading.found, encounters, problems);
    const outbox: Outbox = {
      seenAt: startedAt,
      groups,
      joining,
      settling: newlySettling(changeSets, ports.settleMs ?? 0, startedAt),
    };
    await reportAttention(ports, groups);
    await ports.snapshots.saveOutbox(lease, outbox);
    await ports.roster.confirm(lease);
    await carryOut(ports, lease, outbox, changeSets);
    settling = withoutRepeats([...settling, ...outbox.settling]);
  } else if (joining.length > 0) await ports.roster.join(ports.sourceName, joining, ports.now());
  if (rechecks.length > 0) {
    const changeSets = await changeSetsOf(ports, lease, rechecks, reading.found, encounters, problems);
    await ports.changes.send(changeSets.map((changeSet) => ({ ...changeSet, isRecheck: true })));
  }
  for (const [feed, seen] of reading.seen) await ports.snapshots.saveSeen(lease, feed, seen);
  if (reading.window !== undefined) await ports.snapshots.saveWindow(lease, reading.window);

  const facts = target.kind === "patient" ? patientFacts(lease, target.patient, groups, encounters, ports) : undefined;
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
    progress: withSettling(reading.progress ?? entry.progress, settling),
    settled: true,
  });
  return { ...outcomeOf(ports, "polled", problems), changes: [...changes.values()].flat().length, tier };
}

/**
 * Does to the end what a poll that died was about to do, before anything new is read: what is told next is told from
 * there, whichever feeds can be read now, and whatever has become of what was found then.
 *
 * @returns the lease with what is known of the target after that
 */
async function carryOutEarlier(
  ports: PollPorts,
  lease: Lease,
  target: Target,
  problems: BridgeError[],
): Promise<Lease> {
  const outbox = await unsettledOutbox(ports, lease);
  if (outbox === undefined) return lease;
  const { entry } = lease;
  const groups = await withoutOvertaken(ports, outbox);
  const encounters = await storedEncounters(ports, groups);
  const changeSets = await changeSetsOf(ports, lease, groups, new Map(), encounters, problems);
  await carryOut(ports, lease, { ...outbox, groups }, changeSets);
  await moveSeen(ports, lease, groups);
  const settlement = {
    settledEpoch: outbox.epoch,
    progress: withSettling(entry.progress, withoutRepeats([...(entry.progress?.settling ?? []), ...outbox.settling])),
    ...(target.kind === "patient" && patientFacts(lease, target.patient, groups, encounters, ports)),
  };
  await ports.roster.settle(lease, settlement);
  return { entry: { ...entry, ...settlement } };
}

function withSettling(progress: Progress | undefined, settling: readonly Settling[]): Progress | undefined {
  if (settling.length === 0 && progress?.settling === undefined) return progress;
  return { ...(progress ?? noProgress), settling: settling.length === 0 ? undefined : settling };
}

function readTarget(ports: PollPorts, lease: Lease, target: Target, startedAt: number): Promise<Reading> {
  if (target.kind === "patient") return readPatient(ports, lease, target.patient, startedAt);
  if (target.kind === "schedule") return readSchedule(ports, lease, target.location, startedAt);
  return readReference(ports, lease, target.resourceType, startedAt);
}

const patientsAtATime = 8;

async function storedEncounters(ports: PollPorts, groups: readonly ChangeGroup[]): Promise<Map<string, Resource[]>> {
  const limit = limitConcurrency(patientsAtATime);
  // What belongs to no patient is kept under none.
  const patients = new Set(groups.map(({ patient }) => patient).filter((patient) => patient !== ""));
  const stored = [...patients].map((patient) =>
    limit(async () => [patient, await ownEncounters(ports, patient)] as const),
  );
  return new Map(await Promise.all(stored));
}

async function changeSetsOf(
  ports: PollPorts,
  { entry }: Lease,
  groups: readonly ChangeGroup[],
  found: Reading["found"],
  encounters: ReadonlyMap<string, readonly Resource[]>,
  problems: BridgeError[],
): Promise<ChangeSet[]> {
  const readOf = ({ patient, changes }: ChangeGroup) => {
    const read = [...(found.get(patient)?.map(({ resource }) => resource) ?? []), ...changes.map(({ after }) => after)];
    return new Map(read.map((resource) => [keyOf(resource), resource] as const));
  };
  const everything = new Map(groups.flatMap((group) => [...readOf(group)]));
  const patients = await gatherPatients(ports, groups, everything, problems);
  const limit = limitConcurrency(patientsAtATime);
  const changeSetOf = async (group: ChangeGroup): Promise<ChangeSet> => {
    const read = new Map([...readOf(group), ...patients]);
    const surroundings = { read, encounters: encounters.get(group.patient) ?? [], failures: entry.failures };
    return {
      id: group.id,
      source: ports.sourceName,
      patient: group.patient,
      detectedAt: group.detectedAt,
      changes: group.changes.map(
        ({ before, after, initial, hasLeft }): Change => ({
          after,
          initial,
          ...(before && { before }),
          ...(hasLeft && { hasLeft }),
        }),
      ),
      context: await withoutMoved(ports, group, await gatherContext(ports, group, surroundings, problems), everything),
    };
  };
  return Promise.all(groups.map((group) => limit(() => changeSetOf(group))));
}

function intervalFor({ source }: PollPorts, target: Target, tier: Tier): number {
  if (target.kind === "reference") return source.feedIntervals[target.resourceType];
  return intervalOf(source, tier);
}

/** What a patient is told without another one's records, is told without the visits that went along with these. */
async function withoutMoved(
  ports: PollPorts,
  { patient, changes }: ChangeGroup,
  context: readonly Resource[],
  everything: ReadonlyMap<ResourceKey, Resource>,
): Promise<readonly Resource[]> {
  if (!changes.some(({ hasLeft }) => hasLeft)) return context;
  const visits = context.filter(({ resourceType }) => resourceType === "Encounter");
  const owners = await ownersOf(ports, visits);
  const moved = visits.filter((visit) => {
    const key = keyOf(visit);
    return [owners.get(key), patientIdOf(everything.get(key) ?? visit)].some((owner) => (owner ?? patient) !== patient);
  });
  return context.filter((each) => !moved.includes(each));
}

/** Without those whose record was merged away: it lists nothing any more. */
async function fromOthers(
  ports: PollPorts,
  departures: ReadonlyMap<string, readonly DetectedChange[]>,
): Promise<ReadonlyMap<string, readonly DetectedChange[]>> {
  if (departures.size === 0) return departures;
  const wanted = [...departures.keys()].map((patient) => ({ patient, key: `Patient/${patient}` as const }));
  const known = await ports.snapshots.get(ports.sourceName, wanted);
  return new Map([...departures].filter(([patient]) => !isMerged(known.get(`Patient/${patient}`)?.resource)));
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
  { entry }: Lease,
  patient: string,
  groups: readonly ChangeGroup[],
  stored: ReadonlyMap<string, readonly Resource[]>,
  ports: PollPorts,
): { inHouse: boolean; activeUntil?: number } {
  const changed = groups.filter((group) => group.patient === patient).flatMap(({ changes }) => changes);
  if (changed.length === 0) return { inHouse: entry.inHouse };
  const encounters = new Map([
    ...(stored.get(patient) ?? []).map((resource) => [keyOf(resource), resource] as const),
    ...changed.map(({ key, after }) => [key, after] as const),
  ]);
  const isNews = changed.some(({ initial }) => !initial);
  return {
    inHouse: [...encounters.values()].some(isInHouse),
    ...(isNews && { activeUntil: ports.now() + recentChangeMs }),
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
