import type { EventOption } from "../shared/events/options.ts";
import type { EventName } from "../shared/events/vocabulary.ts";
import type { Resource } from "../shared/fhir.ts";

/** What a source shows, poll by poll; the last poll is the one that tells the event. */
export interface Example {
  readonly polls: readonly (readonly Resource[])[];
  /** Options that the HL7 receiver has to switch on. */
  readonly options?: readonly EventOption[];
  readonly orderMode?: "placer" | "notify";
}

const epoch = Date.parse("2026-03-02T14:00:00Z");

function at(minute: number): string {
  return new Date(epoch + minute * 60_000).toISOString();
}

/** A resource as of a poll: `lastUpdated` is a minute before it is seen. */
function make(resourceType: string, id: string, content: object): Resource {
  return { resourceType, id, ...content } as Resource;
}

const subject = { reference: "Patient/12" };
const encounter = { reference: "Encounter/97845" };
const hl7 = (table: string, code: string) => ({
  coding: [{ system: `http://terminology.hl7.org/CodeSystem/v2-${table}`, code }],
});
const text = (words: string) => ({ text: words });

const mrn = (value: string) => ({ type: hl7("0203", "MR"), system: "urn:oid:1.2.3.4", value });
const person = (more: object = {}, id = "12") =>
  make("Patient", id, {
    active: true,
    identifier: [mrn(`70012${id}`)],
    name: [{ use: "official", family: "RIVERA", given: ["ANA"] }],
    gender: "female",
    birthDate: "1961-04-09",
    ...more,
  });
const replacedBy = { active: false, link: [{ other: { reference: "Patient/34" }, type: "replaced-by" }] };
const seeAlso = { link: [{ other: { reference: "Patient/34" }, type: "seealso" }] };

const classes = { E: "EMER", I: "IMP", O: "AMB", P: "PRENC" } as const;
const place = (bed: string, start: number, more: object = {}) => ({
  location: { reference: `Location/${bed}`, display: `GENERAL, MAIN, 4W, 412, ${bed}` },
  status: "active",
  period: { start: at(start) },
  ...more,
});
const left = (bed: string, start: number, end: number) =>
  place(bed, start, { status: "completed", period: { start: at(start), end: at(end) } });
const doctor = (code: string, id: string, name: string, end?: string) => ({
  type: [{ coding: [{ system: "http://terminology.hl7.org/CodeSystem/v3-ParticipationType", code }] }],
  individual: { reference: `Practitioner/${id}`, display: name },
  ...(end !== undefined && { period: { end } }),
});
const visit = (status: string, letter: keyof typeof classes, more: object = {}, id = "97845") =>
  make("Encounter", id, {
    status,
    class: { system: "http://terminology.hl7.org/CodeSystem/v3-ActCode", code: classes[letter] },
    type: [hl7("0004", letter)],
    identifier: [{ type: hl7("0203", "VN"), system: "urn:oid:1.2.3.5", value: `V${id}` }],
    subject,
    period: { start: at(0) },
    location: [place("A", 0)],
    ...more,
  });
const stay = (more: object = {}) => visit("in-progress", "I", more);
const planned = (more: object = {}) => visit("planned", "P", { period: { start: at(600) }, location: [], ...more });
const doctors = (...participant: object[]) => stay({ participant });
const ended = { period: { start: at(0), end: at(90) }, location: [left("A", 0, 90)] };
const history = (...statuses: string[]) => ({
  statusHistory: statuses.map((status, index) => ({ status, period: { start: at(index * 10) } })),
});

const inClinic = { actor: { reference: "Location/21304876", display: "Cardiology clinic" }, status: "accepted" };
const withLee = { actor: { reference: "Practitioner/7", display: "LEE, DANA" }, status: "accepted" };
const withPeople = (...others: object[]) => ({ participant: [{ actor: subject, status: "accepted" }, ...others] });
const appointment = (status: string, more: object = {}) =>
  make("Appointment", "4817", {
    status,
    start: at(1440),
    end: at(1470),
    minutesDuration: 30,
    serviceType: [text("Cardiology follow-up")],
    ...withPeople(inClinic),
    ...more,
  });
const slot = (status: string) =>
  make("Slot", "5-1", { status, schedule: { reference: "Schedule/5" }, start: at(1440), end: at(1470) });

