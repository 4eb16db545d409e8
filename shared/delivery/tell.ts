import type { ChangeSet } from "../changes/change.ts";
import { contentHash } from "../changes/content.ts";
import { isHl7 } from "../config/bridge.ts";
import type { Destination, Hl7Destination, Source } from "../config/schema.ts";
import { BridgeError } from "../errors.ts";
import { type Derivation, derive, type Gate, nothingTold, type Step, standingAfterAll } from "../events/derive.ts";
import type { ClinicalEvent } from "../events/event.ts";
import { instantOf } from "../events/instant.ts";
import type { Published } from "../events/published.ts";
import type { SubjectOfChange } from "../events/subjects.ts";
import { eventType, matchesEvent } from "../events/vocabulary.ts";
import { isResource, patientIdOf, type Resource, type ResourceKey } from "../fhir.ts";
import type { WebhookInput } from "../webhook/payload.ts";
import type { WorkItem } from "./delivery.ts";
import { deliveryId } from "./delivery-id.ts";
import type { DeliveryHead } from "./ledger.ts";

export interface MessageInput {
  readonly event: ClinicalEvent;
  readonly context: readonly Resource[];
  readonly source: Source;
  readonly destination: Hl7Destination;
  /** MSH-10 */
  readonly controlId: string;
  /** MSH-7 (instant) */
  readonly messageTime: string;
}

export interface RenderedMessage {
  readonly er7: string;
  /** Of all but the clocks and ids. */
  readonly contentHash: string;
  readonly workList: readonly WorkItem[];
}

export interface Renderers {
  /** @throws ERR_UNRENDERABLE */
  renderMessage(input: MessageInput): RenderedMessage;
  /** @throws ERR_UNRENDERABLE */
  renderWebhook(input: WebhookInput): string;
}

/** One change set on its way to one destination. */
export interface Route {
  /** Of the destination. */
  readonly name: string;
  readonly destination: Destination;
  readonly source: Source;
  readonly changeSet: ChangeSet;
  readonly subjects: readonly SubjectOfChange[];
  readonly renderers: Renderers;
}

/** What a destination is told about one resource, and what it was told then. */
export interface Telling {
  readonly key: ResourceKey;
  readonly messages: readonly Message[];
  /** Absent when nothing moved. */
  readonly next?: Published | undefined;
}

export interface Message {
  readonly head: DeliveryHead;
  /** Absent when it could not be rendered. */
  readonly body?: string | undefined;
  readonly failure?: string | undefined;
  readonly workList: readonly WorkItem[];
}

/**
 * Nothing here waits or writes, so whatever throws is about this resource and would throw again. What cannot be read at
 * all is parked without moving what was told, so that the next version is told from there.
 */
export function tell(route: Route, subject: SubjectOfChange, published: Published | undefined): Telling {
  try {
    return tellWhatHappened(route, subject, published);
  } catch (error) {
    const event = { type: "resource.unreadable", recordedAt: route.changeSet.detectedAt };
    return { key: subject.key, messages: [parked(headOf(route, subject, event, published?.sequence ?? 0), error)] };
  }
}

function tellWhatHappened(route: Route, subject: SubjectOfChange, published: Published | undefined): Telling {
  const { destination, changeSet } = route;
  const { key, before, after, lookup, initial } = subject;
  const isFirst = published === undefined;
  if (isLate(after, published) || (isFirst && initial && destination.initialLoad === "none"))
    return { key, messages: [] };

  const gate = gateOf(destination);
  const moved = isMoved(subject, published);
  const isTakenToKnow = moved || (isFirst && before !== undefined && destination.initialLoad === "none");
  const from = { ...startingPoint(route, subject, gate, isTakenToKnow), ...(moved ? countsOf(published) : published) };
  const derivation = derive(
    from,
    { before, after, lookup, detectedAt: changeSet.detectedAt },
    {
      gate,
      isKnown: isTakenToKnow || from.sequence > 0,
      initial: isFirst && initial,
      snapshot: isFirst && initial && destination.initialLoad === "snapshot",
    },
  );
  const hash = contentHashOf(route, derivation, subject.now);
  const steps = stepsToTell(derivation, moved || hash !== from.contentHash);
  const messages = steps.flatMap(({ event, missingFocus }, index) =>
    event === undefined ? [] : [messageOf(route, subject, event, from.sequence + index + 1, missingFocus)],
  );
  const isParked = (step: Step) => messages[steps.indexOf(step)]?.failure !== undefined;
  const last = steps.findLast((step) => !isParked(step));
  const heard = derivation.steps.filter((step) => !isParked(step));
  const next: Published = {
    facts: derivation.facts,
    standing: standingAfterAll(from.standing, heard, gate),
    contentHash: hash,
    event: last?.name ?? from.event,
    trigger: last?.event?.trigger ?? from.trigger,
    sequence: from.sequence + messages.length,
    versionId: after.meta?.versionId,
    versionTime: after.meta?.lastUpdated ?? from.versionTime,
    ...(isResource(after, "Patient") && { patient: after }),
    revision: from.revision + 1,
  };
  const isNext = isFirst || messages.length > 0 || pictureText(next) !== pictureText(published);
  return { key, messages, ...(isNext && { next }) };
}

