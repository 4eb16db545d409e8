/** Orders, results, documents and what was given, each with all that its message can say. Synthetic data. */

import { account, icd10, v2 } from "./chart.ts";
import {
  blood,
  coded,
  fasting,
  givenTablet,
  infusion,
  jane,
  labOrder,
  loinc,
  mass,
  numbered,
  snomed,
  stay,
  subject,
  summary,
  vaccination,
} from "./clinical.ts";

const terminology = "http://terminology.hl7.org/CodeSystem";
const hl7 = "http://hl7.org/fhir/StructureDefinition";
const byRoe = { reference: "Practitioner/78", display: "ROE, RICHARD" };
const ofStay = { reference: "Encounter/97" };
const lungs = icd10("R07.9", "Chest pain, unspecified");

export const janeInFull: fhir4.Patient = {
  ...jane,
  active: true,
  meta: { lastUpdated: "2026-11-23T05:00:00Z", security: [{ system: `${terminology}/v3-Confidentiality`, code: "R" }] },
  extension: [
    { url: `${hl7}/patient-mothersMaidenName`, valueString: "SMITH" },
    { url: `${hl7}/patient-birthPlace`, valueAddress: { city: "Duluth", state: "MN" } },
    {
      url: `${hl7}/patient-religion`,
      valueCodeableConcept: coded(`${terminology}/v3-ReligiousAffiliation`, "1041", "Catholic"),
    },
    { url: `${hl7}/patient-disability`, valueCodeableConcept: { text: "Hearing" } },
    {
      url: `${hl7}/patient-importance`,
      valueCodeableConcept: coded("http://example.org/importance", "VIP", "Important"),
    },
    {
      url: `${hl7}/patient-citizenship`,
      extension: [{ url: "code", valueCodeableConcept: coded("urn:iso:std:iso:3166", "US", "United States") }],
    },
  ],
  identifier: [
    ...(jane.identifier ?? []),
    { ...numbered("DL", "urn:oid:2.16.840.1.113883.4.3.27", "D-123"), assigner: { display: "MN" } },
  ],
  telecom: [
    { system: "phone", use: "home", value: "507-555-0101" },
    { system: "phone", use: "work", value: "507-555-0199" },
    { system: "email", value: "jane@example.org" },
  ],
  address: [{ use: "home", line: ["12 Elm St"], city: "Rochester", state: "MN", postalCode: "55901", country: "US" }],
  maritalStatus: coded(`${terminology}/v3-MaritalStatus`, "M", "Married"),
  multipleBirthInteger: 2,
  deceasedDateTime: "2026-11-23T05:00:00Z",
  communication: [{ language: coded("urn:ietf:bcp:47", "en", "English"), preferred: true }],
  generalPractitioner: [byRoe, { reference: "Organization/5", display: "East Campus" }],
  managingOrganization: { reference: "Organization/5" },
};

export const mother: fhir4.RelatedPerson = {
  resourceType: "RelatedPerson",
  id: "m",
  patient: subject,
  relationship: [coded(`${terminology}/v3-RoleCode`, "MTH", "mother")],
  name: [{ family: "SMITH", given: ["RUTH"] }],
  identifier: [numbered("MR", "urn:oid:1.2.3.1", "7000001")],
};

export const campus: fhir4.Organization = {
  resourceType: "Organization",
  id: "5",
  name: "East Campus",
  identifier: [{ value: "urn:oid:1.2.3.77" }],
  telecom: [{ system: "phone", value: "507-555-0199" }],
  address: [{ line: ["5 ELM ST"], city: "ROCHESTER", state: "MN", postalCode: "55901" }],
};

