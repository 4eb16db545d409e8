import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import type { Change, ChangeSet } from "../../shared/changes/change.ts";
import { appointment, encounter, patient, subject } from "./support/people.ts";
import { type Stores, startStores } from "./support/stores.ts";
import { createWorld, startOfTest, type World } from "./support/world.ts";

let stores: Stores;
beforeAll(async () => {
  stores = await startStores();
});
afterAll(() => stores.close());

const before = "2026-11-20T10:00:00.000Z";
const minute = 60_000;
const hour = 60 * minute;

async function worldOf(settings?: Parameters<typeof createWorld>[1]): Promise<World> {
  const world = await createWorld(stores, settings);
  onTestFinished(() => world.close());
  world.ignite.put(patient("1", 1, before));
  return world;
}

async function changesOf(world: World, target?: Parameters<World["poll"]>[0]): Promise<Change[]> {
  expect(await world.poll(target)).toMatchObject({ state: "polled", problems: [] });
  return (await world.changeSets()).flatMap(({ changes }: ChangeSet) => changes);
}

/** Ignite answers 410 to whoever reads it, and shows it in no search. */
function remove(world: World, key: string): void {
  world.ignite.remove(key);
  world.ignite.fault = (path) => (path === `/${key}` ? { status: 410 } : undefined);
}

const coverage: fhir4.Coverage = {
  resourceType: "Coverage",
  id: "c1",
  status: "active",
  beneficiary: subject,
  payor: [{ display: "Plan" }],
};

describe("what was deleted is told as recorded in error, once:", () => {
  test("a visit under way", async () => {
    const world = await worldOf({ feeds: ["Patient", "Encounter"] });
    world.ignite.put(encounter("10", before));
    await changesOf(world);
    remove(world, "Encounter/10");
    world.now += 10 * minute;
    expect(await changesOf(world)).toMatchObject([
      { before: { status: "in-progress" }, after: { id: "10", status: "entered-in-error" } },
    ]);
    world.now += 10 * minute;
    expect(await changesOf(world)).toEqual([]);
    expect(world.workItems).toEqual([]);
  });

  test("a coverage", async () => {
    const world = await worldOf({ feeds: ["Patient", "Coverage"] });
    world.ignite.put(coverage);
    await changesOf(world);
    remove(world, "Coverage/c1");
    world.now += 2 * hour;
    expect(await changesOf(world)).toMatchObject([{ after: { id: "c1", status: "entered-in-error" } }]);
    world.now += 2 * hour;
    expect(await changesOf(world)).toEqual([]);
    expect(world.workItems).toEqual([]);
  });

  test("an appointment", async () => {
    const world = await worldOf({ targets: ["schedule/9"], locations: ["9"] });
    world.ignite.put(appointment("a1", new Date(startOfTest + hour).toISOString()));
    await changesOf(world, "schedule/9");
    remove(world, "Appointment/a1");
    expect(await changesOf(world, "schedule/9")).toMatchObject([
      { before: { status: "booked" }, after: { id: "a1", status: "entered-in-error" } },
    ]);
    expect(await changesOf(world, "schedule/9")).toEqual([]);
  });

  test("a person, who is a matter for the work list too", async () => {
    const world = await worldOf({ feeds: ["Patient"] });
    await changesOf(world);
    remove(world, "Patient/1");
    world.now += hour;
    expect(await changesOf(world)).toMatchObject([
      { after: { id: "1", meta: { tag: [{ code: "entered-in-error" }] } } },
    ]);
    world.now += hour;
    expect(await changesOf(world)).toEqual([]);
    expect(world.workItems).toMatchObject([{ resourceType: "Patient", id: "1", reason: "entered-in-error" }]);
  });

  test("and comes back as it is when it is there again", async () => {
    const world = await worldOf({ feeds: ["Patient"] });
    await changesOf(world);
    remove(world, "Patient/1");
    world.now += hour;
    await changesOf(world);
    world.ignite.fault = undefined;
    world.ignite.put(patient("1", 1, before));
    world.now += hour;
    const [change] = await changesOf(world);
    expect(change?.after.meta?.tag).toBeUndefined();
  });
});

test("what was deleted before it was ever seen is nothing to tell", async () => {
  const world = await worldOf({ feeds: ["Patient"] });
  remove(world, "Patient/1");
  expect(await world.poll()).not.toMatchObject({ state: "polled", problems: [] });
  expect(await world.changeSets()).toEqual([]);
  expect(world.workItems).toMatchObject([{ resourceType: "Patient", reason: "not-found" }]);
});

describe("a person is asked to look at", () => {
  test("a visit whose status says nothing", async () => {
    const world = await worldOf({ feeds: ["Patient", "Encounter"] });
    world.ignite.put(encounter("10", before, { status: "unknown" }));
    await changesOf(world);
    expect(world.workItems).toMatchObject([{ resourceType: "Encounter", id: "10", reason: "unknown-status" }]);
  });

  test("but not a visit that was combined with another", async () => {
    const world = await worldOf({ feeds: ["Patient", "Encounter"] });
    world.ignite.put(encounter("10", before, { status: "unknown", partOf: { reference: "Encounter/11" } }));
    await changesOf(world);
    expect(world.workItems).toEqual([]);
  });

  test("a merge that was undone", async () => {
    const world = await worldOf({ feeds: ["Patient"] });
    await changesOf(world);
    world.ignite.remove("Patient/1");
    world.ignite.hidden.set("Patient/1", {
      resourceType: "Patient",
      id: "1",
      meta: { versionId: "2" },
      active: false,
      link: [{ other: { reference: "Patient/2" }, type: "replaced-by" }],
    });
    world.ignite.put(patient("2", 1, before));
    world.now += hour;
    await changesOf(world);
    expect(world.workItems).toEqual([]);
    world.ignite.hidden.delete("Patient/1");
    world.ignite.put(patient("1", 3, before));
    world.now += hour;
    await changesOf(world);
    expect(world.workItems).toMatchObject([{ resourceType: "Patient", id: "1", reason: "merge-undone" }]);
  });
});
