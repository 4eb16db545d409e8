/** A person with a visit, and what Millennium keeps about both: kin, allergies, diagnoses, money. Synthetic data. */

import { coded, jane, numbered, smith, snomed, stay, subject } from "./clinical.ts";

const terminology = "http://terminology.hl7.org/CodeSystem";
const millennium = "https://fhir-ehr.cerner.com/r4/StructureDefinition";
const codeSet = "https://fhir.cerner.com/ec0/codeSet";

export const v2 = (table: string, code: string, display = code): fhir4.CodeableConcept =>
  coded(`${terminology}/v2-${table}`, code, display);
export const icd10 = (code: string, display: string): fhir4.CodeableConcept =>
  coded("http://hl7.org/fhir/sid/icd-10-cm", code, display);
const ofStay = { reference: "Encounter/97" };
const bySmith = { reference: "Practitioner/77", display: "SMITH, ALEX" };

export const spouse: fhir4.RelatedPerson = {
  resourceType: "RelatedPerson",
  id: "12-1",
  active: true,
  extension: [
    { url: `${millennium}/relationship-level`, valueCode: "Patient" },
    { url: `${millennium}/relation`, valueCodeableConcept: coded(`${terminology}/v3-RoleCode`, "SPS", "spouse") },
  ],
  patient: subject,
  relationship: [
    {
      coding: [
        { system: `${codeSet}/351`, code: "1150", display: "Emergency Contact", userSelected: true },
        { system: `${terminology}/v2-0131`, code: "C", display: "Emergency Contact" },
      ],
    },
  ],
  name: [{ use: "official", family: "DOE", given: ["JOHN"] }],
  telecom: [{ system: "phone", value: "507-555-0102", use: "home" }],
  gender: "male",
  communication: [{ language: coded("urn:ietf:bcp:47", "es", "Spanish"), preferred: true }],
};

export const payer: fhir4.RelatedPerson = {
  resourceType: "RelatedPerson",
  id: "12-2",
  active: true,
  patient: subject,
  relationship: [{ coding: [{ system: `${codeSet}/351`, code: "1153", display: "Default Guarantor" }] }],
  name: [{ use: "official", family: "ROE", given: ["MARY"] }],
  address: [{ use: "home", line: ["9 Oak St"], city: "Rochester", state: "MN", postalCode: "55901", country: "US" }],
};

export function allergy(id: string, more: Partial<fhir4.AllergyIntolerance> = {}): fhir4.AllergyIntolerance {
  return {
    resourceType: "AllergyIntolerance",
    id,
    meta: { versionId: id, lastUpdated: "2026-11-23T05:00:00Z" },
    clinicalStatus: coded(`${terminology}/allergyintolerance-clinical`, "active", "Active"),
    verificationStatus: coded(`${terminology}/allergyintolerance-verification`, "confirmed", "Confirmed"),
    type: "allergy",
    category: ["medication"],
    criticality: "high",
    code: coded("http://www.nlm.nih.gov/research/umls/rxnorm", "7980", "Penicillin G"),
    patient: subject,
    recordedDate: "2026-11-20T10:00:00Z",
    recorder: bySmith,
    ...more,
  };
}

export const penicillin = allergy("a1", {
  onsetDateTime: "2010-05",
  asserter: { reference: "Patient/1", display: "DOE, JANE" },
  reaction: [
    { manifestation: [snomed("247472004", "Hives")], severity: "mild" },
    { manifestation: [{ text: "Swelling of the face" }], severity: "severe" },
  ],
});

export function condition(id: string, category: string, more: Partial<fhir4.Condition> = {}): fhir4.Condition {
  return {
    resourceType: "Condition",
    id,
    meta: { versionId: id, lastUpdated: "2026-11-23T05:00:00Z" },
    clinicalStatus: coded(`${terminology}/condition-clinical`, "active", "Active"),
    verificationStatus: coded(`${terminology}/condition-ver-status`, "confirmed", "Confirmed"),
    category: [coded(`${terminology}/condition-category`, category, category)],
    code: icd10("R07.9", "Chest pain, unspecified"),
    subject,
    recordedDate: "2026-11-23T04:50:00Z",
    recorder: bySmith,
    ...more,
  };
}

