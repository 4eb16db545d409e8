import { defineBridge, isHl7 } from "../../shared/config/bridge.ts";
import type { Hl7Destination, Source } from "../../shared/config/schema.ts";
import type { ClinicalEvent, Trigger } from "../../shared/events/event.ts";
import { keyOf, type Resource } from "../../shared/fhir.ts";
import type { Hl7Version } from "../../shared/hl7/dictionary/contents.ts";
import { messages } from "../../shared/hl7/messages/index.ts";
import type { RenderRequest } from "../../shared/hl7/render.ts";

/** What an event is about and what comes along. Synthetic data. */
interface Fixture {
  readonly focus: Resource;
  readonly before?: Resource;
  readonly step?: ClinicalEvent["step"];
  readonly context?: readonly Resource[];
}

const patient: fhir4.Patient = {
  resourceType: "Patient",
  id: "12724066",
  meta: { lastUpdated: "2026-11-23T05:00:00Z" },
  identifier: [
    { system: "urn:oid:2.16.840.1.113883.19.5", type: coded("v2-0203", "MR"), value: "7001234" },
    { system: "http://hl7.org/fhir/sid/us-ssn", type: coded("v2-0203", "SS"), value: "555443333" },
  ],
  name: [{ use: "official", family: "O'Döe & Söhne", given: ["Jane", "Ann"], suffix: ["JR"], prefix: ["DR"] }],
  telecom: [
    { system: "phone", value: "+1 (507) 555-0101 x12", use: "home" },
    { system: "phone", value: "+49 30 123456", use: "mobile" },
    { system: "phone", value: "507-555-0199", use: "work" },
    { system: "email", value: "jane&doe@example.org" },
  ],
  gender: "female",
  birthDate: "1980-02-14",
  address: [
    { use: "home", line: ["12 Elm St", "Apt 4"], city: "Rochester", state: "MN", postalCode: "55901", country: "US" },
  ],
  maritalStatus: coded("v3-MaritalStatus", "M", "Married"),
  multipleBirthInteger: 2,
  communication: [{ language: { coding: [{ system: "urn:ietf:bcp:47", code: "en" }] }, preferred: true }],
  contact: [
    {
      relationship: [coded("v2-0131", "C", "Emergency Contact")],
      name: { family: "Doe", given: ["John"] },
      telecom: [{ system: "phone", value: "507-555-0102", use: "home" }],
    },
  ],
  generalPractitioner: [{ reference: "Practitioner/7777", display: "Roe, Richard" }],
};
const mergedPatient: fhir4.Patient = {
  ...patient,
  id: "12724067",
  active: false,
  identifier: [{ system: "urn:oid:2.16.840.1.113883.19.5", type: coded("v2-0203", "MR"), value: "7001235" }],
  link: [{ type: "replaced-by", other: { reference: "Patient/12724066" } }],
};
const practitioner: fhir4.Practitioner = {
  resourceType: "Practitioner",
  id: "7777",
  identifier: [{ system: "http://hl7.org/fhir/sid/us-npi", value: "1234567893" }],
  name: [{ family: "Roe", given: ["Richard"] }],
};
const condition: fhir4.Condition = {
  resourceType: "Condition",
  id: "c1",
  subject: { reference: "Patient/12724066" },
  encounter: { reference: "Encounter/97845" },
  category: [coded("condition-category", "encounter-diagnosis")],
  clinicalStatus: coded("condition-clinical", "active"),
  code: {
    coding: [{ system: "http://hl7.org/fhir/sid/icd-10-cm", code: "R07.9", display: "Chest pain, unspecified" }],
  },
  onsetDateTime: "2026-11-22",
};
const encounter: fhir4.Encounter = {
  resourceType: "Encounter",
  id: "97845",
  meta: { lastUpdated: "2026-11-23T05:10:00Z" },
  status: "in-progress",
  class: { system: "http://terminology.hl7.org/CodeSystem/v3-ActCode", code: "IMP" },
  identifier: [{ system: "urn:oid:1.2.3.9", type: coded("v2-0203", "AN"), value: "5550099" }],
  subject: { reference: "Patient/12724066" },
  participant: [{ type: [coded("v3-ParticipationType", "ATND")], individual: { reference: "Practitioner/7777" } }],
  period: { start: "2026-11-23T05:10:00Z", end: "2026-11-28T18:00:00Z" },
  location: [
    {
      location: { reference: "Location/412A", display: "4W 412 A" },
      status: "active",
      period: { start: "2026-11-23T05:10:00Z" },
    },
  ],
  reasonCode: [{ text: "Chest pain" }],
  diagnosis: [{ condition: { reference: "Condition/c1" } }],
};
const appointment: fhir4.Appointment = {
  resourceType: "Appointment",
  id: "88231",
  meta: { lastUpdated: "2026-11-23T15:05:00Z" },
  status: "booked",
  appointmentType: coded("v2-0276", "FOLLOWUP", "A follow up visit"),
  serviceType: [
    { coding: [{ system: "https://fhir.cerner.com/t/codeSet/14249", code: "381", display: "Cardiology" }] },
  ],
  start: "2026-12-01T20:30:00Z",
  end: "2026-12-01T21:00:00Z",
  minutesDuration: 30,
  participant: [
    { actor: { reference: "Patient/12724066" }, status: "accepted" },
    { actor: { reference: "Practitioner/7777" }, status: "accepted" },
    { actor: { reference: "Location/CARD", display: "Cardiology" }, status: "accepted" },
  ],
};

