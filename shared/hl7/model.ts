import type { SegmentTable } from "./mapping.ts";

/**
 * The neutral form of an HL7 v2 message, between mapping and encoding: segments, fields, repetitions, components,
 * subcomponents, and nothing but text. Overlays, version adaptation, truncation, conformance and lineage are steps over
 * it. A missing value is `undefined` or empty; the HL7 null (`""`: delete what you have) is `null`.
 */
export type Value = string | null | undefined;
/** One value, or its subcomponents. */
export type Component = Value | readonly Value[];
/** The components of one repetition; index 0 is component 1. */
export type Repetition = readonly Component[];
/** Its repetitions; or, of one plain value and nothing else, as most fields are, that text. `"F"` says what `[["F"]]` says. */
export type Field = string | readonly Repetition[];

export interface Segment {
  readonly name: string;
  /** By position: `fields[3]` is PID-3. Index 0 is never used. */
  readonly fields: (Field | undefined)[];
  /** The table that filled it and what it was filled from, so that each field can be traced back. */
  readonly table?: SegmentTable | undefined;
  readonly context?: object | undefined;
  /** Fields that something other than their row has set: position to what it was (`default`, `overlay ...`). */
  origins?: Map<number, string> | undefined;
}

export interface Message {
  readonly segments: Segment[];
}

/**
 * Inside a value, the place where a line ends in a receiver's display. Encoded as `\.br\`; any other line end or
 * control character in a value is noise from the source and never reaches a message.
 */
export const lineBreak = "\u2028";

/** At the end of a value that was cut, where the version has a character that says so (2.7, 2.5.5.2): a noncharacter. */
export const truncationMark = "\ufdd0";

export function isEmpty(component: Component): boolean {
  if (component === undefined || component === "") return true;
  return Array.isArray(component) && component.every(isEmpty);
}

/** The repetitions of a field in either form. */
export function repetitionsOf(field: Field | undefined): readonly Repetition[] {
  return typeof field === "string" ? [[field]] : (field ?? []);
}

export function isValued(field: Field | undefined): field is Field {
  if (field === undefined || typeof field === "string") return !isEmpty(field);
  return field.some((repetition) => !repetition.every(isEmpty));
}

/** The text of one component or subcomponent, for reading a finished message: `valueAt(pid, 3, 4, 2)` is PID-3.4.2. */
export function valueAt(segment: Segment, position: number, component = 1, subcomponent = 1, repetition = 1): Value {
  const field = segment.fields[position];
  if (typeof field === "string") return repetition === 1 && component === 1 && subcomponent === 1 ? field : undefined;
  const found = field?.[repetition - 1]?.[component - 1];
  if (typeof found !== "object" || found === null) return subcomponent === 1 ? found : undefined;
  return found[subcomponent - 1];
}
