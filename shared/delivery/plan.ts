import type { ChangeSet } from "../changes/change.ts";
import { contentHash } from "../changes/content.ts";
import { isHl7 } from "../config/bridge.ts";
import type { Destination, Hl7Destination, Source } from "../config/schema.ts";
import { BridgeError } from "../errors.ts";
import {
  canTell,
  type Derivation,
  derive,
  type Gate,
  nothingTold,
  type Step,
  standingAfterAll,
} from "../events/derive.ts";
import type { ClinicalEvent } from "../events/event.ts";
import type { Published } from "../events/published.ts";
import type { SubjectOfChange } from "../events/subjects.ts";
import type { Statement } from "../events/vocabulary.ts";
import { encounterIdOf, isMerged, keyOf, patientIdOf, type Resource, type ResourceKey } from "../fhir.ts";
import { instantOf } from "../instant.ts";
import type { WebhookInput } from "../webhook/payload.ts";
import { conditionsOf } from "./conditions.ts";
import type { WorkItem } from "./delivery.ts";
import { gateOf } from "./gate.ts";
import { headOf } from "./head.ts";
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

/** Whether a subject can give this destination anything to hear. */
export function concerns(destination: Destination, subject: SubjectOfChange): boolean {
  const gate = gateOf(destination);
  const { resourceType } = subject.after;
  // Every message about a patient speaks with the newest version of the patient that was seen.
  if (resourceType !== "Patient" && !canTell(resourceType, gate)) return false;
  return subject.isChanged || isTouched(destination, gate, subject);
}

/** Whether a change of another resource counts as one of this. */
function isTouched(destination: Destination, gate: Gate, { after, touchedBy }: SubjectOfChange): boolean {
  return touchedBy.some(({ resourceType }) => {
    if (["ServiceRequest", "MedicationRequest", "Practitioner"].includes(after.resourceType)) return true;
    if (!isHl7(destination)) return false;
    if (resourceType === "Condition" || resourceType === "Procedure") return !gate.options.has("billing-diagnoses");
    if (resourceType === "Observation") return destination.visit?.vitalSigns === true;
    if (resourceType === "AllergyIntolerance" && gate.takes("allergy.changed")) return false;
    if (after.resourceType === "Patient") return destination.patientUpdateEvent !== "A08";
    return destination.patientUpdateEvent !== "A31" || (gate.downgrades && !gate.takes("patient.updated"));
  });
}

/** What is to be told of a subject, before it is rendered. */
export interface Plan {
  readonly destination: Destination;
  readonly subject: SubjectOfChange;
  readonly published: Published | undefined;
  /** What the destination knew. */
  readonly from: Published;
  readonly derivation: Derivation;
  readonly hash: string | undefined;
  /** The message of an update, where it was rendered for its hash as it would be sent alone. */
  readonly update?: Update | undefined;
  readonly steps: readonly Step[];
}

export interface Update {
  readonly head: DeliveryHead;
  readonly body: string;
  readonly workList: readonly WorkItem[];
}

/** What else was told. */
export interface Surroundings {
  /** Of the resource, under the patient that it came from. */
  readonly former?: Published | undefined;
  /** Of its end, by another resource of the same change set. */
  readonly ended?: Pick<Published, "standing" | "writtenBy"> | undefined;
  /** Of other resources. */
  readonly knows?: (key: string, statement: Statement) => boolean;
}

/**
 * @returns undefined for what is nothing to this destination: what was there before, or a version that comes too late
 */
export function planOf(
  route: Route,
  subject: SubjectOfChange,
  published: Published | undefined,
  { former, ended, knows }: Surroundings = {},
): Plan | undefined {
  const { destination, source, changeSet } = route;
  const { before, after, lookup, lookupBefore, initial, now } = subject;
  const isFirst = published === undefined;
  if (isLate(after, published) || (isFirst && initial && destination.initialLoad === "none")) return undefined;
  if (isFirst && isOnItsWay(subject)) return undefined;

  const admits = conditionsOf(destination, { patient: changeSet.patient, lookup });
  const recordNumber = (isHl7(destination) && destination.medicalRecordNumber) || source.medicalRecordNumber;
  const gate = { ...gateOf(destination), recordNumber, ...(admits !== undefined && { admits }) };
  const moved = isMoved(subject, published);
  const isTakenToKnow = moved || (isFirst && before !== undefined && destination.initialLoad === "none");
  const from = {
    ...startingPoint(route, subject, gate, isTakenToKnow),
    ...(moved ? movedFrom(subject, published, former) : published),
    ...(ended && { standing: ended.standing, writtenBy: ended.writtenBy }),
  };
  const derivation = derive(
    from,
    {
      before: isMerged(before) ? (from.unmerged ?? before) : before,
      after,
      lookup,
      lookupBefore,
      detectedAt: changeSet.detectedAt,
      resources: now,
      knows,
      isTouched: isTouched(destination, gate, subject),
      isWaitOver: changeSet.isRecheck === true,
    },
    {
      gate,
      isKnown: from.sequence > 0 || (isTakenToKnow && !isToldOf(before, former)),
      initial: isFirst && initial,
      snapshot: isFirst && initial && destination.initialLoad === "snapshot",
    },
  );
  const head = headOfUpdate(route, subject, derivation, from.sequence + 1);
  const { hash, rendered } = contentOf(route, derivation, now, head?.id);
  const steps = stepsToTell(derivation, moved || hash !== from.contentHash);
  const update = head && rendered && { head, body: rendered.er7, workList: rendered.workList };
  return { destination, subject, published, from, derivation, hash, update, steps };
}

