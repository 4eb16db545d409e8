import { describe, expect, it } from "vitest";
import { type Adapted, adapt } from "../../../shared/hl7/conformance/adapt.ts";
import { check } from "../../../shared/hl7/conformance/check.ts";
import { parseMessages } from "../../../shared/hl7/conformance/parse.ts";
import { type Hl7Version, hl7Versions } from "../../../shared/hl7/dictionary/contents.ts";
import { triggerFormOf } from "../../../shared/hl7/dictionary/triggers.ts";
import { encodeMessage, encodeSegment } from "../../../shared/hl7/encode.ts";
import type { Message } from "../../../shared/hl7/model.ts";
import { sampledTriggers, sampleOf } from "../../interop/samples.ts";

function parse(er7: string): Message {
  return parseMessages(er7)[0] ?? { segments: [] };
}

function admit(...lines: readonly string[]): string {
  const header = "MSH|^~\\&|BRIDGE|GEN|RCV|GEN|20261122231502-0600||ADT^A01^ADT_A01|B1|P|2.5.1";
  const own = ["EVN|A01|20261122", "PID|1||7^^^GEN^MR||DOE^JANE", "PV1|1|I"];
  return [header, ...own.map((line) => lines.find((other) => other.startsWith(line.slice(0, 3))) ?? line)]
    .concat(lines.filter((line) => !own.some((other) => other.startsWith(line.slice(0, 3)))))
    .join("\r");
}

/** The segments of that name as they read in another version. */
function said(er7: string, version: Hl7Version, name: string): string[] {
  return linesOf(adapt(parse(er7), version)).filter((line) => line.startsWith(name));
}

function linesOf({ message }: Adapted): string[] {
  return message.segments.map((segment) => encodeSegment(segment));
}

describe("a message in another version", () => {
  it.each(sampledTriggers)("%s keeps to every version that has its event", (trigger) => {
    for (const version of hl7Versions.filter((each) => triggerFormOf(trigger, each) !== undefined)) {
      const { message } = adapt(parse(sampleOf(trigger)), version);
      const errors = check(message, version).filter(({ severity }) => severity === "error");

      expect(errors, version).toEqual([]);
    }
  });

  it("is itself in the version of the mapping tables", () => {
    const message = parse(sampleOf("ADT^A01"));

    expect(adapt(message, "2.5.1")).toEqual({ message, trigger: "ADT^A01", structure: "ADT_A01", omissions: [] });
  });

  it("leaves the one that it was made from as it was", () => {
    const message = parse(sampleOf("RDE^O11"));
    const before = encodeMessage(message);
    for (const version of hl7Versions) adapt(message, version);

    expect(encodeMessage(message)).toBe(before);
  });

  it("is refused where the version has no event for it", () => {
    expect(() => adapt(parse(sampleOf("ADT^A60")), "2.3")).toThrow(
      expect.objectContaining({
        code: "ERR_UNRENDERABLE",
        details: { field: "MSH-9", trigger: "ADT^A60", version: "2.3" },
      }),
    );
  });
});

describe("the header", () => {
  it.each([
    ["ADT^A04", "2.3", "ADT^A04", "2.3"],
    ["ADT^A04", "2.3.1", "ADT^A04^ADT_A01", "2.3.1"],
    ["ADT^A28", "2.4", "ADT^A28^ADT_A05", "2.4"],
    ["ADT^A47", "2.8", "ADT^A47^ADT_A44", "2.8"],
    ["OML^O21", "2.3.1", "ORM^O01^ORM_O01", "2.3.1"],
    ["RDE^O11", "2.3", "RDE^O01", "2.3"],
  ] as const)("of %s in %s names %s and the version", (trigger, version, type, id) => {
    const fields = said(sampleOf(trigger), version, "MSH")[0]?.split("|");

    expect([fields?.[8], fields?.[11]]).toEqual([type, id]);
  });

  it("tells the trigger and the structure that it became", () => {
    const { trigger, structure } = adapt(parse(sampleOf("OML^O21")), "2.3");

    expect([trigger, structure]).toEqual(["ORM^O01", "ORM_O01"]);
  });

  it("carries the event alone from 2.7 on, without EVN-1", () => {
    expect(said(admit(), "2.6", "EVN")).toEqual(["EVN|A01|20261122"]);
    expect(said(admit(), "2.7", "EVN")).toEqual(["EVN||20261122"]);
  });
});

