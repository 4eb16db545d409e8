import { type Component, lineBreak, type Repetition, type Value } from "../model.ts";

const delimiter = /[|^~\\&]/g;
/** What is not one unit of a text and one character of the message: a delimiter, and half of a character. */
const unusual = /[|^~\\&\u2028\ud800-\udbff]/;

/** Characters as they are sent: an escape sequence takes the place of a delimiter (2.7). */
export function valueLength(value: Value): number {
  // The null says that there is no value, in the shortest of fields too; what is no text is not sent.
  if (typeof value !== "string") return 0;
  if (!unusual.test(value)) return value.length;
  return [...value.replace(delimiter, "\\F\\").replaceAll(lineBreak, "\\.br\\")].length;
}

export function componentLength(component: Component): number {
  return Array.isArray(component) ? joinedLength<Value>(component, valueLength) : valueLength(component as Value);
}

export function repetitionLength(repetition: Repetition): number {
  return joinedLength(repetition, componentLength);
}

/** With the separators, without the empty parts at the end. */
export function joinedLength<Part>(parts: readonly Part[], lengthOf: (part: Part) => number): number {
  let total = 0;
  let pending = 0;
  for (const part of parts) {
    const length = lengthOf(part);
    if (length > 0) {
      total += pending + length;
      pending = 0;
    }
    pending += 1;
  }
  return total;
}
