import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import type { ChangeSet } from "../../shared/changes/change.ts";
import { keyOf } from "../../shared/fhir.ts";
import { outcome } from "../ignite/support/tiny-ignite.ts";
import { appointment, encounter, observation, patient, report } from "./support/people.ts";
import { type Stores, startStores } from "./support/stores.ts";
import { createWorld, startOfTest, type World } from "./support/world.ts";

let stores: Stores;
beforeAll(async () => {
  stores = await startStores();
});
afterAll(() => stores.close());

async function worldOf(settings?: Parameters<typeof createWorld>[1]): Promise<World> {
  const world = await createWorld(stores, settings);
  onTestFinished(() => world.close());
  return world;
}

/** A world whose first poll is done and told. */
async function watched(world: World, target?: Parameters<World["poll"]>[0]): Promise<World> {
  expect(await world.poll(target)).toMatchObject({ state: "polled", problems: [] });
  await world.changeSets();
  world.now += minute;
  world.ignite.requests.length = 0;
  return world;
}

const before = "2026-11-20T10:00:00.000Z";
const minute = 60_000;
const hour = 60 * minute;

function at(offsetMs: number): string {
  return new Date(startOfTest + offsetMs).toISOString();
}

function keys(changeSets: readonly ChangeSet[]): string[] {
  return changeSets.flatMap(({ changes }) => changes.map(({ after }) => keyOf(after)));
}

function contextOf(changeSets: readonly ChangeSet[]): string[] {
  return changeSets.flatMap(({ context }) => context.map(keyOf)).sort();
}

describe("a patient", () => {
  test("the first poll tells what was there, as initial, with who and what it is about", async () => {
    const world = await worldOf();
    world.ignite.put(patient("1", 1, before));
    world.ignite.put(encounter("10", before));
    expect(await world.poll()).toMatchObject({ state: "polled", changes: 2, tier: "in-house", problems: [] });
    const changeSets = await world.changeSets();
    expect(changeSets).toMatchObject([
      {
        source: "general",
        patient: "1",
        detectedAt: at(0),
        changes: [
          { after: { resourceType: "Patient" }, initial: true },
          { after: { resourceType: "Encounter" }, initial: true },
        ],
      },
    ]);
    expect(contextOf(changeSets)).toEqual(["Encounter/10", "Patient/1"]);
  });

  test("what happens later is told with what was before", async () => {
    const world = await worldOf();
    world.ignite.put(patient("1", 1, before));
    world.ignite.put(encounter("10", before));
    await watched(world);
    world.ignite.put(encounter("10", at(30_000), { status: "finished" }));
    expect(await world.poll()).toMatchObject({ changes: 1, tier: "today" });
    expect(await world.changeSets()).toMatchObject([
      { changes: [{ before: { status: "in-progress" }, after: { status: "finished" }, initial: false }] },
    ]);
  });

  test("a poll that finds nothing new sends nothing, and asks only for what is new", async () => {
    const world = await worldOf({ feeds: ["Patient", "Encounter", "Observation"] });
    world.ignite.put(patient("1", 1, before));
    await watched(world);
    expect(await world.poll()).toMatchObject({ state: "polled", changes: 0, requests: 3 });
    expect(await world.changeSets()).toEqual([]);
    expect(world.ignite.requests).toEqual([
      "GET /Patient?_id=1",
      `GET /Encounter?patient=1&_lastUpdated=ge${encodeURIComponent(at(-2 * minute))}`,
      `GET /Observation?patient=1&_lastUpdated=ge${encodeURIComponent(at(-2 * minute))}&_count=200`,
    ]);
  });

  test("a version that becomes visible late is found, as long as the overlap reaches", async () => {
    const world = await worldOf();
    world.ignite.put(patient("1", 1, before));
    await watched(world);
    world.ignite.put(observation("L-1", at(-90_000), 4.2));
    await world.poll();
    expect(keys(await world.changeSets())).toEqual(["Observation/L-1"]);
  });

  test("all pages are read before the watermark moves", async () => {
    const world = await worldOf();
    world.ignite.put(patient("1", 1, before));
    await watched(world);
    const { watermarks } = await world.entry();
    world.ignite.pageSize = 1;
    for (const id of ["L-1", "L-2", "L-3"]) world.ignite.put(observation(id, at(30_000), 1));
    world.ignite.fault = (path) => (path.includes("-pageContext=2") ? { status: 503, body: "<html>" } : undefined);
    expect(await world.poll()).toMatchObject({ state: "failed" });
    expect((await world.entry()).watermarks).toEqual(watermarks);
    world.ignite.fault = undefined;
    world.now += minute;
    await world.poll();
    expect(keys(await world.changeSets())).toHaveLength(3);
  });

  test("the time of the detection is told, and the same for all of one poll", async () => {
    const world = await worldOf();
    world.ignite.put(patient("1", 1, before));
    await world.poll();
    expect((await world.changeSets())[0]?.detectedAt).toBe(at(0));
  });
});

