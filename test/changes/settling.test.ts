import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import { poll } from "../../shared/changes/poll.ts";
import { keyOf } from "../../shared/fhir.ts";
import { observation, patient, report } from "./support/people.ts";
import { type Stores, startStores } from "./support/stores.ts";
import { countSteps, createWorld, Death, dieAt, type Guard, startOfTest, type World } from "./support/world.ts";

let stores: Stores;
beforeAll(async () => {
  stores = await startStores();
});
afterAll(() => stores.close());

const settleMs = 120_000;
const minute = 60_000;

function at(offsetMs: number): string {
  return new Date(startOfTest + offsetMs).toISOString();
}

function pollOnce(world: World, guard?: Guard) {
  const ports = { ...world.ports(guard), settleMs };
  return poll({ source: "general", target: "patient/1" }, ports, { leaseMs: 1 });
}

/** A patient who is known, and a report that was just written without its result. */
async function worldWithReport(): Promise<World> {
  const world = await createWorld(stores, { feeds: ["Patient", "DiagnosticReport", "Observation"] });
  onTestFinished(() => world.close());
  world.ignite.put(patient("1", 1, "2026-11-20T10:00:00.000Z"));
  await pollOnce(world);
  await world.changeSets();
  world.now += minute;
  world.ignite.put(report("701", at(minute), ["L-1"]));
  return world;
}

test("a report that lacks results is asked for again when its time is over, and the target is due then", async () => {
  const world = await worldWithReport();
  await pollOnce(world);
  expect((await world.changeSets()).map(({ isRecheck = false }) => isRecheck)).toEqual([false]);
  const { dueAt, progress } = await world.entry();
  expect(dueAt).toBeLessThanOrEqual(world.now + settleMs);
  expect(progress?.settling).toEqual([{ patient: "1", key: "DiagnosticReport/701", until: world.now + settleMs }]);

  world.now += settleMs;
  await pollOnce(world);
  const [recheck, ...others] = await world.changeSets();
  expect(others).toEqual([]);
  expect([recheck?.isRecheck, recheck?.changes.map(({ after }) => keyOf(after))]).toEqual([
    true,
    ["DiagnosticReport/701"],
  ]);

  world.now += minute;
  await pollOnce(world);
  expect(await world.changeSets()).toEqual([]);
});

test("a report that comes with its results is not waited for", async () => {
  const world = await worldWithReport();
  world.ignite.put(observation("L-1", at(minute), 4.1));
  await pollOnce(world);
  expect((await world.entry()).progress?.settling).toBeUndefined();
});

test("laboratory results that lack their report are asked for again together, once", async () => {
  const world = await createWorld(stores, { feeds: ["Patient", "DiagnosticReport", "Observation"] });
  onTestFinished(() => world.close());
  world.ignite.put(patient("1", 1, "2026-11-20T10:00:00.000Z"));
  await pollOnce(world);
  await world.changeSets();
  world.now += minute;
  const pulse = { category: [{ coding: [{ code: "vital-signs" }] }] };
  world.ignite.put(observation("L-1", at(minute), 4.1));
  world.ignite.put(observation("L-2", at(minute), 139));
  world.ignite.put(observation("VS-1", at(minute), 72, pulse));
  await pollOnce(world);
  await world.changeSets();
  const waiting = (await world.entry()).progress?.settling ?? [];
  expect(waiting.map(({ key }) => key).sort()).toEqual(["Observation/L-1", "Observation/L-2"]);

  world.now += settleMs;
  await pollOnce(world);
  const rechecks = await world.changeSets();
  expect(rechecks.map(({ isRecheck, changes }) => [isRecheck, changes.map(({ after }) => after.id).sort()])).toEqual([
    [true, ["L-1", "L-2"]],
  ]);
  world.now += minute;
  await pollOnce(world);
  expect(await world.changeSets()).toEqual([]);
});

test("wherever a poll dies, the report is asked for again", async () => {
  const { guard, steps } = countSteps();
  await pollOnce(await worldWithReport(), guard);
  for (let step = 0; step < steps(); step += 1)
    for (const when of ["before", "after"] as const) {
      const world = await worldWithReport();
      await pollOnce(world, dieAt(step, when)).catch((error: unknown) => {
        if (!(error instanceof Death)) throw error;
      });
      world.now += minute;
      await pollOnce(world);
      world.now += settleMs + minute;
      await pollOnce(world);
      const rechecked = (await world.changeSets()).filter(({ isRecheck }) => isRecheck === true);
      expect(rechecked.length, `died ${when} call ${step}`).toBeGreaterThan(0);
    }
}, 60_000);
