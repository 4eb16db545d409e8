import type { Hl7Destination } from "../config/schema.ts";
import { joinedLength } from "./conformance/lengths.ts";
import { type DataTypeDefinition, definitionsOf, type FieldDefinition } from "./dictionary/definitions.ts";
import type { Delimiters } from "./encode.ts";
import {
  type Component,
  lineBreak,
  type Message,
  type Repetition,
  repetitionsOf,
  type Segment,
  truncationMark,
  type Value,
  valueAt,
} from "./model.ts";
import type { Scope } from "./scope.ts";

/** How long values may be, and what becomes of longer ones. */
export interface LengthLimits {
  readonly mode: "warn" | "cut";
  /** The destination's own, by `PID-5`, `PID-5.1`, `PID-5.1.1`, `PID-5[2].1`. */
  readonly own: ReadonlyMap<string, number>;
}

/** Names of character sets are longer than the 6 characters of 2.3, and are sent all the same. */
export const characterSetLength = 16;

export function lengthLimits({ truncation, version }: Hl7Destination): LengthLimits | undefined {
  const { mode, lengths } = truncation;
  if (mode === "off") return undefined;
  const sent = version === "2.3" ? { "MSH-18": characterSetLength, ...lengths } : lengths;
  return { mode, own: new Map(Object.entries(sent)) };
}

/** Only words lose nothing but words when they are cut: a shorter number, code, id or time means something else. */
const words: ReadonlySet<string> = new Set(["ST", "TX", "FT", "FN", "SAD"]);
/** Components that are words by type and name something all the same: numbers and codes of persons, orders, systems. */
const naming: Readonly<Record<string, readonly number[]>> = {
  CX: [1, 2],
  EI: [1, 3],
  HD: [2],
  XCN: [1],
  XON: [10],
  CE: [1, 4],
  CWE: [1, 4, 10],
  CNE: [1, 4, 10],
  ED: [5],
  RP: [1],
  XTN: [1, 4, 5, 6, 7, 8, 9, 12],
};

/**
 * Holds every value against the lengths of the version, or of the destination where it has its own. Cut are words; what
 * names something is cut only where the destination's own length says so. A cut never splits an escape sequence or a
 * character, and lengths count what stands in the message.
 */
