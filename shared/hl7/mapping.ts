import { BridgeError } from "../errors.ts";
import type { Hl7Version } from "./dictionary/contents.ts";
import { type FormerSegment, isAsBefore, isReadBefore, keep } from "./former.ts";
import type { Component, Field, Repetition, Segment, Value } from "./model.ts";
import { isEmpty } from "./model.ts";
import { type CompiledPath, compilePath, foundAt, type Path } from "./path.ts";
import type { Scope } from "./scope.ts";
import type { CodeMap } from "./tables/code-map.ts";

/** What the author of a segment writes about one field. The same words go to the message, the lineage and the docs. */
export interface RowOptions<Context, Element, Input = Element> {
  /** Where the value comes from; of several, the first that gives one. */
  readonly from: Path<Context> | readonly Path<Context>[];
  /** Which of the values at the path are sent, and in which order. Not asked where there are none. */
  readonly pick?: (values: readonly Input[], context: NoInfer<Context>, scope: Scope) => readonly Element[];
  /**
   * Whether that looks at nothing but the values and what they refer to: of segments that follow each other with the same
   * values, such as the performer of all results of a report, only the first is worked out.
   */
  readonly byValuesAlone?: boolean;
  /** What is sent, where it is worked out from more than the values at the path; the path then only tells where from. */
  readonly compute?: (context: NoInfer<Context>, scope: Scope) => readonly Element[];
  /** The rule in words, where path and type do not say it all. */
  readonly rule?: string;
  /** Sends every value as a repetition; without it, the first one only. */
  readonly repeats?: boolean;
  /** The code table of the field, and how FHIR codes become its codes. */
  readonly map?: CodeMap;
  /** What is sent when there is no value: one value, or the components. */
  readonly otherwise?: string | ((context: NoInfer<Context>, scope: Scope) => Value | Repetition);
  /** An empty field here makes the message impossible. */
  readonly required?: boolean;
  /** Trigger events in which an empty field tells the receiver to delete what it has. */
  readonly nullOn?: readonly string[];
  /** True for what a repeat of the same content may change: it is no part of the content hash. */
  readonly volatile?: boolean;
}

/** One repetition; or, where it is one plain value, that text. */
export type Encoded = string | Repetition;

/** One value of a FHIR element as one repetition of an HL7 v2 field; undefined when there is nothing to send. */
export type Encoder<Element> = (
  element: Element,
  scope: Scope,
  row: Row,
  /** The resource that the path starts from; `#id` references are looked up in it. */
  owner: object,
  /** All the values that are sent; undefined where it is one that stands in no list. */
  all: readonly Element[] | undefined,
) => Encoded | undefined;

/** A row before it knows its position. */
export interface RowSpec<in Context> {
  readonly type: string;
  readonly options: RowOptions<never, unknown, never>;
  readonly encode: Encoder<never>;
  readonly isCoded: boolean;
  /** The versions that have the field; without it, all. */
  readonly isIn?: ((version: Hl7Version) => boolean) | undefined;
  /** Never set: ties the row to the context that its paths start from. */
  readonly contextType?: (context: Context) => void;
}

/** A row of a segment table. */
export interface Row {
  /** `PID-5` */
  readonly id: string;
  readonly position: number;
  /** HL7 v2.5.1 data type. */
  readonly type: string;
  readonly paths: readonly CompiledPath[];
  /** Where the root of each path stands among the roots of the table. */
  readonly roots: readonly number[];
  readonly rule: string | undefined;
  readonly map: CodeMap | undefined;
  readonly repeats: boolean;
  readonly required: boolean;
  readonly volatile: boolean;
  readonly nullOn: readonly string[];
  readonly pick: ((values: readonly unknown[], context: object, scope: Scope) => readonly unknown[]) | undefined;
  readonly byValuesAlone: boolean;
  /** Position of the first row that reads the same path by its values alone, where that is another one. */
  readonly reader: number | undefined;
  readonly compute: ((context: object, scope: Scope) => readonly unknown[]) | undefined;
  readonly otherwise: Value | ((context: object, scope: Scope) => Value | Repetition);
  readonly encode: Encoder<unknown>;
  /** Whether there is something to send where there is no value. */
  readonly fallsBack: boolean;
  /** Its codes have been held against the destination's value set for the field. */
  readonly isCoded: boolean;
  /** Counters and constants: a segment of nothing else is not worth sending. */
  readonly structural: boolean;
  readonly isIn: ((version: Hl7Version) => boolean) | undefined;
}

