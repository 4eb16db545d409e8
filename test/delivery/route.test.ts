import { describe, expect, test } from "vitest";
import { routeChangeSet } from "../../shared/delivery/route.ts";
import type { Resource } from "../../shared/fhir.ts";
import { app, at, bridgeTo, engine, labReport, person, potassium, startPolling, stay } from "./support/hospital.ts";
import { type Memory, rememberAll } from "./support/memory.ts";

const day: Resource[][] = [
  [person(1), stay(1, "in-progress", ["Bed 1"])],
  [stay(12, "in-progress", ["Bed 1", "Bed 2"]), labReport(12, "final"), potassium(12, "final", 4.1)],
  [potassium(20, "corrected", 3.9), labReport(20, "corrected")],
  [stay(30, "finished", ["Bed 1", "Bed 2"])],
];

async function route(memory: Memory, polls: readonly Resource[][], options: { initial?: boolean } = {}) {
  const poll = startPolling();
  for (const changed of polls) await routeChangeSet(poll(changed, options), memory.dependencies);
}

function told(memory: Memory, destination: string): string[] {
  return (memory.sent.get(destination) ?? []).map(({ event, trigger }) => [event, trigger].filter(Boolean).join(" "));
}

test("a stay, as each destination hears of it", async () => {
  const memory = rememberAll(bridgeTo({ engine, app, labs: { ...engine, events: ["result.*"] } }));
  await route(memory, day);
  const all = [
    "patient.added ADT^A28",
    "encounter.admitted ADT^A01",
    "encounter.transferred ADT^A02",
    "result.final ORU^R01",
    "result.corrected ORU^R01",
    "encounter.discharged ADT^A03",
  ];
  expect(told(memory, "engine")).toEqual(all);
  expect(told(memory, "app")).toEqual(all);
  expect(told(memory, "labs")).toEqual(["result.final ORU^R01", "result.corrected ORU^R01"]);
});

test("a delivery carries its own id in its body", async () => {
  const memory = rememberAll(bridgeTo({ engine }));
  await route(memory, day);
  for (const { id, body } of memory.sent.get("engine") ?? []) expect(body.split("\r")[0]?.split("|")[9]).toBe(id);
});

test("an update is rendered once, for its hash and to be sent", async () => {
  const { renderers } = rememberAll(bridgeTo({ engine })).dependencies;
  const rendered: string[] = [];
  const renderMessage: typeof renderers.renderMessage = (input) => {
    rendered.push(input.controlId);
    return renderers.renderMessage(input);
  };
  const memory = rememberAll(bridgeTo({ engine }), { renderers: { ...renderers, renderMessage } });
  const poll = startPolling();
  await routeChangeSet(poll([person(1)]), memory.dependencies);
  rendered.length = 0;
  await routeChangeSet(poll([person(2, { birthDate: "1980-02-03" })]), memory.dependencies);
  const { id, event } = memory.sent.get("engine")?.at(-1) ?? {};
  expect([event, rendered]).toEqual(["patient.updated", [id]]);
});

test("the ledger knows each delivery before it is in the queue", async () => {
  const memory = rememberAll(bridgeTo({ engine }));
  const { dependencies } = memory;
  const seen: (string | undefined)[] = [];
  const queue = {
    async send(destination: string, deliveries: readonly { id: string }[]) {
      for (const { id } of deliveries) seen.push((await memory.ledger.get(id))?.state);
      await dependencies.queue.send(destination, deliveries as never);
    },
  };
  await route({ ...memory, dependencies: { ...dependencies, queue } }, day);
  expect(seen).toHaveLength(6);
  expect(new Set(seen)).toEqual(new Set(["queued"]));
});

describe("the same change set again", () => {
  test("tells nothing once it was told", async () => {
    const memory = rememberAll(bridgeTo({ engine, app }));
    const changeSet = startPolling()([person(1), stay(1, "in-progress", ["Bed 1"])]);
    await routeChangeSet(changeSet, memory.dependencies);
    const again = await routeChangeSet(changeSet, memory.dependencies);
    expect(again).toEqual([
      { destination: "engine", events: [], parked: 0 },
      { destination: "app", events: [], parked: 0 },
    ]);
  });

  test("to destinations that have heard nothing gives the same ids and bodies", async () => {
    const changeSet = startPolling()([person(1), stay(1, "in-progress", ["Bed 1"])]);
    const [one, other] = [rememberAll(bridgeTo({ engine, app })), rememberAll(bridgeTo({ engine, app }))];
    await routeChangeSet(changeSet, one.dependencies);
    await routeChangeSet(changeSet, other.dependencies);
    const idsAndBodies = ({ sent }: Memory) => [...sent.values()].flat().map(({ id, body }) => [id, body]);
    expect(idsAndBodies(one)).toEqual(idsAndBodies(other));
    expect(idsAndBodies(one)).toHaveLength(4);
  });
});

