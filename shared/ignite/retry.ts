import { setTimeout as sleep } from "node:timers/promises";
import { BridgeError } from "../errors.ts";

export interface RetryPolicy {
  readonly attempts: number;
  readonly firstDelayMs: number;
  /** A longer wait is left to the next poll: a Lambda that sleeps is paid for. */
  readonly longestDelayMs: number;
}
export const defaultRetryPolicy: RetryPolicy = { attempts: 3, firstDelayMs: 500, longestDelayMs: 10_000 };

/**
 * Repeats a request after a transient fault, waiting longer each time and never in step with others ("full jitter").
 * Gives up at once when the caller's signal aborts, or when the source asks for a longer wait than the policy grants.
 */
export async function withRetries<Result>(
  attempt: () => Promise<Result>,
  signal: AbortSignal,
  policy: RetryPolicy = defaultRetryPolicy,
): Promise<Result> {
  for (let made = 1; ; made += 1)
    try {
      return await attempt();
    } catch (error) {
      if (made >= policy.attempts || signal.aborted || !isTransient(error)) throw error;
      const delayMs = delayOf(error, made, policy);
      if (delayMs > policy.longestDelayMs) throw error;
      await sleep(delayMs, undefined, { signal }).catch(() => {
        throw error;
      });
    }
}

function isTransient(error: unknown): error is BridgeError {
  return (
    error instanceof BridgeError && (error.code === "ERR_IGNITE_UNAVAILABLE" || error.code === "ERR_IGNITE_THROTTLED")
  );
}

function delayOf(error: BridgeError, made: number, policy: RetryPolicy): number {
  const asked = error.details["retryAfterMs"];
  if (typeof asked === "number") return asked;
  return Math.random() * Math.min(policy.longestDelayMs, policy.firstDelayMs * 2 ** made);
}