export const stayInFull: fhir4.Encounter = {
  ...stay,
  serviceProvider: { reference: "Organization/5" },
  account: [{ reference: "Account/F4004" }],
  episodeOfCare: [{ reference: "EpisodeOfCare/e1" }],
  priority: coded(`${terminology}/v3-ActPriority`, "EM", "emergency"),
  reasonCode: [lungs],
  diagnosis: [
    { condition: { reference: "Condition/d1" }, rank: 1 },
    { condition: { reference: "Condition/p1" }, rank: 2 },
    { condition: { reference: "Procedure/257" }, rank: 1 },
  ],
  hospitalization: {
    admitSource: coded(`${terminology}/admit-source`, "emd", "From the emergency department"),
    dischargeDisposition: coded(`${terminology}/discharge-disposition`, "exp", "Expired"),
  },
  participant: [
    { type: [coded(`${terminology}/v3-ParticipationType`, "ATND", "attender")], individual: byRoe },
    { type: [coded(`${terminology}/v3-ParticipationType`, "PPRF", "primary performer")], individual: byRoe },
  ],
  period: { start: "2026-11-22T05:10:00Z" },
};

export const episode: fhir4.EpisodeOfCare = {
  resourceType: "EpisodeOfCare",
  id: "e1",
  status: "active",
  patient: subject,
  identifier: [{ system: "urn:oid:9.8.7", value: "E-1" }],
  type: [{ text: "Cardiac care" }],
};

export const causeOfDeath: fhir4.Observation = {
  resourceType: "Observation",
  id: "cod",
  status: "final",
  code: loinc("69453-9", "Cause of death"),
  subject,
  valueCodeableConcept: snomed("22298006", "Myocardial infarction"),
  performer: [byRoe],
};

export const carePlan: fhir4.CarePlan = {
  resourceType: "CarePlan",
  id: "cp1",
  status: "active",
  intent: "plan",
  title: "Diabetes pathway",
  subject,
  created: "2026-11-01",
  addresses: [{ reference: "Condition/p1" }],
};

/** Of whatever the message is about. */
export const provenance: fhir4.Provenance = {
  resourceType: "Provenance",
  id: "pr1",
  target: [
    "Encounter/97",
    "ServiceRequest/5511",
    "MedicationRequest/333",
    "DocumentReference/206",
    "Appointment/88231",
  ].map((reference) => ({ reference })),
  recorded: "2026-11-23T05:15:00Z",
  agent: ["enterer", "verifier", "author"].map((code) => ({
    type: coded(`${terminology}/provenance-participant-type`, code, code),
    who: byRoe,
  })),
  location: { display: "GEN, MAIN, 4W" },
};

function observation(id: string, code: string, more: Partial<fhir4.Observation>): fhir4.Observation {
  return {
    resourceType: "Observation",
    id,
    status: "final",
    code: loinc(code, `Observation ${code}`),
    subject,
    effectiveDateTime: "2026-11-23T04:00:00Z",
    ...more,
  };
}

const interpretation = (code: string) => [coded(`${terminology}/v3-ObservationInterpretation`, code, code)];
const lastWeek = [
  observation("prior-1", "2951-2", { valueQuantity: mass(140, "mmol/L"), note: [{ text: "Repeated" }] }),
  observation("prior-2", "600-7", {
    valueCodeableConcept: snomed("112283007", "Escherichia coli"),
    hasMember: [{ reference: "Observation/prior-3" }],
  }),
];
export const priorResults: readonly fhir4.FhirResource[] = [
  ...lastWeek,
  observation("prior-3", "18906-8", { valueString: "R", interpretation: interpretation("R") }),
  {
    resourceType: "DiagnosticReport",
    id: "r0",
    status: "final",
    code: loinc("24323-8", "Comprehensive metabolic panel"),
    subject,
    effectiveDateTime: "2026-11-16T04:00:00Z",
    result: lastWeek.map(({ id }) => ({ reference: `Observation/${id}` })),
  },
];

