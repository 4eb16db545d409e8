import { randomUUID } from "node:crypto";

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

// The end of a number that a double may print differently: a fraction that ends in zero, an exponent, more digits than a
// double holds. A search for the two characters at an end passes the rest of the text many at a time; only from there is
// it read backwards, to the name of the member. The quote before the colon closes a name only where a character of the
// name stands before it: inside a text, quotes are escaped.
const mayLoseDigits =
  /[\d\s][,}](?<=\d\s*.)(?<=\w"\s*:\s*(-?(?:\d+\.\d*0|\d+(?:\.\d+)?[eE][+-]?\d+|[\d.]{16,}))(\s*.))/g;

/** The name of the one member of what stands for a number in the meantime: no text can have it. */
const mark = randomUUID();

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
  for (let match = mayLoseDigits.exec(text); match !== null; match = mayLoseDigits.exec(text)) {
    const [ending, number = "", after = ""] = match;
    if (String(Number(number)) === number) continue;
    const start = match.index + ending.length - after.length - number.length;
    marked += `${text.slice(end, start)}{"${mark}":"${number}"}`;
    end = start + number.length;
    count += 1;
  }
  if (count === 0) return JSON.parse(text);
  const value: unknown = JSON.parse(marked + text.slice(end));
  restoreNumbers(value, count);
  return value;
}

/** Puts the marked numbers into their places, and looks no further when it has them all. */
function restoreNumbers(value: unknown, count: number): void {
  let left = count;

  function restored(node: object): unknown {
    if (Array.isArray(node)) {
      for (let index = 0; index < node.length && left > 0; index++) if (isObject(node[index])) restored(node[index]);
      return node;
    }
    const members = node as Record<string, unknown>;
    for (const name in members) {
      const member = members[name];
      if (name === mark) {
        left -= 1;
        return JSON.rawJSON(member as string);
      }
      if (!isObject(member)) continue;
      const number = restored(member);
      if (number !== member) members[name] = number;
      if (left === 0) break;
    }
    return node;
  }

  if (isObject(value)) restored(value);
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}

/** The digits of a decimal, as they were written. */
export function decimalText(value: Decimal): string {
  return typeof value === "number" ? String(value) : value.rawJSON;
}

export function decimalNumber(value: Decimal): number {
  return typeof value === "number" ? value : Number(value.rawJSON);
}

/** An object of JSON that is neither null nor a list. */
export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
