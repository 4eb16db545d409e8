import { visit } from "../telling.ts";
import type { Listener } from "./example.ts";

export const { inBed, left, waits } = {
  inBed: (bed: string, hour = 6): fhir4.EncounterLocation => place(bed, "active", hour),
  left: (bed: string, hour = 6): fhir4.EncounterLocation => place(bed, "completed", hour, hour + 1),
  waits: (bed: string): fhir4.EncounterLocation => place(bed, "reserved", 9),
};

export function place(bed: string, status: "active" | "completed" | "reserved", hour: number, end?: number) {
  const time = (at: number) => `2026-03-02T${String(at).padStart(2, "0")}:00:00Z`;
  const period = { start: time(hour), ...(end !== undefined && { end: time(end) }) };
  return { location: { reference: `Location/${bed}` }, status, period };
}

/** The place by its name, with or without its reference. */
export const called = (bed: string, { location, ...rest } = inBed("")): fhir4.EncounterLocation => ({
  ...rest,
  location: { ...(location.reference !== "Location/" && location), display: `General, 3N, ${bed}` },
});

export const stay = (changes: Parameters<typeof visit>[1] = {}) => visit("in-progress", changes);
export const emergency = (changes: Parameters<typeof visit>[1] = {}) =>
  visit("in-progress", { class: "E", ...changes });
export const at = (...location: fhir4.EncounterLocation[]) => ({ ...stay(), location });
export const emergencyAt = (...location: fhir4.EncounterLocation[]) => ({ ...emergency(), location });
export const endsAt = (end: string) => ({ period: { start: "2026-03-02T06:00:00Z", end } });
export const ended = (end = "2026-03-02T10:00:00Z") => visit("finished", endsAt(end));
export const because = (text: string) => ({ reasonCode: [{ text }] });
export const having = (...options: string[]): Listener => ({ settings: { options } });
export const taking = (...events: string[]): Listener => ({ settings: { events } });

export const history = (...statuses: fhir4.Encounter["status"][]) => ({
  statusHistory: statuses.map((status, index) => ({ status, period: { start: `2026-03-02T0${6 + index}:00:00Z` } })),
});

/** In the house, and then on leave up to some time. */
export const leaveUntil = (end: string): fhir4.EncounterStatusHistory[] => [
  { status: "in-progress", period: { start: "2026-03-02T06:00:00Z", end: "2026-03-02T08:00:00Z" } },
  { status: "onleave", period: { start: "2026-03-02T08:00:00Z", end } },
];

export const doctor = (code: "ATND" | "CON", id: string, end?: string): fhir4.EncounterParticipant => ({
  type: [{ coding: [{ system: "http://terminology.hl7.org/CodeSystem/v3-ParticipationType", code }] }],
  individual: { reference: `Practitioner/${id}`, display: `DOCTOR, ${id}` },
  ...(end !== undefined && { period: { end } }),
});
export const withDoctors = (...participant: fhir4.EncounterParticipant[]) => stay({ participant });

export const numbered = (value: string) => {
  const type = { coding: [{ system: "http://terminology.hl7.org/CodeSystem/v2-0203", code: "VN" }] };
  return { identifier: [{ type, system: "urn:oid:1.2.4", value }] };
};
export const formerNumber = (value: string) => ({
  ...numbered(value).identifier[0],
  period: { end: "2026-03-02T05:00:00Z" },
});
export const ofPatient = (id: string, changes: Parameters<typeof visit>[1] = {}) =>
  stay({ subject: { reference: `Patient/${id}` }, ...changes });
export const other: fhir4.Patient = { resourceType: "Patient", id: "34", active: true, name: [{ family: "Okafor" }] };
export const mergedAway: fhir4.Patient = {
  resourceType: "Patient",
  id: "12",
  active: false,
  link: [{ other: { reference: "Patient/34" }, type: "replaced-by" }],
};

/** As Ignite answers for a combined visit: no time, a pointer to the one that goes on. */
export function combined(): fhir4.Encounter {
  const { subject: _, ...rest } = visit("unknown", { partOf: { reference: "Encounter/97846" } });
  return { ...rest, meta: {} };
}
export const survivor = { ...stay(), id: "97846" };
export const withSurvivor: Listener = { context: [survivor] };

export const admittedAsInpatient = "encounter.admitted A01";
export const updated = "E29 encounter.updated A08";

export function atUrl(bed: string): fhir4.Encounter {
  const url = `https://fhir.example.org/r4/t/Location/${bed}`;
  return at({ ...inBed(bed), location: { reference: url } });
}
