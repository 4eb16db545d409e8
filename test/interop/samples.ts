import type { Trigger } from "../../shared/events/event.ts";
import { triggerFormOf, triggersOf } from "../../shared/hl7/dictionary/triggers.ts";

/**
 * A message of each trigger in HL7 v2.5.1, as full as its structure lets it be: what the rest of the project makes other
 * versions from. Synthetic data.
 *
 * By message structure, without MSH and EVN, which are made for each trigger.
 */

/** A segment by field position, so that a reader need not count bars. */
function line(name: string, fields: Readonly<Record<number, string>>): string {
  const last = Math.max(...Object.keys(fields).map(Number));
  return `${name}|${Array.from({ length: last }, (_, index) => fields[index + 1] ?? "").join("|")}`;
}

const doctor = "1234567893^SMITH^ALEX^^^^^^NPI&2.16.840.1.113883.4.6&ISO^L^^^NPI";
const home = "12 ELM ST^APT 4^ROCHESTER^MN^55901^USA^H^^109";

const pid = line("PID", {
  1: "1",
  3: "7001234^^^GENMRN&2.16.840.1.113883.19.5&ISO^MR~555-44-3333^^^SSA&2.16.840.1.113883.4.1&ISO^SS",
  5: "DOE&VAN&DOE^JANE^ANN^JR^DR^^L^^^^^20200101~DOE^JANE^^^^^M",
  6: "SMITH^MARY^^^^^M",
  7: "19800214",
  8: "F",
  10: "2106-3^White^HL70005^W^Weiss^L",
  11: "12 ELM ST&ELM ST&12^APT 4^ROCHESTER^MN^55901^USA^H^^109",
  13: "^PRN^PH^^1^507^5550101^12~^PRN^CP^^^^^^^^^+4930123456~^NET^Internet^jane.doe@example.org",
  14: "^WPN^PH^^^507^5550199",
  15: "en^English^HL70296",
  16: "M^Married^HL70002",
  17: "CAT^Christian: Roman Catholic^HL70006",
  18: "5550099^^^GENFIN^AN",
  22: "N^Not Hispanic or Latino^HL70189",
  24: "Y",
  25: "2",
  30: "N",
  33: "20260101083000-0600",
});
const pd1 = line("PD1", { 3: "GENERAL CLINIC^L^^^^GEN&1.2.3&ISO^XX^^^77", 4: doctor, 12: "N" });
const nk1 = line("NK1", {
  1: "1",
  2: "DOE^JOHN^^^^^L",
  3: "SPO^Spouse^HL70063",
  4: home,
  5: "^PRN^PH^^^507^5550102",
  7: "C^Emergency Contact^HL70131",
  8: "20200101",
});
const pv1 = line("PV1", {
  1: "1",
  2: "I",
  3: "4W^412^A^GEN^^N^MAIN^4",
  4: "E",
  5: "P-1^^^GEN^VN",
  6: "3E^301^B^GEN",
  7: `${doctor}~7777^ROE^RICHARD`,
  8: "7777^ROE^RICHARD",
  9: "7777^ROE^RICHARD",
  10: "MED",
  14: "7",
  15: "A0~A1",
  16: "V",
  17: doctor,
  18: "IP",
  19: "5550099^^^GENFIN^AN",
  20: "A^20261122",
  36: "01",
  37: "HOME^20261201",
  38: "REG^Regular^HL70114",
  39: "G",
  44: "20261122231000-0600",
  45: "20261128120000-0600",
  50: "5550098^^^GENFIN^VN",
  51: "V",
  52: "8888^POE^PAULA",
});
const pv2 = line("PV2", {
  2: "PR^Private^HL70145",
  3: "R07.9^Chest pain^I10",
  8: "20261122",
  9: "20261125",
  12: "Observation stay",
  22: "N",
  23: "GENERAL HOSPITAL^L^^^^GEN&1.2.3&ISO^XX^^^H1",
});
const rol = line("ROL", { 2: "AD", 3: "PP^Primary Care Provider^HL70443", 4: doctor, 5: "20260101" });
const db1 = line("DB1", { 1: "1", 2: "PT", 4: "Y" });
const vital = line("OBX", {
  1: "1",
  2: "NM",
  3: "8302-2^Body height^LN",
  5: "172.50",
  6: "cm^centimeter^UCUM",
  11: "F",
  14: "20261122220000-0600",
});
const al1 = line("AL1", {
  1: "1",
  2: "DA^Drug allergy^HL70127",
  3: "7980^Penicillin^RXNORM",
  4: "SV^Severe^HL70128",
  5: "Hives~Wheezing",
  6: "20200131",
});
const dg1 = line("DG1", {
  1: "1",
  3: "R07.9^Chest pain, unspecified^I10",
  4: "Chest pain",
  5: "20261122231000-0600",
  6: "A",
  15: "1",
  16: doctor,
});
const drg = line("DRG", { 1: "313^Chest pain^HL70055", 2: "20261122231000-0600", 3: "Y" });
const pr1 = line("PR1", {
  1: "1",
  3: "93454^Coronary angiography^C4",
  5: "20261123101500-0600",
  6: "D",
  7: "45",
  8: "8888^POE^PAULA",
  11: "7777^ROE^RICHARD",
  14: "1",
});
const gt1 = line("GT1", {
  1: "1",
  3: "DOE^JOHN^^^^^L",
  5: home,
  6: "^PRN^PH^^^507^5550102",
  8: "19790505",
  9: "M",
  11: "SPO^Spouse^HL70063",
});
const in1 = line("IN1", {
  1: "1",
  2: "PLAN1^Gold plan^L",
  3: "5551^^^ACME&1.2.9&ISO^XX",
  4: "ACME HEALTH^L^^^^ACME&1.2.9&ISO^XX^^^A1",
  5: "1 MAIN ST^^DULUTH^MN^55802^USA^B",
  8: "GRP1",
  12: "20260101",
  13: "20261231",
  16: "DOE^JANE^^^^^L",
  17: "SEL^Self^HL70063",
  18: "19800214",
  19: home,
  22: "1",
  36: "POL123",
});
const in2 = line("IN2", { 2: "555443333", 61: "MEMBER1^^^ACME^MB" });
const acc = line("ACC", { 1: "20261121180000-0600", 2: "V^Vehicle^L", 3: "Highway 52" });
const pda = line("PDA", {
  1: "22298006^Myocardial infarction^SCT",
  2: "4W^412^A^GEN^^N^MAIN^4",
  3: "N",
  5: doctor,
  6: "N",
});
const note = line("NTE", { 1: "1", 2: "L", 3: "Sample slightly haemolysed.\\.br\\Repeat advised." });
const mrg = line("MRG", {
  1: "7001235^^^GENMRN&2.16.840.1.113883.19.5&ISO^MR",
  3: "5550098^^^GENFIN^AN",
  5: "5550098^^^GENFIN^VN",
  7: "ROE^JANE^^^^^L",
});
const orc = line("ORC", {
  1: "NW",
  2: "O-5511^GENORD",
  3: "L-9912^GENLAB",
  4: "G-1^GENORD",
  5: "SC",
  8: "O-5000&GENORD^L-9000&GENLAB",
  9: "20261122215500-0600",
  12: doctor,
  14: "^WPN^PH^^^507^5550155",
});
const tq1 = line("TQ1", {
  1: "1",
  2: "2^mL&milliliter&UCUM",
  3: "BID",
  4: "0800~2000",
  6: "10^d",
  7: "20261123080000-0600",
  8: "20261130080000-0600",
  9: "R^Routine^HL70485",
  10: "if needed",
  11: "with food",
  12: "S",
});
const obr = line("OBR", {
  1: "1",
  2: "O-5511^GENORD",
  3: "L-9912^GENLAB",
  4: "24323-8^Comprehensive metabolic 2000 panel^LN",
  7: "20261122220000-0600",
  8: "20261122220500-0600",
  16: doctor,
  17: "^WPN^PH^^^507^5550155",
  22: "20261123101000-0600",
  24: "LAB",
  25: "F",
  31: "R07.9^Chest pain^I10",
  32: "7777&ROE&RICHARD",
});
const obx = (setId: number, type: string, code: string, value: string, rest: Readonly<Record<number, string>> = {}) =>
  line("OBX", {
    1: `${setId}`,
    2: type,
    3: code,
    4: `${setId}`,
    5: value,
    11: "F",
    14: "20261122220000-0600",
    ...rest,
  });
