/** A patient with orders, medications, vaccinations and documents as Millennium gives them. Synthetic data. */

const millennium = "https://fhir.cerner.com/ec0/codeSet";
const terminology = "http://terminology.hl7.org/CodeSystem";

export function coded(system: string, code: string, display: string): fhir4.CodeableConcept {
  return { coding: [{ system, code, display }] };
}

export function loinc(code: string, display: string): fhir4.CodeableConcept {
  return coded("http://loinc.org", code, display);
}

export function snomed(code: string, display: string): fhir4.CodeableConcept {
  return coded("http://snomed.info/sct", code, display);
}

export function numbered(type: string, system: string, value: string): fhir4.Identifier {
  return { type: coded(`${terminology}/v2-0203`, type, type), system, value };
}

export function mass(value: number, unit = "mg"): fhir4.Quantity {
  return { value, unit, code: unit, system: "http://unitsofmeasure.org" };
}

export const subject = { reference: "Patient/1" };
const encounterReference = { reference: "Encounter/97" };
const meta = { versionId: "1", lastUpdated: "2026-11-23T15:00:00Z" };

export const jane: fhir4.Patient = {
  resourceType: "Patient",
  id: "1",
  identifier: [numbered("MR", "urn:oid:1.2.3.1", "7001234")],
  name: [{ use: "official", family: "DOE", given: ["JANE"] }],
  gender: "female",
  birthDate: "1980-02-14",
};

export const stay: fhir4.Encounter = {
  resourceType: "Encounter",
  id: "97",
  status: "in-progress",
  class: { system: `${terminology}/v3-ActCode`, code: "IMP" },
  identifier: [numbered("AN", "urn:oid:1.2.3.2", "5550099")],
  subject,
  location: [{ location: { reference: "Location/4w", display: "GEN, MAIN, 4W, 412, A" }, status: "active" }],
};

export const smith: fhir4.Practitioner = {
  resourceType: "Practitioner",
  id: "77",
  identifier: [
    { system: "http://hl7.org/fhir/sid/us-npi", value: "1234567893" },
    numbered("DEA", "urn:oid:2.16.840.1.113883.4.814", "AS1234563"),
  ],
  name: [{ family: "SMITH", given: ["ALEX"] }],
  telecom: [{ system: "phone", use: "work", value: "507-555-0155" }],
};
const bySmith = { reference: "Practitioner/77", display: "SMITH, ALEX" };
const byNurse = { reference: "Practitioner/78", display: "ROE, RICHARD" };

export const labOrder: fhir4.ServiceRequest = {
  resourceType: "ServiceRequest",
  id: "5511",
  meta,
  identifier: [numbered("PLAC", "urn:oid:1.2.3.3", "O-5511")],
  status: "active",
  intent: "order",
  category: [snomed("108252007", "Laboratory procedure")],
  priority: "stat",
  code: {
    coding: [
      { system: `${millennium}/200`, code: "2556646", display: "Comprehensive Metabolic Panel", userSelected: true },
      { system: "http://loinc.org", code: "24323-8", display: "Comprehensive metabolic 2000 panel" },
    ],
  },
  subject,
  encounter: encounterReference,
  occurrenceDateTime: "2026-11-23T16:00:00Z",
  authoredOn: "2026-11-23T14:55:00Z",
  requester: bySmith,
  reasonCode: [coded("http://hl7.org/fhir/sid/icd-10-cm", "R07.9", "Chest pain, unspecified")],
  specimen: [{ reference: "Specimen/sp1" }],
  supportingInfo: [{ reference: "Observation/fasting" }],
  note: [{ text: "Draw from the left arm" }],
};
export const blood: fhir4.Specimen = {
  resourceType: "Specimen",
  id: "sp1",
  identifier: [{ system: "urn:oid:1.2.3.4", value: "SP-1" }],
  type: snomed("119297000", "Blood specimen"),
  subject,
  collection: { collectedDateTime: "2026-11-23T14:58:00Z", quantity: mass(4.5, "mL") },
};
export const fasting: fhir4.Observation = {
  resourceType: "Observation",
  id: "fasting",
  status: "final",
  code: loinc("49541-6", "Fasting status"),
  subject,
  valueBoolean: true,
};
export const ordered: readonly fhir4.FhirResource[] = [jane, stay, smith, blood, fasting];

