import { BridgeError } from "../../errors.ts";
import type { Hl7Version } from "../dictionary/contents.ts";
import {
  definitionsOf,
  type FieldDefinition,
  type StructureElement,
  type VersionDefinitions,
} from "../dictionary/definitions.ts";
import { mappingVersion, triggerFormOf } from "../dictionary/triggers.ts";
import { type Field, isValued, type Message, repetitionsOf, type Segment, valueAt } from "../model.ts";
import { converterOf } from "./convert.ts";
import { applyMoves, fallbackFor, setField } from "./moves.ts";
import { automatonOf, removing, standardOnly, structureFaults } from "./structure.ts";

/** What a message said and the version has no place for. */
export interface Omission {
  readonly segment: string;
  /** Which of the segments of that name, from 1. */
  readonly sequence: number;
  /** Without it, the whole segment. */
  readonly field?: number;
  /** `segment`: the version or its message structure does not have it. `repeats`: it repeats less often. */
  readonly reason: "segment" | "field" | "withdrawn" | "repeats";
}

export interface Adapted {
  readonly message: Message;
  /** `ORM^O01`, where the message came as `OML^O21` and the version has no such event. */
  readonly trigger: string;
  /** MSH-9.3; in 2.3, which has no MSH-9.3, the structure all the same. */
  readonly structure: string;
  readonly omissions: readonly Omission[];
}

/**
 * Says a message in another version: MSH-9 and MSH-12, data types (CE and CWE, TS and DTM, names, addresses, telephone
 * numbers), what moved between segments, and the structure. What the version does not have, or has withdrawn, is left out
 * and listed; the text beside a code, where the version has room for the code alone, is left out silently.
 *
 * @param message in the form of the mapping tables, 2.5.1; it stays as it is
 * @throws ERR_UNRENDERABLE with `field`, `trigger` and `version` when the version has no event for it
 */
export function adapt(message: Message, version: Hl7Version): Adapted {
  const header = message.segments[0];
  const [code, event, stated] = [1, 2, 3].map((part) => (header && valueAt(header, 9, part)) ?? "");
  const trigger = `${code}^${event}`;
  if (version === mappingVersion) return { message, trigger, structure: stated ?? "", omissions: [] };
  const from = definitionsOf(mappingVersion);
  const to = definitionsOf(version);
  const form = triggerFormOf(trigger, version);
  const elements = form === undefined ? undefined : to?.structure(form.structure);
  if (from === undefined || to === undefined || form === undefined || elements === undefined)
    throw new BridgeError("ERR_UNRENDERABLE", { details: { field: "MSH-9", trigger, version } });

  const { messageCode, structure } = form;
  const segments = message.segments.map(copyOf);
  const [msh] = segments;
  if (msh !== undefined) {
    const type = version === "2.3" ? [messageCode, form.event] : [messageCode, form.event, structure];
    setField(msh, 9, [type], `version ${version}`);
    setField(msh, 12, [[version]], `version ${version}`);
  }
  const allowed = segmentNamesIn(elements);
  const omissions: Omission[] = [];
  const moved = applyMoves(segments, version, (name) => allowed.has(name));
  const count = counter();
  const converted = moved.map((segment) => convertSegment(segment, count(segment.name), from, to, omissions));
  // A segment whose every value has gone elsewhere or has no place says nothing any more.
  const filled = converted.filter(({ fields }) => fields.some(isValued));
  const fitted = fitStructure(filled, elements, omissions);
  return { message: { segments: fitted }, trigger: `${messageCode}^${form.event}`, structure, omissions };
}

function copyOf(segment: Segment): Segment {
  const { fields, origins } = segment;
  return { ...segment, fields: [...fields], ...(origins !== undefined && { origins: new Map(origins) }) };
}

function counter(): (name: string) => number {
  const counts = new Map<string, number>();
  return (name) => {
    const count = (counts.get(name) ?? 0) + 1;
    counts.set(name, count);
    return count;
  };
}

function segmentNamesIn(elements: readonly StructureElement[]): ReadonlySet<string> {
  return new Set(automatonOf(elements).places);
}