const potassium = obx(1, "NM", "2823-3^Potassium^LN", "4.10", {
  6: "mmol/L^mmol/L^UCUM",
  7: "3.5-5.1",
  8: "N",
  16: "7777^ROE^RICHARD",
  23: "GENERAL LAB^L",
});
const results = [
  potassium,
  note,
  obx(2, "SN", "2160-0^Creatinine^LN", "<^0.2", { 6: "mg/dL^mg/dL^UCUM", 7: "0.6-1.2", 8: "L~W" }),
  obx(3, "CWE", "600-7^Blood culture^LN", "112283007^Escherichia coli^SCT^^^^^^E. coli"),
  obx(4, "TS", "11368-8^Illness onset^LN", "20261120"),
  obx(5, "ST", "8251-1^Comment^LN", "Haemolysis \\T\\ clots"),
];
const pdf = obx(6, "ED", "11502-2^Laboratory report^LN", "^AP^PDF^Base64^JVBERi0xLjQK");
const spm = line("SPM", {
  1: "1",
  2: "SP-1&GENLAB^SP-2&GENLAB",
  4: "119297000^Blood specimen^SCT^BLD^Whole blood^HL70487",
  6: "HEPL^Lithium heparin^HL70371",
  8: "368208006^Left upper arm^SCT",
  12: "10^mL",
  17: "20261122220000-0600^20261122220500-0600",
  18: "20261122224500-0600",
});
const drug = "314076^lisinopril 10 MG Oral Tablet^RXNORM";
const tablet = "TAB^Tablet^L";
const rxo = line("RXO", {
  1: drug,
  2: "10",
  4: "mg^milligram^UCUM",
  5: tablet,
  9: "G",
  11: "30",
  12: tablet,
  13: "2",
  14: doctor,
});
const rxe = line("RXE", {
  1: "^BID^^20261123080000-0600",
  2: drug,
  3: "10",
  5: "mg^milligram^UCUM",
  6: tablet,
  7: "^Take with water",
  9: "G",
  10: "30",
  11: tablet,
  12: "2",
  13: doctor,
});
const rxr = line("RXR", { 1: "PO^Oral^HL70162", 2: "LA^Left Arm^HL70163" });
const rxrInjected = line("RXR", { 1: "IM^Intramuscular^HL70162", 2: "LA^Left Arm^HL70163" });
const rxc = line("RXC", { 1: "B", 2: "1807627^sodium chloride 9 MG/ML^RXNORM", 3: "100", 4: "mL^milliliter^UCUM" });
const rxa = line("RXA", {
  1: "0",
  2: "1",
  3: "20261123081000-0600",
  4: "20261123081500-0600",
  5: "08^Hep B, adolescent or pediatric^CVX",
  6: "0.5",
  7: "mL^milliliter^UCUM",
  9: "00^New immunization record^NIP001",
  10: "7777^ROE^RICHARD",
  11: "4W^412^A^GEN",
  15: "LOT77",
  16: "20270131",
  17: "MSD^Merck^MVX",
  20: "CP",
  21: "A",
  22: "20261123082000-0600",
});
const booked = "Booked^^HL70278";
const appointmentTime = { 8: "20261201143000-0600", 11: "30", 12: "min^minute^UCUM", 14: booked };
const sch = line("SCH", {
  2: "A-88231^GENAPPT",
  6: "BOOKED^Booked^L",
  7: "FOLLOWUP^A follow up visit^HL70276",
  8: "NORMAL^Routine^HL70277",
  9: "30",
  10: "min^minute^UCUM",
  11: "^^M30^20261201143000-0600^20261201150000-0600",
  16: "9000001^BRIDGE^SYSTEM",
  20: "9000001^BRIDGE^SYSTEM",
  25: booked,
});
const resources = [
  line("RGS", { 1: "1", 2: "A" }),
  line("AIS", {
    1: "1",
    2: "A",
    3: "CARDFU^Cardiology follow up^L",
    4: "20261201143000-0600",
    7: "30",
    8: "min^minute^UCUM",
    10: booked,
  }),
  line("NTE", { 1: "1", 3: "Bring the last letter" }),
  line("AIG", { 1: "1", 2: "A", 3: "ECG1^ECG machine^L", 4: "EQ^Equipment^L", ...appointmentTime }),
  line("AIL", {
    1: "1",
    2: "A",
    3: "CARD^^^GEN^^C",
    6: "20261201143000-0600",
    9: "30",
    10: "min^minute^UCUM",
    12: booked,
  }),
  line("AIP", { 1: "1", 2: "A", 3: doctor, 6: "20261201143000-0600", 9: "30", 10: "min^minute^UCUM", 12: booked }),
];
const author = "7777^ROE^RICHARD";
const txa = line("TXA", {
  1: "1",
  2: "DS",
  3: "TX",
  4: "20261123110000-0600",
  5: author,
  6: "20261123110000-0600",
  7: "20261123113000-0600",
  9: author,
  12: "D-100^GEN",
  13: "D-99^GEN",
  14: "O-5511^GENORD",
  15: "L-9912^GENLAB",
  17: "AU",
  18: "R",
  19: "AV",
  20: "AC",
  22: "7777^ROE^RICHARD^^^^^^GEN^L^^^^^20261123113000-0600",
});
const ft1 = line("FT1", {
  1: "1",
  2: "C-1",
  4: "20261123^20261123",
  5: "20261124",
  6: "CG",
  7: "99213^Office visit^C4",
  8: "Office visit",
  10: "1",
  11: "120.50&USD",
  12: "120.50&USD",
  19: "R07.9^Chest pain^I10",
  20: author,
  23: "O-5511^GENORD",
  25: "99213^Office visit^C4",
  26: "25^Separate service^CPTM",
});
const visit = [pv1, pv2];
const family = [pid, pd1, rol, nk1];
const clinical = [vital, al1, dg1, drg, pr1, rol];
const coverage = [gt1, in1, in2];
const order = [orc, tq1, obr, note, dg1, ...results, spm];
const priorResult = [
  pid,
  line("ORC", { 1: "PR", 3: "L-9900^GENLAB" }),
  obr.replace("L-9912", "L-9900"),
  potassium,
  note,
];

