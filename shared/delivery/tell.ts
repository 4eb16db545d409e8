import { isHl7 } from "../config/bridge.ts";
import { BridgeError } from "../errors.ts";
import { canEndOthers, type Step, standingAfterAll } from "../events/derive.ts";
import type { ClinicalEvent } from "../events/event.ts";
import type { Published } from "../events/published.ts";
import type { SubjectOfChange } from "../events/subjects.ts";
import type { Statement } from "../events/vocabulary.ts";
import { encounterIdOf, isMerged, isResource, type Patient, patientIdOf, type ResourceKey } from "../fhir.ts";
import type { WorkItem } from "./delivery.ts";
import { gateOf } from "./gate.ts";
import { headOf } from "./head.ts";
import type { DeliveryHead } from "./ledger.ts";
import { circumstancesOf, panelOf } from "./panel.ts";
import { type Plan, planOf, type Route, type Surroundings, takenToKnow } from "./plan.ts";
import { endedBy, successorsFirst } from "./successors.ts";

/** What a destination is told about one resource, and what it was told then. */
export interface Telling {
  readonly key: ResourceKey;
  readonly messages: readonly Message[];
  /** Absent when nothing moved. */
  readonly next?: Published | undefined;
  /** Told by the message of another one, whose repeat after a crash between the two has the same id. */
  readonly isWrittenFirst?: boolean;
}

export interface Message {
  readonly head: DeliveryHead;
  /** Absent when it could not be rendered. */
  readonly body?: string | undefined;
  readonly failure?: string | undefined;
  readonly workList: readonly WorkItem[];
}

