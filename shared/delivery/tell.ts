import type { ChangeSet } from "../changes/change.ts";
import { contentHash } from "../changes/content.ts";
import { isHl7 } from "../config/bridge.ts";
import type { Destination, Hl7Destination, Source } from "../config/schema.ts";
import { BridgeError } from "../errors.ts";
import {
  canEndOthers,
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
import { isResource, keyOf, patientIdOf, type Resource, type ResourceKey } from "../fhir.ts";
import { instantOf } from "../instant.ts";
import type { WebhookInput } from "../webhook/payload.ts";
import { conditionsOf } from "./conditions.ts";
import type { WorkItem } from "./delivery.ts";
import { deliveryId } from "./delivery-id.ts";
import { gateOf } from "./gate.ts";
import type { DeliveryHead } from "./ledger.ts";
import { circumstancesOf, panelOf } from "./panel.ts";
import { endedBy, successorsFirst } from "./successors.ts";

export { gateOf };

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
  /** Another resource told of its end: that is written down first. */
  readonly isOther?: boolean;
}

export interface Message {
  readonly head: DeliveryHead;
  /** Absent when it could not be rendered. */
  readonly body?: string | undefined;
  readonly failure?: string | undefined;
  readonly workList: readonly WorkItem[];
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
    if (after.resourceType === "ServiceRequest" || after.resourceType === "MedicationRequest") return true;
    if (!isHl7(destination)) return false;
    if (resourceType === "Condition" || resourceType === "Procedure") return !gate.options.has("billing-diagnoses");
    if (resourceType === "Observation") return destination.visit?.vitalSigns === true;
    if (resourceType === "AllergyIntolerance" && gate.takes("allergy.changed")) return false;
    if (after.resourceType === "Patient") return destination.patientUpdateEvent !== "A08";
    return destination.patientUpdateEvent !== "A31" || (gate.downgrades && !gate.takes("patient.updated"));
  });
}

/** What is told of the subjects of a change set; results that belong together are told in one message. */
export function tellAll(
  route: Route,
  subjects: readonly SubjectOfChange[],
  published: ReadonlyMap<ResourceKey, Published>,
  formerly: ReadonlyMap<ResourceKey, Published> = new Map(),
): readonly Telling[] {
  const { plans, rendered, ended } = planAll(route, subjects, published, formerly);
  const together = isHl7(route.destination) ? groupsOf(plans.filter(isPlan)) : new Map<Plan, Group>();
  const tellings = plans.map((plan) => {
    if (!isPlan(plan)) return plan;
    const group = together.get(plan);
    if (group === undefined) return rendered.get(plan) ?? renderSafely(route, plan);
    return safely(route, plan.subject, plan.from.sequence, () => renderTogether(route, plan, group));
  });
  return withOthers(tellings, ended);
}

/** What is to be told of the subjects, in their order; undefined where that is nothing or cannot be found out. */
export function plansOf(
  route: Route,
  subjects: readonly SubjectOfChange[],
  published: ReadonlyMap<ResourceKey, Published> = new Map(),
  formerly: ReadonlyMap<ResourceKey, Published> = new Map(),
): readonly (Plan | undefined)[] {
  const { plans } = planAll(route, subjects, published, formerly);
  return plans.map((plan) => (isPlan(plan) ? plan : undefined));
}

interface Planned {
  /** In the order of the subjects. */
  readonly plans: readonly (Plan | Telling)[];
  readonly rendered: ReadonlyMap<Plan, Telling>;
  /** What is held of resources of whose end others tell. */
  readonly ended: ReadonlyMap<ResourceKey, Published>;
}

function planAll(
  route: Route,
  subjects: readonly SubjectOfChange[],
  published: ReadonlyMap<ResourceKey, Published>,
  formerly: ReadonlyMap<ResourceKey, Published>,
): Planned {
  const rendered = new Map<Plan, Telling>();
  const ended = new Map<ResourceKey, Published>();
  const planned = new Map<SubjectOfChange, Plan | Telling>();
  for (const subject of successorsFirst(subjects)) {
    const knownOf = (key: ResourceKey) => ended.get(key) ?? published.get(key) ?? takenToKnow(route, subject, key);
    const plan = planSafely(route, subject, published.get(subject.key), {
      former: formerly.get(subject.key),
      ended: ended.get(subject.key),
      knows: (key, statement) => standingBefore(route, knownOf(key as ResourceKey)).includes(statement),
    });
    planned.set(subject, plan);
    if (!isPlan(plan) || plan.steps.every(({ others = [] }) => others.length === 0)) continue;
    const telling = renderSafely(route, plan);
    rendered.set(plan, telling);
    for (const [key, other] of endedBy(heardSteps(plan, telling.messages), knownOf))
      if (!isWrittenBy(route, published.get(key))) {
        const writtenBy = { changeSet: route.changeSet.id, standing: standingBefore(route, knownOf(key)) };
        ended.set(key, { ...other, writtenBy });
      }
  }
  return { plans: subjects.flatMap((subject) => planned.get(subject) ?? []), rendered, ended };
}

