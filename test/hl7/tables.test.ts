import { describe, expect, it } from "vitest";
import * as allergy from "../../shared/hl7/tables/allergy.ts";
import * as appointment from "../../shared/hl7/tables/appointment.ts";
import * as charge from "../../shared/hl7/tables/charge.ts";
import { type CodeMap, codeMap, translate } from "../../shared/hl7/tables/code-map.ts";
import * as coverage from "../../shared/hl7/tables/coverage.ts";
import * as document from "../../shared/hl7/tables/document.ts";
import * as medication from "../../shared/hl7/tables/medication.ts";
import * as order from "../../shared/hl7/tables/order.ts";
import * as person from "../../shared/hl7/tables/person.ts";
import * as result from "../../shared/hl7/tables/result.ts";
import * as visit from "../../shared/hl7/tables/visit.ts";

const modules = [allergy, appointment, charge, coverage, document, medication, order, person, result, visit];
const maps = modules.flatMap((module) => Object.values(module).filter(isCodeMap));

function isCodeMap(value: unknown): value is CodeMap {
  return typeof value === "object" && value !== null && "codes" in value;
}

/** Codes as receivers know them, map by map: what each map must give at its most used codes and at its edges. */
const expected: Readonly<Record<string, readonly string[]>> = {
  gender: ["male>M", "female>F", "other>O", "unknown>U"],
  maritalStatus: ["M>M", "S>S", "L>E", "T>P", "A>N", "UNK>U", "ASKU>T"],
  religion: ["1041>CAT", "1020>HIN", "1026>JEW", "1028>LUT"],
  race: ["2106-3>2106-3", "2028-9>2028-9"],
  ethnicity: ["2135-2>H", "2186-5>N", "UNK>U"],
  relationship: [
    "ONESELF>SEL",
    "WIFE>SPO",
    "MTH>MTH",
    "STPFTH>PAR",
    "GUARD>GRD",
    "AUNT>EXF",
    "MAUNT>EXF",
    "DEP>DEP",
    "UNK>UNK",
  ],
  relationshipFromContactRole: ["C>EMC", "E>EMR"],
  contactRole: ["N>N", "C>C", "EP>EP"],
  nameUse: ["official>L", "usual>D", "maiden>M", "nickname>N", "anonymous>S", "old>A"],
  addressUse: ["home>H", "work>B", "temp>C", "old>BA", "billing>M"],
  addressType: ["postal>M", "physical>"],
  telecomUse: ["home>PRN", "work>WPN", "old>"],
  telecomSystem: ["phone>PH", "email>Internet", "url>"],
  encounterClass: ["IMP>I", "ACUTE>I", "EMER>E", "AMB>O", "OBSENC>O", "PRENC>P", "VR>O"],
  admissionType: ["EM>E", "UR>U", "EL>C"],
  visitPriority: ["EM>1", "UR>2", "EL>3"],
  admitSource: ["emd>7", "hosp-trans>4", "born>"],
  dischargeDisposition: ["home>01", "exp>20", "snf>03", "aadvice>07", "oth>"],
  diagnosisUse: ["AD>A", "DD>F", "CC>W"],
  providerRole: ["ATND>AT", "ADM>AD", "REFT>RT"],
  ambulatoryStatus: ["wheel>A2"],
  observationStatus: ["final>F", "preliminary>P", "corrected>C", "cancelled>X", "entered-in-error>W", "unknown>"],
  reportStatus: [
    "final>F",
    "partial>A",
    "preliminary>P",
    "corrected>C",
    "appended>C",
    "entered-in-error>C",
    "cancelled>X",
    "registered>O",
  ],
  interpretation: ["H>H", "LL>LL", "POS>A", "NEG>N", "HU>HH", "HX>H", "IND>A", "NCL>", "QCF>"],
  specimenType: ["119297000>BLD", "122575003>UR"],
  specimenAvailability: ["available>Y", "unsatisfactory>N"],
  orderStatus: ["active>IP", "on-hold>HD", "revoked>CA", "completed>CM", "draft>"],
  requestPriority: ["stat>S", "routine>R", "urgent>A"],
  appointmentStatus: [
    "booked>Booked",
    "arrived>Started",
    "fulfilled>Complete",
    "noshow>Noshow",
    "entered-in-error>Deleted",
  ],
  appointmentReason: ["185389009>FOLLOWUP", "373110003>EMERGENCY"],
  segmentAction: ["create>A", "update>U", "delete>D"],
  allergyCategory: ["medication>DA", "food>FA", "biologic>DA"],
  allergySeverity: ["severe>SV", "mild>MI"],
  allergyCriticality: ["high>SV", "unable-to-assess>U"],
  allergyType: ["allergy>AL", "intolerance>IN"],
  allergyStatus: ["confirmed>C", "refuted>D", "entered-in-error>E"],
  subscriberRelationship: ["self>SEL", "child>CHD"],
  insuredRelationship: ["self>01", "spouse>02", "parent>18"],
  medicationRequestStatus: ["active>IP", "stopped>DC"],
  immunizationStatus: ["completed>CP", "not-done>RE"],
  medicationAdministrationStatus: ["completed>CP", "not-done>NA", "in-progress>"],
  substitutionAllowed: ["true>G", "false>N"],
  route: ["26643006>PO", "47625008>IV", "372473007>MM", "62226000>IU", "417255000>OTH"],
  docStatus: ["final>AU", "preliminary>IP"],
  docAvailability: ["current>AV", "superseded>OB"],
  docConfidentiality: ["N>U", "R>R", "V>V"],
  documentType: ["18842-5>DS", "34117-2>HP"],
  transactionType: ["charge>CG", "credit>CD"],
};

