import type { Resource } from "../fhir.ts";
import { isSearchable } from "../ignite/searches.ts";
import type { Joining, Lease, Settling } from "../roster/roster.ts";
import type { ChangeSet } from "./change.ts";
import type { ChangeGroup } from "./change-set.ts";
import type { DetectedChange } from "./diff.ts";
import { ownersOf, saveOwners } from "./ownership.ts";
import type { PollPorts, SnapshotWrite } from "./ports.ts";
import { seenAs } from "./seen.ts";
import { seenAppointment } from "./window.ts";

/**
 * What a poll is about to tell, and what follows from having told it. It is on record before the first of it is sent, so
 * that the next poll carries it out to the end where this one dies.
 */
export interface Outbox {
  /** When the poll that found it began (epoch milliseconds). */
  readonly seenAt: number;
  /** In the order in which they are sent. */
  readonly groups: readonly ChangeGroup[];
  readonly joining: readonly Joining[];
  /** Reports that destinations may hold from now on. */
  readonly settling: readonly Settling[];
}

/** The outbox of a target, and the lease under which it was written. */
export interface StoredOutbox extends Outbox {
  readonly epoch: number;
}

/** Snapshots move only after all change sets were accepted; whatever was done already is done again to no effect. */
export async function carryOut(
  ports: PollPorts,
  lease: Lease,
  { groups, joining, seenAt }: Outbox,
  changeSets: readonly ChangeSet[],
): Promise<void> {
  await ports.changes.send(changeSets);
  if (joining.length > 0) await ports.roster.join(ports.sourceName, joining, ports.now());
  await ports.snapshots.save(lease, writesOf(groups, seenAt));
  await saveOwners(ports, lease, groups);
}

function writesOf(groups: readonly ChangeGroup[], seenAt: number): SnapshotWrite[] {
  return groups.flatMap(({ patient, changes }) =>
    changes.map(({ after, hash }) => ({ patient, resource: after, hash, seenAt })),
  );
}

/** What a poll that died left to be done. An outbox that was carried out stays where it is until the next one. */
export async function unsettledOutbox(ports: PollPorts, lease: Lease): Promise<StoredOutbox | undefined> {
  const { epoch, settledEpoch } = lease.entry;
  if (settledEpoch === epoch - 1) return undefined;
  const outbox = await ports.snapshots.getOutbox(lease);
  return outbox !== undefined && outbox.epoch > settledEpoch ? outbox : undefined;
}

/**
 * The groups without what another target has stored, and so told, in a later version since. They keep their ids, for
 * they may have been accepted already.
 */
export async function withoutOvertaken(ports: PollPorts, { groups, seenAt }: Outbox): Promise<ChangeGroup[]> {
  const owners = await ownersOf(
    ports,
    groups.flatMap(({ changes }) => changes.map(({ after }) => after)),
  );
  const wanted = groups.flatMap(({ patient, changes }) =>
    changes.flatMap(({ key }) => [patient, owners.get(key) ?? patient].map((each) => ({ patient: each, key }))),
  );
  const stored = await ports.snapshots.get(ports.sourceName, wanted);
  const isCurrent = ({ key }: DetectedChange) => (stored.get(key)?.seenAt ?? 0) <= seenAt;
  return groups
    .map((group) => ({ ...group, changes: group.changes.filter(isCurrent) }))
    .filter(({ changes }) => changes.length > 0);
}

/**
 * Brings what the searches last showed up to what was told: a version that goes back to what a search showed before the
 * poll that died would else count as nothing new.
 */
export async function moveSeen(ports: PollPorts, lease: Lease, groups: readonly ChangeGroup[]): Promise<void> {
  const resources = groups.flatMap(({ changes }) => changes.map(({ after }) => after));
  for (const [feed, ofFeed] of Map.groupBy(resources, ({ resourceType }) => resourceType)) {
    if (feed === "Appointment") await moveWindow(ports, lease, ofFeed as fhir4.Appointment[]);
    else if (isSearchable(feed)) await moveSeenOf(ports, lease, feed, ofFeed);
  }
}

async function moveSeenOf(ports: PollPorts, lease: Lease, feed: string, told: readonly Resource[]): Promise<void> {
  const seen = await ports.snapshots.getSeen(lease, feed);
  if (seen === undefined) return;
  const moved = Object.fromEntries(told.map((resource) => [resource.id ?? "", seenAs(resource)]));
  await ports.snapshots.saveSeen(lease, feed, { ...seen, ...moved });
}

async function moveWindow(ports: PollPorts, lease: Lease, told: readonly fhir4.Appointment[]): Promise<void> {
  const window = await ports.snapshots.getWindow(lease);
  if (window === undefined) return;
  const moved = Object.fromEntries(told.map((each) => [each.id ?? "", seenAppointment(each)]));
  await ports.snapshots.saveWindow(lease, { ...window, appointments: { ...window.appointments, ...moved } });
}