function renderSafely(route: Route, plan: Plan): Telling {
  return safely(route, plan.subject, plan.from.sequence, () => render(route, plan));
}

/** A run that did not live to write down all left some of it as it is after this change set. */
function isWrittenBy({ changeSet }: Route, published: Published | undefined): boolean {
  return published?.writtenBy?.changeSet === changeSet.id;
}

function standingBefore(route: Route, known: Published | undefined): readonly Statement[] {
  return (isWrittenBy(route, known) ? known?.writtenBy?.standing : known?.standing) ?? [];
}

/** Before what ended them is written down: a repeat after a crash between the two finds that they had ended. */
function withOthers(tellings: readonly Telling[], ended: ReadonlyMap<ResourceKey, Published>): readonly Telling[] {
  const nexts = new Set(tellings.filter(({ next }) => next !== undefined).map(({ key }) => key));
  const others = [...ended]
    .filter(([key]) => !nexts.has(key))
    .map(([key, other]) => ({ key, messages: [], next: { ...other, revision: other.revision + 1 }, isOther: true }));
  return [...others, ...tellings.map((telling) => (ended.has(telling.key) ? { ...telling, isOther: true } : telling))];
}

/**
 * Nothing here waits or writes, so whatever throws is about this resource and would throw again. What cannot be read at
 * all is parked without moving what was told, so that the next version is told from there.
 */
export function tell(route: Route, subject: SubjectOfChange, published: Published | undefined): Telling {
  const plan = planSafely(route, subject, published);
  return isPlan(plan) ? renderSafely(route, plan) : plan;
}

function safely(route: Route, subject: SubjectOfChange, sequence: number, action: () => Telling): Telling {
  try {
    return action();
  } catch (error) {
    const event = { type: "resource.unreadable", recordedAt: route.changeSet.detectedAt };
    return { key: subject.key, messages: [parked(headOf(route, subject, event, sequence), error)] };
  }
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
  readonly steps: readonly Step[];
}

function isPlan(plan: Plan | Telling): plan is Plan {
  return "derivation" in plan;
}

function planSafely(
  route: Route,
  subject: SubjectOfChange,
  published: Published | undefined,
  surroundings?: Surroundings,
): Plan | Telling {
  let planned: Plan | undefined;
  const telling = safely(route, subject, published?.sequence ?? 0, () => {
    planned = planOf(route, subject, published, surroundings);
    return { key: subject.key, messages: [] };
  });
  return planned ?? telling;
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
      before,
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
      isKnown: isTakenToKnow || from.sequence > 0,
      initial: isFirst && initial,
      snapshot: isFirst && initial && destination.initialLoad === "snapshot",
    },
  );
  const hash = contentHashOf(route, derivation, now);
  const steps = stepsToTell(derivation, moved || hash !== from.contentHash);
  return { destination, subject, published, from, derivation, hash, steps };
}

function render(route: Route, plan: Plan): Telling {
  const messages = plan.steps.flatMap(({ event, missingFocus }, index) =>
    event === undefined ? [] : [messageOf(route, plan.subject, event, plan.from.sequence + index + 1, missingFocus)],
  );
  return tellingOf(route, plan, messages);
}

/** One message stands for a step of each member; it comes in the place of the first. */
function renderTogether(route: Route, plan: Plan, group: Group): Telling {
  const [first] = group.members;
  if (first === undefined) return render(route, plan);
  group.message ??= messageOf(route, first.subject, group.event, first.from.sequence + 1, undefined);
  const { message } = group;
  const telling = tellingOf(route, plan, [message]);
  return plan === first ? telling : { ...telling, messages: [] };
}

/** All but those whose message could not be rendered. */
function heardSteps({ steps, derivation }: Plan, messages: readonly Message[]): readonly Step[] {
  return derivation.steps.filter((step) => messages[steps.indexOf(step)]?.failure === undefined);
}

function tellingOf(route: Route, plan: Plan, messages: readonly Message[]): Telling {
  const { subject, published, from, derivation, hash, steps } = plan;
  const { after } = subject;
  const isParked = (step: Step) => messages[steps.indexOf(step)]?.failure !== undefined;
  const last = steps.findLast((step) => !isParked(step));
  const heard = heardSteps(plan, messages);
  const next: Published = {
    facts: derivation.facts,
    standing: standingAfterAll(from.standing, heard, gateOf(plan.destination)),
    contentHash: hash,
    event: last?.name ?? from.event,
    trigger: last?.event?.trigger ?? from.trigger,
    sequence: from.sequence + messages.length,
    versionId: after.meta?.versionId,
    versionTime: after.meta?.lastUpdated ?? from.versionTime,
    ...(canEndOthers(after.resourceType) && {
      writtenBy: { changeSet: route.changeSet.id, standing: standingBefore(route, from) },
    }),
    ...(isResource(after, "Patient") && { patient: after }),
    revision: from.revision + 1,
  };
  const isNext = published === undefined || messages.length > 0 || pictureText(next) !== pictureText(published);
  return { key: subject.key, messages, ...(isNext && { next }) };
}

