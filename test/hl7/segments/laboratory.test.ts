import { describe, expect, it } from "vitest";
import type { Hl7Version } from "../../../shared/hl7/dictionary/contents.ts";
import { fieldOf, linesOf, segmentsOf } from "../support/bridge.ts";
import {
  coded,
  jane,
  labOrder,
  loinc,
  mass,
  ordered,
  panelReport,
  potassiumResult,
  snomed,
  subject,
} from "../support/clinical.ts";
import { renderIn } from "../support/versions.ts";

/** What a laboratory and its clients look at first: whose range, which laboratory, which order, which specimen. */

const terminology = "http://terminology.hl7.org/CodeSystem";
const performerFunction = "http://hl7.org/fhir/StructureDefinition/event-performerFunction";

function tell(
  results: readonly fhir4.Observation[],
  more: Partial<fhir4.DiagnosticReport> = {},
  context: readonly fhir4.FhirResource[] = [],
  version: Hl7Version = "2.5.1",
  patient: fhir4.Patient = jane,
) {
  const result = results.map(({ id }) => ({ reference: `Observation/${id}` }));
  return renderIn(version, "ORU^R01", { ...panelReport, result, ...more }, [patient, ...results, ...context]);
}

describe("of several reference ranges, OBX-7 is", () => {
  const range = (low: number, more: Partial<fhir4.ObservationReferenceRange> = {}) => ({
    low: { value: low },
    high: { value: low + 1 },
    ...more,
  });
  const meaning = (code: string) => coded(`${terminology}/referencerange-meaning`, code, code);
  const years = (low: number | undefined, high?: number) => ({
    ...(low !== undefined && { low: mass(low, "a") }),
    ...(high !== undefined && { high: mass(high, "a") }),
  });
  const rangeFor = (patient: fhir4.Patient, ...referenceRange: fhir4.ObservationReferenceRange[]) => {
    const message = tell([potassiumResult("o", { referenceRange })], {}, [], "2.5.1", patient);
    return [7, 10].map((position) => fieldOf(message, "OBX", position));
  };
  const forMen = range(1, { appliesTo: [snomed("248153007", "Male")] });
  const forWomen = range(3, { appliesTo: [snomed("248152002", "Female")] });
  const { gender: _gender, birthDate: _birthDate, ...anybody } = jane;

  it("the one for the sex of the patient; the first, where nobody knows that", () => {
    expect(rangeFor(jane, forMen, forWomen)).toEqual(["3-4", "S"]);
    expect(rangeFor({ ...jane, gender: "male" }, forMen, forWomen)).toEqual(["1-2", "S"]);
    expect(rangeFor(anybody, forMen, forWomen)).toEqual(["1-2", "S"]);
  });

  it("the one for the age that the patient had when the specimen was taken", () => {
    const born = (birthDate: string) =>
      rangeFor({ ...jane, birthDate }, range(1, { age: years(0, 18) }), range(3, { age: years(18, 65) }))[0];
    expect(born("2020-02-14")).toBe("1-2");
    expect(born("1980-02-14")).toBe("3-4");
    expect(born("2008-02-14")).toBe("3-4");
    const inMonths = range(5, { age: { low: mass(0, "mo"), high: mass(6, "mo") } });
    expect(rangeFor({ ...jane, birthDate: "2026-09-01" }, inMonths, range(7, { age: years(1) }))).toEqual(["5-6", "A"]);
  });

  it("none where none is for such a patient, and one that holds for all before one that holds for some others", () => {
    expect(rangeFor(jane, forMen, range(9, { age: years(undefined, 12) }))).toEqual(["", ""]);
    expect(rangeFor(jane, range(1, { appliesTo: [snomed("77386006", "Pregnant")] }), range(3))).toEqual(["3-4", ""]);
    expect(rangeFor(jane, range(3), forWomen)).toEqual(["3-4", "S"]);
  });

  it("the normal one, and never a critical one", () => {
    const critical = range(1, { type: meaning("critical") });
    expect(rangeFor(jane, critical, range(3, { type: meaning("normal") }))).toEqual(["3-4", ""]);
    expect(rangeFor(jane, critical)).toEqual(["", ""]);
    expect(rangeFor(jane, range(5, { type: meaning("therapeutic") }))).toEqual(["5-6", ""]);
  });

  it("the only one there is, whomever it is for", () => {
    expect(rangeFor(jane, forMen)).toEqual(["1-2", "S"]);
  });
});

