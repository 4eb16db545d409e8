import { nextMeta } from "../telling.ts";
import type { Example, Listener } from "./example.ts";

const nothing = (status: fhir4.DiagnosticReport["status"]) => report(status, []);
const [waiting, alone] = [{ settings: { settle: "30d" } }, { settings: { settle: "0s" } }] as const;
const registered: Listener = { settings: { options: ["registered-results"] } };
const beside = (...context: fhir4.FhirResource[]): Listener => ({ context: context as Listener["context"] & object });
const ordered = { basedOn: [{ reference: "ServiceRequest/31" }] };
const order: fhir4.ServiceRequest = {
  resourceType: "ServiceRequest",
  id: "31",
  status: "active",
  intent: "order",
  code: { text: "Panel" },
  subject: { reference: "Patient/12" },
};
const told = () => [potassium("final"), report("final")];
const ofAnother = { subject: { reference: "Patient/34" } };

export const resultExamples: readonly Example[] = [
  ["R1 on its way", [], nothing("registered"), ["R1 result.registered R01"], registered],
  ["R1 to who did not ask for it", [], nothing("registered"), []],
  ["R1 on its way, once", [nothing("registered")], report("registered"), [], registered],

  ["R2 preliminary", [potassium("preliminary")], report("preliminary"), ["R2 result.preliminary R01"], waiting],
  ["R2 some of it", [potassium("final")], report("partial", ["L-1", "L-2"]), ["R2 result.preliminary R01"], waiting],
  [
    "R2 another value",
    [potassium("preliminary"), report("preliminary")],
    potassium("preliminary", 5.9),
    ["R2 result.preliminary R01"],
    waiting,
  ],
  [
    "R2 of another patient",
    [potassium("preliminary"), report("preliminary")],
    report("preliminary", ["L-1"], ofAnother),
    ["R7 result.entered-in-error R01", "R2 result.preliminary R01"],
    waiting,
  ],
  [
    "R2 final, and its time is over before all is there",
    [potassium("preliminary")],
    report("final"),
    ["R2 result.preliminary R01"],
  ],
  ["R2 final, and more may come", [potassium("preliminary")], report("final"), [], waiting],
  ["R2 nothing to show", [], report("preliminary"), []],
  ["R2 the same value", [potassium("preliminary"), report("preliminary")], potassium("preliminary"), [], waiting],
  ["R2 not final any more: HL7 has no way back", told(), report("preliminary"), []],

  ["R3 final", [potassium("final")], report("final"), ["R3 result.final R01"], waiting],
  [
    "R3 after preliminary",
    [potassium("preliminary"), report("preliminary"), report("final")],
    potassium("final"),
    ["R3 result.final R01"],
    waiting,
  ],
  ["R3 the report came first", [report("final")], potassium("final"), ["R3 result.final R01"], waiting],
  [
    "R3 the results came first",
    [potassium("final"), sodium("final")],
    report("final", ["L-1", "L-2"]),
    ["R3 result.final R01"],
    waiting,
  ],
  ["R3 no report", [], potassium("final"), ["R3 result.final R01"]],
  ["R3 no report yet", [], potassium("final"), [], waiting],
  ["R3 a vital sign, of which there is none", [], pulse("final"), ["R3 result.final R01"], waiting],
  ["R3 final, once", told(), report("final"), []],
  ["R3 one result lacks", [potassium("final")], report("final", ["L-1", "L-2"]), [], waiting],
  ["R3 nobody knows what became of it", [], potassium("unknown"), []],

  ["R4 corrected", told(), report("corrected", ["L-1"], { conclusion: "Haemolysed" }), ["R4 result.corrected R01"]],
  ["R4 amended, with the same values", told(), report("amended"), ["R4 result.corrected R01"]],
  ["R4 added to", told(), report("appended", ["L-1"], { conclusion: "See below" }), ["R4 result.corrected R01"]],
  ["R4 one value, and the report stays as it was", told(), potassium("corrected", 3.9), ["R4 result.corrected R01"]],
  ["R4 one value was an error", told(), potassium("entered-in-error"), ["R4 result.corrected R01"]],
  ["R4 once more", [...told(), potassium("corrected", 3.9)], potassium("corrected", 4), ["R4 result.corrected R01"]],
  ["R4 corrected when first seen", [potassium("corrected")], report("corrected"), ["R4 result.corrected R01"]],
  [
    "R4 after it was not final for a while",
    [...told(), report("preliminary")],
    report("final", ["L-1"], { conclusion: "Haemolysed" }),
    ["R4 result.corrected R01"],
  ],
  ["R4 as it was, after it was not final for a while", [...told(), report("preliminary")], report("final"), []],
  ["R4 the narrative", told(), report("final", ["L-1"], { text: { status: "generated", div: "<div/>" } }), []],
  ["R4 one result lacks for now", told(), report("corrected", ["L-1", "L-2"]), []],

  ["R5 called off", [nothing("registered")], nothing("cancelled"), ["R5 result.cancelled R01"]],
  [
    "R5 after a value was there",
    [potassium("preliminary"), report("preliminary")],
    report("cancelled"),
    ["R5 result.cancelled R01"],
  ],
  ["R5 known by its order", [], report("cancelled", [], ordered), ["R5 result.cancelled R01"], beside(order)],
  ["R5 nobody had heard of it", [], nothing("cancelled"), []],
  ["R5 called off once", [nothing("registered"), nothing("cancelled")], report("cancelled", [], ordered), []],

  ["R6 an error", told(), report("entered-in-error"), ["R6 result.entered-in-error R01"]],
  [
    "R6 a result without a report",
    [potassium("final")],
    potassium("entered-in-error"),
    ["R6 result.entered-in-error R01"],
    alone,
  ],
  ["R6 nobody had heard of it", [], report("entered-in-error"), []],
  ["R6 before anything was to be seen", [nothing("registered")], nothing("entered-in-error"), []],
  [
    "R7 written for the wrong patient",
    told(),
    report("final", ["L-1"], ofAnother),
    ["R7 result.entered-in-error R01", "R3 result.final R01"],
  ],
  [
    "R7 written for the wrong patient, and corrected with it",
    told(),
    report("corrected", ["L-1"], ofAnother),
    ["R7 result.entered-in-error R01", "R4 result.corrected R01"],
  ],
  ["R7 nobody had heard of it", [nothing("registered")], report("registered", [], ofAnother), []],
  [
    "R7 to who keeps copies",
    told(),
    report("final", ["L-1"], ofAnother),
    ["R4 result.corrected R01"],
    { format: "webhook", ...alone },
  ],
  [
    "R6 an error once",
    [...told(), report("entered-in-error")],
    report("entered-in-error", ["L-1"], { conclusion: "-" }),
    [],
  ],
];

