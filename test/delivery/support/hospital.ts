import type { Change, ChangeSet } from "../../../shared/changes/change.ts";
import { defineBridge } from "../../../shared/config/bridge.ts";
import type { Bridge, BridgeInput } from "../../../shared/config/schema.ts";
import { keyOf, type Resource } from "../../../shared/fhir.ts";

/** A bridge with one source and the destinations of a test. */
export function bridgeTo(destinations: BridgeInput["destinations"]): Bridge {
  return defineBridge({
    sources: {
      general: {
        baseUrl: "https://fhir.example.org/r4/tenant",
        credentials: { method: "client_secret_basic", secret: "general" },
        timeZone: "America/Chicago",
        facility: { namespaceId: "GENERAL" },
        patients: { ids: ["12"] },
      },
    },
    destinations,
  });
}

export const engine = {
  format: "hl7v2",
  link: { host: "127.0.0.1", port: 2575 },
} satisfies BridgeInput["destinations"][string];

export const app = {
  format: "webhook",
  url: "https://receiver.example.org",
  secret: "receiver",
  payload: "full-resource",
} satisfies BridgeInput["destinations"][string];

/**
 * A source that is polled: each poll takes the resources that have a new version and gives the change set, with
 * everything that is known of the patient as its context.
 */
export function startPolling() {
  const known = new Map<string, Resource>();
  let polls = 0;
  return (after: readonly Resource[], { initial = false } = {}): ChangeSet => {
    polls += 1;
    const changes = after.map((resource): Change => {
      const before = known.get(keyOf(resource));
      return { ...(before && { before }), after: resource, initial: initial && before === undefined };
    });
    for (const resource of after) known.set(keyOf(resource), resource);
    return {
      id: `poll-${polls}`,
      source: "general",
      patient: "12",
      detectedAt: at(polls),
      changes,
      context: [...known.values()],
    };
  };
}

/** A minute of the morning of 2 March 2026. */
export function at(minute: number): string {
  return new Date(Date.parse("2026-03-02T15:00:00Z") + minute * 60_000).toISOString();
}

export function person(minute: number, more: Partial<fhir4.Patient> = {}): fhir4.Patient {
  return {
    resourceType: "Patient",
    id: "12",
    meta: { versionId: String(minute), lastUpdated: at(minute) },
    active: true,
    identifier: [
      {
        type: { coding: [{ system: "http://terminology.hl7.org/CodeSystem/v2-0203", code: "MR" }] },
        system: "urn:oid:1.2.3",
        value: "MRN-12",
      },
    ],
    name: [{ use: "official", family: "Rivera", given: ["Ana"] }],
    gender: "female",
    birthDate: "1961-04-09",
    ...more,
  };
}

export function stay(
  minute: number,
  status: fhir4.Encounter["status"],
  beds: readonly string[],
  more: Partial<fhir4.Encounter> = {},
): fhir4.Encounter {
  return {
    resourceType: "Encounter",
    id: "97845",
    meta: { versionId: String(minute), lastUpdated: at(minute) },
    status,
    class: { system: "http://terminology.hl7.org/CodeSystem/v3-ActCode", code: "IMP" },
    subject: { reference: "Patient/12" },
    period: { start: at(0), ...(status === "finished" && { end: at(minute) }) },
    location: beds.map((bed, index) => ({
      location: { reference: `Location/${bed}`, display: `General, Ward 1, Room 1, ${bed}` },
      status: index === beds.length - 1 && status !== "finished" ? "active" : "completed",
      period: { start: at(index * 10), ...(index < beds.length - 1 && { end: at((index + 1) * 10) }) },
    })),
    ...more,
  };
}

export function labReport(minute: number, status: fhir4.DiagnosticReport["status"]): fhir4.DiagnosticReport {
  return {
    resourceType: "DiagnosticReport",
    id: "701",
    meta: { versionId: String(minute), lastUpdated: at(minute) },
    status,
    code: { coding: [{ system: "http://loinc.org", code: "24321-2", display: "Basic metabolic panel" }] },
    subject: { reference: "Patient/12" },
    encounter: { reference: "Encounter/97845" },
    effectiveDateTime: at(0),
    issued: at(minute),
    result: [{ reference: "Observation/L-1" }],
  };
}

export function potassium(minute: number, status: fhir4.Observation["status"], value: number): fhir4.Observation {
  return {
    resourceType: "Observation",
    id: "L-1",
    meta: { versionId: String(minute), lastUpdated: at(minute) },
    status,
    category: [
      { coding: [{ system: "http://terminology.hl7.org/CodeSystem/observation-category", code: "laboratory" }] },
    ],
    code: { coding: [{ system: "http://loinc.org", code: "2823-3", display: "Potassium" }] },
    subject: { reference: "Patient/12" },
    encounter: { reference: "Encounter/97845" },
    effectiveDateTime: at(0),
    issued: at(minute),
    valueQuantity: { value, unit: "mmol/L", system: "http://unitsofmeasure.org", code: "mmol/L" },
  };
}
