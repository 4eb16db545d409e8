import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { check, checkClosely } from "../../../shared/hl7/conformance/check.ts";
import { soundIn } from "../../../shared/hl7/conformance/sound.ts";
import { hl7Versions } from "../../../shared/hl7/dictionary/contents.ts";
import { definitionsOf } from "../../../shared/hl7/dictionary/definitions.ts";
import { triggerFormOf } from "../../../shared/hl7/dictionary/triggers.ts";
import { type Component, type Field, type Message, repetitionsOf } from "../../../shared/hl7/model.ts";
import { composeMessage } from "../../../shared/hl7/render.ts";
import { fixtureRequest, renderableTriggers } from "../../interop/fixtures.ts";

const messages = hl7Versions.flatMap((version) =>
  renderableTriggers
    .filter((trigger) => triggerFormOf(trigger, version) !== undefined)
    .map((trigger) => ({ version, message: composeMessage(fixtureRequest(trigger, version)).message })),
);

const component: fc.Arbitrary<Component> = fc.oneof(
  fc.constantFrom("", "A", "Y", "MR", "LN", "99CS72", "NM", "1.50", "20261122", "20260231", "20261122220000-0600"),
  fc.constantFrom("x".repeat(21), "^".repeat(50), "x".repeat(300), "10000", null, undefined),
  fc.constantFrom<Component>(["GENMRN", "1.2.3", "ISO"], ["A", undefined, "ISO", "A"], [undefined], []),
);
const field: fc.Arbitrary<Field | undefined> = fc.oneof(
  fc.constantFrom<Field | undefined>(undefined, [], [[]], [[null]], "", "20240229", "F", "x".repeat(300)),
  fc.array(fc.array(component, { maxLength: 10 }), { maxLength: 3 }),
);

/** A message as the bridge makes it, with a few fields that something else stands in. */
const altered = fc
  .tuple(
    fc.constantFrom(...messages),
    fc.array(fc.tuple(fc.nat(), fc.nat(), field, fc.option(fc.tuple(fc.nat({ max: 6 }), component))), { maxLength: 3 }),
  )
  .map(([{ version, message }, changes]) => {
    const segments = message.segments.map((each) => ({ ...each, fields: [...each.fields] }));
    for (const [at, position, whole, part] of changes) {
      const fields = segments[at % segments.length]?.fields ?? [];
      const index = 1 + (position % (fields.length + 1));
      const [first] = repetitionsOf(fields[index]);
      fields[index] = first === undefined || part === null ? whole : [withPart(first, ...part)];
    }
    return { version, message: { segments } satisfies Message };
  });

function withPart(repetition: readonly Component[], index: number, part: Component): readonly Component[] {
  const parts = [...repetition];
  parts[index] = part;
  return parts;
}

describe("what is sound at first sight", () => {
  it("has no finding on a close look, whatever stands in a message", () => {
    fc.assert(
      fc.property(altered, ({ version, message }) => {
        expect(check(message, version)).toEqual(checkClosely(message, version));
      }),
      { numRuns: 3_000 },
    );
  });

  it("is no value that a result shares with the one before and of which it says another type", () => {
    const value: Field = [["4.10"]];
    const name: Field = [["2823-3", "Potassium", "LN"]];
    const result = (type: string) => ({
      name: "OBX",
      fields: [undefined, [["1"]], [[type]], name, undefined, value, ...new Array(5), [["F"]]],
    });
    const header = messages.find(({ version }) => version === "2.5.1")?.message.segments.slice(0, 1) ?? [];
    const message = { segments: [...header, result("NM"), result("NM"), result("DT")] };
    const ofType = check(message, "2.5.1").filter(({ rule }) => rule === "type");

    expect(ofType).toMatchObject([{ segment: "OBX", sequence: 3, field: 5 }]);
  });

  it("is every segment that the bridge makes without a finding, but for nulls and keys of any type", () => {
    for (const { version, message } of messages) {
      const definitions = definitionsOf(version);
      const found = new Set(checkClosely(message, version).map(({ segment }) => segment));
      const closer = message.segments.filter(
        (segment) =>
          !found.has(segment.name) &&
          segment.name !== "MFE" &&
          !segment.fields.some((each) => repetitionsOf(each)[0]?.[0] === null) &&
          !(definitions !== undefined && soundIn(definitions)(segment)),
      );

      expect(
        closer.map(({ name }) => name),
        version,
      ).toEqual([]);
    }
  });
});