/** Of what is an update or nothing. */
function headOfUpdate(
  route: Route,
  subject: SubjectOfChange,
  { steps, isUpdate, content }: Derivation,
  sequence: number,
): DeliveryHead | undefined {
  if (!isUpdate || content?.event === undefined || content.missingFocus) return undefined;
  return steps.some(({ event }) => event !== undefined) ? undefined : headOf(route, subject, content.event, sequence);
}

/** What has an event of its own says the rest too; an update is told only where nothing else is. */
function stepsToTell({ steps, isUpdate, isRest, isBehind, content }: Derivation, isNews: boolean): readonly Step[] {
  const told = steps.filter(({ event }) => event !== undefined);
  if (told.length > 0 && (isBehind || (isRest && isNews)) && content !== undefined) return [...told, content];
  return told.length === 0 && isUpdate && isNews && content !== undefined ? [content] : told;
}

/**
 * Whether it came from another patient with this version, as the records of a merged patient do. Then it was told on
 * under that patient, and what was told under this one, before it went there, is out of date.
 */
function isMoved({ before, after }: SubjectOfChange, published: Published | undefined): boolean {
  return formerPatientOf({ before, after }) !== undefined && !isOfVersion(published, after);
}

/** Some types have no version ids, and some no times either. */
function isOfVersion(published: Published | undefined, { meta }: Resource): boolean {
  if (published === undefined || published.versionId !== meta?.versionId) return false;
  return meta?.versionId !== undefined || published.versionTime === meta?.lastUpdated;
}

/**
 * An order or a visit that is touched by what was done for it, or written in it, when it was another patient's: it is about
 * to come from there with a change of its own.
 */
function isOnItsWay({ isChanged, touchedBy, then, after: { resourceType, id } }: SubjectOfChange): boolean {
  const cameAlong = (after: Resource) => {
    const before = then.find((each) => keyOf(each) === keyOf(after));
    if (before === undefined || formerPatientOf({ before, after }) === undefined) return false;
    return resourceType !== "Encounter" || (encounterIdOf(before) === id && encounterIdOf(after) === id);
  };
  return !isChanged && resourceType !== "Patient" && touchedBy.some(cameAlong);
}

/** From whom the resource came with this version. */
export function formerPatientOf({ before, after }: Pick<SubjectOfChange, "before" | "after">): string | undefined {
  const patient = patientIdOf(after);
  const former = before && patientIdOf(before);
  return patient === undefined || former === patient ? undefined : former;
}

/** Whether all was told of that version: the messages of another patient may still be on their way. */
function isToldOf(before: Resource | undefined, former: Published | undefined): boolean {
  return before !== undefined && isOfVersion(former, before);
}

/** What was told under the other patient, where that was all of the version before. The count of events goes on. */
function movedFrom(
  { before }: SubjectOfChange,
  published: Published | undefined,
  former: Published | undefined,
): Partial<Published> {
  const further = (published?.sequence ?? 0) > (former?.sequence ?? 0) ? published : former;
  return {
    ...(isToldOf(before, former) && former),
    sequence: further?.sequence ?? 0,
    aboutOthers: further?.aboutOthers,
    revision: published?.revision ?? 0,
  };
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
  { before, after, then, lookupBefore }: Pick<SubjectOfChange, "before" | "after" | "then" | "lookupBefore">,
  gate: Gate,
  isTakenToKnow: boolean,
): Published {
  const nothing = { ...nothingTold(after), sequence: 0, revision: 0 };
  if (before === undefined || !isTakenToKnow) return nothing;
  const { detectedAt } = route.changeSet;
  const subject = { after: before, lookup: lookupBefore, resources: then, detectedAt, isWaitOver: true };
  const derivation = derive(nothing, subject, { gate, isPast: true });
  return {
    ...nothing,
    facts: derivation.facts,
    standing: standingAfterAll([], derivation.steps, gate),
    contentHash: contentOf(route, derivation, then).hash,
  };
}

/** Of another resource of which nothing was told here: what was there before the bridge is taken to be known. */
export function takenToKnow(
  route: Route,
  { then, lookupBefore }: SubjectOfChange,
  key: ResourceKey,
): Published | undefined {
  const before = lookupBefore(key);
  if (before === undefined || route.destination.initialLoad !== "none") return undefined;
  return startingPoint(route, { before, after: before, then, lookupBefore }, gateOf(route.destination), true);
}

/** An update that cannot be rendered still has content that can be told apart. */
function contentOf(
  route: Route,
  { content }: Derivation,
  context: readonly Resource[],
  controlId = "0".repeat(20),
): { readonly hash?: string; readonly rendered?: RenderedMessage } {
  if (content?.event === undefined) return {};
  const { destination, source, changeSet, renderers } = route;
  const { event } = content;
  if (!isHl7(destination)) return { hash: contentHash(event.after) };
  try {
    const input = { event, context, source, destination, controlId, messageTime: changeSet.detectedAt };
    const rendered = renderers.renderMessage(input);
    return { hash: rendered.contentHash, rendered };
  } catch (error) {
    if (error instanceof BridgeError && error.code === "ERR_UNRENDERABLE") return { hash: contentHash(event.after) };
    throw error;
  }
}
