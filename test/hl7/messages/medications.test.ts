import { existsSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { BridgeError } from "../../../shared/errors.ts";
import { check } from "../../../shared/hl7/conformance/check.ts";
import { parseMessages } from "../../../shared/hl7/conformance/parse.ts";
import { parseJson } from "../../../shared/json.ts";
import { fieldOf, render, segmentsOf } from "../support/bridge.ts";
import { givenTablet, infusion, jane, loinc, mass, ordered, snomed, tablets } from "../support/clinical.ts";

type Dosage = fhir4.Dosage;
const [dosage = {}] = tablets.dosageInstruction ?? [];

function prescribe(changes: Partial<fhir4.MedicationRequest> = {}, trigger: "RDE^O11" | "OMP^O09" = "RDE^O11") {
  return render(trigger, { ...tablets, ...changes }, ordered, { type: "order.placed" });
}

function dosed(changes: Partial<Dosage>, trigger?: "RDE^O11" | "OMP^O09") {
  return prescribe({ dosageInstruction: [{ ...dosage, ...changes }] }, trigger);
}

describe("an encoded order (RDE^O11)", () => {
  it("tells drug, dose, instructions, dispensing, prescriber and number", () => {
    const message = prescribe();
    expect(segmentsOf(message, "RXE")).toEqual([
      "RXE||314076^lisinopril 10 MG Oral Tablet^RXNORM^2764472^lisinopril^L|10||mg^mg^UCUM||^10 mg, Tab, PO, BID~^Take with water||G|30|tab^tab^UCUM|2|AS1234563^SMITH^ALEX^^^^^^&2.16.840.1.113883.4.814&ISO^^^^DEA||O-332|||||||||||||||||20261123085500-0600||||||||||||M",
    ]);
    expect(segmentsOf(message, "TQ1")).toEqual([
      "TQ1|1||BID||||20261123090000-0600|20261130090000-0600|||10 mg, Tab, PO, BID",
    ]);
    expect(segmentsOf(message, "RXR")).toEqual(["RXR|PO^Oral^HL70162^318173^PO^99CS4001"]);
    expect(message.workList).toEqual([]);
  });

  it("keeps the digits of the dose as they were written", () => {
    const order = parseJson(JSON.stringify(tablets).replace('"value":10,', '"value":1.50,'));
    const message = render("RDE^O11", order as fhir4.MedicationRequest, ordered, { type: "order.placed" });
    expect(fieldOf(message, "RXE", 3)).toBe("1.50");
  });

  it("tells a range of doses as the least and the most", () => {
    const message = dosed({ doseAndRate: [{ doseRange: { low: mass(1), high: mass(2) } }] });
    expect([3, 4, 5].map((position) => fieldOf(message, "RXE", position))).toEqual(["1", "2", "mg^mg^UCUM"]);
  });

  it("tells a rate with its unit, or per time", () => {
    const message = render("RDE^O11", infusion, ordered, { type: "order.placed" });
    expect([22, 23, 24].map((position) => fieldOf(message, "RXE", position))).toEqual(["", "12.5", "mL/h^mL/hr^UCUM"]);
    expect(fieldOf(message, "TQ1", 3)).toBe("C");
    const ratio = { numerator: mass(100, "mL"), denominator: mass(8, "h") };
    const perShift = dosed({ doseAndRate: [{ doseQuantity: mass(1), rateRatio: ratio }] });
    expect([22, 23, 24].map((position) => fieldOf(perShift, "RXE", position))).toEqual(["H8", "100", "mL^mL^UCUM"]);
    const asked = dosed({ doseAndRate: [{ rateRatio: ratio }] }, "OMP^O09");
    expect([17, 21, 22].map((position) => fieldOf(asked, "RXO", position))).toEqual(["H8", "100", "mL^mL^UCUM"]);
    const perWeight = { numerator: mass(5), denominator: mass(1, "kg") };
    const weighed = dosed({ doseAndRate: [{ doseQuantity: mass(1), rateRatio: perWeight }] });
    expect([22, 23, 24].map((position) => fieldOf(weighed, "RXE", position))).toEqual(["", "5", "mg/kg^mg/kg^UCUM"]);
  });

  it.each([
    ["no dose in numbers", { doseAndRate: [] }, "RXE-3"],
    ["a dose without a unit", { doseAndRate: [{ doseQuantity: { value: 1 } }] }, "RXE-5"],
  ] satisfies [string, Partial<Dosage>, string][])("is impossible with %s", (_name, changes, field) => {
    expect(() => dosed(changes)).toThrow(
      expect.objectContaining({ code: "ERR_UNRENDERABLE", details: expect.objectContaining({ field }) }),
    );
  });

  it("is impossible for a drug that nobody names", () => {
    const { medicationCodeableConcept: _drug, ...nameless } = tablets;
    expect(() => render("RDE^O11", nameless as fhir4.MedicationRequest, ordered, { type: "order.placed" })).toThrow(
      expect.objectContaining({ details: expect.objectContaining({ field: "RXE-2" }) }),
    );
  });

  it.each([
    [true, "G"],
    [false, "N"],
  ])("says whether another drug may be given: %s is %s", (allowedBoolean, code) => {
    expect(fieldOf(prescribe({ substitution: { allowedBoolean } }), "RXE", 9)).toBe(code);
  });
});

describe("a plain order (OMP^O09)", () => {
  it("needs no dose in numbers: the text stands in its place", () => {
    const message = dosed({ doseAndRate: [], text: "apply sparingly" }, "OMP^O09");
    expect(fieldOf(message, "RXO", 2)).toBe("");
    expect(fieldOf(message, "RXO", 7)).toBe("^apply sparingly~^Take with water");
  });

  it("is called what its reference displays, where the Medication did not come along", () => {
    const { medicationCodeableConcept: _drug, ...order } = tablets;
    const message = render(
      "OMP^O09",
      { ...order, medicationReference: { reference: "Medication/m1", display: "lisinopril" } },
      ordered,
      { type: "order.placed" },
    );
    expect(fieldOf(message, "RXO", 1)).toBe("^lisinopril");
    expect(message.workList).toContainEqual(
      expect.objectContaining({ reason: "missing-resource", path: "MedicationRequest.medicationReference" }),
    );
  });

  it("tells the strength of a drug of one substance", () => {
    const drug: fhir4.Medication = {
      resourceType: "Medication",
      id: "d",
      code: { text: "amoxicillin" },
      ingredient: [
        {
          itemCodeableConcept: { text: "amoxicillin" },
          strength: { numerator: mass(250), denominator: mass(5, "mL") },
        },
      ],
    };
    const { medicationCodeableConcept: _drug, ...order } = tablets;
    const message = render(
      "OMP^O09",
      { ...order, contained: [drug], medicationReference: { reference: "#d" } },
      ordered,
      { type: "order.placed" },
    );
    expect([18, 19, 25, 26].map((position) => fieldOf(message, "RXO", position))).toEqual([
      "250",
      "mg^mg^UCUM",
      "5",
      "mL^mL^UCUM",
    ]);
    expect(segmentsOf(message, "RXC")).toEqual([]);
    const { medicationCodeableConcept: _given, ...given } = givenTablet;
    const told = { ...given, contained: [drug], medicationReference: { reference: "#d" } };
    const fields = [13, 14, 23, 24].map((position) => fieldOf(render("RAS^O17", told, ordered), "RXA", position));
    expect(fields).toEqual(["250", "mg^mg^UCUM", "5", "mL^mL^UCUM"]);
  });
});

describe("a mixture", () => {
  it("is told by its parts: the base and what is added", () => {
    const message = render("RDE^O11", infusion, ordered, { type: "order.placed" });
    expect(fieldOf(message, "RXE", 2)).toBe("^heparin drip");
    expect(segmentsOf(message, "RXC")).toEqual([
      "RXC|A|5224^heparin^RXNORM|25000|[USP'U]^[USP'U]^UCUM",
      "RXC|B|^Dextrose 5% in Water|250|mL^mL^UCUM",
    ]);
  });

  it("is never told without the amount of a part", () => {
    const [mix] = infusion.contained as [fhir4.Medication];
    const [heparin, base] = mix.ingredient ?? [];
    const { strength: _strength, ...unmeasured } = heparin ?? {};
    const vague = { ...infusion, contained: [{ ...mix, ingredient: [unmeasured, base] }] };
    expect(() => render("RDE^O11", vague as fhir4.MedicationRequest, ordered, { type: "order.placed" })).toThrow(
      expect.objectContaining({ details: expect.objectContaining({ field: "RXC-3" }) }),
    );
  });
});

describe("the route (RXR)", () => {
  const local = { system: "https://fhir.cerner.com/ec0/codeSet/4001", code: "318170", display: "IV" };

  it.each([
    ["SNOMED CT", snomed("47625008", "Intravenous route"), "IV^Intravenous^HL70162"],
    [
      "Millennium beside SNOMED CT",
      { coding: [local, { system: "http://snomed.info/sct", code: "78421000" }] },
      "IM^Intramuscular^HL70162^318170^IV^99CS4001",
    ],
    ["Millennium alone", { coding: [local] }, "318170^IV^99CS4001"],
    ["a text", { text: "by mouth" }, "^by mouth"],
    ["nothing", undefined, "OTH^Other/Miscellaneous^HL70162"],
  ])("by %s is %s", (_name, route, expected) => {
    expect(fieldOf(dosed({ route } as Partial<Dosage>), "RXR", 1)).toBe(expected);
  });

  it("without a row of the table is a work item", () => {
    expect(dosed({ route: { coding: [local] } }).workList).toContainEqual(
      expect.objectContaining({ reason: "unmapped-code", field: "RXR-1" }),
    );
  });
});

describe("an administration (RAS^O17)", () => {
  const give = (changes: Partial<fhir4.MedicationAdministration> = {}, type = "administration.recorded") =>
    render("RAS^O17", { ...givenTablet, ...changes }, [...ordered, tablets], { type });

  it("names its order, what was given when, and how", () => {
    const message = give();
    expect(segmentsOf(message, "ORC")).toEqual([
      "ORC|RE|O-332^GENORD|900^GEN|||||||||1234567893^SMITH^ALEX^^^^^^NPI&2.16.840.1.113883.4.6&ISO^L^^^NPI",
    ]);
    expect(segmentsOf(message, "RXA")).toEqual([
      "RXA|0|1|20261123081000-0600|20261123081200-0600|314076^lisinopril 10 MG Oral Tablet^RXNORM^2764472^lisinopril^L|10|mg^mg^UCUM||^10 mg|^ROE^RICHARD|4W^412^A^GEN^^N^MAIN|||||||||CP|A|20261123090000-0600",
    ]);
    expect(segmentsOf(message, "RXR")).toEqual(["RXR|PO^Oral^HL70162"]);
    expect(message.workList).toEqual([]);
  });

  it("has the id of the order where that did not come along", () => {
    expect(fieldOf(render("RAS^O17", givenTablet, ordered, { type: "administration.recorded" }), "ORC", 2)).toBe(
      "332^GEN",
    );
  });

  it.each([
    ["completed", "administration.recorded", "CP", "A"],
    ["stopped", "administration.changed", "PA", "U"],
    ["not-done", "administration.recorded", "NA", "A"],
    ["entered-in-error", "administration.deleted", "CP", "D"],
  ] as const)("that is %s (%s) has RXA-20 %s and RXA-21 %s", (status, type, completion, action) => {
    const message = give({ status }, type);
    expect([20, 21].map((position) => fieldOf(message, "RXA", position))).toEqual([completion, action]);
  });

  it("in error keeps the state that it was told with", () => {
    const before: fhir4.MedicationAdministration = { ...givenTablet, status: "stopped" };
    const message = render("RAS^O17", { ...givenTablet, status: "entered-in-error" }, ordered, {
      type: "administration.deleted",
      before,
    });
    expect([20, 21].map((position) => fieldOf(message, "RXA", position))).toEqual(["PA", "D"]);
  });

  it("says why nothing was given", () => {
    const message = give({ status: "not-done", statusReason: [{ text: "Patient asleep" }] });
    expect(fieldOf(message, "RXA", 18)).toBe("^Patient asleep");
  });

  it("has 999 where the dose is not known, the start as end where it has none", () => {
    const { dosage: _dosage, effectivePeriod: _period, ...given } = givenTablet;
    const message = render("RAS^O17", { ...given, effectiveDateTime: "2026-11-23T14:10:00Z" }, ordered, {
      type: "administration.recorded",
    });
    expect([3, 4, 6, 7].map((position) => fieldOf(message, "RXA", position))).toEqual([
      "20261123081000-0600",
      "20261123081000-0600",
      "999",
      "",
    ]);
    expect(fieldOf(message, "RXR", 1)).toBe("OTH^Other/Miscellaneous^HL70162");
  });

  it("is impossible without a time", () => {
    const { effectivePeriod: _period, ...timeless } = givenTablet;
    expect(() => render("RAS^O17", timeless as fhir4.MedicationAdministration, ordered)).toThrow(
      expect.objectContaining({ code: "ERR_UNRENDERABLE", details: expect.objectContaining({ field: "RXA-3" }) }),
    );
  });

  it("is impossible for another kind of resource", () => {
    const other: fhir4.Observation = {
      resourceType: "Observation",
      id: "o",
      status: "final",
      code: loinc("1-8", "x"),
      subject: { reference: "Patient/1" },
    };
    expect(() => render("RAS^O17", other, [jane])).toThrow(
      expect.objectContaining({ details: { field: "MSH-9", path: "Observation" } }),
    );
  });
});

const wire = new URL("../../../../shared/corpus/ignite-wire/", import.meta.url);
const requests = new URL("medication-request/medicationrequest-12724066.json", wire);

if (!existsSync(requests))
  console.log("Skipped the medication requests of the Millennium sandbox: ../shared/corpus/ignite-wire is not there");

describe.skipIf(!existsSync(requests))("the medication requests of the Millennium sandbox", () => {
  const bundle = () => parseJson(readFileSync(requests, "utf8")) as fhir4.Bundle;
  const all = () => (bundle().entry ?? []).flatMap(({ resource }) => (resource === undefined ? [] : [resource]));

  it("are told where they are orders with a dose, and name what they lack where not", () => {
    const outcomes = new Map<string, number>();
    for (const request of all()) {
      let outcome = "told";
      try {
        const message = render("RDE^O11", request, [], { type: "order.placed" });
        const [parsed] = parseMessages(message.er7);
        const errors = check(parsed ?? { segments: [] }, "2.5.1").filter(({ severity }) => severity === "error");
        expect(errors).toEqual([]);
      } catch (error) {
        if (!(error instanceof BridgeError)) throw error;
        outcome = `${error.details["field"]} ${error.details["path"]}`;
      }
      outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
    }
    // Plans are the patient's list of medications at home: no orders.
    expect(Object.fromEntries(outcomes)).toEqual({ told: 6, "ORC-1 MedicationRequest.intent": 19 });
  });

  it("keep drug, rate and times of an infusion", () => {
    const drip = all().find(({ id }) => id === "332682525");
    if (drip === undefined) throw new TypeError("The corpus has no such request");
    const message = render("RDE^O11", drip, [], { type: "order.placed" });
    expect(fieldOf(message, "RXE", 2)).toBe(
      "1807627^150 ML Sodium Chloride 9 MG/ML Injection^RXNORM^40284513^NS drip 0.9 %^L",
    );
    expect([3, 5, 23, 24].map((position) => fieldOf(message, "RXE", position))).toEqual([
      "0.9",
      "%^%^UCUM",
      "200.0",
      "mL/h^mL/hr^UCUM",
    ]);
    expect(segmentsOf(message, "TQ1")).toEqual(["TQ1|1||C||||20210714083600-0500||||200 mL/hr, IV||5.0^h&h&UCUM"]);
    expect(segmentsOf(message, "RXR")).toEqual(["RXR|IV^Intravenous^HL70162^318170^IV^99CS4001"]);
  });
});
