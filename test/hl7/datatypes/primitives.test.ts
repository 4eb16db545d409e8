import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { numeric, quantityOf, structuredNumeric, unitOf } from "../../../shared/hl7/datatypes/number.ts";
import { formattedText, textOf } from "../../../shared/hl7/datatypes/text.ts";
import { parseJson } from "../../../shared/json.ts";
import { text } from "../support/scope.ts";

function read(digits: string): unknown {
  return (parseJson(`{"value":${digits}}`) as { value: unknown }).value;
}

describe("NM", () => {
  it.each([
    ["1.50", "1.50"],
    ["4.10", "4.10"],
    ["0.0", "0.0"],
    ["-3", "-3"],
    ["100", "100"],
    ["12345678901234567890", "12345678901234567890"],
    ["1e3", "1000"],
    ["1.5E-3", "0.0015"],
    ["-1.25e1", "-12.5"],
    ["2.50e2", "250"],
  ])("%s is %s", (digits, told) => {
    expect(numeric(read(digits))).toBe(told);
  });

  it("has no exponent and keeps the value, whatever the number", () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
        const told = numeric(read(JSON.stringify(value)));
        expect(told).toMatch(/^-?\d+(\.\d+)?$/);
        expect(Number(told)).toBe(value + 0);
      }),
    );
  });

  it.each([undefined, null, "", "about 5", Number.NaN, {}, true])("%s is no number", (value) => {
    expect(numeric(value)).toBeUndefined();
  });
});

describe("SN", () => {
  it.each([
    [{ quantity: { value: 5, comparator: "<" } }, "<^5"],
    [{ range: { low: { value: 10 }, high: { value: 20 } } }, "^10^-^20"],
    [{ range: { low: { value: 10 } } }, ">=^10"],
    [{ range: { high: { value: 20 } } }, "<=^20"],
    [{ ratio: { numerator: { value: 1 }, denominator: { value: 128 } } }, "^1^:^128"],
    [{ ratio: { numerator: { value: 1, code: "1" }, denominator: { value: 128, code: "1" } } }, "^1^:^128"],
    [{ ratio: { numerator: { value: 1 }, denominator: { value: 128, comparator: ">" } } }, ">^1^:^128"],
    [{ ratio: { numerator: { value: 5, unit: "mg" }, denominator: { value: 1, unit: "mL" } } }, "^5^/^1"],
  ] as const)("%j is %s", (value, told) => {
    expect(text(structuredNumeric(value))).toBe(told);
  });
});

describe("a unit", () => {
  it.each([
    [{ code: "mmol/L", unit: "mmol/L", system: "http://unitsofmeasure.org" }, "mmol/L^mmol/L^UCUM"],
    [{ code: "Cel", unit: "degC", system: "http://unitsofmeasure.org" }, "Cel^degC^UCUM"],
    [{ code: "Cel", system: "http://unitsofmeasure.org" }, "Cel^Cel^UCUM"],
    [{ unit: "tablets" }, "tablets"],
    [{}, ""],
  ])("of %j is %s", (quantity, told) => {
    expect(text(unitOf(quantity))).toBe(told);
  });

  it("goes with its number as subcomponents in CQ", () => {
    expect(text(quantityOf({ value: 5, code: "mL", unit: "mL", system: "http://unitsofmeasure.org" }))).toBe(
      "5^mL&mL&UCUM",
    );
  });
});

describe("text", () => {
  it("keeps its lines in FT only", () => {
    expect(text([formattedText("first\r\nsecond\nthird")])).toBe("first\\.br\\second\\.br\\third");
    expect(text([textOf("first\nsecond")])).toBe("first second");
  });

  it("is what a primitive holds, never what an object would print", () => {
    expect(textOf({})).toBeUndefined();
    expect(textOf("")).toBeUndefined();
    expect(textOf(0)).toBe("0");
  });
});
