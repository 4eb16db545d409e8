import { describe, expect, test } from "vitest";
import type { EventOption } from "../../shared/events/options.ts";
import type { Resource } from "../../shared/fhir.ts";
import { nextMeta, tellAll, tellLast, visit } from "./telling.ts";

type Row = [option: EventOption, row: string, before: Resource[], after: Resource, told: string[], otherwise: string[]];

const reserved = (bed: string): fhir4.EncounterLocation => ({
  location: { reference: `Location/${bed}` },
  status: "reserved",
  period: { start: "2026-03-02T09:00:00Z" },
});
const inBed = (bed: string): fhir4.EncounterLocation => ({
  location: { reference: `Location/${bed}` },
  status: "active",
  period: { start: "2026-03-02T06:00:00Z" },
});
const here = (...location: fhir4.EncounterLocation[]) => ({ ...visit("in-progress"), location });
const doctor = (code: string, id: string, end?: string): fhir4.EncounterParticipant => ({
  type: [{ coding: [{ system: "http://terminology.hl7.org/CodeSystem/v3-ParticipationType", code }] }],
  individual: { reference: `Practitioner/${id}` },
  ...(end !== undefined && { period: { end } }),
});
const withDoctors = (...participant: fhir4.EncounterParticipant[]) => visit("in-progress", { participant });
const endsOn = (end: string) => visit("in-progress", { period: { start: "2026-03-02T06:00:00Z", end } });
const history = (...statuses: fhir4.Encounter["status"][]) => ({
  statusHistory: statuses.map((status, index) => ({ status, period: { start: `2026-03-02T0${6 + index}:00:00Z` } })),
});

