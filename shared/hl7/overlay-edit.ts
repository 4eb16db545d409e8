import type { EditableMessage } from "../config/overlay.ts";
import { type Field, type Message, type Repetition, repetitionsOf, type Segment } from "./model.ts";
import { valuesOf } from "./overlay-values.ts";

/** What the bridge and the receiver go by: the delimiters, the id that an acknowledgement repeats, and which are asked for. */
const fixedFields = [1, 2, 10, 15, 16];

/** They begin something else than a segment of a message. */
const headers: ReadonlySet<string> = new Set(["MSH", "FHS", "BHS", "BTS", "FTS"]);

/**
 * The message that a hook makes of another. It gets a copy, so that what it does to it is known, and so that a hook that
 * fails half way leaves nothing behind.
 *
 * @throws TypeError when what it gives back is no message
 */
export function editedMessage(message: Message, edit: (copy: EditableMessage) => unknown): Message {
  const copies = message.segments.map(({ name, fields }) => ({ name, fields: structuredClone(fields.map(shown)) }));
  // Before the hook, which may change the copy itself.
  const texts = copies.map(({ fields }) => fields.map((field) => JSON.stringify(field)));
  const given = edit({ segments: [...copies] });
  const { segments } = (given ?? {}) as { readonly segments?: unknown };
  if (!Array.isArray(segments)) throw new TypeError("A message has segments");

  /** The segment that a copy, or what was made from it, stands for. */
  const formerOf = (segment: Partial<Segment>): number => {
    if (segment.name === "MSH") return 0;
    const same = copies.indexOf(segment as (typeof copies)[number]);
    if (same !== -1) return same;
    return copies.findIndex(
      ({ name, fields }) =>
        name === segment.name && fields.some((field, at) => field !== undefined && field === segment.fields?.[at]),
    );
  };

  const made = segments.map((segment: Partial<Segment>): Segment => {
    const { name, fields } = segment ?? {};
    if (typeof name !== "string" || !/^[A-Z][A-Z0-9]{2}$/.test(name)) throw new TypeError("A segment has a name");
    if (!Array.isArray(fields)) throw new TypeError("A segment has fields");
    const at = formerOf(segment);
    const former = message.segments[at];
    const origins = new Map(former?.origins);
    const told = Array.from(fields, (field: unknown, position): Field | undefined => {
      if (field === undefined || field === null || position === 0) return undefined;
      if (former !== undefined && JSON.stringify(field) === texts[at]?.[position]) return former.fields[position];
      if (name === "MSH" && fixedFields.includes(position)) return former?.fields[position];
      origins.set(position, "overlay edit");
      return fieldOf(field);
    });
    if (name === "MSH") for (const position of fixedFields) told[position] = former?.fields[position];
    return { name, fields: told, table: former?.table, context: former?.context, origins };
  });
  const [first, ...rest] = made;
  if (first?.name !== "MSH" || first.fields[10] === undefined || rest.some(({ name }) => headers.has(name)))
    throw new TypeError("A message begins with its MSH, and has no other");
  return { segments: made };
}

/** Hooks see every field as its repetitions. */
function shown(field: Field | undefined): readonly Repetition[] | undefined {
  return field === undefined ? undefined : repetitionsOf(field);
}

function fieldOf(field: unknown): Field {
  if (!Array.isArray(field) || !field.every(Array.isArray)) throw new TypeError("A field has repetitions");
  return field.flatMap(valuesOf);
}
