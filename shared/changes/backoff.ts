import type { BridgeError } from "../errors.ts";

const longestMs = 30 * 60_000;

/**
 * The wait before a target whose poll failed is due again: its interval, doubled with each failure, no longer than half
 * an hour unless the interval or the source says so, and spread so that targets do not come back together.
 */
export function backoffMs(
  failures: number,
  intervalMs: number,
  { details }: BridgeError,
  random = Math.random,
): number {
  const asked = typeof details["retryAfterMs"] === "number" ? details["retryAfterMs"] : 0;
  const doubled = Math.min(Math.max(longestMs, intervalMs), intervalMs * 2 ** Math.min(failures - 1, 10));
  return Math.max(asked, Math.round(doubled * (0.75 + random() / 2)));
}
