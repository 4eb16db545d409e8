import { type Hl7Version, hl7Versions } from "./contents.ts";

/**
 * Which message structure (MSH-9.3) a trigger event has in which versions. Tables HL70354 and HL70003.
 *
 * Version 2.3 has no MSH-9.3; its grammars are those of the structures that 2.3.1 named. Where the chapter text and
 * table 0354 disagree, the row has what parsers of that version know: A12 is ADT_A09 in 2.4, A47 is ADT_A44 from 2.7 on.
 * ORM^O01 left the standard in 2.7 and is still what many receivers of later versions take.
 */
const rows: readonly (readonly [structure: string, first: Hl7Version, last: Hl7Version, triggers: string])[] = [
  ["ADT_A01", "2.3", "2.3.1", "ADT^A01 ADT^A04 ADT^A05 ADT^A08 ADT^A13 ADT^A14 ADT^A28 ADT^A31"],
  ["ADT_A01", "2.4", "2.8", "ADT^A01 ADT^A04 ADT^A08 ADT^A13"],
  ["ADT_A02", "2.3", "2.3.1", "ADT^A02 ADT^A21 ADT^A22 ADT^A23 ADT^A25 ADT^A26 ADT^A27 ADT^A29"],
  ["ADT_A02", "2.4", "2.8", "ADT^A02"],
  ["ADT_A03", "2.3", "2.8", "ADT^A03"],
  ["ADT_A05", "2.4", "2.8", "ADT^A05 ADT^A14 ADT^A28 ADT^A31"],
  ["ADT_A06", "2.3", "2.8", "ADT^A06 ADT^A07"],
  ["ADT_A09", "2.3", "2.3.1", "ADT^A09 ADT^A10 ADT^A11 ADT^A15"],
  ["ADT_A09", "2.4", "2.4", "ADT^A09 ADT^A10 ADT^A11 ADT^A12"],
  ["ADT_A09", "2.5", "2.8", "ADT^A09 ADT^A10 ADT^A11"],
  ["ADT_A12", "2.3", "2.3.1", "ADT^A12"],
  ["ADT_A12", "2.5", "2.8", "ADT^A12"],
  ["ADT_A15", "2.4", "2.8", "ADT^A15"],
  ["ADT_A16", "2.3", "2.8", "ADT^A16"],
  ["ADT_A21", "2.4", "2.8", "ADT^A21 ADT^A22 ADT^A23 ADT^A25 ADT^A26 ADT^A27 ADT^A29"],
  ["ADT_A24", "2.3", "2.8", "ADT^A24"],
  ["ADT_A30", "2.3", "2.6", "ADT^A34 ADT^A46 ADT^A47"],
  ["ADT_A37", "2.3", "2.8", "ADT^A37"],
  ["ADT_A38", "2.3", "2.8", "ADT^A38"],
  ["ADT_A39", "2.3", "2.8", "ADT^A40 ADT^A41 ADT^A42"],
  ["ADT_A43", "2.3", "2.6", "ADT^A43 ADT^A44"],
  ["ADT_A43", "2.7", "2.8", "ADT^A43"],
  ["ADT_A44", "2.7", "2.8", "ADT^A44 ADT^A47"],
  ["ADT_A45", "2.3", "2.8", "ADT^A45"],
  ["ADT_A50", "2.3", "2.8", "ADT^A50 ADT^A51"],
  ["ADT_A52", "2.4", "2.5.1", "ADT^A52 ADT^A53 ADT^A55"],
  ["ADT_A52", "2.6", "2.8", "ADT^A52 ADT^A53"],
  ["ADT_A54", "2.4", "2.5.1", "ADT^A54"],
  ["ADT_A54", "2.6", "2.8", "ADT^A54 ADT^A55"],
  ["ADT_A60", "2.4", "2.8", "ADT^A60"],
  ["ADT_A61", "2.4", "2.8", "ADT^A61 ADT^A62"],
  ["SIU_S12", "2.3", "2.8", "SIU^S12 SIU^S13 SIU^S14 SIU^S15 SIU^S16 SIU^S17 SIU^S18 SIU^S19 SIU^S20 SIU^S21"],
  ["SIU_S12", "2.3", "2.8", "SIU^S22 SIU^S23 SIU^S24 SIU^S26"],
  ["ORU_R01", "2.3", "2.8", "ORU^R01"],
  ["ORM_O01", "2.3", "2.8", "ORM^O01"],
  ["OML_O21", "2.4", "2.8", "OML^O21"],
  ["OMG_O19", "2.4", "2.8", "OMG^O19"],
  ["OMP_O09", "2.4", "2.8", "OMP^O09"],
  ["RDE_O01", "2.3", "2.3.1", "RDE^O01"],
  ["RDE_O11", "2.4", "2.8", "RDE^O11"],
  ["RAS_O01", "2.3", "2.3.1", "RAS^O01"],
  ["RAS_O17", "2.4", "2.8", "RAS^O17"],
  ["VXU_V04", "2.3", "2.8", "VXU^V04"],
  ["MDM_T01", "2.3", "2.8", "MDM^T01 MDM^T03 MDM^T05 MDM^T07 MDM^T09 MDM^T11"],
  ["MDM_T02", "2.3", "2.8", "MDM^T02 MDM^T04 MDM^T06 MDM^T08 MDM^T10"],
  ["DFT_P03", "2.3", "2.8", "DFT^P03"],
  ["BAR_P01", "2.3", "2.8", "BAR^P01"],
  ["BAR_P02", "2.3", "2.8", "BAR^P02"],
  ["BAR_P05", "2.3", "2.8", "BAR^P05"],
  ["BAR_P06", "2.3", "2.8", "BAR^P06"],
  ["BAR_P12", "2.5", "2.8", "BAR^P12"],
  ["PPR_PC1", "2.3", "2.8", "PPR^PC1 PPR^PC2 PPR^PC3"],
  ["MFN_M02", "2.3", "2.8", "MFN^M02"],
  ["MFN_M05", "2.3", "2.8", "MFN^M05"],
];

