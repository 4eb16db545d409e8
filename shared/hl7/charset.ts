import type { Hl7Destination } from "../config/schema.ts";
import {
  type Component,
  lineBreak,
  type Message,
  type Repetition,
  repetitionsOf,
  truncationMark,
  type Value,
} from "./model.ts";
import type { Scope } from "./scope.ts";

/** What a character set holds; nothing to look for in one that holds all. */
const lacking: Readonly<Record<Hl7Destination["characterSet"], RegExp | undefined>> = {
  "UNICODE UTF-8": undefined,
  "8859/1": /[^\0-\xff]/u,
  ASCII: /[^\0-\x7f]/u,
};

/** Letters and signs that decompose into nothing, as they are written where there is ASCII alone. */
const spelled: Readonly<Record<string, string>> = Object.fromEntries(
  "ßss ẞSS ÆAE æae ŒOE œoe ØO øo ÐD ðd ĐD đd ÞTH þth ŁL łl ıi ĦH ħh ŦT ŧt ĸk ŊN ŋn ŉ'n ſs ‐- ‑- ‒- –- —- ―- −- ‘' ’' ‚' ‛' ′' “\" ”\" „\" ‟\" ″\" ‹< ›> «<< »>> …... •* ·. ×x ÷/ ±+/- µu μu Ωohm ≤<= ≥>= ≠!= ≈~ →-> ←<- €EUR £GBP ¥JPY ¢c ©(C) ®(R) ™TM §S °deg ¿? ¡!"
    .split(" ")
    .map((pair) => [pair.slice(0, 1), pair.slice(1)]),
);

/**
 * Says every value in the characters that a destination has: by its decomposition (NFKD), by how people spell it, else as
 * `?`, which is a work item. Comes before escaping, for a letter may well become a delimiter.
 */
export function inCharacterSet(message: Message, scope: Scope): Message {
  const missing = lacking[scope.settings.characterSet];
  if (missing === undefined) return message;
  for (const { name, fields } of message.segments)
    for (let position = 1; position < fields.length; position++) {
      const field = repetitionsOf(fields[position]);
      if (!lacksSome(field, missing)) continue;
      fields[position] = field.map((repetition) =>
        repetition.map((component) => told(component, missing, `${name}-${position}`, scope)),
      );
    }
  return message;
}

/** Hardly any value does: only those fields are made anew. */
function lacksSome(field: readonly Repetition[], missing: RegExp): boolean {
  const lacks = (component: Component): boolean =>
    Array.isArray(component) ? component.some(lacks) : typeof component === "string" && missing.test(component);
  return field.some((repetition) => repetition.some(lacks));
}

function told(component: Component, missing: RegExp, field: string, scope: Scope): Component {
  if (Array.isArray(component)) return component.map((value) => transliterated(value, missing, field, scope));
  return transliterated(component as Value, missing, field, scope);
}

function transliterated(value: Value, missing: RegExp, field: string, scope: Scope): Value {
  if (typeof value !== "string" || !missing.test(value)) return value;
  let text = "";
  let lost = 0;
  // Composed, so that a letter and the accent behind it are one.
  for (const character of value.normalize("NFC")) {
    const found = character === lineBreak || character === truncationMark ? character : inSet(character, missing);
    if (found === undefined) lost += 1;
    text += found ?? "?";
  }
  for (let count = 0; count < lost; count++)
    scope.report({ severity: "warning", reason: "character-lost", field, detail: scope.settings.characterSet });
  return text;
}

const combining = /\p{M}|\p{Cf}/u;

/** Undefined where a character has no likeness in the set. */
function inSet(character: string, missing: RegExp): string | undefined {
  if (!missing.test(character)) return character;
  const known = spelled[character];
  if (known !== undefined && !missing.test(known)) return known;
  const parts = [...character.normalize("NFKD")].filter((part) => !combining.test(part));
  if (parts.length === 1 && parts[0] === character) return undefined;
  const found = parts.map((part) => (missing.test(part) ? spelled[part] : part));
  return found.includes(undefined) ? undefined : found.join("");
}