function observation(id: string, code: string, value: Partial<fhir4.Observation>): fhir4.Observation {
  return {
    resourceType: "Observation",
    id,
    status: "final",
    code: { coding: [{ system: "http://loinc.org", code, display: `Observation ${code}` }] },
    subject: { reference: "Patient/12724066" },
    effectiveDateTime: "2026-11-23T04:00:00Z",
    ...value,
  };
}

const observations = [
  observation("o1", "2823-3", {
    valueQuantity: { value: 4.1, unit: "mmol/L", system: "http://unitsofmeasure.org", code: "mmol/L" },
    interpretation: [coded("v3-ObservationInterpretation", "N", "Normal")],
    referenceRange: [{ low: { value: 3.5 }, high: { value: 5.1 } }],
  }),
  observation("o2", "2160-0", { valueQuantity: { value: 0.2, comparator: "<", unit: "mg/dL" } }),
  observation("o3", "600-7", {
    valueCodeableConcept: {
      coding: [{ system: "http://snomed.info/sct", code: "112283007", display: "Escherichia coli" }],
      text: "E. coli",
    },
  }),
  observation("o4", "11368-8", { valueDateTime: "2026-11-20" }),
  observation("o5", "8251-1", { valueString: "Haemolysis & clots | ^ ~ \\" }),
  observation("o6", "8251-1", { valueString: "Two\nlines" }),
  observation("o7", "85354-9", {
    component: [
      { code: { text: "Systolic" }, valueQuantity: { value: 120, unit: "mm[Hg]" } },
      { code: { text: "Diastolic" }, valueQuantity: { value: 80, unit: "mm[Hg]" } },
    ],
  }),
];
const specimen: fhir4.Specimen = {
  resourceType: "Specimen",
  id: "s1",
  type: { coding: [{ system: "http://snomed.info/sct", code: "119297000", display: "Blood specimen" }] },
  collection: { collectedDateTime: "2026-11-23T04:00:00Z" },
  receivedTime: "2026-11-23T04:45:00Z",
};
const report: fhir4.DiagnosticReport = {
  resourceType: "DiagnosticReport",
  id: "9912",
  meta: { lastUpdated: "2026-11-23T16:10:00Z" },
  status: "final",
  category: [coded("v2-0074", "LAB")],
  code: { coding: [{ system: "http://loinc.org", code: "24323-8", display: "Comprehensive metabolic panel" }] },
  subject: { reference: "Patient/12724066" },
  encounter: { reference: "Encounter/97845" },
  effectiveDateTime: "2026-11-23T04:00:00Z",
  issued: "2026-11-23T16:10:00Z",
  specimen: [{ reference: "Specimen/s1" }],
  result: observations.map(({ id }) => ({ reference: `Observation/${id}` })),
};

