import { codeMap } from "./code-map.ts";
import { codeSystem } from "./code-systems.ts";

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

const serviceSystemIds: ReadonlySet<string> = new Set(["C4", "HCPCS"]);

/** Whether its codes are services, CPT or HCPCS; FT1-25 goes by these. */
export function isServiceSystem(system: string | undefined): boolean {
  return serviceSystemIds.has(codeSystem(system).id);
}

/** Whether services are billed by its codes: by ICD-10-PCS too. */
export function isBillingSystem(system: string | undefined): boolean {
  return isServiceSystem(system) || codeSystem(system).id === "I10P";
}
