import { describe, expect, test } from "vitest";
import { nextMeta, tellAll, tellLast } from "./telling.ts";

test("a merge is about the surviving record and names the one that ended, with the identifiers that it had", () => {
  const survivor = person({ id: "34" });
  const ended = person({ identifier: [{ system: "urn:oid:1.2.3", value: "MRN-12" }] });
  const [merge] = tellAll([ended, mergedInto("34")], { context: [survivor] })[1] ?? [];
  expect(merge?.focus).toBe("Patient/34");
  expect(merge?.after).toEqual(survivor);
  expect(merge?.step?.merged).toEqual(ended);
});

describe("another number names the ones that it replaces, and no others", () => {
  const number = (value: string, system: string): fhir4.Identifier => {
    const type = { coding: [{ system: "http://terminology.hl7.org/CodeSystem/v2-0203", code: "MR" }] };
    return { type, system, value };
  };
  const [kept, old, now] = [number("1", "urn:oid:1"), number("7", "urn:oid:2"), number("8", "urn:oid:2")];
  const numbered = (...identifier: fhir4.Identifier[]) => person({ identifier });
  const mergedOf = (...versions: fhir4.Patient[]) => {
    const merged = tellAll(versions).at(-1)?.[0]?.step?.merged;
    return merged?.resourceType === "Patient" ? merged.identifier : undefined;
  };

  test("as the version before had them", () =>
    expect(mergedOf(numbered(kept, old), numbered(kept, now))).toEqual([old]));
  test("though the version before had lost them", () =>
    expect(mergedOf(numbered(old), numbered(), numbered(now))).toEqual([old]));
  test("though the tenant has mapped its kinds of numbers to none of HL7", () => {
    const unmapped = (value: string): fhir4.Identifier => {
      const coding = [{ system: "https://fhir.cerner.com/ec0/codeSet/4", code: "10", display: "MRN" }];
      return { type: { coding, text: "MRN" }, system: "urn:oid:2", value };
    };
    expect(mergedOf(numbered(unmapped("7")), numbered(unmapped("8")))).toEqual([unmapped("7")]);
  });
});

test("once merged, nothing more is told of the record that ended", () => {
  const renamed = { ...mergedInto("34"), name: [{ text: "unknown" }] };
  expect(tellLast([person(), mergedInto("34"), renamed], { context: [person({ id: "34" })] })).toEqual([]);
});

test("a merge that is undone tells the record as a new one", () => {
  expect(tellLast([person(), mergedInto("34"), person()], { context: [person({ id: "34" })] })).toEqual([
    "P1 patient.added A28",
  ]);
});

function person(changes: Partial<fhir4.Patient> = {}): fhir4.Patient {
  return {
    resourceType: "Patient",
    id: "12",
    meta: nextMeta(),
    active: true,
    name: [{ family: "Rivera", given: ["Ana"] }],
    birthDate: "1961-04-09",
    ...changes,
  };
}

/** As Ignite answers for a combined record: no time, no name, a pointer to the survivor. */
function mergedInto(survivor: string): fhir4.Patient {
  return {
    resourceType: "Patient",
    id: "12",
    meta: { versionId: "9" },
    active: false,
    link: [{ other: { reference: `Patient/${survivor}` }, type: "replaced-by" }],
  };
}
