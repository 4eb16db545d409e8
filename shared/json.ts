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

// The number of a member when a double may print it differently: a fraction that ends in zero, an exponent, more digits
// than a double holds. The quote before the colon closes a name only where a character of the name stands before it:
// inside a text, quotes are escaped.
const mayLoseDigits =
  /(?<=\w)"\s*:\s*(-?(?:\d+\.\d*0|\d+(?:\.\d+)?[eE][+-]?\d+|(?=[\d.]{16})\d+(?:\.\d+)?))(?=[,}\s])/g;

/**
 * Reads JSON. Only members of objects keep their digits: FHIR has decimals nowhere else. A reviver would see each number
 * as well, at five times the price of the parse; so the few numbers in question are marked in the text beforehand.
 *
 * @throws SyntaxError
 */
export function parseJson(text: string): unknown {
  let marked = "";
  let end = 0;
  let count = 0;
  for (const match of text.matchAll(mayLoseDigits)) {
    const [member, number = ""] = match;
    if (String(Number(number)) === number) continue;
    const start = match.index + member.length - number.length;
    marked += `${text.slice(end, start)}{"rawJSON":"${number}"}`;
    end = start + number.length;
    count += 1;
  }
  if (count === 0) return JSON.parse(text);
  const value: unknown = JSON.parse(marked + text.slice(end));
  restoreRawNumbers(value, count);
  return value;
}

/** @returns how many of the marked numbers are still to be found */
function restoreRawNumbers(node: unknown, count: number): number {
  let left = count;
  if (Array.isArray(node)) {
    for (let index = 0; index < node.length && left > 0; index++) left = restoreRawNumbers(node[index], left);
    return left;
  }
  if (typeof node !== "object" || node === null) return left;
  const members = node as Record<string, unknown>;
  for (const name in members) {
    const member = members[name];
    if (typeof member !== "object" || member === null) continue;
    if ("rawJSON" in member && typeof member.rawJSON === "string") {
      members[name] = JSON.rawJSON(member.rawJSON);
      left -= 1;
    } else left = restoreRawNumbers(member, left);
    if (left === 0) break;
  }
  return left;
}

/** The digits of a decimal, as they were written. */
export function decimalText(value: Decimal): string {
  return typeof value === "number" ? String(value) : value.rawJSON;
}

export function decimalNumber(value: Decimal): number {
  return typeof value === "number" ? value : Number(value.rawJSON);
}
