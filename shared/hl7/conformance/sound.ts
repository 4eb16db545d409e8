import type { Hl7Version } from "../dictionary/contents.ts";
import type { FieldDefinition, SegmentDefinition, VersionDefinitions } from "../dictionary/definitions.ts";
import { type Component, type Field, isEmpty, type Repetition, type Segment, type Value, valueAt } from "../model.ts";
import { componentLength, repetitionLength, valueLength } from "./lengths.ts";
import { tableVerdict } from "./tables.ts";
import { type ValueTest, valueTests } from "./values.ts";

/** The time of TS is ST by name before 2.4 and DTM by form in every version. */
export function componentType(typeId: string, { position, type }: FieldDefinition): string {
  return typeId === "TS" && position === 1 ? "DTM" : type;
}

/** A segment of a version, made ready to be held against many. */
interface SegmentForm {
  readonly first: number;
  readonly required: readonly number[];
  /** By position; undefined where a value, if there is one, needs a closer look. */
  readonly fields: readonly (FieldForm | undefined)[];
}

interface FieldForm {
  readonly maxRepeats: number;
  readonly maxLength: number;
  /** Of a primitive type. */
  readonly value: ValueForm | undefined;
  /** By index; undefined where the version has withdrawn a component. */
  readonly parts: readonly (PartForm | undefined)[];
  /** Indexes of the components that must hold a value. */
  readonly required: readonly number[];
}

interface PartForm {
  readonly maxLength: number;
  /** Of the component, or of its first subcomponent where that is the only one. */
  readonly value: ValueForm;
  /** Of a type with components. */
  readonly subparts: readonly ValueForm[];
}

interface ValueForm {
  readonly version: Hl7Version;
  readonly maxLength: number;
  readonly test: ValueTest | undefined;
  readonly table: number | undefined;
  /** Whether what passes the test has no character that an escape sequence would stand for. */
  readonly isPlain: boolean;
  /** The short value that passed last, and the most that it takes: most segments repeat their codes and times. */
  last: string;
  lastLength: number;
}

/** A small integer, as all the others that it is compared with. */
const unlimited = 2 ** 30 - 1;

interface VersionForms {
  readonly definitions: VersionDefinitions;
  readonly segments: Map<string, SegmentForm>;
  /** OBX-5 by the type that OBX-2 names. */
  readonly observed: Map<string, FieldForm>;
}

const known = new WeakMap<VersionDefinitions, VersionForms>();

/**
 * Whether a segment plainly breaks nothing that a version asks for, which is what nearly all do. It stops at the first
 * thing that needs a closer look, so false says nothing; true says that a full check finds nothing.
 *
 * @param before one that was sound: results share the fields that say the same, and those need not be looked at again
 */
export function soundIn(definitions: VersionDefinitions): (segment: Segment, before?: Segment) => boolean {
  let forms = known.get(definitions);
  if (forms === undefined) {
    forms = { definitions, segments: new Map(), observed: new Map() };
    known.set(definitions, forms);
  }
  const ofVersion = forms;
  return (segment, before) => isSound(segment, before, ofVersion);
}

function isSound(segment: Segment, before: Segment | undefined, forms: VersionForms): boolean {
  const form = formOf(segment.name, forms);
  if (form === undefined) return false;
  const { fields } = segment;
  const passed = before?.name === segment.name ? before.fields : undefined;
  for (let index = 0; index < form.required.length; index++)
    if (fields[form.required[index] as number] === undefined) return false;
  for (let position = form.first; position < fields.length; position++) {
    const field = fields[position];
    if (field === undefined) continue;
    const own = form.fields[position];
    if (own !== undefined && field === passed?.[position]) continue;
    const fieldForm = own ?? observedForm(segment, position, forms);
    if (fieldForm === undefined || !isSoundField(field, fieldForm)) return false;
  }
  return segment.name !== "OBX" || isEmpty(valueAt(segment, 2)) === (fields[5] === undefined);
}

function formOf(name: string, { definitions, segments }: VersionForms): SegmentForm | undefined {
  const form = segments.get(name);
  if (form !== undefined) return form;
  const definition = definitions.segments.get(name);
  // Names come from messages: what is no segment of the version is not kept.
  if (definition === undefined) return undefined;
  const made = segmentForm(definition, definitions);
  segments.set(name, made);
  return made;
}

/** OBX-5 is of the type that OBX-2 names. */
function observedForm(segment: Segment, position: number, forms: VersionForms): FieldForm | undefined {
  if (segment.name !== "OBX" || position !== 5) return undefined;
  const { definitions, observed } = forms;
  const id = valueAt(segment, 2) ?? "";
  const form = observed.get(id);
  if (form !== undefined) return form;
  const field = definitions.segments.get("OBX")?.fields[4];
  const made = field && fieldForm({ ...field, type: id, table: undefined }, definitions);
  if (made !== undefined) observed.set(id, made);
  return made;
}

function segmentForm({ id, fields, required }: SegmentDefinition, definitions: VersionDefinitions): SegmentForm {
  return {
    // MSH-1 and MSH-2 are the delimiters themselves.
    first: id === "MSH" ? 3 : 1,
    required: id === "MSH" ? required.filter((position) => position > 2) : required,
    fields: [undefined, ...fields.map((field) => fieldForm(field, definitions))],
  };
}

