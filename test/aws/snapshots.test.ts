import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { createSnapshots } from "../../shared/aws/snapshots.ts";
import type { Outbox } from "../../shared/changes/outbox.ts";
import type { SnapshotsPort } from "../../shared/changes/ports.ts";
import { keyOf, type Resource } from "../../shared/fhir.ts";
import { parseJson } from "../../shared/json.ts";
import type { Lease } from "../../shared/roster/roster.ts";
import type { TargetKey } from "../../shared/roster/target.ts";
import { encounter, observation } from "../changes/support/people.ts";
import { type Stores, startStores } from "../changes/support/stores.ts";
import { Death, type Guard, guarded } from "../changes/support/world.ts";

let stores: Stores;
let snapshots: SnapshotsPort;
beforeAll(async () => {
  stores = await startStores();
});
beforeEach(async () => {
  snapshots = createSnapshots(stores.dynamoDb, await stores.snapshotsTable());
});
afterAll(() => stores.close());

const at = "2026-11-23T15:00:00Z";

function lease(epoch: number, target: TargetKey = "patient/1"): Lease {
  return {
    entry: {
      source: "general",
      target,
      epoch,
      tier: "other",
      dueAt: 0,
      since: 0,
      configured: true,
      watermarks: {},
      feedSince: {},
      failures: 0,
      inHouse: false,
      mergedFrom: [],
      settledEpoch: 0,
    },
  };
}

function write(resource: Resource, hash = "hash", patient = "1", seenAt = 1) {
  return { patient, resource, hash, seenAt };
}

test("what is saved is found by patient and key", async () => {
  await snapshots.save(lease(1), [write(encounter("10", at), "a"), write(observation("L-1", at, 4.2), "b")]);
  const found = await snapshots.get("general", [
    { patient: "1", key: "Encounter/10" },
    { patient: "1", key: "Encounter/10" },
    { patient: "1", key: "Encounter/404" },
    { patient: "2", key: "Observation/L-1" },
  ]);
  expect([...found]).toEqual([["Encounter/10", { resource: encounter("10", at), hash: "a", seenAt: 1 }]]);
  expect(await snapshots.get("elsewhere", [{ patient: "1", key: "Encounter/10" }])).toEqual(new Map());
  expect(await snapshots.get("general", [])).toEqual(new Map());
});

test("hundreds are saved and found", async () => {
  const many = Array.from({ length: 350 }, (_, index) => observation(`L-${index}`, at, index));
  await snapshots.save(
    lease(1),
    many.map((each) => write(each)),
  );
  const wanted = many.map(({ id }) => ({ patient: "1", key: `Observation/${id}` as const }));
  expect((await snapshots.get("general", wanted)).size).toBe(350);
});

test("all of one type are listed, and of no type that begins alike", async () => {
  const orders = { resourceType: "ServiceRequest", id: "1", status: "active", intent: "order", subject: {} } as const;
  await snapshots.save(lease(1), [write(encounter("10", at)), write(encounter("11", at)), write(orders)]);
  expect((await snapshots.list("general", "1", "Encounter")).map(({ id }) => id)).toEqual(["10", "11"]);
  expect(await snapshots.list("general", "1", "Enc")).toEqual([]);
});

test("decimals keep their digits", async () => {
  const text = '{"resourceType":"Observation","id":"L-1","valueQuantity":{"value":1.50}}';
  await snapshots.save(lease(1), [write(parseJson(text) as Resource)]);
  const found = await snapshots.get("general", [{ patient: "1", key: "Observation/L-1" }]);
  expect(JSON.stringify(found.get("Observation/L-1")?.resource)).toBe(text);
});

describe("the fence", () => {
  const lost = expect.objectContaining({ code: "ERR_LEASE_LOST" });

  test("refuses a lease that another one of the same target followed", async () => {
    await snapshots.save(lease(2), [write(encounter("10", at), "new")]);
    await expect(snapshots.save(lease(1), [write(encounter("10", at), "old")])).rejects.toEqual(lost);
    const found = await snapshots.get("general", [{ patient: "1", key: "Encounter/10" }]);
    expect(found.get("Encounter/10")?.hash).toBe("new");
    await snapshots.save(lease(2), [write(encounter("10", at), "again")]);
    await snapshots.save(lease(3), [write(encounter("10", at), "next")]);
  });

  test("lets another target write: leases of two targets say nothing about each other", async () => {
    await snapshots.save(lease(7, "schedule/9"), [write(encounter("10", at), "a")]);
    await snapshots.save(lease(1, "schedule/8"), [write(encounter("10", at), "b")]);
  });

  test("holds for the window too", async () => {
    const window = { appointments: { a1: { patient: "1", sign: "h", start: 5 } }, expected: { "1": 9 } };
    expect(await snapshots.getWindow(lease(1, "schedule/9"))).toBeUndefined();
    await snapshots.saveWindow(lease(2, "schedule/9"), window);
    expect(await snapshots.getWindow(lease(2, "schedule/9"))).toEqual(window);
    expect(await snapshots.getWindow(lease(2, "schedule/8"))).toBeUndefined();
    const empty = { appointments: {}, expected: {} };
    await expect(snapshots.saveWindow(lease(1, "schedule/9"), empty)).rejects.toEqual(lost);
  });
});