describe("context", () => {
  test("a changed report brings all its results, the order, the encounter, and who and where", async () => {
    const world = await worldOf();
    const { ignite } = world;
    ignite.put(patient("1", 1, before));
    ignite.put(
      encounter("10", before, { status: "finished", location: [{ location: { reference: "Location/bed" } }] }),
    );
    ignite.put({
      resourceType: "ServiceRequest",
      id: "77",
      status: "active",
      intent: "order",
      subject: { reference: "Patient/1" },
      meta: { lastUpdated: before },
    });
    ignite.put(observation("L-1", before, 4.2));
    ignite.put(observation("L-2", before, 140, { performer: [{ reference: "Practitioner/5" }] }));
    ignite.put({ resourceType: "Practitioner", id: "5" });
    ignite.put({ resourceType: "Location", id: "bed", partOf: { reference: "Location/ward" } });
    ignite.put({ resourceType: "Location", id: "ward", partOf: { reference: "Location/house" } });
    ignite.put({ resourceType: "Location", id: "house" });
    await watched(world);
    ignite.put(
      report("500", at(30_000), ["L-1", "L-2"], {
        basedOn: [{ reference: "ServiceRequest/77" }],
        encounter: { reference: "Encounter/10" },
      }),
    );
    await world.poll();
    const changeSets = await world.changeSets();
    expect(keys(changeSets)).toEqual(["DiagnosticReport/500"]);
    expect(contextOf(changeSets)).toEqual([
      "Encounter/10",
      "Location/bed",
      "Location/house",
      "Location/ward",
      "Observation/L-1",
      "Observation/L-2",
      "Patient/1",
      "Practitioner/5",
      "ServiceRequest/77",
    ]);
  });

  test("results that were never seen are fetched", async () => {
    const world = await worldOf({ feeds: ["Patient", "DiagnosticReport", "Observation"] });
    world.ignite.put(patient("1", 1, before));
    await watched(world);
    world.ignite.hidden.set("Observation/L-1", observation("L-1", before, 4.2));
    world.ignite.put(report("500", at(30_000), ["L-1"]));
    world.ignite.fault = (path) =>
      path === "/Observation?_id=L-1"
        ? { body: { resourceType: "Bundle", entry: [{ resource: observation("L-1", before, 4.2) }] } }
        : undefined;
    await world.poll();
    expect(contextOf(await world.changeSets())).toContain("Observation/L-1");
  });

  test("a changed result brings the report that holds it, and the report's other results", async () => {
    const world = await worldOf();
    world.ignite.put(patient("1", 1, before));
    world.ignite.put(observation("L-1", before, 4.2));
    world.ignite.put(observation("L-2", before, 140));
    world.ignite.put(report("500", before, ["L-1", "L-2"]));
    await watched(world);
    world.ignite.put(observation("L-1", at(30_000), 4.4, { status: "corrected" }));
    await world.poll();
    const changeSets = await world.changeSets();
    expect(keys(changeSets)).toEqual(["Observation/L-1"]);
    expect(contextOf(changeSets)).toEqual(["DiagnosticReport/500", "Observation/L-2", "Patient/1"]);
  });

  test("a changed order brings the report that led to it, with its results", async () => {
    const world = await worldOf();
    world.ignite.put(patient("1", 1, before));
    world.ignite.put(observation("L-1", before, 4.2));
    world.ignite.put(report("500", before, ["L-1"]));
    await watched(world);
    world.ignite.put({
      resourceType: "ServiceRequest",
      id: "77",
      status: "active",
      intent: "order",
      subject: { reference: "Patient/1" },
      meta: { lastUpdated: at(30_000) },
      supportingInfo: [{ reference: "DiagnosticReport/500" }],
    });
    await world.poll();
    const changeSets = await world.changeSets();
    expect(keys(changeSets)).toEqual(["ServiceRequest/77"]);
    expect(contextOf(changeSets)).toEqual(["DiagnosticReport/500", "Observation/L-1", "Patient/1"]);
  });

  test("has who left, as who came", async () => {
    const world = await worldOf();
    const attendedBy = (id: string, offsetMs: number) =>
      encounter("10", at(offsetMs), { participant: [{ individual: { reference: `Practitioner/${id}` } }] });
    for (const id of ["5", "6"]) world.ignite.put({ resourceType: "Practitioner", id });
    world.ignite.put(patient("1", 1, before));
    world.ignite.put(attendedBy("5", -60_000));
    await watched(world);
    world.ignite.put(attendedBy("6", 30_000));
    world.now += minute;
    await world.poll();
    expect(contextOf(await world.changeSets())).toEqual(expect.arrayContaining(["Practitioner/5", "Practitioner/6"]));
  });

  test("practitioners and locations are asked for once, also those that are not there", async () => {
    const world = await worldOf();
    world.ignite.put(patient("1", 1, before, { generalPractitioner: [{ reference: "Practitioner/404" }] }));
    await watched(world);
    world.ignite.put(patient("1", 2, at(30_000), { generalPractitioner: [{ reference: "Practitioner/404" }] }));
    await world.poll();
    expect(world.ignite.requests.filter((each) => each.includes("Practitioner"))).toEqual([]);
    expect(await world.changeSets()).toHaveLength(1);
  });

  test("without a scope for them they are left out", async () => {
    const world = await worldOf();
    world.ignite.scope =
      "system/Patient.rs system/Encounter.rs system/Appointment.rs system/ServiceRequest.rs system/DiagnosticReport.rs system/Observation.rs";
    world.ignite.put(patient("1", 1, before, { generalPractitioner: [{ reference: "Practitioner/5" }] }));
    expect(await world.poll()).toMatchObject({ state: "polled", problems: [] });
    expect(contextOf(await world.changeSets())).toEqual(["Patient/1"]);
  });

  test("a change set too large for the queue goes by way of the bucket", async () => {
    const world = await worldOf();
    world.ignite.put(patient("1", 1, before));
    for (let index = 0; index < 300; index += 1)
      world.ignite.put(observation(`L-${index}`, before, index, { note: [{ text: "x".repeat(800) }] }));
    await world.poll();
    expect(keys(await world.changeSets())).toHaveLength(301);
  });
});

