import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { encounter, observation, patient, report } from "./support/people.ts";
import { type Stores, startStores } from "./support/stores.ts";
import { createWorld, startOfTest, type World } from "./support/world.ts";

let stores: Stores;
beforeAll(async () => {
  stores = await startStores();
});
afterAll(() => stores.close());

async function worldOf(settings?: Parameters<typeof createWorld>[1]): Promise<World> {
  const world = await createWorld(stores, settings);
  onTestFinished(() => world.close());
  return world;
}

const before = "2026-11-20T10:00:00.000Z";
const minute = 60_000;

function at(offsetMs: number): string {
  return new Date(startOfTest + offsetMs).toISOString();
}

test("the first poll tells what was there, as initial, with who and what it is about", async () => {
  const world = await worldOf();
  world.ignite.put(patient("1", 1, before));
  world.ignite.put(encounter("10", before));
  expect(await world.poll()).toMatchObject({ state: "polled", changes: 2, tier: "in-house", problems: [] });
  const [changeSet, ...others] = await world.changeSets();
  expect(others).toEqual([]);
  expect(changeSet).toMatchObject({ source: "general", patient: "1", detectedAt: at(0) });
  expect(changeSet?.changes.map(({ after, initial }) => [after.resourceType, initial])).toEqual([
    ["Patient", true],
    ["Encounter", true],
  ]);
  expect(changeSet?.context.map(({ resourceType }) => resourceType).sort()).toEqual(["Encounter", "Patient"]);
});

test("a poll that finds nothing new sends nothing", async () => {
  const world = await worldOf();
  world.ignite.put(patient("1", 1, before));
  await world.poll();
  await world.changeSets();
  world.now += minute;
  expect(await world.poll()).toMatchObject({ state: "polled", changes: 0 });
  expect(await world.changeSets()).toEqual([]);
});
