import { describe, expect, it } from "vitest";
import { codedElement, codedWithExceptions } from "../../../shared/hl7/datatypes/coded.ts";
import { codeSystemId } from "../../../shared/hl7/tables/code-systems.ts";
import { countryCode } from "../../../shared/hl7/tables/countries.ts";
import { text } from "../support/scope.ts";

const loinc = { system: "http://loinc.org", code: "2823-3", display: "Potassium [Moles/volume]" };
const otherLoinc = { system: "http://loinc.org", code: "6298-4", display: "Potassium in blood" };
const local = {
  system: "https://fhir.cerner.com/0b8a0111/codeSet/72",
  code: "21704910",
  display: "Potassium Level",
  userSelected: true,
};

describe("CE", () => {
  it.each<[fhir4.CodeableConcept | fhir4.Coding | string, string]>([
    [{ coding: [local, loinc] }, "2823-3^Potassium [Moles/volume]^LN^21704910^Potassium Level^99CS72"],
    [
      { coding: [local, loinc], text: "Potassium Level" },
      "2823-3^Potassium [Moles/volume]^LN^21704910^Potassium Level^99CS72",
    ],
    [{ coding: [loinc], text: "K+" }, "2823-3^K+^LN"],
    [{ coding: [loinc, otherLoinc, local] }, "2823-3^Potassium [Moles/volume]^LN^21704910^Potassium Level^99CS72"],
    [{ coding: [loinc, otherLoinc] }, "2823-3^Potassium [Moles/volume]^LN^6298-4^Potassium in blood^LN"],
    [{ coding: [loinc, loinc] }, "2823-3^Potassium [Moles/volume]^LN"],
    [{ text: "Something else" }, "^Something else"],
    [{ coding: [{ code: "X" }] }, "X"],
    [{ coding: [{ display: "only words" }] }, "^only words"],
    [{ coding: [{}] }, ""],
    [{}, ""],
    [loinc, "2823-3^Potassium [Moles/volume]^LN"],
    ["final", "final"],
  ])("%j is %s", (coded, told) => {
    expect(text(codedElement(coded))).toBe(told);
  });
});

describe("CWE", () => {
  it.each<[fhir4.CodeableConcept, string]>([
    [{ coding: [loinc] }, "2823-3^Potassium [Moles/volume]^LN"],
    [{ coding: [{ ...loinc, version: "2.74" }], text: "K+" }, "2823-3^Potassium [Moles/volume]^LN^^^^2.74^^K+"],
    [{ text: "Something else" }, "^^^^^^^^Something else"],
    [{ coding: [{ system: "http://loinc.org", code: "2823-3" }], text: "K+" }, "2823-3^K+^LN"],
    [
      { coding: [local, loinc], text: "Potassium Level" },
      "2823-3^Potassium [Moles/volume]^LN^21704910^Potassium Level^99CS72^^^Potassium Level",
    ],
  ])("%j is %s", (coded, told) => {
    expect(text(codedWithExceptions(coded))).toBe(told);
  });
});

describe("the id of a code system", () => {
  it.each([
    ["http://loinc.org", "LN"],
    ["http://snomed.info/sct", "SCT"],
    ["http://unitsofmeasure.org", "UCUM"],
    ["http://hl7.org/fhir/sid/icd-10-cm", "I10"],
    ["urn:oid:2.16.840.1.113883.6.238", "CDCREC"],
    ["http://terminology.hl7.org/CodeSystem/v2-0276", "HL70276"],
    ["urn:oid:2.16.840.1.113883.12.4", "HL70004"],
    ["https://fhir.ca.cerner.com/0b8a/codeSet/14249", "99CS14249"],
    ["http://terminology.hl7.org/CodeSystem/v3-ActCode", "99V3ActCode"],
    ["https://hospital.example.org/codes", "L"],
    ["UCUM", "UCUM"],
    ["99ELR", "99ELR"],
    ["HL70002", "HL70002"],
    ["a name of nobody", "L"],
    [undefined, undefined],
  ])("%s is %s", (system, id) => {
    expect(codeSystemId(system)).toBe(id);
  });

  it("fits CE.3 and is never a URL", () => {
    for (const system of [
      "http://terminology.hl7.org/CodeSystem/v3-ObservationInterpretationNormality",
      "https://x/y",
    ]) {
      expect(codeSystemId(system)?.length).toBeLessThanOrEqual(20);
      expect(codeSystemId(system)).not.toContain("/");
    }
  });
});

describe("a country", () => {
  it.each([
    ["US", "USA"],
    ["usa", "USA"],
    ["United States", "USA"],
    ["United States of America", "USA"],
    ["DE", "DEU"],
    ["Canada", "CAN"],
    ["Narnia", "Narnia"],
  ])("%s is %s", (country, code) => {
    expect(countryCode(country)).toBe(code);
  });
});
