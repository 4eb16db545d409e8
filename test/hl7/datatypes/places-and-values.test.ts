import { describe, expect, it } from "vitest";
import { encapsulatedData, referencePointer } from "../../../shared/hl7/datatypes/attachment.ts";
import { personLocation } from "../../../shared/hl7/datatypes/location.ts";
import { observedValue } from "../../../shared/hl7/datatypes/varies.ts";
import { source } from "../support/bridge.ts";
import { scopeWith, text } from "../support/scope.ts";

const physical = (code: string): fhir4.CodeableConcept => ({
  coding: [{ system: "http://terminology.hl7.org/CodeSystem/location-physical-type", code }],
});

function place(id: string, name: string, type: string, partOf?: string): fhir4.Location {
  return {
    resourceType: "Location",
    id,
    name,
    physicalType: physical(type),
    ...(partOf !== undefined && { partOf: { reference: `Location/${partOf}` } }),
  };
}

describe("PL", () => {
  const building = [
    place("bed", "A", "bd", "room"),
    place("room", "412", "ro", "ward"),
    place("ward", "4W", "wa", "floor"),
    place("floor", "4", "lvl", "main"),
    place("main", "MAIN", "bu", "site"),
    place("site", "GEN", "si"),
  ];

  it("comes from the chain of places", () => {
    const scope = scopeWith({}, building);
    expect(text(personLocation({ reference: "Location/bed" }, scope, {}))).toBe("4W^412^A^GEN^^N^MAIN^4");
    expect(text(personLocation({ reference: "Location/room" }, scope, {}))).toBe("4W^412^^GEN^^N^MAIN^4");
    expect(text(personLocation({ reference: "Location/ward", display: "4 West" }, scope, {}))).toBe(
      "4W^^^GEN^^^MAIN^4^4 West",
    );
  });

  it("knows what Millennium calls a place where the tenant has mapped its type to none of HL7", () => {
    const named = (name: string): fhir4.CodeableConcept => ({
      coding: [{ system: "https://fhir.cerner.com/ec0/codeSet/222", code: "1", display: name, userSelected: true }],
      text: name,
    });
    const names = ["Bed(s)", "Room(s)", "Nurse Unit(s)", "", "Building(s)", "Facility(s)"];
    const unmapped = building.map((each, index) => ({ ...each, physicalType: named(names[index] ?? "") }));
    const told = text(personLocation({ reference: "Location/bed" }, scopeWith({}, unmapped), {}));
    expect(told).toBe("4W^412^A^GEN^^N^MAIN");
  });

  it("takes the source's facility where the chain names none, an identifier before a name, an id before a long name", () => {
    const ward: fhir4.Location = {
      ...place("77", "Cardiac Step Down Unit East", "wa"),
      type: [{ coding: [{ code: "CCU" }] }],
    };
    expect(text(personLocation({ reference: "Location/77" }, scopeWith({}, [ward]), {}))).toBe("77^^^GEN^^N");
    const numbered: fhir4.Location = { ...ward, identifier: [{ value: "CSD" }] };
    expect(text(personLocation({ reference: "Location/77" }, scopeWith({}, [numbered]), {}))).toBe("CSD^^^GEN^^N");
  });

  it("takes the name where the alias is too long for a code, and the alias where both are short", () => {
    const lab: fhir4.Location = { ...place("l1", "LAB01", "wa"), alias: ["Open for laboratory tests only"] };
    const told = (location: fhir4.Location) =>
      text(personLocation({ reference: "Location/l1" }, scopeWith({}, [location]), {}));
    expect(told(lab)).toBe("LAB01^^^GEN");
    expect(told({ ...lab, alias: ["L1"] })).toBe("L1^^^GEN");
  });

  it("a chain that leads back to itself ends", () => {
    const loop = [place("a", "A", "ro", "b"), place("b", "B", "wa", "a")];
    expect(text(personLocation({ reference: "Location/a" }, scopeWith({}, loop), {}))).toBe("B^A^^GEN^^N");
  });

  it.each<[fhir4.Reference, string]>([
    [{ display: "GEN, MAIN, 4W, 412, A" }, "4W^412^A^GEN^^N^MAIN^^GEN, MAIN, 4W, 412, A"],
    [{ display: "GEN, MAIN, 4W" }, "4W^^^GEN^^^MAIN^^GEN, MAIN, 4W"],
    // Another facility of the tenant than the one that the source is called.
    [{ display: "WEST, MAIN, 4W, 412, A" }, "4W^412^A^WEST^^N^MAIN^^WEST, MAIN, 4W, 412, A"],
    [{ display: "Baseline West Medical Center, BW, 4W" }, "4W^^^GEN^^^BW^^Baseline West Medical Center, BW, 4W"],
    [{ reference: "Location/9", display: "Clinic 1" }, "Clinic 1^^^GEN^^^^^Clinic 1"],
    [
      { reference: "Location/31098367", display: "Model Behavioral Health Hospital" },
      "31098367^^^GEN^^^^^Model Behavioral Health Hospital",
    ],
    [{ reference: "Location/9" }, "9^^^GEN"],
    [{}, ""],
  ])("without the places, %j is %s", (reference, told) => {
    expect(text(personLocation(reference, scopeWith(), {}))).toBe(told);
  });

  it("comes from the display where the chain breaks off below the ward", () => {
    const scope = scopeWith({}, building.slice(0, 2));
    const reference = { reference: "Location/bed", display: "GEN, MAIN, 4W, 412, A" };
    expect(text(personLocation(reference, scope, {}))).toBe("4W^412^A^GEN^^N^MAIN^^GEN, MAIN, 4W, 412, A");
    expect(text(personLocation({ reference: "Location/bed" }, scope, {}))).toBe("^412^A^GEN");
  });

  it("a contained place says what it is for, as where the patient lives", () => {
    const type = [{ coding: [{ system: "http://terminology.hl7.org/CodeSystem/v3-RoleCode", code: "PTRES" }] }];
    const owner = { contained: [{ resourceType: "Location", id: "l", name: "Home", type }] };
    expect(text(personLocation({ reference: "#l", display: "Home" }, scopeWith(), owner))).toBe("Home^^^GEN^^H^^^Home");
  });

  it("a contained place that is a name alone is split like a display", () => {
    const owner = { contained: [{ resourceType: "Location", id: "l", name: "GEN, MAIN, ED" }] };
    expect(text(personLocation({ reference: "#l" }, scopeWith(), owner))).toBe("ED^^^GEN^^^MAIN^^GEN, MAIN, ED");
  });
});

