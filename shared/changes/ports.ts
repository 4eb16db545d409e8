import type { Source } from "../config/schema.ts";
import type { WorkItem } from "../delivery/delivery.ts";
import type { Resource, ResourceKey } from "../fhir.ts";
import type { IgniteSession } from "../ignite/client.ts";
import type { Lease, RosterPort } from "../roster/roster.ts";
import type { ChangeSet } from "./change.ts";
import type { Snapshot } from "./diff.ts";
import type { Outbox, StoredOutbox } from "./outbox.ts";

export interface SnapshotWrite {
  readonly patient: string;
  readonly resource: Resource;
  readonly hash: string;
  /** When the poll that saw it began (epoch milliseconds). */
  readonly seenAt: number;
}

/** A resource and the patient under whom it is kept. */
export interface WantedSnapshot {
  readonly patient: string;
  readonly key: ResourceKey;
}

export interface SnapshotsPort {
  /** What is stored of those. */
  get(source: string, wanted: readonly WantedSnapshot[]): Promise<Map<ResourceKey, Snapshot>>;
  /** All of one type that are stored for the patient. */
  list(source: string, patient: string, resourceType: string): Promise<Resource[]>;
  /** Keys of all of one type that are stored for the patient, also of those that were only noted. */
  keys(source: string, patient: string, resourceType: string): Promise<ResourceKey[]>;
  /** @throws ERR_LEASE_LOST where a later lease of the same target has written */
  save(lease: Lease, writes: readonly SnapshotWrite[]): Promise<void>;
  /**
   * Keeps what the target is about to tell, in place of what it was about to tell before.
   *
   * @throws ERR_LEASE_LOST
   */
  saveOutbox(lease: Lease, outbox: Outbox): Promise<void>;
  getOutbox(lease: Lease): Promise<StoredOutbox | undefined>;
  /** Remembers that there are such resources, where nothing of them is known yet. They are kept under no patient. */
  note(source: string, keys: readonly ResourceKey[]): Promise<void>;
  /** Under which patient each was last stored. */
  ownersOf(source: string, keys: readonly ResourceKey[]): Promise<Map<ResourceKey, string>>;
  /** @throws ERR_LEASE_LOST */
  saveOwner(lease: Lease, patient: string, keys: readonly ResourceKey[]): Promise<void>;
  /** What a search of the feed last showed for the target. */
  getSeen(lease: Lease, feed: string): Promise<Seen | undefined>;
  /** @throws ERR_LEASE_LOST */
  saveSeen(lease: Lease, feed: string, seen: Seen): Promise<void>;
  getWindow(lease: Lease): Promise<AppointmentWindow | undefined>;
  /** @throws ERR_LEASE_LOST */
  saveWindow(lease: Lease, window: AppointmentWindow): Promise<void>;
}

/** The appointments that a search by date last showed: the only way to notice that one is missing. */
export interface AppointmentWindow {
  readonly appointments: Readonly<Record<string, SeenAppointment>>;
  /** Whom the roster was told to expect, and until when (epoch milliseconds). */
  readonly expected: Readonly<Record<string, number>>;
}
export interface SeenAppointment {
  readonly patient: string;
  /** Short sign of the content. */
  readonly sign: string;
  /** Epoch milliseconds, where the appointment has a time. */
  readonly start?: number | undefined;
}

/** By id, what a search last showed. It spares the comparison of what is as it was, and tells what is missing. */
export type Seen = Readonly<Record<string, SeenResource>>;
export interface SeenResource {
  /** Short sign of the content. */
  readonly sign: string;
  /** It is not over yet: when the search no longer shows it, it is read by id. */
  readonly open?: boolean | undefined;
  /** The encounter that it was found by. */
  readonly of?: string | undefined;
  /** When nobody asks for it any more (epoch milliseconds). */
  readonly until?: number | undefined;
}

export interface ChangesPort {
  /** Sends in this order; returns when all are accepted. */
  send(changeSets: readonly ChangeSet[]): Promise<void>;
}

/** Resources that many patients share: practitioners and locations. */
export interface ReferencesPort {
  /** What is known of those keys; a key without a resource is known not to be there. */
  get(source: string, keys: readonly ResourceKey[]): Promise<Map<ResourceKey, Resource | undefined>>;
  put(source: string, entries: ReadonlyMap<ResourceKey, Resource | undefined>): Promise<void>;
}

/** A record that could not be told, for a person to look at. */
export interface PollWorkItem extends WorkItem {
  readonly source: string;
  readonly patient?: string | undefined;
  readonly resourceType: string;
  readonly id?: string | undefined;
}

export interface PollPorts {
  readonly sourceName: string;
  readonly source: Source;
  readonly roster: RosterPort;
  readonly snapshots: SnapshotsPort;
  readonly changes: ChangesPort;
  readonly references: ReferencesPort;
  readonly ignite: IgniteSession;
  /** The longest that a destination of the source holds a report for results that have not come. */
  readonly settleMs?: number | undefined;
  reportWorkItem(item: PollWorkItem): Promise<void>;
  /** Epoch milliseconds by the calendar clock. */
  now(): number;
}
