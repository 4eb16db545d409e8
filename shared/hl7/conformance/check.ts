import type { Hl7Version } from "../dictionary/contents.ts";
import {
  type DataTypeDefinition,
  definitionsOf,
  type FieldDefinition,
  type VersionDefinitions,
} from "../dictionary/definitions.ts";
import { triggerFormOf } from "../dictionary/triggers.ts";
import {
  type Component,
  isEmpty,
  isValued,
  type Message,
  type Repetition,
  repetitionsOf,
  type Segment,
  type Value,
  valueAt,
} from "../model.ts";
import { componentLength, repetitionLength } from "./lengths.ts";
import { componentType, soundIn } from "./sound.ts";
import { automatonOf, standardOnly, structureFaults } from "./structure.ts";
import { tableVerdict } from "./tables.ts";
import { valueTests } from "./values.ts";

export type Severity = "error" | "warning";

/** What a message can break. */
export type ConformanceRule =
  /** The message is not of the version, or its event has no message structure there. */
  | "version"
  /** A segment that its structure has no place for, or one that it requires and that is missing. */
  | "structure"
  | "required"
  | "repeats"
  /** Fields or components beyond those that the version defines. */
  | "undefined"
  /** A field or component that the version has withdrawn holds a value. */
  | "withdrawn"
  /** A value is not of the form of its data type. */
  | "type"
  | "length"
  /** A code that the HL7 table of its field does not have. */
  | "table";

/** One thing that a message breaks; holds no value of the message, so it may be logged and shown. */
export interface Finding {
  readonly severity: Severity;
  readonly rule: ConformanceRule;
  /** `PID` */
  readonly segment: string;
  /** Which of the segments of that name, from 1. */
  readonly sequence: number;
  readonly field?: number;
  /** Which repetition of the field, from 1. */
  readonly repetition?: number;
  readonly component?: number;
  readonly subcomponent?: number;
  readonly detail: string;
}

/** What a destination asks for on top of the standard, or instead of it. */
export interface ConformanceRules {
  readonly severities?: Readonly<Partial<Record<ConformanceRule, Severity | "off">>>;
  /** By field: `PID-5`. */
  readonly fields?: Readonly<Record<string, FieldRules>>;
}

export interface FieldRules {
  readonly required?: boolean;
  readonly maxRepeats?: number;
  readonly maxLength?: number;
}

/** Where the check stands; 0 for what is not entered. */
interface Place {
  segment: string;
  sequence: number;
  field: number;
  repetition: number;
  component: number;
  subcomponent: number;
}

interface Check {
  readonly definitions: VersionDefinitions;
  readonly rules: ConformanceRules;
  readonly findings: Finding[];
  readonly place: Place;
}

/**
 * Holds a message against its version: structure, required fields, repeats, data types, lengths, tables, withdrawn
 * fields, and against the rules of its destination. Never throws, whatever the message holds.
 *
 * Z-segments stand anywhere and hold anything. Conditional fields are not judged, except OBX-2.
 */
export function check(message: Message, version: Hl7Version, rules: ConformanceRules = {}): readonly Finding[] {
  return findingsOf(message, version, rules, soundIn);
}

/** The same without passing over what is sound at first sight. */
export function checkClosely(message: Message, version: Hl7Version, rules: ConformanceRules = {}): readonly Finding[] {
  return findingsOf(message, version, rules, () => () => false);
}

