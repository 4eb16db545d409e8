import { isHl7 } from "../shared/config/bridge.ts";
import { gateOf } from "../shared/delivery/gate.ts";
import type { Plan, Route } from "../shared/delivery/plan.ts";
import { canTell, derive, ruleRows } from "../shared/events/derive.ts";
import { eventOptionNames } from "../shared/events/options.ts";
import type { SubjectOfChange } from "../shared/events/subjects.ts";
import { type FactChange, factChanges } from "../shared/events/why.ts";
import { keyOf, type ResourceKey } from "../shared/fhir.ts";
import type { ToldEvent } from "./events-told.ts";

export interface Silence {
  readonly focus: ResourceKey;
  readonly reason: string;
  readonly facts: readonly FactChange[];
}

/** A subject, and what a destination is told of it. */
export interface Told {
  readonly subject: SubjectOfChange;
  readonly plan: Plan | undefined;
  readonly events: readonly ToldEvent[];
}

export function withoutFacts(focus: ResourceKey, reason: string): Silence {
  return { focus, reason, facts: [] };
}

/** Why a destination is told nothing of a subject of a change set, of which `all` are told as they are. */
export function silenceOf(route: Route, { subject, plan }: Told, all: readonly Told[]): Silence {
  const { key: focus, after } = subject;
  const facts = plan === undefined ? [] : factChanges(plan.from.facts, plan.derivation.facts);
  const speakers = speakersOf(focus, all);
  if (speakers !== undefined) return { focus, reason: speakers, facts };
  if (!canTell(after.resourceType, gateOf(route.destination)))
    return withoutFacts(focus, `The destination takes no event about a ${after.resourceType}`);
  if (plan === undefined) return withoutFacts(focus, "It was there before, or a newer version was told");
  const isReplaced = plan.from.standing.includes("replaced") || all.some((each) => replacedBy(each).includes(focus));
  return { focus, reason: isReplaced ? "What takes its place tells of its end" : reasonOf(route, plan, facts), facts };
}

/** Of a resource that others show, which of them is told; undefined where none is. */
export function speakersOf(focus: ResourceKey, all: readonly Told[]): string | undefined {
  const speakers = all.filter(
    ({ events, subject: { touchedBy } }) => events.length > 0 && touchedBy.some((each) => keyOf(each) === focus),
  );
  const names = speakers.map(({ subject: { key } }) => key);
  return names.length === 0 ? undefined : `What is told of ${names.join(" and ")} tells it`;
}

function replacedBy({ plan, events }: Told): readonly string[] {
  if (events.length === 0) return [];
  const { replaces = [] } = (plan?.derivation.facts ?? {}) as { readonly replaces?: string | readonly string[] };
  return [replaces].flat();
}

function reasonOf({ destination, changeSet }: Route, plan: Plan, facts: readonly FactChange[]): string {
  const { derivation, from, subject } = plan;
  if (derivation.isIgnored)
    return "Its status says nothing, or less than was told; the next version is held against what was told before";
  if (derivation.isWaiting)
    return "It waits for the results that it names, or a result for its report, until they come or the settle time is over";
  if (facts.length === 1 && facts[0]?.fact === "patientKey")
    return "A merge of the two patients, or the move of its visit, tells whose it is";
  const { after, before, lookup, lookupBefore, now } = subject;
  const change = { after, before, lookup, lookupBefore, resources: now, detectedAt: changeSet.detectedAt };
  const gate = gateOf(destination);
  const open = derive(from, change, { gate: { ...gate, takes: () => true } });
  const isContentUntaken = open.isUpdate && open.steps.length === 0 && !derivation.isUpdate;
  const untaken = isContentUntaken ? [open.content] : open.steps;
  const names = untaken.flatMap((step) => (step === undefined ? [] : [`${step.name} (${step.rule})`]));
  if (names.length > 0 && after.resourceType === "Patient" && isHl7(destination) && toldByVisits(destination))
    return "It is told with the A08 of the visits under way, and there are none";
  if (names.length > 0) return `Not taken, or not let through: ${names.join(", ")}`;
  if (derivation.isUpdate) return "Only content changed, and none that its message would tell";
  const wishes = derive(from, change, { gate: { ...gate, options: new Set(eventOptionNames) } }).steps.flatMap(
    ({ rule, happened, name }) => {
      const row = ruleRows().find(
        (each) => each.resourceType === after.resourceType && each.id === rule && each.event === happened,
      );
      return row?.option === undefined ? [] : [`${name} (${rule}) by the option ${row.option}`];
    },
  );
  if (wishes.length > 0) return `Told only where asked for: ${wishes.join(", ")}`;
  const { phase, substantial } = derivation.facts as { readonly phase: string; readonly substantial?: boolean };
  if (substantial === false && (phase === "final" || phase === "preliminary"))
    return "It has nothing to show yet: no result that it names is at hand";
  if (facts.length === 0) return "No fact changed";
  return "No rule tells of these facts in this state, or nothing was told before that could be changed or cancelled";
}

function toldByVisits({ patientUpdateEvent }: { readonly patientUpdateEvent: string }): boolean {
  return patientUpdateEvent === "A08";
}