export interface SegmentTable {
  readonly name: string;
  /** By position, ascending. */
  readonly rows: readonly Row[];
  /** Those that a version has, worked out once for each. */
  readonly byVersion: Map<Hl7Version, readonly Row[]>;
  /** The slots of the context that its paths start from. */
  readonly roots: readonly string[];
  /** One place for each position, all empty: what a segment begins as. */
  readonly blank: readonly undefined[];
  /** Positions of the rows that are no part of the content hash. */
  readonly volatilePositions: readonly number[];
  /** A sentence for the reader of the documentation. */
  readonly about: string | undefined;
}

/**
 * Makes the factory of a data type: `export const cx = dataType("CX", encodeCx)`.
 *
 * @param holds `coded` where the encoder holds codes against the destination's value set for the field
 */
export function dataType<Element>(type: string, encode: Encoder<Element>, holds?: "coded") {
  return <Context, Input = Element>(options: RowOptions<Context, Element, Input>): RowSpec<Context> => ({
    type,
    options: options as RowOptions<never, unknown, never>,
    encode,
    isCoded: holds === "coded",
  });
}

/** A segment as a table: position to row. */
export function segment<Context>(
  name: string,
  specs: Readonly<Record<number, RowSpec<Context>>>,
  about?: string,
): SegmentTable & { readonly contextType?: (context: Context) => void } {
  const roots: string[] = [];
  const rows: Row[] = [];
  // Numbers as names stand in their order.
  for (const [position, spec] of Object.entries(specs))
    rows.push(rowOf(name, Number(position), spec as RowSpec<never>, roots, rows));
  const volatilePositions = rows.filter((row) => row.volatile).map((row) => row.position);
  return {
    name,
    rows,
    byVersion: new Map(),
    roots,
    blank: new Array<undefined>((rows.at(-1)?.position ?? 0) + 1).fill(undefined),
    volatilePositions,
    about,
  };
}

const never: readonly string[] = [];

function rowOf(
  name: string,
  position: number,
  { type, options, encode, isCoded, isIn }: RowSpec<never>,
  roots: string[],
  before: readonly Row[],
): Row {
  const paths = (typeof options.from === "string" ? [options.from] : options.from).map(compilePath);
  for (const { root } of paths) if (!roots.includes(root)) roots.push(root);
  return {
    id: `${name}-${position}`,
    position,
    type,
    paths,
    roots: paths.map(({ root }) => roots.indexOf(root)),
    rule: options.rule,
    map: options.map,
    repeats: options.repeats ?? false,
    required: options.required ?? false,
    volatile: options.volatile ?? false,
    nullOn: options.nullOn ?? never,
    pick: options.pick as Row["pick"],
    byValuesAlone: options.byValuesAlone ?? false,
    reader: options.byValuesAlone ? before.find((each) => isSameReader(each, paths))?.position : undefined,
    compute: options.compute as Row["compute"],
    otherwise: options.otherwise as Row["otherwise"],
    encode: encode as Encoder<unknown>,
    fallsBack: options.otherwise !== undefined || options.nullOn !== undefined,
    isCoded,
    structural: paths.every(({ root }) => root === "setId"),
    isIn,
  };
}

function isSameReader({ byValuesAlone, paths }: Row, [path, ...others]: readonly CompiledPath[]): boolean {
  return byValuesAlone && paths.length === 1 && others.length === 0 && paths[0]?.text === path?.text;
}

/** Tables carry the context that they need as a type only. */
export type TableOf<Context> = SegmentTable & { readonly contextType?: (context: Context) => void };

/** `required` where a message makes no sense without it; `group` where then only its group does not. */
export type Need = "required" | "group" | "optional";

/**
 * Fills a segment from a context. An element that breaks a row (odd data that FHIR would not allow) leaves that field
 * empty and becomes a work item; it never ends the message.
 *
 * @returns undefined when no row but counters and defaults has a value and the segment is not required, or when a
 *   required field stays empty (a work item) in a segment that may be left out, or in a group where the destination has
 *   no code on purpose
 * @throws ERR_UNRENDERABLE with `field` and `path` when a required field of a required segment stays empty
 */