const order = (status: string, more: object = {}, id = "313757847") =>
  make("ServiceRequest", id, {
    status,
    intent: "order",
    category: [{ coding: [{ system: "http://snomed.info/sct", code: "108252007" }] }],
    code: { coding: [{ system: "http://loinc.org", code: "24321-2", display: "Basic metabolic panel" }] },
    subject,
    encounter,
    authoredOn: at(5),
    requester: { reference: "Practitioner/7", display: "LEE, DANA" },
    ...more,
  });
const prescription = (status: string, id: string, more: object = {}) =>
  make("MedicationRequest", id, {
    status,
    intent: "order",
    medicationCodeableConcept: {
      coding: [{ system: "http://www.nlm.nih.gov/research/umls/rxnorm", code: "1191", display: "Aspirin" }],
    },
    subject,
    encounter,
    authoredOn: at(5),
    requester: { reference: "Practitioner/7", display: "LEE, DANA" },
    dosageInstruction: [{ text: "81 mg daily" }],
    ...more,
  });
const potassium = (status: string, value: number) =>
  make("Observation", "L-197198647", {
    status,
    category: [{ coding: [{ code: "laboratory" }] }],
    code: { coding: [{ system: "http://loinc.org", code: "2823-3", display: "Potassium" }] },
    subject,
    encounter,
    effectiveDateTime: at(20),
    issued: at(40),
    valueQuantity: { value, unit: "mmol/L", system: "http://unitsofmeasure.org", code: "mmol/L" },
  });
const report = (status: string) =>
  make("DiagnosticReport", "197198634", {
    status,
    code: { coding: [{ system: "http://loinc.org", code: "24321-2", display: "Basic metabolic panel" }] },
    subject,
    encounter,
    effectiveDateTime: at(20),
    issued: at(40),
    result: [{ reference: "Observation/L-197198647" }],
  });
const final = [report("final"), potassium("final", 4.1)];

const document = (docStatus: string, more: object = {}) =>
  make("DocumentReference", "206908431", {
    status: "current",
    docStatus,
    type: text("Progress note"),
    subject,
    date: at(30),
    author: [{ reference: "Practitioner/7", display: "LEE, DANA" }],
    content: [
      { attachment: { contentType: "application/pdf", url: "https://fhir.example.org/r4/tenant/Binary/XR-1" } },
    ],
    context: { encounter: [encounter] },
    ...more,
  });
const follows = (code: string) => ({ relatesTo: [{ code, target: { reference: "DocumentReference/206908400" } }] });

const immunization = (status: string, more: object = {}) =>
  make("Immunization", "M47912035", {
    status,
    vaccineCode: { coding: [{ system: "http://hl7.org/fhir/sid/cvx", code: "140", display: "Influenza" }] },
    patient: subject,
    occurrenceDateTime: at(15),
    ...more,
  });
const dose = (status: string, more: object = {}) =>
  make("MedicationAdministration", "81", {
    status,
    medicationCodeableConcept: {
      coding: [{ system: "http://www.nlm.nih.gov/research/umls/rxnorm", code: "1191", display: "Aspirin" }],
    },
    subject,
    context: encounter,
    effectiveDateTime: at(15),
    dosage: {
      route: { coding: [{ system: "http://snomed.info/sct", code: "26643006", display: "Oral" }] },
      dose: { value: 81, unit: "mg", system: "http://unitsofmeasure.org", code: "mg" },
    },
    ...more,
  });
const inError = { verificationStatus: { coding: [{ code: "entered-in-error" }] } };
const condition = (kind: string, more: object = {}) =>
  make("Condition", kind === "encounter-diagnosis" ? "d47" : "p48", {
    category: [{ coding: [{ code: kind }] }],
    clinicalStatus: { coding: [{ code: "active" }] },
    code: { coding: [{ system: "http://hl7.org/fhir/sid/icd-10-cm", code: "J18.9", display: "Pneumonia" }] },
    subject,
    encounter,
    ...more,
  });
const procedure = (status: string, more: object = {}) =>
  make("Procedure", "2751", {
    status,
    code: { coding: [{ system: "http://www.ama-assn.org/go/cpt", code: "71046", display: "Chest X-ray" }] },
    subject,
    encounter,
    performedDateTime: at(25),
    ...more,
  });
