import { contentHash } from "../shared/changes/content.ts";
import type { Destination, Source } from "../shared/config/schema.ts";
import { gateOf } from "../shared/delivery/gate.ts";
import { concerns, type Plan, planOf, type Renderers, type Route } from "../shared/delivery/plan.ts";
import { plansOf } from "../shared/delivery/tell.ts";
import { canTell, derive, hasRules, ruleRows, type Step } from "../shared/events/derive.ts";
import { type SubjectOfChange, subjectsOf } from "../shared/events/subjects.ts";
import { type FactChange, factChanges } from "../shared/events/why.ts";
import { keyOf, type Resource, type ResourceKey } from "../shared/fhir.ts";
import { renderMessage } from "../shared/hl7/render.ts";
import { instantOf } from "../shared/instant.ts";
import { renderWebhook } from "../shared/webhook/payload.ts";
import { changeSetsOf, type Resources } from "./change-sets.ts";

export interface Listener {
  readonly name: string;
  readonly destination: Destination;
  readonly sourceName: string;
  readonly source: Source;
}

export interface ToldEvent {
  readonly event: string;
  readonly trigger?: string | undefined;
  readonly focus: ResourceKey;
  readonly rule: string;
  readonly title: string;
  /** The event that the rule names, where the destination is told a less specific one in its place. */
  readonly inPlaceOf?: string | undefined;
  readonly occurredAt?: string | undefined;
  /** What differs between what the destination knew at this step and what is. */
  readonly facts: readonly FactChange[];
  /** The event is about a resource that the files lack, so that it cannot be sent. */
  readonly isFocusMissing?: boolean | undefined;
}

export interface Silence {
  readonly focus: ResourceKey;
  readonly reason: string;
  readonly facts: readonly FactChange[];
}

export interface Found {
  readonly events: readonly ToldEvent[];
  readonly silent: readonly Silence[];
}

/** What a destination that was told of everything in `before` is told of `after`, and what it is not told. */
export function eventsIn(listener: Listener, before: Resources, after: Resources): Found {
  const { name, destination, sourceName, source } = listener;
  const events: ToldEvent[] = [];
  const silent: Silence[] = [];
  const renderers: Renderers = { renderMessage, renderWebhook };
  const seen = new Set<ResourceKey>();
  const late = new Set([...after].filter(([key, resource]) => isOlder(resource, before.get(key))).map(([key]) => key));
  const current = new Map([...after].map(([key, resource]) => [key, late.has(key) ? before.get(key) : resource]));
  for (const changeSet of changeSetsOf(sourceName, before, current as Resources)) {
    const subjects = subjectsOf(changeSet);
    const route = { name, destination, source, changeSet, subjects, renderers };
    const concerned = subjects.filter((subject) => concerns(destination, subject));
    const planned = plansOf(route, concerned);
    for (const subject of subjects) {
      const index = concerned.indexOf(subject);
      // What cannot be planned together with the others is planned by itself, which says why.
      const isOpen = canTell(subject.after.resourceType, gateOf(destination));
      const plan = planned[index] ?? (isOpen ? planOf(route, subject, undefined) : undefined);
      const found = index < 0 ? [] : eventsOf(plan);
      events.push(...found);
      if (found.length === 0 && subject.isChanged) silent.push(silenceOf(route, subject, plan));
      seen.add(subject.key);
    }
    for (const { after: changed } of changeSet.changes)
      if (!seen.has(keyOf(changed))) silent.push(withoutFacts(keyOf(changed), reasonWithoutRules(changed)));
  }
  for (const [key, resource] of after) {
    const known = before.get(key);
    if (late.has(key)) silent.push(withoutFacts(key, "A newer version of it was told before"));
    else if (known !== undefined && contentHash(known) === contentHash(resource))
      silent.push(withoutFacts(key, "It says the same as before"));
  }
  for (const [key, { resourceType }] of before)
    if (!after.has(key) && hasRules(resourceType))
      silent.push(withoutFacts(key, "It is not there any more, and absence is no deletion"));
  return { events, silent };
}

function withoutFacts(focus: ResourceKey, reason: string): Silence {
  return { focus, reason, facts: [] };
}

function isOlder({ meta }: Resource, known: Resource | undefined): boolean {
  const [time, knownTime] = [instantOf(meta?.lastUpdated), instantOf(known?.meta?.lastUpdated)];
  return time !== undefined && knownTime !== undefined && time < knownTime;
}

function reasonWithoutRules({ resourceType }: Resource): string {
  return hasRules(resourceType)
    ? "Another resource speaks for it: its report or its panel"
    : `There are no rules for a ${resourceType}; it is only used to speak about others`;
}

function eventsOf(plan: Plan | undefined): readonly ToldEvent[] {
  if (plan === undefined) return [];
  return plan.steps.flatMap((step) => (step.event === undefined ? [] : toldEvent(plan, step, step.event)));
}

function toldEvent(plan: Plan, step: Step, event: NonNullable<Step["event"]>): ToldEvent {
  const { rule, happened, name, missingFocus } = step;
  const { resourceType } = plan.subject.after;
  const { from, derivation } = plan;
  const isContent = step === derivation.content;
  // What nothing was told of begins with all that is known of it.
  const was = step === plan.steps[0] && from.sequence === 0 && from.standing.length === 0 ? from.facts : step.was;
  const row = ruleRows().find(
    (each) => each.resourceType === resourceType && each.id === rule && each.event === happened,
  );
  return {
    event: event.type,
    trigger: event.trigger,
    focus: event.focus,
    rule,
    title: row?.title ?? "",
    ...(happened !== name && { inPlaceOf: happened }),
    occurredAt: event.occurredAt,
    facts: isContent ? factChanges(from.facts, derivation.facts) : factChanges(was, step.is),
    ...(missingFocus && { isFocusMissing: true }),
  };
}

function silenceOf(route: Route, subject: SubjectOfChange, plan: Plan | undefined): Silence {
  const { resourceType } = subject.after;
  const focus = subject.key;
  if (!canTell(resourceType, gateOf(route.destination)))
    return withoutFacts(focus, `The destination takes no event about a ${resourceType}`);
  if (plan === undefined) return withoutFacts(focus, "It was there before, or a newer version was told");
  const facts = factChanges(plan.from.facts, plan.derivation.facts);
  return { focus, reason: reasonOf(route, plan, facts), facts };
}

function reasonOf({ destination, changeSet }: Route, plan: Plan, facts: readonly FactChange[]): string {
  const { derivation, from, subject } = plan;
  if (derivation.isIgnored)
    return "Its status says nothing, or less than was told; the next version is held against what was told before";
  if (derivation.isWaiting)
    return "It waits for the results that it names, or a result for its report, until they come or the settle time is over";
  if (from.standing.includes("replaced")) return "What takes its place tells of its end";
  const { after, before, lookup, now } = subject;
  const open = { ...gateOf(destination), takes: () => true };
  const all = { after, before, lookup, resources: now, detectedAt: changeSet.detectedAt };
  const untaken = derive(from, all, { gate: open }).steps;
  if (untaken.length > 0)
    return `Not taken, or not let through: ${untaken.map(({ name, rule }) => `${name} (${rule})`).join(", ")}`;
  if (derivation.isUpdate) return "Only content changed, and none that its message would tell";
  if (facts.length === 0) return "No fact changed";
  return "No rule tells of these facts in this state, or nothing was told before that could be changed or cancelled";
}
