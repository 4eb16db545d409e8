import { describe, expect, it } from "vitest";
import { render, segmentsOf } from "./support/bridge.ts";
import { penicillin } from "./support/chart.ts";
import { jane, stay } from "./support/clinical.ts";

const modifierExtension = [{ url: "http://example.org/negated", valueBoolean: true }];

describe("a resource that may mean something else than it says", () => {
  it("is not told", () => {
    for (const odd of [{ modifierExtension }, { implicitRules: "http://example.org/rules" }])
      expect(() => render("ADT^A08", { ...stay, ...odd }, [jane])).toThrow(
        expect.objectContaining({
          code: "ERR_UNRENDERABLE",
          details: expect.objectContaining({ path: `Encounter.${Object.keys(odd)[0]}` }),
        }),
      );
  });

  it("is left out of a message about another one, and is a work item", () => {
    const message = render("ADT^A08", stay, [jane, { ...penicillin, modifierExtension }]);
    expect(segmentsOf(message, "AL1")).toEqual([]);
    expect(message.workList).toContainEqual({
      severity: "error",
      reason: "modified-meaning",
      path: "AllergyIntolerance.modifierExtension",
    });
    expect(segmentsOf(render("ADT^A08", stay, [jane, penicillin]), "AL1").length).toBe(1);
  });
});