/**
 * The event by which 2.3 and 2.3.1 say what later versions have an event of its own for: every order was ORM^O01, encoded
 * prescriptions RDE^O01, administrations RAS^O01.
 */
const predecessors: Readonly<Record<string, string>> = {
  "OML^O21": "ORM^O01",
  "OMG^O19": "ORM^O01",
  "OMP^O09": "ORM^O01",
  "RDE^O11": "RDE^O01",
  "RAS^O17": "RAS^O01",
};

/** The version that the mapping tables are written in; every other is made from it. */
export const mappingVersion: Hl7Version = "2.5.1";

/** A trigger event as a version has it. */
export interface TriggerForm {
  /** MSH-9.1 */
  readonly messageCode: string;
  /** MSH-9.2 */
  readonly event: string;
  /** MSH-9.3, from 2.3.1 on; names the grammar in every version. */
  readonly structure: string;
}

const forms: Readonly<Record<string, Map<string, TriggerForm>>> = Object.fromEntries(
  hl7Versions.map((version) => [version, new Map<string, TriggerForm>()]),
);
for (const [structure, first, last, triggers] of rows) {
  for (const version of hl7Versions.slice(hl7Versions.indexOf(first), hl7Versions.indexOf(last) + 1)) {
    for (const trigger of triggers.split(" ")) {
      const [messageCode = "", event = ""] = trigger.split("^");
      forms[version]?.set(trigger, { messageCode, event, structure });
    }
  }
}

/**
 * How a version says a trigger: itself, or by the event that it had for the purpose (`OML^O21` is `ORM^O01` in 2.3).
 *
 * @returns undefined where the version has no event for it (`ADT^A60` in 2.3)
 */
export function triggerFormOf(trigger: string, version: Hl7Version): TriggerForm | undefined {
  const form = forms[version]?.get(trigger);
  if (form !== undefined) return form;
  const [messageCode = "", event = ""] = trigger.split("^");
  if (messageCode === "ACK") return { messageCode, event, structure: "ACK" };
  const predecessor = predecessors[trigger];
  return predecessor === undefined ? undefined : triggerFormOf(predecessor, version);
}

/** The triggers that a version has a message structure for, in the order of the table. */
export function triggersOf(version: Hl7Version): string[] {
  return [...(forms[version]?.keys() ?? [])];
}

/** The message structures of a version, each once. */
export function structureNamesOf(version: Hl7Version): string[] {
  return ["ACK", ...new Set([...(forms[version]?.values() ?? [])].map(({ structure }) => structure))];
}
