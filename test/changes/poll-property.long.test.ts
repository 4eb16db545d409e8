import { afterAll, beforeAll } from "vitest";
import { pollsTellAll } from "./support/poll-property.ts";
import { type Stores, startStores } from "./support/stores.ts";

let stores: Stores;
beforeAll(async () => {
  stores = await startStores();
});
afterAll(() => stores.close());

pollsTellAll(() => stores, { numRuns: 100, timeoutMs: 900_000 });