describe("what was there before the bridge began to watch", () => {
  const there = [person(-60), stay(-60, "in-progress", ["Bed 1"])];
  const moved = [stay(12, "in-progress", ["Bed 1", "Bed 2"])];

  async function tellLater(initialLoad: "none" | "snapshot" | "full", first: Resource[], next: Resource[] = []) {
    const memory = rememberAll(bridgeTo({ engine: { ...engine, initialLoad } }));
    const poll = startPolling();
    await routeChangeSet(poll(first, { initial: true }), memory.dependencies);
    if (next.length > 0) await routeChangeSet(poll(next), memory.dependencies);
    return memory;
  }

  test("is not told, and what changes then is", async () => {
    const memory = await tellLater("none", there, moved);
    expect(told(memory, "engine")).toEqual(["encounter.transferred ADT^A02"]);
  });

  test("and is cancelled later: the client system has it from elsewhere", async () => {
    const memory = await tellLater("none", there, [stay(12, "cancelled", [])]);
    expect(told(memory, "engine")).toEqual(["encounter.cancelled ADT^A11"]);
  });

  test("and has a new version that says the same: silence", async () => {
    const memory = await tellLater("none", there, [
      { ...stay(-60, "in-progress", ["Bed 1"]), meta: { lastUpdated: at(5) } },
    ]);
    expect(told(memory, "engine")).toEqual([]);
  });

  test("and comes to light with news of the person, after the first search for visits had failed", async () => {
    const memory = rememberAll(bridgeTo({ engine, app }));
    const poll = startPolling();
    await routeChangeSet(poll([person(-60)], { initial: true }), memory.dependencies);
    const found = poll([person(5, { birthDate: "1980-02-14" }), stay(-60, "in-progress", ["Bed 1"])]);
    const changes = found.changes.map((change) => ({ ...change, initial: change.after.resourceType === "Encounter" }));
    await routeChangeSet({ ...found, changes }, memory.dependencies);
    expect(told(memory, "engine")).toEqual(["patient.updated ADT^A31"]);
    expect(told(memory, "app")).toEqual(["patient.updated ADT^A31"]);
  });

  test("is told as it is, marked as an initial load", async () => {
    const memory = await tellLater("snapshot", there, moved);
    expect(told(memory, "engine")).toEqual([
      "patient.added ADT^A28",
      "encounter.admitted ADT^A01",
      "encounter.transferred ADT^A02",
    ]);
    const modes = memory.sent.get("engine")?.map(({ body }) => body.split("\r")[0]?.split("|")[10]);
    expect(modes).toEqual(["P^I", "P^I", "P"]);
  });

  test("is told with how it came about", async () => {
    const memory = await tellLater("full", [person(-60), stay(-5, "finished", ["Bed 1", "Bed 2"])]);
    expect(told(memory, "engine")).toEqual([
      "patient.added ADT^A28",
      "encounter.admitted ADT^A01",
      "encounter.transferred ADT^A02",
      "encounter.discharged ADT^A03",
    ]);
  });
});

test("a version that is older than the one that was told is left out", async () => {
  const memory = rememberAll(bridgeTo({ engine }));
  await route(memory, [[person(1), stay(12, "in-progress", ["Bed 1", "Bed 2"])], [stay(5, "in-progress", ["Bed 1"])]]);
  expect(told(memory, "engine").slice(2)).toEqual(["encounter.transferred ADT^A02"]);
});

test("a receiver of admissions and discharges alone is told those", async () => {
  const narrow = { ...engine, events: ["encounter.admitted", "encounter.discharged"] };
  const memory = rememberAll(bridgeTo({ narrow }));
  await route(memory, day);
  expect(told(memory, "narrow")).toEqual(["encounter.admitted ADT^A01", "encounter.discharged ADT^A03"]);
});

