import { describe, expect, test } from "vitest";
import type { ClinicalEvent } from "../../shared/events/event.ts";
import type { Resource } from "../../shared/fhir.ts";
import { parseJson } from "../../shared/json.ts";
import { renderWebhook } from "../../shared/webhook/payload.ts";

const baseUrl = "https://fhir.example.org/r4/tenant";

const encounter = {
  resourceType: "Encounter",
  id: "97845",
  meta: { versionId: "3", lastUpdated: "2026-11-23T15:04:05Z" },
  status: "in-progress",
  class: { code: "IMP" },
  subject: { reference: "Patient/12724066" },
} as const satisfies Resource;

const admitted: ClinicalEvent = {
  type: "encounter.admitted",
  trigger: "ADT^A01",
  rule: "E5",
  focus: "Encounter/97845",
  after: encounter,
  occurredAt: "2026-11-23T15:00:00Z",
  recordedAt: "2026-11-23T15:04:05Z",
};

function render(event: ClinicalEvent, payload: "id-only" | "full-resource" = "id-only", sequence?: number) {
  return JSON.parse(renderWebhook({ event, source: "general", baseUrl, destination: { payload }, sequence }));
}

test("id-only says what happened and where to read it", () => {
  expect(render(admitted)).toEqual({
    type: "encounter.admitted",
    timestamp: "2026-11-23T15:04:05Z",
    data: {
      source: "general",
      patient: "12724066",
      focus: { type: "Encounter", id: "97845", versionId: "3", url: `${baseUrl}/Encounter/97845` },
      trigger: "ADT^A01",
      occurredAt: "2026-11-23T15:00:00Z",
    },
  });
});

test("a record is called merged only where it has ended: not where it was renumbered or stands for itself again", () => {
  const patient = { resourceType: "Patient", id: "2", meta: { versionId: "4" } } as const;
  const named = (type: string) =>
    render({ ...admitted, type, focus: "Patient/2", after: patient, step: { merged: patient } });
  expect(named("patient.merged").data).toHaveProperty("merged");
  expect(named("patient.identifier-changed").data).not.toHaveProperty("merged");
  expect(named("patient.unmerged").data).not.toHaveProperty("merged");
});

test("id-only carries nothing of what the resource says", () => {
  const after: Resource = {
    ...encounter,
    reasonCode: [{ text: "CHEST PAIN" }],
    text: { status: "generated", div: "SMITH" },
  };
  const text = JSON.stringify(render({ ...admitted, after }));
  expect(text).not.toMatch(/CHEST|SMITH|IMP/);
});

test("full-resource adds the resource", () => {
  expect(render(admitted, "full-resource").data.resource).toEqual(encounter);
});

test("full-resource keeps the digits of decimals", () => {
  const after = parseJson(
    '{"resourceType":"Observation","id":"1","status":"final","code":{},"subject":{"reference":"Patient/7"},"valueQuantity":{"value":1.50}}',
  ) as Resource;
  const event = { ...admitted, type: "result.final", focus: "Observation/1", after } as const;
  const text = renderWebhook({ event, source: "general", baseUrl, destination: { payload: "full-resource" } });
  expect(text).toContain('"valueQuantity":{"value":1.50}');
});

test("a merge names the surviving patient and the record that ended", () => {
  const after = { resourceType: "Patient", id: "1", meta: { versionId: "9" } } as const;
  const merged = { resourceType: "Patient", id: "2", meta: { versionId: "4" } } as const;
  const event = {
    ...admitted,
    type: "patient.merged",
    trigger: "ADT^A40",
    focus: "Patient/1",
    after,
    step: { merged },
  } as const;
  expect(render(event).data).toMatchObject({
    patient: "1",
    focus: { type: "Patient", id: "1" },
    merged: { type: "Patient", id: "2", versionId: "4", url: `${baseUrl}/Patient/2` },
  });
});

describe("what only some events have", () => {
  test("the place of a step", () => {
    const step = {
      location: { location: { reference: "Location/21" } },
      priorLocation: { location: { reference: "Location/20" } },
    };
    expect(render({ ...admitted, step }).data).toMatchObject({ location: "Location/21", priorLocation: "Location/20" });
  });

  test("that it was there before", () => {
    expect(render({ ...admitted, initial: true }).data.initial).toBe(true);
    expect(render({ ...admitted, initial: false }).data).not.toHaveProperty("initial");
  });

  test("its number, by which a receiver sees a gap", () => {
    expect(render(admitted, "id-only", 4).data.sequence).toBe(4);
  });
});

test("the same input gives the same bytes", () => {
  const input = { event: admitted, source: "general", baseUrl, destination: { payload: "full-resource" } } as const;
  expect(renderWebhook(input)).toBe(renderWebhook(structuredClone(input)));
});