const parentSpecimen: fhir4.Specimen = {
  ...blood,
  id: "sp0",
  identifier: [{ system: "urn:oid:1.2.3.4", value: "SP-0" }],
};
const serum: fhir4.Specimen = {
  ...blood,
  id: "sp2",
  status: "unsatisfactory",
  identifier: [{ system: "urn:oid:1.2.3.4", value: "SP-2" }],
  accessionIdentifier: numbered("ACSN", "urn:oid:1.2.3.4", "A-9"),
  parent: [{ reference: "Specimen/sp0" }],
  receivedTime: "2026-11-23T15:30:00Z",
  condition: [v2("0493", "HEM", "Hemolyzed")],
  container: [{ type: { text: "Tube" }, additiveCodeableConcept: v2("0371", "HEPL", "Lithium heparin") }],
  collection: {
    ...blood.collection,
    collector: byRoe,
    method: { text: "Venipuncture" },
    bodySite: snomed("368208006", "Left upper arm"),
  },
};
export const specimens: readonly fhir4.FhirResource[] = [blood, serum, parentSpecimen, fasting];

export const orderInFull: fhir4.ServiceRequest = {
  ...labOrder,
  meta: { lastUpdated: "2026-11-23T15:00:00Z", security: [{ system: `${terminology}/v3-Confidentiality`, code: "R" }] },
  requisition: { system: "urn:oid:1.2.3.3", value: "G-1" },
  reasonReference: [{ reference: "Condition/p1" }],
  specimen: [{ reference: "Specimen/sp1" }, { reference: "Specimen/sp2" }],
  supportingInfo: [
    { reference: "Observation/fasting" },
    { reference: "DiagnosticReport/r0" },
    { display: "On warfarin" },
  ],
  patientInstruction: "Come fasting",
  note: [
    { text: "Draw from the left arm", authorReference: byRoe, time: "2026-11-23T14:56:00Z" },
    { text: "Call the ward\nwith the result" },
  ],
  bodySite: [snomed("368208006", "Left upper arm")],
  orderDetail: [{ text: "Portable" }],
};

const values: readonly Partial<fhir4.Observation>[] = [
  {
    valueQuantity: mass(4.1, "mmol/L"),
    interpretation: interpretation("POS"),
    referenceRange: [{ low: mass(3.5, "mmol/L"), high: mass(5.1, "mmol/L"), age: { low: mass(18, "a") } }],
    bodySite: snomed("368208006", "Left upper arm"),
    method: { text: "Spectrometry" },
    identifier: [{ system: "urn:oid:1.2.3.4", value: "OB-1" }],
    performer: [byRoe, { reference: "Organization/5" }],
    note: [{ text: "Slightly\nhaemolysed", authorString: "ROE, RICHARD", time: "2026-11-23T05:00:00Z" }],
    issued: "2026-11-23T05:10:00Z",
  },
  { valueQuantity: { ...mass(0.2, "mg/dL"), comparator: "<" } },
  { valueCodeableConcept: { ...snomed("260385009", "Negative"), text: "none seen" } },
  { valueString: "Two\nlines" },
  { valueString: "A line | with ^ all ~ of \\ them &" },
  { valueString: `${"long ".repeat(60)}text` },
  { valueBoolean: true },
  { valueInteger: 7 },
  { valueRange: { low: mass(10), high: mass(20) } },
  { valueRatio: { numerator: { value: 1 }, denominator: { value: 128 } } },
  { valueSampledData: { origin: { value: 0 }, period: 10, dimensions: 1, data: "1 2 E 4" } },
  { valueTime: "10:30:00" },
  { valueDateTime: "2026-11-20" },
  { valueDateTime: "2026-11-20T10:00:00Z" },
  { valuePeriod: { start: "2026-11-01", end: "2026-11-03T10:00:00Z" } },
  { dataAbsentReason: coded(`${terminology}/data-absent-reason`, "not-asked", "Not Asked") },
  {
    component: [
      {
        code: loinc("8480-6", "Systolic"),
        valueQuantity: mass(120, "mm[Hg]"),
        interpretation: [{ text: "Borderline" }],
      },
      { code: loinc("8462-4", "Diastolic"), dataAbsentReason: { text: "Cuff slipped" } },
    ],
  },
];
const found = values.map((value, index) => observation(`v${index}`, `1000-${index}`, value));
const susceptibility = observation("s1", "18906-8", {
  valueQuantity: mass(2, "ug/mL"),
  interpretation: interpretation("S"),
});
const germ = observation("germ", "600-7", {
  valueCodeableConcept: snomed("3092008", "Staphylococcus aureus"),
  hasMember: [{ reference: "Observation/s1" }],
  specimen: { reference: "Specimen/sp2" },
});
const panel = observation("panel", "24326-1", {
  hasMember: [{ reference: "Observation/v0" }],
  note: [{ text: "Drawn from the line" }],
});
export const results: readonly fhir4.FhirResource[] = [...found, germ, susceptibility, panel];

