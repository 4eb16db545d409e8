import { contentHash } from "../shared/changes/content.ts";
import type { Destination, Source } from "../shared/config/schema.ts";
import { gateOf } from "../shared/delivery/gate.ts";
import { concerns, type Plan, planOf, type Renderers } from "../shared/delivery/plan.ts";
import { plansOf } from "../shared/delivery/tell.ts";
import { canTell, hasRules, ruleRows, type Step } from "../shared/events/derive.ts";
import { subjectsOf } from "../shared/events/subjects.ts";
import { type FactChange, factChanges } from "../shared/events/why.ts";
import { keyOf, type Resource, type ResourceKey } from "../shared/fhir.ts";
import { renderMessage } from "../shared/hl7/render.ts";
import { instantOf } from "../shared/instant.ts";
import { renderWebhook } from "../shared/webhook/payload.ts";
import { changeSetsOf, type Resources } from "./change-sets.ts";
import { type Silence, silenceOf, speakersOf, type Told, withoutFacts } from "./silence.ts";

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
    const told = subjects.map((subject): Told => {
      const index = concerned.indexOf(subject);
      // What cannot be planned together with the others is planned by itself, which says why.
      const isOpen = canTell(subject.after.resourceType, gateOf(destination));
      const plan = planned[index] ?? (isOpen ? planOf(route, subject, undefined) : undefined);
      return { subject, plan, events: index < 0 ? [] : eventsOf(plan) };
    });
    for (const each of told) {
      events.push(...each.events);
      if (each.events.length === 0 && each.subject.isChanged) silent.push(silenceOf(route, each, told));
      seen.add(each.subject.key);
    }
    for (const { after: changed, hasLeft } of changeSet.changes)
      if (!hasLeft && !seen.has(keyOf(changed)))
        silent.push(withoutFacts(keyOf(changed), speakersOf(keyOf(changed), told) ?? reasonWithoutRules(changed)));
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
