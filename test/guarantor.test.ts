import { expect, test } from "vitest";
import { guarantorsOf, isGuarantor } from "../shared/guarantor.ts";

test("who pays is known by the code of the role, or by what Millennium calls it", () => {
  expect(
    isGuarantor({ coding: [{ system: "http://terminology.hl7.org/CodeSystem/v3-RoleClass", code: "GUAR" }] }),
  ).toBe(true);
  expect(isGuarantor({ text: "Default Guarantor" })).toBe(true);
  expect(isGuarantor({ coding: [{ code: "1153", display: "Default Guarantor" }] })).toBe(true);
  expect(isGuarantor({ text: "Mother" })).toBe(false);
  expect(isGuarantor(null as never)).toBe(false);
});

test("the patient answers for the accounts, and every relative who pays", () => {
  const relative = (id: string, text: string, more: Partial<fhir4.RelatedPerson> = {}): fhir4.RelatedPerson => ({
    resourceType: "RelatedPerson",
    id,
    patient: { reference: "Patient/1" },
    relationship: [{ text }],
    ...more,
  });
  const relatives = [
    relative("7-1", "Default Guarantor"),
    relative("8-1", "Mother"),
    relative("9-1", "Default Guarantor", { active: false }),
    relative("10-1", "", { relationship: "guarantor" as never }),
  ];
  expect(guarantorsOf("1", relatives)).toEqual(["1-1", "7-1"]);
});