test("of a resource that was seen under more than one patient the last sight counts", async () => {
  await snapshots.save(lease(1), [write(encounter("10", at), "first", "1", 1)]);
  await snapshots.save(lease(1, "patient/2"), [write(encounter("10", at), "second", "2", 2)]);
  const keys = ["1", "2"].map((patient) => ({ patient, key: "Encounter/10" as const }));
  expect((await snapshots.get("general", keys)).get("Encounter/10")?.hash).toBe("second");
  await snapshots.save(lease(2), [write(encounter("10", at), "third", "1", 3)]);
  expect((await snapshots.get("general", keys)).get("Encounter/10")?.hash).toBe("third");
});

test("what is only noted has a key and no content, and does not stand in the way of content", async () => {
  await snapshots.note("general", ["Practitioner/5", "Practitioner/6"]);
  await snapshots.save(lease(1), [write({ resourceType: "Practitioner", id: "5" }, "a", "")]);
  await snapshots.note("general", ["Practitioner/5"]);
  expect((await snapshots.keys("general", "", "Practitioner")).sort()).toEqual(["Practitioner/5", "Practitioner/6"]);
  expect(await snapshots.list("general", "", "Practitioner")).toEqual([{ resourceType: "Practitioner", id: "5" }]);
  expect(await snapshots.get("general", [{ patient: "", key: "Practitioner/6" }])).toEqual(new Map());
});

test("under whom a resource was last stored is known by its key alone", async () => {
  await snapshots.saveOwner(lease(1), "1", ["Encounter/10", "Encounter/11"]);
  await snapshots.saveOwner(lease(1, "patient/2"), "2", ["Encounter/10"]);
  const owners = await snapshots.ownersOf("general", ["Encounter/10", "Encounter/11", "Encounter/12"]);
  expect(Object.fromEntries(owners)).toEqual({ "Encounter/10": "2", "Encounter/11": "1" });
});

test("what a search showed is kept by target and feed, under the lease", async () => {
  const seen = { c1: { sign: "abcdefgh", open: true } };
  expect(await snapshots.getSeen(lease(2), "Coverage")).toBeUndefined();
  await snapshots.saveSeen(lease(2), "Coverage", seen);
  expect(await snapshots.getSeen(lease(2), "Coverage")).toEqual(seen);
  expect(await snapshots.getSeen(lease(2), "Account")).toBeUndefined();
  expect(await snapshots.getSeen(lease(2, "patient/2"), "Coverage")).toBeUndefined();
  await expect(snapshots.saveSeen(lease(1), "Coverage", {})).rejects.toMatchObject({ code: "ERR_LEASE_LOST" });
});

describe("the outbox of a target", () => {
  const outbox = (...resources: Resource[]): Outbox => ({
    seenAt: 7,
    groups: [
      {
        id: "set-1",
        patient: "1",
        detectedAt: at,
        changes: resources.map((after) => ({ key: keyOf(after), hash: "hash", after, initial: false })),
      },
    ],
    joining: [{ patient: "2", since: 5, mergedFrom: "1" }],
    settling: [{ patient: "1", key: "DiagnosticReport/500", until: 9 }],
  });

  test("is read as it was written, with the lease's epoch", async () => {
    expect(await snapshots.getOutbox(lease(1))).toBeUndefined();
    await snapshots.saveOutbox(lease(1), outbox(encounter("10", at)));
    await snapshots.saveOutbox(lease(3), outbox(encounter("11", at)));
    expect(await snapshots.getOutbox(lease(4))).toEqual({ ...outbox(encounter("11", at)), epoch: 3 });
    expect(await snapshots.getOutbox(lease(4, "patient/2"))).toBeUndefined();
    await expect(snapshots.saveOutbox(lease(2), outbox())).rejects.toMatchObject({ code: "ERR_LEASE_LOST" });
  });

  test("may be larger than an item, and does not count before it is there whole", async () => {
    const noise = () => Array.from({ length: 1_500 }, () => Math.random().toString(36)).join(" ");
    const many = Array.from({ length: 40 }, (_, index) =>
      observation(`L-${index}`, at, index, { note: [{ text: noise() }] }),
    );
    await snapshots.saveOutbox(lease(1), outbox(encounter("10", at)));
    await snapshots.saveOutbox(lease(2), outbox(...many));
    expect(await snapshots.getOutbox(lease(3))).toEqual({ ...outbox(...many), epoch: 2 });

    let writes = 0;
    const guard: Guard = (effect) => {
      writes += 1;
      return writes > 1 ? Promise.reject(new Death()) : effect();
    };
    const table = await stores.snapshotsTable();
    await createSnapshots(stores.dynamoDb, table).saveOutbox(lease(1), outbox(encounter("10", at)));
    const dying = createSnapshots(guarded(stores.dynamoDb, guard), table);
    await expect(dying.saveOutbox(lease(2), outbox(...many))).rejects.toThrow(Death);
    expect(await createSnapshots(stores.dynamoDb, table).getOutbox(lease(3))).toMatchObject({ epoch: 1 });
  });
});
