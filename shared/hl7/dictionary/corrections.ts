import { type Hl7Version, hl7Versions } from "./contents.ts";

/**
 * Where the full dictionary (hl7v2-dictionary 1.8.0) differs from the standard, and why. The generator applies these;
 * test/hl7/dictionary-corrections.test.ts holds the result against the field tables of another implementation.
 *
 * A field is named `PID-5`, a component of a data type `XPN.10`.
 */
export interface FieldCorrection {
  readonly versions: readonly Hl7Version[];
  readonly at: readonly string[];
  readonly is: {
    readonly type?: string;
    readonly usage?: "R" | "O" | "C" | "B" | "W";
    readonly repeats?: number | "*";
    readonly length?: number | undefined;
    readonly table?: number | undefined;
    readonly name?: string;
  };
  readonly reason: string;
}

/** Text edits of a message structure, in the notation of `parseStructure`. */
export interface StructureCorrection {
  readonly versions: readonly Hl7Version[];
  readonly structures: readonly string[];
  /** What is replaced; without it, the whole structure. */
  readonly find?: string;
  readonly by: string;
  readonly reason: string;
}

function between(first: Hl7Version, last: Hl7Version): Hl7Version[] {
  return hl7Versions.slice(hl7Versions.indexOf(first), hl7Versions.indexOf(last) + 1);
}

function since(first: Hl7Version): Hl7Version[] {
  return between(first, "2.8");
}

function positions(segment: string, ...numbers: readonly number[]): string[] {
  return numbers.map((number) => `${segment}-${number}`);
}

/** Segments that the dictionary has in a version that did not have them yet. */
export const absentSegments: Readonly<Record<string, readonly Hl7Version[]>> = {
  // Came with 2.4, as ADT^A60 did.
  IAM: ["2.3", "2.3.1"],
  // Came with 2.6.
  CON: between("2.3", "2.5.1"),
};

/** Fields that came later than the dictionary says: the segment ends before them. */
export const absentFields: readonly { readonly versions: readonly Hl7Version[]; readonly from: string }[] = [
  // Parent Order came with 2.7.1.
  { versions: ["2.7"], from: "OBR-54" },
  // A composite name ends with the assigning authority; telephone numbers of a person are no part of it.
  { versions: between("2.3", "2.4"), from: "CN.10" },
];

/**
 * From 2.7 on the standard gives a length for coded values, set ids and a few control fields only; the dictionary still
 * carries the lengths of 2.6 for all others.
 */
export const lengthsSince27 = {
  versions: since("2.7"),
  types: ["ID", "SI"],
  fields: [
    ...["MSH-1", "MSH-2", "MSH-10", "MSA-2", "PR1-14", "GT1-15", "FT1-2", "FT1-3"],
    ...positions("UB2", 2, 4, 5, 9, 10, 11, 12, 13, 14, 15, 16, 17),
  ],
};