export const chestPain = condition("d1", "encounter-diagnosis", {
  encounter: ofStay,
  extension: [{ url: `${millennium}/diagnosis-type`, valueCodeableConcept: { text: "Admitting" } }],
});
export const diabetes = condition("p1", "problem-list-item", {
  code: {
    coding: [
      { system: "http://snomed.info/sct", code: "44054006", display: "Diabetes mellitus type 2" },
      { system: "http://hl7.org/fhir/sid/icd-10-cm", code: "E11.9", display: "Type 2 diabetes mellitus" },
    ],
  },
  onsetDateTime: "2015",
  severity: snomed("6736007", "Moderate"),
  note: [{ text: "Diet only" }],
  asserter: { reference: "Practitioner/78", display: "ROE, RICHARD" },
});
export const weightGoal: fhir4.Goal = {
  resourceType: "Goal",
  id: "g1",
  lifecycleStatus: "active",
  description: { text: "Lose 5 kg" },
  subject,
  startDate: "2026-11-01",
  target: [{ dueDate: "2027-05-01" }],
  addresses: [{ reference: "Condition/p1" }],
};

export const catheter: fhir4.Procedure = {
  resourceType: "Procedure",
  id: "257",
  status: "completed",
  code: {
    coding: [
      { system: "http://snomed.info/sct", code: "41976001", display: "Cardiac catheterization", userSelected: true },
      { system: "http://www.ama-assn.org/go/cpt", code: "93458", display: "Left heart catheterization" },
    ],
    text: "Cath lab",
  },
  category: snomed("103693007", "Diagnostic procedure"),
  subject,
  encounter: ofStay,
  performedPeriod: { start: "2026-11-23T09:00:00Z", end: "2026-11-23T09:45:00Z" },
  performer: [
    { function: snomed("304292004", "Surgeon"), actor: bySmith },
    { actor: { reference: "Practitioner/78", display: "ROE, RICHARD" } },
  ],
  reasonCode: [icd10("R07.9", "Chest pain, unspecified")],
};

export function coverage(id: string, more: Partial<fhir4.Coverage> = {}): fhir4.Coverage {
  return {
    resourceType: "Coverage",
    id,
    status: "active",
    type: { coding: [{ system: `${codeSet}/367`, code: "COM", display: "Commercial" }] },
    subscriberId: "M-100",
    beneficiary: subject,
    relationship: coded(`${terminology}/subscriber-relationship`, "self", "Self"),
    period: { start: "2026-01-01" },
    payor: [{ display: "Blue Elm" }],
    class: [
      { type: coded(`${terminology}/coverage-class`, "plan", "Plan"), value: "BEPPO", name: "Blue Elm PPO" },
      { type: coded(`${terminology}/coverage-class`, "group", "Group"), value: "G-77", name: "Elm Works" },
    ],
    order: 1,
    ...more,
  };
}

export const blueElm = coverage("c-1", { payor: [{ reference: "Organization/900", display: "Blue Elm" }] });
export const blueElmInc: fhir4.Organization = {
  resourceType: "Organization",
  id: "900",
  identifier: [{ system: "urn:oid:1.2.3.9", value: "BE01" }],
  name: "Blue Elm Inc",
  telecom: [{ system: "phone", value: "800-555-0100" }],
  address: [{ line: ["1 Elm Plaza"], city: "St Paul", state: "MN", postalCode: "55101", country: "US" }],
};

export const account: fhir4.Account = {
  resourceType: "Account",
  id: "F4004",
  extension: [{ url: `${millennium}/associated-encounter`, valueReference: ofStay }],
  identifier: [{ system: "urn:oid:1.2.3.2", value: "770001" }],
  status: "active",
  subject: [subject],
  servicePeriod: { start: "2026-11-23T05:10:00Z" },
  coverage: [{ coverage: { reference: "Coverage/c-1" }, priority: 1 }],
  guarantor: [{ party: subject }],
};

export const charge: fhir4.ChargeItem = {
  resourceType: "ChargeItem",
  id: "88001",
  status: "billable",
  code: {
    coding: [
      { system: "https://fhir.cerner.com/ec0/billCode/CDM_SCHED", code: "4001234", display: "CMP" },
      { system: "http://www.ama-assn.org/go/cpt", code: "80053", display: "Comprehensive metabolic panel" },
    ],
    text: "Comprehensive metabolic panel",
  },
  subject,
  context: ofStay,
  occurrenceDateTime: "2026-11-23T15:00:00Z",
  enteredDate: "2026-11-23T16:00:00Z",
  quantity: { value: 1 },
  extension: [
    { url: `${millennium}/net-price`, valueMoney: { value: 48.5, currency: "USD" } },
    { url: `${millennium}/unit-price`, valueMoney: { value: 48.5, currency: "USD" } },
  ],
  reason: [icd10("R07.9", "Chest pain, unspecified")],
  performer: [{ actor: { reference: "Practitioner/78", display: "ROE, RICHARD" } }],
  performingOrganization: { reference: "Organization/55", display: "Laboratory" },
  enterer: { reference: "Practitioner/78", display: "ROE, RICHARD" },
  service: [{ reference: "ServiceRequest/5511" }],
  account: [{ reference: "Account/F4004" }],
  note: [{ text: "Drawn twice" }, { text: "Billed once" }],
};

