import { converterOf } from "./conformance/convert.ts";
import { xad } from "./datatypes/address.ts";
import { ce, cne, cwe, id, is } from "./datatypes/coded.ts";
import { cx, ei } from "./datatypes/identifier.ts";
import { xpn } from "./datatypes/name.ts";
import { numeric } from "./datatypes/number.ts";
import { xcn, xon } from "./datatypes/provider.ts";
import { xtn } from "./datatypes/telecom.ts";
import { formattedText } from "./datatypes/text.ts";
import { dateOf, timeOfDay, timestampOf } from "./datatypes/time.ts";
import { definitionsOf, type VersionDefinitions } from "./dictionary/definitions.ts";
import { mappingVersion } from "./dictionary/triggers.ts";
import { type Encoder, type Row, type RowSpec, repetitionOf, segment as segmentTable } from "./mapping.ts";
import { type Component, type Repetition, type Segment, type Value, valueAt } from "./model.ts";
import type { Place } from "./place.ts";
import type { Scope } from "./scope.ts";

type Item = { readonly item: unknown };
const item = { from: "item" } as const;

/** The elements of FHIR that a field can take as they are, by the data type of the field. */
const elementTypes: Readonly<Record<string, RowSpec<Item>>> = {
  CX: cx<Item>(item),
  EI: ei<Item>(item),
  XPN: xpn<Item>(item),
  XAD: xad<Item>(item),
  XTN: xtn<Item>(item),
  XCN: xcn<Item>(item),
  XON: xon<Item>(item),
  CE: ce<Item>(item),
  CWE: cwe<Item>(item),
  CNE: cne<Item>(item),
  IS: is<Item>(item),
  ID: id<Item>(item),
};

/**
 * What a constant or a function says, as one repetition: a text, or its components, which may have subcomponents. What is
 * told as a number or as yes or no is text all the same.
 *
 * @throws TypeError for what cannot stand in a message
 */
export function valuesOf(value: unknown): readonly Repetition[] {
  if (value === undefined) return [];
  return [Array.isArray(value) ? Array.from(value, componentOf) : [primitiveOf(value)]];
}

function componentOf(value: unknown): Component {
  return Array.isArray(value) ? Array.from(value, primitiveOf) : primitiveOf(value);
}

function primitiveOf(value: unknown): Value {
  if (typeof value === "string" || value === null || value === undefined) return value;
  if (typeof value === "boolean") return value ? "Y" : "N";
  const digits = typeof value === "number" || JSON.isRawJSON(value) ? numeric(value) : undefined;
  if (digits === undefined) throw new TypeError("A value is a text");
  return digits;
}

/** Lines stay lines where the field has formatted text. */
export function textsForPlace(
  values: readonly Repetition[],
  segment: Segment,
  place: Place,
  { settings }: Scope,
): readonly Repetition[] {
  const definitions = definitionsOf(settings.version);
  if (definitions === undefined || !values.some((parts) => parts.some(hasLines))) return values;
  const type = typeAt(segment, place.field ?? 0, definitions);
  if (type !== "FT" && type !== "TX") return values;
  return values.map((parts) => parts.map((part) => (typeof part === "string" ? formattedText(part) : part)));
}

function hasLines(part: Component): boolean {
  return typeof part === "string" && /[\r\n]/.test(part);
}

/** What FHIRPath found, as the repetitions of a field or as what one component holds. */
export function valuesForPlace(
  values: readonly unknown[],
  segment: Segment,
  place: Place,
  context: object,
  scope: Scope,
): readonly Repetition[] {
  const { field = 0, component, subcomponent } = place;
  const definitions = definitionsOf(scope.settings.version);
  const type = definitions === undefined ? "ST" : typeAt(segment, field, definitions);
  if (component !== undefined) {
    const partType = componentType(type, component, subcomponent, definitions);
    const text = values.map((value) => textFor(value, partType, scope)).find((each) => each !== undefined);
    return text === undefined ? [] : [[text]];
  }
  return values.flatMap((value) => {
    const repetition = wholeField(value, type, segment, field, context, scope);
    return repetition === undefined ? [] : [repetition];
  });
}

function typeAt(segment: Segment, field: number, { segments }: VersionDefinitions): string {
  const type = segments.get(segment.name)?.fields[field - 1]?.type ?? "ST";
  return type === "VARIES" ? (valueAt(segment, 2) ?? "ST") : type;
}

function componentType(
  type: string,
  component: number,
  subcomponent: number | undefined,
  definitions: VersionDefinitions | undefined,
): string {
  const found = definitions?.types.get(type)?.components[component - 1]?.type ?? "ST";
  return subcomponent === undefined
    ? found
    : (definitions?.types.get(found)?.components[subcomponent - 1]?.type ?? "ST");
}

const times: Readonly<Record<string, (text: unknown, scope: Scope) => string | undefined>> = {
  TS: timestampOf,
  DTM: timestampOf,
  DT: dateOf,
  TM: timeOfDay,
};

/** A primitive of FHIR as a value; undefined for what has parts. Text that is no FHIR time is taken as it stands. */
function textFor(value: unknown, type: string, scope: Scope): string | undefined {
  if (typeof value === "boolean") return value ? "Y" : "N";
  if (typeof value === "string") {
    const text = times[type]?.(value, scope) ?? value;
    return type === "FT" || type === "TX" ? formattedText(text) : text;
  }
  return numeric(value);
}

function wholeField(
  value: unknown,
  type: string,
  segment: Segment,
  field: number,
  context: object,
  scope: Scope,
): Repetition | undefined {
  const text = textFor(value, type, scope);
  if (text !== undefined) return [text];
  if (typeof value !== "object" || value === null) return undefined;
  const mapped = segment.table?.rows.find(({ position }) => position === field);
  const row =
    mapped !== undefined && elementTypes[mapped.type] !== undefined ? mapped : rowFor(segment.name, field, type);
  if (row === undefined) {
    scope.report({ severity: "error", reason: "overlay-not-a-value", field: `${segment.name}-${field}` });
    return undefined;
  }
  const encode = elementTypes[row.type]?.encode as Encoder<unknown>;
  const told = encode(value, scope, row, context, [value]);
  return told === undefined ? undefined : inVersion(repetitionOf(told), row.type, type, scope);
}

const rows = new Map<string, Row>();

/** A row for a field that the mapping leaves alone. */
function rowFor(name: string, field: number, type: string): Row | undefined {
  const spec = elementTypes[type];
  if (spec === undefined) return undefined;
  const key = `${name}-${field} ${type}`;
  let row = rows.get(key);
  if (row === undefined) {
    row = segmentTable<Item>(name, { [field]: spec }).rows[0];
    if (row !== undefined) rows.set(key, row);
  }
  return row;
}

/** The data types write the form of 2.5.1. */
function inVersion(repetition: Repetition, typeId: string, targetId: string, { settings }: Scope): Repetition {
  const from = definitionsOf(mappingVersion);
  const to = definitionsOf(settings.version);
  if (settings.version === mappingVersion || from === undefined || to === undefined) return repetition;
  return converterOf(typeId, targetId, from, to)(repetition);
}