const allergy = (more: object = {}) =>
  make("AllergyIntolerance", "S-1", {
    clinicalStatus: { coding: [{ code: "active" }] },
    code: { coding: [{ system: "http://www.nlm.nih.gov/research/umls/rxnorm", code: "7980", display: "Penicillin" }] },
    patient: subject,
    ...more,
  });
const coverage = (status: string, more: object = {}) =>
  make("Coverage", "1-2", { status, beneficiary: subject, payor: [{ display: "Blue Plan" }], ...more });
const relative = (active: boolean, more: object = {}) =>
  make("RelatedPerson", "3-4", {
    active,
    patient: subject,
    relationship: [text("Spouse")],
    name: [{ family: "RIVERA", given: ["LUIS"] }],
    ...more,
  });
const charge = (status: string, more: object = {}) =>
  make("ChargeItem", "511", {
    status,
    code: { coding: [{ system: "http://www.ama-assn.org/go/cpt", code: "99213", display: "Office visit" }] },
    subject,
    context: encounter,
    occurrenceDateTime: at(15),
    quantity: { value: 1 },
    ...more,
  });
const account = (status: string, more: object = {}) =>
  make("Account", "F703306", { status, identifier: [{ value: "F703306" }], subject: [subject], ...more });
const otherAccount = make("Account", "F703307", {
  status: "active",
  identifier: [{ value: "F703307" }],
  subject: [subject],
});
const practitioner = (active: boolean, more: object = {}) =>
  make("Practitioner", "7", {
    active,
    name: [{ family: "LEE", given: ["DANA"] }],
    identifier: [{ value: "D7" }],
    ...more,
  });
const location = (status: string, more: object = {}) =>
  make("Location", "A", { status, name: "Bed A", physicalType: { coding: [{ code: "bd" }] }, ...more });

const admitted = [person(), stay()];
const other = person({}, "34");
const lee = doctor("ATND", "7", "LEE, DANA");
const cho = doctor("ATND", "8", "CHO, SAM");
const [conLee, conCho] = [doctor("CON", "7", "LEE, DANA"), doctor("CON", "8", "CHO, SAM")];
const waits = place("B", 60, { status: "reserved" });