describe("a merge", () => {
  const mergedAway = {
    resourceType: "Patient",
    id: "1",
    meta: { versionId: "2" },
    active: false,
    link: [{ other: { reference: "Patient/2" }, type: "replaced-by" }],
  } satisfies fhir4.Patient;

  async function merge(): Promise<World> {
    const world = await worldOf({ locations: ["9"] });
    world.ignite.put(patient("1", 1, before));
    world.ignite.put(encounter("10", before));
    await watched(world);
    world.ignite.remove("Patient/1");
    world.ignite.hidden.set("Patient/1", mergedAway);
    world.ignite.put(patient("2", 5, at(30_000)));
    return world;
  }

  test("is a change of the record that went, with the survivor beside it", async () => {
    const world = await merge();
    expect(await world.poll()).toMatchObject({ state: "polled", changes: 1 });
    const changeSets = await world.changeSets();
    expect(changeSets).toMatchObject([
      { patient: "1", changes: [{ before: { active: true }, after: { active: false }, initial: false }] },
    ]);
    expect(contextOf(changeSets)).toContain("Patient/2");
  });

  test("brings the survivor into the roster", async () => {
    const world = await merge();
    await world.poll();
    expect(await world.entry("patient/2")).toMatchObject({ mergedFrom: ["1"], since: startOfTest });
  });

  test("lets what moves to the survivor keep its past", async () => {
    const world = await merge();
    await world.poll();
    await world.changeSets();
    world.ignite.put(encounter("10", at(40_000), { subject: { reference: "Patient/2" } }));
    await world.poll("patient/2");
    const changes = (await world.changeSets()).flatMap((changeSet) => changeSet.changes);
    expect(changes.find(({ after }) => after.resourceType === "Encounter")).toMatchObject({
      before: { subject: { reference: "Patient/1" } },
      after: { subject: { reference: "Patient/2" } },
    });
  });

  test("is told once, and undone when the record comes back", async () => {
    const world = await merge();
    await world.poll();
    await world.changeSets();
    world.now += hour;
    expect(await world.poll()).toMatchObject({ changes: 0, requests: 2 });
    world.ignite.hidden.delete("Patient/1");
    world.ignite.put(patient("1", 3, at(hour)));
    world.now += hour;
    expect(await world.poll()).toMatchObject({ changes: 1 });
    expect(await world.changeSets()).toMatchObject([
      { changes: [{ before: { active: false }, after: { active: true } }] },
    ]);
  });
});

