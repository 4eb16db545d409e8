import { codeInPlace } from "./datatypes/coded.ts";
import { definitionsOf, type VersionDefinitions } from "./dictionary/definitions.ts";
import {
  type Component,
  type Message,
  type Repetition,
  repetitionsOf,
  type Segment,
  type Value,
  valueAt,
} from "./model.ts";
import type { Place } from "./place.ts";
import type { Scope } from "./scope.ts";

/** A place of a value set, with its name in the configuration: `PID-11.7`. */
export interface CodedPlace extends Place {
  readonly id: string;
}

/**
 * Value sets of places where the mapping writes a code of its own and no FHIR code comes along: components (PID-11.7),
 * and fields that a rule or another version fills. Fields of FHIR codes have been held against theirs when they were
 * filled.
 */
export function translatePlaces(message: Message, places: readonly CodedPlace[], scope: Scope): void {
  const definitions = definitionsOf(scope.settings.version);
  if (definitions === undefined) return;
  for (const place of places)
    for (const segment of message.segments)
      if (segment.name === place.segment) translateIn(segment, place, definitions, scope);
}

function translateIn(segment: Segment, place: CodedPlace, definitions: VersionDefinitions, scope: Scope): void {
  const { field: position = 0, component } = place;
  const field = segment.fields[position];
  if (field === undefined || isTold(segment, position, component)) return;
  const type = typeAt(segment, place, definitions);
  const told = repetitionsOf(field).map((repetition) => translated(repetition, place, type, scope));
  segment.fields[position] = told.every((repetition) => repetition.length === 0) ? undefined : told;
}

const codedTypes: ReadonlySet<string> = new Set(["CE", "CWE", "CNE", "CF"]);

/** Whether the codes of a field were FHIR codes, and what the destination itself says in it stays as it says. */
function isTold({ table, origins }: Segment, position: number, component: number | undefined): boolean {
  const origin = origins?.get(position);
  if (origin === "fallback") return true;
  if (component !== undefined || origin !== undefined) return false;
  return table?.rows.find((row) => row.position === position)?.isCoded ?? false;
}

function typeAt(segment: Segment, { field = 0, component }: Place, { segments, types }: VersionDefinitions): string {
  const stated = segments.get(segment.name)?.fields[field - 1]?.type ?? "ST";
  const type = stated === "VARIES" ? (valueAt(segment, 2) ?? "ST") : stated;
  return component === undefined ? type : (types.get(type)?.components[component - 1]?.type ?? "ST");
}

function translated(repetition: Repetition, place: CodedPlace, type: string, scope: Scope): Repetition {
  const { component, subcomponent } = place;
  const isCoded = codedTypes.has(type) && subcomponent === undefined;
  if (component === undefined) return said(repetition, isCoded, place, scope);
  const parts = partsOf(repetition[component - 1]);
  const part = parts.slice((subcomponent ?? 1) - 1, subcomponent);
  const told = said(part, isCoded, place, scope);
  if (told === part) return repetition;
  const changed = subcomponent === undefined ? told : parts.with(subcomponent - 1, firstOf(told[0]));
  return repetition.with(component - 1, componentOf(changed));
}

function firstOf(component: Component): Value {
  return partsOf(component)[0];
}

function partsOf(component: Component): readonly Value[] {
  return Array.isArray(component) ? component : [component as Value];
}

function componentOf(parts: Repetition): Component {
  return parts.length <= 1 ? parts[0] : (parts as readonly Value[]);
}

/** The code, its name and its system as the destination has them; the same where they stay as they are. */
function said(parts: Repetition, isCoded: boolean, { id }: CodedPlace, scope: Scope): Repetition {
  const [code, name, system] = parts.map(firstOf);
  if (typeof code !== "string" || code === "") return parts;
  const isNamed = isCoded && (typeof name === "string" || typeof system === "string");
  const coding = { code, ...(name && { display: name }), ...(system && { system }) };
  const told = codeInPlace(isNamed ? coding : code, { id, map: undefined }, scope);
  if (told === undefined) return parts;
  if (told === null) return [];
  if (isCoded) return told;
  return told[0] === undefined ? [] : [told[0]];
}