test("a visit that goes to another patient and comes back is told each time, once", async () => {
  const memory = rememberAll(bridgeTo({ engine }));
  const poll = startPolling();
  const ofPatient = (id: string, minute: number) =>
    stay(minute, "in-progress", ["Bed 1"], { subject: { reference: `Patient/${id}` } });
  for (const [patient, minute] of [
    ["12", 1],
    ["34", 2],
    ["12", 3],
  ] as const) {
    const changeSet = { ...poll([ofPatient(patient, minute)]), patient };
    await routeChangeSet(changeSet, memory.dependencies);
    await routeChangeSet(changeSet, memory.dependencies);
  }
  expect((memory.sent.get("engine") ?? []).map(({ event, patient }) => [event, patient])).toEqual([
    ["encounter.admitted", "12"],
    ["encounter.updated", "34"],
    ["encounter.updated", "12"],
  ]);
});

test("the count of events about a visit goes on when it goes to another patient", async () => {
  const memory = rememberAll(bridgeTo({ app }));
  const poll = startPolling();
  const of = (id: string) => ({ subject: { reference: `Patient/${id}` } });
  const versions: [patient: string, version: fhir4.Encounter][] = [
    ["12", stay(1, "in-progress", ["Bed 1"], of("12"))],
    ["12", stay(12, "in-progress", ["Bed 1", "Bed 2"], of("12"))],
    ["34", stay(20, "in-progress", ["Bed 1", "Bed 2"], of("34"))],
    ["34", stay(21, "finished", ["Bed 1", "Bed 2"], of("34"))],
  ];
  for (const [patient, version] of versions) await routeChangeSet({ ...poll([version]), patient }, memory.dependencies);
  const bodies = (memory.sent.get("app") ?? []).map(({ body }) => JSON.parse(body));
  expect(bodies.map(({ data }) => data.sequence)).toEqual([1, 2, 3, 4]);
});

test("a merge is counted with neither record: nobody takes it for a gap when the two are parted again", async () => {
  const memory = rememberAll(bridgeTo({ app }));
  const survivor = person(1, { id: "34" });
  const ended = person(2, { active: false, link: [{ other: { reference: "Patient/34" }, type: "replaced-by" }] });
  await route(memory, [[person(1), survivor], [ended], [person(3)]]);
  const [merge] = (memory.sent.get("app") ?? []).filter(({ event }) => event === "patient.merged");
  expect(JSON.parse(merge?.body ?? "{}").data).toMatchObject({ focus: { id: "34" }, merged: { id: "12" } });
  expect(JSON.parse(merge?.body ?? "{}").data).not.toHaveProperty("sequence");
  const parted = (memory.sent.get("app") ?? []).map(({ body }) => JSON.parse(body)).at(-1);
  expect([parted.type, parted.data.focus.id, parted.data.sequence]).toEqual(["patient.unmerged", "12", 2]);
});

test("a visit that moved on while it was with another patient is not told again from where it left", async () => {
  const memory = rememberAll(bridgeTo({ engine }));
  const poll = startPolling();
  const of = (id: string) => ({ subject: { reference: `Patient/${id}` } });
  const versions: [patient: string, version: fhir4.Encounter][] = [
    ["12", stay(1, "in-progress", ["Bed 1"], of("12"))],
    ["34", stay(12, "in-progress", ["Bed 1", "Bed 2"], of("34"))],
    ["34", stay(20, "finished", ["Bed 1", "Bed 2"], of("34"))],
    ["12", stay(21, "finished", ["Bed 1", "Bed 2"], of("12"))],
  ];
  for (const [patient, version] of versions) await routeChangeSet({ ...poll([version]), patient }, memory.dependencies);
  expect((memory.sent.get("engine") ?? []).map(({ event, patient }) => [event, patient])).toEqual([
    ["encounter.admitted", "12"],
    ["encounter.transferred", "34"],
    ["encounter.discharged", "34"],
    ["encounter.updated", "12"],
  ]);
});

test("a visit that was over before anybody was told of it goes to another patient in silence", async () => {
  const memory = rememberAll(bridgeTo({ app, engine }));
  const poll = startPolling();
  const of = (id: string) => ({ subject: { reference: `Patient/${id}` } });
  for (const [patient, minute] of [
    ["12", 1],
    ["34", 20],
  ] as const)
    await routeChangeSet({ ...poll([stay(minute, "cancelled", [], of(patient))]), patient }, memory.dependencies);
  expect([...memory.sent.values()].flat()).toEqual([]);
});

