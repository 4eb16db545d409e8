import { versions } from "hl7v2-dictionary/versions";
import { type Hl7Version, hl7Versions } from "./contents.ts";

/**
 * R required, O optional, C conditional, B kept for older receivers only, W withdrawn: must stay empty. HL7 v2 chapter 2,
 * section 2.5.3.5.
 */
export type Usage = "R" | "O" | "C" | "B" | "W";

/** A field of a segment or a component of a data type. */
export interface FieldDefinition {
  readonly position: number;
  readonly name: string;
  readonly type: string;
  readonly usage: Usage;
  /** How often it may repeat; Infinity where the standard sets no limit. */
  readonly maxRepeats: number;
  /** Characters, escapes included; undefined where the version gives none. */
  readonly maxLength: number | undefined;
  /** HL7 table number: 1 is HL70001. */
  readonly table: number | undefined;
}

export interface SegmentDefinition {
  readonly id: string;
  readonly name: string;
  /** The field in position n is at n - 1. */
  readonly fields: readonly FieldDefinition[];
  /** Positions of the fields that must hold a value. */
  readonly required: readonly number[];
}

export interface DataTypeDefinition {
  readonly id: string;
  readonly name: string;
  /** Empty for a primitive type. */
  readonly components: readonly FieldDefinition[];
}

/** One element of a message structure: a segment, a group of elements, or a choice of one of several segments. */
export interface StructureElement {
  readonly kind: "segment" | "group" | "choice";
  readonly name: string;
  readonly required: boolean;
  readonly repeats: boolean;
  /** Of a group in order, of a choice in any order; empty for a segment. */
  readonly elements: readonly StructureElement[];
}

export interface VersionDefinitions {
  readonly version: Hl7Version;
  readonly segments: ReadonlyMap<string, SegmentDefinition>;
  readonly types: ReadonlyMap<string, DataTypeDefinition>;
  /** The grammar of a message structure (MSH-9.3), undefined where the version has no such structure. */
  structure(name: string): readonly StructureElement[] | undefined;
  readonly structureNames: readonly string[];
}

/** The generated form of one version: `versions/*.generated.json`. */
export interface VersionData {
  readonly version: string;
  /** Name, then the components (none for a primitive type), each as `CX|R|*|250|363|Patient Identifier List`. */
  readonly types: Readonly<Record<string, readonly string[]>>;
  /** Name, then the fields, likewise: type, usage, repeats (* without limit), length, table, name. */
  readonly segments: Readonly<Record<string, readonly string[]>>;
  /** Grammars in the notation of `parseStructure`. */
  readonly structures: Readonly<Record<string, string>>;
}

/** The versions that this program holds: all of them, or those of the bundle. */
export const heldVersions: readonly Hl7Version[] = hl7Versions.filter((version) => version in versions);

const read = new Map<string, VersionDefinitions>();

/**
 * The definitions of a version: segments, data types and message structures.
 *
 * A version is read when first asked for. Undefined where the program does not hold it.
 */
export function definitionsOf(version: string): VersionDefinitions | undefined {
  let definitions = read.get(version);
  if (definitions === undefined) {
    const held = heldVersions.find((candidate) => candidate === version);
    const data = held && versions[held];
    if (held === undefined || data === undefined) {
      return undefined;
    }
    definitions = readDefinitions(held, data);
    read.set(held, definitions);
  }
  return definitions;
}

function readDefinitions(version: Hl7Version, { segments, types, structures }: VersionData): VersionDefinitions {
  const grammars = new Map<string, readonly StructureElement[]>();
  return {
    version,
    segments: new Map(
      Object.entries(segments).map(([id, [name = "", ...rows]]) => {
        const fields = rows.map(readField);
        const required = fields.filter(({ usage }) => usage === "R").map(({ position }) => position);
        return [id, { id, name, fields, required }];
      }),
    ),
    types: new Map(
      Object.entries(types).map(([id, [name = "", ...rows]]) => [id, { id, name, components: rows.map(readField) }]),
    ),
    structureNames: Object.keys(structures),
    structure(name) {
      const text = structures[name];
      if (text === undefined) {
        return undefined;
      }
      let elements = grammars.get(name);
      if (elements === undefined) {
        elements = parseStructure(text);
        grammars.set(name, elements);
      }
      return elements;
    },
  };
}

function readField(row: string, index: number): FieldDefinition {
  const [type = "", usage, repeats, length, table, name = ""] = row.split("|");
  return {
    position: index + 1,
    name,
    type,
    usage: usage as Usage,
    maxRepeats: repeats === "*" ? Number.POSITIVE_INFINITY : Number(repeats),
    maxLength: length === "" ? undefined : Number(length),
    table: table === "" ? undefined : Number(table),
  };
}

/**
 * Reads a message structure in the notation of the standard (chapter 2, section 2.12): `[X]` optional, `{X}`
 * repeating, `<A|B>` one of; a group is written `NAME(...)`.
 *
 * `MSH [{SFT}] EVN PID [{PROCEDURE(PR1 [{ROL}])}]`
 */
export function parseStructure(text: string): readonly StructureElement[] {
  const tokens = text.match(/[A-Z0-9_]+|[[\]{}()<>|]/g) ?? [];
  let at = 0;

  function elementsUntil(end: string | undefined): StructureElement[] {
    const elements: StructureElement[] = [];
    while (tokens[at] !== end) {
      if (at >= tokens.length) {
        throw new SyntaxError(`Message structure without its closing ${end}: ${text}`);
      }
      elements.push(element(true, false));
      if (end === ">" && tokens[at] === "|") {
        at += 1;
      }
    }
    at += 1;
    return elements;
  }

  function element(required: boolean, repeats: boolean): StructureElement {
    const token = tokens[at] ?? "";
    at += 1;
    if (token === "[" || token === "{") {
      const inner = element(required && token !== "[", repeats || token === "{");
      if (tokens[at] !== (token === "[" ? "]" : "}")) {
        throw new SyntaxError(`Message structure without its closing bracket after ${inner.name}: ${text}`);
      }
      at += 1;
      return inner;
    }
    if (token === "<") {
      const elements = elementsUntil(">");
      return { kind: "choice", name: elements.map(({ name }) => name).join("|"), required, repeats, elements };
    }
    if (!/^[A-Z0-9_]+$/.test(token)) {
      throw new SyntaxError(`Unexpected "${token}" in the message structure: ${text}`);
    }
    if (tokens[at] === "(") {
      at += 1;
      return { kind: "group", name: token, required, repeats, elements: elementsUntil(")") };
    }
    return { kind: "segment", name: token, required, repeats, elements: [] };
  }

  return elementsUntil(undefined);
}