describe("data types", () => {
  it.each([
    // Coded elements: CE is a code (2.3), CE, CWE.
    ["PID|1||7||DOE|||||W^White^HL70005", "2.3", "PID|1||7||DOE|||||W"],
    ["PID|1||7||DOE|||||W^White^HL70005", "2.6", "PID|1||7||DOE|||||W^White^HL70005"],
    // Names: the parts of a family name came with 2.3.1, the range of its dates with 2.4, each for itself with 2.5.
    ["PID|1||7||DOE&VAN&DOE^JANE^^^^^L^^^^^20200101", "2.3", "PID|1||7||DOE^JANE^^^^^L"],
    ["PID|1||7||DOE&VAN&DOE^JANE^^^^^L^^^^^20200101", "2.4", "PID|1||7||DOE&VAN&DOE^JANE^^^^^L^^^20200101"],
    ["PID|1||7||DOE^^^^^^L^^^^^2019^2020", "2.4", "PID|1||7||DOE^^^^^^L^^^2019&2020"],
    ["PID|1||7||DOE^^^^^^L^^^^^2019^2020", "2.3.1", "PID|1||7||DOE^^^^^^L"],
    ["PID|1||7||DOE^JANE^^^^MD", "2.7", "PID|1||7^^^^U||DOE^JANE"],
    // Addresses: the parts of a street came with 2.4.
    ["PID|1||7||DOE||||||12 ELM ST&ELM ST&12^APT 4^ROCHESTER", "2.3.1", "PID|1||7||DOE||||||12 ELM ST^APT 4^ROCHESTER"],
    ["PID|1||7||DOE||||||^^ROCHESTER^^^^H^^^^^^2019^2020", "2.4", "PID|1||7||DOE||||||^^ROCHESTER^^^^H^^^^^2019&2020"],
    // Telephone numbers: one text before 2.5.
    [
      "PID|1||7||DOE||||||||^PRN^PH^^1^507^5550101^12",
      "2.4",
      "PID|1||7||DOE||||||||(507)555-0101X12^PRN^PH^^1^507^5550101^12",
    ],
    ["PID|1||7||DOE||||||||^PRN^CP^^^^^^^^^+4930123456", "2.3", "PID|1||7||DOE||||||||^PRN^CP^^^^^^+4930123456"],
    ["PID|1||7||DOE||||||||555^PRN^PH^^^^5550101", "2.6", "PID|1||7||DOE||||||||^PRN^PH^^^^5550101"],
    // The null stays the null, whatever the type.
    ['PID|1||7||DOE|||||""|""', "2.3", 'PID|1||7||DOE|||||""|""'],
  ] as const)("%s in %s", (line, version, expected) => {
    expect(said(admit(line), version, "PID")).toEqual([expected]);
  });

  it("of a coded value without a code: the text goes where CE has room for it", () => {
    const order = sampleOf("RDE^O11").replace(/RXR\|[^\r]*/g, "RXR|PO|^^^^^^^^left upper arm");

    expect(said(order, "2.4", "RXR")).toEqual(["RXR|PO|^left upper arm", "RXR|PO|^left upper arm"]);
    expect(said(order, "2.6", "RXR")[0]).toBe("RXR|PO|^^^^^^^^left upper arm");
  });

  it("of a range where there was one time, and of a number that became a pair", () => {
    expect(said(sampleOf("DFT^P03"), "2.4", "FT1")[0]?.split("|")[4]).toBe("20261123");
    expect(said(sampleOf("DFT^P03"), "2.5", "FT1")[0]?.split("|")[4]).toBe("20261123^20261123");
    expect(said(sampleOf("OML^O21"), "2.8", "ORC")[0]?.split("|")[4]).toBe("G-1&GENORD");
  });

  it.each([
    ["CE", "a^b^L", "2.5", "CE", "a^b^L"],
    ["CE", "a^b^L", "2.6", "CWE", "a^b^L"],
    ["TS", "20261122", "2.6", "DTM", "20261122"],
    ["ED", "^AP^PDF^Base64^JVBE", "2.5", "ED", "^AP^PDF^Base64^JVBE"],
    ["ED", "^AP^PDF^Base64^JVBE", "2.6", "ED", "^application^PDF^Base64^JVBE"],
    ["NM", "1.50", "2.8", "NM", "1.50"],
  ] as const)("of OBX-5 as %s %s in %s", (type, value, version, expectedType, expectedValue) => {
    const fields = said(admit(`OBX|1|${type}|8302-2^Height^LN||${value}||||||F`), version, "OBX")[0]?.split("|");

    expect([fields?.[2], fields?.[5]]).toEqual([expectedType, expectedValue]);
  });

  it("of the key of a master file", () => {
    expect(said(sampleOf("MFN^M02"), "2.7", "MFE")[0]?.split("|").slice(4)).toEqual(["7777^ROE", "CWE"]);
  });
});

