import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decimalNumber, decimalText, parseJson } from "../shared/json.ts";

function digitsOf(text: string): string {
  return decimalText((parseJson(`{"valueQuantity":{"value":${text},"unit":"g"}}`) as Quantified).valueQuantity.value);
}

interface Quantified {
  readonly valueQuantity: { readonly value: number };
}

/** Texts that look like members, with and without what would make them one. */
const pieces = [" ", "\n", ...'" \\ : 1.50 , } { "value": é \u2028 😀 1e5 w [ ]'.split(" ")];
const hostile = fc.array(fc.constantFrom(...pieces), { maxLength: 8 }).map((parts) => parts.join(""));
/** What is between the parts of a JSON text. */
const space = fc.constantFrom("", "", " ", "\n", "\r\n\t", "    ");
const number = fc.constantFrom("1.50", "0.0", "-4.10", "1e3", "1.5E-7", "12345678901234567890", "100", "3.7", "-2");

interface Spaced {
  readonly text: string;
  readonly compact: string;
}

const joined = (open: string, parts: readonly Spaced[], close: string, gap: string): Spaced => ({
  text: `${open}${gap}${parts.map(({ text }) => text).join(`${gap},${gap}`)}${gap}${close}`,
  compact: `${open}${parts.map(({ compact }) => compact).join(",")}${close}`,
});
const verbatim = (text: string): Spaced => ({ text, compact: text });
const spacedJson = fc.letrec<{ value: Spaced; list: Spaced; object: Spaced }>((tie) => ({
  value: fc.oneof(
    { depthSize: "small" },
    hostile.map((text) => verbatim(JSON.stringify(text))),
    fc.constantFrom("true", "null").map(verbatim),
    tie("list"),
    tie("object"),
  ),
  list: fc
    .tuple(fc.array(tie("value"), { maxLength: 3 }), space)
    .map(([elements, gap]) => joined("[", elements, "]", gap)),
  object: fc
    .tuple(
      fc.uniqueArray(fc.tuple(hostile, fc.oneof(number.map(verbatim), tie("value"))), {
        maxLength: 4,
        selector: ([name]) => name,
      }),
      space,
    )
    .map(([members, gap]) => {
      const told = members.map(([start, { text, compact }]) => {
        const name = JSON.stringify(`${start}_`);
        return { text: `${name}${gap}:${gap}${text}`, compact: `${name}:${compact}` };
      });
      return joined("{", told, "}", gap);
    }),
})).object;

describe("reading decimals", () => {
  it.each(["1.50", "0.0", "-4.10", "1e3", "1.5E-7", "0.1234567890123456789", "12345678901234567890", "100", "3.7"])(
    "keeps the digits of %s",
    (digits) => {
      expect(digitsOf(digits)).toBe(digits);
    },
  );

  it("gives plain numbers where nothing would be lost", () => {
    expect(parseJson('{"value":7.25,"count":3}')).toEqual({ value: 7.25, count: 3 });
  });

  it("writes back what it read", () => {
    const text = '{"low":{"value":1.50},"high":{"value":2.0e1},"list":[{"value":0.10},{"value":5}]}';
    expect(JSON.stringify(parseJson(text))).toBe(text);
  });

  it("reads indented text", () => {
    const read = parseJson('{\n  "value" : 1,\n  "low": {\n    "value":   1.50\n  }\n}') as { low: { value: number } };
    expect(decimalText(read.low.value)).toBe("1.50");
    expect(decimalNumber(read.low.value)).toBe(1.5);
    expect(decimalText((parseJson('{"value" \t:\n 1.50\n}') as { value: number }).value)).toBe("1.50");
  });

  it("leaves texts alone that look like members", () => {
    for (const value of ['"dose": 1.50, twice', ": 1.50,", '\\"value\\": 1.50}', '"a":1.50,"b"']) {
      expect(parseJson(JSON.stringify({ value }))).toEqual({ value });
      expect(parseJson(JSON.stringify({ [value]: 1.25, value }))).toEqual({ [value]: 1.25, value });
    }
  });

  it("tells the members of any tree from texts that look like them, however they are spaced", () => {
    fc.assert(
      fc.property(spacedJson, ({ text, compact }) => {
        expect(JSON.stringify(parseJson(text))).toBe(compact);
      }),
      { numRuns: 2_000 },
    );
  });

  it("leaves objects alone that look like numbers", () => {
    const text = '{"a":{"rawJSON":"1"},"b":1.50,"c":{"rawJSON":"2.50"}}';
    expect(JSON.stringify(parseJson(text))).toBe(text);
  });

  it("reads names that objects have by nature", () => {
    const text = '{"__proto__":1.50,"constructor":{"__proto__":{"value":2.0}},"toString":[{"valueOf":3.0}]}';
    expect(JSON.stringify(parseJson(text))).toBe(text);
  });

  it("passes the fractions of instants over", () => {
    const meta = { lastUpdated: "2026-11-23T10:20:30.000Z" };
    expect(parseJson(JSON.stringify({ meta }))).toEqual({ meta });
  });

  it("refuses what is not JSON", () => {
    for (const text of ['{"value":01.50}', '{"value":1.50', "", '{"value":.50}'])
      expect(() => parseJson(text)).toThrow(SyntaxError);
  });

  it("reads any other JSON as JSON.parse does", () => {
    fc.assert(
      fc.property(fc.json(), (text) => {
        const plain = JSON.parse(text);
        expect(JSON.stringify(parseJson(text), numbers)).toBe(JSON.stringify(plain, numbers));
      }),
    );
    function numbers(_name: string, value: unknown): unknown {
      return JSON.isRawJSON(value) ? Number(value.rawJSON) : value;
    }
  });
});