export function fillSegment(
  table: SegmentTable,
  context: object,
  scope: Scope,
  need: Need,
  former?: FormerSegment,
): Segment | undefined {
  const fields: (Field | undefined)[] = table.blank.slice();
  const owners = ownersIn(context, table.roots);
  const told = scope.settings.fallbacks?.get(table.name);
  const rows = rowsIn(table, scope.settings.version);
  if (former !== undefined) former.asBefore = undefined;
  let hasContent = need !== "optional";
  let missing: Row | undefined;
  let origins: Map<number, string> | undefined;
  for (let index = 0; index < rows.length; index++) {
    const row = rows[index] as Row;
    const field =
      former !== undefined && isReadBefore(row, former)
        ? former.fields[row.position]
        : fieldOf(row, context, owners, scope, former);
    if (field !== undefined) {
      fields[row.position] = field;
      if (!row.structural) hasContent = true;
      continue;
    }
    const fallback = row.fallsBack ? fallbackOf(row, context, scope, told?.has(row.position) ?? false) : undefined;
    if (fallback !== undefined && fallback !== "") {
      fields[row.position] = fallback === null ? [[null]] : fieldOfOne(fallback);
      origins ??= new Map();
      origins.set(row.position, fallback === null ? "null" : "default");
    } else if (told?.has(row.position)) {
      fields[row.position] = told.get(row.position);
      origins ??= new Map();
      origins.set(row.position, "fallback");
    } else if (row.required) missing ??= row;
  }
  if (!hasContent) return undefined;
  if (missing !== undefined) {
    const details = { field: missing.id, path: missing.paths.map(({ text }) => text).join(" or ") };
    const isDropped = need === "group" && scope.settings.valueSets?.get(missing.id)?.drops;
    if (need !== "optional" && !isDropped) throw new BridgeError("ERR_UNRENDERABLE", { details });
    scope.report({ severity: "warning", reason: "required-field-empty", ...details });
    return undefined;
  }
  if (told !== undefined)
    for (const [position, field] of told) {
      if (fields[position] !== undefined) continue;
      fields[position] = field;
      origins ??= new Map();
      origins.set(position, "fallback");
    }
  return { name: table.name, fields, table, context, origins };
}

function rowsIn({ rows, byVersion }: SegmentTable, version: Hl7Version): readonly Row[] {
  let found = byVersion.get(version);
  if (found === undefined) {
    found = rows.filter(({ isIn }) => isIn === undefined || isIn(version));
    byVersion.set(version, found);
  }
  return found;
}

/** What the roots of a table stand for, looked up once for all its rows. */
type Owners = readonly (object | undefined)[];

function ownersIn(context: object, roots: readonly string[]): Owners {
  const owners = new Array<object | undefined>(roots.length);
  for (let index = 0; index < roots.length; index++)
    owners[index] = (context as Readonly<Record<string, object | undefined>>)[roots[index] as string];
  return owners;
}

function fieldOf(
  row: Row,
  context: object,
  owners: Owners,
  scope: Scope,
  former: FormerSegment | undefined,
): Field | undefined {
  const { paths, roots, pick, compute } = row;
  try {
    if (compute !== undefined) {
      const computed = compute(context, scope);
      if (computed.length === 0) return undefined;
      return encodeAll(row, computed, owners[roots[0] as number] ?? context, scope, former);
    }
    for (let index = 0; index < paths.length; index++) {
      const owner = owners[roots[index] as number];
      if (owner === undefined) continue;
      const found = foundAt(paths[index] as CompiledPath, owner);
      if (found === undefined) continue;
      const field =
        pick === undefined
          ? encodeFound(row, found, owner, scope, former)
          : encodePicked(row, pick, found, context, owner, scope, former);
      if (field !== undefined) return field;
    }
  } catch (error) {
    if (error instanceof BridgeError) throw error;
    scope.report({ severity: "error", reason: "unreadable-element", field: row.id, path: row.paths[0]?.text });
  }
  return undefined;
}

type Pick = NonNullable<Row["pick"]>;

function encodePicked(
  row: Row,
  pick: Pick,
  found: unknown,
  context: object,
  owner: object,
  scope: Scope,
  former: FormerSegment | undefined,
): Field | undefined {
  const isKept = row.byValuesAlone && former !== undefined;
  if (isKept && isAsBefore(found, former.values[row.position], former)) {
    former.asBefore = row.position;
    return former.fields[row.position];
  }
  const before = scope.reports.count;
  const picked = pick(Array.isArray(found) ? found : [found], context, scope);
  const field = picked.length === 0 ? undefined : encodeAll(row, picked, owner, scope, former);
  if (isKept) keep(row, found, field, before, scope, former);
  return field;
}

function encodeFound(
  row: Row,
  found: unknown,
  owner: object,
  scope: Scope,
  former: FormerSegment | undefined,
): Field | undefined {
  if (Array.isArray(found)) return encodeAll(row, found, owner, scope, former);
  return encodeOnly(row, found, owner, undefined, scope, former);
}

