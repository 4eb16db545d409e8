import { describe, expect, test } from "vitest";
import { backoffMs } from "../../shared/changes/backoff.ts";
import { BridgeError } from "../../shared/errors.ts";

const minute = 60_000;
const unavailable = new BridgeError("ERR_IGNITE_UNAVAILABLE");
const middle = () => 0.5;

describe("the wait after a failure", () => {
  test("is the interval, doubled with each failure, up to half an hour", () => {
    const waits = [1, 2, 3, 4, 5, 6, 60].map((failures) => backoffMs(failures, minute, unavailable, middle) / minute);
    expect(waits).toEqual([1, 2, 4, 8, 16, 30, 30]);
  });

  test("is never shorter than a long interval", () => {
    expect(backoffMs(3, 60 * minute, unavailable, middle)).toBe(60 * minute);
  });

  test("is spread, so that targets do not come back together", () => {
    expect(backoffMs(1, minute, unavailable, () => 0)).toBe(0.75 * minute);
    expect(backoffMs(1, minute, unavailable, () => 1)).toBe(1.25 * minute);
  });

  test("is as long as the source asks for", () => {
    const throttled = new BridgeError("ERR_IGNITE_THROTTLED", { details: { retryAfterMs: 7 * 60 * minute } });
    expect(backoffMs(1, minute, throttled, middle)).toBe(7 * 60 * minute);
  });
});
