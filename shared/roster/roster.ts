import type { ResourceKey } from "../fhir.ts";
import type { TargetKey } from "./target.ts";
import type { Tier } from "./tier.ts";

/** How far the feeds of a target have come, beside their watermarks. Times are epoch milliseconds. */
export interface Progress {
  /** By feed that has an interval of its own: the last read. */
  readonly readAt: Readonly<Record<string, number>>;
  /** By feed: when everything was last read again. */
  readonly fullReadAt: Readonly<Record<string, number>>;
  /** Ids of the encounters that are planned or open. */
  readonly openEncounters: readonly string[];
  /** When those were last read by id. */
  readonly openReadAt: number;
  /** Those of them that could not be read any more, and when that was last tried. */
  readonly hiddenEncounters?: { readonly ids: readonly string[]; readonly readAt: number } | undefined;
  /** Which call to read everything again has been answered. */
  readonly rereadAnswered: number;
  /** The record that this one was merged into. */
  readonly mergedInto?: string | undefined;
  /** Reports that destinations may be holding until all of their results are there, and results without a report. */
  readonly settling?: readonly Settling[] | undefined;
}

/** A report or a result that is told as it is when the time is over. */
export interface Settling {
  readonly patient: string;
  readonly key: ResourceKey;
  /** Epoch milliseconds. */
  readonly until: number;
}

export const noProgress: Progress = {
  readAt: {},
  fullReadAt: {},
  openEncounters: [],
  openReadAt: 0,
  rereadAnswered: 0,
};

/** What is remembered of a target between polls. Times are epoch milliseconds. */
export interface RosterEntry {
  readonly source: string;
  readonly target: TargetKey;
  readonly tier: Tier;
  readonly dueAt: number;
  /** Whatever was last updated before was there before the bridge began to watch. */
  readonly since: number;
  /** Listed in the configuration; others were found through a schedule or a merge. */
  readonly configured: boolean;
  /** Counts the leases: the fence for every write of a poll. */
  readonly epoch: number;
  /** Start of the last poll that succeeded. */
  readonly polledAt?: number | undefined;
  /** By feed: what was last updated before this has been seen. */
  readonly watermarks: Readonly<Record<string, number>>;
  /** By feed: where `since` stands for a feed, which may have been configured after the target. */
  readonly feedSince: Readonly<Record<string, number>>;
  /** FHIR requests that a poll of this target takes. */
  readonly requests?: number | undefined;
  /** Polls that failed since the last one that succeeded. */
  readonly failures: number;
  /** An inpatient or emergency encounter is open. */
  readonly inHouse: boolean;
  /** The end of the day of an appointment. */
  readonly expectedUntil?: number | undefined;
  /** When the interest in a recent change ends. */
  readonly activeUntil?: number | undefined;
  /** Records from which some came to this patient, by a merge or because they were somebody else's before. */
  readonly mergedFrom: readonly string[];
  /** When records last came so: they show no new `lastUpdated`, and are found by reading everything once more. */
  readonly rereadWanted?: number | undefined;
  readonly progress?: Progress | undefined;
  /** Whatever was about to be told under this epoch or an earlier one has been, and is stored. */
  readonly settledEpoch: number;
}

/** The right to poll a target. Every write carries its epoch as a condition. */
export interface Lease {
  readonly entry: RosterEntry;
}

/** What a poll leaves behind. Fields that are absent stay as they are. */
export interface LeaseRelease {
  readonly dueAt: number;
  readonly tier: Tier;
  readonly failures: number;
  readonly requests?: number | undefined;
  readonly polledAt?: number | undefined;
  readonly watermarks?: Readonly<Record<string, number>> | undefined;
  readonly feedSince?: Readonly<Record<string, number>> | undefined;
  readonly inHouse?: boolean | undefined;
  readonly activeUntil?: number | undefined;
  readonly progress?: Progress | undefined;
  /** True where nothing is left that a later poll would have to send again. */
  readonly settled: boolean;
}

/** What a poll leaves behind that carried out what an earlier one had begun. */
export interface Settlement extends Pick<LeaseRelease, "inHouse" | "activeUntil" | "progress"> {
  /** The epoch of that poll. */
  readonly settledEpoch: number;
}

/** A patient found through a schedule, a merge, or a record that moved. */
export interface Joining {
  readonly patient: string;
  readonly since: number;
  readonly expectedUntil?: number | undefined;
  readonly mergedFrom?: string | undefined;
}

/** The roster as a poll needs it. */
export interface RosterPort {
  /**
   * Takes the lease, unless another poll holds it, or the target is not on the roster, or it has been polled since
   * `plannedAt`.
   */
  lease(request: {
    source: string;
    target: TargetKey;
    plannedAt?: number | undefined;
    now: number;
    until: number;
  }): Promise<Lease | undefined>;
  /** Makes sure that no other poll has taken over. @throws ERR_LEASE_LOST */
  confirm(lease: Lease): Promise<void>;
  /** Notes that what an earlier poll was about to tell has been told. @throws ERR_LEASE_LOST */
  settle(lease: Lease, settlement: Settlement): Promise<void>;
  /** @throws ERR_LEASE_LOST */
  release(lease: Lease, release: LeaseRelease): Promise<void>;
  /** Adds patients that are not there yet; for those that are, notes the appointment or merge and brings the poll forward. */
  join(source: string, joining: readonly Joining[], now: number): Promise<void>;
}

/** A due target, as the plan sees it. */
export type DueTarget = Pick<RosterEntry, "target" | "tier" | "dueAt" | "requests">;

/** The roster as the plan needs it. */
export interface PlanRosterPort {
  /** Hash of the configured targets as they were last brought in. */
  configurationOf(source: string): Promise<string | undefined>;
  /** Last step of bringing them in. */
  noteConfiguration(source: string, hash: string): Promise<void>;
  /** Leaves an entry that is there already as it is, but for marking it configured. */
  addConfigured(source: string, target: TargetKey, now: number): Promise<void>;
  configuredTargets(source: string): Promise<TargetKey[]>;
  remove(source: string, target: TargetKey): Promise<void>;
  /** The earliest due first, `limit` at the most. */
  due(source: string, now: number, limit: number): Promise<DueTarget[]>;
  /** Moves `dueAt`, unless somebody else has. */
  postpone(source: string, target: DueTarget, dueAt: number): Promise<void>;
}
