import type { Concept } from "./concepts.ts";
import { systems } from "./concepts.ts";
import type { StayClass, TeamMember } from "./records.ts";

/** The hospital's code sets: what it can book, order, measure and say. Indexes into these lists stand in the records. */

const own = (codeSet: number, code: string, display: string, ...standard: [string, string, string?][]): Concept => ({
  codeSet,
  code,
  display,
  standard: standard.map(([system, value, name]) => ({ system, code: value, ...(name ? { display: name } : {}) })),
});

export const stayClasses: Record<StayClass, { display: string; type: Concept }> = {
  EMER: {
    display: "emergency",
    type: own(71, "309310", "Emergency", [systems.patientClass, "E", "Emergency"]),
  },
  IMP: {
    display: "inpatient encounter",
    type: own(71, "309308", "Inpatient", [systems.patientClass, "I", "Inpatient"]),
  },
  AMB: {
    display: "ambulatory",
    type: own(71, "309309", "Outpatient", [systems.patientClass, "O", "Outpatient"]),
  },
  PRENC: {
    display: "pre-admission",
    type: own(71, "309311", "Preadmit", [systems.patientClass, "P", "Preadmit"]),
  },
};

export const priorities: Record<StayClass, Concept> = {
  EMER: own(3, "670839", "Emergency", ["http://terminology.hl7.org/CodeSystem/v3-ActPriority", "EM", "emergency"]),
  IMP: own(3, "670842", "Urgent", ["http://terminology.hl7.org/CodeSystem/v3-ActPriority", "UR", "urgent"]),
  AMB: own(3, "670843", "Routine", ["http://terminology.hl7.org/CodeSystem/v3-ActPriority", "R", "routine"]),
  PRENC: own(3, "670840", "Elective", ["http://terminology.hl7.org/CodeSystem/v3-ActPriority", "EL", "elective"]),
};

export const services: readonly Concept[] = [
  own(34, "313012", "Medicine-General", [systems.snomed, "700232004", "General medical service (qualifier value)"]),
  own(34, "313007", "Cardiology", [systems.snomed, "708174004", "Interventional cardiology service (qualifier value)"]),
  own(34, "313018", "Surgery-General", [systems.snomed, "310156009", "General surgical service (qualifier value)"]),
  own(34, "313015", "Neurology", [systems.snomed, "310110001", "Neurology service (qualifier value)"]),
  own(34, "313021", "Observation & Short Stay"),
];

export const reasons: readonly string[] = [
  "Chest pain",
  "Shortness of breath",
  "Abdominal pain",
  "Fever & chills",
  "Fall at home",
  "Elective hip replacement",
  "Headache",
  "Cough > 3 weeks",
  "Follow-up visit",
  "Syncope",
  "Médication review",
  "Wound check",
];

export const admitSources: readonly Concept[] = [
  own(2, "4326381", "Self (Non-HC Facility Source of Origin)"),
  own(2, "309201", "Physician Referral", [
    "http://terminology.hl7.org/CodeSystem/admit-source",
    "gp",
    "General Practitioner referral",
  ]),
  own(2, "309203", "Emergency Room", [
    "http://terminology.hl7.org/CodeSystem/admit-source",
    "emd",
    "From accident/emergency department",
  ]),
];

const disposition = "http://terminology.hl7.org/CodeSystem/discharge-disposition";
export const dispositions: readonly Concept[] = [
  own(19, "312912", "Home or Self Care", [disposition, "home", "Home"]),
  own(19, "312918", "Skilled Nursing Facility", [disposition, "snf", "Skilled nursing facility"]),
  own(19, "312921", "Rehabilitation Facility", [disposition, "rehab", "Rehabilitation"]),
  own(19, "312925", "Left Against Medical Advice", [disposition, "aadvice", "Left against advice"]),
];

export const teamRoles: Record<TeamMember["role"], Concept> = {
  attending: own(333, "1119", "Attending Physician", [systems.participation, "ATND", "attender"]),
  admitting: own(333, "1116", "Admitting Physician", [systems.participation, "ADM", "admitter"]),
  consulting: own(333, "1121", "Consulting Physician", [systems.participation, "CON", "consultant"]),
  referring: own(333, "1126", "Referring Physician", [systems.participation, "REF", "referrer"]),
};

export const visitServices: readonly Concept[] = [
  own(14249, "667105", "Surgery", [systems.snomed, "394609007", "Surgery-general"]),
  own(14249, "24477854", "Cardiology Follow Up", [systems.snomed, "394579002", "Cardiology"]),
  own(14249, "24477880", "Office Visit Established", [systems.snomed, "408443003", "General medical practice"]),
  own(14249, "24477911", "CT Abdomen & Pelvis"),
];

