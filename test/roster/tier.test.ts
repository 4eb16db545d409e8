import { describe, expect, test } from "vitest";
import { intervalOf, isInHouse, patientTier, tiers } from "../../shared/roster/tier.ts";
import { encounter, sourceAt } from "../changes/support/people.ts";

const now = Date.parse("2026-11-23T15:00:00Z");

describe("a patient's tier", () => {
  test.each([
    ["in-house", { inHouse: true, expectedUntil: now + 1 }],
    ["today", { inHouse: false, expectedUntil: now + 1 }],
    ["today", { inHouse: false, activeUntil: now + 1 }],
    ["other", { inHouse: false, expectedUntil: now, activeUntil: now }],
    ["other", { inHouse: false }],
  ])("%s: %o", (tier, facts) => {
    expect(patientTier(facts, now)).toBe(tier);
  });
});

describe("in house", () => {
  const code = (text: string) => ({ class: { code: text } });
  test.each([
    ["an open inpatient encounter", encounter("1", "", { status: "in-progress", ...code("IMP") }), true],
    ["an emergency that arrived", encounter("1", "", { status: "arrived", ...code("EMER") }), true],
    ["an inpatient on leave", encounter("1", "", { status: "onleave", ...code("IMP") }), true],
    ["a discharged inpatient", encounter("1", "", { status: "finished", ...code("IMP") }), false],
    ["a planned admission", encounter("1", "", { status: "planned", ...code("IMP") }), false],
    [
      "an ambulatory encounter that nobody closed",
      encounter("1", "", { status: "in-progress", ...code("AMB") }),
      false,
    ],
  ])("%s: %#", (_, resource, expected) => {
    expect(isInHouse(resource)).toBe(expected);
  });
});

test("each tier has an interval, the most valuable the shortest", () => {
  const source = sourceAt("https://fhir.example.org/r4/tenant");
  expect(tiers.map((tier) => intervalOf(source, tier))).toEqual([60_000, 300_000, 60_000, 3_600_000]);
});
