import { describe, expect, it } from "vitest";
import { check } from "../../../shared/hl7/conformance/check.ts";
import { hl7Versions } from "../../../shared/hl7/dictionary/contents.ts";
import { mappingVersion, triggerFormOf } from "../../../shared/hl7/dictionary/triggers.ts";
import { encodeMessage } from "../../../shared/hl7/encode.ts";
import { messages } from "../../../shared/hl7/messages/index.ts";
import { composeMessage, renderMessage } from "../../../shared/hl7/render.ts";
import { chartRequest, chartTriggers, fullChart } from "../support/tellings.ts";

describe("every message", () => {
  it("is of the structure that MSH-9.3 must name", () => {
    for (const { structure, triggers } of messages)
      for (const trigger of triggers)
        expect([trigger, structure]).toEqual([trigger, triggerFormOf(trigger, mappingVersion)?.structure]);
  });

  it.each(chartTriggers)("%s of a full chart keeps to each version that has it", (trigger) => {
    for (const version of hl7Versions.filter((each) => triggerFormOf(trigger, each) !== undefined)) {
      const { message } = composeMessage(chartRequest(trigger, version));
      const errors = check(message, version).filter(({ severity }) => severity === "error");
      expect(errors, `${version}\n${encodeMessage(message).replaceAll("\r", "\n")}`).toEqual([]);
    }
  });

  it.each(chartTriggers)("%s says the same for the same chart in another order", (trigger) => {
    const [told, again] = [fullChart, fullChart.toReversed()].map((chart) =>
      renderMessage(chartRequest(trigger, "2.5.1", chart)),
    );
    expect(again?.er7).toBe(told?.er7);
  });
});
