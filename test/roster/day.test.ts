import { describe, expect, test } from "vitest";
import { daysFromToday } from "../../shared/roster/day.ts";

function days(now: string, count: number, timeZone: string): string[] {
  const { from, to } = daysFromToday(Date.parse(now), count, timeZone);
  return [new Date(from).toISOString(), new Date(to).toISOString()];
}

test("a day is the facility's own", () => {
  expect(days("2026-11-23T15:00:00Z", 1, "America/Chicago")).toEqual([
    "2026-11-23T06:00:00.000Z",
    "2026-11-24T06:00:00.000Z",
  ]);
  expect(days("2026-11-23T03:00:00Z", 1, "America/Chicago")).toEqual([
    "2026-11-22T06:00:00.000Z",
    "2026-11-23T06:00:00.000Z",
  ]);
  expect(days("2026-11-23T15:00:00Z", 1, "Pacific/Auckland")).toEqual([
    "2026-11-23T11:00:00.000Z",
    "2026-11-24T11:00:00.000Z",
  ]);
});

test("days run over the end of a month and of a year", () => {
  expect(days("2026-12-31T12:00:00Z", 2, "UTC")).toEqual(["2026-12-31T00:00:00.000Z", "2027-01-02T00:00:00.000Z"]);
});

describe("when clocks change", () => {
  test("the day is 23 or 25 hours long", () => {
    expect(days("2026-03-29T10:00:00Z", 1, "Europe/Berlin")).toEqual([
      "2026-03-28T23:00:00.000Z",
      "2026-03-29T22:00:00.000Z",
    ]);
    expect(days("2026-11-01T18:00:00Z", 1, "America/Chicago")).toEqual([
      "2026-11-01T05:00:00.000Z",
      "2026-11-02T06:00:00.000Z",
    ]);
  });
});

test("midnight is its own day", () => {
  expect(days("2026-11-23T06:00:00Z", 1, "America/Chicago")[0]).toBe("2026-11-23T06:00:00.000Z");
  expect(days("2026-11-23T05:59:59Z", 1, "America/Chicago")[0]).toBe("2026-11-22T06:00:00.000Z");
});
