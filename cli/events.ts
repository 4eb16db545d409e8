import { contentHash } from "../shared/changes/content.ts";
import { destinationsOf } from "../shared/config/bridge.ts";
import type { Bridge, Destination, Source } from "../shared/config/schema.ts";
import { gateOf } from "../shared/delivery/gate.ts";
import { concerns, planOf, type Renderers, type Route } from "../shared/delivery/tell.ts";
import { BridgeError } from "../shared/errors.ts";
import { canTell, derive, hasRules, ruleRows } from "../shared/events/derive.ts";
import { type SubjectOfChange, subjectsOf } from "../shared/events/subjects.ts";
import { type FactChange, factChanges } from "../shared/events/why.ts";
import type { ResourceKey } from "../shared/fhir.ts";
import { renderMessage } from "../shared/hl7/render.ts";
import { renderWebhook } from "../shared/webhook/payload.ts";
import { changeSetsOf, type Resources } from "./change-sets.ts";
import { readConfig } from "./config.ts";
import { readFhirFiles } from "./fhir-files.ts";
import { readOptions } from "./options.ts";
import type { Streams } from "./streams.ts";
import { UsageError } from "./usage-error.ts";

export interface ToldEvent {
  readonly event: string;
  readonly trigger?: string | undefined;
  readonly focus: ResourceKey;
  readonly rule: string;
  readonly title: string;
  readonly occurredAt?: string | undefined;
  /** What differs between what the destination knew and what is. */
  readonly facts: readonly FactChange[];
}

export interface Silence {
  readonly focus: ResourceKey;
  readonly reason: string;
  readonly facts: readonly FactChange[];
}

export async function run(parameters: readonly string[], streams: Streams): Promise<number> {
  const { values, positionals: files } = readOptions(parameters, {
    destination: { type: "string" },
    config: { type: "string" },
    before: { type: "string", multiple: true, default: [] },
    json: { type: "boolean", default: false },
  });
  if (files.length === 0) throw new UsageError("Give at least one FHIR JSON file");
  if ([...files, ...values.before].filter((file) => file === "-").length > 1)
    throw new UsageError("Standard input can be read once only");
  const listener = listenerOf(await readConfig(values.config), values.destination);
  const before = await readFhirFiles(values.before, streams.in);
  const after = await readFhirFiles(files, streams.in);
  const found = eventsIn(listener, before, after);
  if (values.json) streams.out.write(`${JSON.stringify(found, undefined, 2)}\n`);
  else write(found, streams);
  return 0;
}

interface Listener {
  readonly name: string;
  readonly destination: Destination;
  readonly sourceName: string;
  readonly source: Source;
}

/**
 * @throws UsageError when there is no destination of that name
 * @throws ERR_CONFIG when no destination listens to a source
 */
function listenerOf(bridge: Bridge, wanted: string | undefined): Listener {
  const names = Object.keys(bridge.destinations);
  if (wanted !== undefined && !names.includes(wanted))
    throw new UsageError(`There is no destination ${wanted} in the configuration; there are: ${names.join(", ")}`);
  for (const [sourceName, source] of Object.entries(bridge.sources))
    for (const [name, destination] of destinationsOf(bridge, sourceName))
      if (wanted === undefined || name === wanted) return { name, destination, sourceName, source };
  throw new BridgeError("ERR_CONFIG", {
    details: { path: "destinations", problem: "Add one that listens to a source" },
  });
}

