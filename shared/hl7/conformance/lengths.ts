import { type Component, lineBreak, type Repetition, type Value } from "../model.ts";

/** By character code: 1 for the delimiters. */
const isEscaped = new Uint8Array(128);
for (const delimiter of "|^~\\&") isEscaped[delimiter.charCodeAt(0)] = 1;
const lineBreakCode = lineBreak.charCodeAt(0);

/** Characters as they are sent: an escape sequence takes the place of a delimiter (2.7). */
export function valueLength(value: Value): number {
  // The null says that there is no value, in the shortest of fields too; what is no text is not sent.
  if (typeof value !== "string") return 0;
  let length = value.length;
  for (let index = 0; index < value.length; index++) {
    const code = value.charCodeAt(index);
    if (code < 128 ? isEscaped[code] === 1 : code === lineBreakCode) length += code === lineBreakCode ? 4 : 2;
  }
  return length;
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