export function limitLengths(message: Message, { mode, own }: LengthLimits, scope: Scope): Message {
  const { version, delimiters } = scope.settings;
  const definitions = definitionsOf(version);
  if (definitions === undefined) return message;
  const measure = measureFor(delimiters);
  const ownFields = new Set([...own.keys()].map((place) => place.split(/[.[]/)[0]));
  /** A repetition may have a length of its own. */
  const ownLength = (place: string, nth: number) => own.get(place.replace(/(?=\.|$)/, `[${nth}]`)) ?? own.get(place);

  function limitSegment(segment: Segment): void {
    const fields = definitions?.segments.get(segment.name)?.fields ?? [];
    for (let position = segment.name === "MSH" ? 3 : 1; position < segment.fields.length; position++) {
      if (segment.fields[position] === undefined) continue;
      const repetitions = repetitionsOf(segment.fields[position]);
      const definition = fields[position - 1];
      const place = `${segment.name}-${position}`;
      const typeId = definition?.type === "VARIES" ? (valueAt(segment, 2) ?? "ST") : (definition?.type ?? "ST");
      const type = definitions?.types.get(typeId);
      if (!ownFields.has(place) && repetitions.every((repetition) => fits(repetition, type, definition))) continue;
      segment.fields[position] = repetitions.map((repetition, index) =>
        limitRepetition(repetition, index + 1, place, typeId, type, definition),
      );
    }
  }

  /** Nearly all do: only what may not is made anew. */
  function fits(
    repetition: Repetition,
    type: DataTypeDefinition | undefined,
    definition: FieldDefinition | undefined,
  ): boolean {
    const lengths = repetition.map((component) => componentLength(component, measure));
    const most = definition?.maxLength ?? Number.POSITIVE_INFINITY;
    return (
      joinedLength(lengths, (length) => length) <= most &&
      lengths.every((length, index) => length <= (type?.components[index]?.maxLength ?? length))
    );
  }

  function limitRepetition(
    repetition: Repetition,
    nth: number,
    place: string,
    typeId: string,
    type: DataTypeDefinition | undefined,
    definition: FieldDefinition | undefined,
  ): Repetition {
    const components = type?.components ?? [];
    const limited = repetition.map((component, index) => {
      if (components.length === 0 && index > 0) return component;
      const part = components[index];
      const isOnly = components.length === 0;
      const limit = isOnly ? undefined : part?.maxLength;
      const kind = isOnly ? typeId : (part?.type ?? "ST");
      const cuts = words.has(kind) && !naming[typeId]?.includes(index + 1);
      return limitComponent(component, nth, isOnly ? place : `${place}.${index + 1}`, limit, cuts);
    });
    const ownLimit = ownLength(place, nth);
    const limit = ownLimit ?? definition?.maxLength;
    if (limit === undefined) return limited;
    const length = joinedLength(limited, (component) => componentLength(component, measure));
    if (length <= limit) return limited;
    const cut = mode === "cut" ? shortened(limited, limit, typeId, components, ownLimit !== undefined) : undefined;
    report(place, limit, cut !== undefined);
    return cut ?? limited;
  }

  /** Undefined where a field of several components is too long for what is no words in it. */
  function shortened(
    parts: Repetition,
    limit: number,
    typeId: string,
    components: DataTypeDefinition["components"],
    isOwn: boolean,
  ): Repetition | undefined {
    if (isOwn || components.length === 0) return isOwn || words.has(typeId) ? cutParts(parts, limit) : undefined;
    const lengthOf = (part: Component) => componentLength(part, measure);
    const isWords = (index: number) => words.has(components[index]?.type ?? "") && !naming[typeId]?.includes(index + 1);
    const cut = [...parts];
    // The longest word gives way first, and none is lost whole.
    const longest = [...parts.keys()].filter(isWords).toSorted((a, b) => lengthOf(parts[b]) - lengthOf(parts[a]));
    for (const index of longest) {
      const excess = joinedLength(cut, lengthOf) - limit;
      if (excess <= 0) break;
      const part = cut[index];
      const most = Math.max(1, lengthOf(part) - excess);
      cut[index] = Array.isArray(part) ? (cutParts(part, most) as readonly Value[]) : cutValue(part as Value, most);
    }
    return joinedLength(cut, lengthOf) > limit ? undefined : cut;
  }

  function limitComponent(
    component: Component,
    nth: number,
    place: string,
    limit: number | undefined,
    isWords: boolean,
  ): Component {
    const values: Component = Array.isArray(component)
      ? component.map((value: Value, index) =>
          limitValue(value, ownLength(`${place}.${index + 1}`, nth), `${place}.${index + 1}`),
        )
      : component;
    const ownLimit = place.includes(".") ? ownLength(place, nth) : undefined;
    const most = ownLimit ?? limit;
    if (most === undefined || componentLength(values, measure) <= most) return values;
    const cuts = mode === "cut" && (isWords || ownLimit !== undefined);
    report(place, most, cuts);
    if (!cuts) return values;
    return Array.isArray(values) ? (cutParts(values, most) as readonly Value[]) : cutValue(values as Value, most);
  }

  function limitValue(value: Value, limit: number | undefined, place: string): Value {
    if (limit === undefined || valueLength(value, measure) <= limit) return value;
    report(place, limit, mode === "cut");
    return mode === "cut" ? cutValue(value, limit) : value;
  }

  function report(field: string, limit: number, isCut: boolean): void {
    const reason = isCut ? "truncated" : "too-long";
    scope.report({ severity: "warning", reason, field, detail: `More than ${limit} characters` });
  }

  /** The parts that fit, separators and all; the one that does not is cut. */
  function cutParts(parts: readonly Component[], limit: number): Repetition {
    const kept: Component[] = [];
    let left = limit;
    for (const [index, part] of parts.entries()) {
      if (index > 0) left -= 1;
      const length = componentLength(part, measure);
      if (left <= 0) break;
      if (length <= left) kept.push(part);
      else kept.push(Array.isArray(part) ? (cutParts(part, left) as readonly Value[]) : cutValue(part as Value, left));
      left -= length;
    }
    return kept;
  }

  function cutValue(value: Value, limit: number): Value {
    if (typeof value !== "string") return value;
    // The character that says that there was more takes a place of its own.
    const mark = delimiters.truncation === undefined ? "" : truncationMark;
    const most = limit - mark.length;
    let end = 0;
    let length = 0;
    for (const character of value) {
      length += measure(character);
      if (length > most) break;
      end += character.length;
    }
    return value.slice(0, end).trimEnd() + mark;
  }

  for (const segment of message.segments) limitSegment(segment);
  return message;
}

/** What a text takes in the message: for each character an escape sequence, or a place. */
type Measure = (text: string) => number;

const measures = new WeakMap<Delimiters, Measure>();

function measureFor(delimiters: Delimiters): Measure {
  let measure = measures.get(delimiters);
  if (measure === undefined) {
    const escaped = new Set(Object.values(delimiters).filter((each) => each !== undefined));
    const hex = (character: string) => character.charCodeAt(0).toString(16).padStart(4, "0");
    const unusual = new RegExp(`[${[...escaped, lineBreak].map((each) => `\\u${hex(each)}`).join("")}\\ud800-\\udbff]`);
    const placesOf = (character: string) => (character === lineBreak ? 5 : escaped.has(character) ? 3 : 1);
    measure = (text) => {
      if (!unusual.test(text)) return text.length;
      let length = 0;
      for (const character of text) length += placesOf(character);
      return length;
    };
    measures.set(delimiters, measure);
  }
  return measure;
}

function valueLength(value: Value, measure: Measure): number {
  // The null says that there is no value, in the shortest of fields too; what is no text is not sent.
  return typeof value === "string" ? measure(value) : 0;
}

function componentLength(component: Component, measure: Measure): number {
  if (!Array.isArray(component)) return valueLength(component as Value, measure);
  return joinedLength<Value>(component, (value) => valueLength(value, measure));
}
