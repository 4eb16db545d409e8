import { codeMap, terminology } from "./code-map.ts";

export const docStatus = codeMap({
  name: "docStatus",
  table: "HL70271",
  systems: ["http://hl7.org/fhir/composition-status"],
  codes: { preliminary: "IP", final: "AU", amended: "AU", "entered-in-error": "AU" },
  note: "Decided here: HL7 gives no map.",
});

export const docAvailability = codeMap({
  name: "docAvailability",
  table: "HL70273",
  systems: ["http://hl7.org/fhir/document-reference-status"],
  codes: { current: "AV", superseded: "OB", "entered-in-error": "CA" },
  note: "Decided here: HL7 gives no map.",
});

export const docConfidentiality = codeMap({
  name: "docConfidentiality",
  table: "HL70272",
  systems: [`${terminology}/v3-Confidentiality`],
  codes: { U: "U", L: "U", M: "U", N: "U", R: "R", V: "V" },
  names: { U: "Usual control", R: "Restricted", V: "Very restricted" },
  note: "Decided here: HL7 gives no map.",
});

export const documentType = codeMap({
  name: "documentType",
  table: "HL70270",
  systems: ["http://loinc.org"],
  codes: {
    "18842-5": "DS",
    "34117-2": "HP",
    "11488-4": "CN",
    "11506-3": "PR",
    "11504-8": "OP",
    "34111-5": "ED",
    "28570-0": "PN",
    "18761-7": "TS",
    "18748-4": "DI",
    "11526-1": "SP",
    "18743-5": "AR",
    "34788-0": "PC",
  },
  note: "LOINC to HL70270, decided here.",
});
