import { BridgeError } from "../../errors.ts";
import type { Trigger } from "../../events/event.ts";
import type { MessageContext } from "../context.ts";
import { type FormerSegment, formerSegment } from "../former.ts";
import { fillSegment, type Need, type SegmentTable, type TableOf } from "../mapping.ts";
import type { Segment } from "../model.ts";
import type { Scope } from "../scope.ts";

/** A message as a table: which segments and groups, in which order, each filled from what. */
export interface MessageDefinition {
  /** MSH-9.3: `ADT_A01`. */
  readonly structure: string;
  readonly triggers: readonly Trigger[];
  readonly parts: readonly Part[];
}

export type Part = SegmentPart | GroupPart;

export interface SegmentPart {
  readonly table: SegmentTable;
  /** A required segment is there even when it has nothing to say. */
  readonly isRequired: boolean;
  /** One segment for each of these; without it, one from the context around. */
  readonly contexts: Contexts | undefined;
}

export interface GroupPart {
  readonly group: string;
  /** What becomes of the group where a segment lacks a field that it requires. */
  readonly need: Need;
  readonly contexts: Contexts;
  readonly parts: readonly Part[];
}

type Contexts = (context: never, scope: Scope) => readonly object[];

export function required<Context>(table: TableOf<Context>): SegmentPart {
  return { table, isRequired: true, contexts: undefined };
}

/** Left out when it would hold nothing but counters and defaults. */
export function optional<Context>(table: TableOf<Context>): SegmentPart {
  return { table, isRequired: false, contexts: undefined };
}

/** One segment for each context; a context with nothing to say gives none. */
export function each<Outer, Inner>(
  table: TableOf<Inner>,
  contexts: (context: Outer, scope: Scope) => readonly Inner[],
): SegmentPart {
  return { table, isRequired: false, contexts: contexts as Contexts };
}

/** As {@link each}, where even an empty segment has a meaning. */
export function eachRequired<Outer, Inner>(
  table: TableOf<Inner>,
  contexts: (context: Outer, scope: Scope) => readonly Inner[],
): SegmentPart {
  return { table, isRequired: true, contexts: contexts as Contexts };
}

/** A result is one of many: where the destination has no code for it, the others are told without it. */
const oneOfMany: ReadonlySet<string> = new Set(["OBSERVATION", "PROBLEM_OBSERVATION"]);

export function group<Outer, Inner extends object>(
  name: string,
  contexts: (context: Outer, scope: Scope) => readonly Inner[],
  parts: readonly Part[],
): GroupPart {
  return { group: name, need: oneOfMany.has(name) ? "group" : "required", contexts: contexts as Contexts, parts };
}

/** Fills a message from its table. */
export function fillMessage(definition: MessageDefinition, context: MessageContext, scope: Scope): Segment[] {
  const segments: Segment[] = [];
  fillParts(definition.parts, context, scope, segments);
  return segments;
}

/** What the tables told last, inside of what repeats. */
type Former = Map<SegmentTable, FormerSegment>;

/** Without a segment that it cannot do without, a group is left out whole. */
function fillParts(
  parts: readonly Part[],
  context: object,
  scope: Scope,
  segments: Segment[],
  need: Need = "required",
  former?: Former,
): void {
  const start = segments.length;
  for (const part of parts) {
    const contexts = part.contexts === undefined ? [context] : contextsOf(part, part.contexts, context, scope);
    const told = contexts.length > 1 ? (former ?? new Map()) : former;
    let dropped = 0;
    for (const numbered of contexts) {
      const inner = dropped === 0 ? numbered : renumbered(numbered, contexts, dropped);
      const before = segments.length;
      if ("group" in part) fillParts(part.parts, inner, scope, segments, part.need, told);
      else {
        const { table } = part;
        const segment = fillSegment(table, inner, scope, part.isRequired ? need : "optional", formerOf(table, told));
        if (segment !== undefined) segments.push(segment);
        else if (part.isRequired) {
          segments.length = start;
          return;
        }
      }
      if (segments.length === before) dropped += 1;
    }
  }
}

/** A set id counts the segments that are sent: what is left out leaves no gap. */
function renumbered(inner: object, contexts: readonly object[], dropped: number): object {
  const { setId } = inner as { setId?: number };
  const { setId: first } = contexts[0] as { setId?: number };
  if (setId === undefined || first === undefined || setId - dropped < first) return inner;
  return { ...inner, setId: setId - dropped };
}

function formerOf(table: SegmentTable, former: Former | undefined): FormerSegment | undefined {
  if (former === undefined) return undefined;
  let found = former.get(table);
  if (found === undefined) {
    found = formerSegment(table);
    former.set(table, found);
  }
  return found;
}

/** @throws ERR_UNRENDERABLE with the name of the group or segment, when a resource has a shape that FHIR does not allow */
function contextsOf(part: Part, contexts: Contexts, context: object, scope: Scope): readonly object[] {
  try {
    return contexts(context as never, scope);
  } catch (cause) {
    if (cause instanceof BridgeError) throw cause;
    const field = "group" in part ? part.group : part.table.name;
    throw new BridgeError("ERR_UNRENDERABLE", {
      details: { field, problem: "An element is not what FHIR R4 says" },
      cause,
    });
  }
}