describe("what a version has elsewhere", () => {
  it("timing is in ORC-7, OBR-27 and OBR-5 before 2.5", () => {
    const order = sampleOf("OML^O21");
    const timing = "2&mL^BID&0800,2000^D10^20261123080000-0600^20261130080000-0600^R^if needed^with food^S";
    const request = said(order, "2.4", "OBR")[0]?.split("|");

    expect(said(order, "2.4", "ORC")[0]?.split("|")[7]).toBe(timing);
    expect([request?.[5], request?.[27]]).toEqual(["R", timing]);
    expect(said(order, "2.4", "TQ1")).toEqual([]);
    expect(said(order, "2.5", "TQ1")).toHaveLength(1);
  });

  it("a prescription keeps its own timing, or takes that of its order", () => {
    const prescription = sampleOf("RDE^O11");
    const plain = prescription.replace(/\rRXE\|[^|]*/, "\rRXE|");

    expect(said(prescription, "2.4", "RXE")[0]?.split("|")[1]).toBe("^BID^^20261123080000-0600");
    expect(said(plain, "2.4", "RXE")[0]?.split("|")[1]).toMatch(/^2&mL\^BID&0800,2000\^D10/);
  });

  it("a version that requires a timing is given one", () => {
    const lines = sampleOf("ORM^O01").replace(/\rORC\|RE[^\r]*/, "\rORC|RE");

    expect(said(lines, "2.3", "ORC")[0]?.split("|")[7]).toBe("1");
  });

  it("the specimen is OBR-15 before 2.5", () => {
    const request = said(sampleOf("ORU^R01"), "2.3.1", "OBR")[0]?.split("|");

    expect(request?.[15]).toBe(
      "119297000&Blood specimen&SCT&BLD&Whole blood&HL70487^HEPL^^368208006&Left upper arm&SCT",
    );
    expect([request?.[9], request?.[14]]).toEqual(["10^mL", "20261122224500-0600"]);
    expect(said(sampleOf("ORU^R01"), "2.3.1", "SPM")).toEqual([]);
  });

  it("the time of an appointment is TQ1 from 2.7 on", () => {
    const booked = sampleOf("SIU^S12").replace(/\rTQ1[^\r]*/, "");

    expect(said(booked, "2.6", "SCH")[0]?.split("|")[11]).toBe("^^M30^20261201143000-0600^20261201150000-0600");
    expect(said(booked, "2.7", "SCH")[0]?.split("|")[11]).toBe("");
    expect(said(booked, "2.7", "TQ1")).toEqual([
      "TQ1|1|||||30^min&minute&UCUM|20261201143000-0600|20261201150000-0600",
    ]);
  });

  it("persons that lost their field are named by a role, or a participation", () => {
    const care = "PD1||||1234567893^SMITH^ALEX";

    expect(said(admit(care), "2.7", "ROL")).toEqual(["ROL||UC|PP^Primary Care Provider^HL70443|1234567893^SMITH^ALEX"]);
    // Nothing is left of PD1.
    expect(said(admit(care), "2.7", "PD1")).toEqual([]);
    expect(said(sampleOf("ORU^R01"), "2.7", "PRT")[0]).toMatch(/^PRT\|\|UC\|\|PP\^Primary Care Provider/);
    expect(said(sampleOf("ADT^A01"), "2.6", "ROL").filter((line) => line.includes("Surgeon"))).toHaveLength(1);
  });
});

describe("what a version has no place for", () => {
  it("is left out and listed", () => {
    const { omissions } = adapt(parse(sampleOf("ADT^A03")), "2.3");

    expect(omissions).toEqual(
      expect.arrayContaining([
        { segment: "MSH", sequence: 1, field: 21, reason: "field" },
        { segment: "AL1", sequence: 1, field: 5, reason: "repeats" },
        { segment: "NK1", sequence: 1, reason: "segment" },
        { segment: "ROL", sequence: 2, reason: "segment" },
        { segment: "GT1", sequence: 1, reason: "segment" },
      ]),
    );
  });

  it("is what it has withdrawn, too", () => {
    const { omissions } = adapt(parse(admit("PID|1|old|7||DOE^JANE||||alias")), "2.8");

    expect(omissions).toEqual([
      { segment: "PID", sequence: 1, field: 2, reason: "withdrawn" },
      { segment: "PID", sequence: 1, field: 9, reason: "withdrawn" },
    ]);
  });

  it("is not a Z-segment, which is of no version", () => {
    expect(said(admit("ZPI|1|own"), "2.3", "ZPI")).toEqual(["ZPI|1|own"]);
  });
});
