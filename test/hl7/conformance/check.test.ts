import { describe, expect, it } from "vitest";
import { type ConformanceRules, check, type Finding } from "../../../shared/hl7/conformance/check.ts";
import { parseMessages } from "../../../shared/hl7/conformance/parse.ts";
import type { Hl7Version } from "../../../shared/hl7/dictionary/contents.ts";

function findings(
  lines: readonly string[],
  version: Hl7Version = "2.5.1",
  rules?: ConformanceRules,
): readonly Finding[] {
  const [message] = parseMessages(lines.join("\r"));
  return check(message ?? { segments: [] }, version, rules);
}

/** `error required SCH-6`: what a person reads first of a finding. */
function summary(found: readonly Finding[]): string[] {
  return found.map(({ severity, rule, segment, sequence, field, repetition, component, subcomponent }) => {
    const place = [field, component, subcomponent].filter((part) => part !== undefined).join(".");
    const nth = sequence > 1 ? `[${sequence}]` : "";
    return `${severity} ${rule} ${segment}${nth}${place && `-${place}`}${repetition === undefined ? "" : `(${repetition})`}`;
  });
}

function header(trigger: string, version = "2.5.1"): string {
  return `MSH|^~\\&|BRIDGE|GEN|RCV|GEN|20261122231502-0600||${trigger}|B0000000000000017|P|${version}|||AL|NE||UNICODE UTF-8`;
}

const evn = "EVN|A01|20261122231455-0600||||20261122231000-0600";
const pid =
  "PID|1||7001234^^^GENMRN^MR||DOE^JANE^ANN^^^^L||19800214|F||2106-3^White^HL70005|12 ELM ST^APT 4^ROCHESTER^MN^55901^USA^H";
const pv1 = "PV1|1|I|4W^412^A^GEN^^N^MAIN^4|E|||1234567893^SMITH^ALEX^^^^^^NPI&2.16.840.1.113883.4.6&ISO^L^^^NPI";
const admit = [header("ADT^A01^ADT_A01"), evn, pid, pv1];
const result = [header("ORU^R01^ORU_R01"), pid, "ORC|RE", "OBR|1|||24323-8^Comprehensive metabolic 2000 panel^LN"];

function admitWith(segment: string, line: string): string[] {
  return admit.map((each) => (each.startsWith(segment) ? line : each));
}

describe("a message that keeps to its version", () => {
  it("has no findings", () => {
    expect(findings(admit)).toEqual([]);
    expect(
      findings([
        ...result,
        "OBX|1|NM|2823-3^Potassium^LN|1|4.10|mmol/L^mmol/L^UCUM|3.5-5.1|N|||C|||20261122220000-0600",
      ]),
    ).toEqual([]);
  });

  it("may carry Z-segments anywhere", () => {
    expect(findings([admit[0] ?? "", "ZZ1|x", evn, "ZPI|1", pid, pv1, "ZZZ"])).toEqual([]);
  });

  it("leaves MSH-9.3 out in 2.3, and its structure is that of the event", () => {
    const lines = [
      header("ADT^A08", "2.3").replace("||UNICODE UTF-8", ""),
      evn,
      "PID|1||7001234^^^GENMRN||DOE^JANE",
      "PV1|1|I",
    ];

    expect(findings(lines, "2.3")).toEqual([]);
    expect(summary(findings([...lines, "IAM|1"], "2.3"))).toEqual(["error structure IAM"]);
  });
});

describe("structure", () => {
  it("says what is missing or out of place", () => {
    expect(summary(findings([admit[0] ?? "", evn, pid, "AL1|1||x"]))).toContain("error structure PV1");
    expect(findings([...admit, "NK1|1"])).toContainEqual({
      severity: "error",
      rule: "structure",
      segment: "NK1",
      sequence: 1,
      detail:
        "Not allowed after PV1 in ADT_A01, which has PV2, ROL, DB1, OBX, AL1, DG1, DRG, PR1, GT1, IN1, ACC, UB1, UB2, PDA there",
    });
  });

  it("takes the structure that MSH-9.3 names, with a warning where the event has another", () => {
    expect(summary(findings([header("ADT^A12^ADT_A09"), evn, pid, pv1]))).toEqual(["warning structure MSH-9.3"]);
  });

  it("checks the fields alone where the event is not known", () => {
    expect(summary(findings([header("QRY^Z99"), "PID|x"]))).toEqual([
      "warning version MSH-9",
      "error type PID-1",
      "error required PID-3",
      "error required PID-5",
    ]);
  });

  it("needs MSH first", () => {
    expect(summary(findings(["EVN||20260101"]))).toEqual(["error structure MSH"]);
  });

  it("does not repeat what stands in the place of a segment name", () => {
    expect(summary(findings([...admit, "Smith, John|1"]))).toEqual(["error structure ?"]);
  });
});

