import { describe, expect, test } from "vitest";
import { nextMeta, tellAll, tellLast } from "./telling.ts";

const rows: [row: string, before: fhir4.Patient[], after: fhir4.Patient, told: string[]][] = [
  ["P1 a new record", [], person(), ["P1 patient.added A28"]],
  ["P1 an inactive record becomes active", [person({ active: false })], person(), ["P1 patient.added A28"]],
  [
    "P2 another address",
    [person()],
    person({ address: [{ line: ["2 Elm St"], city: "Chicago" }] }),
    ["P2 patient.updated A31"],
  ],
  [
    "P3 another medical record number",
    [person(numbered("1"))],
    person(numbered("2")),
    ["P3 patient.identifier-changed A47"],
  ],
  ["P4 a second number of another system", [person(numbered("1"))], person(both()), ["P2 patient.updated A31"]],
  ["P5 merged into another record", [person()], mergedInto("34"), ["P5 patient.merged A40"]],
  ["P5 not when it was merged before it was known", [], mergedInto("34"), []],
  ["P9 died", [person()], person({ deceasedDateTime: "2026-03-02" }), ["P9 patient.updated A31"]],
  ["P10 nothing for an inactive record that was never told", [], person({ active: false }), []],
];

describe("an HL7 receiver of everything is told", () => {
  const context = [person({ id: "34" })];
  for (const [row, before, after, told] of rows)
    test(row, () => expect(tellLast([...before, after], { context })).toEqual(told));
});

test("a merge is about the surviving record and names the one that ended, with the identifiers that it had", () => {
  const survivor = person({ id: "34" });
  const ended = person({ identifier: [{ system: "urn:oid:1.2.3", value: "MRN-12" }] });
  const [merge] = tellAll([ended, mergedInto("34")], { context: [survivor] })[1] ?? [];
  expect(merge?.focus).toBe("Patient/34");
  expect(merge?.after).toEqual(survivor);
  expect(merge?.step?.merged).toEqual(ended);
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

function numbered(value: string, system = "urn:oid:1.2.3"): Partial<fhir4.Patient> {
  return { identifier: [{ type: { coding: [{ code: "MR" }] }, system, value }] };
}

function both(): Partial<fhir4.Patient> {
  return { identifier: [...(numbered("1").identifier ?? []), ...(numbered("9", "urn:oid:9").identifier ?? [])] };
}