function findingsOf(
  message: Message,
  version: Hl7Version,
  rules: ConformanceRules,
  passingOver: typeof soundIn,
): readonly Finding[] {
  const definitions = definitionsOf(version);
  const place = { segment: "MSH", sequence: 1, field: 0, repetition: 0, component: 0, subcomponent: 0 };
  if (definitions === undefined) {
    const detail = `The definitions of ${version} are not part of this program`;
    return [{ severity: "error", rule: "version", segment: "MSH", sequence: 1, field: 12, detail }];
  }
  const state: Check = { definitions, rules, findings: [], place };
  checkStructure(message, state);
  const { segments } = message;
  const ruled = rules.fields === undefined ? undefined : segmentsIn(rules.fields);
  const isPassedOver = passingOver(definitions);
  let passed: Segment | undefined;
  for (let index = 0; index < segments.length; index++) {
    const segment = segments[index] as Segment;
    if (!ruled?.has(segment.name) && isPassedOver(segment, passed)) {
      passed = segment;
      continue;
    }
    place.segment = segment.name;
    place.sequence = sequenceOf(segments, index);
    checkSegment(segment, state);
  }
  return state.findings;
}

function segmentsIn(fields: Readonly<Record<string, FieldRules>>): ReadonlySet<string> {
  return new Set(Object.keys(fields).map((field) => field.split("-")[0] ?? ""));
}

function sequenceOf(segments: readonly Segment[], last: number): number {
  const name = segments[last]?.name;
  let sequence = 1;
  for (let index = 0; index < last; index++) if (segments[index]?.name === name) sequence += 1;
  return sequence;
}

function report({ findings, rules, place }: Check, rule: ConformanceRule, usual: Severity, detail: string): void {
  const severity = rules.severities?.[rule] ?? usual;
  if (severity === "off") return;
  const { segment, sequence, field, repetition, component, subcomponent } = place;
  findings.push({
    severity,
    rule,
    segment: segmentName(segment),
    sequence,
    ...(field > 0 && { field }),
    ...(repetition > 0 && { repetition }),
    ...(component > 0 && { component }),
    ...(subcomponent > 0 && { subcomponent }),
    detail,
  });
}

/** A segment's name may hold anything in a broken message: only a name is repeated. */
function segmentName(name: string): string {
  return /^[A-Z][A-Z0-9]{2}$/.test(name) ? name : "?";
}

function checkStructure({ segments }: Message, state: Check): void {
  const { definitions, place } = state;
  const { version } = definitions;
  const header = segments[0];
  if (header?.name !== "MSH") {
    report(state, "structure", "error", "A message begins with MSH");
    return;
  }
  if (valueAt(header, 12) !== version) {
    place.field = 12;
    report(state, "version", "error", `MSH-12 does not name ${version}`);
  }
  const structure = structureOf(header, state);
  place.field = 0;
  const elements = structure === undefined ? undefined : definitions.structure(structure);
  if (structure === undefined || elements === undefined) return;

  const faults = structureFaults(automatonOf(elements), segments);
  if (faults.length === 0) return;
  const names = standardOnly(segments).map(({ name }) => name);
  for (const fault of faults) {
    const where = `after ${fault.after || "the start"} in ${structure}`;
    const name = fault.kind === "missing" ? fault.name : (names[fault.index] ?? "");
    place.segment = name;
    place.sequence = names.slice(0, fault.index).filter((other) => other === name).length + 1;
    if (fault.kind === "missing") report(state, "structure", "error", `Missing ${where}`);
    else {
      const expected = fault.expected.length === 0 ? "the end" : fault.expected.join(", ");
      report(state, "structure", "error", `Not allowed ${where}, which has ${expected} there`);
    }
  }
}

function structureOf(header: Segment, state: Check): string | undefined {
  const { version, structure } = state.definitions;
  state.place.field = 9;
  const code = valueAt(header, 9, 1) ?? "";
  const event = valueAt(header, 9, 2) ?? "";
  const stated = valueAt(header, 9, 3) ?? "";
  const form = triggerFormOf(`${code}^${event}`, version);
  const isOwn = form !== undefined && form.messageCode === code && form.event === event;
  if (!isOwn) report(state, "version", "warning", `There is no message structure here for this event in ${version}`);
  if (stated === "") return isOwn ? form.structure : undefined;
  if (isOwn && stated !== form.structure) {
    state.place.component = 3;
    report(state, "structure", "warning", `The structure of this event is ${form.structure}`);
    state.place.component = 0;
  }
  return structure(stated) === undefined ? form?.structure : stated;
}