describe("every code map", () => {
  it.each(Object.entries(expected))("%s gives the codes that receivers know", (name, lines) => {
    const map = maps.find((each) => each.name === name);
    if (map === undefined) throw new RangeError(`There is no map ${name}`);
    for (const line of lines) {
      const [code = "", told] = line.split(/>(?=[^>]*$)/);
      const found = translate([{ code }], map);
      expect(found === null ? "" : found?.code, `${name} ${code}`).toBe(told);
    }
  });

  it.each(maps.map((map) => [map.name, map] as const))("%s names its table and says why", (_name, map) => {
    expect(map.table).toMatch(/^[A-Z0-9]{2,20}$/);
    expect(map.systems.length).toBeGreaterThan(0);
    expect(map.note).not.toBe("");
    // Table codes are short; only the appointment states are words.
    for (const code of Object.values(map.codes)) if (code !== null) expect(code).toMatch(/^[A-Za-z0-9<>-]{1,12}$/);
  });
});

describe("translating", () => {
  const colors = codeMap({
    name: "colors",
    table: "HL79999",
    systems: ["http://example.org/colors"],
    codes: { red: "R", none: null },
    names: { R: "Red" },
    note: "for this test",
  });

  it("takes the first coding that has a row", () => {
    const local = { system: "http://example.org/local", code: "red" };
    expect(translate([local, { system: "http://example.org/colors", code: "red" }], colors)).toEqual({
      code: "R",
      name: "Red",
    });
  });

  it("takes codes of the HL7 table as they are", () => {
    const coding = { system: "http://terminology.hl7.org/CodeSystem/v2-9999", code: "X", display: "Other" };
    expect(translate([coding], colors)).toEqual({ code: "X", name: "Other" });
    expect(translate([{ ...coding, system: "HL79999" }], colors)).toEqual({ code: "X", name: "Other" });
  });

  it("tells what is not sent on purpose from what has no row", () => {
    expect(translate([{ code: "none" }], colors)).toBeNull();
    expect(translate([{ code: "blue" }], colors)).toBeUndefined();
    expect(translate([{ system: "http://example.org/other", code: "red" }], colors)).toBeUndefined();
    expect(translate([{ code: "constructor" }, { code: "toString" }, {}], colors)).toBeUndefined();
  });
});
