import { expect, test } from "vitest";
import { createWebhookReader } from "../../census/readers/webhook.ts";
import { eventTypes } from "../../shared/events/vocabulary.ts";

function body(type: string, focus: string, more: Record<string, unknown> = {}): string {
  const [resourceType, id] = focus.split("/");
  return JSON.stringify({
    type,
    timestamp: "2026-03-02T14:15:00Z",
    data: { source: "prairie", patient: "1", focus: { type: resourceType, id, versionId: "1" }, ...more },
  });
}

const encounter = {
  resourceType: "Encounter",
  id: "7",
  status: "in-progress",
  class: { code: "IMP" },
  identifier: [{ value: "V7" }],
  subject: { reference: "Patient/1" },
  location: [
    { status: "completed", location: { reference: "Location/1" } },
    { status: "active", location: { reference: "Location/2" } },
  ],
  participant: [
    {
      type: [{ coding: [{ code: "ATND" }] }],
      period: { end: "2026-03-01" },
      individual: { reference: "Practitioner/1" },
    },
    { type: [{ coding: [{ code: "ATND" }] }], individual: { reference: "Practitioner/2" } },
  ],
};

test("a whole version takes the place of the one before", () => {
  const reader = createWebhookReader({ payload: "full-resource" });
  reader.read(body("encounter.admitted", "Encounter/7", { resource: encounter }));
  expect(reader.holds("Encounter/7")).toEqual({
    state: "in-progress",
    class: "IMP",
    visitNumber: "V7",
    bed: "Location/2",
    attending: "Practitioner/2",
    person: "Patient/1",
  });
  const { location: _, participant: __, ...bare } = encounter;
  const finished = { ...bare, status: "finished", period: { end: "2026-03-03T15:00:00Z" } };
  reader.read(body("encounter.discharged", "Encounter/7", { resource: finished }));
  expect(reader.holds("Encounter/7")).toEqual({
    state: "finished",
    class: "IMP",
    visitNumber: "V7",
    person: "Patient/1",
    discharged: "2026-03-03T15:00:00Z",
  });
});

test("the digits of a result are kept", () => {
  const reader = createWebhookReader({ payload: "full-resource" });
  const text = body("result.final", "Observation/3", {
    resource: { resourceType: "Observation", id: "3", status: "final", valueQuantity: { value: 0 } },
  });
  reader.read(text.replace('"value":0', '"value":4.10'));
  expect(reader.holds("Observation/3")).toMatchObject({ state: "final", values: "4.10" });
});

test("by ids alone: what the events say, where the patient is, and whose it is after a merge", () => {
  const reader = createWebhookReader({ payload: "id-only" });
  reader.read(body("encounter.admitted", "Encounter/7", { location: "Location/1", sequence: 1 }));
  const move = { location: "Location/2", priorLocation: "Location/1", sequence: 2 };
  reader.read(body("encounter.transferred", "Encounter/7", move));
  expect(reader.holds("Encounter/7")).toEqual({ state: "present", bed: "Location/2", person: "Patient/1" });
  reader.read(body("patient.merged", "Patient/2", { patient: "2", merged: { type: "Patient", id: "1" } }));
  expect(reader.holds("Patient/1")?.merged).toBe("Patient/2");
  expect(reader.holds("Encounter/7")?.person).toBe("Patient/2");
  reader.read(body("encounter.cancelled", "Encounter/7", { patient: "2", sequence: 3 }));
  expect(reader.holds("Encounter/7")?.state).toBe("gone");
  expect(reader.complaints()).toEqual([]);
});

test("what a developer would trip over: an unknown event, a sequence that goes back or has a gap, a move from nowhere, a resource that is missing", () => {
  const ids = createWebhookReader({ payload: "id-only" });
  ids.read(body("encounter.teleported", "Encounter/7", { sequence: 1 }));
  ids.read(body("encounter.admitted", "Encounter/7", { sequence: 1, location: "Location/1" }));
  ids.read(body("encounter.transferred", "Encounter/7", { sequence: 3, location: "Location/2" }));
  expect(ids.complaints().map(({ problem }) => problem)).toEqual([
    "encounter.teleported is not understood",
    "Sequence 1 after 1",
    "Sequence 3 after 1",
    "encounter.transferred from nowhere, not from Location/1",
  ]);
  const whole = createWebhookReader({ payload: "full-resource" });
  whole.read(body("encounter.admitted", "Encounter/7"));
  expect(whole.complaints()).toEqual([{ thing: "Encounter/7", problem: "encounter.admitted without its resource" }]);
});

test.each(
  Object.keys(eventTypes).filter((type) =>
    /^(patient|encounter|appointment|order|result|document|account)\./.test(type),
  ),
)("%s is understood", (type) => {
  const reader = createWebhookReader({ payload: "id-only" });
  reader.read(body(type, "Encounter/7"));
  expect(reader.complaints()).toEqual([]);
});