describe("an interpretation", () => {
  const told = (code: string, version: Hl7Version) => {
    const interpretation = [coded(`${terminology}/v3-ObservationInterpretation`, code, `Is ${code}`)];
    const message = tell([potassiumResult("o", { interpretation })], {}, [], version);
    return [fieldOf(message, "OBX", 8).split("^")[0], fieldOf(message, "NTE", 3)];
  };

  it.each([
    ["HX", "H"],
    ["LX", "L"],
    ["H>", "HH"],
    ["L<", "LL"],
  ])("of a threshold, %s, is %s", (code, expected) => {
    expect(told(code, "2.5.1")).toEqual([expected, ""]);
  });

  it("that says why there is none stands in a note until OBX-8 has a code for it", () => {
    for (const code of ["QCF", "TOX", "AC"]) {
      expect(told(code, "2.5.1")).toEqual(["", `Is ${code}`]);
      expect(told(code, "2.7")).toEqual([code, ""]);
    }
  });
});

describe("a value", () => {
  it("that is a file is told, by the extension that Ignite has for it", () => {
    const filed = potassiumResult("o", {
      extension: [
        {
          url: "http://hl7.org/fhir/5.0/StructureDefinition/extension-Observation.valueAttachment",
          valueAttachment: { contentType: "application/pdf", url: "https://fhir.example.org/Binary/XR-1" },
        },
      ],
    });
    const message = tell([filed]);
    expect([2, 5].map((position) => fieldOf(message, "OBX", position))).toEqual([
      "RP",
      "https://fhir.example.org/Binary/XR-1^GEN^AP^PDF",
    ]);
  });

  it("that is still to come leaves the result pending; one that will never come ends it", () => {
    const status = (of: fhir4.Observation["status"], code: string) =>
      fieldOf(tell([potassiumResult("o", { status: of, dataAbsentReason: { coding: [{ code }] } })]), "OBX", 11);
    expect(status("registered", "temp-unknown")).toBe("I");
    expect(status("preliminary", "temp-unknown")).toBe("P");
    expect(status("final", "temp-unknown")).toBe("X");
    expect(status("registered", "not-performed")).toBe("X");
  });

  it("in words, and a note, end where the words do: Millennium has a line behind them", () => {
    const written = potassiumResult("o", {
      valueString: "Clear\n",
      note: [{ text: "Repeat\nplease\n" }, { text: " \n" }],
    });
    const message = tell([written]);
    expect([2, 5].map((position) => fieldOf(message, "OBX", position))).toEqual(["ST", "Clear"]);
    expect(segmentsOf(message, "NTE")).toEqual(["NTE|1|L|Repeat\\.br\\please"]);
  });

  it("of a range or a ratio without any number is none", () => {
    const { valueRange, valueRatio } = { valueRange: { low: {} }, valueRatio: { numerator: {}, denominator: {} } };
    for (const empty of [{ valueRange }, { valueRatio }])
      expect([2, 5].map((position) => fieldOf(tell([potassiumResult("o", empty)]), "OBX", position))).toEqual(["", ""]);
  });
});

