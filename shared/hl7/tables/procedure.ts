import { codeMap } from "./code-map.ts";

export const procedureKind = codeMap({
  name: "procedureKind",
  table: "HL70230",
  systems: ["http://snomed.info/sct"],
  codes: {
    "103693007": "D",
    "277132007": "P",
    "387713003": "P",
    "394733009": "A",
    "399097000": "A",
    "103735009": "P",
  },
  names: { A: "Anesthesia", D: "Diagnostic procedure", P: "Procedure for treatment" },
  note: "SNOMED CT categories of FHIR's procedure-category and anaesthesia, decided here: HL7 gives no map.",
});

/** Code systems that services are billed by. */
export const billingSystems: ReadonlySet<string> = new Set([
  "http://www.ama-assn.org/go/cpt",
  "urn:oid:2.16.840.1.113883.6.12",
  "https://www.cms.gov/Medicare/Coding/HCPCSReleaseCodeSets",
  "http://terminology.hl7.org/CodeSystem/HCPCS",
  "http://www.cms.gov/Medicare/Coding/ICD10",
]);

/** Those of them whose codes are services; FT1-25 takes no other. */
export const serviceSystems: ReadonlySet<string> = new Set(
  [...billingSystems].filter((system) => !system.endsWith("/ICD10")),
);
