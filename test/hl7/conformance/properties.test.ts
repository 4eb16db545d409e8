import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { BridgeError } from "../../../shared/errors.ts";
import { adapt } from "../../../shared/hl7/conformance/adapt.ts";
import { check, checkClosely } from "../../../shared/hl7/conformance/check.ts";
import { parseMessages } from "../../../shared/hl7/conformance/parse.ts";
import { hl7Versions, segmentNames } from "../../../shared/hl7/dictionary/contents.ts";
import { triggerFormOf, triggersOf } from "../../../shared/hl7/dictionary/triggers.ts";
import type { Component, Message, Value } from "../../../shared/hl7/model.ts";
import { runs } from "../support/runs.ts";

const version = fc.constantFrom(...hl7Versions);
const value: fc.Arbitrary<Value> = fc.oneof(
  fc.string(),
  fc.constantFrom("NM", "CE", "ED", "20261122", "1.50", "A", "", "^~\\&|"),
  fc.constant(null),
  fc.constant(undefined),
);
const component: fc.Arbitrary<Component> = fc.oneof(value, fc.array(value, { maxLength: 4 }));
const field = fc.oneof(fc.constant(undefined), fc.array(fc.array(component, { maxLength: 12 }), { maxLength: 3 }));
const segment = fc.record({
  name: fc.oneof({ weight: 9, arbitrary: fc.constantFrom(...segmentNames) }, fc.string({ maxLength: 4 })),
  fields: fc.array(field, { maxLength: 60 }).map((fields) => [undefined, ...fields]),
});

/** A header with a real event, so that the structure is looked at too. */
const header = version.chain((chosen) =>
  fc.constantFrom(...triggersOf(chosen)).map((trigger) => {
    const { messageCode = "", event = "", structure = "" } = triggerFormOf(trigger, chosen) ?? {};
    const fields = [...new Array(9), [[messageCode, event, structure]], [["1"]], [["P"]], [[chosen]]];
    return { name: "MSH", fields };
  }),
);
const message: fc.Arbitrary<Message> = fc
  .tuple(fc.option(header, { nil: undefined }), fc.array(segment, { maxLength: 8 }))
  .map(([first, segments]) => ({ segments: first === undefined ? segments : [first, ...segments] }));

describe("whatever a message holds", () => {
  it("it is checked without a throw, and the same way each time", () => {
    fc.assert(
      fc.property(message, version, (any, chosen) => {
        expect(check(any, chosen)).toEqual(check(any, chosen));
      }),
      runs(300),
    );
  });

  it("what is passed over at first sight would have no finding", () => {
    fc.assert(
      fc.property(message, version, (any, chosen) => {
        expect(check(any, chosen)).toEqual(checkClosely(any, chosen));
      }),
      runs(1_000),
    );
  });

  it("text of any kind is read and checked without a throw", () => {
    fc.assert(
      fc.property(fc.string(), version, (text, chosen) => {
        for (const each of parseMessages(`MSH|^~\\&|||||||ADT^A01|1|P|${chosen}\rPID|${text}`)) check(each, chosen);
      }),
    );
  });

  it("no finding repeats a value", () => {
    const marker = "QUICKBROWNFOX";
    const marked = fc.oneof(
      fc.constant(marker),
      fc.array(fc.constant(marker), { minLength: 1, maxLength: 9 }) as fc.Arbitrary<Component>,
    );
    const markedSegment = fc.record({
      name: fc.constantFrom(...segmentNames, marker),
      fields: fc.array(fc.array(fc.array(marked, { maxLength: 25 }), { maxLength: 3 }), { maxLength: 60 }),
    });

    fc.assert(
      fc.property(fc.array(markedSegment, { maxLength: 5 }), header, version, (segments, first, chosen) => {
        const findings = check({ segments: [first, ...segments] }, chosen);

        expect(JSON.stringify(findings)).not.toContain(marker);
      }),
    );
  });

  it("it is said in every version, or refused by its name", () => {
    fc.assert(
      fc.property(message, version, (any, chosen) => {
        const before = structuredClone(any);
        try {
          adapt(any, chosen);
        } catch (error) {
          expect(error).toBeInstanceOf(BridgeError);
        }

        expect(any).toEqual(before);
      }),
      runs(300),
    );
  });
});
