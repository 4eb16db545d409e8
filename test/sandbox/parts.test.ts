import fc from "fast-check";
import { expect, test } from "vitest";
import { manualClock, runningClock } from "../../sandbox/clock.ts";
import { createSchedule } from "../../sandbox/hospital/schedule.ts";
import { seededRandom } from "../../sandbox/random.ts";
import { everyPrefix, spanOf } from "../../sandbox/server/parameters.ts";

test("a schedule gives the earliest first, and first come first for the same time", () => {
  fc.assert(
    fc.property(fc.array(fc.nat(20)), (times) => {
      const schedule = createSchedule<number>();
      times.forEach((at, index) => {
        schedule.add(at, index);
      });
      const played: [number, number][] = [];
      for (let due = schedule.next(20); due; due = schedule.next(20)) played.push([due.at, due.item]);
      expect(played).toEqual(
        times.map((at, index): [number, number] => [at, index]).toSorted(([a, x], [b, y]) => a - b || x - y),
      );
    }),
  );
});

test("a schedule keeps what is not yet due", () => {
  const schedule = createSchedule<string>();
  schedule.add(5, "later");
  expect(schedule.next(4)).toBeUndefined();
  expect(schedule.next(5)).toEqual({ at: 5, item: "later" });
});

test("draws depend on the seed alone and stay within their bounds", () => {
  const draws = (seed: string) => {
    const random = seededRandom(seed);
    return Array.from({ length: 50 }, () => random.whole(3, 9));
  };
  expect(draws("a")).toEqual(draws("a"));
  expect(draws("a")).not.toEqual(draws("b"));
  expect(new Set(draws("a").concat(draws("b"), draws("c")))).toEqual(new Set([3, 4, 5, 6, 7, 8, 9]));
  expect(seededRandom("a").uuid()).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  expect(seededRandom("a").anyOf([])).toBeUndefined();
  expect(() => seededRandom("a").pick([])).toThrow(RangeError);
});

test("waits average to their rate", () => {
  const random = seededRandom("waits");
  const waits = Array.from({ length: 5000 }, () => random.waitHours(4));
  expect(waits.reduce((sum, wait) => sum + wait, 0) / waits.length).toBeCloseTo(0.25, 1);
});

test("clocks: one stands until it is moved, one runs at its speed", async () => {
  const origin = new Date("2026-11-23T15:00:00Z");
  const still = manualClock(origin);
  still.advance(1500);
  expect(still.now().toISOString()).toBe("2026-11-23T15:00:01.500Z");
  const fast = runningClock(origin, 10_000);
  const before = performance.now();
  while (performance.now() - before < 5);
  expect(fast.now().getTime() - origin.getTime()).toBeGreaterThanOrEqual(50_000);
});

test.each([
  [["2026"], "2026-01-01T00:00:00Z", "2027-01-01T00:00:00Z"],
  [["2024"], "2024-01-01T00:00:00Z", "2025-01-01T00:00:00Z"],
  [["2026-12"], "2026-12-01T00:00:00Z", "2027-01-01T00:00:00Z"],
  [["2026-11-23"], "2026-11-23T00:00:00Z", "2026-11-24T00:00:00Z"],
  [["2026-11-23T15:00Z"], "2026-11-23T15:00:00Z", "2026-11-23T15:01:00Z"],
  [["2026-11-23T15:00:00-06:00"], "2026-11-23T21:00:00Z", "2026-11-23T21:00:01Z"],
  [["ge2026-11-23", "le2026-11-24"], "2026-11-23T00:00:00Z", "2026-11-25T00:00:00Z"],
  [["lt2026-11-24", "gt2026-11-22"], "2026-11-23T00:00:00Z", "2026-11-24T00:00:00Z"],
])("%j spans %s to %s", (values, from, until) => {
  const span = spanOf("date", values, { values: 2, prefixes: everyPrefix, timed: false });
  expect(span).toEqual({ from: Date.parse(from), until: Date.parse(until) });
});
