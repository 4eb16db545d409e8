import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import type { ChangeSet } from "../../shared/changes/change.ts";
import { keyOf, type Resource } from "../../shared/fhir.ts";
import { encounter, observation, patient, report, subject } from "./support/people.ts";
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

function at(offsetMs: number): string {
  return new Date(startOfTest + offsetMs).toISOString();
}

async function worldOf(settings?: Parameters<typeof createWorld>[1]): Promise<World> {
  const world = await createWorld(stores, settings);
  onTestFinished(() => world.close());
  world.ignite.put(patient("1", 1, before));
  return world;
}

/** Polls, and gives what was told. */
async function told(world: World, target?: Parameters<World["poll"]>[0]): Promise<ChangeSet[]> {
  expect(await world.poll(target)).toMatchObject({ state: "polled", problems: [] });
  return world.changeSets();
}

/** The first poll is done, its changes are taken. */
async function watched(world: World, target?: Parameters<World["poll"]>[0]): Promise<void> {
  await told(world, target);
  world.now += minute;
  world.ignite.requests.length = 0;
}

/** What has become of whom the patients have; of what has left one the other is told. */
function changesOf(changeSets: readonly ChangeSet[]) {
  return changeSets.flatMap(({ changes }) => changes).filter(({ hasLeft }) => !hasLeft);
}

function keysOf(changeSets: readonly ChangeSet[]): string[] {
  return changesOf(changeSets).map(({ after }) => keyOf(after));
}

function contextOf(changeSets: readonly ChangeSet[]): Resource[] {
  return changeSets.flatMap(({ context }) => context);
}

function asked(world: World, start: string): string[] {
  return world.ignite.requests
    .filter((each) => each.startsWith(`GET /${start}`))
    .map((each) => decodeURIComponent(each));
}

function coverage(id: string, more: Partial<fhir4.Coverage> = {}): fhir4.Coverage {
  return {
    resourceType: "Coverage",
    id,
    status: "active",
    beneficiary: subject,
    payor: [{ display: "Plan" }],
    ...more,
  };
}

function charge(id: string, status: fhir4.ChargeItem["status"]): fhir4.ChargeItem {
  return {
    resourceType: "ChargeItem",
    id,
    status,
    code: { text: "Room" },
    subject,
    context: { reference: "Encounter/10" },
  };
}

function administration(
  id: string,
  effectiveDateTime: string,
  status: fhir4.MedicationAdministration["status"],
): fhir4.MedicationAdministration {
  return {
    resourceType: "MedicationAdministration",
    id,
    status,
    subject,
    effectiveDateTime,
    medicationCodeableConcept: { text: "Cefazolin" },
    request: { reference: "MedicationRequest/m1" },
  };
}

const order: fhir4.MedicationRequest = {
  resourceType: "MedicationRequest",
  id: "m1",
  meta: { lastUpdated: before },
  status: "active",
  intent: "order",
  subject,
};

