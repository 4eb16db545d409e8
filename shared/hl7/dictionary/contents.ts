/**
 * What the dictionary holds: the versions, the segments, and with them the data types that they need; the message
 * structures are those of the trigger table. The generator reads this: what is not named does not exist for the bridge.
 */

export const hl7Versions = ["2.3", "2.3.1", "2.4", "2.5", "2.5.1", "2.6", "2.7", "2.7.1", "2.8"] as const;

/** A version of HL7 v2 that the bridge can speak. Table HL70104. */
export type Hl7Version = (typeof hl7Versions)[number];

/** Segments that the message structures name, or that any message may carry. */
export const segmentNames = [
  ["MSH", "MSA", "ERR", "SFT", "UAC", "EVN", "DSC", "NTE"],
  ["PID", "PD1", "PDA", "MRG", "NK1", "ARV", "PRT", "PV1", "PV2", "DB1", "ROL", "CON"],
  ["AL1", "IAM", "IAR", "DG1", "DRG", "PR1", "GT1", "IN1", "IN2", "IN3", "ACC", "UB1", "UB2", "ABS", "BLC", "RMI"],
  ["ORC", "OBR", "OBX", "SPM", "SAC", "TQ1", "TQ2", "CTD", "CTI", "TCD", "BLG", "FT1", "RQD", "RQ1", "ODS", "ODT"],
  ["RXO", "RXE", "RXR", "RXC", "RXA", "SCH", "RGS", "AIS", "AIG", "AIL", "AIP", "TXA", "PRB", "PTH", "VAR", "GOL"],
  ["MFI", "MFE", "STF", "PRA", "ORG", "AFF", "LAN", "EDU", "CER", "LOC", "LCH", "LRL", "LDP", "LCC", "CDO", "RXV"],
].flat();

const valueTypes = ["AD", "CF", "CNE", "CP", "CQ", "CWE", "CX", "DR", "DT", "DTM", "ED", "EI", "FT", "ID", "IS"].concat(
  ["MA", "MO", "NA", "NM", "PPN", "RP", "SI", "SN", "ST", "TM", "TX", "XAD", "XCN", "XON", "XPN", "XTN"],
);

/** Withdrawn data types, with the last version that has them. */
const pastValueTypes = { CK: "2.4", CN: "2.4", PN: "2.4", TN: "2.4", CE: "2.5.1", TS: "2.5.1" } as const;

/** Data types that OBX-2 may name, beyond those that the fields of the segments need. Table HL70125. */
export function valueTypeNamesOf(version: Hl7Version): string[] {
  const past = Object.entries(pastValueTypes).filter(
    ([, last]) => hl7Versions.indexOf(version) <= hl7Versions.indexOf(last),
  );
  return [...valueTypes, ...past.map(([name]) => name)];
}