const rows: Row[] = [
  ["planned-outpatients", "E2", [], visit("planned", { class: "O" }), ["E2 encounter.pre-admitted A05"], []],
  [
    "arrivals",
    "E3",
    [],
    visit("arrived", { class: "E" }),
    ["E3 encounter.arrived A10"],
    ["E3 encounter.registered A04"],
  ],
  [
    "arrivals",
    "E4",
    [],
    visit("arrived", { period: {} }),
    ["E4 encounter.arrived A10"],
    ["E4 encounter.pre-admitted A05"],
  ],
  [
    "arrivals",
    "E7 the visit begins after the arrival",
    [visit("arrived", { class: "E" })],
    visit("in-progress", { class: "E" }),
    ["E7 encounter.registered A04"],
    ["E7 encounter.updated A08"],
  ],
  [
    "pending-admissions",
    "E1",
    [],
    { ...visit("planned"), location: [reserved("A1")] },
    ["E1 encounter.admission-pending A14"],
    ["E1 encounter.pre-admitted A05"],
  ],
  [
    "pending-admissions",
    "E22",
    [{ ...visit("planned"), location: [reserved("A1")] }],
    visit("cancelled"),
    ["E22 encounter.pending-admission-cancelled A27"],
    ["E22 encounter.pre-admission-cancelled A38"],
  ],
  [
    "pending-transfers",
    "E14",
    [here(inBed("A1"))],
    here(inBed("A1"), reserved("B2")),
    ["E14 encounter.transfer-pending A15"],
    ["E29 encounter.updated A08"],
  ],
  [
    "pending-transfers",
    "E14 called off",
    [here(inBed("A1"), reserved("B2"))],
    here(inBed("A1")),
    ["E14 encounter.pending-transfer-cancelled A26"],
    ["E29 encounter.updated A08"],
  ],
  [
    "pending-discharges",
    "E19",
    [visit("in-progress")],
    endsOn("2026-03-04T10:00:00Z"),
    ["E19 encounter.discharge-pending A16"],
    ["E29 encounter.updated A08"],
  ],
  [
    "pending-discharges",
    "E19 called off",
    [endsOn("2026-03-04T10:00:00Z")],
    visit("in-progress"),
    ["E19 encounter.pending-discharge-cancelled A25"],
    ["E29 encounter.updated A08"],
  ],
  [
    "pending-discharges",
    "E19 not when it ends with the same poll",
    [visit("in-progress")],
    visit("finished", { period: { start: "2026-03-02T06:00:00Z", end: "2026-03-04T10:00:00Z" } }),
    ["E18 encounter.discharged A03"],
    ["E18 encounter.discharged A03"],
  ],
  [
    "cancelled-leaves",
    "E17 never left",
    [visit("onleave", history("in-progress"))],
    visit("in-progress", history("in-progress")),
    ["E17 encounter.leave-cancelled A52"],
    ["E16 encounter.leave-ended A22"],
  ],
  [
    "cancelled-leaves",
    "E17 never returned",
    [visit("in-progress", history("in-progress", "onleave"))],
    visit("onleave", history("in-progress")),
    ["E17 encounter.return-cancelled A53"],
    ["E15 encounter.leave-started A21"],
  ],
  [
    "doctor-changes",
    "E27",
    [withDoctors(doctor("ATND", "7"))],
    withDoctors(doctor("ATND", "7", "2026-03-02T09:00:00Z"), doctor("ATND", "8")),
    ["E27 encounter.attending-changed A54"],
    ["E29 encounter.updated A08"],
  ],
  [
    "doctor-changes",
    "E27 undone",
    [withDoctors(doctor("ATND", "7", "2026-03-02T09:00:00Z"), doctor("ATND", "8"))],
    withDoctors(doctor("ATND", "7")),
    ["E27 encounter.attending-change-cancelled A55"],
    ["E29 encounter.updated A08"],
  ],
  [
    "doctor-changes",
    "E28",
    [withDoctors(doctor("CON", "7"))],
    withDoctors(doctor("CON", "7"), doctor("CON", "8")),
    ["E28 encounter.consultants-changed A61"],
    ["E29 encounter.updated A08"],
  ],
  [
    "doctor-changes",
    "E28 undone",
    [withDoctors(doctor("CON", "7"), doctor("CON", "8"))],
    withDoctors(doctor("CON", "7")),
    ["E28 encounter.consultant-change-cancelled A62"],
    ["E29 encounter.updated A08"],
  ],
  [
    "outpatient-tracking",
    "E12",
    [{ ...visit("in-progress", { class: "O" }), location: [inBed("A1")] }],
    {
      ...visit("in-progress", { class: "O" }),
      location: [{ ...inBed("B2"), period: { start: "2026-03-02T08:00:00Z" } }],
    },
    ["E12 encounter.tracked A10"],
    ["E12 encounter.transferred A02"],
  ],
  [
    "repeated-discharges",
    "E21",
    [visit("finished", { period: { end: "2026-03-02T10:00:00Z" } })],
    visit("finished", { period: { end: "2026-03-02T11:00:00Z" } }),
    ["E21 encounter.discharged A03"],
    ["E21 encounter.updated A08"],
  ],
  [
    "no-outpatient-discharges",
    "E18",
    [visit("in-progress", { class: "O" })],
    visit("finished", { class: "O" }),
    ["E29 encounter.updated A08"],
    ["E18 encounter.discharged A03"],
  ],
  [
    "plain-cancels",
    "E24",
    [visit("finished")],
    visit("cancelled"),
    ["E23 encounter.cancelled A11"],
    ["E20 encounter.discharge-cancelled A13", "E23 encounter.cancelled A11"],
  ],
  [
    "deleted-visits",
    "E25",
    [visit("in-progress")],
    visit("entered-in-error"),
    ["E25 encounter.deleted A23"],
    ["E25 encounter.cancelled A11"],
  ],
  [
    "linked-patients",
    "P7",
    [person()],
    person({ link: [{ other: { reference: "Patient/34" }, type: "seealso" }] }),
    ["P7 patient.linked A24"],
    ["P2 patient.updated A31"],
  ],
  [
    "linked-patients",
    "P7 not any more",
    [person({ link: [{ other: { reference: "Patient/34" }, type: "seealso" }] })],
    person(),
    ["P7 patient.unlinked A37"],
    ["P2 patient.updated A31"],
  ],
  [
    "unmerged-patients",
    "P6",
    [person(), person({ active: false, link: [{ other: { reference: "Patient/34" }, type: "replaced-by" }] })],
    person(),
    ["P6 patient.unmerged A37"],
    ["P1 patient.added A28"],
  ],
  [
    "deleted-patients",
    "P10",
    [person()],
    person({ active: false }),
    ["P10 patient.deleted A29"],
    ["P2 patient.updated A31"],
  ],
  ["proposed-appointments", "AP2", [], appointment("proposed"), ["AP2 appointment.booked S12"], []],
  [
    "proposed-appointments",
    "AP3",
    [appointment("proposed")],
    appointment("booked"),
    ["AP3 appointment.changed S14"],
    ["AP3 appointment.booked S12"],
  ],
  ["quiet-arrivals", "AP6", [appointment("booked")], appointment("arrived"), [], ["AP6 appointment.changed S14"]],
  [
    "rebooked-as-changed",
    "AP11",
    [appointment("booked"), appointment("cancelled")],
    appointment("booked"),
    ["AP11 appointment.changed S14"],
    ["AP11 appointment.booked S12"],
  ],
  [
    "appointment-resources",
    "AP5",
    [appointment("booked")],
    appointment("booked", { serviceType: [{ text: "Check-up" }] }),
    ["AP5 appointment.resource-added S18"],
    ["AP5 appointment.changed S14"],
  ],
  [
    "scheduled-starts",
    "O6",
    [scan("active")],
    scan("revoked"),
    ["O6 order.discontinued O19"],
    ["O5 order.cancelled O19"],
  ],
  ["refills", "O15", [], renewal(), ["O15 order.renewed O09"], ["O1 order.placed O09"]],
  ["approved-refills", "O15", [], renewal(), ["O15 order.renewed O09"], ["O1 order.placed O09"]],
  [
    "replaced-as-rescheduled",
    "AP15",
    [],
    appointment("booked", { id: "9", supportingInformation: [{ reference: "Appointment/4817" }] }),
    ["AP15 appointment.rescheduled S13"],
    ["AP1 appointment.booked S12"],
  ],
  ["blocked-times", "AP16", [slot("free")], slot("busy-unavailable"), ["AP16 slot.blocked S23"], []],
  ["blocked-times", "AP16 free again", [slot("busy-unavailable")], slot("free"), ["AP16 slot.unblocked S24"], []],
  ["registered-results", "R1", [], report("registered"), ["R1 result.registered R01"], []],
  ["ongoing-administrations", "M1", [], dose("in-progress"), ["M1 administration.added O17"], []],
  ["billing-diagnoses", "D1", [], diagnosis(), ["D1 diagnosis.added P12"], []],
  [
    "deleted-accounts",
    "AC4",
    [account("active")],
    account("entered-in-error"),
    ["AC4 account.deleted P02"],
    ["AC3 account.closed P06"],
  ],
  ["documents-without-content", "T5", [], document(), ["T5 document.added T01"], ["T5 document.added T02"]],
];

