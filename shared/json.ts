/**
 * JSON that keeps the digits of FHIR decimals. FHIR gives a meaning to trailing zeros (`1.50` is not `1.5`), and a
 * result must reach OBX-5 with the digits that the laboratory wrote (FHIR R4, 2.24.0.1 decimal).
 *
 * A number that a double would print differently becomes a raw JSON value ({@link JSON.rawJSON}), which
 * `JSON.stringify` writes back as it was. All others stay plain numbers, so that the usual case costs one parse.
 */
declare global {
  interface JSON {
    rawJSON(text: string): RawJson;
    isRawJSON(value: unknown): value is RawJson;
  }
}
export interface RawJson {
  readonly rawJSON: string;
}

/** A decimal as read by {@link parseJson}. */
export type Decimal = number | RawJson;

// A fraction ending in zero, an exponent, or more digits than a double holds.
const mayLoseDigits = /\d\.\d*0(?!\d)|\d[eE][+-]?\d|[\d.]{16}/;

export function parseJson(text: string): unknown {
  return mayLoseDigits.test(text) ? JSON.parse(text, keepDigits) : JSON.parse(text);
}

function keepDigits(_key: string, value: unknown, context?: { source?: string }): unknown {
  if (typeof value !== "number" || context?.source === undefined || String(value) === context.source) return value;
  return JSON.rawJSON(context.source);
}

/** The digits of a decimal, as they were written. */
export function decimalText(value: Decimal): string {
  return typeof value === "number" ? String(value) : value.rawJSON;
}

export function decimalNumber(value: Decimal): number {
  return typeof value === "number" ? value : Number(value.rawJSON);
}