export const cancelReasons: readonly Concept[] = [
  own(14229, "4410871", "Patient Request", [
    "http://terminology.hl7.org/CodeSystem/appointment-cancellation-reason",
    "pat",
    "Patient",
  ]),
  own(14229, "4410874", "Provider Unavailable", [
    "http://terminology.hl7.org/CodeSystem/appointment-cancellation-reason",
    "prov",
    "Provider",
  ]),
];

export const patientParticipant = own(14250, "4572", "Patient");
export const providerParticipant = own(14250, "4574", "Provider");

export const maritalStates = {
  single: own(38, "309239", "Single", ["http://terminology.hl7.org/CodeSystem/v3-MaritalStatus", "S", "Never Married"]),
  married: own(38, "309237", "Married", ["http://terminology.hl7.org/CodeSystem/v3-MaritalStatus", "M", "Married"]),
  divorced: own(38, "309235", "Divorced", ["http://terminology.hl7.org/CodeSystem/v3-MaritalStatus", "D", "Divorced"]),
  widowed: own(38, "309240", "Widowed", ["http://terminology.hl7.org/CodeSystem/v3-MaritalStatus", "W", "Widowed"]),
};

export const races: readonly [code: string, display: string][] = [
  ["2106-3", "White"],
  ["2054-5", "Black or African American"],
  ["2028-9", "Asian"],
  ["1002-5", "American Indian or Alaska Native"],
];

export const languages: readonly Concept[] = [
  own(36, "151", "English", ["urn:ietf:bcp:47", "en", "English"]),
  own(36, "312738", "Spanish", ["urn:ietf:bcp:47", "es", "Spanish"]),
  own(36, "312734", "Chinese", ["urn:ietf:bcp:47", "zh", "Chinese"]),
];

export const identifierTypes = {
  mrn: own(4, "10", "MRN", [systems.identifierType, "MR", "Medical record number"]),
  communityMrn: own(4, "2", "Community Medical Record Number", [systems.identifierType, "MR", "Medical record number"]),
  messaging: own(4, "670843", "Messaging"),
  visit: own(319, "1077", "FIN NBR", [systems.identifierType, "AN", "Account number"]),
};

export const emergencyContact = own(351, "1152", "Emergency Contact", [
  "http://terminology.hl7.org/CodeSystem/v2-0131",
  "C",
  "Emergency Contact",
]);

export const laboratoryOrder = own(6000, "2513", "Laboratory", [systems.snomed, "108252007", "Laboratory procedure"]);

export interface Test {
  concept: Concept;
  unit: string;
  ucum: string;
  /** Normal range, as digits. */
  low: string;
  high: string;
  /** Digits after the point. A trailing zero is a digit like any other. */
  decimals: number;
}

const test = (
  code: string,
  display: string,
  loinc: string,
  loincDisplay: string,
  unit: string,
  ucum: string,
  low: string,
  high: string,
): Test => ({
  concept: own(72, code, display, [systems.loinc, loinc, loincDisplay]),
  unit,
  ucum,
  low,
  high,
  decimals: low.includes(".") ? low.length - low.indexOf(".") - 1 : 0,
});

