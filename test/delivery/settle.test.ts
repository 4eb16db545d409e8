import { describe, expect, test } from "vitest";
import type { ChangeSet } from "../../shared/changes/change.ts";
import { routeChangeSet } from "../../shared/delivery/route.ts";
import type { Resource } from "../../shared/fhir.ts";
import { app, at, bridgeTo, engine, labReport, person, potassium, startPolling } from "./support/hospital.ts";
import { rememberAll } from "./support/memory.ts";

/** What an HL7 link and a webhook are told, poll by poll: the same. */
function listen(settings: { settle?: string } = {}) {
  const memory = rememberAll(bridgeTo({ engine: { ...engine, ...settings }, app: { ...app, ...settings } }));
  const poll = startPolling();
  const route = async (changeSet: ChangeSet) => {
    const before = { engine: memory.sent.get("engine")?.length ?? 0, app: memory.sent.get("app")?.length ?? 0 };
    await routeChangeSet(changeSet, memory.dependencies);
    const [toEngine, toApp] = (["engine", "app"] as const).map((name) =>
      (memory.sent.get(name) ?? []).slice(before[name]).map(({ event }) => event),
    );
    expect(toApp).toEqual(toEngine);
    return toEngine;
  };
  return {
    tell: (minute: number, ...resources: Resource[]) => route({ ...poll(resources), detectedAt: at(minute) }),
    /** The report again, when its time is over. */
    recheck: (minute: number, report: Resource) =>
      route({ ...poll([report]), detectedAt: at(minute), isRecheck: true }),
  };
}

const report = () => labReport(1, "final");

describe("a report that was written before its results", () => {
  test("is held, and told as final when they come", async () => {
    const { tell, recheck } = listen();
    expect(await tell(1, person(0), report())).toEqual(["patient.added"]);
    expect(await tell(2, potassium(2, "final", 4.1))).toEqual(["result.final"]);
    expect(await recheck(3, report())).toEqual([]);
  });

  test("is held though a preliminary result is there", async () => {
    const { tell } = listen();
    await tell(0, person(0), labReport(0, "preliminary"), potassium(0, "preliminary", 4.1));
    expect(await tell(1, report())).toEqual([]);
    expect(await tell(2, potassium(2, "final", 4.1))).toEqual(["result.final"]);
  });

  test("is told as it is when the time is over, and as final when they come after all", async () => {
    const { tell, recheck } = listen();
    const written = { ...report(), conclusion: "See the values" };
    await tell(1, person(0), written);
    expect(await recheck(3, written)).toEqual(["result.preliminary"]);
    expect(await recheck(3, written)).toEqual([]);
    expect(await tell(9, potassium(9, "final", 4.1))).toEqual(["result.final"]);
  });

  test("is not held when it was written long before it was seen", async () => {
    const { tell } = listen();
    const written = { ...report(), conclusion: "See the values" };
    expect(await tell(60, person(0), written)).toEqual(["patient.added", "result.preliminary"]);
  });

  test("is not held by a destination that does not wait", async () => {
    const { tell } = listen({ settle: "0s" });
    const written = { ...report(), conclusion: "See the values" };
    expect(await tell(1, person(0), written)).toEqual(["patient.added", "result.preliminary"]);
  });
});

test("what changes after that is a correction", async () => {
  const { tell } = listen();
  await tell(1, person(0), report(), potassium(1, "final", 4.1));
  expect(await tell(3, potassium(3, "corrected", 3.9))).toEqual(["result.corrected"]);
});
