import { describe, expect, it } from "vitest";
import { hl7Versions } from "../../shared/hl7/dictionary/contents.ts";
import { triggerFormOf } from "../../shared/hl7/dictionary/triggers.ts";
import { encodeMessage } from "../../shared/hl7/encode.ts";
import { explainMessage } from "../../shared/hl7/explain.ts";
import { composeMessage, type RenderRequest } from "../../shared/hl7/render.ts";
import { fixtureRequest, renderableTriggers } from "../interop/fixtures.ts";
import { destinationWith } from "./support/destinations.ts";
import { chartRequest, chartTriggers } from "./support/tellings.ts";

function expectOrigins(request: RenderRequest): void {
  const { message, scope } = composeMessage(request);
  const fields = explainMessage(message, scope.settings.delimiters);
  const unknown = fields.filter(({ origin, path }) => origin === "" || (origin === "mapped" && !path));
  expect(unknown.map(({ field, value }) => `${field} ${value}`)).toEqual([]);
  // Nothing that stands in the message is left out.
  const told = encodeMessage(message, scope.settings.delimiters)
    .split("\r")
    .flatMap((line) => line.split(scope.settings.delimiters.field).slice(1))
    .filter((text) => text !== "");
  const explained = fields.map(({ value }) => value).filter((value) => value !== "");
  // MSH-1 is the character between the others.
  expect(explained.filter((value) => value !== scope.settings.delimiters.field)).toEqual(told);
}

describe("no field of a message is without an origin", () => {
  it.each(renderableTriggers)("%s in every version", (trigger) => {
    for (const version of hl7Versions.filter((each) => triggerFormOf(trigger, each) !== undefined))
      expectOrigins(fixtureRequest(trigger, version));
  });

  it.each(chartTriggers)("%s of a full chart", (trigger) => {
    for (const version of hl7Versions.filter((each) => triggerFormOf(trigger, each) !== undefined))
      expectOrigins(chartRequest(trigger, version));
  });

  it("whatever the destination sets in the place of the mapping", () => {
    const request = fixtureRequest("ADT^A01", "2.5.1");
    const destination = destinationWith({
      overlays: { "PID-5.7": "D", "PV1-10": { compute: () => "MED" }, "PID-8": { replace: { F: "2" } } },
      segments: [{ segment: "ZPI", after: "PID", fields: { "ZPI-1": { fhirPath: "Patient.id" } } }],
      edit: ({ segments }) => ({ segments: [...segments, { name: "ZED", fields: [undefined, [["x"]]] }] }),
      valueSets: { "PID-11.7": { map: { H: "HOME" } } },
      fallbacks: { "PID-31": "N" },
      software: { version: "1", binaryId: "1" },
      truncation: { mode: "cut", lengths: { "PID-5.1": 3 } },
      characterSet: "ASCII",
      sendNulls: "removed",
    });
    expectOrigins({ ...request, destination });
  });
});