describe("appointments of a patient, where there are no locations", () => {
  test("are found by day, and told when they move", async () => {
    const world = await worldOf();
    world.ignite.put(patient("1", 1, before));
    world.ignite.put(appointment("a1", at(24 * hour)));
    await watched(world);
    world.ignite.put(appointment("a1", at(48 * hour)));
    await world.poll();
    expect(await world.changeSets()).toMatchObject([
      { changes: [{ before: { start: at(24 * hour) }, after: { start: at(48 * hour) } }] },
    ]);
  });
});

describe("a schedule", () => {
  const schedule = { locations: ["9"], targets: ["schedule/9" as const] };

  test("tells each patient's appointments, with the patient, and brings them into the roster", async () => {
    const world = await worldOf(schedule);
    world.ignite.put(patient("1", 1, before));
    world.ignite.put(patient("2", 1, before));
    world.ignite.put(appointment("a1", at(hour)));
    world.ignite.put(appointment("a2", at(24 * hour), { patient: "2" }));
    expect(await world.poll("schedule/9")).toMatchObject({ state: "polled", changes: 2, tier: "schedule" });
    const changeSets = await world.changeSets();
    expect(changeSets.map(({ patient: who, context }) => [who, context.map(keyOf)])).toEqual([
      ["1", ["Patient/1"]],
      ["2", ["Patient/2"]],
    ]);
    // Today in Chicago ends at six in the morning of the next day, UTC.
    expect(await world.entry("patient/1")).toMatchObject({
      tier: "today",
      expectedUntil: Date.parse("2026-11-24T06:00:00Z"),
      since: startOfTest,
    });
    expect(await world.entry("patient/2")).toMatchObject({ tier: "today", expectedUntil: undefined });
  });

  test("asks for many patients at once", async () => {
    const world = await worldOf(schedule);
    for (let index = 1; index <= 25; index += 1) {
      world.ignite.put(patient(String(index), 1, before));
      world.ignite.put(appointment(`a${index}`, at(hour), { patient: String(index) }));
    }
    await world.poll("schedule/9");
    expect(world.ignite.requests.filter((each) => each.includes("/Patient?"))).toHaveLength(2);
    expect(await world.changeSets()).toHaveLength(25);
  });

  test("a person who was merged is read again when news comes of an appointment: the merge may be undone", async () => {
    const world = await worldOf({ ...schedule, targets: ["schedule/9", "patient/1"] });
    const link: fhir4.PatientLink[] = [{ other: { reference: "Patient/2" }, type: "replaced-by" }];
    world.ignite.put(patient("1", 2, before, { active: false, identifier: [], link }));
    await watched(world, "patient/1");
    await watched(world, "schedule/9");
    const identifier = [{ system: "urn:oid:1.2.3", value: "7001" }];
    world.ignite.put(patient("1", 3, at(30_000), { identifier }));
    world.ignite.put(appointment("a1", at(hour), { meta: { lastUpdated: at(31_000) } }));
    await world.poll("schedule/9");
    expect(await world.changeSets()).toMatchObject([{ context: [{ id: "1", identifier }] }]);
    await world.poll("patient/1");
    expect(await world.changeSets()).toMatchObject([{ changes: [{ before: { link }, after: { identifier } }] }]);
  });

  test("a person found later is watched from the poll before, so that nothing in between is taken for old", async () => {
    const world = await worldOf(schedule);
    await watched(world, "schedule/9");
    world.ignite.put(patient("3", 1, at(30_000)));
    world.ignite.put(appointment("a3", at(hour), { patient: "3", meta: { lastUpdated: at(31_000) } }));
    await world.poll("schedule/9");
    expect(await world.changeSets()).toMatchObject([{ changes: [{ initial: false }] }]);
    expect(await world.entry("patient/3")).toMatchObject({ since: startOfTest });
    await world.poll("patient/3");
    expect(await world.changeSets()).toMatchObject([
      { changes: [{ after: { resourceType: "Patient" }, initial: false }] },
    ]);
  });

  test("an appointment that leaves the window is read again by id, and told where it went", async () => {
    const world = await worldOf(schedule);
    world.ignite.put(patient("1", 1, before));
    world.ignite.put(appointment("a1", at(hour)));
    await watched(world, "schedule/9");
    world.ignite.put(appointment("a1", at(40 * 24 * hour)));
    await world.poll("schedule/9");
    expect(await world.changeSets()).toMatchObject([{ changes: [{ after: { start: at(40 * 24 * hour) } }] }]);
    world.ignite.requests.length = 0;
    await world.poll("schedule/9");
    expect(world.ignite.requests.filter((each) => each.includes("_id="))).toEqual([]);
  });

  test("an appointment of yesterday is still looked at: its end is often recorded late", async () => {
    const world = await worldOf(schedule);
    world.ignite.put(patient("1", 1, before));
    world.ignite.put(appointment("a1", at(hour)));
    await watched(world, "schedule/9");
    world.now += 20 * hour;
    world.ignite.put(appointment("a1", at(hour), { status: "noshow" }));
    await world.poll("schedule/9");
    expect(await world.changeSets()).toMatchObject([{ changes: [{ after: { status: "noshow" } }] }]);
  });

  test("an appointment that is nowhere any more is put on the work list, once, and not taken for cancelled", async () => {
    const world = await worldOf(schedule);
    world.ignite.put(patient("1", 1, before));
    world.ignite.put(appointment("a1", at(hour)));
    await watched(world, "schedule/9");
    world.ignite.remove("Appointment/a1");
    await world.poll("schedule/9");
    await world.poll("schedule/9");
    expect(await world.changeSets()).toEqual([]);
    expect(world.workItems).toMatchObject([{ resourceType: "Appointment", id: "a1", reason: "no-longer-found" }]);
  });

  test("an appointment without a patient is put on the work list", async () => {
    const world = await worldOf(schedule);
    const participant = [{ actor: { reference: "Location/9" }, status: "accepted" as const }];
    world.ignite.put(appointment("a1", at(hour), { participant }));
    await world.poll("schedule/9");
    await world.poll("schedule/9");
    expect(world.workItems).toMatchObject([{ id: "a1", reason: "no-patient" }]);
  });

  test("who was merged away is named by the record that a read gives", async () => {
    const world = await worldOf(schedule);
    world.ignite.hidden.set("Patient/1", { resourceType: "Patient", id: "1", active: false });
    world.ignite.put(appointment("a1", at(hour)));
    await world.poll("schedule/9");
    expect(contextOf(await world.changeSets())).toEqual(["Patient/1"]);
  });

  test("a patient who was known is brought forward on the day", async () => {
    const world = await worldOf({ locations: ["9"], targets: ["schedule/9", "patient/1"] });
    world.ignite.put(patient("1", 1, before));
    world.ignite.put(appointment("a1", at(24 * hour)));
    await world.poll("patient/1");
    await watched(world, "schedule/9");
    expect(await world.entry("patient/1")).toMatchObject({ tier: "other" });
    world.now += 20 * hour;
    await world.poll("schedule/9");
    expect(await world.entry("patient/1")).toMatchObject({ tier: "today", dueAt: world.now });
  });
});

