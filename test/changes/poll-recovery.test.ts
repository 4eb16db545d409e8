import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import type { ChangeSet } from "../../shared/changes/change.ts";
import { poll } from "../../shared/changes/poll.ts";
import type { PollPorts } from "../../shared/changes/ports.ts";
import { keyOf, type ResourceKey } from "../../shared/fhir.ts";
import type { TargetKey } from "../../shared/roster/target.ts";
import { appointment, observation, patient, subject } from "./support/people.ts";
import { type Stores, startStores } from "./support/stores.ts";
import { createWorld, Death, startOfTest, type World } from "./support/world.ts";

let stores: Stores;
beforeAll(async () => {
  stores = await startStores();
});
afterAll(() => stores.close());

const minute = 60_000;
const leaseHasExpired = 10 * minute;

function at(offsetMs: number): string {
  return new Date(startOfTest + offsetMs).toISOString();
}

async function worldOf(settings?: Parameters<typeof createWorld>[1]): Promise<World> {
  const world = await createWorld(stores, settings);
  onTestFinished(() => world.close());
  return world;
}

/** A poll that dies at a port, before or after what it asked of it. */
async function dieIn(world: World, target: TargetKey, change: (ports: PollPorts) => Partial<PollPorts>): Promise<void> {
  const ports = world.ports();
  const dying = poll({ source: "general", target }, { ...ports, ...change(ports) }, { leaseMs: 5 * minute });
  await expect(dying).rejects.toThrow(Death);
  world.now += leaseHasExpired;
}

const afterSending = ({ changes }: PollPorts): Partial<PollPorts> => ({
  changes: {
    send: async (changeSets) => {
      await changes.send(changeSets);
      throw new Death();
    },
  },
});

const beforeSending = (): Partial<PollPorts> => ({
  changes: {
    send: async () => {
      throw new Death();
    },
  },
});

const beforeSeenIsSaved = ({ snapshots }: PollPorts): Partial<PollPorts> => ({
  snapshots: {
    ...snapshots,
    saveSeen: async () => {
      throw new Death();
    },
  },
});

/** The versions of a resource in the order in which they were told, as the given member shows them. */
function told(changeSets: readonly ChangeSet[], key: ResourceKey, member: (resource: never) => unknown): unknown[] {
  return changeSets
    .flatMap(({ changes }) => changes.map(({ after }) => after))
    .filter((after) => keyOf(after) === key)
    .map((after) => member(after as never));
}

const resultOf = ({ valueQuantity }: fhir4.Observation) => valueQuantity?.value;

describe("after a poll that died", () => {
  test("what it told and cannot be read now is told again when it has gone back to what it was", async () => {
    const world = await worldOf({ feeds: ["Patient", "Observation"] });
    world.ignite.put(patient("1", 1, at(-minute)));
    world.ignite.put(observation("L-1", at(-minute), 1));
    await world.poll();
    world.now += minute;
    world.ignite.put(observation("L-1", at(minute), 2));
    await dieIn(world, "patient/1", afterSending);

    world.ignite.fault = (path) => (path.startsWith("/Observation") ? { status: 403, body: "{}" } : undefined);
    expect(await world.poll()).toMatchObject({ state: "polled", problems: [{ code: "ERR_IGNITE_REFUSED" }] });
    world.ignite.fault = undefined;
    world.now += minute;
    world.ignite.put(observation("L-1", at(13 * minute), 1));
    await world.poll();
    expect(told(await world.changeSets(), "Observation/L-1", resultOf)).toEqual([1, 2, 1]);
  });

  test("the same for what is found without regard to when it was updated", async () => {
    const world = await worldOf({
      feeds: ["Patient", "Coverage"],
      source: { feedIntervals: { Coverage: "1m" } },
    });
    const coverage = (status: fhir4.Coverage["status"]): fhir4.Coverage => ({
      resourceType: "Coverage",
      id: "c1",
      status,
      beneficiary: subject,
      payor: [{ display: "Plan" }],
    });
    world.ignite.put(patient("1", 1, at(-minute)));
    world.ignite.put(coverage("active"));
    await world.poll();
    world.now += minute;
    world.ignite.put(coverage("draft"));
    await dieIn(world, "patient/1", beforeSeenIsSaved);

    world.ignite.fault = (path) => (path.startsWith("/Coverage") ? { status: 403, body: "{}" } : undefined);
    await world.poll();
    world.ignite.fault = undefined;
    world.now += minute;
    world.ignite.put(coverage("active"));
    await world.poll();
    const statuses = told(await world.changeSets(), "Coverage/c1", ({ status }: fhir4.Coverage) => status);
    expect(statuses).toEqual(["active", "draft", "active"]);
  });

  test("what was not sent is told, even where another target has told and stored a part of it", async () => {
    const targets: TargetKey[] = ["schedule/8", "schedule/9"];
    const world = await worldOf({ locations: ["8", "9"], targets });
    const where = (...locations: string[]) => [
      { actor: { reference: "Patient/1" }, status: "accepted" as const },
      ...locations.map((id) => ({ actor: { reference: `Location/${id}` }, status: "accepted" as const })),
    ];
    world.ignite.put(patient("1", 1, at(-minute)));
    for (const target of targets) await world.poll(target);
    world.ignite.put(appointment("both", at(60 * minute), { participant: where("8", "9") }));
    world.ignite.put(appointment("here", at(90 * minute), { participant: where("9") }));
    await dieIn(world, "schedule/9", beforeSending);
    await world.poll("schedule/8");
    await world.poll("schedule/9");
    const changeSets = await world.changeSets();
    const start = ({ start: each }: fhir4.Appointment) => each;
    expect(told(changeSets, "Appointment/both", start)).toEqual([at(60 * minute)]);
    expect(told(changeSets, "Appointment/here", start)).toEqual([at(90 * minute)]);
  });
});

test("a poll that lost its lease sends nothing, even where the one that took over found nothing to tell", async () => {
  const world = await worldOf({ feeds: ["Patient", "Observation"] });
  world.ignite.put(patient("1", 1, at(-minute)));
  await world.poll();
  await world.changeSets();
  world.now += minute;
  world.ignite.put(observation("L-1", at(minute), 1));
  let overtaken = false;
  const slow = await world.poll("patient/1", async (effect) => {
    const result = await effect();
    if (!overtaken && world.ignite.requests.filter((each) => each.includes("/Observation")).length === 2) {
      overtaken = true;
      world.ignite.remove("Observation/L-1");
      world.now += leaseHasExpired;
      expect(await world.poll()).toMatchObject({ state: "polled", changes: 0 });
    }
    return result;
  });
  expect(slow).toMatchObject({ state: "superseded" });
  expect(await world.changeSets()).toEqual([]);
});