export const chestFilm: fhir4.ServiceRequest = {
  resourceType: "ServiceRequest",
  id: "5512",
  meta,
  status: "active",
  intent: "order",
  category: [snomed("363679005", "Imaging")],
  priority: "routine",
  code: { text: "XR Chest 2 Views" },
  subject,
  encounter: encounterReference,
  authoredOn: "2026-11-23T14:55:00Z",
  requester: bySmith,
  bodySite: [snomed("51185008", "Thoracic structure")],
};

export const tablets: fhir4.MedicationRequest = {
  resourceType: "MedicationRequest",
  id: "332",
  meta,
  identifier: [numbered("PLAC", "urn:oid:1.2.3.3", "O-332")],
  status: "active",
  intent: "order",
  medicationCodeableConcept: {
    coding: [
      {
        system: "http://www.nlm.nih.gov/research/umls/rxnorm",
        code: "314076",
        display: "lisinopril 10 MG Oral Tablet",
      },
      { system: "https://fhir.cerner.com/ec0/synonym", code: "2764472", display: "lisinopril", userSelected: true },
    ],
    text: "lisinopril",
  },
  subject,
  encounter: encounterReference,
  authoredOn: "2026-11-23T14:55:00Z",
  requester: bySmith,
  dosageInstruction: [
    {
      text: "10 mg, Tab, PO, BID",
      patientInstruction: "Take with water",
      timing: {
        code: {
          coding: [
            { system: `${millennium}/4003`, code: "696537", display: "BID", userSelected: true },
            { system: `${terminology}/v3-GTSAbbreviation`, code: "BID", display: "BID" },
          ],
        },
        repeat: { boundsPeriod: { start: "2026-11-23T15:00:00Z", end: "2026-11-30T15:00:00Z" } },
      },
      route: {
        coding: [
          { system: `${millennium}/4001`, code: "318173", display: "PO", userSelected: true },
          { system: "http://snomed.info/sct", code: "26643006", display: "Oral route" },
        ],
      },
      doseAndRate: [{ doseQuantity: mass(10) }],
    },
  ],
  dispenseRequest: { quantity: mass(30, "tab"), numberOfRepeatsAllowed: 2 },
  substitution: { allowedBoolean: true },
};

export const infusion: fhir4.MedicationRequest = {
  ...tablets,
  id: "333",
  identifier: [],
  contained: [
    {
      resourceType: "Medication",
      id: "mix",
      code: { text: "heparin drip" },
      form: { text: "Soln-IV" },
      ingredient: [
        {
          itemCodeableConcept: coded("http://www.nlm.nih.gov/research/umls/rxnorm", "5224", "heparin"),
          isActive: true,
          strength: { numerator: mass(25000, "[USP'U]"), denominator: mass(1, "{dose}") },
        },
        {
          itemCodeableConcept: { text: "Dextrose 5% in Water" },
          isActive: false,
          strength: { numerator: mass(250, "mL"), denominator: mass(1, "{dose}") },
        },
      ],
    },
  ],
  medicationCodeableConcept: undefined,
  medicationReference: { reference: "#mix" },
  dosageInstruction: [
    {
      text: "12 mL/hr, IV",
      route: snomed("47625008", "Intravenous route"),
      doseAndRate: [{ doseQuantity: mass(250, "mL"), rateQuantity: { ...mass(12.5, "mL/h"), unit: "mL/hr" } }],
    },
  ],
} as fhir4.MedicationRequest;

export const givenTablet: fhir4.MedicationAdministration = {
  resourceType: "MedicationAdministration",
  id: "900",
  meta,
  status: "completed",
  medicationCodeableConcept: tablets.medicationCodeableConcept ?? {},
  subject,
  context: encounterReference,
  effectivePeriod: { start: "2026-11-23T14:10:00Z", end: "2026-11-23T14:12:00Z" },
  performer: [{ actor: byNurse }],
  request: { reference: "MedicationRequest/332" },
  dosage: { text: "10 mg", route: snomed("26643006", "Oral route"), dose: mass(10) },
};