describe("a feed that cannot ask for what changed", () => {
  test("is read when its interval has passed, and tells what differs", async () => {
    const world = await worldOf({ feeds: ["Patient", "Coverage"], source: { intervals: { other: "5m" } } });
    world.ignite.put(coverage("c1"));
    await watched(world);
    world.ignite.put(coverage("c1", { status: "cancelled" }));
    world.now += 10 * minute;
    expect(await told(world)).toEqual([]);
    expect(asked(world, "Coverage")).toEqual([]);
    world.now += hour;
    expect(changesOf(await told(world))).toMatchObject([
      { before: { status: "active" }, after: { status: "cancelled" }, initial: false },
    ]);
  });

  test("is read at once with a new registration, which it is told with", async () => {
    const world = await worldOf({ feeds: ["Patient", "Encounter", "Coverage"] });
    await watched(world);
    world.ignite.put(coverage("c1"));
    world.ignite.put(encounter("10", at(30_000)));
    expect(keysOf(await told(world)).sort()).toEqual(["Coverage/c1", "Encounter/10"]);
  });

  test("has its interval from the configuration", async () => {
    const source = { feedIntervals: { Coverage: "1m" }, intervals: { other: "1m" } };
    const world = await worldOf({ feeds: ["Patient", "Coverage"], source });
    await watched(world);
    world.ignite.put(coverage("c1"));
    expect(keysOf(await told(world))).toEqual(["Coverage/c1"]);
  });

  test("what security hides is looked for once, put on the work list, and not taken for gone", async () => {
    const world = await worldOf({ feeds: ["Patient", "Coverage"] });
    world.ignite.put(coverage("c1"));
    await watched(world);
    world.ignite.remove("Coverage/c1");
    for (const _ of [1, 2]) {
      world.now += 2 * hour;
      expect(await told(world)).toEqual([]);
    }
    expect(world.workItems).toMatchObject([{ resourceType: "Coverage", id: "c1", reason: "no-longer-found" }]);
    expect(asked(world, "Coverage?_id")).toHaveLength(1);
    world.ignite.put(coverage("c1"));
    world.now += 2 * hour;
    expect(await told(world)).toEqual([]);
  });
});

describe("administrations", () => {
  test("are found by the time of giving; one that is not over is followed beyond", async () => {
    const world = await worldOf({ feeds: ["Patient", "MedicationAdministration", "MedicationRequest"] });
    world.ignite.put(order);
    world.ignite.put(administration("a1", at(-hour), "in-progress"));
    await watched(world);
    expect(await told(world)).toEqual([]);
    world.now += 5 * 24 * hour;
    world.ignite.put(administration("a1", at(-hour), "completed"));
    const changeSets = await told(world);
    expect(changesOf(changeSets)).toMatchObject([
      { before: { status: "in-progress" }, after: { status: "completed" }, initial: false },
    ]);
    expect(contextOf(changeSets).map(keyOf)).toContain("MedicationRequest/m1");
    world.ignite.requests.length = 0;
    world.now += hour;
    await told(world);
    expect(asked(world, "MedicationAdministration?_id")).toEqual([]);
  });
});

describe("charges and accounts", () => {
  const feeds = ["Patient", "Encounter", "Account", "ChargeItem"] as const;

  test("are found by encounter; a charge that is no longer billable is in no search, and is read by id", async () => {
    const world = await worldOf({ feeds: [...feeds] });
    world.ignite.put(encounter("10", before));
    world.ignite.put(charge("f1", "billable"));
    await watched(world);
    world.now += hour;
    world.ignite.put(charge("f1", "entered-in-error"));
    const changeSets = await told(world);
    expect(asked(world, "ChargeItem")).toEqual([
      "GET /ChargeItem?context=10&-status=billable",
      "GET /ChargeItem?_id=f1",
    ]);
    expect(changesOf(changeSets)).toMatchObject([
      { before: { status: "billable" }, after: { status: "entered-in-error" } },
    ]);
    expect(contextOf(changeSets).map(keyOf)).toContain("Encounter/10");
  });

  test("accounts are found by whom the patient names as guarantor, and only those of the patient are told", async () => {
    const world = await worldOf({ feeds: ["Patient", "Encounter", "RelatedPerson", "Account"] });
    const account = (id: string, owner: string): fhir4.Account => ({
      resourceType: "Account",
      id,
      status: "active",
      subject: [{ reference: `Patient/${owner}` }],
      guarantor: [{ party: { reference: "RelatedPerson/7-1" } }, { party: { reference: "RelatedPerson/7-8" } }],
    });
    world.ignite.put({
      resourceType: "RelatedPerson",
      id: "7-1",
      patient: subject,
      relationship: [{ text: "Default Guarantor" }],
    });
    world.ignite.put(account("F1", "1"));
    world.ignite.put(account("F2", "8"));
    await watched(world);
    world.ignite.put({ ...account("F1", "1"), name: "Renamed" });
    world.ignite.put({ ...account("F2", "8"), name: "Renamed" });
    world.now += hour;
    expect(keysOf(await told(world))).toEqual(["Account/F1"]);
    expect(asked(world, "Account")).toEqual([
      "GET /Account?-guarantor=1-1&type=financial-account",
      "GET /Account?-guarantor=7-1&type=financial-account",
    ]);
  });

  test("are asked for in the forms that Ignite takes, and not without an encounter", async () => {
    const world = await worldOf({ feeds: [...feeds] });
    await told(world);
    expect(asked(world, "ChargeItem")).toEqual([]);
    expect(asked(world, "Account")).toEqual(["GET /Account?-guarantor=1-1&type=financial-account"]);
    world.ignite.put(encounter("10", at(30_000)));
    world.ignite.requests.length = 0;
    world.now += hour;
    await told(world);
    expect(asked(world, "Account")).toEqual([
      "GET /Account?-encounter=10&type=guarantor-balance",
      "GET /Account?-guarantor=1-1&type=financial-account",
    ]);
  });
});

