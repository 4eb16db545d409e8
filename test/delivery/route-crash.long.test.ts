import { afterAll, beforeAll } from "vitest";
import { type Stores, startStores } from "../changes/support/stores.ts";
import { routeMayDie } from "./support/route-crash.ts";

let stores: Stores;
beforeAll(async () => {
  stores = await startStores();
});
afterAll(() => stores.close());

routeMayDie(() => stores, { timeoutMs: 600_000 });