/** One for each event. */
export const examples: Readonly<Record<EventName, Example>> = {
  "patient.added": { polls: [[person()]] },
  "patient.updated": { polls: [[person()], [person({ address: [{ line: ["2 Elm St"], city: "Kansas City" }] })]] },
  "patient.merged": { polls: [[person(), other], [person(replacedBy)]] },
  "patient.unmerged": { polls: [[person(), other], [person(replacedBy)], [person()]], options: ["unmerged-patients"] },
  "patient.identifier-changed": { polls: [[person()], [person({ identifier: [mrn("7009999")] })]] },
  "patient.linked": { polls: [[person(), other], [person(seeAlso)]], options: ["linked-patients"] },
  "patient.unlinked": { polls: [[person(seeAlso), other], [person()]], options: ["linked-patients"] },
  "patient.deleted": { polls: [[person()], [person({ active: false })]], options: ["deleted-patients"] },

  "encounter.admission-pending": {
    polls: [[person(), planned({ location: [waits] })]],
    options: ["pending-admissions"],
  },
  "encounter.pending-admission-cancelled": {
    polls: [[person(), planned({ location: [waits] })], [visit("cancelled", "P", { location: [] })]],
    options: ["pending-admissions"],
  },
  "encounter.arrived": { polls: [[person(), visit("arrived", "E")]], options: ["arrivals"] },
  "encounter.pre-admitted": { polls: [[person(), planned()]] },
  "encounter.registered": { polls: [[person(), visit("in-progress", "E")]] },
  "encounter.admitted": { polls: [admitted] },
  "encounter.became-inpatient": {
    polls: [[person(), visit("in-progress", "E")], [stay({ location: [left("A", 0, 60), place("B", 60)] })]],
  },
  "encounter.became-outpatient": { polls: [admitted, [visit("in-progress", "O")]] },
  "encounter.transferred": { polls: [admitted, [stay({ location: [left("A", 0, 60), place("B", 60)] })]] },
  "encounter.tracked": {
    polls: [
      [person(), visit("in-progress", "E")],
      [visit("in-progress", "E", { location: [left("A", 0, 60), place("B", 60)] })],
    ],
    options: ["outpatient-tracking"],
  },
  "encounter.transfer-cancelled": {
    polls: [[person(), stay({ location: [left("A", 0, 60), place("B", 60)] })], [stay()]],
  },
  "encounter.transfer-pending": {
    polls: [admitted, [stay({ location: [place("A", 0), waits] })]],
    options: ["pending-transfers"],
  },
  "encounter.pending-transfer-cancelled": {
    polls: [[person(), stay({ location: [place("A", 0), waits] })], [stay()]],
    options: ["pending-transfers"],
  },
  "encounter.leave-started": { polls: [admitted, [visit("onleave", "I")]] },
  "encounter.leave-ended": { polls: [[person(), visit("onleave", "I")], [stay()]] },
  "encounter.leave-cancelled": {
    polls: [[person(), visit("onleave", "I", history("in-progress"))], [stay(history("in-progress"))]],
    options: ["cancelled-leaves"],
  },
  "encounter.return-cancelled": {
    polls: [[person(), stay(history("in-progress", "onleave"))], [visit("onleave", "I", history("in-progress"))]],
    options: ["cancelled-leaves"],
  },
  "encounter.attending-changed": {
    polls: [[person(), doctors(lee)], [doctors(doctor("ATND", "7", "LEE, DANA", at(60)), cho)]],
    options: ["doctor-changes"],
  },
  "encounter.attending-change-cancelled": {
    polls: [[person(), doctors(doctor("ATND", "7", "LEE, DANA", at(60)), cho)], [doctors(lee)]],
    options: ["doctor-changes"],
  },
  "encounter.consultants-changed": {
    polls: [[person(), doctors(conLee)], [doctors(conLee, conCho)]],
    options: ["doctor-changes"],
  },
  "encounter.consultant-change-cancelled": {
    polls: [[person(), doctors(conLee, conCho)], [doctors(conLee)]],
    options: ["doctor-changes"],
  },
  "encounter.discharge-pending": {
    polls: [admitted, [stay({ period: { start: at(0), end: at(1440) } })]],
    options: ["pending-discharges"],
  },
  "encounter.pending-discharge-cancelled": {
    polls: [[person(), stay({ period: { start: at(0), end: at(1440) } })], [stay()]],
    options: ["pending-discharges"],
  },
  "encounter.discharged": { polls: [admitted, [visit("finished", "I", ended)]] },
  "encounter.discharge-cancelled": { polls: [[person(), visit("finished", "I", ended)], [stay()]] },
  "encounter.moved": { polls: [[person(), other, stay()], [stay({ subject: { reference: "Patient/34" } })]] },
  "encounter.renumbered": {
    polls: [admitted, [stay({ identifier: [{ type: hl7("0203", "VN"), system: "urn:oid:1.2.3.5", value: "V2" }] })]],
  },
  "encounter.merged": {
    polls: [
      [person(), stay(), visit("in-progress", "I", {}, "97846")],
      [visit("unknown", "I", { partOf: { reference: "Encounter/97846" } })],
    ],
  },
  "encounter.pre-admission-cancelled": { polls: [[person(), planned()], [visit("cancelled", "P", { location: [] })]] },
  "encounter.cancelled": { polls: [admitted, [visit("cancelled", "I")]] },
  "encounter.deleted": { polls: [admitted, [visit("entered-in-error", "I")]], options: ["deleted-visits"] },
  "encounter.updated": { polls: [admitted, [stay({ reasonCode: [text("Chest pain")] })]] },

  "appointment.booked": { polls: [[person(), appointment("booked")]] },
  "appointment.rescheduled": {
    polls: [[person(), appointment("booked")], [appointment("booked", { start: at(2880), end: at(2910) })]],
  },
  "appointment.changed": { polls: [[person(), appointment("booked")], [appointment("arrived")]] },
  "appointment.resource-added": {
    polls: [[person(), appointment("booked")], [appointment("booked", withPeople(inClinic, withLee))]],
    options: ["appointment-resources"],
  },
  "appointment.resource-changed": {
    polls: [
      [person(), appointment("booked")],
      [appointment("booked", withPeople({ ...inClinic, status: "tentative" }))],
    ],
    options: ["appointment-resources"],
  },
  "appointment.resource-cancelled": {
    polls: [
      [person(), appointment("booked", withPeople(inClinic, withLee))],
      [appointment("booked", withPeople(inClinic))],
    ],
    options: ["appointment-resources"],
  },
  "appointment.resource-discontinued": {
    polls: [
      [person(), appointment("arrived", withPeople(inClinic, withLee))],
      [appointment("arrived", withPeople(inClinic))],
    ],
    options: ["appointment-resources"],
  },
  "appointment.cancelled": {
    polls: [[person(), appointment("booked")], [appointment("cancelled", { cancelationReason: text("Patient") })]],
  },
  "appointment.missed": { polls: [[person(), appointment("booked")], [appointment("noshow")]] },
  "appointment.discontinued": { polls: [[person(), appointment("arrived")], [appointment("cancelled")]] },
  "appointment.deleted": { polls: [[person(), appointment("booked")], [appointment("entered-in-error")]] },
  "slot.blocked": { polls: [[slot("free")], [slot("busy-unavailable")]], options: ["blocked-times"] },
  "slot.unblocked": { polls: [[slot("busy-unavailable")], [slot("free")]], options: ["blocked-times"] },

  "order.placed": { polls: [[...admitted, order("active")]] },
  "order.replaced": {
    polls: [
      [...admitted, order("active")],
      [order("revoked"), order("active", { replaces: [{ reference: "ServiceRequest/313757847" }] }, "313757900")],
    ],
  },
  "order.renewed": {
    polls: [
      [...admitted, prescription("active", "313757911")],
      [
        prescription("completed", "313757911"),
        prescription("active", "313757912", { priorPrescription: { reference: "MedicationRequest/313757911" } }),
      ],
    ],
    options: ["refills"],
  },
  "order.changed": { polls: [[...admitted, order("active")], [order("active", { priority: "stat" })]] },
  "order.held": { polls: [[...admitted, order("active")], [order("on-hold")]] },
  "order.resumed": { polls: [[...admitted, order("on-hold")], [order("active")]] },
  "order.status-changed": {
    polls: [
      [...admitted, order("active")],
      [order("active", { identifier: [{ type: hl7("0203", "FILL"), value: "F-9" }] })],
    ],
    orderMode: "notify",
  },
  "order.completed": { polls: [[...admitted, order("active")], [order("completed")]], orderMode: "notify" },
  "order.cancelled": { polls: [[...admitted, order("active")], [order("revoked")]] },
  "order.discontinued": {
    polls: [
      [...admitted, order("active")],
      [
        order("revoked"),
        make("DiagnosticReport", "1", {
          status: "partial",
          code: text("Panel"),
          subject,
          basedOn: [{ reference: "ServiceRequest/313757847" }],
        }),
      ],
    ],
  },

  "result.registered": {
    polls: [[...admitted, make("DiagnosticReport", "9", { status: "registered", code: text("Panel"), subject })]],
    options: ["registered-results"],
  },
  "result.preliminary": { polls: [[...admitted, report("preliminary"), potassium("preliminary", 4.1)]] },
  "result.final": { polls: [[...admitted, ...final]] },
  "result.corrected": {
    polls: [
      [...admitted, ...final],
      [report("corrected"), potassium("corrected", 3.9)],
    ],
  },
  "result.cancelled": { polls: [[...admitted, report("registered")], [report("cancelled")]] },
  "result.entered-in-error": {
    polls: [
      [...admitted, ...final],
      [report("entered-in-error"), potassium("entered-in-error", 4.1)],
    ],
  },

  "document.added": { polls: [[...admitted, document("final")]] },
  "document.preliminary": { polls: [[...admitted, document("preliminary")]] },
  "document.finalized": { polls: [[...admitted, document("preliminary")], [document("final")]] },
  "document.changed": { polls: [[...admitted, document("final")], [document("amended", { description: "Amended" })]] },
  "document.addended": { polls: [[...admitted, document("final", follows("appends"))]] },
  "document.replaced": { polls: [[...admitted, document("final", follows("replaces"))]] },
  "document.superseded": { polls: [[...admitted, document("final")], [document("final", { status: "superseded" })]] },
  "document.cancelled": {
    polls: [[...admitted, document("final")], [document("final", { status: "entered-in-error" })]],
  },

  "immunization.added": { polls: [[person(), immunization("completed")]] },
  "immunization.changed": {
    polls: [[person(), immunization("completed")], [immunization("completed", { lotNumber: "L7" })]],
  },
  "immunization.deleted": { polls: [[person(), immunization("completed")], [immunization("entered-in-error")]] },
  "administration.added": { polls: [[...admitted, dose("completed")]] },
  "administration.changed": {
    polls: [[...admitted, dose("completed")], [dose("completed", { note: [text("With food")] })]],
  },
  "administration.deleted": { polls: [[...admitted, dose("completed")], [dose("entered-in-error")]] },
  "problem.added": { polls: [[person(), condition("problem-list-item")]] },
  "problem.changed": {
    polls: [
      [person(), condition("problem-list-item")],
      [condition("problem-list-item", { clinicalStatus: { coding: [{ code: "resolved" }] } })],
    ],
  },
  "problem.deleted": {
    polls: [[person(), condition("problem-list-item")], [condition("problem-list-item", inError)]],
  },
  "diagnosis.added": { polls: [admitted, [condition("encounter-diagnosis")]], options: ["billing-diagnoses"] },
  "diagnosis.changed": {
    polls: [
      [...admitted, condition("encounter-diagnosis")],
      [condition("encounter-diagnosis", { clinicalStatus: { coding: [{ code: "resolved" }] } })],
    ],
    options: ["billing-diagnoses"],
  },
  "diagnosis.deleted": {
    polls: [[...admitted, condition("encounter-diagnosis")], [condition("encounter-diagnosis", inError)]],
    options: ["billing-diagnoses"],
  },
  "procedure.added": { polls: [admitted, [procedure("completed")]], options: ["billing-diagnoses"] },
  "procedure.changed": {
    polls: [[...admitted, procedure("in-progress")], [procedure("completed")]],
    options: ["billing-diagnoses"],
  },
  "procedure.deleted": {
    polls: [[...admitted, procedure("completed")], [procedure("entered-in-error")]],
    options: ["billing-diagnoses"],
  },
  "allergy.added": { polls: [[person(), allergy()]] },
  "allergy.changed": { polls: [[person(), allergy()], [allergy({ criticality: "high" })]] },
  "allergy.deleted": { polls: [[person(), allergy()], [allergy(inError)]] },
  "coverage.added": { polls: [[person(), coverage("active")]] },
  "coverage.changed": { polls: [[person(), coverage("active")], [coverage("active", { subscriberId: "B-7" })]] },
  "coverage.deleted": { polls: [[person(), coverage("active")], [coverage("cancelled")]] },
  "relative.added": { polls: [[person(), relative(true)]] },
  "relative.changed": { polls: [[person(), relative(true)], [relative(true, { gender: "male" })]] },
  "relative.deleted": { polls: [[person(), relative(true)], [relative(false)]] },

  "charge.posted": { polls: [[...admitted, charge("billable")]] },
  "charge.reversed": { polls: [[...admitted, charge("billable")], [charge("entered-in-error")]] },
  "account.opened": { polls: [[person(), account("active")]] },
  "account.changed": { polls: [[person(), account("active")], [account("active", { name: "Self pay" })]] },
  "account.closed": { polls: [[person(), account("active")], [account("inactive")]] },
  "account.deleted": {
    polls: [[person(), account("active")], [account("entered-in-error")]],
    options: ["deleted-accounts"],
  },
  "account.merged": {
    polls: [
      [person(), account("active"), otherAccount],
      [account("inactive", { partOf: { reference: "Account/F703307" } })],
    ],
  },
  "account.moved": {
    polls: [[person(), other, account("active")], [account("active", { subject: [{ reference: "Patient/34" }] })]],
  },

  "practitioner.added": { polls: [[practitioner(true)]] },
  "practitioner.changed": { polls: [[practitioner(true)], [practitioner(true, { gender: "female" })]] },
  "practitioner.deactivated": { polls: [[practitioner(true)], [practitioner(false)]] },
  "practitioner.reactivated": { polls: [[practitioner(true)], [practitioner(false)], [practitioner(true)]] },
  "location.added": { polls: [[location("active")]] },
  "location.changed": { polls: [[location("active")], [location("active", { name: "Bed A1" })]] },
  "location.deactivated": { polls: [[location("active")], [location("inactive")]] },
  "location.reactivated": { polls: [[location("active")], [location("inactive")], [location("active")]] },
};