describe("open encounters", () => {
  const feeds = ["Patient", "Encounter"] as const;
  const combined = {
    resourceType: "Encounter",
    id: "10",
    status: "unknown",
    class: { code: "IMP" },
    subject,
    partOf: { reference: "Encounter/11" },
  } satisfies fhir4.Encounter;

  test("one that was combined comes from no search, and is read by its id", async () => {
    const world = await worldOf({ feeds: [...feeds] });
    world.ignite.put(encounter("10", before));
    world.ignite.put(encounter("11", before));
    await watched(world);
    world.ignite.remove("Encounter/10");
    world.ignite.hidden.set("Encounter/10", combined);
    world.now += 10 * minute;
    const changeSets = await told(world);
    expect(changesOf(changeSets)).toMatchObject([
      { before: { status: "in-progress" }, after: { status: "unknown", partOf: { reference: "Encounter/11" } } },
    ]);
    expect(contextOf(changeSets).map(keyOf)).toContain("Encounter/11");
    world.ignite.requests.length = 0;
    world.now += 20 * minute;
    expect(await told(world)).toEqual([]);
    expect(asked(world, "Encounter/10")).toEqual([]);
  });

  test("they are looked at no more often than the configuration says", async () => {
    const world = await worldOf({ feeds: [...feeds] });
    world.ignite.put(encounter("10", before));
    await watched(world);
    await told(world);
    expect(asked(world, "Encounter?_id")).toEqual([]);
    world.now += 10 * minute;
    await told(world);
    expect(asked(world, "Encounter?_id")).toEqual(["GET /Encounter?_id=10"]);
  });

  test("one that is hidden is looked for once, and goes on where it left off when it is shown again", async () => {
    const world = await worldOf({ feeds: [...feeds] });
    world.ignite.put(encounter("10", before));
    await watched(world);
    world.ignite.remove("Encounter/10");
    for (const _ of [1, 2, 3]) {
      world.now += 10 * minute;
      expect(await told(world)).toEqual([]);
    }
    expect(asked(world, "Encounter/10")).toHaveLength(1);
    expect(world.workItems).toMatchObject([{ resourceType: "Encounter", reason: "no-longer-found" }]);
    world.ignite.put(encounter("10", at(31 * minute), { status: "finished" }));
    expect(changesOf(await told(world))).toMatchObject([
      { before: { status: "in-progress" }, after: { status: "finished" } },
    ]);
  });

  test("one that is combined while it is hidden is found when what was hidden is looked for again", async () => {
    const world = await worldOf({ feeds: [...feeds] });
    world.ignite.put(encounter("10", before));
    await watched(world);
    world.ignite.remove("Encounter/10");
    world.now += 10 * minute;
    expect(await told(world)).toEqual([]);
    world.ignite.hidden.set("Encounter/10", combined);
    world.now += 23 * hour;
    expect(await told(world)).toEqual([]);
    world.now += hour;
    expect(changesOf(await told(world))).toMatchObject([
      { before: { status: "in-progress" }, after: { status: "unknown", partOf: { reference: "Encounter/11" } } },
    ]);
    expect(world.workItems).toMatchObject([{ resourceType: "Encounter", reason: "no-longer-found" }]);
    world.ignite.requests.length = 0;
    world.now += 48 * hour;
    expect(await told(world)).toEqual([]);
    expect(asked(world, "Encounter/10")).toEqual([]);
  });

  test("one that stays hidden is on the work list once, however often it is looked for", async () => {
    const world = await worldOf({ feeds: [...feeds] });
    world.ignite.put(encounter("10", before));
    await watched(world);
    world.ignite.remove("Encounter/10");
    for (const _ of [1, 2, 3, 4]) {
      world.now += 12 * hour;
      expect(await told(world)).toEqual([]);
    }
    expect(asked(world, "Encounter/10")).toHaveLength(2);
    expect(world.workItems).toHaveLength(1);
  });

  const moved = (offsetMs: number) => encounter("10", at(offsetMs), { subject: { reference: "Patient/2" } });

  test("one that is somebody else's now brings that patient in, who is told with what was before", async () => {
    const world = await worldOf({ feeds: [...feeds] });
    world.ignite.put(encounter("10", before));
    await watched(world);
    world.ignite.put(patient("2", 1, before));
    world.ignite.put(moved(30_000));
    world.now += 10 * minute;
    expect(await told(world)).toEqual([]);
    const changes = changesOf(await told(world, "patient/2"));
    expect(changes.find(({ after }) => after.resourceType === "Encounter")).toMatchObject({
      before: { subject: { reference: "Patient/1" } },
      after: { subject: { reference: "Patient/2" } },
      initial: false,
    });
  });

  test("and so it is where that patient is polled first", async () => {
    const targets = ["patient/1", "patient/2"] as const;
    const world = await worldOf({ feeds: [...feeds, "Observation"], targets: [...targets] });
    world.ignite.put(patient("2", 1, before));
    world.ignite.put(encounter("10", before));
    world.ignite.put(observation("L-1", before, 4.2));
    await watched(world, "patient/1");
    await watched(world, "patient/2");
    world.ignite.put(moved(90_000));
    // It went along without a new time, as small updates do.
    world.ignite.put(observation("L-1", before, 4.2, { subject: { reference: "Patient/2" } }));
    world.now += minute;
    const first = changesOf(await told(world, "patient/2"));
    const second = changesOf(await told(world, "patient/2"));
    expect([...first, ...second].map(({ before: was, after }) => [keyOf(after), was !== undefined])).toEqual([
      ["Encounter/10", true],
      ["Observation/L-1", true],
    ]);
  });
});