/** Results without a report that are told in one message. */
interface Group {
  readonly members: readonly Plan[];
  readonly event: ClinicalEvent;
  message?: Message;
}

/** The Observations of one visit, minute and performer that have no report, as one panel. */
function groupsOf(plans: readonly Plan[]): Map<Plan, Group> {
  const byKey = Map.groupBy(plans.filter(isLoneResult), ({ subject: { after }, steps }) =>
    [steps[0]?.name, ...circumstancesOf(after as fhir4.Observation)].join(" "),
  );
  const groups = new Map<Plan, Group>();
  for (const members of byKey.values()) {
    const events = members.flatMap(({ steps }) => steps[0]?.event ?? []);
    const [event] = events;
    if (event === undefined || members.length < 2) continue;
    const panel = panelOf(members.map(({ subject }) => subject.after as fhir4.Observation));
    const recordedAt =
      events
        .map((each) => each.recordedAt)
        .toSorted()
        .at(-1) ?? event.recordedAt;
    const group: Group = { members, event: { ...event, after: panel, before: undefined, recordedAt } };
    for (const member of members) groups.set(member, group);
  }
  return groups;
}

function isLoneResult({ subject, steps }: Plan): boolean {
  const { after } = subject;
  return steps.length === 1 && after.resourceType === "Observation" && (after.hasMember ?? []).length === 0;
}

/** What has an event of its own says the rest too; an update is told only where nothing else is. */
function stepsToTell({ steps, isUpdate, isRest, isBehind, content }: Derivation, isNews: boolean): readonly Step[] {
  const told = steps.filter(({ event }) => event !== undefined);
  if (told.length > 0 && (isBehind || (isRest && isNews)) && content !== undefined) return [...told, content];
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
  return formerPatientOf({ before, after }) !== undefined && !isOfVersion(published, after);
}

/** Some types have no version ids, and some no times either. */
function isOfVersion(published: Published | undefined, { meta }: Resource): boolean {
  if (published === undefined || published.versionId !== meta?.versionId) return false;
  return meta?.versionId !== undefined || published.versionTime === meta?.lastUpdated;
}

/** Touched by what came from another patient, and so about to come from there with a change of its own. */
function isOnItsWay({ isChanged, touchedBy, then }: SubjectOfChange): boolean {
  const versionBefore = (resource: Resource) => then.find((each) => keyOf(each) === keyOf(resource));
  const isFromElsewhere = (after: Resource) => formerPatientOf({ before: versionBefore(after), after }) !== undefined;
  return !isChanged && touchedBy.some(isFromElsewhere);
}

/** From whom the resource came with this version. */
export function formerPatientOf({ before, after }: Pick<SubjectOfChange, "before" | "after">): string | undefined {
  const patient = patientIdOf(after);
  const former = before && patientIdOf(before);
  return patient === undefined || former === patient ? undefined : former;
}

/**
 * What was told under the other patient, where that was all of the version before: the messages of another patient may
 * still be on their way. The count of events goes on.
 */
function movedFrom(
  { before }: SubjectOfChange,
  published: Published | undefined,
  former: Published | undefined,
): Partial<Published> {
  const isUpToDate = before !== undefined && isOfVersion(former, before);
  return {
    ...(isUpToDate && former),
    sequence: Math.max(published?.sequence ?? 0, former?.sequence ?? 0),
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
  const derivation = derive(nothing, subject, { gate });
  return {
    ...nothing,
    facts: derivation.facts,
    standing: standingAfterAll([], derivation.steps, gate),
    contentHash: contentHashOf(route, derivation, then),
  };
}

/** Of another resource of which nothing was told here: what was there before the bridge is taken to be known. */
function takenToKnow(route: Route, { then, lookupBefore }: SubjectOfChange, key: ResourceKey): Published | undefined {
  const before = lookupBefore(key);
  if (before === undefined || route.destination.initialLoad !== "none") return undefined;
  return startingPoint(route, { before, after: before, then, lookupBefore }, gateOf(route.destination), true);
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
      const counted = event.focus === subject.key ? sequence : undefined;
      const body = renderers.renderWebhook({
        event,
        source: changeSet.source,
        baseUrl,
        destination,
        sequence: counted,
      });
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
  const where = { field: text("field"), path: text("path"), detail: text("findings") };
  const item = { severity: "error", reason: failure, ...where } as const;
  return { head, failure, workList: [item] };
}
