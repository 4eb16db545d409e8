import { codeMap, terminology } from "./code-map.ts";

export const confidentiality = codeMap({
  name: "confidentiality",
  table: "HL70177",
  systems: [`${terminology}/v3-Confidentiality`],
  codes: { V: "V", R: "R", N: "U" },
  names: { V: "Very restricted", R: "Restricted", U: "Usual control" },
  note: "By the confidentiality of v3.",
});

export const orderStatus = codeMap({
  name: "orderStatus",
  table: "HL70038",
  systems: ["http://hl7.org/fhir/request-status"],
  codes: {
    active: "IP",
    "on-hold": "HD",
    revoked: "CA",
    completed: "CM",
    "entered-in-error": "CA",
    draft: null,
    unknown: null,
  },
  note: "ORC-5; in error is CA, since ER means that the order was not found.",
});

export const requestPriority = codeMap({
  name: "requestPriority",
  table: "HL70485",
  systems: ["http://hl7.org/fhir/request-priority"],
  codes: { stat: "S", asap: "A", urgent: "A", routine: "R" },
  names: { S: "Stat", A: "ASAP", R: "Routine" },
  note: "HL70485; `urgent` takes the code of `asap`, the nearest there is.",
});

export const specimenAction = codeMap({
  name: "specimenAction",
  table: "HL70065",
  systems: ["http://hl7.org/fhir/request-intent"],
  codes: { "reflex-order": "G" },
  note: "v2-to-FHIR IG: only a reflex order says so.",
});

export const orderType = codeMap({
  name: "orderType",
  table: "HL70482",
  systems: [`${terminology}/v2-0004`, `${terminology}/v3-RoleCode`, `${terminology}/medicationrequest-category`],
  codes: {
    I: "I",
    E: "O",
    O: "O",
    P: "I",
    R: "O",
    B: "I",
    HOSP: "I",
    OF: "O",
    inpatient: "I",
    outpatient: "O",
    community: "O",
    discharge: "O",
  },
  names: { I: "Inpatient Order", O: "Outpatient Order" },
  note: "v2-to-FHIR IG for a place; by the patient class where none is told.",
});

export const diagnosticService = codeMap({
  name: "diagnosticService",
  table: "HL70074",
  systems: ["http://snomed.info/sct", "http://loinc.org", `${terminology}/observation-category`],
  codes: {
    "108252007": "LAB",
    "363679005": "RAD",
    "387713003": "OTH",
    "409063005": "OTH",
    "LP29684-5": "RAD",
    "LP7839-6": "PAT",
    laboratory: "LAB",
    imaging: "RAD",
  },
  isOpen: true,
  note: "The categories of US Core and of FHIR; codes of HL70074 stay as they are.",
});

/** HL70335 by code of v3-GTSAbbreviation, or by the SNOMED CT codes that Millennium puts beside its own. */
export const repeatPattern = codeMap({
  name: "repeatPattern",
  table: "HL70335",
  systems: [`${terminology}/v3-GTSAbbreviation`, "http://snomed.info/sct"],
  codes: {
    BID: "BID",
    TID: "TID",
    QID: "QID",
    AM: "QAM",
    PM: "QPM",
    QD: "Q1D",
    QOD: "QOD",
    Q1H: "Q1H",
    Q2H: "Q2H",
    Q3H: "Q3H",
    Q4H: "Q4H",
    Q6H: "Q6H",
    Q8H: "Q8H",
    BED: "QHS",
    WK: "Q1W",
    MO: "Q1L",
    "229797004": "Q1D",
    "229799001": "BID",
    "229798009": "TID",
    "307439001": "QID",
    "225756002": "Q4H",
    "307468000": "Q6H",
    "307469008": "Q8H",
    "307470009": "Q12H",
    "396142006": "QHS",
  },
  isOpen: true,
  note: "Decided here; codes of other systems are no patterns.",
});
