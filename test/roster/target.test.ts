import { expect, test } from "vitest";
import { leaseMsFor, parsePollRequest, parseTarget } from "../../shared/roster/target.ts";

test("targets are read from their keys", () => {
  expect(parseTarget("patient/12724066")).toEqual({ kind: "patient", patient: "12724066" });
  expect(parseTarget("schedule/21304876")).toEqual({ kind: "schedule", location: "21304876" });
  expect(parseTarget("reference/Practitioner")).toEqual({ kind: "reference", resourceType: "Practitioner" });
});

test.each(["", "patient/", "group/1", "reference/Device", "12724066"])("%o is no target", (key) => {
  expect(() => parseTarget(key)).toThrow(expect.objectContaining({ code: "ERR_QUEUE_MESSAGE" }));
});

test("a request names its source and target", () => {
  const request = { source: "general", target: "patient/1", plannedAt: 5 };
  expect(parsePollRequest(JSON.stringify(request))).toEqual(request);
});

test.each([
  ["not JSON", "(body)"],
  ["{}", "source"],
  ['{"source":"general","target":5}', "target"],
])("%s is refused, naming what is wrong", (body, path) => {
  expect(() => parsePollRequest(body)).toThrow(
    expect.objectContaining({ code: "ERR_QUEUE_MESSAGE", details: { path } }),
  );
});

test("a lease outlives the invocation that took it", () => {
  expect(leaseMsFor(900_000)).toBeGreaterThan(900_000);
  expect(leaseMsFor(0)).toBeGreaterThan(0);
});