describe("a visit that went to another patient", () => {
  const of = (who: string) => ({ subject: { reference: `Patient/${who}` } });

  async function worldOfMove(): Promise<World> {
    const targets = ["patient/1", "patient/2"] as const;
    const world = await worldOf({ feeds: ["Patient", "Encounter"], targets: [...targets] });
    world.ignite.put(patient("1", 1, before));
    world.ignite.put(patient("2", 1, before));
    world.ignite.put(encounter("10", before, of("1")));
    for (const target of targets) await watched(world, target);
    world.ignite.put(encounter("10", at(90_000), of("2")));
    world.now += minute;
    await told(world, "patient/2");
    return world;
  }

  test("comes along no more with what changes about the one before", async () => {
    const world = await worldOfMove();
    world.ignite.put(patient("1", 2, at(2 * minute)));
    world.now += minute;
    const [changeSet] = await told(world, "patient/1");
    expect(changeSet?.changes.map(({ after }) => keyOf(after))).toEqual(["Patient/1"]);
    expect(changeSet?.context.map(keyOf)).not.toContain("Encounter/10");
  });

  test("and back again is told with what it was with the other one", async () => {
    const world = await worldOfMove();
    world.ignite.put(encounter("10", at(3 * minute), { ...of("1"), status: "finished" }));
    world.now += 2 * minute;
    expect(changesOf(await told(world, "patient/1"))).toMatchObject([
      { before: { subject: { reference: "Patient/2" } }, after: { status: "finished" }, initial: false },
    ]);
  });
});

