import type { WorkItem } from "./delivery.ts";

/** What an attempt came to, and so what happens next. */
export type Outcome = Accepted | Setback;

export interface Accepted {
  readonly action: "delivered";
  /** MSA-1 or the HTTP status; `none` where no acknowledgement was asked for. */
  readonly acknowledgement: string;
  /** What the receiver remarked on, though it took the message. */
  readonly workList?: readonly WorkItem[] | undefined;
}

export interface Setback extends SetbackRow {
  readonly acknowledgement?: string | undefined;
  /** What the receiver found fault with: codes and positions. */
  readonly workList?: readonly WorkItem[] | undefined;
  /** The receiver asked for at least this much patience. */
  readonly retryAfterMs?: number | undefined;
  /** Of the system call that failed: `ECONNREFUSED`. */
  readonly systemCode?: string | undefined;
}

/** One row of an outcome table. */
export interface SetbackRow {
  /**
   * - `retry`: again, by the destination's schedule, with the same id
   * - `hold`: the destination is set up wrongly or is gone; nothing to it can succeed until a person acts, so it is tried
   *   again now and then and never parked for failing
   * - `park`: this message will not be taken, however often it is sent
   */
  readonly action: "retry" | "hold" | "park";
  /** Stable, for the ledger, logs and alarms: `connection-refused`. */
  readonly reason: string;
  /** Whether the client system may have got the message. An attempt that never left does not count against `maxAttempts`. */
  readonly sent: boolean;
  /** Whether the next delivery to the same destination would meet the same: then it is not tried in this batch. */
  readonly stopsDestination?: boolean;
}