function checkSegment(segment: Segment, state: Check): void {
  const { definitions, place, rules } = state;
  const definition = definitions.segments.get(segment.name);
  if (definition === undefined) return;
  const { fields } = definition;
  // MSH-1 and MSH-2 are the delimiters themselves.
  for (let index = segment.name === "MSH" ? 2 : 0; index < fields.length; index++) {
    const field = fields[index];
    if (field === undefined) continue;
    const own = rules.fields === undefined ? undefined : rules.fields[`${segment.name}-${field.position}`];
    // Most fields of most segments are empty, and may be.
    if (segment.fields[index + 1] === undefined && field.usage !== "R" && own === undefined) continue;
    place.field = field.position;
    checkField(segment, field, own, state);
  }
  for (let position = definition.fields.length + 1; position < segment.fields.length; position++) {
    place.field = position;
    if (isValued(segment.fields[position]))
      report(state, "undefined", "warning", `${definitions.version} has no such field`);
  }
  if (segment.name === "OBX") checkObservedType(segment, state);
  place.field = 0;
}

function checkField(segment: Segment, definition: FieldDefinition, own: FieldRules | undefined, state: Check): void {
  const field = segment.fields[definition.position];
  if (!isValued(field)) {
    if (own?.required ?? definition.usage === "R") report(state, "required", "error", `${definition.name} is required`);
    return;
  }
  const { definitions, place } = state;
  if (definition.usage === "W") {
    report(state, "withdrawn", "error", `${definitions.version} has withdrawn ${definition.name}`);
    return;
  }
  const repetitions = repetitionsOf(field);
  if (definition.usage === "R" && repetitions.every(isNull))
    report(state, "required", "error", `${definition.name} is required and may not be deleted`);
  const maxRepeats = own?.maxRepeats ?? definition.maxRepeats;
  if (repetitions.length > maxRepeats) {
    const count = repetitions.findLastIndex((repetition) => !repetition.every(isEmpty)) + 1;
    if (count > maxRepeats) report(state, "repeats", "error", `${count} repetitions where ${maxRepeats} may be`);
  }
  const type = typeOf(segment, definition, state);
  if (type === undefined) return;
  const maxLength = own?.maxLength ?? definition.maxLength;
  for (let index = 0; index < repetitions.length; index++) {
    const repetition = repetitions[index] ?? [];
    if (repetitions.length > 1) place.repetition = index + 1;
    checkRepetition(repetition, type, definition, state);
    if (maxLength !== undefined) checkLength(repetitionLength(repetition), maxLength, state);
  }
  place.repetition = 0;
}

function isNull(repetition: Repetition): boolean {
  return repetition.length === 1 && repetition[0] === null;
}

/** The data type of a field; of OBX-5, what OBX-2 says. Undefined where it cannot be told. */
function typeOf(
  segment: Segment,
  { type, position }: FieldDefinition,
  { definitions }: Check,
): DataTypeDefinition | undefined {
  if (type !== "VARIES") return definitions.types.get(type);
  return segment.name === "OBX" && position === 5 ? definitions.types.get(valueAt(segment, 2) ?? "") : undefined;
}

function checkObservedType(segment: Segment, state: Check): void {
  const { definitions, place } = state;
  place.field = 2;
  const type = valueAt(segment, 2) ?? "";
  if (type === "") {
    if (isValued(segment.fields[5])) report(state, "required", "error", "Value Type is required with an OBX-5");
  } else if (!definitions.types.has(type) || type === "VARIES")
    report(state, "table", "error", `Not a data type of ${definitions.version} (HL70125)`);
}