function renewal(): fhir4.MedicationRequest {
  return {
    resourceType: "MedicationRequest",
    id: "52",
    meta: nextMeta(),
    status: "active",
    intent: "order",
    subject: { reference: "Patient/12" },
    priorPrescription: { reference: "MedicationRequest/51" },
  };
}

function scan(status: fhir4.ServiceRequest["status"]): fhir4.ServiceRequest {
  return {
    resourceType: "ServiceRequest",
    id: "31",
    meta: nextMeta(),
    status,
    intent: "order",
    subject: { reference: "Patient/12" },
    occurrenceDateTime: "2026-03-01T08:00:00Z",
  };
}

describe.each(rows)("%s: %s", (option, _row, before, after, told, otherwise) => {
  const context = [person({ id: "34" }), appointment("cancelled")];
  test("told", () => expect(tellLast([...before, after], { context, settings: { options: [option] } })).toEqual(told));
  test("otherwise", () => expect(tellLast([...before, after], { context })).toEqual(otherwise));
});

test("every option has a row here", async () => {
  const { eventOptionNames } = await import("../../shared/events/options.ts");
  expect(new Set(rows.map(([option]) => option))).toEqual(new Set(eventOptionNames));
});

test("a move to the bed that waited ends the waiting", () => {
  const versions = [here(inBed("A1")), here(inBed("A1"), reserved("B2")), here(inBed("B2"))];
  expect(tellLast(versions, { settings: { options: ["pending-transfers"] } })).toEqual([
    "E12 encounter.transferred A02",
  ]);
});

test("a link names the other record", () => {
  const linked = person({ link: [{ other: { reference: "Patient/34" }, type: "seealso" }] });
  const [event] = tellAll([person(), linked], { settings: { options: ["linked-patients"] } })[1] ?? [];
  expect(event?.step?.merged).toEqual({ resourceType: "Patient", id: "34" });
});

function person(changes: Partial<fhir4.Patient> = {}): fhir4.Patient {
  return {
    resourceType: "Patient",
    id: "12",
    meta: nextMeta(),
    active: true,
    name: [{ family: "Rivera" }],
    ...changes,
  };
}

function appointment(status: fhir4.Appointment["status"], changes: Partial<fhir4.Appointment> = {}): fhir4.Appointment {
  return {
    resourceType: "Appointment",
    id: "4817",
    meta: nextMeta(),
    status,
    start: "2026-03-04T15:00:00Z",
    participant: [{ actor: { reference: "Patient/12" }, status: "accepted" }],
    ...changes,
  };
}

function slot(status: fhir4.Slot["status"]): fhir4.Slot {
  const time = { start: "2026-03-04T15:00:00Z", end: "2026-03-04T15:30:00Z" };
  return { resourceType: "Slot", id: "5", meta: nextMeta(), status, schedule: { reference: "Schedule/1" }, ...time };
}

function report(status: fhir4.DiagnosticReport["status"]): fhir4.DiagnosticReport {
  return { resourceType: "DiagnosticReport", id: "701", meta: nextMeta(), status, code: { text: "Panel" } };
}

function dose(status: fhir4.MedicationAdministration["status"]): fhir4.MedicationAdministration {
  return {
    resourceType: "MedicationAdministration",
    id: "81",
    meta: nextMeta(),
    status,
    medicationCodeableConcept: { text: "Aspirin" },
    subject: { reference: "Patient/12" },
  };
}

function diagnosis(): fhir4.Condition {
  return {
    resourceType: "Condition",
    id: "d1",
    meta: nextMeta(),
    category: [{ coding: [{ code: "encounter-diagnosis" }] }],
    subject: { reference: "Patient/12" },
  };
}

function account(status: fhir4.Account["status"]): fhir4.Account {
  return { resourceType: "Account", id: "F1", meta: nextMeta(), status, subject: [{ reference: "Patient/12" }] };
}

function document(): fhir4.DocumentReference {
  return {
    resourceType: "DocumentReference",
    id: "61",
    meta: nextMeta(),
    status: "current",
    docStatus: "final",
    content: [{ attachment: { url: "https://fhir.example.org/Binary/1" } }],
  };
}