function convertSegment(
  segment: Segment,
  sequence: number,
  from: VersionDefinitions,
  to: VersionDefinitions,
  omissions: Omission[],
): Segment {
  const { name } = segment;
  const source = from.segments.get(name);
  const target = to.segments.get(name);
  // Z-segments are not of any version; a segment that the version lacks goes when the structure is fitted.
  if (target === undefined) return segment;
  const { fields } = segment;
  for (const position of target.required)
    if (!isValued(fields[position]))
      setField(segment, position, fallbackFor(segment, position), `default of ${to.version}`);
  const valueType = convertValueType(segment, from, to);
  for (let position = 1; position < fields.length; position++) {
    const field = fields[position];
    if (!isValued(field)) continue;
    const definition = target.fields[position - 1];
    if (definition === undefined || definition.usage === "W") {
      fields[position] = undefined;
      // From 2.7 on the event stands in MSH-9 alone.
      if (name === "EVN" && position === 1) continue;
      const reason = definition === undefined ? "field" : "withdrawn";
      omissions.push({ segment: name, sequence, field: position, reason });
      continue;
    }
    const typeId = source?.fields[position - 1]?.type ?? definition.type;
    const isTyped = valueType !== undefined && position === typedValues[name]?.value;
    const types = isTyped ? valueType : ([typeId, definition.type] as const);
    fields[position] = convertField(field, types, definition, from, to, () =>
      omissions.push({ segment: name, sequence, field: position, reason: "repeats" }),
    );
  }
  return segment;
}

function convertField(
  field: Field,
  [typeId, targetId]: readonly [string, string],
  { maxRepeats }: FieldDefinition,
  from: VersionDefinitions,
  to: VersionDefinitions,
  onCut: () => void,
): Field {
  const convert = converterOf(typeId, targetId, from, to);
  const repetitions = repetitionsOf(field);
  if (repetitions.length <= maxRepeats) return repetitions.map(convert);
  if (isValued(repetitions.slice(maxRepeats))) onCut();
  return repetitions.slice(0, maxRepeats).map(convert);
}

/** A type of OBX-2 that a version does not have, and what it has in its place. */
const valueTypes: Readonly<Record<string, string>> = { CWE: "CE", CE: "CWE", CNE: "CE", TS: "DTM", DTM: "TS" };

/** Versions that have CWE, and not in HL70125: what a result is coded as is CE in them. */
const fieldTypesOnly: ReadonlySet<string> = new Set(["2.3.1", "2.4", "2.5"]);

/** The fields that name the type of another one: OBX-2 of OBX-5, MFE-5 of MFE-4. */
const typedValues: Readonly<Record<string, { readonly type: number; readonly value: number }>> = {
  OBX: { type: 2, value: 5 },
  MFE: { type: 5, value: 4 },
};

/** Renames OBX-2 or MFE-5 where the version has another type for the value; gives both types. */
function convertValueType(
  segment: Segment,
  from: VersionDefinitions,
  to: VersionDefinitions,
): readonly [string, string] | undefined {
  const place = typedValues[segment.name];
  const typeId = (place && valueAt(segment, place.type)) ?? "";
  if (place === undefined || !from.types.has(typeId)) return undefined;
  const isIn = to.types.has(typeId) && !(typeId === "CWE" && fieldTypesOnly.has(to.version));
  const targetId = isIn ? typeId : (valueTypes[typeId] ?? "ST");
  segment.fields[place.type] = [[targetId]];
  return [typeId, targetId];
}

/** Leaves out the segments that the structure has no place for. */
function fitStructure(
  segments: readonly Segment[],
  elements: readonly StructureElement[],
  omissions: Omission[],
): Segment[] {
  const standard = standardOnly(segments);
  const leftOut = new Set<Segment>();
  const count = counter();
  const sequences = standard.map(({ name }) => count(name));
  for (const fault of structureFaults(automatonOf(elements), standard, removing)) {
    const segment = fault.kind === "unexpected" ? standard[fault.index] : undefined;
    if (segment === undefined) continue;
    leftOut.add(segment);
    omissions.push({ segment: segment.name, sequence: sequences[fault.index] ?? 1, reason: "segment" });
  }
  return segments.filter((segment) => !leftOut.has(segment));
}
