import { describe, expect, it } from "vitest";
import { check } from "../../../shared/hl7/conformance/check.ts";
import { hl7Versions } from "../../../shared/hl7/dictionary/contents.ts";
import { triggerFormOf } from "../../../shared/hl7/dictionary/triggers.ts";
import { composeMessage, renderMessage } from "../../../shared/hl7/render.ts";
import { fixtureRequest, renderableTriggers } from "../../interop/fixtures.ts";

describe("what the bridge renders from FHIR", () => {
  it.each(renderableTriggers)("%s keeps to every version that has its event", (trigger) => {
    for (const version of hl7Versions.filter((each) => triggerFormOf(trigger, each) !== undefined)) {
      const { message } = composeMessage(fixtureRequest(trigger, version));
      const errors = check(message, version).filter(({ severity }) => severity === "error");

      expect(errors, version).toEqual([]);
    }
  });

  it("is in the version of its destination, and what that has no place for is on the work list", () => {
    const { er7, structure, trigger, workList } = renderMessage(fixtureRequest("ADT^A03", "2.3"));

    expect(er7.split("\r")[0]).toMatch(/\|ADT\^A03\|B0000000000000000017\|P\|2\.3\|/);
    expect([trigger, structure]).toEqual(["ADT^A03", "ADT_A03"]);
    expect(workList).toContainEqual({ severity: "warning", reason: "not-in-version", field: "NK1", detail: "segment" });
  });

  it("is refused where the version of its destination has no such event", () => {
    const request = fixtureRequest("ADT^A01", "2.3");

    expect(() => renderMessage({ ...request, event: { ...request.event, trigger: "ADT^A99" } })).toThrow(
      expect.objectContaining({ code: "ERR_UNRENDERABLE" }),
    );
  });
});
