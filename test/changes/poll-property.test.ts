import { afterAll, beforeAll } from "vitest";
import { pollsTellAll } from "./support/poll-property.ts";
import { type Stores, startStores } from "./support/stores.ts";

let stores: Stores;
beforeAll(async () => {
  stores = await startStores();
});
afterAll(() => stores.close());

pollsTellAll(() => stores, { every: 5, numRuns: 8, timeoutMs: 120_000 });
