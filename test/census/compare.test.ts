import { expect, test } from "vitest";
import { compare } from "../../census/compare.ts";
import type { Expected } from "../../census/expected.ts";

const visit: Expected = {
  thing: "visit V1",
  key: "Encounter/1",
  changedAt: "2026-03-02T14:15:00.000Z",
  presence: "held",
  facets: { state: "present", bed: ["4N 408 A", "4N 408 WINDOW"], discharged: undefined },
};

function holding(facets: Record<string, string> | undefined) {
  return { holds: () => facets };
}

test("what is held as it is agrees, facet by facet", () => {
  expect(compare(visit, holding({ state: "present", bed: "4N 408 WINDOW", class: "I" }))).toEqual({
    compared: 3,
    differences: [],
  });
});

test("each facet that differs is a difference: another value, a value missing, a value too many", () => {
  const held = { state: "discharged", discharged: "2026-03-02T12:00:00.000Z" };
  expect(compare(visit, holding(held)).differences).toEqual([
    { thing: "visit V1", facet: "state", expected: "present", held: "discharged" },
    { thing: "visit V1", facet: "bed", expected: "4N 408 A", held: "(nothing)" },
    { thing: "visit V1", facet: "discharged", expected: "(nothing)", held: "2026-03-02T12:00:00.000Z" },
  ]);
});

test("what must be held and is not, what must not be and is, and what nobody had to be told of", () => {
  expect(compare(visit, holding(undefined))).toMatchObject({ compared: 1, differences: [{ facet: "presence" }] });
  const gone: Expected = { ...visit, presence: "absent", facets: {} };
  expect(compare(gone, holding({ state: "present" }))).toMatchObject({
    compared: 1,
    differences: [{ facet: "presence", expected: "(nothing)", held: "state present" }],
  });
  expect(compare(gone, holding(undefined))).toEqual({ compared: 1, differences: [] });
  expect(compare({ ...visit, presence: "either" }, holding(undefined))).toEqual({ compared: 0, differences: [] });
});
