import type { Resource } from "../../../shared/fhir.ts";
import { nextMeta } from "../telling.ts";
import type { Example, Listener } from "./example.ts";

const filler = { type: { coding: [{ code: "FILL" }] }, value: "F-1" };
const laboratory = { category: [{ coding: [{ code: "108252007" }] }] };
const reason = (text: string) => ({ statusReason: { text } });
const inPlaceOf = (...ids: string[]) => ({
  id: "32",
  replaces: ids.map((id) => ({ reference: `ServiceRequest/${id}` })),
});
const renews = { id: "52", priorPrescription: { reference: "MedicationRequest/51" } };
const on = (day: number) => ({ occurrenceDateTime: `2026-${day < 10 ? "03-0" : "04-"}${day}T08:00:00Z` });

const report = (status: fhir4.DiagnosticReport["status"]): fhir4.DiagnosticReport => ({
  resourceType: "DiagnosticReport",
  id: "701",
  status,
  code: { text: "Panel" },
  basedOn: [{ reference: "ServiceRequest/31" }],
});
const dose = (status: fhir4.MedicationAdministration["status"]): fhir4.MedicationAdministration => ({
  resourceType: "MedicationAdministration",
  id: "81",
  status,
  medicationCodeableConcept: { text: "Aspirin" },
  subject: { reference: "Patient/12" },
  request: { reference: "MedicationRequest/51" },
});
const specimen = (collection: fhir4.SpecimenCollection): fhir4.Specimen => ({
  resourceType: "Specimen",
  id: "9",
  collection,
  request: [{ reference: "ServiceRequest/31" }],
});
const beside = (...context: Resource[]): Listener => ({ context });
const notify: Listener = { settings: { orderMode: "notify" } };
const ofAnother = { subject: { reference: "Patient/34" } };
const webhook: Listener = { format: "webhook" };
const withOption = (...options: string[]): Listener => ({ settings: { options } });