export const fieldCorrections: readonly FieldCorrection[] = [
  {
    versions: since("2.7"),
    at: [
      ...[
        "AL1-6",
        "DG1-14",
        "ERR-1",
        "EVN-1",
        "GOL-15",
        "MRG-2",
        "MRG-4",
        "MSA-3",
        "ORC-7",
        "PD1-4",
        "PV1-52",
        "RXE-1",
      ],
      ...[
        "SAC-6",
        "SCH-11",
        "PTA.3",
        "RMC.3",
        "PPN.7",
        "PPN.18",
        "XAD.12",
        "XCN.7",
        "XCN.17",
        "XON.3",
        "XPN.6",
        "XPN.10",
      ],
      ...positions("PID", 2, 4, 9, 12, 19, 20),
      ...positions("OBR", 5, 6, 15, 27),
      ...positions("UB1", 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23),
    ],
    is: { usage: "W", type: "ST", length: undefined, table: undefined },
    reason: "Withdrawn in 2.7; the dictionary has them as text that older receivers may still get",
  },
  {
    versions: since("2.6"),
    at: [
      ...["DG1-2", "DG1-4", "DG1-14", "FT1-8", "FT1-9", "IN1-38", "IN1-40", "IN1-41", "MSA-5", "UB1-2", "XTN.1"],
      ...positions("PR1", 2, 4, 8, 11, 12),
    ],
    is: { usage: "W", type: "ST", repeats: 1, length: undefined, table: undefined },
    reason: "Withdrawn in 2.6; the dictionary keeps them",
  },
  {
    versions: ["2.5", "2.5.1"],
    at: ["MSA-5"],
    is: { usage: "W" },
    reason: "Withdrawn in 2.5, without a type and a length",
  },
  {
    versions: since("2.7"),
    at: ["MSA-6"],
    is: { usage: "W" },
    reason: "Withdrawn in 2.7 in favour of ERR",
  },
  {
    versions: ["2.6"],
    at: ["MSA-6"],
    is: { type: "CNE" },
    reason: "2.6 has no field of type CE any more",
  },
  {
    versions: ["2.6"],
    at: ["DG1-7", "DG1-8"],
    is: { type: "CNE" },
    reason: "CE became CNE here, not CWE",
  },
  {
    versions: since("2.7"),
    at: ["DG1-7", "DG1-8"],
    is: { type: "CNE", usage: "B" },
    reason: "Kept for older receivers with its type; the dictionary has every such field as ST",
  },
  { versions: since("2.7"), at: ["DG1-9"], is: { type: "ID", table: 136 }, reason: "As above" },
  { versions: since("2.7"), at: ["DG1-10", "DG1-11", "PID-28", "PV1-40"], is: { type: "CWE" }, reason: "As above" },
  { versions: since("2.7"), at: ["DG1-12", "SCH-9"], is: { type: "NM" }, reason: "As above" },
  { versions: since("2.7"), at: ["DG1-13"], is: { type: "CP" }, reason: "As above" },
  { versions: since("2.7"), at: ["OBR-14"], is: { type: "DTM" }, reason: "As above" },
  { versions: ["2.7", "2.7.1"], at: ["RXE-8"], is: { type: "LA1" }, reason: "As above" },
  {
    versions: since("2.7"),
    at: ["OBX-5", "MFE-4"],
    is: { type: "VARIES" },
    reason: "Its type is what OBX-2 and MFE-5 name, as in the versions before",
  },
  {
    versions: ["2.6"],
    at: ["DG1-3"],
    is: { usage: "R" },
    reason: "Required since DG1-4, the text in its place, is withdrawn",
  },
  {
    versions: ["2.5", "2.5.1"],
    at: ["OBX-2"],
    is: { repeats: 1 },
    reason: "The dictionary has the table number, 125, as the number of repeats",
  },
  {
    versions: ["2.4", "2.5", "2.5.1"],
    at: ["OBX-2"],
    is: { length: 3 },
    reason: "Its table has codes of three characters (CWE, DTM); 2.6 puts it right",
  },
  {
    versions: ["2.5", "2.5.1"],
    at: ["SPM-17"],
    is: { length: 53 },
    reason: "A range holds two times of 26 characters, as FT1-4 has it",
  },
  {
    versions: ["2.5.1"],
    at: positions("OBX", 20, 21, 22),
    is: { type: "VARIES" },
    reason: "Reserved: no type before 2.6",
  },
  {
    versions: ["2.6"],
    at: ["IN2-58", "OBX-20"],
    is: { repeats: "*" },
    reason: "Repeats without limit in 2.6 as in the versions around it",
  },
  {
    versions: ["2.5.1", "2.6"],
    at: ["OBR-17", "ORC-14", "ODS-4", "UB2-8", "UB2-9", "UB2-10", "UB2-16"],
    is: { repeats: 2 },
    reason: "Bounded in the standard; the dictionary has it without limit in these versions",
  },
  { versions: ["2.5.1", "2.6"], at: ["UB2-12"], is: { repeats: 3 }, reason: "As above" },
  { versions: ["2.5.1", "2.6"], at: ["UB1-7", "UB1-16", "UB2-14"], is: { repeats: 5 }, reason: "As above" },
  { versions: ["2.5.1", "2.6"], at: ["UB2-3"], is: { repeats: 7 }, reason: "As above" },
  { versions: ["2.5.1", "2.6"], at: ["UB1-10", "UB2-7"], is: { repeats: 8 }, reason: "As above" },
  { versions: ["2.5.1", "2.6"], at: ["ERR-6", "ODS-2", "ODT-2"], is: { repeats: 10 }, reason: "As above" },
  { versions: ["2.5.1", "2.6"], at: ["UB2-6"], is: { repeats: 12 }, reason: "As above" },
  { versions: ["2.5.1", "2.6"], at: ["ODS-3"], is: { repeats: 20 }, reason: "As above" },
  { versions: ["2.5.1", "2.6"], at: ["UB2-13"], is: { repeats: 23 }, reason: "As above" },
  { versions: ["2.4"], at: ["PID-38"], is: { repeats: 1 }, reason: "Does not repeat" },
  {
    versions: since("2.6"),
    at: ["PID-38"],
    is: { repeats: 1 },
    reason: "The dictionary has its usage code, 2, as repeats",
  },
  {
    versions: ["2.7"],
    at: ["OBR-13"],
    is: { type: "ST", repeats: 1, table: undefined },
    reason: "Became a repeating CWE with 2.7.1",
  },
  {
    versions: ["2.3"],
    at: ["PID-5", "PV1-7", "PV1-8", "PV1-15", "PV1-17"],
    is: { repeats: "*" },
    reason: "Repeats in 2.3",
  },
  {
    versions: ["2.3.1"],
    at: ["OBX-4"],
    is: { usage: "C" },
    reason: "Required only where several OBX have the same identifier, as in the versions before and after",
  },
  {
    versions: ["2.3.1"],
    at: ["MSH-9"],
    is: { length: 15 },
    reason: "The message structure came with 2.3.1 and needs more than the 7 characters of code and event",
  },
  { versions: ["2.3"], at: ["CTD-1"], is: { repeats: 1 }, reason: "Repeats from 2.3.1 on" },
  {
    versions: ["2.3"],
    at: ["ACC-2"],
    is: { type: "CE", length: 60 },
    reason: "Coded element in 2.3, as its length says",
  },
  { versions: ["2.3"], at: ["AL1-4"], is: { type: "ID" }, reason: "ID in 2.3, IS from 2.3.1 on" },
  { versions: ["2.3"], at: ["MRG-7"], is: { type: "XPN" }, reason: "A name" },
  { versions: ["2.3"], at: ["ORC-14"], is: { type: "XTN" }, reason: "XTN since 2.3, TN before" },
  { versions: ["2.3"], at: ["AIG-3"], is: { length: 80 }, reason: "Length of 2.3" },
  { versions: ["2.3"], at: ["AIG-4", "AIL-4", "BLG-1"], is: { length: 15 }, reason: "Length of 2.3" },
  { versions: ["2.3"], at: ["AIP-4"], is: { length: 60 }, reason: "Length of 2.3" },
  { versions: ["2.3"], at: ["AIL-2", "AIP-2"], is: { length: 3 }, reason: "Length of 2.3" },
  { versions: ["2.3"], at: ["DG1-8"], is: { length: 4 }, reason: "Length of 2.3" },
  {
    versions: ["2.6"],
    at: ["AIS-3", "PTH-5", "RQ1-2", "SAC-10"],
    is: { length: 705 },
    reason: "The length that goes with the type of 2.6",
  },
  { versions: ["2.6"], at: ["ACC-7"], is: { length: 3220 }, reason: "As above" },
  { versions: ["2.6"], at: ["SPM-25"], is: { length: 722 }, reason: "As above" },
  { versions: ["2.6"], at: ["SAC-13"], is: { length: 427 }, reason: "As above" },
  { versions: ["2.6"], at: ["SAC-29", "SAC-31"], is: { length: 36 }, reason: "As above" },
  {
    versions: ["2.5", "2.5.1"],
    at: ["TQ1-12"],
    is: { table: 472 },
    reason: "Printed as 0427, the codes of incidents; 4.5.4.12 describes those of 0472, and 2.6 names it",
  },
  { versions: hl7Versions, at: ["DB1-1"], is: { table: undefined }, reason: "A set id has no code table" },
  {
    versions: ["2.8"],
    at: ["MRG-6", "PV1-50"],
    is: { repeats: "*" },
    reason: "Repeats in 2.8; the dictionary's 2.8 is a copy of its 2.7",
  },
  { versions: ["2.8"], at: ["ORC-4", "SCH-4"], is: { type: "EIP" }, reason: "A pair of group numbers from 2.8 on" },
  {
    versions: ["2.8"],
    at: ["RXA-11", "RXE-8", "RXO-8"],
    is: { type: "ST", usage: "W", length: undefined },
    reason: "Withdrawn in 2.8",
  },
  {
    versions: ["2.8"],
    at: ["XON.4", "XON.5"],
    is: { type: "ST", usage: "W", table: undefined },
    reason: "Withdrawn in 2.8",
  },
  {
    versions: ["2.8"],
    at: ["ACC-13"],
    is: { type: "EI", repeats: "*", name: "Accident Identifier" },
    reason: "New in 2.8",
  },
  {
    versions: ["2.8"],
    at: ["IN1-55"],
    is: { type: "ID", table: 206, name: "Insurance Action Code" },
    reason: "New in 2.8",
  },
  {
    versions: ["2.8"],
    at: ["IN3-26"],
    is: { type: "CWE", table: 921, name: "Certification Type" },
    reason: "New in 2.8",
  },
  {
    versions: ["2.8"],
    at: ["IN3-27"],
    is: { type: "CWE", table: 922, name: "Certification Category" },
    reason: "New in 2.8",
  },
  { versions: ["2.8"], at: ["OBX-27"], is: { type: "CWE", table: 914, name: "Root Cause" }, reason: "New in 2.8" },
  {
    versions: ["2.8"],
    at: ["OBX-28"],
    is: { type: "CWE", repeats: "*", table: 915, name: "Local Process Control" },
    reason: "New in 2.8",
  },
  {
    versions: ["2.8"],
    at: ["ORC-34"],
    is: { type: "CWE", repeats: "*", name: "Order Workflow Profile" },
    reason: "New in 2.8",
  },
  {
    versions: ["2.8"],
    at: ["RXA-29"],
    is: { type: "EI", repeats: "*", name: "Administered Tag Identifier" },
    reason: "New in 2.8",
  },
  { versions: ["2.8"], at: ["RXC-10"], is: { type: "NM", name: "Dispense Amount" }, reason: "New in 2.8" },
  { versions: ["2.8"], at: ["RXC-11"], is: { type: "CWE", name: "Dispense Units" }, reason: "New in 2.8" },
];

