import type { Hl7Version } from "../dictionary/contents.ts";
import type {
  DataTypeDefinition,
  FieldDefinition,
  SegmentDefinition,
  VersionDefinitions,
} from "../dictionary/definitions.ts";
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
  /** By position. */
  readonly fields: readonly (FieldForm | undefined)[];
}

interface FieldForm {
  readonly maxRepeats: number;
  readonly maxLength: number;
  /** Undefined where another field says the type. */
  readonly type: TypeForm | undefined;
}

interface TypeForm {
  /** Of a primitive type. */
  readonly value: ValueForm | undefined;
  /** By index; undefined where the version has withdrawn a component. */
  readonly parts: readonly (PartForm | undefined)[];
  /** Indexes of the components that must hold a value. */
  readonly required: readonly number[];
}

interface PartForm {
  readonly maxLength: number;
  readonly value: ValueForm | undefined;
  /** Of a type with components. */
  readonly subparts: readonly ValueForm[];
}

interface ValueForm {
  readonly version: Hl7Version;
  readonly test: ValueTest | undefined;
  readonly table: number | undefined;
  /** Whether what passes the test has no character that an escape sequence would stand for. */
  readonly isPlain: boolean;
  /** The value that passed last: most segments repeat their codes and times. */
  last: string;
}

interface VersionForms {
  readonly definitions: VersionDefinitions;
  readonly segments: Map<string, SegmentForm>;
  /** The types that OBX-2 may name. */
  readonly observed: Map<string, TypeForm>;
}

const known = new WeakMap<VersionDefinitions, VersionForms>();

/**
 * Whether a segment plainly breaks nothing that a version asks for, which is what nearly all do. It stops at the first
 * thing that needs a closer look, so false says nothing; true says that a full check finds nothing.
 */
export function soundIn(definitions: VersionDefinitions): (segment: Segment) => boolean {
  const forms = formsOf(definitions);
  return (segment) => isSound(segment, forms);
}

function isSound(segment: Segment, forms: VersionForms): boolean {
  const form = formOf(segment.name, forms);
  if (form === undefined) return false;
  const { fields } = segment;
  for (let index = 0; index < form.required.length; index++)
    if (fields[form.required[index] as number] === undefined) return false;
  for (let position = form.first; position < fields.length; position++) {
    const field = fields[position];
    if (field === undefined) continue;
    const fieldForm = form.fields[position];
    if (fieldForm === undefined) return false;
    const type = fieldForm.type ?? observedType(segment, position, forms);
    if (type === undefined || !isSoundField(field, fieldForm, type)) return false;
  }
  return segment.name !== "OBX" || isEmpty(valueAt(segment, 2)) === (fields[5] === undefined);
}