export const orderExamples: readonly Example[] = [
  ["O1 placed", [], order("active"), ["O1 order.placed O19"]],
  ["O1 drafted, then placed", [order("draft")], order("active"), ["O1 order.placed O19"]],
  ["O1 for the laboratory", [], order("active", laboratory), ["O1 order.placed O21"]],
  ["O1 a medicine", [], medicine("active"), ["O1 order.placed O09"]],
  [
    "O1 placed anew after it was cancelled",
    [order("active"), order("revoked")],
    order("active"),
    ["O1 order.placed O19"],
  ],
  ["O1 a draft", [], order("draft"), []],
  ["O1 another version of the same", [order("active")], order("active"), []],
  ["O1 over already when first seen: who carries out would do it again", [], order("completed"), []],
  ["O1 over already, for who takes no downgrades", [], order("completed"), [], { settings: { downgrade: "omit" } }],

  ["O2 more urgent", [order("active")], order("active", { priority: "stat" }), ["O2 order.changed O19"]],
  ["O2 another code", [order("active")], order("active", { code: { text: "CT" } }), ["O2 order.changed O19"]],
  ["O2 another time", [order("active")], order("active", on(3)), ["O2 order.changed O19"]],
  ["O2 another dose", [medicine("active")], medicine("active", dosed("2 tablets")), ["O2 order.changed O09"]],
  ["O2 written for another system", [order("active")], order("active", { meta: { ...nextMeta(), source: "#2" } }), []],
  ["O2 a draft that changes", [order("draft")], order("draft", { priority: "stat" }), []],
  ["O2 done, and then changed", [order("active"), order("completed")], order("completed", { priority: "stat" }), []],

  ["O3 put on hold", [order("active")], order("on-hold"), ["O3 order.held O19"]],
  ["O3 on hold when first seen", [], order("on-hold"), ["O1 order.placed O19", "O3 order.held O19"]],
  ["O3 still on hold", [order("active"), order("on-hold")], order("on-hold"), []],
  [
    "O3 placed anew and held between two polls",
    [order("active"), order("revoked")],
    order("on-hold"),
    ["O1 order.placed O19", "O3 order.held O19"],
  ],

  ["O4 goes on", [order("active"), order("on-hold")], order("active"), ["O4 order.resumed O19"]],
  ["O4 held and let go between two polls", [order("active")], order("active"), []],

  ["O5 cancelled", [order("active")], order("revoked"), ["O5 order.cancelled O19"]],
  ["O5 a medicine", [medicine("active")], medicine("cancelled"), ["O5 order.cancelled O09"]],
  ["O5 while on hold", [order("active"), order("on-hold")], order("revoked"), ["O5 order.cancelled O19"]],
  [
    "O5 its report was called off",
    [order("active")],
    order("revoked"),
    ["O5 order.cancelled O19"],
    beside(report("cancelled")),
  ],
  [
    "O5 its time has come, which counts if asked for",
    [order("active", on(1))],
    order("revoked", on(1)),
    ["O5 order.cancelled O19"],
  ],
  ["O5 nobody had heard of it", [], order("revoked"), []],
  ["O5 cancelled once", [order("active"), order("revoked")], order("revoked", { priority: "stat" }), []],

  [
    "O6 there is a result",
    [order("active")],
    order("revoked"),
    ["O6 order.discontinued O19"],
    beside(report("partial")),
  ],
  [
    "O6 the specimen was taken",
    [order("active")],
    order("revoked"),
    ["O6 order.discontinued O19"],
    beside(specimen({ collectedPeriod: { start: "2026-03-02T07:00:00Z" } })),
  ],
  [
    "O6 a dose was given",
    [medicine("active")],
    medicine("cancelled"),
    ["O6 order.discontinued O09"],
    beside(dose("completed")),
  ],
  ["O6 a medicine is stopped", [medicine("active")], medicine("stopped"), ["O6 order.discontinued O09"]],
  [
    "O6 its time has come",
    [order("active", on(1))],
    order("revoked", on(1)),
    ["O6 order.discontinued O19"],
    withOption("scheduled-starts"),
  ],
  ["O6 it was done", [order("active"), order("completed")], order("revoked"), ["O6 order.discontinued O19"]],
  [
    "O6 its time is still to come",
    [order("active", on(12))],
    order("revoked", on(12)),
    ["O5 order.cancelled O19"],
    withOption("scheduled-starts"),
  ],
  [
    "O6 a dose was not given",
    [medicine("active")],
    medicine("cancelled"),
    ["O5 order.cancelled O09"],
    beside(dose("not-done")),
  ],
  [
    "O6 a report that was an error",
    [order("active")],
    order("revoked"),
    ["O5 order.cancelled O19"],
    beside(report("entered-in-error")),
  ],

  ["O7 done", [order("active")], order("completed"), ["O7 order.completed O19"], notify],
  [
    "O7 placed and done between two polls",
    [],
    order("completed"),
    ["O1 order.placed O19", "O7 order.completed O19"],
    notify,
  ],
  ["O7 open again", [order("active"), order("completed")], order("active"), ["O7 order.status-changed O19"], notify],
  ["O7 open again, to who did it", [order("active"), order("completed")], order("active"), []],
  ["O7 by webhook", [order("active")], order("completed"), ["O7 order.completed O19"], webhook],
  ["O7 whoever did it knows", [order("active")], order("completed"), []],
  ["O7 done once", [order("active"), order("completed")], order("completed"), [], notify],

  ["O8 an error", [order("active")], order("entered-in-error"), ["O8 order.cancelled O19"]],
  [
    "O8 an error, and done",
    [order("active"), order("completed")],
    order("entered-in-error"),
    ["O8 order.cancelled O19"],
  ],
  ["O8 nobody had heard of it", [], order("entered-in-error"), []],
  ["O8 cancelled before", [order("active"), order("revoked")], order("entered-in-error"), []],

  ["O9 in the place of another", [order("active")], order("active", inPlaceOf("31")), ["O9 order.replaced O19"]],
  ["O9 the one before ends later", [order("active"), order("active", inPlaceOf("31"))], order("revoked"), []],
  [
    "O9 the one before lags behind",
    [order("active"), order("active", inPlaceOf("31"))],
    order("active", { priority: "stat" }),
    [],
  ],
  [
    "O9 the one before was an error",
    [order("active"), order("active", inPlaceOf("31")), order("revoked")],
    order("entered-in-error"),
    [],
  ],
  [
    "O9 the one before is placed anew",
    [order("active"), order("active", inPlaceOf("31")), order("revoked")],
    order("active"),
    ["O1 order.placed O19"],
  ],
  ["O9 the one before is not known", [], order("active", inPlaceOf("30")), ["O1 order.placed O19"]],
  [
    "O9 the one before was cancelled already",
    [order("active"), order("revoked")],
    order("active", inPlaceOf("31")),
    ["O1 order.placed O19"],
  ],

  [
    "O10 a part of another order is told with it",
    [order("active")],
    order("active", { id: "33", intent: "instance-order", basedOn: [{ reference: "ServiceRequest/31" }] }),
    ["O1 order.placed O19"],
  ],
  [
    "O11 with the report that led to it",
    [],
    order("active", { supportingInfo: [{ reference: "DiagnosticReport/701" }] }),
    ["O1 order.placed O19"],
    beside(report("final")),
  ],

  [
    "O12 the filler's number",
    [order("active")],
    order("active", { identifier: [filler] }),
    ["O12 order.status-changed O19"],
    notify,
  ],
  [
    "O12 by webhook",
    [order("active")],
    order("active", { identifier: [filler] }),
    ["O12 order.status-changed O19"],
    webhook,
  ],
  ["O12 whoever gave it knows", [order("active")], order("active", { identifier: [filler] }), []],

  ["O13 a proposal", [], order("active", { intent: "proposal" }), []],
  ["O13 a plan", [], order("active", { intent: "plan" }), []],
  ["O13 what the patient says to take", [], medicine("active", { reportedBoolean: true }), []],
  ["O13 nobody knows what became of it", [order("active")], order("unknown"), []],

  [
    "O14 not to be done any more",
    [order("active")],
    order("active", { doNotPerform: true }),
    ["O5 order.cancelled O19"],
  ],
  ["O14 not to be done", [], order("active", { doNotPerform: true }), []],

  ["O15 renewed", [medicine("active")], medicine("active", renews), ["O15 order.renewed O09"], withOption("refills")],
  ["O15 renewed, as a new order", [medicine("active")], medicine("active", renews), ["O1 order.placed O09"]],
  ["O15 the one before has run out", [medicine("active"), medicine("active", renews)], medicine("completed"), []],

  [
    "O16 another reason",
    [medicine("on-hold", reason("Surgery"))],
    medicine("on-hold", reason("Fasting")),
    ["O16 order.status-changed O09"],
    notify,
  ],
  [
    "O16 by webhook",
    [medicine("on-hold", reason("Surgery"))],
    medicine("on-hold", reason("Fasting")),
    ["O16 order.status-changed O09"],
    webhook,
  ],
  [
    "O17 another patient's",
    [order("active")],
    order("active", ofAnother),
    ["O17 order.cancelled O19", "O1 order.placed O19"],
  ],
  [
    "O17 on hold",
    [order("active"), order("on-hold")],
    order("on-hold", ofAnother),
    ["O17 order.cancelled O19", "O1 order.placed O19", "O3 order.held O19"],
  ],
  [
    "O17 done for the wrong patient",
    [order("active"), order("completed")],
    order("completed", ofAnother),
    ["O17 order.cancelled O19"],
    notify,
  ],
  ["O17 cancelled before", [order("active"), order("revoked")], order("revoked", ofAnother), []],
  ["O17 to who keeps copies", [order("active")], order("active", ofAnother), ["O2 order.changed O19"], webhook],
  [
    "O16 to who carries it out, as a change",
    [medicine("on-hold")],
    medicine("on-hold", reason("Fasting")),
    ["O2 order.changed O09"],
  ],
];

export function order(
  status: fhir4.ServiceRequest["status"],
  changes: Partial<fhir4.ServiceRequest> = {},
): fhir4.ServiceRequest {
  return {
    resourceType: "ServiceRequest",
    id: "31",
    meta: nextMeta(),
    status,
    intent: "order",
    code: { text: "Chest X-ray" },
    subject: { reference: "Patient/12" },
    ...changes,
  };
}

export function medicine(
  status: fhir4.MedicationRequest["status"],
  changes: Partial<fhir4.MedicationRequest> = {},
): fhir4.MedicationRequest {
  return {
    resourceType: "MedicationRequest",
    id: "51",
    meta: nextMeta(),
    status,
    intent: "order",
    medicationCodeableConcept: { text: "Aspirin" },
    subject: { reference: "Patient/12" },
    ...changes,
  };
}

function dosed(text: string) {
  return { dosageInstruction: [{ text }] };
}
