import { describe, expect, it } from "vitest";
import { fieldOf, render, segmentsOf } from "./support/bridge.ts";
import { coded, jane, stay, subject } from "./support/clinical.ts";

const terminology = "http://terminology.hl7.org/CodeSystem";
const millennium = "https://fhir-ehr.cerner.com/r4/StructureDefinition";
const codeSet = "https://fhir.cerner.com/ec0/codeSet";

/** A relationship as Ignite writes it: what somebody does for the patient, with the family relation and the period beside. */
function relationship(
  code: string,
  display: string,
  mapped: fhir4.Coding | undefined,
  { relation, end }: { relation?: fhir4.CodeableConcept; end?: string } = {},
): fhir4.CodeableConcept {
  const own = { system: `${codeSet}/351`, code, display, userSelected: true };
  return {
    extension: [
      {
        url: `${millennium}/period`,
        valuePeriod: { start: "2019-12-26T16:06:26Z", ...(end !== undefined && { end }) },
      },
      ...(relation === undefined ? [] : [{ url: `${millennium}/relation`, valueCodeableConcept: relation }]),
    ],
    coding: mapped === undefined ? [own] : [own, mapped],
    text: display,
  };
}

const role = (code: string, display: string): fhir4.Coding => ({ system: `${terminology}/v3-RoleCode`, code, display });
const contact = (code: string, display: string): fhir4.Coding => ({ system: `${terminology}/v2-0131`, code, display });
const asMother: fhir4.CodeableConcept = {
  coding: [{ system: `${codeSet}/40`, code: "156", display: "Mother", userSelected: true }, role("MTH", "mother")],
  text: "Mother",
};

const pays = relationship("1150", "Default Guarantor", role("GT", "Guarantor"), { relation: asMother });
const helps = relationship("1152", "Emergency Contact", contact("C", "Emergency Contact"), { relation: asMother });

function nancy(...relationships: readonly fhir4.CodeableConcept[]): fhir4.RelatedPerson {
  return {
    resourceType: "RelatedPerson",
    id: "12-7",
    active: true,
    patient: subject,
    relationship: [...relationships],
    name: [{ use: "official", text: "SMART, NANCY", family: "SMART", given: ["NANCY"] }],
    identifier: [{ type: coded(`${terminology}/v2-0203`, "MR", "MRN"), system: "urn:oid:1.2.3.1", value: "7009" }],
  };
}

/** NK1-3 and NK1-7. */
function kin(...relationships: readonly fhir4.CodeableConcept[]): readonly string[] {
  const message = render("ADT^A31", jane, [nancy(...relationships)]);
  return [fieldOf(message, "NK1", 3), fieldOf(message, "NK1", 7)];
}

describe("a person who belongs to the patient, as Ignite writes one", () => {
  it("the family relation stands in each relationship: it is NK1-3, GT1-11, and says whose PID-21 is", () => {
    const message = render("ADT^A31", jane, [nancy(pays, helps)]);
    expect(fieldOf(message, "NK1", 3)).toBe("MTH^Mother^HL70063^156^Mother^99CS40");
    expect(fieldOf(message, "NK1", 7)).toBe("C^Emergency Contact^HL70131^1152^Emergency Contact^99CS351");
    expect(fieldOf(message, "GT1", 11)).toBe("MTH^Mother^HL70063^156^Mother^99CS40");
    expect(fieldOf(message, "PID", 21)).toBe("7009^^^GENMRN^MR");
  });

  it("who pays is no contact, and who does nothing else is told in GT1 alone", () => {
    const message = render("ADT^A31", jane, [nancy(pays)]);
    expect(segmentsOf(message, "NK1")).toEqual([]);
    expect(segmentsOf(message, "GT1")).toHaveLength(1);
  });

  it("code set 351 holds relations as well as contact roles", () => {
    expect(kin(relationship("1156", "Guardian", role("GUARD", "guardian")))).toEqual([
      "GRD^Guardian^HL70063^1156^Guardian^99CS351",
      "",
    ]);
    expect(kin(relationship("1153", "Family Member", role("FAMMEMB", "family member")))).toEqual([
      "EXF^Extended family^HL70063^1153^Family Member^99CS351",
      "",
    ]);
  });

  it("where the family relation is told, the other one is what somebody does", () => {
    const guards = relationship("1156", "Guardian", role("GUARD", "guardian"), {
      relation: coded(`${terminology}/v3-RoleCode`, "MAUNT", "maternal aunt"),
    });
    expect(kin(guards)).toEqual(["EXF^Extended family^HL70063", "1156^Guardian^99CS351^GUARD^guardian^99V3RoleCode"]);
  });

  it("a code that the tenant has mapped to none is known by its name", () => {
    expect(kin(relationship("1156", "Guardian", undefined))).toEqual([
      "GRD^Guardian^HL70063^1156^Guardian^99CS351",
      "",
    ]);
    expect(kin(relationship("1159", "Next of Kin", undefined))).toEqual([
      "",
      "N^Next-of-Kin^HL70131^1159^Next of Kin^99CS351",
    ]);
    expect(kin(relationship("9", "Authorized Representative", undefined))).toEqual([
      "",
      "9^Authorized Representative^99CS351",
    ]);
  });

  it("of several roles, the one that the table knows goes first", () => {
    const [, told] = kin(relationship("9", "Authorized Representative", undefined), helps);
    expect(told).toBe("C^Emergency Contact^HL70131^1152^Emergency Contact^99CS351");
  });

  it("a relationship that has ended is told no more, nor a person of whom all have", () => {
    const helped = relationship("1152", "Emergency Contact", contact("C", "Emergency Contact"), { end: "2020-01-01" });
    const next = relationship("1159", "Next of Kin", contact("N", "Next-of-Kin"));
    expect(kin(helped, next)).toEqual(["", "N^Next-of-Kin^HL70131^1159^Next of Kin^99CS351"]);
    expect(segmentsOf(render("ADT^A31", jane, [nancy(helped)]), "NK1")).toEqual([]);
  });

  it("what FHIR does not allow in a relationship ends no message", () => {
    const odd = [{ coding: [null, { display: 7 }], text: 7, extension: {} }, 5] as unknown as fhir4.CodeableConcept[];
    const message = render("ADT^A31", jane, [nancy(...odd, pays, helps)]);
    expect(["NK1", "GT1"].map((name) => segmentsOf(message, name).length)).toEqual([1, 1]);
  });

  it("who was named for one visit is told with that visit alone", () => {
    const named: fhir4.RelatedPerson = {
      ...nancy(pays, helps),
      extension: [{ url: `${millennium}/related-person-encounter`, valueReference: { reference: "Encounter/97" } }],
    };
    const told = (visit: fhir4.Encounter | undefined) => {
      const message = visit === undefined ? render("ADT^A31", jane, [named]) : render("ADT^A08", visit, [jane, named]);
      return ["NK1", "GT1"].map((name) => segmentsOf(message, name).length);
    };
    expect(told(stay)).toEqual([1, 1]);
    expect(told({ ...stay, id: "98" })).toEqual([0, 0]);
    expect(told(undefined)).toEqual([0, 0]);
  });
});
