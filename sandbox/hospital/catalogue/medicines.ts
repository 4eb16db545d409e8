import type { Concept } from "../concepts.ts";
import { systems } from "../concepts.ts";
import { own } from "./own.ts";

const rxNorm = "http://www.nlm.nih.gov/research/umls/rxnorm";

export interface Drug {
  concept: Concept;
  unit: string;
  ucum: string;
  /** Digits. */
  doses: readonly string[];
  route: Concept;
}

const byMouth = own(4001, "318173", "Oral", [systems.snomed, "26643006", "Oral route (qualifier value)"]);
const byVein = own(4001, "318170", "IV", [systems.snomed, "47625008", "Intravenous route (qualifier value)"]);

const drug = (code: string, display: string, unit: string, doses: readonly string[], route: Concept): Drug => ({
  concept: { display, standard: [{ system: rxNorm, code, display }] },
  unit,
  ucum: unit,
  doses,
  route,
});

export const drugs: readonly Drug[] = [
  drug("313782", "acetaminophen 325 mg oral tablet", "mg", ["325", "650"], byMouth),
  drug("866924", "metoprolol tartrate 25 mg oral tablet", "mg", ["12.5", "25"], byMouth),
  drug("309090", "cefTRIAXone 1 g injection", "g", ["1", "2"], byVein),
  drug("1807627", "sodium chloride 0.9% infusion", "mL", ["500", "1000"], byVein),
  drug("855332", "warfarin 5 mg oral tablet", "mg", ["2.5", "5.0", "7.5"], byMouth),
  drug("1659263", "furosemide 10 mg/mL injection", "mg", ["20", "40"], byVein),
];

export const frequencies: readonly { text: string; perDay: number }[] = [
  { text: "once a day", perDay: 1 },
  { text: "2 times a day", perDay: 2 },
  { text: "every 6 hours", perDay: 4 },
];

export interface Vaccine {
  concept: Concept;
  manufacturer: string;
  /** Digits, in millilitres. */
  dose: string;
}

const vaccine = (cvx: string, display: string, manufacturer: string, dose: string): Vaccine => ({
  concept: { display, standard: [{ system: "http://hl7.org/fhir/sid/cvx", code: cvx, display }] },
  manufacturer,
  dose,
});

export const vaccines: readonly Vaccine[] = [
  vaccine("150", "Influenza, injectable, quadrivalent, preservative free", "Sanofi Pasteur", "0.5"),
  vaccine("133", "Pneumococcal conjugate PCV 13", "Pfizer", "0.50"),
  vaccine("115", "Tdap", "GlaxoSmithKline", "0.5"),
  vaccine("43", "Hep B, adult", "Merck & Co.", "1.0"),
];

const actSite = "http://terminology.hl7.org/CodeSystem/v3-ActSite";
export const injectionSites: readonly Concept[] = [
  own(97, "318331", "Left Deltoid", [actSite, "LA", "left arm"]),
  own(97, "318332", "Right Deltoid", [actSite, "RA", "right arm"]),
];
export const intramuscular = own(4001, "318171", "IM", [systems.snomed, "78421000", "Intramuscular route"]);

const actReason = "http://terminology.hl7.org/CodeSystem/v3-ActReason";
export const notDoneReasons: readonly Concept[] = [
  own(15749, "10121", "Patient Refuses", [actReason, "PATOBJ", "patient objection"]),
  own(15749, "10124", "Immunity", [actReason, "IMMUNE", "immunity"]),
];
