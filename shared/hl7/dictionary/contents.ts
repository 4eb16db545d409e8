/**
 * What the dictionary holds: the versions, the message structures, and with them the segments and data types that
 * they need. The generator reads this; a structure or a segment that is not named here does not exist for the bridge.
 */

export const hl7Versions = ["2.3", "2.3.1", "2.4", "2.5", "2.5.1", "2.6", "2.7", "2.7.1", "2.8"] as const;

/** A version of HL7 v2 that the bridge can speak. Table HL70104. */
export type Hl7Version = (typeof hl7Versions)[number];

/** Message structures, table HL70354. Each version has those of them that it defines. */
export const structureNames = [
  ["ACK"],
  ["ADT_A01", "ADT_A02", "ADT_A03", "ADT_A04", "ADT_A05", "ADT_A06", "ADT_A07", "ADT_A08", "ADT_A09"],
  ["ADT_A10", "ADT_A11", "ADT_A12", "ADT_A13", "ADT_A14", "ADT_A15", "ADT_A16", "ADT_A21", "ADT_A22", "ADT_A23"],
  ["ADT_A25", "ADT_A26", "ADT_A27", "ADT_A28", "ADT_A29", "ADT_A30", "ADT_A31", "ADT_A37", "ADT_A38", "ADT_A39"],
  ["ADT_A40", "ADT_A41", "ADT_A42", "ADT_A43", "ADT_A44", "ADT_A45", "ADT_A47", "ADT_A50", "ADT_A51"],
  ["ADT_A52", "ADT_A53", "ADT_A54", "ADT_A55", "ADT_A60", "ADT_A61", "ADT_A62"],
  ["SIU_S12", "ORU_R01", "ORM_O01", "OML_O21", "OMG_O19", "OMP_O09"],
  ["RDE_O01", "RDE_O11", "RAS_O01", "RAS_O17", "VXU_V04", "MDM_T01", "MDM_T02"],
  ["DFT_P03", "BAR_P01", "BAR_P02", "BAR_P05", "BAR_P06", "BAR_P12", "PPR_PC1", "MFN_M02", "MFN_M05"],
].flat();

/** Segments that the structures above name, or that any message may carry. */
export const segmentNames = [
  ["MSH", "MSA", "ERR", "SFT", "UAC", "EVN", "DSC", "NTE"],
  ["PID", "PD1", "PDA", "MRG", "NK1", "ARV", "PRT", "PV1", "PV2", "DB1", "ROL", "CON"],
  ["AL1", "IAM", "IAR", "DG1", "DRG", "PR1", "GT1", "IN1", "IN2", "IN3", "ACC", "UB1", "UB2", "ABS", "BLC", "RMI"],
  ["ORC", "OBR", "OBX", "SPM", "SAC", "TQ1", "TQ2", "CTD", "CTI", "TCD", "BLG", "FT1", "RQD", "RQ1", "ODS", "ODT"],
  ["RXO", "RXE", "RXR", "RXC", "RXA", "SCH", "RGS", "AIS", "AIG", "AIL", "AIP", "TXA", "PRB", "PTH", "VAR", "GOL"],
  ["MFI", "MFE", "STF", "PRA", "ORG", "AFF", "LAN", "EDU", "CER", "LOC", "LCH", "LRL", "LDP", "LCC"],
].flat();

/** Data types that OBX-2 may name, beyond those that the fields of the segments need. Table HL70125. */
export const valueTypeNames = [
  "AD",
  "CE",
  "CF",
  "CK",
  "CN",
  "CNE",
  "CP",
  "CQ",
  "CWE",
  "CX",
  "DR",
  "DT",
  "DTM",
  "ED",
].concat(
  ["EI", "FT", "ID", "IS", "MA", "MO", "NA", "NM", "PN", "PPN", "RP", "SI", "SN", "ST", "TM", "TN", "TS", "TX"],
  ["XAD", "XCN", "XON", "XPN", "XTN"],
);
