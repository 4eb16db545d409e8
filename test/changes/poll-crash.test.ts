import { afterAll, beforeAll } from "vitest";
import { pollsMayDie } from "./support/poll-crash.ts";
import { type Stores, startStores } from "./support/stores.ts";

let stores: Stores;
beforeAll(async () => {
  stores = await startStores();
});
afterAll(() => stores.close());

// The long suite lets polls die at all steps.
pollsMayDie(() => stores, { every: 3, againEvery: 9, timeoutMs: 120_000 });
