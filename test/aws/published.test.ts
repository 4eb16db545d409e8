import { afterAll, beforeAll, expect, test } from "vitest";
import { createPublishedStore } from "../../shared/aws/published.ts";
import { patientFacts } from "../../shared/events/facts/patient.ts";
import type { Published, PublishedStore } from "../../shared/events/published.ts";
import { type Stores, startStores } from "../changes/support/stores.ts";

let stores: Stores;
let store: PublishedStore;
beforeAll(async () => {
  stores = await startStores();
  store = createPublishedStore(stores.dynamoDb, await stores.snapshotsTable());
});
afterAll(() => stores.close());

const partition = { destination: "engine", source: "general", patient: "12" };
const told: Published = {
  facts: patientFacts({ resourceType: "Patient", id: "12", active: true }),
  standing: ["person"],
  contentHash: "abc",
  event: "patient.added",
  trigger: "ADT^A28",
  sequence: 1,
  versionTime: "2026-03-02T15:00:00.000Z",
  revision: 1,
};

test("gives back what was saved, of one destination, source and patient", async () => {
  await store.save(partition, "Patient/12", told);
  expect(await store.load(partition, ["Patient/12", "Patient/99"])).toEqual(
    new Map([["Patient/12", JSON.parse(JSON.stringify(told))]]),
  );
  for (const other of [{ destination: "app" }, { source: "clinic" }, { patient: "1" }])
    expect(await store.load({ ...partition, ...other }, ["Patient/12"])).toEqual(new Map());
});

test("takes the next revision only", async () => {
  await store.save(partition, "Patient/13", told);
  for (const revision of [1, 3])
    await expect(store.save(partition, "Patient/13", { ...told, revision })).rejects.toMatchObject({
      code: "ERR_PUBLISHED_MOVED",
      retryable: true,
      details: { destination: "engine", resourceType: "Patient" },
    });
  await store.save(partition, "Patient/13", { ...told, sequence: 2, revision: 2 });
  expect((await store.load(partition, ["Patient/13"])).get("Patient/13")).toMatchObject({ sequence: 2, revision: 2 });
});

test("loads more resources than one question to the table takes", async () => {
  const keys = Array.from({ length: 120 }, (_, index) => `Observation/L-${index}` as const);
  await Promise.all(keys.map((key) => store.save(partition, key, told)));
  expect([...(await store.load(partition, keys)).keys()].sort()).toEqual([...keys].sort());
});
