import { describe, expect, test } from "vitest";
import { nextWatermark, searchStart } from "../../shared/changes/watermark.ts";
import { instantOf } from "../../shared/instant.ts";
import { observation } from "./support/people.ts";

const serverTime = Date.parse("2026-11-23T15:00:00Z");

describe("the watermark", () => {
  test("is the server's clock when the first page was asked for", () => {
    expect(nextWatermark(undefined, { resources: [], serverTime, elapsedMs: 4_000 })).toBe(serverTime - 4_000);
  });

  test("never moves backwards, whatever the server's clock says", () => {
    expect(nextWatermark(serverTime, { resources: [], serverTime: serverTime - 60_000, elapsedMs: 0 })).toBe(
      serverTime,
    );
  });

  test("is the latest version seen where the server tells no time, in whichever form", () => {
    const resources = [
      observation("a", "2026-11-23T09:00:00-06:00", 1),
      observation("b", "2026-11-23T14:59:59+00:00", 1),
      observation("c", "2026-11-23T14:00:00.000Z", 1),
    ];
    expect(nextWatermark(undefined, { resources, serverTime: undefined, elapsedMs: 0 })).toBe(serverTime);
  });

  test("stays where it is when nothing tells the time", () => {
    expect(nextWatermark(undefined, { resources: [], serverTime: undefined, elapsedMs: 0 })).toBeUndefined();
    expect(nextWatermark(5, { resources: [], serverTime: undefined, elapsedMs: 0 })).toBe(5);
  });
});

test("a search reaches back before the watermark, and before there is one, to the beginning", () => {
  expect(searchStart(serverTime, 120_000)).toBe(serverTime - 120_000);
  expect(searchStart(undefined, 120_000)).toBeUndefined();
});

test.each([
  "2026-11-23T15:00:00.000Z",
  "2026-11-23T15:00:00Z",
  "2026-11-23T15:00:00+00:00",
  "2026-11-23T09:00:00-06:00",
  "Mon, 23 Nov 2026 15:00:00 GMT",
])("%s is read as the instant that it is", (text) => {
  expect(instantOf(text)).toBe(serverTime);
});

test("what is no instant is none", () => {
  expect(instantOf(undefined)).toBeUndefined();
  expect(instantOf("soon")).toBeUndefined();
});