describe("what _lastUpdated misses", () => {
  test("is found when everything is read again, one type a poll, once in the time that is set", async () => {
    const world = await worldOf({ feeds: ["Patient", "Observation", "ServiceRequest"], source: { fullReread: "2h" } });
    world.ignite.put(observation("L-1", before, 4.2));
    await watched(world);
    world.ignite.put(observation("L-1", before, 4.3));
    const changes = [];
    const inFull: string[][] = [];
    for (let poll = 0; poll < 9; poll += 1) {
      world.now += 30 * minute;
      world.ignite.requests.length = 0;
      changes.push(...changesOf(await told(world)));
      const whole = world.ignite.requests.filter(
        (each) => each.includes("patient=1") && !each.includes("_lastUpdated"),
      );
      inFull.push(whole.map((each) => /\/(\w+)\?/.exec(each)?.[1] ?? ""));
    }
    expect(changes).toMatchObject([
      { before: { valueQuantity: { value: 4.2 } }, after: { valueQuantity: { value: 4.3 } } },
    ]);
    expect(inFull.every((types) => types.length <= 1)).toBe(true);
    for (const type of ["Observation", "ServiceRequest"]) {
      const times = inFull.flat().filter((each) => each === type).length;
      expect(times).toBeGreaterThanOrEqual(2);
      expect(times).toBeLessThanOrEqual(3);
    }
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
  const feeds = ["Patient", "Encounter", "Observation", "Coverage"] as const;
  const of = (who: string) => ({ reference: `Patient/${who}` });

  function moveRecords(world: World, who: string): void {
    world.ignite.put(encounter("10", before, { status: "finished", subject: of(who) }));
    world.ignite.put(observation("L-1", before, 4.2, { subject: of(who) }));
    world.ignite.put(coverage("c1", { beneficiary: of(who) }));
  }

  test("takes along records without a new time; they are found by reading the survivor once in full, and back again", async () => {
    const world = await worldOf({ feeds: [...feeds], targets: ["patient/1", "patient/2"] });
    world.ignite.put(patient("2", 1, before));
    moveRecords(world, "1");
    await watched(world, "patient/1");
    await watched(world, "patient/2");

    moveRecords(world, "2");
    world.ignite.remove("Patient/1");
    world.ignite.hidden.set("Patient/1", mergedAway);
    await told(world, "patient/1");
    world.now += minute;
    const merged = changesOf(await told(world, "patient/2"));
    expect(merged.map(({ after }) => keyOf(after)).sort()).toEqual(["Coverage/c1", "Encounter/10", "Observation/L-1"]);
    for (const { before: was, initial } of merged) {
      expect(JSON.stringify(was)).toContain("Patient/1");
      expect(initial).toBe(false);
    }
    world.now += minute;
    world.ignite.requests.length = 0;
    expect(await told(world, "patient/2")).toEqual([]);
    expect(asked(world, "Observation?patient=2").every((each) => each.includes("_lastUpdated"))).toBe(true);

    moveRecords(world, "1");
    world.ignite.hidden.delete("Patient/1");
    world.ignite.put(patient("1", 3, at(10 * minute)));
    world.now += hour;
    const separated = changesOf(await told(world, "patient/1"));
    expect(separated.map(({ after }) => keyOf(after)).sort()).toEqual([
      "Coverage/c1",
      "Encounter/10",
      "Observation/L-1",
      "Patient/1",
    ]);
    for (const { before: was, after } of separated)
      if (after.resourceType !== "Patient") expect(JSON.stringify(was)).toContain("Patient/2");
    world.now += hour;
    expect(await told(world, "patient/1")).toEqual([]);
  });
});

describe("a record that is new to its patient", () => {
  test.each([
    ["whose visit was another patient's", { encounter: { reference: "Encounter/10" } }],
    ["that was another patient's itself", {}],
  ])("%s is told with what was before, though nothing has said yet that it moved", async (_what, visit) => {
    const feeds = ["Patient", "Encounter", "Observation"] as const;
    const world = await worldOf({ feeds: [...feeds], targets: ["patient/1", "patient/2"] });
    world.ignite.put(patient("2", 1, before));
    world.ignite.put(encounter("10", before, { status: "finished" }));
    world.ignite.put(observation("L-1", before, 4.2, visit));
    await watched(world, "patient/1");
    await watched(world, "patient/2");

    world.ignite.put(encounter("10", before, { status: "finished", subject: { reference: "Patient/2" } }));
    world.ignite.put(observation("L-1", at(90_000), 4.4, { ...visit, subject: { reference: "Patient/2" } }));
    world.now += minute;
    expect(changesOf(await told(world, "patient/2"))).toMatchObject([
      { before: { subject: { reference: "Patient/1" }, valueQuantity: { value: 4.2 } }, initial: false },
    ]);
  });
});

describe("files", () => {
  const feeds = ["Patient", "DocumentReference"] as const;
  const binary: fhir4.Binary = {
    resourceType: "Binary",
    id: "TR-1",
    contentType: "text/plain",
    data: "Q2FsbSBuaWdodC4=",
  };

  function document(world: World, more: Partial<fhir4.DocumentReference> = {}, url?: string): fhir4.DocumentReference {
    const attachment = { contentType: "text/plain", url: url ?? `${world.ignite.baseUrl}/Binary/TR-1` };
    return {
      resourceType: "DocumentReference",
      id: "d1",
      meta: { lastUpdated: at(30_000) },
      status: "current",
      docStatus: "final",
      subject,
      content: [{ attachment }],
      ...more,
    };
  }

  async function told1(world: World, resource: Resource) {
    await watched(world);
    world.ignite.put(resource);
    const changeSets = await told(world);
    expect(changesOf(changeSets)).toHaveLength(1);
    return contextOf(changeSets).filter(({ resourceType }) => resourceType === "Binary");
  }

  test("come along with a document that changed", async () => {
    const world = await worldOf({ feeds: [...feeds] });
    world.ignite.put(binary);
    expect(await told1(world, document(world))).toEqual([binary]);
    expect(world.workItems).toEqual([]);
  });

  test("come along with a report that has one", async () => {
    const world = await worldOf({ feeds: ["Patient", "DocumentReference", "DiagnosticReport"] });
    world.ignite.put(binary);
    const { content } = document(world);
    const presentedForm = content.map(({ attachment }) => attachment);
    expect(await told1(world, report("500", at(30_000), [], { presentedForm }))).toEqual([binary]);
  });

  test("in their own format are wrapped", async () => {
    const world = await worldOf({ feeds: [...feeds] });
    world.ignite.fault = (path) =>
      path === "/Binary/TR-1" ? { headers: { "content-type": "text/html" }, body: "<p>Calm night.</p>" } : undefined;
    expect(await told1(world, document(world))).toEqual([
      {
        resourceType: "Binary",
        id: "TR-1",
        contentType: "text/html",
        data: Buffer.from("<p>Calm night.</p>").toString("base64"),
      },
    ]);
  });

  test("of what was there before, of what is in error, and where none are wanted, are not fetched", async () => {
    const world = await worldOf({ feeds: [...feeds] });
    world.ignite.put(document(world, { id: "d0", meta: { lastUpdated: before } }));
    expect(await told1(world, document(world, { status: "entered-in-error" }))).toEqual([]);
    const without = await worldOf({ feeds: [...feeds], source: { attachmentLimitBytes: 0 } });
    expect(await told1(without, document(without))).toEqual([]);
    expect([...asked(world, "Binary"), ...asked(without, "Binary")]).toEqual([]);
  });

  test.each([
    ["too large", "attachment-too-large", { attachmentLimitBytes: 5 }, undefined],
    ["of another address, which gets no token", "attachment-elsewhere", {}, "http://127.0.0.1:9/Binary/TR-1"],
    ["not there", "attachment-missing", {}, "Binary/TR-404"],
  ])("%s: left out, on the work list, and the document is told", async (_, reason, source, url) => {
    const world = await worldOf({ feeds: [...feeds], source });
    world.ignite.put(binary);
    const whole = url?.startsWith("Binary") ? `${world.ignite.baseUrl}/${url}` : url;
    expect(await told1(world, document(world, {}, whole))).toEqual([]);
    expect(world.workItems).toMatchObject([
      { resourceType: "DocumentReference", id: "d1", severity: "warning", reason },
    ]);
  });

  test("a file that its server cannot make is waited for, but not for ever", async () => {
    const world = await worldOf({ feeds: [...feeds] });
    await watched(world);
    world.ignite.put(document(world));
    world.ignite.fault = (path) => (path.startsWith("/Binary") ? { status: 504, body: "<html>" } : undefined);
    for (const _ of [1, 2, 3]) expect(await world.poll()).toMatchObject({ state: "failed" });
    expect(keysOf(await told(world))).toEqual(["DocumentReference/d1"]);
    expect(world.workItems).toMatchObject([{ reason: "attachment-unavailable" }]);
  });

  test("without a scope for files the document is told, and the scope is named", async () => {
    const world = await worldOf({ feeds: [...feeds] });
    world.ignite.scope = "system/Patient.rs system/DocumentReference.rs";
    await watched(world);
    world.ignite.put(document(world));
    expect(await world.poll()).toMatchObject({
      state: "polled",
      changes: 1,
      problems: [{ code: "ERR_IGNITE_SCOPE", details: { missing: "system/Binary.r" } }],
    });
  });
});

describe("what a tenant advertises", () => {
  function statement(...types: [type: string, ...parameters: string[]][]): fhir4.CapabilityStatement {
    const resource = types.map(([type, ...parameters]) => ({
      type,
      searchParam: parameters.map((name) => ({ name, type: "token" as const })),
    }));
    return {
      resourceType: "CapabilityStatement",
      status: "active",
      date: "2026-08-14",
      kind: "instance",
      fhirVersion: "4.0.1",
      format: ["json"],
      rest: [{ mode: "server", resource }],
    };
  }

  test("a feed whose parameter is missing is refused by name, and the others are read", async () => {
    const world = await worldOf({ feeds: ["Patient", "Encounter", "Observation"] });
    const metadata = statement(
      ["Patient", "_id"],
      ["Encounter", "patient", "_lastUpdated"],
      ["Observation", "patient"],
    );
    world.ignite.fault = (path) => (path === "/metadata" ? { body: metadata } : undefined);
    world.ignite.put(encounter("10", before));
    expect(await world.poll()).toMatchObject({
      state: "polled",
      changes: 2,
      problems: [{ code: "ERR_IGNITE_UNADVERTISED", details: { what: "Observation", missing: "_lastUpdated" } }],
    });
    world.now += minute;
    await world.poll();
    expect(asked(world, "metadata")).toHaveLength(1);
    expect(asked(world, "Observation")).toEqual([]);
  });

  test("a tenant that does not say is taken to offer everything, and is not asked each time", async () => {
    const world = await worldOf({ feeds: ["Patient", "Observation"] });
    world.ignite.fault = (path) => (path === "/metadata" ? { status: 503, body: "<html>" } : undefined);
    world.ignite.put(observation("L-1", before, 4.2));
    expect(keysOf(await told(world))).toContain("Observation/L-1");
    await told(world);
    expect(asked(world, "metadata")).toHaveLength(1);
  });
});

describe("practitioners and locations", () => {
  const practitioner = (id: string, family: string, active = true): fhir4.Practitioner => ({
    resourceType: "Practitioner",
    id,
    meta: { lastUpdated: before },
    active,
    name: [{ family }],
  });

  test("those that came up with a patient are watched, and told of under no patient", async () => {
    const targets = ["patient/1", "reference/Practitioner"] as const;
    const world = await worldOf({ feeds: ["Patient", "Practitioner"], targets: [...targets] });
    world.ignite.put(patient("1", 1, before, { generalPractitioner: [{ reference: "Practitioner/5" }] }));
    world.ignite.put(practitioner("5", "Moss"));
    world.ignite.put(practitioner("6", "Nobody's"));
    await watched(world);
    expect(changesOf(await told(world, "reference/Practitioner"))).toMatchObject([
      { after: { id: "5" }, initial: true },
    ]);
    world.ignite.put(practitioner("5", "Moss-Lane"));
    world.now += 6 * hour;
    expect(await told(world, "reference/Practitioner")).toMatchObject([
      {
        patient: "",
        changes: [{ before: { name: [{ family: "Moss" }] }, after: { name: [{ family: "Moss-Lane" }] } }],
      },
    ]);
    expect((await world.entry("reference/Practitioner")).dueAt).toBe(world.now + 6 * hour);
  });

  test("or all that the tenant lists; who leaves the list is read by id", async () => {
    const world = await worldOf({
      feeds: ["Patient", "Practitioner"],
      source: { referenceData: "listed" },
      targets: ["reference/Practitioner"],
    });
    world.ignite.put(practitioner("5", "Moss"));
    await watched(world, "reference/Practitioner");
    world.ignite.put(practitioner("5", "Moss", false));
    world.now += 6 * hour;
    expect(changesOf(await told(world, "reference/Practitioner"))).toMatchObject([
      { before: { active: true }, after: { active: false } },
    ]);
    expect(asked(world, "Practitioner")).toEqual(["GET /Practitioner?active=true", "GET /Practitioner?_id=5"]);
  });
});

describe("slots", () => {
  const slot = (status: fhir4.Slot["status"]): fhir4.Slot => ({
    resourceType: "Slot",
    id: "s1",
    meta: { lastUpdated: at(30_000) },
    extension: [{ url: "scheduling-location", valueReference: { reference: "Location/9" } }],
    schedule: { reference: "Schedule/1" },
    status,
    start: at(24 * hour),
    end: at(25 * hour),
  });

  test("are read of a location, where they are wanted; one that is no longer free is read by id", async () => {
    const world = await worldOf({ feeds: ["Appointment", "Slot"], locations: ["9"], targets: ["schedule/9"] });
    world.ignite.put(slot("free"));
    expect(await told(world, "schedule/9")).toMatchObject([{ patient: "", changes: [{ after: { status: "free" } }] }]);
    world.ignite.put(slot("busy-unavailable"));
    world.now += 5 * minute;
    expect(changesOf(await told(world, "schedule/9"))).toMatchObject([
      { before: { status: "free" }, after: { status: "busy-unavailable" } },
    ]);
  });
});

describe("what comes along", () => {
  test("with a visit: allergies, coverages, relatives, conditions and procedures, as far as their feeds are on", async () => {
    const world = await worldOf({ feeds: ["Patient", "Encounter", "AllergyIntolerance", "Condition", "Coverage"] });
    world.ignite.put({
      resourceType: "AllergyIntolerance",
      id: "S-1",
      meta: { lastUpdated: before },
      patient: subject,
    });
    world.ignite.put({ resourceType: "Condition", id: "d1", meta: { lastUpdated: before }, subject });
    world.ignite.put({
      resourceType: "Procedure",
      id: "p1",
      meta: { lastUpdated: before },
      status: "completed",
      subject,
    });
    world.ignite.put(coverage("c1"));
    await watched(world);
    world.ignite.put(encounter("10", at(30_000)));
    const changeSets = await told(world);
    expect(contextOf(changeSets).map(keyOf).sort()).toEqual([
      "AllergyIntolerance/S-1",
      "Condition/d1",
      "Coverage/c1",
      "Encounter/10",
      "Patient/1",
    ]);
  });
});
