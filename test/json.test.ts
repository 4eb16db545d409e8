import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decimalNumber, decimalText, parseJson } from "../shared/json.ts";

function digitsOf(text: string): string {
  return decimalText((parseJson(`{"valueQuantity":{"value":${text},"unit":"g"}}`) as Quantified).valueQuantity.value);
}

interface Quantified {
  readonly valueQuantity: { readonly value: number };
}

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