describe("what goes wrong", () => {
  test("a missing scope is told by name, and the other feeds are read", async () => {
    const world = await worldOf({ feeds: ["Patient", "Observation"] });
    world.ignite.scope = "system/Patient.rs";
    world.ignite.put(patient("1", 1, before));
    const { state, problems } = await world.poll();
    expect(state).toBe("polled");
    expect(problems).toMatchObject([
      { code: "ERR_IGNITE_SCOPE", details: { what: "Observation", missing: "system/Observation.rs" } },
    ]);
    expect(keys(await world.changeSets())).toEqual(["Patient/1"]);
  });

  test("what came while a feed could not be read is news when it can", async () => {
    const world = await worldOf({ feeds: ["Patient", "Observation"] });
    world.ignite.put(patient("1", 1, before));
    world.ignite.fault = (path) => (path.startsWith("/Observation") ? { status: 403, body: "{}" } : undefined);
    await world.poll();
    await world.changeSets();
    world.ignite.put(observation("L-0", before, 1));
    world.ignite.put(observation("L-1", at(30_000), 2));
    world.ignite.fault = undefined;
    world.now += minute;
    await world.poll();
    expect((await world.changeSets())[0]?.changes.map(({ after, initial }) => [after.id, initial])).toEqual([
      ["L-0", true],
      ["L-1", false],
    ]);
  });

  test("a feed that is configured later begins with what is there, as initial", async () => {
    const world = await worldOf({ feeds: ["Patient"] });
    world.ignite.put(patient("1", 1, before));
    await watched(world);
    world.ignite.put(observation("L-1", at(30_000), 2));
    const ports = world.ports();
    const { poll } = await import("../../shared/changes/poll.ts");
    const source = { ...world.source, feeds: ["Patient" as const, "Observation" as const] };
    await poll(
      { source: "general", target: "patient/1" },
      { ...ports, source, ignite: everythingGranted(ports) },
      { leaseMs: minute },
    );
    expect((await world.changeSets())[0]?.changes).toMatchObject([{ after: { id: "L-1" }, initial: true }]);
  });

  test("a record that Ignite could not express is put on the work list, and the rest goes on", async () => {
    const world = await worldOf();
    world.ignite.put(patient("1", 1, before));
    const suppressed = { resource: outcome("suppressed", "warning"), search: { mode: "outcome" } };
    world.ignite.fault = (path) =>
      path.startsWith("/Encounter") ? { body: { resourceType: "Bundle", entry: [suppressed] } } : undefined;
    expect(await world.poll()).toMatchObject({ state: "polled", changes: 1 });
    expect(world.workItems).toEqual([
      { source: "general", patient: "1", resourceType: "Encounter", severity: "warning", reason: "suppressed" },
    ]);
  });

  test("a defect of a record stops its feed alone", async () => {
    const world = await worldOf({ feeds: ["Patient", "Encounter"] });
    world.ignite.put(patient("1", 1, before));
    world.ignite.fault = (path) =>
      path.startsWith("/Encounter") ? { status: 500, body: outcome("required", "fatal") } : undefined;
    expect(await world.poll()).toMatchObject({ state: "polled", problems: [{ code: "ERR_IGNITE_DATA" }] });
    expect((await world.entry()).watermarks).not.toHaveProperty("Encounter");
  });

  test.each([
    ["wrong credentials", { status: 401, body: { error: "invalid_client" } }, "ERR_IGNITE_UNAUTHORIZED"],
    ["an authorization server that is down", { status: 502, body: "<html>" }, "ERR_IGNITE_UNAVAILABLE"],
  ])("%s: one error, nothing moves, and the target is due again after a wait", async (_, fault, code) => {
    const world = await worldOf();
    world.ignite.put(patient("1", 1, before));
    world.ignite.fault = (path) => (path === "/token" ? fault : undefined);
    expect(await world.poll()).toMatchObject({ state: "failed", changes: 0, problems: [{ code }] });
    const entry = await world.entry();
    expect(entry).toMatchObject({ watermarks: {}, failures: 1, polledAt: undefined });
    expect(entry.dueAt).toBeGreaterThan(world.now);
  });

  test("a source that asks for a wait gets it", async () => {
    const world = await worldOf();
    world.ignite.put(patient("1", 1, before));
    world.ignite.fault = (path) =>
      path.startsWith("/Patient") ? { status: 429, headers: { "retry-after": "86400" } } : undefined;
    expect(await world.poll()).toMatchObject({ state: "failed", problems: [{ code: "ERR_IGNITE_THROTTLED" }] });
    expect((await world.entry()).dueAt).toBe(world.now + 24 * hour);
  });

  test("a patient whom nobody knows is put on the work list", async () => {
    const world = await worldOf();
    expect(await world.poll()).toMatchObject({ state: "polled", problems: [{ code: "ERR_IGNITE_REFUSED" }] });
    expect(world.workItems).toMatchObject([{ resourceType: "Patient", id: "1", reason: "not-found" }]);
  });

  test("no error names the patient", async () => {
    const world = await worldOf();
    world.ignite.put(patient("1", 1, before));
    world.ignite.fault = (path) => (path.startsWith("/Encounter") ? { status: 400, body: path } : undefined);
    const { problems } = await world.poll();
    expect(problems).toHaveLength(1);
    expect(JSON.stringify(problems)).not.toMatch(/patient=1|Family/);
  });
});