describe("who performed a result", () => {
  const lab: fhir4.Organization = {
    resourceType: "Organization",
    id: "lab",
    name: "Main Lab",
    address: [{ line: ["1 LAB ST"], city: "ROCHESTER", state: "MN" }],
  };
  const byLab = { reference: "Organization/lab", display: "Main laboratory" };
  const acting = (code: string): fhir4.Reference => ({
    reference: "Practitioner/78",
    display: "ROE, RICHARD",
    extension: [{ url: performerFunction, valueCodeableConcept: coded(`${terminology}/v2-0912`, code, code) }],
  });

  it("is the laboratory of the report, where the result names none", () => {
    const other = { reference: "Organization/other", display: "Other Lab" };
    const message = tell([potassiumResult("a"), potassiumResult("b", { performer: [other] })], { performer: [byLab] }, [
      lab,
    ]);
    expect([1, 2].map((each) => fieldOf(message, "OBX", 23, each))).toEqual(["Main Lab", "Other Lab"]);
    expect([1, 2].map((each) => fieldOf(message, "OBX", 24, each))).toEqual(["1 LAB ST^^ROCHESTER^MN", ""]);
    expect(fieldOf(tell([potassiumResult("a")], { performer: [byLab] }, [lab], "2.5"), "OBX", 15)).toBe("^Main Lab");
  });

  it("is nobody who merely ordered it", () => {
    const message = tell([potassiumResult("a", { performer: [acting("OP")] })]);
    expect(fieldOf(message, "OBX", 16)).toBe("");
    expect(fieldOf(tell([potassiumResult("a", { performer: [acting("PPRF")] })]), "OBX", 16)).toBe("^ROE^RICHARD");
    const both = { ...acting("OP"), extension: [...(acting("OP").extension ?? []), ...(acting("LA").extension ?? [])] };
    expect(fieldOf(tell([potassiumResult("a", { performer: [both] })]), "OBX", 16)).toBe("^ROE^RICHARD");
  });

  it("asked for it: ORC-12 and OBR-16 say the same, and name persons", () => {
    const asked = (more: Partial<fhir4.DiagnosticReport>, ...context: fhir4.FhirResource[]) => {
      const message = tell([potassiumResult("a")], more, context);
      return [fieldOf(message, "ORC", 12), fieldOf(message, "OBR", 16)];
    };
    expect(asked({ performer: [acting("OP")] })).toEqual(["^ROE^RICHARD", "^ROE^RICHARD"]);
    const basedOn = [{ reference: "ServiceRequest/5511" }];
    expect(asked({ basedOn }, { ...labOrder, requester: byLab }, lab)).toEqual(["", ""]);
  });

  it("and with what: a device is known by its number, else by its serial number", () => {
    const device = (more: Partial<fhir4.Device>) => {
      const used: fhir4.Device = { resourceType: "Device", id: "d", ...more };
      return fieldOf(tell([potassiumResult("a", { device: { reference: "Device/d" } })], {}, [used]), "OBX", 18);
    };
    expect(device({ identifier: [{ value: "METER-3" }], serialNumber: "SN-9" })).toBe("METER-3");
    expect(device({ serialNumber: "SN-9" })).toBe("SN-9");
    expect(device({ udiCarrier: [{ deviceIdentifier: "00844588003288" }] })).toBe("00844588003288");
    expect(device({})).toBe("");
  });
});

describe("OBR", () => {
  it("names the order, also where only the reference does, and where the report is based on more than it", () => {
    const number = (...basedOn: fhir4.Reference[]) => {
      const message = tell([potassiumResult("a")], { basedOn });
      expect(fieldOf(message, "ORC", 2)).toBe(fieldOf(message, "OBR", 2));
      return fieldOf(message, "OBR", 2);
    };
    expect(number({ reference: "CarePlan/1" }, { reference: "ServiceRequest/9" })).toBe("9^GEN");
    expect(number({ identifier: { system: "urn:oid:1.2.3.3", value: "O-77" }, display: "CBC" })).toBe("O-77^GENORD");
    expect(number({ reference: "CarePlan/1" })).toBe("");
  });

  it.each([
    [coded(`${terminology}/observation-category`, "laboratory", "Laboratory"), "LAB"],
    [coded(`${terminology}/observation-category`, "imaging", "Imaging"), "RAD"],
    [coded(`${terminology}/observation-category`, "vital-signs", "Vital Signs"), ""],
    [loinc("LP29684-5", "Radiology"), "RAD"],
    [coded(`${terminology}/v2-0074`, "MB", "Microbiology"), "MB"],
    [coded("https://fhir.cerner.com/ec0/codeSet/6000", "2513", "Laboratory"), "LAB"],
    [{ text: "Radiology" }, "RAD"],
    [{ text: "Patient Care" }, ""],
    // HL70074 has no surgery: SR is serology.
    [snomed("387713003", "Surgical procedure"), "OTH"],
  ])("of the category %j is of the section %s", (category, section) => {
    expect(fieldOf(tell([], { category: [category] }), "OBR", 24)).toBe(section);
  });

  it("has the time of an Observation whatever kind it is of, and of a report that has only an end", () => {
    const { effectiveDateTime: _none, ...timeless } = potassiumResult("a");
    const start = "2026-11-23T04:00:00Z";
    for (const time of [
      { effectiveTiming: { event: [start] } },
      { effectiveInstant: start },
      { effectivePeriod: { start } },
      { effectivePeriod: { end: start } },
    ]) {
      const message = renderIn("2.5.1", "ORU^R01", { ...timeless, ...time }, [jane]);
      expect([fieldOf(message, "OBR", 7), fieldOf(message, "OBX", 14)]).toEqual([
        "20261122220000-0600",
        "20261122220000-0600",
      ]);
    }
  });

  it("is scheduled (S) while its time is still to come", () => {
    const status = (effectiveDateTime: string) =>
      fieldOf(tell([], { status: "registered", effectiveDateTime }), "OBR", 25);
    expect(status("2026-12-24T15:00:00Z")).toBe("S");
    expect(status("2026-11-20T15:00:00Z")).toBe("O");
  });

  it("of an order says which order it is part of, and when it is due", () => {
    const told = (more: Partial<fhir4.ServiceRequest>, position: number) =>
      fieldOf(
        renderIn("2.5.1", "OML^O21", { ...labOrder, ...more }, ordered, { type: "order.placed" }),
        "OBR",
        position,
      );
    const basedOn = [{ reference: "CarePlan/1" }, { reference: "ServiceRequest/9" }];
    expect(told({ basedOn }, 29)).toBe("9&GEN");
    const { occurrenceDateTime: _none, ...undated } = labOrder;
    const due = { ...undated, occurrenceTiming: { event: ["2026-11-24T15:00:00Z"] } };
    const message = renderIn("2.5.1", "OML^O21", due, ordered, { type: "order.placed" });
    expect(fieldOf(message, "OBR", 36)).toBe("20261124090000-0600");
  });

  it("of an order says who gets copies, and what is known beforehand", () => {
    const embolism: fhir4.Condition = {
      resourceType: "Condition",
      id: "c1",
      code: { text: "Suspected embolism" },
      subject,
    };
    const told = (more: Partial<fhir4.ServiceRequest>, position: number) => {
      const order = { ...labOrder, ...more };
      return fieldOf(
        renderIn("2.5.1", "OML^O21", order, [...ordered, embolism], { type: "order.placed" }),
        "OBR",
        position,
      );
    };
    const copies = { url: performerFunction, valueCodeableConcept: coded(`${terminology}/v2-0912`, "RCT", "Copies") };
    const performer = [{ display: "ROE, RICHARD", extension: [copies] }, { display: "VAN, DRAWER" }];
    expect(told({ performer }, 28)).toBe("^ROE^RICHARD");
    const supportingInfo = [
      { display: "On warfarin" },
      { reference: "Condition/c1" },
      { reference: "Observation/fasting" },
    ];
    expect(told({ supportingInfo }, 13)).toBe("On warfarin; Suspected embolism");
  });
});