describe("OBX-2 and OBX-5", () => {
  const tell = (value: Parameters<typeof observedValue>[0], resources: readonly fhir4.FhirResource[] = []) => {
    const observed = observedValue(value, scopeWith({}, resources), {});
    return observed === undefined ? undefined : [observed.type, observed.repetitions.map(text).join("~")];
  };
  const ucum = "http://unitsofmeasure.org";

  it.each<[Parameters<typeof observedValue>[0], string, string]>([
    [{ valueQuantity: { value: 4.2, code: "g", system: ucum } }, "NM", "4.2"],
    [{ valueQuantity: { value: 0.2, comparator: "<" } }, "SN", "<^0.2"],
    [{ valueInteger: 7 }, "NM", "7"],
    [
      { valueCodeableConcept: { coding: [{ system: "http://snomed.info/sct", code: "1", display: "One" }] } },
      "CWE",
      "1^One^SCT",
    ],
    [{ valueCodeableConcept: { text: "detected" } }, "CWE", "^^^^^^^^detected"],
    [{ valueString: "clear | yellow" }, "ST", "clear \\F\\ yellow"],
    [{ valueString: "line one\nline two" }, "FT", "line one\\.br\\line two"],
    [{ valueString: "x".repeat(200) }, "TX", "x".repeat(200)],
    [{ valueBoolean: false }, "ID", "N"],
    [{ valueDateTime: "2026-11-23T05:10:00Z" }, "TS", "20261122231000-0600"],
    [{ valueDateTime: "2026-11-23" }, "DT", "20261123"],
    [{ valueTime: "14:30:00" }, "TM", "143000"],
    [{ valuePeriod: { start: "2026-11-23", end: "2026-11-24" } }, "TS", "20261123~20261124"],
    [{ valueRange: { low: { value: 10 }, high: { value: 20 } } }, "SN", "^10^-^20"],
    [{ valueRatio: { numerator: { value: 1 }, denominator: { value: 128 } } }, "SN", "^1^:^128"],
    [
      { valueSampledData: { origin: { value: 0.1 }, factor: 0.1, period: 1, dimensions: 1, data: "1 2 E 3" } },
      "NA",
      "0.2^0.3^^0.4",
    ],
  ])("%j is %s %s", (value, type, told) => {
    expect(tell(value)).toEqual([type, told]);
  });

  it("nothing is told where there is no value", () => {
    expect(tell({})).toBeUndefined();
    expect(tell({ valueQuantity: {} })).toBeUndefined();
    expect(tell({ valueCodeableConcept: {} })).toBeUndefined();
  });

  it("an attachment is told by its data, by the Binary that came along, or by where it lies", () => {
    const url = "https://host/r4/t/Binary/7";
    const pdf = { contentType: "application/pdf", url };
    const binary = { resourceType: "Binary", id: "7", contentType: "application/pdf", data: "JVBERi0x" } as const;
    expect(tell({ valueAttachment: { contentType: "application/pdf", data: "JVBE\nRi0x" } })).toEqual([
      "ED",
      "GEN^AP^PDF^Base64^JVBERi0x",
    ]);
    expect(tell({ valueAttachment: pdf }, [binary])).toEqual(["ED", "GEN^AP^PDF^Base64^JVBERi0x"]);
    expect(tell({ valueAttachment: pdf })).toEqual(["RP", `${url}^GEN^AP^PDF`]);
    expect(tell({ valueAttachment: { contentType: "text/plain; charset=utf-8", data: "YQpi" } })).toEqual([
      "TX",
      "a~b",
    ]);
    expect(tell({ valueAttachment: {} })).toBeUndefined();
  });
});

describe("ED and RP", () => {
  it.each([
    ["image/jpeg", "IM", "JPEG"],
    ["text/html", "TEXT", "HTML"],
    [undefined, "AP", "OCTET-STREAM"],
  ])("%s is %s %s", (contentType, type, subtype) => {
    const attachment = { data: "QQ==", url: "Binary/1", ...(contentType !== undefined && { contentType }) };
    expect(text(encapsulatedData(attachment, scopeWith()))).toBe(`GEN^${type}^${subtype}^Base64^QQ==`);
    expect(text(referencePointer(attachment, scopeWith()))).toBe(`${source.baseUrl}/Binary/1^GEN^${type}^${subtype}`);
  });
});