function checkRepetition(
  repetition: Repetition,
  type: DataTypeDefinition,
  definition: FieldDefinition,
  state: Check,
): void {
  if (repetition.length === 0 || isNull(repetition)) return;
  const { components } = type;
  if (components.length === 0) {
    checkValue(repetition[0], type.id, definition, state);
    checkSurplus(repetition, type, state);
    return;
  }
  const { definitions, place } = state;
  let hasValue = false;
  for (let index = 0; index < repetition.length; index++) {
    const component = components[index];
    const value = repetition[index];
    if (component === undefined || isEmpty(value)) continue;
    hasValue = true;
    place.component = index + 1;
    if (component.usage === "W")
      report(state, "withdrawn", "error", `${definitions.version} has withdrawn ${component.name} of ${type.id}`);
    else checkComponent(value, type.id, component, state);
  }
  for (const { usage, position, name } of components) {
    if (usage !== "R" || !hasValue || !isEmpty(repetition[position - 1])) continue;
    place.component = position;
    report(state, "required", "error", `${name} is required in ${type.id}`);
  }
  checkSurplus(repetition, type, state);
  place.component = 0;
}

function checkSurplus(repetition: Repetition, { id, components }: DataTypeDefinition, state: Check): void {
  const length = Math.max(1, components.length);
  if (repetition.length <= length) return;
  const surplus = repetition.findIndex((value, index) => index >= length && !isEmpty(value));
  if (surplus === -1) return;
  state.place.component = surplus + 1;
  const detail = components.length === 0 ? `${id} has no components` : `${id} ends with component ${length}`;
  report(state, "undefined", "warning", detail);
  state.place.component = 0;
}

function checkComponent(component: Component, typeId: string, definition: FieldDefinition, state: Check): void {
  const { definitions, place } = state;
  const id = componentType(typeId, definition);
  const parts = definitions.types.get(id)?.components ?? [];
  if (definition.maxLength !== undefined) checkLength(componentLength(component), definition.maxLength, state);
  if (parts.length === 0) {
    checkValue(component, id, definition, state);
    return;
  }
  const values: readonly Value[] = Array.isArray(component) ? component : [component as Value];
  for (const part of parts) {
    const value = values[part.position - 1];
    place.subcomponent = part.position;
    if (!isEmpty(value)) checkValue(value, componentType(id, part), part, state);
  }
  const surplus = values.findIndex((value, index) => index >= parts.length && !isEmpty(value));
  if (surplus !== -1) {
    place.subcomponent = surplus + 1;
    report(state, "undefined", "warning", `${id} ends with subcomponent ${parts.length}`);
  }
  place.subcomponent = 0;
}

/** One value of a primitive type. */
function checkValue(component: Component, id: string, { table }: FieldDefinition, state: Check): void {
  const { version } = state.definitions;
  let value = component as Value;
  if (Array.isArray(component)) {
    if (!component.every((part, index) => index === 0 || isEmpty(part)))
      report(state, "undefined", "warning", `${id} has no subcomponents`);
    value = component[0];
  }
  if (typeof value !== "string" || value === "") return;
  const form = valueTests[id]?.(value, version);
  if (form !== undefined) report(state, "type", "error", `Not of type ${id}: ${form}`);
  if (id === "ID" && table !== undefined) checkTable(value, table, state);
}

function checkTable(code: string, table: number, state: Check): void {
  const verdict = tableVerdict(table, code, state.definitions.version);
  if (verdict === "listed") return;
  const name = `HL7${String(table).padStart(4, "0")}`;
  if (verdict === "unlisted") report(state, "table", "warning", `Not listed in ${name}`);
  else if (verdict === "other-version") report(state, "table", "warning", `In ${name} of another version only`);
  else report(state, "table", "error", `Not in ${name}`);
}

function checkLength(length: number, maxLength: number, state: Check): void {
  if (length > maxLength) report(state, "length", "warning", `${length} characters where ${maxLength} may be`);
}
