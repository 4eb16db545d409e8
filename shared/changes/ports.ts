import type { Source } from "../config/schema.ts";
import type { WorkItem } from "../delivery/delivery.ts";
import type { Resource, ResourceKey } from "../fhir.ts";
import type { IgniteSession } from "../ignite/client.ts";
import type { Lease, RosterPort } from "../roster/roster.ts";
import type { ChangeSet } from "./change.ts";
import type { Snapshot } from "./diff.ts";

export interface SnapshotWrite {
  readonly patient: string;
  readonly resource: Resource;
  readonly hash: string;
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
  /** @throws ERR_LEASE_LOST where a later lease of the same target has written */
  save(lease: Lease, writes: readonly SnapshotWrite[]): Promise<void>;
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
  readonly hash: string;
  /** Epoch milliseconds, where the appointment has a time. */
  readonly start?: number | undefined;
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
  reportWorkItem(item: PollWorkItem): Promise<void>;
  /** Epoch milliseconds by the calendar clock. */
  now(): number;
}