describe("a panel that has a note and no value", () => {
  it("stands before its members with it", () => {
    const potassium = potassiumResult("k", { valueQuantity: mass(4.1, "mmol/L") });
    const panel = potassiumResult("p", {
      code: loinc("24326-1", "Electrolytes"),
      hasMember: [{ reference: "Observation/k" }],
      note: [{ text: "Hemolyzed" }],
    });
    const lines = linesOf(tell([panel], {}, [potassium])).filter((line) => /^(?:OBX|NTE)/.test(line));
    expect(lines.map((line) => line.split("|").slice(0, 6).join("|"))).toEqual([
      "OBX|1||24326-1^Electrolytes^LN|1|",
      "NTE|1|L|Hemolyzed",
      "OBX|2|NM|2823-3^Potassium^LN|1.1|4.1",
    ]);
  });
});

describe("a specimen that did not come along", () => {
  it("is told by what its reference says, once for all results of it", () => {
    const urine = { reference: "Specimen/u", display: "Urine" };
    const results = [potassiumResult("a", { specimen: urine }), potassiumResult("b", { specimen: urine })];
    expect(segmentsOf(tell(results), "SPM")).toEqual(["SPM|1|||^^^^^^^^Urine"]);
    const numbered = { identifier: { system: "urn:oid:1.2.3.4", value: "SP-9" } };
    expect(segmentsOf(tell([], { specimen: [numbered] }), "SPM")).toEqual(["SPM|1|SP-9&GENLAB||^Unknown"]);
    expect(segmentsOf(tell([], { specimen: [{ reference: "Specimen/none" }] }), "SPM")).toEqual([]);
  });

  it("has been collected by somebody, where it did", () => {
    const collection = { collector: { reference: "Practitioner/78", display: "ROE, RICHARD" } };
    const drawn: fhir4.Specimen = { resourceType: "Specimen", id: "sp1", collection };
    const specimen = [{ reference: "Specimen/sp1" }];
    expect(fieldOf(tell([], { specimen }, [drawn]), "OBR", 10)).toBe("^ROE^RICHARD");
    const order = renderIn("2.5.1", "OML^O21", { ...labOrder, specimen }, [jane, drawn], { type: "order.placed" });
    expect(fieldOf(order, "OBR", 10)).toBe("^ROE^RICHARD");
  });

  it("stands in OBR-15 of old orders", () => {
    const order = { ...labOrder, specimen: [{ display: "Urine" }] };
    const message = renderIn("2.3", "ORM^O01", order, ordered, { type: "order.placed" });
    expect(fieldOf(message, "OBR", 15)).toBe("&Urine");
  });
});