const bodies: Readonly<Record<string, readonly string[]>> = {
  ADT_A01: [...family, ...visit, rol, db1, ...clinical, ...coverage, rol, acc, pda],
  ADT_A02: [pid, pd1, rol, ...visit, rol, db1, vital, pda],
  ADT_A03: [...family, ...visit, rol, db1, al1, dg1, drg, pr1, rol, vital, ...coverage, acc, pda],
  ADT_A05: [...family, ...visit, rol, db1, ...clinical, ...coverage, acc],
  ADT_A06: [pid, pd1, rol, mrg, nk1, ...visit, rol, db1, ...clinical, ...coverage, acc],
  ADT_A09: [pid, pd1, ...visit, db1, vital, dg1],
  ADT_A12: [pid, pd1, ...visit, db1, vital, dg1],
  ADT_A15: [pid, pd1, rol, ...visit, rol, db1, vital, dg1],
  ADT_A16: [...family, ...visit, rol, db1, ...clinical, ...coverage, acc],
  ADT_A21: [pid, pd1, ...visit, db1, vital],
  ADT_A24: [pid, pd1, pv1, db1, pid.replace("7001234", "7001235"), pd1],
  ADT_A30: [pid, pd1, mrg],
  ADT_A37: [pid, pd1, pv1, db1, pid.replace("7001234", "7001235")],
  ADT_A38: [pid, pd1, ...visit, db1, vital, dg1, drg],
  ADT_A39: [pid, pd1, mrg, pv1],
  ADT_A43: [pid, pd1, mrg],
  ADT_A45: [pid, pd1, mrg, pv1],
  ADT_A50: [pid, pd1, mrg, pv1],
  ADT_A52: [pid, pd1, ...visit],
  ADT_A54: [pid, pd1, rol, ...visit, rol],
  ADT_A60: [
    pid,
    ...visit,
    line("IAM", {
      1: "1",
      2: "DA^Drug allergy^HL70127",
      3: "7980^Penicillin^RXNORM",
      4: "SV^Severe^HL70128",
      5: "Hives",
      6: "A^Add^HL70323",
      7: "AI-1^GEN",
      9: "AL^Allergy^HL70436",
      11: "20200131",
      13: "20261123",
      17: "C^Confirmed^HL70438",
    }),
  ],
  ADT_A61: [pid, pd1, pv1, rol, pv2],
  ORU_R01: [
    ...[pid, pd1, note, nk1, pv1, pv2],
    ...[
      line("ORC", { 1: "RE", 2: "O-5511^GENORD", 3: "L-9912^GENLAB", 12: doctor }),
      obr,
      note,
      tq1,
      ...results,
      pdf,
      spm,
    ],
  ],
  ORM_O01: [pid, pd1, pv1, pv2, in1, in2, gt1, al1, orc, obr, note, dg1, ...results, orc, rxo, rxr, rxc],
  OML_O21: [pid, pd1, nk1, pv1, pv2, in1, in2, gt1, al1, ...order, ...priorResult],
  OMG_O19: [pid, pd1, nk1, pv1, pv2, in1, in2, gt1, al1, ...order, ...priorResult],
  OMP_O09: [pid, pd1, pv1, pv2, in1, in2, gt1, al1, orc, tq1, rxo, note, rxr, rxc, potassium],
  RDE_O11: [
    ...[pid, pd1, pv1, pv2, in1, in2, gt1, al1],
    ...[orc, tq1, rxo, note, rxr, rxc, rxe, note, tq1, rxr, rxc, potassium],
  ],
  RAS_O17: [pid, pd1, al1, pv1, pv2, orc, tq1, rxe, tq1, rxr, rxa, rxrInjected, potassium],
  VXU_V04: [pid, pd1, nk1, pv1, pv2, gt1, in1, in2, orc, tq1, rxa, rxrInjected, potassium, note],
  MDM_T01: [pid, pv1, txa],
  MDM_T02: [pid, pv1, txa, obx(1, "TX", "18842-5^Discharge summary^LN", "Patient was well on discharge."), pdf],
  DFT_P03: [pid, pd1, rol, pv1, pv2, rol, db1, ft1, pr1, rol, dg1, drg, ...coverage, acc],
  BAR_P01: [pid, pd1, rol, pv1, pv2, rol, db1, vital, al1, dg1, drg, pr1, rol, gt1, nk1, in1, in2, acc],
  BAR_P02: [pid, pd1, pv1, db1],
  BAR_P05: [pid, pd1, rol, pv1, pv2, rol, db1, vital, al1, dg1, drg, pr1, rol, gt1, nk1, in1, in2, acc],
  BAR_P06: [pid, pv1],
  BAR_P12: [pid, pv1, dg1, drg, pr1, rol],
  PPR_PC1: [
    pid,
    ...visit,
    line("PRB", {
      1: "AD",
      2: "20261123090000-0600",
      3: "R07.9^Chest pain, unspecified^I10",
      4: "PB-1^GEN",
      7: "20261122",
      9: "20261201",
      10: "PRI^Primary^L",
      13: "CO^Confirmed^L",
      14: "AC^Active^L",
      16: "20261121",
    }),
    note,
    line("VAR", { 1: "V-1^GEN", 2: "20261123091500-0600", 3: "20261123", 4: author, 5: "CL^Clinical^L", 6: "Slow" }),
    rol,
    line("PTH", { 1: "AD", 2: "DM2^Diabetes pathway^L", 3: "P-1^GEN", 4: "20261101", 5: "active^active" }),
    vital,
  ],
  MFN_M02: [
    line("MFI", { 1: "PRA^Practitioner^HL70175", 3: "UPD", 6: "NE" }),
    line("MFE", { 1: "MAD", 2: "M-1", 3: "20261123", 4: "7777^ROE", 5: "CE" }),
    line("STF", {
      1: "7777^ROE^L",
      2: "7777^^^GEN^EI",
      3: "ROE^RICHARD^^^^^L",
      4: "PH",
      5: "M",
      6: "19700303",
      7: "A",
      8: "CARD^Cardiology^L",
      10: "^WPN^PH^^^507^5550155",
      11: "1 MAIN ST^^ROCHESTER^MN^55901^USA^B",
    }),
    line("PRA", {
      1: "7777^ROE^L",
      2: "GRP^Cardiology group^L",
      3: "AP",
      4: "I",
      5: "CARD^AMERICAN BOARD^C^20100101",
      6: "1234567893^NPI",
    }),
  ],
  MFN_M05: [
    line("MFI", { 1: "LOC^Location^HL70175", 3: "UPD", 6: "NE" }),
    line("MFE", { 1: "MUP", 2: "M-2", 3: "20261123", 4: "4W^412^A^GEN", 5: "PL" }),
    line("LOC", {
      1: "4W^412^A^GEN",
      2: "Ward 4 West",
      3: "B",
      4: "GENERAL HOSPITAL^L",
      5: "1 MAIN ST^^ROCHESTER^MN^55901^USA^B",
      6: "^WPN^PH^^^507^5550177",
    }),
    line("LDP", {
      1: "4W^412^A^GEN",
      2: "MED^Medicine^L",
      3: "MED",
      4: "CARD^Cardiology^L",
      5: "I",
      6: "A",
      7: "20260101",
    }),
  ],
  ACK: ["MSA|AA|B0000000000000001"],
};

