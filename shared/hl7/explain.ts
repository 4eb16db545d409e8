import { keyOf, type Resource } from "../fhir.ts";
import { type Delimiters, encodeField, standardDelimiters } from "./encode.ts";
import type { Row } from "./mapping.ts";
import { type Message, type Segment, valueAt } from "./model.ts";
import { valuesAt } from "./path.ts";

/** Where one field of a message comes from. */
export interface FieldLineage {
  /** `PID-5` */
  readonly field: string;
  /** Which of the segments of that name, from 1. */
  readonly occurrence: number;
  /** HL7 v2.5.1 data type. */
  readonly type: string | undefined;
  /** As it stands in the message. */
  readonly value: string;
  /** FHIR path of the value, or of all the places that are looked at when none of them has one. */
  readonly path: string | undefined;
  /** The resource that the path starts from. */
  readonly resource: string | undefined;
  readonly rule: string | undefined;
  /** The code table of the field. */
  readonly table: string | undefined;
  /** `mapped`, or what has set the field in the place of its row: `default`, `null`, an overlay. */
  readonly origin: string;
}

/** Every field that a message holds, in order, with its origin. Worked out from the tables: rendering pays nothing. */
export function explainMessage(
  { segments }: Message,
  delimiters: Delimiters = standardDelimiters,
): readonly FieldLineage[] {
  const seen = new Map<string, number>();
  return segments.flatMap((segment) => {
    const occurrence = (seen.get(segment.name) ?? 0) + 1;
    seen.set(segment.name, occurrence);
    return explainSegment(segment, occurrence, delimiters);
  });
}

function explainSegment(segment: Segment, occurrence: number, delimiters: Delimiters): FieldLineage[] {
  const rows = new Map(segment.table?.rows.map((row) => [row.position, row]));
  return segment.fields.flatMap((field, position): FieldLineage[] => {
    if (field === undefined) return [];
    const row = rows.get(position);
    const origin = segment.origins?.get(position) ?? "mapped";
    const { path, resource } = row === undefined ? {} : sourceOf(row, segment.context ?? {});
    return [
      {
        field: `${segment.name}-${position}`,
        occurrence,
        type: row?.type,
        value: isDelimiters(segment, position) ? String(valueAt(segment, position)) : encodeField(field, delimiters),
        path,
        resource,
        rule: row?.rule,
        table: row?.map?.table,
        origin,
      },
    ];
  });
}

/** MSH-1 and MSH-2 name the delimiters and so are never escaped. */
function isDelimiters({ name }: Segment, position: number): boolean {
  return name === "MSH" && position <= 2;
}

function sourceOf(row: Row, context: object): { path: string; resource?: string | undefined } {
  const roots = context as Readonly<Record<string, unknown>>;
  const found = row.paths.find((path) => valuesAt(path, roots[path.root]).length > 0);
  if (found === undefined) return { path: row.paths.map(({ text }) => text).join(" or ") };
  const root = roots[found.root] as Partial<Resource> | undefined;
  const isResource = typeof root?.resourceType === "string" && root.id !== undefined;
  return { path: found.text, resource: isResource ? keyOf(root as Resource) : undefined };
}
