import { type Hl7Version, hl7Versions } from "../../shared/hl7/dictionary/contents.ts";
import { definitionsOf, type VersionDefinitions } from "../../shared/hl7/dictionary/definitions.ts";
import { type Field, isEmpty, isValued, type Message, repetitionsOf, valueAt } from "../../shared/hl7/model.ts";

/** MSH-12, where the bridge speaks it. */
export function statedVersion({ segments: [header] }: Message): Hl7Version {
  const stated = header === undefined ? undefined : valueAt(header, 12);
  return hl7Versions.find((version) => version === stated) ?? "2.5.1";
}

/** The version that has all of them. */
export const latest: Hl7Version = "2.8";

/** Whether a version has a place for all that a sample says in a field: many samples say 2.5.1 and fill later parts. */
export function holds(version: Hl7Version, segment: string, position: number, field: Field | undefined): boolean {
  if (!isValued(field)) return true;
  const definitions = definitionsOf(version);
  const definition = definitions?.segments.get(segment)?.fields[position - 1];
  if (definitions === undefined || definition === undefined || definition.usage === "W") return false;
  const room = roomOf(definition.type, definitions);
  return repetitionsOf(field).every(
    (repetition) => repetition.findLastIndex((component) => !isEmpty(component)) < room,
  );
}

function roomOf(type: string, { types }: VersionDefinitions): number {
  if (type === "VARIES") return Number.POSITIVE_INFINITY;
  return Math.max(1, types.get(type)?.components.length ?? 1);
}