/** Segments that the dictionary lacks: name, then fields as in the generated data. */
export const addedSegments: Readonly<Record<string, { versions: readonly Hl7Version[]; rows: readonly string[] }>> = {
  // New in 2.8; the dictionary's 2.8 is a copy of its 2.7.
  CDO: {
    versions: ["2.8"],
    rows: [
      "Cumulative Dosage",
      "SI|O|1|4||Set ID - CDO",
      "ID|O|1|2|206|Action Code",
      "CQ|O|1|||Cumulative Dosage Limit",
      "CQ|O|1|||Cumulative Dosage Limit Time Interval",
    ],
  },
  RXV: {
    versions: ["2.8"],
    rows: [
      "Pharmacy/Treatment Infusion",
      "SI|O|1|||Set ID - RXV",
      "ID|R|1|1|917|Bolus Type",
      "NM|O|1|||Bolus Dose Amount",
      "CWE|O|1|||Bolus Dose Amount Units",
      "NM|O|1|||Bolus Dose Volume",
      "CWE|O|1|||Bolus Dose Volume Units",
      "ID|R|1|2|918|PCA Type",
      "NM|O|1|||PCA Dose Amount",
      "CWE|O|1|||PCA Dose Amount Units",
      "NM|O|1|||PCA Dose Amount Volume",
      "CWE|O|1|||PCA Dose Amount Volume Units",
      "NM|O|1|||Max Dose Amount",
      "CWE|O|1|||Max Dose Amount Units",
      "NM|O|1|||Max Dose Amount Volume",
      "CWE|O|1|||Max Dose Amount Volume Units",
      "CQ|R|1|||Max Dose per Time",
      "CQ|O|1|||Lockout Interval",
      "CWE|O|1|||Syringe Manufacturer",
      "CWE|O|1|||Syringe Model Number",
      "NM|O|1|||Syringe Size",
      "CWE|O|1|||Syringe Size Units",
      "ID|O|1|2|206|Action Code",
    ],
  },
};

