import { defineBridge } from "../../../shared/config/bridge.ts";
import type { BridgeInput, Source } from "../../../shared/config/schema.ts";

interface SourceSettings {
  feeds?: Source["feeds"];
  locations?: string[];
  /** Any other setting, as it is written in a configuration. */
  source?: Partial<BridgeInput["sources"][string]>;
}

/** A source with defaults, at the given service root. */
export function sourceAt(baseUrl: string, settings: SourceSettings = {}): Source {
  const { sources } = defineBridge({
    sources: {
      general: {
        baseUrl,
        credentials: { method: "client_secret_basic", secret: "general" },
        timeZone: "America/Chicago",
        patients: { ids: ["1"], appointmentLocations: settings.locations ?? [] },
        ...(settings.feeds && { feeds: settings.feeds }),
        ...settings.source,
      },
    },
    destinations: {},
  });
  const { general } = sources;
  if (general === undefined) throw new TypeError("The source is missing");
  return general;
}

export const subject = { reference: "Patient/1" };

export function patient(id: string, version: number, lastUpdated: string, more: Partial<fhir4.Patient> = {}) {
  return {
    resourceType: "Patient",
    id,
    meta: { versionId: String(version), lastUpdated },
    active: true,
    name: [{ family: `Family ${version}` }],
    ...more,
  } satisfies fhir4.Patient;
}

export function encounter(id: string, lastUpdated: string, more: Partial<fhir4.Encounter> = {}): fhir4.Encounter {
  return {
    resourceType: "Encounter",
    id,
    meta: { versionId: "1", lastUpdated },
    status: "in-progress",
    class: { system: "http://terminology.hl7.org/CodeSystem/v3-ActCode", code: "IMP" },
    subject,
    ...more,
  };
}

export function observation(
  id: string,
  lastUpdated: string,
  value: number,
  more: Partial<fhir4.Observation> = {},
): fhir4.Observation {
  return {
    resourceType: "Observation",
    id,
    meta: { versionId: "1", lastUpdated },
    status: "final",
    category: [{ coding: [{ code: "laboratory" }] }],
    code: { text: "Potassium" },
    subject,
    valueQuantity: { value, unit: "mmol/L" },
    ...more,
  };
}

export function report(
  id: string,
  lastUpdated: string,
  results: readonly string[],
  more: Partial<fhir4.DiagnosticReport> = {},
): fhir4.DiagnosticReport {
  return {
    resourceType: "DiagnosticReport",
    id,
    meta: { versionId: "1", lastUpdated },
    status: "final",
    code: { text: "Basic metabolic panel" },
    subject,
    result: results.map((result) => ({ reference: `Observation/${result}` })),
    ...more,
  };
}

export function appointment(
  id: string,
  start: string,
  more: Partial<fhir4.Appointment> & { patient?: string; location?: string } = {},
): fhir4.Appointment {
  const { patient: who = "1", location = "9", ...rest } = more;
  return {
    resourceType: "Appointment",
    id,
    meta: { versionId: "1", lastUpdated: "2026-11-20T10:00:00Z" },
    status: "booked",
    start,
    end: new Date(Date.parse(start) + 1_800_000).toISOString(),
    participant: [
      { actor: { reference: `Patient/${who}` }, status: "accepted" },
      { actor: { reference: `Location/${location}` }, status: "accepted" },
    ],
    ...rest,
  };
}