describe("version", () => {
  it("is that of MSH-12", () => {
    expect(summary(findings(admit, "2.5"))).toEqual(["error version MSH-12"]);
  });
});

describe("fields", () => {
  it("that are required hold a value", () => {
    // SCH-6, the reason of the event.
    const schedule = [
      header("SIU^S13^SIU_S12"),
      "SCH||A-88231^GENAPPT|||||FOLLOWUP^A follow up visit from a previous appointment^HL70276",
      "RGS|1|U",
    ];

    expect(summary(findings(schedule))).toEqual([
      "error required SCH-6",
      "error required SCH-16",
      "error required SCH-20",
    ]);
    expect(summary(findings(admitWith("PID", pid.replace("DOE^JANE^ANN^^^^L", '""'))))).toEqual([
      "error required PID-5",
    ]);
  });

  it("repeat as often as the version lets them", () => {
    expect(summary(findings([...admit, "PV2|||R~S"]))).toEqual(["error repeats PV2-3"]);
    expect(findings([...result.slice(0, 3), "OBR|1|||P^Panel^L|||||||||||||5550101~5550102~5550103"])).toMatchObject([
      { rule: "repeats", segment: "OBR", field: 17, detail: "3 repetitions where 2 may be" },
    ]);
  });

  it("end where the version ends the segment", () => {
    expect(summary(findings(admitWith("EVN", `${evn}|GEN|extra`)))).toEqual(["warning undefined EVN-8"]);
    expect(summary(findings(admitWith("PID", pid.replace("^MR", "^MR^^^^^^late"))))).toEqual([
      "warning undefined PID-3.11",
    ]);
    expect(summary(findings(admitWith("EVN", "EVN|A^x|20261122")))).toEqual(["warning undefined EVN-1.2"]);
    expect(summary(findings(admitWith("PID", pid.replace("^GENMRN^", "^GEN&1.2&ISO&x^"))))).toEqual([
      "warning undefined PID-3.4.4",
    ]);
    expect(summary(findings(admitWith("PID", pid.replace("7001234^", "7&8^"))))).toEqual(["warning undefined PID-3.1"]);
  });

  it("that the version has withdrawn stay empty, and so do components", () => {
    const lines = [
      header("ADT^A01^ADT_A01", "2.7"),
      "EVN||20261122",
      "PID|1|7^^^GEN^MR|7001234^^^GENMRN^MR||DOE^JANE^^^^MD",
      pv1,
    ];

    expect(summary(findings(lines, "2.7"))).toEqual(["error withdrawn PID-2", "error withdrawn PID-5.6"]);
  });
});