const serviceRequest: fhir4.ServiceRequest = {
  resourceType: "ServiceRequest",
  id: "5511",
  meta: { lastUpdated: "2026-11-23T16:00:00Z" },
  identifier: [{ system: "urn:oid:1.2.3.10", type: coded("v2-0203", "PLAC"), value: "O-5511" }],
  requisition: { system: "urn:oid:1.2.3.10", value: "G-1" },
  status: "active",
  intent: "order",
  category: [{ coding: [{ system: "http://snomed.info/sct", code: "108252007", display: "Laboratory procedure" }] }],
  priority: "stat",
  code: { coding: [{ system: "http://loinc.org", code: "24323-8", display: "Comprehensive metabolic panel" }] },
  subject: { reference: "Patient/12724066" },
  encounter: { reference: "Encounter/97845" },
  occurrenceTiming: {
    repeat: {
      frequency: 2,
      period: 1,
      periodUnit: "d",
      boundsPeriod: { start: "2026-11-23T14:00:00Z", end: "2026-11-30T14:00:00Z" },
    },
  },
  authoredOn: "2026-11-23T04:00:00Z",
  requester: { reference: "Practitioner/7777" },
  reasonCode: [{ coding: [{ system: "http://hl7.org/fhir/sid/icd-10-cm", code: "R07.9", display: "Chest pain" }] }],
  specimen: [{ reference: "Specimen/s1" }],
  note: [{ text: "Fasting since midnight\nCall the ward" }],
};
const dosage: fhir4.Dosage = {
  text: "Take one tablet twice a day",
  timing: { repeat: { frequency: 2, period: 1, periodUnit: "d", boundsPeriod: { start: "2026-11-23" } } },
  route: { coding: [{ system: "http://snomed.info/sct", code: "26643006", display: "Oral route" }] },
  doseAndRate: [{ doseQuantity: { value: 1, unit: "tablet", system: "http://unitsofmeasure.org", code: "{tbl}" } }],
};
const lisinopril: fhir4.CodeableConcept = {
  coding: [
    { system: "http://www.nlm.nih.gov/research/umls/rxnorm", code: "314076", display: "lisinopril 10 MG Oral Tablet" },
  ],
};
const medicationRequest: fhir4.MedicationRequest = {
  resourceType: "MedicationRequest",
  id: "m1",
  meta: { lastUpdated: "2026-11-23T16:00:00Z" },
  status: "active",
  intent: "order",
  medicationCodeableConcept: lisinopril,
  subject: { reference: "Patient/12724066" },
  encounter: { reference: "Encounter/97845" },
  authoredOn: "2026-11-23T04:00:00Z",
  requester: { reference: "Practitioner/7777" },
  dosageInstruction: [dosage],
  dispenseRequest: { quantity: { value: 30, unit: "tablet" }, numberOfRepeatsAllowed: 2 },
  substitution: { allowedBoolean: true },
};
const medicationAdministration: fhir4.MedicationAdministration = {
  resourceType: "MedicationAdministration",
  id: "ma1",
  meta: { lastUpdated: "2026-11-23T16:00:00Z" },
  status: "completed",
  medicationCodeableConcept: lisinopril,
  subject: { reference: "Patient/12724066" },
  context: { reference: "Encounter/97845" },
  effectivePeriod: { start: "2026-11-23T14:10:00Z", end: "2026-11-23T14:15:00Z" },
  performer: [{ actor: { reference: "Practitioner/7777" } }],
  request: { reference: "MedicationRequest/m1" },
  dosage: { route: dosage.route ?? {}, dose: { value: 1, unit: "tablet" } },
};
const immunization: fhir4.Immunization = {
  resourceType: "Immunization",
  id: "i1",
  meta: { lastUpdated: "2026-11-23T16:00:00Z" },
  status: "completed",
  vaccineCode: { coding: [{ system: "http://hl7.org/fhir/sid/cvx", code: "08", display: "Hep B, adolescent" }] },
  patient: { reference: "Patient/12724066" },
  encounter: { reference: "Encounter/97845" },
  occurrenceDateTime: "2026-11-23T14:10:00Z",
  primarySource: true,
  lotNumber: "LOT77",
  expirationDate: "2027-01-31",
  manufacturer: { display: "Merck" },
  route: { coding: [{ system: "http://terminology.hl7.org/CodeSystem/v3-RouteOfAdministration", code: "IM" }] },
  doseQuantity: { value: 0.5, unit: "mL", system: "http://unitsofmeasure.org", code: "mL" },
  performer: [{ actor: { reference: "Practitioner/7777" } }],
};
const document: fhir4.DocumentReference = {
  resourceType: "DocumentReference",
  id: "d100",
  meta: { lastUpdated: "2026-11-23T17:30:00Z" },
  masterIdentifier: { system: "urn:oid:1.2.3.11", value: "D-100" },
  status: "current",
  docStatus: "final",
  type: { coding: [{ system: "http://loinc.org", code: "18842-5", display: "Discharge summary" }] },
  subject: { reference: "Patient/12724066" },
  date: "2026-11-23T17:00:00Z",
  author: [{ reference: "Practitioner/7777" }],
  authenticator: { reference: "Practitioner/7777" },
  content: [
    { attachment: { contentType: "text/plain", data: "UGF0aWVudCB3YXMgd2VsbC4=", title: "Discharge summary" } },
    { attachment: { contentType: "application/pdf", data: "JVBERi0xLjQK" } },
  ],
  context: { encounter: [{ reference: "Encounter/97845" }], period: { start: "2026-11-22T06:00:00Z" } },
};
const chargeItem: fhir4.ChargeItem = {
  resourceType: "ChargeItem",
  id: "ch1",
  meta: { lastUpdated: "2026-11-23T17:30:00Z" },
  status: "billable",
  code: { coding: [{ system: "http://www.ama-assn.org/go/cpt", code: "99213", display: "Office visit" }] },
  subject: { reference: "Patient/12724066" },
  context: { reference: "Encounter/97845" },
  occurrenceDateTime: "2026-11-23T14:10:00Z",
  performer: [{ actor: { reference: "Practitioner/7777" } }],
  quantity: { value: 1 },
  priceOverride: { value: 120.5, currency: "USD" },
  enteredDate: "2026-11-24T08:00:00Z",
};
const account: fhir4.Account = {
  resourceType: "Account",
  id: "a1",
  meta: { lastUpdated: "2026-11-23T17:30:00Z" },
  identifier: [{ system: "urn:oid:1.2.3.9", type: coded("v2-0203", "AN"), value: "5550099" }],
  status: "active",
  subject: [{ reference: "Patient/12724066" }],
  servicePeriod: { start: "2026-11-22" },
};
const problem: fhir4.Condition = {
  ...condition,
  id: "c2",
  meta: { lastUpdated: "2026-11-23T17:30:00Z" },
  category: [coded("condition-category", "problem-list-item")],
  recordedDate: "2026-11-22",
};
const location: fhir4.Location = {
  resourceType: "Location",
  id: "412A",
  meta: { lastUpdated: "2026-11-23T17:30:00Z" },
  status: "active",
  name: "4W 412 A",
  physicalType: coded("location-physical-type", "bd", "Bed"),
  telecom: [{ system: "phone", value: "507-555-0177", use: "work" }],
  address: { line: ["1 Main St"], city: "Rochester", state: "MN", postalCode: "55901", country: "US" },
};