/** Message structures of chapters where EVN is a part of the message. */
const withEvent = /^(?:ADT|MDM|DFT|BAR)\^/;

/** The message as text, segments ending in CR, as ADT^A01^ADT_A01 of 2.5.1 would be sent. */
export function sampleOf(trigger: Trigger): string {
  const structure = triggerFormOf(trigger, "2.5.1")?.structure ?? "";
  const event = trigger.split("^")[1];
  const header = `MSH|^~\\&|BRIDGE^1.2.3.4^ISO|GEN|RECEIVER|GEN|20261122231502-0600||${trigger}^${structure}|B0000000000000017|P|2.5.1|||AL|NE|USA|UNICODE UTF-8|||PROFILE1^GEN^1.2.3.5^ISO`;
  const evn = `EVN|${event}|20261122231455-0600||01|9000001^BRIDGE^SYSTEM|20261122231000-0600|GEN`;
  const body =
    structure === "SIU_S12" ? [sch, tq1, note, pid, pd1, pv1, pv2, vital, dg1, ...resources] : bodies[structure];
  const lines = withEvent.test(trigger) ? [header, evn, ...(body ?? [])] : [header, ...(body ?? [])];
  return `${lines.join("\r")}\r`;
}

/** Every trigger of 2.5.1 that there is a sample of. */
export const sampledTriggers = triggersOf("2.5.1") as Trigger[];
