import { isHl7 } from "../config/bridge.ts";
import { BridgeError } from "../errors.ts";
import { canEndOthers, type Step, standingAfterAll } from "../events/derive.ts";
import type { ClinicalEvent } from "../events/event.ts";
import type { Published } from "../events/published.ts";
import type { SubjectOfChange } from "../events/subjects.ts";
import type { Statement } from "../events/vocabulary.ts";
import { isResource, type ResourceKey } from "../fhir.ts";
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

function render(route: Route, plan: Plan): Telling {
  if (plan.update !== undefined && plan.steps[0] === plan.derivation.content)
    return tellingOf(route, plan, [plan.update]);
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

function pictureText({ facts, standing, contentHash: hash, versionId, versionTime }: Published): string {
  return JSON.stringify([facts, standing, hash, versionId, versionTime]);
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

function parked(head: DeliveryHead, error: unknown): Message {
  const details = error instanceof BridgeError ? error.details : {};
  const text = (name: string) => (details[name] === undefined ? undefined : String(details[name]));
  const failure = error instanceof BridgeError ? "unrenderable" : "unreadable";
  const where = { field: text("field"), path: text("path"), detail: text("findings") };
  const item = { severity: "error", reason: failure, ...where } as const;
  return { head, failure, workList: [item] };
}