test("a receiver that hears of no moves is told of the bed when a visit that it was told to cancel goes on", async () => {
  const events = ["encounter.admitted", "encounter.updated", "encounter.cancelled"];
  const memory = rememberAll(bridgeTo({ engine: { ...engine, events } }));
  const beds = ["Bed 1", "Bed 2"];
  await route(memory, [
    [person(1), stay(1, "in-progress", beds)],
    [stay(12, "entered-in-error", beds)],
    [stay(20, "in-progress", beds)],
  ]);
  const heard = (memory.sent.get("engine") ?? []).map(({ event, body }) => [event, /Bed \d/.exec(body)?.[0]]);
  expect(heard).toEqual([
    ["encounter.admitted", "Bed 1"],
    ["encounter.updated", "Bed 2"],
    ["encounter.cancelled", "Bed 2"],
    ["encounter.admitted", "Bed 1"],
    ["encounter.updated", "Bed 2"],
  ]);
});

test("an order takes the place only of one that was there before the two came along", async () => {
  const order = (minute: number, id: string, status: fhir4.ServiceRequest["status"], replaced?: string) =>
    ({
      resourceType: "ServiceRequest",
      id,
      meta: { versionId: String(minute), lastUpdated: at(minute) },
      status,
      intent: "order",
      subject: { reference: "Patient/12" },
      code: { text: "Chest X-ray" },
      ...(replaced && { replaces: [{ reference: `ServiceRequest/${replaced}` }] }),
    }) satisfies fhir4.ServiceRequest;
  const [old, ended, successor] = [order(2, "1", "active"), order(9, "1", "revoked"), order(9, "2", "active", "1")];
  const heardOf = async (polls: Resource[][]) => {
    const memory = rememberAll(bridgeTo({ engine: { ...engine, events: ["order.*"] } }));
    await route(memory, [[person(1)], ...polls]);
    return (memory.sent.get("engine") ?? []).map(({ event, body }) => [event, ...(body.match(/ORC\|../g) ?? [])]);
  };
  expect(await heardOf([[old], [ended, successor]])).toEqual([
    ["order.placed", "ORC|NW"],
    ["order.replaced", "ORC|RP", "ORC|RO"],
  ]);
  expect(await heardOf([[ended, successor]])).toEqual([["order.placed", "ORC|NW"]]);
});

test("an order that comes to light with a dose from another patient is not placed anew: it comes by itself", async () => {
  const memory = rememberAll(bridgeTo({ app: { ...app, events: ["order.*"] } }));
  const poll = startPolling();
  const subject = (id: string) => ({ reference: `Patient/${id}` });
  const orderOf = (id: string, version: string): fhir4.MedicationRequest => ({
    resourceType: "MedicationRequest",
    id: "7",
    meta: { versionId: version, lastUpdated: at(1) },
    status: "active",
    intent: "order",
    subject: subject(id),
    medicationCodeableConcept: { text: "Amoxicillin 500 mg" },
  });
  const doseOf = (id: string, version: string): fhir4.MedicationAdministration => ({
    resourceType: "MedicationAdministration",
    id: "8",
    meta: { versionId: version, lastUpdated: at(2) },
    status: "completed",
    subject: subject(id),
    effectiveDateTime: at(2),
    medicationCodeableConcept: { text: "Amoxicillin 500 mg" },
    request: { reference: "MedicationRequest/7" },
  });
  await routeChangeSet(poll([orderOf("12", "0"), doseOf("12", "0")]), memory.dependencies);
  // The search for orders is asked later than the one for doses: until then the order is only looked up.
  const doseAlone = poll([doseOf("34", "1")]);
  const lookedUp = [...doseAlone.context.filter(({ id }) => id !== "7"), orderOf("34", "1")];
  await routeChangeSet({ ...doseAlone, context: lookedUp, patient: "34" }, memory.dependencies);
  await routeChangeSet({ ...poll([orderOf("34", "1")]), patient: "34" }, memory.dependencies);
  const bodies = (memory.sent.get("app") ?? []).map(({ body }) => JSON.parse(body));
  expect(bodies.map(({ type, data }) => [type, data.patient, data.sequence])).toEqual([
    ["order.placed", "12", 1],
    ["order.changed", "34", 2],
  ]);
});

test("an account, which has no version ids, is moved to another patient and not opened a second time", async () => {
  const memory = rememberAll(bridgeTo({ app }));
  const poll = startPolling();
  const accountOf = (id: string): fhir4.Account => ({
    resourceType: "Account",
    id: "F-1",
    status: "active",
    subject: [{ reference: `Patient/${id}` }],
  });
  for (const patient of ["12", "34"])
    await routeChangeSet({ ...poll([accountOf(patient)]), patient }, memory.dependencies);
  const bodies = (memory.sent.get("app") ?? []).map(({ body }) => JSON.parse(body));
  expect(bodies.map(({ type, data }) => [type, data.patient, data.sequence])).toEqual([
    ["account.opened", "12", 1],
    ["account.moved", "34", 2],
  ]);
});