describe("leases", () => {
  test("a target that is being polled is left alone", async () => {
    const world = await worldOf();
    await world.roster.lease({ source: "general", target: "patient/1", now: world.now, until: world.now + minute });
    expect(await world.poll()).toMatchObject({ state: "skipped" });
    expect(world.ignite.requests).toEqual([]);
  });

  test("a poll that lost its lease stores nothing, and the one that took over tells everything", async () => {
    const world = await worldOf();
    world.ignite.put(patient("1", 1, before));
    let overtaken = false;
    const outcomeOfSlow = await world.poll("patient/1", async (effect) => {
      const result = await effect();
      if (!overtaken && world.ignite.requests.some((each) => each.includes("/Observation"))) {
        overtaken = true;
        world.now += 10 * minute;
        expect(await world.poll()).toMatchObject({ state: "polled", changes: 1 });
      }
      return result;
    });
    expect(outcomeOfSlow).toMatchObject({ state: "superseded", changes: 0 });
    expect(keys(await world.changeSets())).toEqual(["Patient/1"]);
    expect(await world.entry()).toMatchObject({ epoch: 3, settledEpoch: 2 });
  });

  test("a request that was answered already is not answered again", async () => {
    const world = await worldOf();
    world.ignite.put(patient("1", 1, before));
    const plannedAt = world.now - 1_000;
    const { poll } = await import("../../shared/changes/poll.ts");
    const ask = () => poll({ source: "general", target: "patient/1", plannedAt }, world.ports(), { leaseMs: minute });
    expect(await ask()).toMatchObject({ state: "polled" });
    expect(await ask()).toMatchObject({ state: "skipped" });
  });

  test("a target that has left the roster is not polled", async () => {
    const world = await worldOf();
    expect(await world.poll("patient/404")).toMatchObject({ state: "skipped" });
  });
});

function everythingGranted({ ignite }: ReturnType<World["ports"]>) {
  return {
    search: ignite.search,
    read: ignite.read,
    readBinary: ignite.readBinary,
    advertised: ignite.advertised,
    granted: async () => new Set(["Patient", "Observation"]),
    requests: 0,
  };
}
