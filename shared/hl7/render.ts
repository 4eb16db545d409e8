import { hash } from "node:crypto";
import type { Hl7Destination, Source } from "../config/schema.ts";
import type { WorkItem } from "../delivery/delivery.ts";
import { BridgeError } from "../errors.ts";
import type { ClinicalEvent } from "../events/event.ts";
import type { Resource } from "../fhir.ts";
import { inCharacterSet } from "./charset.ts";
import { translatePlaces } from "./coded-places.ts";
import { adapt } from "./conformance/adapt.ts";
import { judge } from "./conformance/judge.ts";
import { type MessageContext, type MessageFacts, messageContext, splitTrigger } from "./context.ts";
import { mappingVersion } from "./dictionary/triggers.ts";
import { type Delimiters, encodeMessage, encodeSegment, encodingCharactersOf } from "./encode.ts";
import { fillSegment } from "./mapping.ts";
import { messageFor } from "./messages/index.ts";
import { fillMessage } from "./messages/message.ts";
import type { Message, Segment } from "./model.ts";
import { isPlain, mustBePlain, reportModified } from "./modified.ts";
import { removed, tellRemoved } from "./nulls.ts";
import { applyOverlays } from "./overlay.ts";
import { createScope, type Scope } from "./scope.ts";
import { sft } from "./segments/sft.ts";
import { type RenderSettings, renderSettings } from "./settings.ts";
import { limitLengths } from "./truncate.ts";

export interface RenderRequest {
  readonly event: ClinicalEvent;
  /** What is needed to speak about the event: Patient, Encounter, observations, locations, practitioners... */
  readonly context: readonly Resource[];
  readonly source: Source;
  readonly destination: Hl7Destination;
  /** MSH-10 */
  readonly controlId: string;
  /** MSH-7 (instant). */
  readonly messageTime: string;
}

export interface Rendered {
  /** `ADT^A01` */
  readonly trigger: string;
  /** `ADT_A01` */
  readonly structure: string;
  readonly controlId: string;
  /** Segments end in CR. */
  readonly er7: string;
  /** The same for two messages that say the same about the patient, whatever their event, ids and clocks. */
  readonly contentHash: string;
  readonly workList: readonly WorkItem[];
}

/** A message before it is encoded, with all that lineage and checks need. */
export interface Composed {
  readonly message: Message;
  readonly context: MessageContext;
  readonly scope: Scope;
  readonly trigger: string;
  readonly structure: string;
}

/** What happens to a message between mapping and encoding, in this order. */
const steps: readonly ((composed: Composed) => Composed)[] = [
  withRemovals,
  inVersion,
  withValueSets,
  withOverlays,
  inCharacters,
  inLengths,
  conforming,
];

function withRemovals(composed: Composed): Composed {
  const { message, context, scope } = composed;
  if (scope.settings.sendNulls === "removed") tellRemoved(message, context, scope);
  return composed;
}

function withValueSets(composed: Composed): Composed {
  const { message, scope } = composed;
  const { codedPlaces } = scope.settings;
  if (codedPlaces !== undefined) translatePlaces(message, codedPlaces, scope);
  return composed;
}

/** What the destination says otherwise, in the form of its version. */
function withOverlays(composed: Composed): Composed {
  const { message, context, scope } = composed;
  const { overlays } = scope.settings;
  return overlays === undefined ? composed : { ...composed, message: applyOverlays(message, overlays, context, scope) };
}

function inCharacters(composed: Composed): Composed {
  inCharacterSet(composed.message, composed.scope);
  return composed;
}

function inLengths(composed: Composed): Composed {
  const { message, scope } = composed;
  const { lengths } = scope.settings;
  if (lengths !== undefined) limitLengths(message, lengths, scope);
  return composed;
}

/** Last, since it is the message as it leaves that has to conform. */
function conforming(composed: Composed): Composed {
  const { message, scope } = composed;
  judge(message, scope);
  return composed;
}

/** The tables map to 2.5.1; what the version of the destination says otherwise or not at all becomes so here. */
function inVersion(composed: Composed): Composed {
  const { message, scope } = composed;
  const { version } = scope.settings;
  if (version === mappingVersion) return composed;
  const { omissions, ...adapted } = adapt(message, version);
  for (const { segment, field, reason } of omissions)
    scope.report({
      severity: "warning",
      reason: "not-in-version",
      field: field === undefined ? segment : `${segment}-${field}`,
      detail: reason,
    });
  return { ...composed, ...adapted };
}

