import type { ResourceKey } from "../fhir.ts";
import type { PendingChanges } from "../roster/roster.ts";
import { fingerprint, shortHash } from "./content.ts";
import type { DetectedChange, Snapshot } from "./diff.ts";

/** The changes of one patient that go out together, before their context is gathered. */
export interface ChangeGroup {
  readonly id: string;
  readonly patient: string;
  readonly detectedAt: string;
  readonly changes: readonly DetectedChange[];
}

export interface Grouping {
  /** Sent by an earlier poll that did not live to store their snapshots: to be stored, and not sent again. */
  readonly accepted: ReadonlyMap<string, readonly DetectedChange[]>;
  /** To be sent, in this order. */
  readonly groups: readonly ChangeGroup[];
  /** What has to be on record before the first of them is sent. */
  readonly pending: readonly PendingChanges[];
}

/**
 * Sorts the changes of a poll into groups to send: a group for each patient.
 *
 * A poll that died may have sent some before it could store their snapshots; it left on record what it was about to
 * send. Snapshots are stored only after all was sent, so a batch on record of which any snapshot is stored has been
 * accepted whole. The other batches go out again as they were, under the same ids and apart from what is new.
 */
export function groupChanges(
  source: string,
  changesByPatient: ReadonlyMap<string, readonly DetectedChange[]>,
  snapshots: ReadonlyMap<ResourceKey, Snapshot>,
  pending: readonly PendingChanges[],
  detectedAt: string,
): Grouping {
  const stored = new Set([...snapshots].map(([key, { hash }]) => fingerprint(key, hash)));
  const [unsettled, sent] = partition(pending, ({ fingerprints }) => !fingerprints.some((each) => stored.has(each)));
  const [accepted, unsent] = partitionChanges(changesByPatient, new Set(sent.flatMap((each) => each.fingerprints)));

  const groups: ChangeGroup[] = [];
  const stillPending: PendingChanges[] = [];
  let rest = unsent;
  const add = (batchDetectedAt: string, members: ReadonlyMap<string, readonly DetectedChange[]>) => {
    if (members.size === 0) return;
    for (const [patient, changes] of members)
      groups.push({
        id: groupId(source, patient, batchDetectedAt, changes),
        patient,
        detectedAt: batchDetectedAt,
        changes,
      });
    stillPending.push({ detectedAt: batchDetectedAt, fingerprints: [...members.values()].flat().map(signOf) });
  };
  for (const batch of unsettled) {
    const [again, others] = partitionChanges(rest, new Set(batch.fingerprints));
    add(batch.detectedAt, again);
    rest = others;
  }
  add(detectedAt, rest);
  return { accepted, groups, pending: stillPending };
}

function signOf({ key, hash }: DetectedChange): string {
  return fingerprint(key, hash);
}

function partition<Item>(items: readonly Item[], test: (item: Item) => boolean): [Item[], Item[]] {
  const { yes = [], no = [] } = Object.groupBy(items, (item) => (test(item) ? "yes" : "no"));
  return [yes, no];
}

type ByPatient = ReadonlyMap<string, readonly DetectedChange[]>;

/** The changes whose signs are in the set, and the others. Patients without any are left out. */
function partitionChanges(changesByPatient: ByPatient, signs: ReadonlySet<string>): [ByPatient, ByPatient] {
  const within = new Map<string, readonly DetectedChange[]>();
  const without = new Map<string, readonly DetectedChange[]>();
  for (const [patient, changes] of changesByPatient) {
    const [yes, no] = partition(changes, (change) => signs.has(signOf(change)));
    if (yes.length > 0) within.set(patient, yes);
    if (no.length > 0) without.set(patient, no);
  }
  return [within, without];
}

/**
 * The time of the detection is a part of the id: content that changes to and fro comes back to the same versions, and
 * its second coming is another change set. Their order is not: a resource written again with the same content counts as
 * updated later, and comes in another place.
 */
function groupId(source: string, patient: string, detectedAt: string, changes: readonly DetectedChange[]): string {
  const versions = changes.map(({ key, hash }) => `${key}\n${hash}`).sort();
  return shortHash([source, patient, detectedAt, ...versions].join("\n"));
}