function coded(system: string, code: string, display = code): fhir4.CodeableConcept {
  return { coding: [{ system: `http://terminology.hl7.org/CodeSystem/${system}`, code, display }] };
}

const merge: Fixture = { focus: patient, before: mergedPatient, step: { merged: mergedPatient } };
const stay: Fixture = { focus: encounter, before: encounter };
const person: Fixture = { focus: patient, before: patient };

const labOrder: Fixture = { focus: serviceRequest, context: [specimen], step: { orderControl: "NW" } };
const prescription: Fixture = { focus: medicationRequest, step: { orderControl: "NW" } };

/** By trigger, or by message code for the rest of its triggers. A trigger that the bridge renders must be here. */
const fixtures: Readonly<Record<string, Fixture>> = {
  "ADT^A28": person,
  "ADT^A31": person,
  "ADT^A29": person,
  "ADT^A24": merge,
  "ADT^A37": merge,
  "ADT^A40": merge,
  "ADT^A41": merge,
  "ADT^A42": merge,
  "ADT^A47": { ...merge, before: mergedPatient },
  ADT: stay,
  SIU: { focus: appointment, before: appointment },
  ORU: { focus: report, context: [...observations, specimen, serviceRequest] },
  ORM: labOrder,
  OML: labOrder,
  OMG: labOrder,
  OMP: prescription,
  RDE: prescription,
  RAS: { focus: medicationAdministration, context: [medicationRequest] },
  VXU: { focus: immunization },
  MDM: { focus: document },
  DFT: { focus: chargeItem },
  BAR: { focus: account },
  PPR: { focus: problem },
  "MFN^M02": { focus: practitioner },
  "MFN^M05": { focus: location },
};