function formsOf(definitions: VersionDefinitions): VersionForms {
  let forms = known.get(definitions);
  if (forms === undefined) {
    forms = { definitions, segments: new Map(), observed: new Map() };
    known.set(definitions, forms);
  }
  return forms;
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
function observedType(
  segment: Segment,
  position: number,
  { definitions, observed }: VersionForms,
): TypeForm | undefined {
  if (segment.name !== "OBX" || position !== 5) return undefined;
  const id = valueAt(segment, 2) ?? "";
  const form = observed.get(id);
  if (form !== undefined) return form;
  const type = id === "VARIES" ? undefined : definitions.types.get(id);
  if (type === undefined) return undefined;
  const made = typeForm(type, undefined, definitions);
  observed.set(id, made);
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

function fieldForm(field: FieldDefinition, definitions: VersionDefinitions): FieldForm | undefined {
  if (field.usage === "W") return undefined;
  const type = field.type === "VARIES" ? undefined : definitions.types.get(field.type);
  return {
    maxRepeats: field.maxRepeats,
    maxLength: field.maxLength ?? Number.POSITIVE_INFINITY,
    type: type && typeForm(type, field.table, definitions),
  };
}

function typeForm(type: DataTypeDefinition, table: number | undefined, definitions: VersionDefinitions): TypeForm {
  const { id, components } = type;
  return {
    value: components.length === 0 ? valueForm(id, table, definitions) : undefined,
    parts: components.map((component) =>
      component.usage === "W" ? undefined : partForm(componentType(id, component), component, definitions),
    ),
    required: components.filter(({ usage }) => usage === "R").map(({ position }) => position - 1),
  };
}

function partForm(id: string, { maxLength, table }: FieldDefinition, definitions: VersionDefinitions): PartForm {
  const subcomponents = definitions.types.get(id)?.components ?? [];
  return {
    maxLength: maxLength ?? Number.POSITIVE_INFINITY,
    value: subcomponents.length === 0 ? valueForm(id, table, definitions) : undefined,
    subparts: subcomponents.map((each) => valueForm(componentType(id, each), each.table, definitions)),
  };
}

function valueForm(id: string, table: number | undefined, { version }: VersionDefinitions): ValueForm {
  const test = valueTests[id];
  return {
    version,
    test,
    table: id === "ID" ? table : undefined,
    isPlain: test !== undefined && id !== "TN",
    last: "",
  };
}

function isSoundField(field: Field, { maxRepeats, maxLength }: FieldForm, type: TypeForm): boolean {
  if (field.length === 0 || field.length > maxRepeats) return false;
  for (let index = 0; index < field.length; index++) {
    const repetition = field[index];
    if (repetition === undefined || !isSoundRepetition(repetition, maxLength, type)) return false;
  }
  return true;
}

function isSoundRepetition(repetition: Repetition, maxLength: number, { value, parts, required }: TypeForm): boolean {
  if (value !== undefined) {
    const only = repetition[0];
    return repetition.length === 1 && typeof only === "string" && soundLength(only, value, maxLength) !== -1;
  }
  if (repetition.length > parts.length) return false;
  for (let index = 0; index < required.length; index++)
    if (isEmpty(repetition[required[index] as number])) return false;
  let most = 0;
  for (let index = 0; index < repetition.length; index++) {
    const component = repetition[index];
    most += 1;
    if (component === undefined || component === "") continue;
    const part = parts[index];
    if (part === undefined) return false;
    const length =
      typeof component === "string"
        ? soundLength(component, part.value ?? part.subparts[0], part.maxLength)
        : soundSubcomponentsLength(component, part);
    if (length === -1) return false;
    most += length;
  }
  // A field without any value is looked at closely.
  return most > repetition.length && (most <= maxLength || repetitionLength(repetition) <= maxLength);
}

function soundSubcomponentsLength(component: Component, { value, subparts, maxLength }: PartForm): number {
  if (!Array.isArray(component) || value !== undefined || component.length > subparts.length) return -1;
  const values: readonly Value[] = component;
  let most = 0;
  for (let index = 0; index < values.length; index++) {
    const each = values[index];
    most += 1;
    if (each === undefined || each === "") continue;
    const length = typeof each === "string" ? soundLength(each, subparts[index], Number.POSITIVE_INFINITY) : -1;
    if (length === -1) return -1;
    most += length;
  }
  if (most <= maxLength) return most;
  const length = componentLength(component);
  return length <= maxLength ? length : -1;
}

/** An escape sequence is at most five characters long: what fits five times over need not be counted. */
const longestEscape = 5;

/** The most that a value may take in a message; -1 where it needs a closer look. */
function soundLength(value: string, form: ValueForm | undefined, maxLength: number): number {
  if (form === undefined || !isSoundValue(value, form)) return -1;
  const most = form.isPlain ? value.length : value.length * longestEscape;
  if (most <= maxLength) return most;
  const length = valueLength(value);
  return length <= maxLength ? length : -1;
}

function isSoundValue(value: string, form: ValueForm): boolean {
  const { test, table, version } = form;
  if (value === "") return false;
  if ((test === undefined && table === undefined) || value === form.last) return true;
  if (test !== undefined && test(value, version) !== undefined) return false;
  if (table !== undefined && tableVerdict(table, value, version) !== "listed") return false;
  form.last = value;
  return true;
}