/** What is told of the subjects of a change set; results that belong together are told in one message. */
export function tellAll(
  route: Route,
  subjects: readonly SubjectOfChange[],
  published: ReadonlyMap<ResourceKey, Published>,
  formerly: ReadonlyMap<ResourceKey, Published> = new Map(),
): readonly Telling[] {
  const { plans, rendered, ended } = planAll(route, subjects, published, formerly);
  const together = isHl7(route.destination) ? groupsOf(plans.filter(isPlan)) : new Map<Step, Group>();
  const tellings = plans.map((plan) =>
    isPlan(plan) ? (rendered.get(plan) ?? renderSafely(route, plan, together)) : plan,
  );
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
  /** What stands of the subjects once they are told. */
  const toldBy = new Map<string, readonly Statement[]>();
  const planned = new Map<SubjectOfChange, Plan | Telling>();
  for (const subject of successorsFirst(subjects)) {
    const knownOf = (key: ResourceKey) => ended.get(key) ?? published.get(key) ?? takenToKnow(route, subject, key);
    const plan = planSafely(route, subject, published.get(subject.key), {
      former: formerly.get(subject.key),
      ended: ended.get(subject.key),
      knows: (key, statement) =>
        (toldBy.get(key) ?? standingBefore(route, knownOf(key as ResourceKey))).includes(statement),
    });
    planned.set(subject, plan);
    if (isPlan(plan))
      toldBy.set(subject.key, standingAfterAll(plan.from.standing, plan.derivation.steps, gateOf(route.destination)));
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

function renderSafely(route: Route, plan: Plan, together?: Groups): Telling {
  return safely(route, plan.subject, plan.from.sequence, () => render(route, plan, together));
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
    .map(([key, other]) => ({
      key,
      messages: [],
      next: { ...other, revision: other.revision + 1 },
      isWrittenFirst: true,
    }));
  const isEnded = ({ key }: Telling) => ended.has(key);
  return [...others, ...tellings.map((each) => (isEnded(each) ? { ...each, isWrittenFirst: true } : each))];
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

/** One message may stand for a step of each member of a group; it comes in the place of the first. */
function render(route: Route, plan: Plan, together: Groups = new Map()): Telling {
  if (plan.update !== undefined && plan.steps[0] === plan.derivation.content)
    return tellingOf(route, plan, [plan.update]);
  const isOfOther = (step: Step) => together.get(step)?.first.step !== step && together.has(step);
  const messages = plan.steps.flatMap((step, index) => {
    const { event, missingFocus } = step;
    if (event === undefined) return [];
    const group = together.get(step);
    if (group !== undefined) return [messageOfGroup(route, group)];
    return [
      messageOf(route, plan.subject, event, plan.from.sequence + index + 1, {
        missingFocus,
        aboutOthers: aboutOthersAfter(plan, index),
      }),
    ];
  });
  const telling = tellingOf(route, plan, messages);
  if (!plan.steps.some(isOfOther)) return telling;
  const own = plan.steps.flatMap((step, index) => (isOfOther(step) ? [] : (messages[index] ?? [])));
  return { ...telling, messages: own, ...(own.length === 0 && { isWrittenFirst: true }) };
}

function messageOfGroup(route: Route, group: Group): Message {
  const { plan, step } = group.first;
  const sequence = plan.from.sequence + plan.steps.indexOf(step) + 1;
  group.message ??= messageOf(route, plan.subject, group.event, sequence);
  return group.message;
}

/** Of all events that were counted until then: a receiver counts those about the resource alone. */
function aboutOthersAfter({ from, steps, subject }: Plan, index: number): number {
  const others = steps.slice(0, index).filter(({ event }) => event !== undefined && event.focus !== subject.key);
  return (from.aboutOthers ?? 0) + others.length;
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
  const aboutOthers = aboutOthersAfter(plan, steps.length);
  const next: Published = {
    facts: derivation.facts,
    standing: standingAfterAll(from.standing, heard, gateOf(plan.destination)),
    contentHash: hash,
    event: last?.name ?? from.event,
    trigger: last?.event?.trigger ?? from.trigger,
    sequence: from.sequence + messages.length,
    ...(aboutOthers > 0 && { aboutOthers }),
    versionId: after.meta?.versionId,
    versionTime: after.meta?.lastUpdated ?? from.versionTime,
    ...(canEndOthers(after.resourceType) && {
      writtenBy: { changeSet: route.changeSet.id, standing: standingBefore(route, from) },
    }),
    ...(isResource(after, "Patient") && { patient: after, unmerged: unmergedOf(plan) }),
    revision: from.revision + 1,
  };
  const isNext = published === undefined || messages.length > 0 || pictureText(next) !== pictureText(published);
  return { key: subject.key, messages, ...(isNext && { next }) };
}

/** What is told in one message. */
interface Group {
  readonly first: Member;
  readonly event: ClinicalEvent;
  message?: Message;
}

type Groups = ReadonlyMap<Step, Group>;

interface Member {
  readonly plan: Plan;
  readonly step: Step;
  readonly event: ClinicalEvent;
}

/**
 * The Observations of one visit, minute and performer that have no report, as one panel; the diagnoses and procedures of
 * one visit, each with what becomes of it.
 */
function groupsOf(plans: readonly Plan[]): Groups {
  const members = plans.flatMap((plan) =>
    plan.steps.flatMap((step): Member[] => (step.event === undefined ? [] : [{ plan, step, event: step.event }])),
  );
  const groups = new Map<Step, Group>();
  for (const kind of groupKinds)
    for (const together of Map.groupBy(members.filter(kind.isOfKind), kind.keyOf).values()) {
      const [first] = together;
      if (first === undefined || together.length < 2) continue;
      const events = together.map(({ event }) => event);
      const recordedAt =
        events
          .map((each) => each.recordedAt)
          .toSorted()
          .at(-1) ?? first.event.recordedAt;
      const group: Group = { first, event: { ...first.event, recordedAt, ...kind.tell(events) } };
      for (const { step } of together) groups.set(step, group);
    }
  return groups;
}

interface GroupKind {
  isOfKind(member: Member): boolean;
  /** The same for what is told together. */
  keyOf(member: Member): string;
  tell(events: readonly ClinicalEvent[]): Partial<ClinicalEvent>;
}

const lonePanel: GroupKind = {
  isOfKind: ({ plan: { steps }, event: { after } }) =>
    steps.length === 1 && after.resourceType === "Observation" && (after.hasMember ?? []).length === 0,
  keyOf: ({ event, step }) => [step.name, ...circumstancesOf(event.after as fhir4.Observation)].join(" "),
  tell: (events) => ({ after: panelOf(events.map(({ after }) => after as fhir4.Observation)), before: undefined }),
};

const changesOfVisit: GroupKind = {
  isOfKind: ({ event }) => event.trigger === "BAR^P12",
  keyOf: ({ event: { after } }) => [patientIdOf(after), encounterIdOf(after)].join(" "),
  tell: (events) => ({ step: { together: events } }),
};

const groupKinds: readonly GroupKind[] = [lonePanel, changesOfVisit];

/** Kept for the day when the merge turns out to be a mistake, and through that day, which may come twice. */
function unmergedOf({ subject: { before, after }, from }: Plan): Patient | undefined {
  if (isMerged(before)) return from.unmerged;
  return isMerged(after) && isResource(before, "Patient") ? before : undefined;
}

function pictureText({ facts, standing, contentHash: hash, versionId, versionTime }: Published): string {
  return JSON.stringify([facts, standing, hash, versionId, versionTime]);
}

function messageOf(
  route: Route,
  subject: SubjectOfChange,
  event: ClinicalEvent,
  sequence: number,
  { missingFocus, aboutOthers = 0 }: { missingFocus?: boolean | undefined; aboutOthers?: number } = {},
): Message {
  const { destination, source, changeSet, renderers } = route;
  const head = headOf(route, subject, event, sequence);
  try {
    if (missingFocus)
      throw new BridgeError("ERR_UNRENDERABLE", { details: { path: `${subject.after.resourceType}.link.other` } });
    if (!isHl7(destination)) {
      const { baseUrl } = source;
      const counted = event.focus === subject.key ? sequence - aboutOthers : undefined;
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

function parked(head: DeliveryHead, error: unknown): Message {
  const details = error instanceof BridgeError ? error.details : {};
  const text = (name: string) => (details[name] === undefined ? undefined : String(details[name]));
  const failure = error instanceof BridgeError ? "unrenderable" : "unreadable";
  const where = { field: text("field"), path: text("path"), code: text("code"), detail: text("findings") };
  const item = { severity: "error", reason: failure, ...where } as const;
  return { head, failure, workList: [item] };
}