const common: readonly Resource[] = [patient, encounter, practitioner, condition];

/** Every trigger that the bridge renders. */
export const renderableTriggers: readonly Trigger[] = messages.flatMap(({ triggers }) => triggers);

/** What renders a message of that trigger for a destination of that version. */
export function fixtureRequest(trigger: Trigger, version: Hl7Version): RenderRequest {
  const fixture = fixtures[trigger] ?? fixtures[trigger.split("^")[0] ?? ""];
  if (fixture === undefined) throw new TypeError(`Add a fixture for ${trigger}`);
  return {
    event: eventOf(trigger, fixture),
    context: [...common, ...(fixture.context ?? [])],
    ...settings(version),
    controlId: "B0000000000000000017",
    messageTime: "2026-11-23T16:15:00Z",
  };
}

function eventOf(trigger: Trigger, { focus, before, step }: Fixture): ClinicalEvent {
  return {
    type: "test.event",
    trigger,
    rule: "T1",
    focus: keyOf(focus),
    after: focus,
    before,
    step,
    recordedAt: "2026-11-23T16:10:00Z",
    occurredAt: "2026-11-23T05:10:00Z",
  };
}

function settings(version: Hl7Version): { source: Source; destination: Hl7Destination } {
  const bridge = defineBridge({
    sources: {
      hospital: {
        baseUrl: "https://ehr.example.org/r4/tenant",
        credentials: { method: "client_secret_basic", secret: "hospital" },
        timeZone: "America/Chicago",
        facility: { namespaceId: "GEN" },
        assigningAuthorities: {
          "urn:oid:2.16.840.1.113883.19.5": { namespaceId: "GENMRN" },
          "urn:oid:1.2.3.9": { namespaceId: "GENFIN" },
        },
        patients: { ids: ["12724066"] },
      },
    },
    destinations: {
      receiver: {
        format: "hl7v2",
        version,
        link: { host: "receiver.example.org", port: 2575 },
        receivingApplication: { namespaceId: "RECEIVER" },
      },
    },
  });
  const { hospital: source } = bridge.sources;
  const { receiver: destination } = bridge.destinations;
  if (source === undefined || destination === undefined || !isHl7(destination)) throw new TypeError("No such settings");
  return { source, destination };
}
