import { codeMap } from "./code-map.ts";

export const allergyCategory = codeMap({
  name: "allergyCategory",
  table: "HL70127",
  systems: ["http://hl7.org/fhir/allergy-intolerance-category"],
  codes: { medication: "DA", food: "FA", environment: "EA", biologic: "DA" },
  names: {
    DA: "Drug allergy",
    FA: "Food allergy",
    EA: "Environmental allergy",
    MA: "Miscellaneous allergy",
  },
  note: "biologic is DA: the IG says AA, which means an animal.",
});

/** SNOMED CT codes that say that no allergy is known, with the class of HL70127 that they speak of. */
export const noKnownAllergy: ReadonlyMap<string, { readonly code: string; readonly display: string }> = new Map([
  ["716186003", { code: "MA", display: "Miscellaneous allergy" }],
  ["409137002", { code: "DA", display: "Drug allergy" }],
  ["429625007", { code: "FA", display: "Food allergy" }],
  ["428607008", { code: "EA", display: "Environmental allergy" }],
]);

export const allergySeverity = codeMap({
  name: "allergySeverity",
  table: "HL70128",
  systems: ["http://hl7.org/fhir/reaction-event-severity"],
  codes: { severe: "SV", moderate: "MO", mild: "MI" },
  names: { SV: "Severe", MO: "Moderate", MI: "Mild" },
  note: "reaction.severity.",
});

export const allergyCriticality = codeMap({
  name: "allergyCriticality",
  table: "HL70128",
  systems: ["http://hl7.org/fhir/allergy-intolerance-criticality"],
  codes: { high: "SV", low: "MI", "unable-to-assess": "U" },
  names: { SV: "Severe", MI: "Mild", U: "Unknown" },
  note: "Where no reaction has a severity.",
});

export const allergyType = codeMap({
  name: "allergyType",
  table: "HL70436",
  systems: ["http://hl7.org/fhir/allergy-intolerance-type"],
  codes: { allergy: "AL", intolerance: "IN" },
  names: { AL: "Allergy", IN: "Intolerance" },
  note: "Decided here: HL7 gives no map.",
});

export const allergyStatus = codeMap({
  name: "allergyStatus",
  table: "HL70438",
  systems: ["verificationStatus/clinicalStatus"],
  codes: { "entered-in-error": "E", refuted: "D", inactive: "I", resolved: "I", confirmed: "C", unconfirmed: "U" },
  names: {
    C: "Confirmed or verified",
    D: "Doubt raised",
    E: "Erroneous",
    I: "Confirmed but inactive",
    U: "Unconfirmed",
  },
  note: "Decided here: HL7 gives no map.",
});