test("a change set that was read before a new address and sent after it speaks with the new one", async () => {
  const memory = rememberAll(bridgeTo({ engine }));
  const moved = { address: [{ use: "home" as const, line: ["2 Elm St"], city: "Chicago" }] };
  const poll = startPolling();
  await routeChangeSet(poll([person(1)]), memory.dependencies);
  const late = poll([stay(2, "in-progress", ["Bed 1"])]);
  await routeChangeSet(poll([person(3, moved)]), memory.dependencies);
  await routeChangeSet(late, memory.dependencies);
  const streets = memory.sent.get("engine")?.map(({ body }) => /PID(?:\|[^|]*){11}/.exec(body)?.[0].split("|").at(-1));
  expect(streets?.slice(1)).toEqual(["2 Elm St^^Chicago^^^^H", "2 Elm St^^Chicago^^^^H"]);
});

describe("what cannot be rendered", () => {
  test("is parked with its reason, and the rest goes on", async () => {
    const memory = rememberAll(bridgeTo({ engine, app }));
    const broken = { ...stay(1, "in-progress", ["Bed 1"]), location: "Bed 1" } as unknown as Resource;
    const [toEngine] = await routeChangeSet(startPolling()([person(1), broken]), memory.dependencies);
    expect(toEngine).toEqual({ destination: "engine", events: ["patient.added"], parked: 1 });
    const parked = [];
    for await (const entry of memory.ledger.list("engine", "parked")) parked.push(entry);
    expect(parked).toMatchObject([
      { focus: "Encounter/97845", reason: "unreadable", workList: [{ severity: "error", reason: "unreadable" }] },
    ]);
  });

  test("is parked with the filter that fails for it, which says nothing against the resource", async () => {
    const filter = "Patient.name.given.single() = 'MARIA'";
    const memory = rememberAll(bridgeTo({ engine: { ...engine, only: { filter } } }));
    const [toEngine] = await routeChangeSet(
      startPolling()([person(1, { name: [{ family: "DOE", given: ["MARIA", "ANN"] }] })]),
      memory.dependencies,
    );
    expect(toEngine).toEqual({ destination: "engine", events: [], parked: 1 });
    const parked = [];
    for await (const entry of memory.ledger.list("engine", "parked")) parked.push(entry);
    expect(parked).toMatchObject([
      { focus: "Patient/12", workList: [{ severity: "error", reason: "unrenderable", path: "only.filter" }] },
    ]);
  });

  test("is parked when a merge names a record that did not come along", async () => {
    const memory = rememberAll(bridgeTo({ engine }));
    const merged = { ...person(2), active: false, link: [{ other: { reference: "Patient/34" }, type: "replaced-by" }] };
    await route(memory, [[person(1)], [merged as fhir4.Patient]]);
    const parked = [];
    for await (const entry of memory.ledger.list("engine", "parked")) parked.push(entry);
    expect(parked).toMatchObject([{ event: "patient.merged", reason: "unrenderable", focus: "Patient/12" }]);
  });
});

test("a destination that fails does not hold back the others", async () => {
  const memory = rememberAll(bridgeTo({ engine, app }));
  const queue = {
    async send(destination: string, deliveries: readonly unknown[]) {
      if (destination === "engine") throw new RangeError("no such queue");
      await memory.dependencies.queue.send(destination, deliveries as never);
    },
  };
  const changeSet = startPolling()([person(1)]);
  await expect(routeChangeSet(changeSet, { ...memory.dependencies, queue })).rejects.toThrow(RangeError);
  expect(told(memory, "app")).toEqual(["patient.added ADT^A28"]);
  await routeChangeSet(changeSet, memory.dependencies);
  expect(told(memory, "engine")).toEqual(["patient.added ADT^A28"]);
  expect(told(memory, "app")).toEqual(["patient.added ADT^A28"]);
});

test("a change set of a source that is not configured any more is refused by name", async () => {
  const memory = rememberAll(bridgeTo({ engine }));
  const changeSet = { ...startPolling()([person(1)]), source: "closed" };
  await expect(routeChangeSet(changeSet, memory.dependencies)).rejects.toMatchObject({
    code: "ERR_CONFIG",
    details: { path: "sources.closed" },
  });
});
