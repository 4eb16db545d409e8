import type { Concept } from "../concepts.ts";
import { systems } from "../concepts.ts";
import { own } from "./own.ts";

/** Where an order goes, and what its report is filed under. */
export type OrderCategory = "laboratory" | "radiology" | "microbiology";

export const orderCategories: Record<OrderCategory, { order: Concept; section: string; sectionDisplay: string }> = {
  laboratory: {
    order: own(6000, "2513", "Laboratory", [systems.snomed, "108252007", "Laboratory procedure"]),
    section: "LAB",
    sectionDisplay: "Laboratory",
  },
  radiology: {
    order: own(6000, "2517", "Radiology", [systems.snomed, "363679005", "Imaging"]),
    section: "RAD",
    sectionDisplay: "Radiology",
  },
  microbiology: {
    order: own(6000, "2514", "Microbiology", [systems.snomed, "108252007", "Laboratory procedure"]),
    section: "MB",
    sectionDisplay: "Microbiology",
  },
};

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
  category: OrderCategory;
  /** Indexes in {@link tests}. */
  tests: readonly number[];
}

export const panels: readonly Panel[] = [
  {
    concept: own(72, "23256960", "Comprehensive Metabolic Panel", [systems.loinc, "24323-8"]),
    category: "laboratory",
    tests: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13],
  },
  {
    concept: own(72, "23256961", "Basic Metabolic Panel", [systems.loinc, "24321-2"]),
    category: "laboratory",
    tests: [0, 1, 2, 3, 4, 5, 6, 7],
  },
  {
    concept: own(72, "23256962", "CBC w/ Diff & Platelets", [systems.loinc, "58410-2"]),
    category: "laboratory",
    tests: [14, 15, 16, 17],
  },
  { concept: own(72, "21704940", "Troponin I", [systems.loinc, "10839-9"]), category: "laboratory", tests: [18] },
  { concept: own(72, "21704910", "Potassium Level", [systems.loinc, "2823-3"]), category: "laboratory", tests: [1] },
  // A test that this site has mapped to no standard code.
  { concept: own(72, "99812345", "Coag Screen (local)"), category: "laboratory", tests: [19] },
  {
    concept: own(72, "40277811", "XR Chest 2 Views", [systems.loinc, "36643-5", "XR Chest 2 Views"]),
    category: "radiology",
    tests: [],
  },
  {
    concept: own(72, "40277834", "CT Head w/o Contrast", [systems.loinc, "30799-1", "CT Head WO contrast"]),
    category: "radiology",
    tests: [],
  },
  {
    concept: own(72, "2700910", "Blood Culture", [systems.loinc, "600-7", "Bacteria identified in Blood by Culture"]),
    category: "microbiology",
    tests: [],
  },
];

export const panelsOf = (category: OrderCategory): number[] =>
  [...panels.keys()].filter((index) => panels[index]?.category === category);

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

/** What a culture can say; the first of them before anything grew. */
export const organisms: readonly Concept[] = [
  own(1021, "674001", "No growth to date", [systems.snomed, "264868006", "No growth"]),
  own(1021, "674012", "Escherichia coli", [systems.snomed, "112283007", "Escherichia coli (organism)"]),
  own(1021, "674019", "Staphylococcus aureus", [systems.snomed, "3092008", "Staphylococcus aureus (organism)"]),
  own(1021, "674033", "Klebsiella pneumoniae", [systems.snomed, "56415008", "Klebsiella pneumoniae (organism)"]),
];

/** What is tried against what grew: the least concentration that stops it, resistant from `high` on. */
export const susceptibilities: readonly Test[] = [
  test("674201", "Ampicillin", "28-1", "Ampicillin [Susceptibility] by MIC", "mcg/mL", "ug/mL", "0.5", "8.0"),
  test("674202", "Ceftriaxone", "141-2", "Ceftriaxone [Susceptibility] by MIC", "mcg/mL", "ug/mL", "0.25", "1.00"),
  test("674203", "Gentamicin", "267-5", "Gentamicin [Susceptibility] by MIC", "mcg/mL", "ug/mL", "0.5", "4.0"),
];

/** What radiologists dictate. */
export const findings: readonly string[] = [
  "No acute cardiopulmonary process.",
  "Small left pleural effusion; compare with the film of the day before.",
  "No hemorrhage, mass effect or midline shift.",
  "Degenerative changes < 5 mm, unchanged | stable.",
  "Correlate clinically; follow-up in 6-8 weeks & as needed.",
];
