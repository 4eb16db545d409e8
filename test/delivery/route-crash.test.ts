import { afterAll, beforeAll, expect, test } from "vitest";
import { type Stores, startStores } from "../changes/support/stores.ts";
import { person, startPolling, stay } from "./support/hospital.ts";
import { createWorld, destinations, routeMayDie } from "./support/route-crash.ts";

let stores: Stores;
beforeAll(async () => {
  stores = await startStores();
});
afterAll(() => stores.close());

// The long suite lets route die at all calls.
routeMayDie(() => stores, { every: 3, timeoutMs: 120_000 });

test("a slower run of the same change set cannot set what was told back", async () => {
  const world = await createWorld(stores);
  const poll = startPolling();
  await world.route(poll([person(1), stay(1, "in-progress", ["Bed 1"])]));
  const transfer = poll([stay(12, "in-progress", ["Bed 1", "Bed 2"])]);
  const discharge = poll([stay(30, "finished", ["Bed 1", "Bed 2"])]);
  // It has read what was told and is overtaken before it writes.
  let released = () => {};
  const overtaken = new Promise<void>((resolve) => {
    released = resolve;
  });
  let calls = 0;
  const slow = world.route(transfer, async (effect) => {
    calls += 1;
    if (calls > destinations.length) await overtaken;
    return effect();
  });
  await world.route(transfer);
  await world.route(discharge);
  released();
  await expect(slow).rejects.toMatchObject({ code: "ERR_PUBLISHED_MOVED" });
  const told = await world.published("Encounter/97845");
  expect(told["engine"]?.["Encounter/97845"]?.facts.phase).toBe("ended");
});
