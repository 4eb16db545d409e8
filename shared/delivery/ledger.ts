import type { Delivery, WorkItem } from "./delivery.ts";

/**
 * - `queued`: rendered, on its way into or waiting in the destination's queue, or with its first attempt under way
 * - `acknowledged`: the client system has it
 * - `retrying`: the last attempt failed; the next comes by itself
 * - `parked`: no attempt comes by itself; a person redrives or discards it
 */
export const deliveryStates = ["queued", "acknowledged", "retrying", "parked"] as const;
export type DeliveryState = (typeof deliveryStates)[number];
/** The states in which somebody may have to do something; the ledger finds these alone by destination. */
export type TroubledState = Extract<DeliveryState, "retrying" | "parked">;

/** A delivery without its message: what the ledger keeps. */
export type DeliveryHead = Omit<Delivery, "body">;

export interface LedgerEntry extends DeliveryHead {
  readonly state: DeliveryState;
  /** Attempts whose outcome is known. */
  readonly attempts: number;
  /** Attempts that do not count against `maxAttempts`: they never reached the client system, or it is set up wrongly. */
  readonly unsent: number;
  /** When the state was last written (instant). */
  readonly updatedAt: string;
  /** MSA-1 or the HTTP status: `AA`, `200`. */
  readonly acknowledgement?: string | undefined;
  /** Why the last attempt failed or why it is parked: a stable code such as `connection-refused`. */
  readonly reason?: string | undefined;
  /** When the next attempt is due (instant), while retrying. */
  readonly nextAttemptAt?: string | undefined;
  /** What a person should look at: from rendering, or from the ERR segments of a refusal. */
  readonly workList: readonly WorkItem[];
}

/** What {@link Ledger.begin} says: go ahead with this attempt, or the client system has it already. */
export type Begin =
  | {
      readonly send: true;
      readonly attempt: number;
      /** Attempts before this one that do not count. */
      readonly unsent: number;
    }
  | { readonly send: false };

/**
 * The record of deliveries. Every step may be repeated: a crash between any two of them leads to the same step again.
 * All methods throw what the store throws.
 */
export interface Ledger {
  /** Before the message enters the queue. Leaves an entry that is there already as it is. */
  open(delivery: DeliveryHead, workList?: readonly WorkItem[]): Promise<void>;
  /** Before each attempt. Only its outcome is written: a write more for each would cost as much as the delivery. */
  begin(delivery: Pick<DeliveryHead, "id">): Promise<Begin>;
  acknowledged(delivery: DeliveryHead, outcome: { acknowledgement: string; attempt: number }): Promise<void>;
  /** The attempt failed and another one comes at `nextAttemptAt` (instant). Never undoes an acknowledgement. */
  retrying(
    delivery: DeliveryHead,
    failure: {
      readonly reason: string;
      readonly acknowledgement?: string | undefined;
      readonly nextAttemptAt: string;
      readonly attempt: number;
      /** Whether the attempt counts against `maxAttempts`. */
      readonly counted: boolean;
    },
  ): Promise<void>;
  /**
   * No attempt will come by itself. Also for what could not even be rendered and so was never opened. Never undoes an
   * acknowledgement. Its work list is added to the one from {@link open}.
   */
  parked(
    delivery: DeliveryHead,
    failure: {
      readonly reason: string;
      readonly acknowledgement?: string | undefined;
      /** Absent where none was made. */
      readonly attempt?: number | undefined;
      readonly workList?: readonly WorkItem[] | undefined;
    },
  ): Promise<void>;
  get(delivery: string): Promise<LedgerEntry | undefined>;
  /** The entries of a destination in one state, oldest first. */
  list(destination: string, state: TroubledState): AsyncIterable<LedgerEntry>;
}