export const roleOfSmith: fhir4.PractitionerRole = {
  resourceType: "PractitionerRole",
  id: "77-1",
  active: true,
  period: { start: "2020-01-01" },
  practitioner: bySmith,
  organization: { reference: "Organization/1", display: "General Hospital" },
  code: [v2("0182", "PH", "Physician")],
  specialty: [snomed("394579002", "Cardiology")],
  telecom: [{ system: "email", value: "smith@example.org" }],
};
export const smithInFull: fhir4.Practitioner = {
  ...smith,
  active: true,
  gender: "male",
  birthDate: "1970-03-03",
  qualification: [
    {
      code: { text: "Interventional cardiology" },
      issuer: { display: "American Board" },
      period: { start: "2010-01-01" },
    },
  ],
  communication: [coded("urn:ietf:bcp:47", "en", "English")],
};

const physical = (code: string, display: string) => coded(`${terminology}/location-physical-type`, code, display);
export const site: fhir4.Location = {
  resourceType: "Location",
  id: "gen",
  status: "active",
  name: "GEN",
  physicalType: physical("si", "Site"),
};
export const ward: fhir4.Location = {
  resourceType: "Location",
  id: "4w",
  status: "active",
  name: "4W",
  description: "Ward 4 West",
  physicalType: physical("wa", "Ward"),
  partOf: { reference: "Location/gen" },
  managingOrganization: { reference: "Organization/1", display: "General Hospital" },
  telecom: [{ system: "phone", value: "507-555-0177" }],
  hoursOfOperation: [{ daysOfWeek: ["mon", "tue"], openingTime: "10:00:00", closingTime: "20:00:00" }],
};

export const slot: fhir4.Slot = {
  resourceType: "Slot",
  id: "77-4w-1-0",
  extension: [
    { url: `${millennium}/scheduling-location`, valueReference: { reference: "Location/4w", display: "4W" } },
  ],
  serviceType: [{ coding: [{ system: `${codeSet}/14249`, code: "381", display: "Cardiology" }] }],
  schedule: { reference: "Schedule/77-4w-0-0" },
  status: "busy-unavailable",
  start: "2026-12-01T20:30:00Z",
  end: "2026-12-01T21:00:00Z",
};
export const schedule: fhir4.Schedule = {
  resourceType: "Schedule",
  id: "77-4w-0-0",
  actor: [bySmith],
};

/** The person after a number was taken over into the record of somebody else. */
export const janeAgain: fhir4.Patient = {
  ...jane,
  id: "2",
  identifier: [numbered("MR", "urn:oid:1.2.3.1", "7009999")],
  name: [{ use: "official", family: "DOE", given: ["JAYNE"] }],
};

/** Everything that a poll would bring along with the visit. */
export const wholeChart: readonly fhir4.FhirResource[] = [
  jane,
  stay,
  smith,
  spouse,
  payer,
  penicillin,
  chestPain,
  diabetes,
  weightGoal,
  catheter,
  blueElm,
  blueElmInc,
  account,
  site,
  ward,
];

export const visit: fhir4.Appointment = {
  resourceType: "Appointment",
  id: "88231",
  status: "booked",
  serviceType: slot.serviceType ?? [],
  start: "2026-12-01T20:30:00Z",
  end: "2026-12-01T21:00:00Z",
  slot: [{ reference: "Slot/77-4w-1-0" }],
  participant: [
    { actor: { reference: "Patient/1" }, status: "accepted" },
    { actor: { reference: "Practitioner/77" }, status: "accepted" },
    { actor: { reference: "Location/4w" }, status: "tentative" },
    { actor: { reference: "Device/d1", display: "Treadmill" }, status: "accepted" },
  ],
};

export const pulse: fhir4.Observation = {
  resourceType: "Observation",
  id: "VS-1",
  status: "final",
  category: [coded(`${terminology}/observation-category`, "vital-signs", "Vital signs")],
  code: coded("http://loinc.org", "8867-4", "Heart rate"),
  subject,
  encounter: ofStay,
  effectiveDateTime: "2026-11-23T05:12:00Z",
  valueQuantity: { value: 88, unit: "/min", system: "http://unitsofmeasure.org", code: "/min" },
};
