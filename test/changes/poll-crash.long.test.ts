import { afterAll, beforeAll } from "vitest";
import { pollsMayDie } from "./support/poll-crash.ts";
import { type Stores, startStores } from "./support/stores.ts";

let stores: Stores;
beforeAll(async () => {
  stores = await startStores();
});
afterAll(() => stores.close());

pollsMayDie(() => stores, { againEvery: 3, timeoutMs: 600_000 });