/** What a destination that was told of everything in `before` is told of `after`, and what it is not told. */
export function eventsIn(
  { name, destination, sourceName, source }: Listener,
  before: Resources,
  after: Resources,
): { readonly events: readonly ToldEvent[]; readonly silent: readonly Silence[] } {
  const events: ToldEvent[] = [];
  const silent: Silence[] = [];
  const renderers: Renderers = { renderMessage, renderWebhook };
  const seen = new Set<ResourceKey>();
  for (const changeSet of changeSetsOf(sourceName, before, after)) {
    const subjects = subjectsOf(changeSet);
    const route = { name, destination, source, changeSet, subjects, renderers };
    for (const subject of subjects) {
      const found = concerns(destination, subject) ? eventsOf(route, subject) : [];
      events.push(...found);
      if (found.length === 0 && subject.isChanged) silent.push(silenceOf(route, subject));
      seen.add(subject.key);
    }
    for (const { after: changed } of changeSet.changes) {
      const key: ResourceKey = `${changed.resourceType}/${changed.id ?? ""}`;
      const reason = hasRules(changed.resourceType)
        ? "Another resource speaks for it: its report or its panel"
        : `There are no rules for a ${changed.resourceType}; it is only used to speak about others`;
      if (!seen.has(key)) silent.push({ focus: key, reason, facts: [] });
    }
  }
  for (const [key, resource] of after) {
    const known = before.get(key);
    if (known !== undefined && contentHash(known) === contentHash(resource))
      silent.push({ focus: key, reason: "It says the same as before", facts: [] });
  }
  return { events, silent };
}

function eventsOf(route: Route, subject: SubjectOfChange): readonly ToldEvent[] {
  const plan = planOf(route, subject, undefined);
  if (plan === undefined) return [];
  const facts = factChanges(plan.from.facts, plan.derivation.facts);
  return plan.steps.flatMap(({ event, rule }) =>
    event === undefined
      ? []
      : [
          {
            event: event.type,
            trigger: event.trigger,
            focus: event.focus,
            rule,
            title: titleOf(subject.after.resourceType, rule),
            occurredAt: event.occurredAt,
            facts,
          },
        ],
  );
}

function titleOf(resourceType: string, rule: string): string {
  return ruleRows().find((row) => row.resourceType === resourceType && row.id === rule)?.title ?? "";
}

function silenceOf(route: Route, subject: SubjectOfChange): Silence {
  const { resourceType } = subject.after;
  const gate = gateOf(route.destination);
  const focus = subject.key;
  if (!canTell(resourceType, gate))
    return { focus, reason: `The destination takes no event about a ${resourceType}`, facts: [] };
  const plan = planOf(route, subject, undefined);
  if (plan === undefined) return { focus, reason: "It was there before, or a newer version was told", facts: [] };
  const facts = factChanges(plan.from.facts, plan.derivation.facts);
  return { focus, facts, reason: reasonOf() };

  function reasonOf(): string {
    if (plan === undefined) return "";
    const { after, before, lookup, now } = subject;
    const open = { ...gate, takes: () => true };
    const all = { after, before, lookup, resources: now, detectedAt: route.changeSet.detectedAt };
    const untaken = derive(plan.from, all, { gate: open }).steps;
    if (untaken.length > 0)
      return `Not taken, or not let through: ${untaken.map(({ name, rule }) => `${name} (${rule})`).join(", ")}`;
    if (plan.derivation.isUpdate) return "Only content changed, and none that its message would tell";
    if (facts.length === 0) return "No fact changed";
    return "No rule tells of these facts in this state, or nothing was told before that could be changed or cancelled";
  }
}

function write(
  { events, silent }: { readonly events: readonly ToldEvent[]; readonly silent: readonly Silence[] },
  { out, err }: Streams,
): void {
  for (const { event, trigger, focus, rule, title, occurredAt, facts } of events) {
    const heading = [event, trigger, focus, occurredAt].filter((each) => each !== undefined);
    out.write(`${heading.join("  ")}\n  ${rule} ${title}\n${linesOf(facts)}`);
  }
  for (const { focus, reason, facts } of silent) err.write(`Silent: ${focus}  ${reason}\n${linesOf(facts)}`);
  if (events.length + silent.length === 0) err.write("These files hold nothing that the bridge speaks about\n");
}

const longest = 60;

function linesOf(facts: readonly FactChange[]): string {
  return facts.map(({ fact, was, is }) => `    ${fact}: ${inWords(was)} -> ${inWords(is)}\n`).join("");
}

function inWords(value: unknown): string {
  if (value === undefined) return "-";
  const text = typeof value === "string" ? value : JSON.stringify(value);
  return text.length > longest ? `${text.slice(0, longest)}...` : text;
}
