import type { Destination } from "../config/schema.ts";

const seconds = 1000;
const minutes = 60 * seconds;
const hours = 60 * minutes;
const days = 24 * hours;

/** The longest that SQS keeps a received message invisible. */
const longestDelayMs = 12 * hours;

/** So that deliveries that failed together do not come back together. */
const jitter = 0.2;

/** Soon enough after a person has set a destination right, and seldom enough until then. */
const longestHoldMs = 30 * minutes;

/** However long a receiver asks for: a slip of its clock or its units must not silence it for days. */
const longestPatienceMs = 1 * hours;

/** A message that nobody could deliver is parked with its reason before the queue's retention of 14 days drops it. */
export const parkAfterMs = 13 * days;

/**
 * SQS moves a message to the parked queue at its thousandth receive, without a reason and past its group. After half of
 * them the waits are stretched, so that the other half lasts until {@link parkAfterMs}.
 */
const receivesBeforeStretching = 500;
const stretchedDelayMs = 45 * minutes;

export interface RetryPolicy {
  readonly delaysMs: readonly number[];
  /** Attempts that may have reached the client system before the delivery is parked; without it, there is no such limit. */
  readonly maxAttempts?: number | undefined;
}

export function retryPolicyOf({ retryDelays, maxAttempts }: Destination): RetryPolicy {
  return { delaysMs: retryDelays, maxAttempts };
}

export interface Wait {
  /** Attempts so far, from 1. */
  readonly attempt: number;
  /** Receives from the queue so far. */
  readonly receives: number;
  readonly retryAfterMs?: number | undefined;
  /** True when nothing will change until a person acts. */
  readonly hold?: boolean | undefined;
}

/** How long to wait before the next attempt. `random` gives [0, 1). */
export function retryDelayMs(
  { delaysMs }: RetryPolicy,
  { attempt, receives, retryAfterMs = 0, hold = false }: Wait,
  random: () => number = Math.random,
): number {
  const last = delaysMs.length - 1;
  const longest = delaysMs[last] ?? 0;
  const planned = hold ? Math.min(longest, longestHoldMs) : (delaysMs[attempt - 1] ?? longest);
  const stretched = receives > receivesBeforeStretching ? Math.max(planned, stretchedDelayMs) : planned;
  const spread = stretched * (1 - jitter + 2 * jitter * random());
  return Math.min(Math.max(spread, Math.min(retryAfterMs, longestPatienceMs)), longestDelayMs);
}