/** What has an event of its own says the rest too; an update is told only where nothing else is. */
function stepsToTell({ steps, isUpdate, content }: Derivation, isNews: boolean): readonly Step[] {
  const told = steps.filter(({ event }) => event !== undefined);
  return told.length === 0 && isUpdate && isNews && content !== undefined ? [content] : told;
}

function pictureText({ facts, standing, contentHash: hash, versionId, versionTime }: Published): string {
  return JSON.stringify([facts, standing, hash, versionId, versionTime]);
}

/**
 * Whether it came from another patient with this version, as the records of a merged patient do. Then it was told on
 * under that patient, and what was told under this one, before it went there, is out of date.
 */
function isMoved({ before, after }: SubjectOfChange, published: Published | undefined): boolean {
  const came = before !== undefined && patientIdOf(before) !== patientIdOf(after);
  return came && published?.versionId !== after.meta?.versionId;
}

function countsOf(published: Published | undefined): Partial<Published> {
  return published === undefined ? {} : { sequence: published.sequence, revision: published.revision };
}

/** Pages come in any order, and a slow poll may bring what a later one overtook. */
function isLate(after: Resource, published: Published | undefined): boolean {
  const [version, told] = [instantOf(after.meta?.lastUpdated), instantOf(published?.versionTime)];
  return version !== undefined && told !== undefined && version < told;
}

/**
 * Where telling begins with a resource of which nothing was told here: at nothing, or at what was there before, as if
 * told by the destination's own rules.
 */
function startingPoint(
  route: Route,
  { before, after, then, lookupBefore }: SubjectOfChange,
  gate: Gate,
  isTakenToKnow: boolean,
): Published {
  const nothing = { ...nothingTold(after), sequence: 0, revision: 0 };
  if (before === undefined || !isTakenToKnow) return nothing;
  const subject = { after: before, lookup: lookupBefore, detectedAt: route.changeSet.detectedAt };
  const derivation = derive(nothing, subject, { gate });
  return {
    ...nothing,
    facts: derivation.facts,
    standing: standingAfterAll([], derivation.steps, gate),
    contentHash: contentHashOf(route, derivation, then),
  };
}

/** An update that cannot be rendered still has content that can be told apart. */
function contentHashOf(route: Route, { content }: Derivation, context: readonly Resource[]): string | undefined {
  if (content?.event === undefined) return undefined;
  const { destination, source, changeSet, renderers } = route;
  const { event } = content;
  if (!isHl7(destination)) return contentHash(event.after);
  try {
    const input = { event, context, source, destination, controlId: "0".repeat(20), messageTime: changeSet.detectedAt };
    return renderers.renderMessage(input).contentHash;
  } catch (error) {
    if (error instanceof BridgeError && error.code === "ERR_UNRENDERABLE") return contentHash(event.after);
    throw error;
  }
}

function messageOf(
  route: Route,
  subject: SubjectOfChange,
  event: ClinicalEvent,
  sequence: number,
  missingFocus: boolean | undefined,
): Message {
  const { destination, source, changeSet, renderers } = route;
  const head = headOf(route, subject, event, sequence);
  try {
    if (missingFocus)
      throw new BridgeError("ERR_UNRENDERABLE", { details: { path: `${subject.after.resourceType}.link.other` } });
    if (!isHl7(destination)) {
      const { baseUrl } = source;
      const body = renderers.renderWebhook({ event, source: changeSet.source, baseUrl, destination, sequence });
      return { head, body, workList: [] };
    }
    const { er7, workList } = renderers.renderMessage({
      event,
      context: subject.now,
      source,
      destination,
      controlId: head.id,
      messageTime: changeSet.detectedAt,
    });
    return { head, body: er7, workList };
  } catch (error) {
    if (error instanceof BridgeError) return parked(head, error);
    throw error;
  }
}

interface EventHead {
  readonly type: string;
  readonly trigger?: string | undefined;
  readonly focus?: ResourceKey;
  readonly recordedAt: string;
}

function headOf(
  { name, changeSet: { source, patient } }: Route,
  { key, after }: SubjectOfChange,
  { type, trigger, focus = key, recordedAt }: EventHead,
  sequence: number,
): DeliveryHead {
  return {
    id: deliveryId(name, source, patient, key, type, sequence, contentHash(after)),
    destination: name,
    source,
    patient,
    event: type,
    ...(trigger !== undefined && { trigger }),
    focus,
    recordedAt,
    createdAt: new Date().toISOString(),
  };
}

function parked(head: DeliveryHead, error: unknown): Message {
  const details = error instanceof BridgeError ? error.details : {};
  const text = (name: string) => (details[name] === undefined ? undefined : String(details[name]));
  const failure = error instanceof BridgeError ? "unrenderable" : "unreadable";
  const item = { severity: "error", reason: failure, field: text("field"), path: text("path") } as const;
  return { head, failure, workList: [item] };
}

/** Which events a destination hears of, and in which form. */
export function gateOf(destination: Destination): Gate {
  const isMessage = isHl7(destination);
  return {
    takes: (name) => matchesEvent(destination.events, name) && (!isMessage || eventType(name).trigger !== undefined),
    downgrades: isMessage,
    mirrors: !isMessage,
    knowsUntold: !isMessage,
    options: new Set(),
  };
}