/** Undefined for a field that is withdrawn, or of a type that another field says. */
function fieldForm(field: FieldDefinition, definitions: VersionDefinitions): FieldForm | undefined {
  const type = field.type === "VARIES" ? undefined : definitions.types.get(field.type);
  if (field.usage === "W" || type === undefined) return undefined;
  const { id, components } = type;
  const { maxRepeats, maxLength = unlimited, table } = field;
  return {
    maxRepeats: Math.min(maxRepeats, unlimited),
    maxLength,
    value: components.length === 0 ? valueForm(id, table, maxLength, definitions) : undefined,
    parts: components.map((component) =>
      component.usage === "W" ? undefined : partForm(componentType(id, component), component, definitions),
    ),
    required: components.filter(({ usage }) => usage === "R").map(({ position }) => position - 1),
  };
}

function partForm(id: string, definition: FieldDefinition, definitions: VersionDefinitions): PartForm {
  const { maxLength = unlimited, table } = definition;
  const subcomponents = definitions.types.get(id)?.components ?? [];
  const subparts = subcomponents.map((each) => valueForm(componentType(id, each), each.table, maxLength, definitions));
  return { maxLength, value: subparts[0] ?? valueForm(id, table, maxLength, definitions), subparts };
}

function valueForm(
  id: string,
  table: number | undefined,
  maxLength: number,
  { version }: VersionDefinitions,
): ValueForm {
  const test = valueTests[id];
  return {
    version,
    maxLength,
    test,
    table: id === "ID" ? table : undefined,
    isPlain: test !== undefined && id !== "TN",
    last: "",
    lastLength: -1,
  };
}

function isSoundField(field: Field, form: FieldForm): boolean {
  if (typeof field === "string") return isSoundText(field, form);
  if (field.length === 0 || field.length > form.maxRepeats) return false;
  for (let index = 0; index < field.length; index++) {
    const repetition = field[index];
    if (repetition === undefined || !isSoundRepetition(repetition, form)) return false;
  }
  return true;
}

/** A field that is one plain value. */
function isSoundText(text: string, { value, parts, required, maxLength }: FieldForm): boolean {
  if (value !== undefined) return soundLength(text, value) !== -1;
  // Only the first component is there.
  for (let index = 0; index < required.length; index++) if (required[index] !== 0) return false;
  const length = soundLength(text, parts[0]?.value);
  return length !== -1 && (length <= maxLength || valueLength(text) <= maxLength);
}

function isSoundRepetition(repetition: Repetition, form: FieldForm): boolean {
  const { value, parts, required, maxLength } = form;
  if (value !== undefined) {
    const only = repetition[0];
    return repetition.length === 1 && typeof only === "string" && soundLength(only, value) !== -1;
  }
  if (repetition.length > parts.length) return false;
  for (let index = 0; index < required.length; index++)
    if (isEmpty(repetition[required[index] as number])) return false;
  let most = repetition.length;
  for (let index = 0; index < repetition.length; index++) {
    const component = repetition[index];
    if (component === undefined || component === "") continue;
    const part = parts[index];
    if (part === undefined) return false;
    const length =
      typeof component === "string" ? soundLength(component, part.value) : soundSubcomponentsLength(component, part);
    if (length === -1) return false;
    most += length;
  }
  // A field without any value is looked at closely.
  return most > repetition.length && (most <= maxLength || repetitionLength(repetition) <= maxLength);
}

function soundSubcomponentsLength(component: Component, { subparts, maxLength }: PartForm): number {
  if (!Array.isArray(component) || component.length > subparts.length) return -1;
  const values: readonly Value[] = component;
  let most = values.length;
  for (let index = 0; index < values.length; index++) {
    const each = values[index];
    if (each === undefined || each === "") continue;
    const length = typeof each === "string" ? soundLength(each, subparts[index]) : -1;
    if (length === -1) return -1;
    most += length;
  }
  if (most <= maxLength) return most;
  const length = componentLength(component);
  return length <= maxLength ? length : -1;
}

/** An escape sequence is at most five characters long: what fits five times over need not be counted. */
const longestEscape = 5;
/** What is longer is hardly said again. */
const shortLength = 20;

/** The most that a value may take in a message; -1 where it needs a closer look. */
function soundLength(value: string, form: ValueForm | undefined): number {
  if (form === undefined) return -1;
  if (value === form.last) return form.lastLength;
  const { test, table, version, maxLength } = form;
  if (value === "") return -1;
  if (test !== undefined && test(value, version) !== undefined) return -1;
  if (table !== undefined && tableVerdict(table, value, version) !== "listed") return -1;
  const isShort = value.length <= shortLength;
  let length = value.length;
  if (!form.isPlain) {
    length *= longestEscape;
    if (!isShort || length > maxLength) length = valueLength(value);
  }
  if (length > maxLength) return -1;
  if (isShort) {
    form.last = value;
    form.lastLength = length;
  }
  return length;
}
