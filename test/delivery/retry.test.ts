import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { defineBridge } from "../../shared/config/bridge.ts";
import { retryDelayMs, retryPolicyOf } from "../../shared/delivery/retry.ts";

const middle = () => 0.5;
const policy = { delaysMs: [1_000, 10_000, 60_000] };

test("the delays are taken in turn, and the last one repeats", () => {
  const delays = [1, 2, 3, 4, 50].map((attempt) => retryDelayMs(policy, { attempt, receives: attempt }, middle));
  expect(delays).toEqual([1_000, 10_000, 60_000, 60_000, 60_000]);
});

test("each delay is spread by a fifth", () => {
  expect(retryDelayMs(policy, { attempt: 2, receives: 2 }, () => 0)).toBe(8_000);
  expect(retryDelayMs(policy, { attempt: 2, receives: 2 }, () => 0.999999)).toBeCloseTo(12_000, 0);
});

test("what waits for a person is tried at the longest delay, and at least every half hour", () => {
  expect(retryDelayMs(policy, { attempt: 1, receives: 1, hold: true }, middle)).toBe(60_000);
  expect(retryDelayMs({ delaysMs: [1, 36_000_000] }, { attempt: 9, receives: 9, hold: true }, middle)).toBe(1_800_000);
});

describe("a receiver's wish for patience", () => {
  test("lengthens a delay", () => {
    expect(retryDelayMs(policy, { attempt: 1, receives: 1, retryAfterMs: 45_000 }, middle)).toBe(45_000);
  });

  test("does not shorten one", () => {
    expect(retryDelayMs(policy, { attempt: 3, receives: 3, retryAfterMs: 5 }, middle)).toBe(60_000);
  });

  test("is granted for an hour at the most", () => {
    expect(retryDelayMs(policy, { attempt: 1, receives: 1, retryAfterMs: 864_000_000 }, middle)).toBe(3_600_000);
  });
});

test("a thousand receives last until a delivery is parked for its age", () => {
  let totalMs = 0;
  for (let receives = 1; receives < 1000; receives++)
    totalMs += retryDelayMs(policy, { attempt: receives, receives }, () => 0);
  expect(totalMs).toBeGreaterThan(12 * 24 * 60 * 60 * 1000);
});

test("no delay is longer than SQS can keep a message invisible", () => {
  fc.assert(
    fc.property(
      fc.array(fc.nat(100 * 60 * 60 * 1000), { minLength: 1 }),
      fc.integer({ min: 1, max: 2000 }),
      (delaysMs, attempt) => {
        const delay = retryDelayMs({ delaysMs }, { attempt, receives: attempt });
        expect(delay).toBeGreaterThanOrEqual(0);
        expect(delay).toBeLessThanOrEqual(12 * 60 * 60 * 1000);
      },
    ),
  );
});

describe("the policy of a destination", () => {
  const { destinations } = defineBridge({
    sources: {},
    destinations: {
      engine: { format: "hl7v2", link: { host: "engine.example.org", port: 6661 } },
      app: { format: "webhook", url: "https://app.example.org", secret: "app" },
      patient: {
        format: "webhook",
        url: "https://app.example.org",
        secret: "app",
        retryDelays: ["1m", "2h"],
        maxAttempts: 5,
      },
    },
  });
  const policyOf = (name: string) => {
    const destination = destinations[name];
    if (destination === undefined) throw new Error(`no destination ${name}`);
    return retryPolicyOf(destination);
  };

  test("is quick for an HL7 v2 link, which waits behind the message", () => {
    expect(policyOf("engine")).toEqual({ delaysMs: [2_000, 5_000, 10_000, 30_000, 60_000], maxAttempts: undefined });
  });

  test("is that of Standard Webhooks for a webhook", () => {
    expect(policyOf("app").delaysMs.map((ms) => ms / 60_000)).toEqual([5 / 60, 5, 30, 120, 300, 600, 600]);
  });

  test("is the configuration's where it says so", () => {
    expect(policyOf("patient")).toEqual({ delaysMs: [60_000, 7_200_000], maxAttempts: 5 });
  });
});