/**
 * Makes the message that tells an event. Whatever is odd in a resource leaves a field empty and becomes a work item.
 *
 * @throws ERR_UNRENDERABLE with `field` and `path` when there is no message for the trigger, or a required field has no
 *   value
 */
export function renderMessage(request: RenderRequest): Rendered {
  const { message, scope, trigger, structure } = composeMessage(request);
  const { controlId } = request;
  const facts = { trigger, structure, controlId, workList: scope.workList };
  return new EncodedMessage(message, scope.settings.delimiters, facts);
}

/** Holds the message, so that the hash is worked out for those who ask: most callers want the text or the hash. */
class EncodedMessage implements Rendered {
  readonly trigger: string;
  readonly structure: string;
  readonly controlId: string;
  readonly er7: string;
  readonly workList: readonly WorkItem[];
  readonly #message: Message;

  constructor(
    message: Message,
    delimiters: Delimiters,
    facts: Pick<Rendered, "trigger" | "structure" | "controlId" | "workList">,
  ) {
    this.trigger = facts.trigger;
    this.structure = facts.structure;
    this.controlId = facts.controlId;
    this.workList = facts.workList;
    this.#message = message;
    this.er7 = encodeMessage(message, delimiters);
  }

  get contentHash(): string {
    return contentHash(this.#message);
  }
}

/** The same without encoding: for lineage. */
export function composeMessage(request: RenderRequest): Composed {
  const { event, source, destination, messageTime } = request;
  const { trigger } = event;
  if (trigger === undefined)
    throw new BridgeError("ERR_UNRENDERABLE", { details: { field: "MSH-9", event: event.type } });
  mustBePlain(event.after);
  const definition = messageFor(trigger);
  const settings = renderSettings(source, destination);
  const facts = messageFacts(request, trigger, definition.structure, settings);
  const resources = request.context.filter(isPlain);
  const scope = createScope(settings, facts.triggerEvent, Date.parse(messageTime), [...resources, event.after]);
  if (resources.length < request.context.length) reportModified(request.context, scope);
  const context = messageContext(facts, event, resources, scope);
  const segments = fillMessage(definition, context, scope);
  if (destination.software !== undefined) addSoftware(segments, context, scope);
  const composed = { message: { segments }, context, scope, trigger, structure: definition.structure };
  return steps.reduce<Composed>((current, step) => step(current), composed);
}

/** The sender's software stands behind MSH in every message. */
function addSoftware(segments: Segment[], context: MessageContext, scope: Scope): void {
  const software = fillSegment(sft, context, scope, "required");
  if (software !== undefined) segments.splice(1, 0, software);
}

function messageFacts(
  { event, destination, controlId, messageTime }: RenderRequest,
  trigger: NonNullable<ClinicalEvent["trigger"]>,
  structure: string,
  { delimiters }: RenderSettings,
): MessageFacts {
  const [code, triggerEvent] = splitTrigger(trigger);
  return {
    fieldSeparator: delimiters.field,
    encodingCharacters: encodingCharactersOf(delimiters),
    code,
    triggerEvent,
    structure,
    controlId,
    time: messageTime,
    processingId: destination.processingId,
    processingMode: event.initial === true ? "I" : destination.processingMode,
  };
}

/** Over everything but the envelope and the rows that a repeat of the same content may change. */
function contentHash({ segments }: Message): string {
  let content = "";
  for (const segment of segments)
    if (segment.name !== "MSH" && segment.name !== "EVN") content += `${encodeSegment(stable(segment))}\r`;
  return hash("sha256", content, "base64url");
}

function stable(segment: Segment): Segment {
  // A field is removed once, and stays so without being told again.
  const nulls = [...(segment.origins ?? [])].filter(([, origin]) => origin === removed).map(([position]) => position);
  const volatile = [...(segment.table?.volatilePositions ?? []), ...nulls];
  if (volatile.every((position) => segment.fields[position] === undefined)) return segment;
  const fields = [...segment.fields];
  for (const position of volatile) fields[position] = undefined;
  return { ...segment, fields };
}