function report(
  status: fhir4.DiagnosticReport["status"],
  results = ["L-1"],
  changes: Partial<fhir4.DiagnosticReport> = {},
): fhir4.DiagnosticReport {
  return {
    resourceType: "DiagnosticReport",
    id: "701",
    meta: nextMeta(),
    status,
    code: { text: "Basic metabolic panel" },
    subject: { reference: "Patient/12" },
    result: results.map((id) => ({ reference: `Observation/${id}` })),
    ...changes,
  };
}

function potassium(status: fhir4.Observation["status"], value = 4.1): fhir4.Observation {
  return observation("L-1", "laboratory", status, value);
}

function sodium(status: fhir4.Observation["status"], value = 140): fhir4.Observation {
  return observation("L-2", "laboratory", status, value);
}

function pulse(status: fhir4.Observation["status"], value = 72): fhir4.Observation {
  return observation("VS-1", "vital-signs", status, value);
}

function observation(
  id: string,
  category: string,
  status: fhir4.Observation["status"],
  value: number,
): fhir4.Observation {
  return {
    resourceType: "Observation",
    id,
    meta: nextMeta(),
    status,
    category: [{ coding: [{ code: category }] }],
    code: { text: id },
    subject: { reference: "Patient/12" },
    valueQuantity: { value, unit: "mmol/L" },
  };
}
