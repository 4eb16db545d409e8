import type { Concept } from "../concepts.ts";
import { systems } from "../concepts.ts";
import { own } from "./own.ts";

/** What is written in the chart: documents, problems, procedures, allergies, who pays, who is kin. */

export const documentTypes: readonly Concept[] = [
  own(72, "4189665", "Discharge Summary", [systems.loinc, "18842-5", "Discharge summary"]),
  own(72, "4189670", "History and Physical", [systems.loinc, "34117-2", "History and physical note"]),
  own(72, "4189672", "Progress Note", [systems.loinc, "11506-3", "Progress note"]),
  own(72, "4189675", "Consultation Note", [systems.loinc, "11488-4", "Consult note"]),
  // A kind of note that this site has mapped to no standard code.
  own(72, "99812399", "Bedside Handoff & Safety Check"),
];

export const sentences: readonly string[] = [
  "Patient seen and examined; resting comfortably.",
  "Vital signs stable, afebrile > 24 h.",
  "Plan: continue current treatment & reassess in the morning.",
  "Family at bedside, questions answered. Señora Núñez asked about the diet.",
  "Denies chest pain | dyspnea. Lungs clear bilaterally.",
  "Labs reviewed: K+ 4.1, Cr 0.9^baseline.",
  "Follow-up with primary care within 7 days.",
];

const icd10 = "http://hl7.org/fhir/sid/icd-10-cm";
export const conditions: readonly Concept[] = [
  diagnosis("Essential hypertension", "I10", "59621000"),
  diagnosis("Type 2 diabetes mellitus", "E11.9", "44054006"),
  diagnosis("Pneumonia", "J18.9", "233604007"),
  diagnosis("Chest pain", "R07.9", "29857009"),
  diagnosis("Atrial fibrillation", "I48.91", "49436004"),
  diagnosis("Fracture of neck of femur", "S72.009A", "5913000"),
  diagnosis("Acute kidney injury", "N17.9", "14669001"),
];

function diagnosis(display: string, icd: string, snomed: string): Concept {
  return {
    display,
    standard: [
      { system: icd10, code: icd, display },
      { system: systems.snomed, code: snomed, display },
    ],
  };
}

export const remarks: readonly string[] = [
  "Worse at night",
  "Reviewed with the patient",
  "Per outside records & films",
];

export const procedures: readonly Concept[] = [
  procedure("Colonoscopy", "73761001", "45378"),
  procedure("Total hip replacement", "52734007", "27130"),
  procedure("Insertion of central venous catheter", "233527006", "36556"),
  procedure("Appendectomy", "80146002", "44950"),
];

function procedure(display: string, snomed: string, cpt: string): Concept {
  return {
    display,
    standard: [
      { system: systems.snomed, code: snomed, display },
      { system: "http://www.ama-assn.org/go/cpt", code: cpt, display },
    ],
  };
}

/** The first says that there are none. */
export const substances: readonly (Concept & { kind?: "medication" | "food" | "environment" })[] = [
  {
    display: "No Known Allergies",
    standard: [{ system: systems.snomed, code: "716186003", display: "No known allergy" }],
  },
  substance("Penicillin", "7980", "medication"),
  substance("Sulfa drugs", "10180", "medication"),
  { ...substance("Peanuts", "891", "food") },
  {
    display: "Latex",
    standard: [{ system: systems.snomed, code: "111088007", display: "Latex (substance)" }],
    kind: "environment",
  },
];

function substance(
  display: string,
  code: string,
  kind: "medication" | "food",
): Concept & { kind: "medication" | "food" } {
  return { display, standard: [{ system: "http://www.nlm.nih.gov/research/umls/rxnorm", code, display }], kind };
}

export const reactions: readonly Concept[] = [
  { display: "Hives", standard: [{ system: systems.snomed, code: "126485001", display: "Urticaria" }] },
  { display: "Anaphylaxis", standard: [{ system: systems.snomed, code: "39579001", display: "Anaphylaxis" }] },
  { display: "Nausea & vomiting" },
];

export const plans: readonly { name: string; payor: string; kind: Concept }[] = [
  { name: "Medicare Part A & B", payor: "CMS", kind: coverageKind("PUBLICPOL", "public healthcare") },
  {
    name: "Prairie Health PPO",
    payor: "Prairie Health Plan",
    kind: coverageKind("HIP", "health insurance plan policy"),
  },
  { name: "Workers' Comp", payor: "State Fund", kind: coverageKind("WCBPOL", "worker's compensation") },
];

function coverageKind(code: string, display: string): Concept {
  return { display, standard: [{ system: systems.actCode, code, display }] };
}

export const relationships: readonly Concept[] = [
  own(40, "156", "Spouse", ["http://terminology.hl7.org/CodeSystem/v3-RoleCode", "SPS", "spouse"]),
  own(40, "158", "Mother", ["http://terminology.hl7.org/CodeSystem/v3-RoleCode", "MTH", "mother"]),
  own(40, "153", "Child", ["http://terminology.hl7.org/CodeSystem/v3-RoleCode", "CHILD", "child"]),
];

export const billedServices: readonly { concept: Concept; price: string }[] = [
  { concept: { display: "Room & board, semi-private", standard: [billed("0120")] }, price: "1250.00" },
  { concept: { display: "Comprehensive metabolic panel", standard: [billed("80053")] }, price: "48.50" },
  { concept: { display: "Emergency department visit, level 4", standard: [billed("99284")] }, price: "610.25" },
];

function billed(code: string): { system: string; code: string } {
  return { system: "http://www.ama-assn.org/go/cpt", code };
}