function encodeAll(
  row: Row,
  picked: readonly unknown[],
  owner: object,
  scope: Scope,
  former: FormerSegment | undefined,
): Field | undefined {
  if (picked.length === 1) return encodeOnly(row, picked[0], owner, picked, scope, former);
  if (!row.repeats) {
    for (let index = 0; index < picked.length; index++) {
      const told = encodeOne(row, picked[index], owner, picked, scope);
      if (told !== undefined) return fieldOfOne(told);
    }
    return undefined;
  }
  const repetitions: Repetition[] = [];
  for (const value of picked) {
    const told = encodeOne(row, value, owner, picked, scope);
    if (told === undefined) continue;
    const repetition = repetitionOf(told);
    // The lines of a text, and the ends of a period, may well be the same.
    if (row.type === "VARIES" || !repetitions.some((each) => isSame(each, repetition))) repetitions.push(repetition);
  }
  return repetitions.length === 0 ? undefined : repetitions;
}

/** A single value, as nearly all are; a text that the former segment had is told as there. */
function encodeOnly(
  row: Row,
  value: unknown,
  owner: object,
  all: readonly unknown[] | undefined,
  scope: Scope,
  former: FormerSegment | undefined,
): Field | undefined {
  const isKept = former !== undefined && typeof value === "string";
  if (isKept && former.values[row.position] === value) return former.fields[row.position];
  const before = scope.reports.count;
  const told = encodeOne(row, value, owner, all, scope);
  if (told === undefined) return undefined;
  const field = fieldOfOne(told);
  if (isKept) keep(row, value, field, before, scope, former);
  return field;
}

/** A field of one repetition. */
function fieldOfOne(told: Encoded): Field {
  if (typeof told === "string") return told;
  const only = told[0];
  return told.length === 1 && typeof only === "string" ? only : [told];
}

export function repetitionOf(told: Encoded): Repetition {
  return typeof told === "string" ? [told] : told;
}

/** A message holds nothing but text: what FHIR does not allow in the place of one goes no further than here. */
function encodeOne(
  row: Row,
  value: unknown,
  owner: object,
  picked: readonly unknown[] | undefined,
  scope: Scope,
): Encoded | undefined {
  const repetition = row.encode(value, scope, row, owner, picked);
  if (typeof repetition === "string") return repetition === "" ? undefined : repetition;
  if (repetition === undefined) return undefined;
  let isBlank = true;
  for (let index = 0; index < repetition.length; index++) {
    const part = repetition[index];
    if (part === undefined || part === "") continue;
    if (typeof part !== "string" && part !== null) {
      if (!isText(part)) return asTexts(repetition, row, scope);
      if (isBlank && isEmpty(part)) continue;
    }
    isBlank = false;
  }
  return isBlank ? undefined : repetition;
}

function isText(part: Component): boolean {
  return Array.isArray(part) && part.every((each) => typeof each === "string" || each === undefined || each === null);
}

function asTexts(repetition: Repetition, row: Row, scope: Scope): Repetition | undefined {
  scope.report({ severity: "warning", reason: "unreadable-value", field: row.id, path: row.paths[0]?.text });
  const told = repetition.map((part) => (Array.isArray(part) ? part.map(asText) : asText(part)));
  return told.every(isEmpty) ? undefined : told;
}

function asText(part: unknown): Value {
  if (typeof part === "string" || part === null) return part;
  return typeof part === "number" || typeof part === "boolean" ? String(part) : undefined;
}

/** The same number or address twice says nothing more; Millennium lists some many times. */
function isSame(a: Component | Repetition, b: Component | Repetition): boolean {
  if (!Array.isArray(a) || !Array.isArray(b)) return a === b;
  return a.length === b.length && a.every((part, index) => isSame(part, b[index]));
}

function workedOut(
  row: Row,
  otherwise: (context: object, scope: Scope) => Value | Repetition,
  context: object,
  scope: Scope,
): Value | Repetition {
  try {
    return otherwise(context, scope);
  } catch (error) {
    if (error instanceof BridgeError) throw error;
    scope.report({ severity: "error", reason: "unreadable-element", field: row.id, path: row.paths[0]?.text });
    return undefined;
  }
}

/** What a destination wants in a field that has no value goes before what every other one gets. */
function fallbackOf(row: Row, context: object, scope: Scope, isTold: boolean): Value | Repetition {
  const otherwise = isTold ? undefined : row.otherwise;
  const fallback = typeof otherwise === "function" ? workedOut(row, otherwise, context, scope) : otherwise;
  if (fallback !== undefined) return fallback;
  return row.nullOn.includes(scope.triggerEvent) && scope.settings.sendNulls !== "never" ? null : undefined;
}