const performerFunction = (code: string) => [
  { url: `${hl7}/event-performerFunction`, valueCodeableConcept: v2("0912", code) },
];
export const reportInFull: fhir4.DiagnosticReport = {
  resourceType: "DiagnosticReport",
  id: "9912",
  status: "partial",
  basedOn: [{ reference: "ServiceRequest/5511" }],
  category: [v2("0074", "LAB")],
  code: loinc("24323-8", "Comprehensive metabolic panel"),
  subject,
  encounter: ofStay,
  effectivePeriod: { start: "2026-11-23T04:00:00Z", end: "2026-11-23T04:05:00Z" },
  issued: "2026-11-23T16:10:00Z",
  performer: [
    { ...byRoe, extension: performerFunction("RCT") },
    { ...byRoe, extension: performerFunction("PPRF") },
  ],
  resultsInterpreter: [byRoe],
  specimen: [{ reference: "Specimen/sp1" }],
  result: [panel, ...found, germ].map(({ id }) => ({ reference: `Observation/${id}` })),
  conclusion: "Within limits\nbut for potassium",
  conclusionCode: [lungs],
  presentedForm: [
    { contentType: "text/plain", data: "V2VsbA==" },
    { contentType: "application/pdf", data: "JVBERi0xLjQK" },
    { contentType: "text/html", url: "https://fhir.example.org/Binary/1" },
  ],
};

export const infusionInFull: fhir4.MedicationRequest = {
  ...infusion,
  category: [coded(`${terminology}/medicationrequest-category`, "inpatient", "Inpatient")],
  dispenseRequest: {
    ...infusion.dispenseRequest,
    performer: { reference: "Organization/5" },
    dispenseInterval: mass(30, "d"),
    initialFill: { quantity: mass(1, "{bag}") },
  },
  note: [{ text: "Watch the rate", authorReference: byRoe, time: "2026-11-23T14:56:00Z" }],
  reasonCode: [lungs],
  recorder: byRoe,
};
export const givenInFull: fhir4.MedicationAdministration = { ...givenTablet, note: [{ text: "Taken with water" }] };
export const vaccinationInFull: fhir4.Immunization = {
  ...vaccination,
  reaction: [{ date: "2026-11-23T15:00:00Z", detail: { reference: "Observation/cod", display: "Fever" } }],
  note: [{ text: "Left arm" }],
};
export const summaryInFull: fhir4.DocumentReference = {
  ...summary,
  relatesTo: [{ code: "replaces", target: { reference: "DocumentReference/205" } }],
  securityLabel: [coded(`${terminology}/v3-Confidentiality`, "R", "restricted")],
  content: [
    { attachment: { contentType: "text/plain", data: "UGF0aWVudCB3YXMgd2VsbC4=", title: "Summary" } },
    { attachment: { contentType: "application/pdf", data: "JVBERi0xLjQK" } },
  ],
};
export const accountInFull: fhir4.Account = { ...account, guarantor: [{ party: subject }] };