export const tests: readonly Test[] = [
  test(
    "21704911",
    "Sodium Level",
    "2951-2",
    "Sodium [Moles/volume] in Serum or Plasma",
    "mmol/L",
    "mmol/L",
    "136",
    "145",
  ),
  test(
    "21704910",
    "Potassium Level",
    "2823-3",
    "Potassium [Moles/volume] in Serum or Plasma",
    "mmol/L",
    "mmol/L",
    "3.50",
    "5.10",
  ),
  test(
    "21704912",
    "Chloride Level",
    "2075-0",
    "Chloride [Moles/volume] in Serum or Plasma",
    "mmol/L",
    "mmol/L",
    "98",
    "107",
  ),
  test(
    "21704913",
    "CO2",
    "2028-9",
    "Carbon dioxide, total [Moles/volume] in Serum or Plasma",
    "mmol/L",
    "mmol/L",
    "22",
    "29",
  ),
  test("21704914", "Glucose Level", "2345-7", "Glucose [Mass/volume] in Serum or Plasma", "mg/dL", "mg/dL", "70", "99"),
  test("21704915", "BUN", "3094-0", "Urea nitrogen [Mass/volume] in Serum or Plasma", "mg/dL", "mg/dL", "7", "20"),
  test(
    "2700655",
    "Creatinine Level",
    "2160-0",
    "Creatinine [Mass/volume] in Serum or Plasma",
    "mg/dL",
    "mg/dL",
    "0.60",
    "1.20",
  ),
  test(
    "21704917",
    "Calcium Level",
    "17861-6",
    "Calcium [Mass/volume] in Serum or Plasma",
    "mg/dL",
    "mg/dL",
    "8.6",
    "10.2",
  ),
  test("21704918", "Protein Total", "2885-2", "Protein [Mass/volume] in Serum or Plasma", "g/dL", "g/dL", "6.0", "8.3"),
  test("21704919", "Albumin Level", "1751-7", "Albumin [Mass/volume] in Serum or Plasma", "g/dL", "g/dL", "3.5", "5.0"),
  test(
    "21704920",
    "Bilirubin Total",
    "1975-2",
    "Bilirubin.total [Mass/volume] in Serum or Plasma",
    "mg/dL",
    "mg/dL",
    "0.10",
    "1.20",
  ),
  test(
    "21704921",
    "Alk Phos",
    "6768-6",
    "Alkaline phosphatase [Enzymatic activity/volume] in Serum or Plasma",
    "unit/L",
    "U/L",
    "44",
    "147",
  ),
  test(
    "21704922",
    "AST",
    "1920-8",
    "Aspartate aminotransferase [Enzymatic activity/volume] in Serum or Plasma",
    "unit/L",
    "U/L",
    "8",
    "33",
  ),
  test(
    "21704923",
    "ALT",
    "1742-6",
    "Alanine aminotransferase [Enzymatic activity/volume] in Serum or Plasma",
    "unit/L",
    "U/L",
    "7",
    "56",
  ),
  test("21704930", "Hgb", "718-7", "Hemoglobin [Mass/volume] in Blood", "g/dL", "g/dL", "12.0", "16.0"),
  test(
    "21704931",
    "Hct",
    "4544-3",
    "Hematocrit [Volume Fraction] of Blood by Automated count",
    "%",
    "%",
    "36.0",
    "48.0",
  ),
  test(
    "21704932",
    "WBC",
    "6690-2",
    "Leukocytes [#/volume] in Blood by Automated count",
    "x10(3)/mcL",
    "10*3/uL",
    "4.50",
    "11.00",
  ),
  test(
    "21704933",
    "Platelet",
    "777-3",
    "Platelets [#/volume] in Blood by Automated count",
    "x10(3)/mcL",
    "10*3/uL",
    "150",
    "400",
  ),
  test(
    "21704940",
    "Troponin I",
    "10839-9",
    "Troponin I.cardiac [Mass/volume] in Serum or Plasma",
    "ng/mL",
    "ng/mL",
    "0.000",
    "0.040",
  ),
  test("21704941", "INR", "6301-6", "INR in Platelet poor plasma by Coagulation assay", "INR", "{INR}", "0.80", "1.10"),
];

export interface Panel {
  concept: Concept;
  /** Indexes in {@link tests}. */
  tests: readonly number[];
}

export const panels: readonly Panel[] = [
  {
    concept: own(72, "23256960", "Comprehensive Metabolic Panel", [systems.loinc, "24323-8"]),
    tests: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13],
  },
  {
    concept: own(72, "23256961", "Basic Metabolic Panel", [systems.loinc, "24321-2"]),
    tests: [0, 1, 2, 3, 4, 5, 6, 7],
  },
  { concept: own(72, "23256962", "CBC w/ Diff & Platelets", [systems.loinc, "58410-2"]), tests: [14, 15, 16, 17] },
  { concept: own(72, "21704940", "Troponin I", [systems.loinc, "10839-9"]), tests: [18] },
  { concept: own(72, "21704910", "Potassium Level", [systems.loinc, "2823-3"]), tests: [1] },
  // A test that this site has mapped to no standard code.
  { concept: own(72, "99812345", "Coag Screen (local)"), tests: [19] },
];

export const vitals: readonly (Test & { second?: Test })[] = [
  {
    ...test("703501", "Systolic Blood Pressure", "8480-6", "Systolic blood pressure", "mmHg", "mm[Hg]", "95", "140"),
    second: test(
      "703516",
      "Diastolic Blood Pressure",
      "8462-4",
      "Diastolic blood pressure",
      "mmHg",
      "mm[Hg]",
      "60",
      "90",
    ),
  },
  test("703558", "Temperature Oral", "8310-5", "Body temperature", "degC", "Cel", "36.0", "37.5"),
  test("703511", "Peripheral Pulse Rate", "8867-4", "Heart rate", "bpm", "/min", "55", "100"),
  test("703540", "Respiratory Rate", "9279-1", "Respiratory rate", "br/min", "/min", "12", "20"),
  test(
    "703502",
    "Oxygen Saturation",
    "59408-5",
    "Oxygen saturation in Arterial blood by Pulse oximetry",
    "%",
    "%",
    "94",
    "100",
  ),
];