describe("values", () => {
  it.each([
    ["PID-7", "19801301", false],
    ["PID-7", "19800230", false],
    ["PID-7", "19800229", true],
    ["PID-7", "1980", true],
    ["PID-7", "1980-02-14", false],
    ["PID-7", "19800214101560", false],
    ["PID-7", "198002141015.5", false],
    ["PID-7", "19800214101500.1234+0130", true],
    ["PID-7", "1980021410", true],
    ["PID-1", "one", false],
    ["PID-25", "2.5", true],
    ["PID-25", "-.5", true],
    ["PID-25", "1e3", false],
    ["PID-25", "1,5", false],
  ])("of %s: %s is of its type: %s", (place, value, isValid) => {
    const position = Number(place.slice(4));
    const fields = pid.split("|");
    while (fields.length <= position) fields.push("");
    fields[position] = value;

    const found = findings(admitWith("PID", fields.join("|"))).filter(({ rule }) => rule === "type");

    expect(found.length === 0).toBe(isValid);
  });

  it("have an hour with minutes before 2.5", () => {
    const lines = [header("ADT^A01^ADT_A01", "2.4"), "EVN|A01|2026112223", pid, pv1];

    expect(summary(findings(lines, "2.4"))).toEqual(["error type EVN-2.1"]);
  });

  it("are as long as the version lets them, escapes counted", () => {
    expect(findings(admitWith("PID", pid.replace("JANE", "J".repeat(31))))).toMatchObject([
      { severity: "warning", rule: "length", field: 5, component: 2, detail: "31 characters where 30 may be" },
    ]);
    expect(findings(admitWith("PID", pid.replace("JANE", `${"J".repeat(28)}\\T\\`)))).toMatchObject([
      { rule: "length", field: 5, component: 2, detail: "31 characters where 30 may be" },
    ]);
    expect(
      summary(findings(admitWith("MSH", header("ADT^A01^ADT_A01").replace("B0000000000000017", "C".repeat(21))))),
    ).toEqual(["warning length MSH-10"]);
  });

  it("have no length where 2.7 gives none", () => {
    const lines = [header("ADT^A01^ADT_A01", "2.7"), "EVN||20261122", pid.replace("JANE", "J".repeat(300)), pv1];

    expect(findings(lines, "2.7")).toEqual([]);
  });

  it("come from the tables that HL7 defines", () => {
    const lines = [...result, "OBX|1|NM|2823-3^Potassium^LN||4.1||||||V", "OBX|2|NM|2823-3^Potassium^LN||4.1||||||K"];

    expect(findings(lines)).toMatchObject([
      { severity: "warning", sequence: 1, field: 11, detail: "In HL70085 of another version only" },
      { severity: "error", sequence: 2, field: 11, detail: "Not in HL70085" },
    ]);
    expect(summary(findings(admitWith("PID", pid.replace("^MR", "^LOCAL"))))).toEqual(["warning table PID-3.5"]);
    expect(summary(findings(admitWith("PID", pid.replace("HL70005", "http://loinc.org"))))).toEqual([
      "warning table PID-10.3",
    ]);
  });
});

describe("OBX-5", () => {
  const obx = (type: string, value: string) => [...result, `OBX|1|${type}|2823-3^Potassium^LN||${value}||||||F`];

  it.each([
    ["NM", "4.10", []],
    ["NM", "high", ["error type OBX-5"]],
    ["SN", "<^0.2", []],
    ["SN", "<^low", ["error type OBX-5.2"]],
    ["TS", "202611", []],
    ["TS", "202613", ["error type OBX-5.1"]],
    ["CE", "a^b^L^c^d^L^late", ["warning undefined OBX-5.7"]],
    ["ED", "^TEXT^PDF^Base64", ["error required OBX-5.5"]],
    ["", "4.10", ["error required OBX-2"]],
    ["", "", []],
    ["ZZ", "4.10", ["error table OBX-2"]],
    ["VARIES", "4.10", ["error table OBX-2", "warning length OBX-2"]],
  ])("is of the type that OBX-2 names: %s %s", (type, value, expected) => {
    expect(summary(findings(obx(type, value))).sort()).toEqual(expected);
  });

  it("names the repetition", () => {
    expect(summary(findings(obx("NM", "4.1~x~5")))).toEqual(["error type OBX-5(2)"]);
  });

  it("has no CE from 2.6 on", () => {
    const lines = [header("ORU^R01^ORU_R01", "2.6"), ...obx("CE", "a^b").slice(1)];

    expect(summary(findings(lines, "2.6"))).toEqual(["error table OBX-2"]);
  });
});

describe("the destination's own rules", () => {
  it("decide what a finding weighs", () => {
    const long = admitWith("PID", pid.replace("JANE", "J".repeat(31)));

    expect(summary(findings(long, "2.5.1", { severities: { length: "error" } }))).toEqual(["error length PID-5.2"]);
    expect(findings(long, "2.5.1", { severities: { length: "off" } })).toEqual([]);
  });

  it("stand in the place of the version's", () => {
    const fields = { "PID-18": { required: true }, "PID-5": { maxLength: 5 }, "PID-11": { maxRepeats: 1 } };
    const twoAddresses = admitWith("PID", `${pid}~13 ELM ST`);

    expect(summary(findings(twoAddresses, "2.5.1", { fields }))).toEqual([
      "warning length PID-5",
      "error repeats PID-11",
      "error required PID-18",
    ]);
    expect(
      findings(admitWith("PID", "PID|1||7^^^GEN||"), "2.5.1", { fields: { "PID-5": { required: false } } }),
    ).toEqual([]);
  });
});
