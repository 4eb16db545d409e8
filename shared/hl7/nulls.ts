import { type MessageContext, messageContext } from "./context.ts";
import { fillSegment, type Row } from "./mapping.ts";
import type { Message, Segment } from "./model.ts";
import { createScope, type Scope } from "./scope.ts";

const segmentsWithNulls: ReadonlySet<string> = new Set(["PID", "PD1", "PV1", "PV2"]);
/** Keys stay what they are. */
const keyTypes: ReadonlySet<string> = new Set(["CX", "EI", "SI"]);

/** What `origins` says of a field that the source has emptied; such a field is no part of the content hash. */
export const removed = "removed";

/**
 * Puts the HL7 null into the fields of the patient and the visit that had a value before and have none now. Lists are told
 * whole each time, so an entry that went needs no null.
 */
export function tellRemoved(message: Message, context: MessageContext, scope: Scope): Message {
  const { event } = context;
  const { before } = event;
  if (scope.settings.sendNulls !== "removed" || before?.resourceType !== event.after.resourceType) return message;
  const quiet = createScope(scope.settings, scope.triggerEvent, scope.timeMs, [...context.resources, before]);
  const former = messageContext(context.message, { ...event, after: before }, context.resources, quiet);
  for (const segment of message.segments)
    if (segmentsWithNulls.has(segment.name) && segment.table !== undefined) tellSegment(segment, former, quiet);
  return message;
}

function tellSegment(segment: Segment, former: MessageContext, quiet: Scope): void {
  const { table } = segment;
  const was = table && fillSegment(table, former, quiet, "optional");
  for (const row of table?.rows ?? []) {
    const { position } = row;
    if (segment.fields[position] !== undefined || was?.fields[position] === undefined) continue;
    if (was.origins?.has(position) || !canBeDeleted(row)) continue;
    segment.fields[position] = [[null]];
    segment.origins ??= new Map();
    segment.origins.set(position, removed);
  }
}

function canBeDeleted({ repeats, required, volatile, structural, type }: Row): boolean {
  return !repeats && !required && !volatile && !structural && !keyTypes.has(type);
}
