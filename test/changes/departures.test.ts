import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import type { ChangeSet } from "../../shared/changes/change.ts";
import { departuresOf } from "../../shared/changes/departures.ts";
import { keyOf, type Resource } from "../../shared/fhir.ts";
import { encounter, patient } from "./support/people.ts";
import { type Stores, startStores } from "./support/stores.ts";
import { createWorld, startOfTest, type World } from "./support/world.ts";

const before = "2026-11-20T10:00:00.000Z";
const minute = 60_000;
const at = (offsetMs: number) => new Date(startOfTest + offsetMs).toISOString();

const allergy = (of: string, lastUpdated: string, id = "S-1"): fhir4.AllergyIntolerance => ({
  resourceType: "AllergyIntolerance",
  id,
  meta: { versionId: lastUpdated, lastUpdated },
  patient: { reference: `Patient/${of}` },
  code: { text: id },
});

describe("what is another patient's now", () => {
  const change = (resource: Resource, was: Resource) => ({ before: was, after: resource, initial: false });
  const document = (of: string): Resource => ({
    resourceType: "DocumentReference",
    status: "current",
    content: [],
    subject: { reference: `Patient/${of}` },
  });

  test("has left the one whose it was", () =>
    expect([...departuresOf([change(allergy("2", at(0)), allergy("1", before))])]).toMatchObject([
      ["1", [{ after: allergy("2", at(0)), hasLeft: true }]],
    ]));

  test("not where it stayed, nor where no list is told without it", () => {
    const changes = [change(allergy("1", at(0)), allergy("1", before)), change(document("2"), document("1"))];
    expect([...departuresOf(changes)]).toEqual([]);
  });
});

describe("polled", () => {
  let stores: Stores;
  beforeAll(async () => {
    stores = await startStores();
  });
  afterAll(() => stores.close());

  /** An allergy that was written for the wrong patient, and is the other one's since a minute. */
  async function worldOfMove(): Promise<World> {
    const targets = ["patient/1", "patient/2"] as const;
    const world = await createWorld(stores, {
      feeds: ["Patient", "Encounter", "AllergyIntolerance"],
      targets: [...targets],
    });
    onTestFinished(() => world.close());
    for (const id of ["1", "2"]) world.ignite.put(patient(id, 1, before));
    world.ignite.put(encounter("10", before));
    world.ignite.put(allergy("1", before));
    world.ignite.put(allergy("1", before, "S-2"));
    for (const target of targets) await world.poll(target);
    await world.changeSets();
    world.ignite.put(allergy("2", at(90_000)));
    world.now += 2 * minute;
    return world;
  }

  const keys = (resources: readonly Resource[] = []) => resources.map(keyOf).sort();
  const of = (changeSets: readonly ChangeSet[], who: string) => changeSets.find((each) => each.patient === who);

  test("both patients are told, the former with the lists of now", async () => {
    const world = await worldOfMove();
    expect(await world.poll("patient/2")).toMatchObject({ state: "polled", changes: 1, tier: "today" });
    const changeSets = await world.changeSets();
    expect(of(changeSets, "2")?.changes).toMatchObject([
      { before: { patient: { reference: "Patient/1" } }, after: { patient: { reference: "Patient/2" } } },
    ]);
    expect(of(changeSets, "1")?.changes).toMatchObject([{ after: { id: "S-1" }, hasLeft: true }]);
    expect(keys(of(changeSets, "1")?.context)).toEqual([
      "AllergyIntolerance/S-2",
      "Encounter/10",
      "Patient/1",
      "Patient/2",
    ]);
  });

  const diagnosis = (who: string, lastUpdated: string): fhir4.Condition => ({
    resourceType: "Condition",
    id: "D-1",
    meta: { versionId: lastUpdated, lastUpdated },
    subject: { reference: `Patient/${who}` },
    encounter: { reference: "Encounter/10" },
    category: [{ coding: [{ code: "encounter-diagnosis" }] }],
    code: { text: "Asthma" },
  });
  const stay = (who: string, lastUpdated: string) =>
    encounter("10", lastUpdated, { subject: { reference: `Patient/${who}` } });

  test.each([
    ["at once", [stay("2", at(90_000)), diagnosis("2", at(90_000))], []],
    ["before", [stay("2", at(90_000))], [diagnosis("2", at(3 * minute))]],
  ])("the former is not told of a visit that went along with a diagnosis, %s", async (_when, moved, later) => {
    const targets = ["patient/1", "patient/2"] as const;
    const world = await createWorld(stores, { feeds: ["Patient", "Encounter", "Condition"], targets: [...targets] });
    onTestFinished(() => world.close());
    for (const id of ["1", "2"]) world.ignite.put(patient(id, 1, before));
    world.ignite.put(stay("1", before));
    world.ignite.put(diagnosis("1", before));
    for (const target of targets) await world.poll(target);
    await world.changeSets();
    for (const changes of [moved, later]) {
      for (const resource of changes) world.ignite.put(resource);
      world.now += 6 * minute;
      await world.poll("patient/2");
    }
    const former = of(await world.changeSets(), "1");
    expect(former?.changes).toMatchObject([{ after: { id: "D-1" }, hasLeft: true }]);
    expect(keys(former?.context)).not.toContain("Encounter/10");
  });

  test("what changes about the former later comes without it", async () => {
    const world = await worldOfMove();
    await world.poll("patient/2");
    await world.changeSets();
    world.ignite.put(patient("1", 2, at(3 * minute)));
    world.now += 2 * minute;
    await world.poll("patient/1");
    expect(keys(of(await world.changeSets(), "1")?.context)).not.toContain("AllergyIntolerance/S-1");
  });
});