const patientVisitStructures = ["ADT_A01", "ADT_A02", "ADT_A03", "ADT_A05", "ADT_A06", "ADT_A15", "ADT_A16"];

const orderDetail = "<OBR|RQD|RQ1|RXO|ODS|ODT>";

export const structureCorrections: readonly StructureCorrection[] = [
  {
    versions: between("2.4", "2.5.1"),
    structures: [...patientVisitStructures, "ADT_A54", "DFT_P03"],
    find: "PID [PD1]",
    by: "PID [PD1] [{ROL}]",
    reason: "The dictionary keys a group's elements by name and so loses the first of two: the roles of the patient",
  },
  {
    versions: since("2.6"),
    structures: patientVisitStructures,
    find: "PID [PD1]",
    by: "PID [PD1] [{ARV}] [{ROL}]",
    reason: "As above: the access restrictions and the roles of the patient",
  },
  {
    versions: since("2.6"),
    structures: ["ADT_A54", "ADT_A61"],
    find: "PID [PD1]",
    by: "PID [PD1] [{ROL}]",
    reason: "As above: the roles of the patient",
  },
  {
    versions: ["2.6", "2.7", "2.7.1"],
    structures: ["DFT_P03"],
    find: "PID [PD1]",
    by: "PID [PD1] [{ROL}]",
    reason: "As above: the roles of the patient",
  },
  {
    versions: since("2.6"),
    structures: ["ADT_A60"],
    find: "EVN PID",
    by: "EVN PID [{ARV}]",
    reason: "As above: the access restrictions of the patient",
  },
  {
    versions: ["2.6"],
    structures: ["ADT_A30", "ADT_A43"],
    find: "[PD1]",
    by: "[PD1] [{ARV}]",
    reason: "ARV follows PD1 in the merge structures of 2.6",
  },
  {
    versions: ["2.8"],
    structures: ["ADT_A01", "ADT_A03", "ADT_A05", "ADT_A16"],
    find: "[{IN3}] [{ROL}]",
    by: "[{IN3}] [{ROL}] [{AUT}] [{RF1}]",
    reason: "Authorization and referral of an insurance, new in 2.8",
  },
  {
    versions: ["2.3"],
    structures: ["ADT_A37"],
    by: "MSH EVN PID [PD1] [PV1] [{DB1}] PID [PV1] [{DB1}]",
    reason: "Unlinks two patients: the dictionary has one PID only",
  },
  {
    versions: ["2.3", "2.3.1", "2.4"],
    structures: ["ADT_A24"],
    by: "MSH EVN PID [PD1] [PV1] [{DB1}] PID [PD1] [PV1] [{DB1}]",
    reason: "Links two patients: the dictionary has one PID only",
  },
  {
    versions: ["2.3.1", "2.4"],
    structures: ["ADT_A37"],
    by: "MSH EVN PID [PD1] [PV1] [{DB1}] PID [PD1] [PV1] [{DB1}]",
    reason: "As above",
  },
  {
    versions: ["2.5", "2.5.1"],
    structures: ["ADT_A24", "ADT_A37"],
    by: "MSH [{SFT}] EVN PID [PD1] [PV1] [{DB1}] PID [PD1] [PV1] [{DB1}]",
    reason: "As above",
  },
  {
    versions: since("2.6"),
    structures: ["ADT_A24", "ADT_A37"],
    by: "MSH [{SFT}] [UAC] EVN PID [PD1] [PV1] [{DB1}] PID [PD1] [PV1] [{DB1}]",
    reason: "As above",
  },
  {
    versions: ["2.3.1"],
    structures: ["ADT_A38"],
    find: "[{DG1}] DRG",
    by: "[{DG1}] [DRG]",
    reason: "A missing pair of brackets: DRG is optional in the versions before and after",
  },
  {
    versions: since("2.7"),
    structures: ["ADT_A39"],
    by: "MSH [{SFT}] [UAC] EVN {PATIENT(PID [PD1] MRG [PV1])}",
    reason: "The dictionary has it under the names of its events only",
  },
  {
    versions: since("2.7"),
    structures: ["ORM_O01"],
    by: `MSH [{NTE}] [PATIENT(PID [PD1] [{PRT}] [{NTE}] [PATIENT_VISIT(PV1 [PV2] [{PRT}])] [{INSURANCE(IN1 [IN2] [IN3])}] [GT1] [{AL1}])] {ORDER(ORC [{TIMING(TQ1 [{TQ2}])}] [ORDER_DETAIL(${orderDetail} [{NTE}] [CTD] [{DG1}] [{RXR}] [{COMPONENT(RXC [{NTE}])}] [{OBSERVATION(OBX [{NTE}])}] [{SPECIMEN(SPM [{OBX}])}])] [{FT1}] [{CTI}] [BLG])}`,
    reason:
      "Withdrawn in 2.7, yet what many receivers of later versions take: as in 2.6, with the segments that OML^O21 has in the place of withdrawn fields",
  },
  {
    versions: between("2.3", "2.6"),
    structures: ["ORM_O01"],
    find: `[{${orderDetail}}]`,
    by: orderDetail,
    reason: "An order detail begins with exactly one of the detail segments",
  },
  {
    versions: between("2.3", "2.6"),
    structures: ["ORM_O01"],
    find: "[{DG1}]",
    by: "[{DG1}] [{RXR}] [{COMPONENT(RXC [{NTE}])}]",
    reason: "The pharmacy form of ORM (chapter 4) has route and components after RXO",
  },
  {
    versions: ["2.5", "2.5.1"],
    structures: ["OML_O21"],
    find: "TIIMING",
    by: "TIMING",
    reason: "Misspelt group name",
  },
  {
    versions: ["2.6"],
    structures: ["OMG_O19"],
    by: "MSH [{SFT}] [UAC] [{NTE}] [PATIENT(PID [PD1] [{NTE}] [{NK1}] [PATIENT_VISIT(PV1 [PV2])] [{INSURANCE(IN1 [IN2] [IN3])}] [GT1] [{AL1}])] {ORDER(ORC [{TIMING(TQ1 [{TQ2}])}] OBR [{NTE}] [{ROL}] [CTD] [{DG1}] [{OBSERVATION(OBX [{NTE}])}] [{SPECIMEN(SPM [{OBX}] [{CONTAINER(SAC [{OBX}])}])}] [{PRIOR_RESULT([PATIENT_PRIOR(PID [PD1])] [PATIENT_VISIT_PRIOR(PV1 [PV2])] [{AL1}] {ORDER_PRIOR([ORC] OBR [{TIMING_PRIOR(TQ1 [{TQ2}])}] [{NTE}] [{ROL}] [CTD] {OBSERVATION_PRIOR(OBX [{NTE}])})})}] [{FT1}] [{CTI}] [BLG])}",
    reason: "Optional groups that the dictionary requires, one OBX only, no UAC",
  },
  {
    versions: ["2.6"],
    structures: ["OML_O21"],
    by: "MSH [{SFT}] [UAC] [{NTE}] [PATIENT(PID [PD1] [{NTE}] [{NK1}] [PATIENT_VISIT(PV1 [PV2])] [{INSURANCE(IN1 [IN2] [IN3])}] [GT1] [{AL1}])] {ORDER(ORC [{TIMING(TQ1 [{TQ2}])}] [OBSERVATION_REQUEST(OBR [TCD] [{NTE}] [{ROL}] [CTD] [{DG1}] [{OBSERVATION(OBX [TCD] [{NTE}])}] [{SPECIMEN(SPM [{OBX}] [{CONTAINER(SAC [{OBX}])}])}] [{PRIOR_RESULT([PATIENT_PRIOR(PID [PD1])] [PATIENT_VISIT_PRIOR(PV1 [PV2])] [{AL1}] {ORDER_PRIOR([ORC] OBR [{NTE}] [{ROL}] [{TIMING_PRIOR(TQ1 [{TQ2}])}] {OBSERVATION_PRIOR(OBX [{NTE}])})})}])] [{FT1}] [{CTI}] [BLG])}",
    reason: "Optional groups that the dictionary requires, one OBX only, no UAC",
  },
  {
    versions: since("2.7"),
    structures: ["OMG_O19"],
    find: "{ORDER(ORC",
    by: "{ORDER(ORC [{PRT}]",
    reason: "The participants of an order follow ORC; lost as the first of two PRT",
  },
  {
    versions: ["2.7", "2.7.1"],
    structures: ["RDE_O11"],
    find: "] RXE [{PRT}]",
    by: "] [{PRT}] RXE [{PRT}]",
    reason: "Lost as the first of two PRT",
  },
  {
    versions: ["2.8"],
    structures: ["OMG_O19"],
    find: "[PATIENT_PRIOR(PID [PD1]",
    by: "[PATIENT_PRIOR(PID [PD1] [{ARV}]",
    reason: "New in 2.8",
  },
  {
    versions: ["2.8"],
    structures: ["OML_O21"],
    find: "[PATIENT_PRIOR(PID [PD1] [{PRT}]",
    by: "[PATIENT_PRIOR(PID [PD1] [{PRT}] [{ARV}]",
    reason: "New in 2.8",
  },
  {
    versions: ["2.8"],
    structures: ["OMG_O19", "OML_O21"],
    find: "{ORDER_PRIOR(ORC",
    by: "{ORDER_PRIOR(ORC [{PRT}]",
    reason: "New in 2.8",
  },
  {
    versions: ["2.8"],
    structures: ["OMG_O19", "OML_O21", "ORU_R01"],
    find: "[{NK1}]",
    by: "[{NK1}] [{ARV}]",
    reason: "New in 2.8",
  },
  {
    versions: ["2.8"],
    structures: ["ORU_R01"],
    find: "[ORC] OBR",
    by: "[COMMON_ORDER(ORC [{PRT}] [ORDER_DOCUMENT(OBX [{PRT}] TXA)])] OBR",
    reason: "New in 2.8",
  },
  {
    versions: ["2.8"],
    structures: ["OMP_O09"],
    by: "MSH [{SFT}] [UAC] [{NTE}] [PATIENT(PID [ADDITIONAL_DEMOGRAPHICS(PD1 [{PRT}])] [{NTE}] [{ARV}] [PATIENT_VISIT(PV1 [PV2] [{PRT}] [{ARV}])] [{INSURANCE(IN1 [IN2] [IN3])}] [GT1] [{AL1}])] {ORDER(ORC [{TIMING(TQ1 [{TQ2}])}] RXO [{PRT}] [{NTE}] {RXR} [{COMPONENT(RXC [{NTE}])}] [{CDO}] [{OBSERVATION(OBX [{PRT}] [{NTE}])}] [{FT1}] [BLG])}",
    reason: "ARV and CDO are new in 2.8",
  },
  {
    versions: ["2.8"],
    structures: ["RDE_O11"],
    by: "MSH [{SFT}] [UAC] [{NTE}] [PATIENT(PID [PD1] [{PRT}] [{NTE}] [{ARV}] [PATIENT_VISIT(PV1 [PV2] [{PRT}] [{ARV}])] [{INSURANCE(IN1 [IN2] [IN3])}] [GT1] [{AL1}])] {ORDER(ORC [{PRT}] [{TIMING(TQ1 [{TQ2}])}] [ORDER_DETAIL(RXO [{PRT}] [{NTE}] {RXR} [{COMPONENT(RXC [{NTE}])}])] RXE [{PRT}] [{NTE}] {TIMING_ENCODED(TQ1 [{TQ2}])} [{PHARMACY_TREATMENT_INFUSION_ORDER(RXV [{PRT}] [{NTE}] {TIMING_ENCODED(TQ1 [{TQ2}])})}] {RXR} [{RXC}] [{CDO}] [{OBSERVATION(OBX [{PRT}] [{NTE}])}] [{FT1}] [BLG] [{CTI}])}",
    reason: "ARV, RXV and CDO are new in 2.8",
  },
  {
    versions: ["2.8"],
    structures: ["RAS_O17"],
    by: "MSH [{SFT}] [UAC] [{NTE}] [PATIENT(PID [ADDITIONAL_DEMOGRAPHICS(PD1 [{PRT}])] [{NTE}] [{ARV}] [{AL1}] [PATIENT_VISIT(PV1 [PV2] [{PRT}] [{ARV}])])] {ORDER(ORC [{PRT}] [{TIMING(TQ1 [{TQ2}])}] [ORDER_DETAIL(RXO [ORDER_DETAIL_SUPPLEMENT({NTE} {RXR} [{COMPONENTS(RXC [{NTE}])}])])] [ENCODING(RXE [{PRT}] [{NTE}] {TIMING_ENCODED(TQ1 [{TQ2}])} {RXR} [{RXC}] [{CDO}])] {ADMINISTRATION({RXA} [{PRT}] RXR [{OBSERVATION(OBX [{PRT}] [{NTE}])}])} [{CTI}])}",
    reason: "ARV and CDO are new in 2.8",
  },
  {
    versions: ["2.8"],
    structures: ["VXU_V04"],
    by: "MSH [{SFT}] [UAC] PID [PD1] [{NK1}] [{ARV}] [PATIENT_VISIT(PV1 [PV2] [{ARV}])] [{GT1}] [{INSURANCE(IN1 [IN2] [IN3])}] [{PERSON_OBSERVATION(OBX [{PRT}] [{NTE}])}] [{ORDER(ORC [{PRT}] [{TIMING(TQ1 [{TQ2}])}] RXA [RXR] [{OBSERVATION(OBX [{PRT}] [{NTE}])}])}]",
    reason: "ARV, PRT and the observations of the person are new in 2.8",
  },
  {
    versions: ["2.8"],
    structures: ["BAR_P01", "BAR_P05", "BAR_P12", "DFT_P03"],
    find: "[{ROL}]",
    by: "[{PRT}] [{ROL}]",
    reason: "PRT stands before every ROL in 2.8",
  },
  {
    versions: ["2.8"],
    structures: ["DFT_P03"],
    find: "PID [PD1]",
    by: "PID [PD1] [{PRT}] [{ROL}]",
    reason: "Roles of the patient: lost as the first of two",
  },
  {
    versions: ["2.8"],
    structures: ["DFT_P03"],
    find: "{FINANCIAL(FT1",
    by: "{FINANCIAL(FT1 [{PRT}] [{ROL}]",
    reason: "New in 2.8",
  },
  {
    versions: ["2.3.1", "2.4"],
    structures: ["PPR_PC1"],
    find: "ORDER_DETAIL(OBR RXO",
    by: "ORDER_DETAIL(<OBR|RXO>",
    reason: "A choice: any order detail segment stands here",
  },
  {
    versions: since("2.7"),
    structures: ["PPR_PC1"],
    find: "ORDER_DETAIL([{<OBR|RXO|RXE>}]",
    by: `ORDER_DETAIL(${orderDetail}`,
    reason: "A choice: any order detail segment stands here",
  },
  {
    versions: ["2.3", ...between("2.5", "2.6")],
    structures: ["PPR_PC1"],
    find: "ORDER_DETAIL(OBR",
    by: `ORDER_DETAIL(${orderDetail}`,
    reason: "A choice: any order detail segment stands here",
  },
  {
    versions: ["2.8"],
    structures: ["PPR_PC1"],
    find: "OBX [{NTE}]",
    by: "OBX [{PRT}] [{NTE}]",
    reason: "New in 2.8",
  },
];