export const vaccination: fhir4.Immunization = {
  resourceType: "Immunization",
  id: "M44",
  meta,
  status: "completed",
  vaccineCode: {
    coding: [
      { system: "http://hl7.org/fhir/sid/ndc", code: "58160-0820-52", display: "Engerix-B" },
      { system: "http://hl7.org/fhir/sid/cvx", code: "08", display: "Hep B, adolescent or pediatric" },
    ],
  },
  patient: subject,
  encounter: encounterReference,
  occurrenceDateTime: "2026-11-23T14:10:00Z",
  recorded: "2026-11-23",
  primarySource: true,
  location: { reference: "Location/clinic" },
  manufacturer: { identifier: { system: "http://hl7.org/fhir/sid/mvx", value: "SKB" }, display: "GlaxoSmithKline" },
  lotNumber: "LOT77",
  expirationDate: "2027-01-31",
  route: coded(`${terminology}/v3-RouteOfAdministration`, "IM", "Injection, intramuscular"),
  site: coded(`${terminology}/v3-ActSite`, "LA", "left arm"),
  doseQuantity: mass(0.5, "mL"),
  performer: [
    { function: coded(`${terminology}/v2-0443`, "AP", "Administering Provider"), actor: byNurse },
    { function: coded(`${terminology}/v2-0443`, "OP", "Ordering Provider"), actor: bySmith },
  ],
  programEligibility: [coded(`${terminology}/v2-0064`, "V03", "VFC eligible - Uninsured")],
  fundingSource: coded("urn:oid:2.16.840.1.114222.4.5.287", "VXC51", "Public VFC"),
  education: [
    {
      documentType: "253088698300003411100521",
      publicationDate: "2023-05-12",
      presentationDate: "2026-11-23T14:05:00Z",
    },
  ],
  protocolApplied: [{ doseNumberPositiveInt: 2, seriesDosesPositiveInt: 3 }],
};
export const clinic: fhir4.Location = {
  resourceType: "Location",
  id: "clinic",
  name: "Elm Clinic",
  address: { line: ["1 MAIN ST"], city: "ROCHESTER", state: "MN", postalCode: "55901", country: "US" },
};

const root = "https://fhir.example.org/r4/0b8a0111-e8e6-4c26-a91c-5069cbc6b1ca";
export const summary: fhir4.DocumentReference = {
  resourceType: "DocumentReference",
  id: "206",
  meta,
  status: "current",
  docStatus: "final",
  type: {
    coding: [
      { system: `${millennium}/72`, code: "4189665", display: "Inpatient Clinical Summary", userSelected: true },
      { system: "http://loinc.org", code: "18842-5", display: "Discharge summary" },
    ],
    text: "Inpatient Clinical Summary",
  },
  subject,
  date: "2026-11-23T15:00:00Z",
  author: [byNurse],
  authenticator: bySmith,
  description: "Discharge of November",
  content: [{ attachment: { contentType: "application/pdf", url: `${root}/Binary/XR-206`, title: "summary.pdf" } }],
  context: { encounter: [encounterReference], period: { start: "2026-11-22T05:10:00Z" } },
};
export const summaryFile: fhir4.Binary = {
  resourceType: "Binary",
  id: "XR-206",
  contentType: "application/pdf",
  data: "JVBERi0xLjQK",
};

/** A result, as little as it may be. */
export function potassiumResult(id: string, more: Partial<fhir4.Observation> = {}): fhir4.Observation {
  return {
    resourceType: "Observation",
    id,
    status: "final",
    code: loinc("2823-3", "Potassium"),
    subject,
    effectiveDateTime: "2026-11-23T04:00:00Z",
    ...more,
  };
}

/** A report without results. */
export const panelReport: fhir4.DiagnosticReport = {
  resourceType: "DiagnosticReport",
  id: "r1",
  status: "final",
  code: loinc("24323-8", "Comprehensive metabolic panel"),
  subject,
  effectiveDateTime: "2026-11-23T04:00:00Z",
};
