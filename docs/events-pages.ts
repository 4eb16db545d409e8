import type { Change, ChangeSet } from "../shared/changes/change.ts";
import { defineBridge } from "../shared/config/bridge.ts";
import type { Bridge } from "../shared/config/schema.ts";
import { concerns } from "../shared/delivery/plan.ts";
import { tellAll } from "../shared/delivery/tell.ts";
import { type RuleRow, ruleRows } from "../shared/events/derive.ts";
import { eventOptions } from "../shared/events/options.ts";
import type { Published } from "../shared/events/published.ts";
import { subjectsOf } from "../shared/events/subjects.ts";
import { downgradesOf, type EventName, eventType, eventTypes } from "../shared/events/vocabulary.ts";
import { keyOf, type Resource, type ResourceKey } from "../shared/fhir.ts";
import { renderMessage } from "../shared/hl7/render.ts";
import { renderWebhook } from "../shared/webhook/payload.ts";
import { type Example, examples } from "./events-examples.ts";

/**
 * The events as pages for whoever builds the other side, in HL7 v2 or by webhook: made from the rule tables, with
 * examples that the bridge itself wrote.
 *
 * @returns file name below docs/events to Markdown text
 */
export function eventPages(): ReadonlyMap<string, string> {
  const bySubject = Map.groupBy(names, (name) => name.split(".")[0] ?? "");
  return new Map([
    ["README.md", indexPage([...bySubject])],
    ...[...bySubject].map(([subject, events]): [string, string] => [`${subject}.md`, subjectPage(subject, events)]),
  ]);
}

const names = Object.keys(eventTypes) as EventName[];

/** What an HL7 link and a webhook of everything are told at the end of an example, as far as it is this event. */
export interface ToldExample {
  readonly message?: string | undefined;
  readonly webhook?: string | undefined;
}

export function toldBy(name: EventName): ToldExample {
  const [message, webhook] = (["engine", "app"] as const).map((destination) =>
    lastTold(name, examples[name], destination),
  );
  return { message, webhook };
}

const detectedAt = "2026-03-02T18:00:00.000Z";

function bridgeFor({ options = [], orderMode = "placer" }: Example): Bridge {
  return defineBridge({
    sources: {
      general: {
        baseUrl: "https://fhir.example.org/r4/tenant",
        credentials: { method: "client_secret_basic", secret: "general" },
        timeZone: "America/Chicago",
        facility: { namespaceId: "GENERAL" },
        assigningAuthorities: {
          "urn:oid:1.2.3.4": { namespaceId: "GENMRN" },
          "urn:oid:1.2.3.5": { namespaceId: "GENVISIT" },
        },
        patients: { ids: ["12"] },
      },
    },
    destinations: {
      engine: { format: "hl7v2", link: { host: "engine.example.org", port: 6661 }, options: [...options], orderMode },
      app: { format: "webhook", url: "https://app.example.org/events", secret: "app", options: [...options] },
    },
  });
}

function lastTold(name: EventName, example: Example, destinationName: "engine" | "app"): string | undefined {
  const bridge = bridgeFor(example);
  const [source, destination] = [bridge.sources["general"], bridge.destinations[destinationName]];
  if (source === undefined || destination === undefined) return undefined;
  const known = new Map<ResourceKey, Resource>();
  const published = new Map<ResourceKey, Published>();
  let told: string | undefined;
  for (const [index, resources] of example.polls.entries()) {
    const changeSet = changeSetOf(index, resources, known);
    const subjects = subjectsOf(changeSet).filter((subject) => concerns(destination, subject));
    const route = {
      name: destinationName,
      destination,
      source,
      changeSet,
      subjects,
      renderers: { renderMessage, renderWebhook },
    };
    const tellings = tellAll(route, subjects, published);
    for (const { key, next } of tellings) if (next !== undefined) published.set(key, next);
    told = tellings.flatMap(({ messages }) => messages).find(({ head }) => head.event === name)?.body;
  }
  return told;
}

function changeSetOf(index: number, resources: readonly Resource[], known: Map<ResourceKey, Resource>): ChangeSet {
  const lastUpdated = `2026-03-02T15:${30 + index}:00.000Z`;
  const changes = resources.map((resource): Change => {
    const before = known.get(keyOf(resource));
    const after = { ...resource, meta: { versionId: String(index + 1), lastUpdated } };
    return { after, initial: false, ...(before !== undefined && { before }) };
  });
  for (const { after } of changes) known.set(keyOf(after), after);
  return { id: `${index}`, source: "general", patient: "12", detectedAt, changes, context: [...known.values()] };
}

function indexPage(bySubject: readonly (readonly [subject: string, events: readonly EventName[]])[]): string {
  return page(
    "# Events",
    origin,
    'An event says what happened, held against what the destination was last told. A destination names those that it takes in `events`: `["*"]`, `["encounter.*", "result.final"]`, `["*", "!result.preliminary"]`. An HL7 v2 destination that does not take one gets the first of its downgrades that it takes, unless it says `downgrade: "omit"`. `ignite-bridge events` shows which events two states of a record mean, and why.',
    "## By name",
    table(
      ["Event", "HL7 v2", "Meaning"],
      bySubject.flatMap(([subject, events]) =>
        events.map((name) => [`[${name}](${subject}.md#${anchorOf(name)})`, triggersOf(name), eventType(name).means]),
      ),
    ),
    "## Settings",
    "Of a destination, beside `events`; shared/config/event-settings.ts has their forms.",
    table(["Setting", "What it says"], settings),
    "## Options",
    "Named in `options` of a destination. Those marked with * are always on for webhooks.",
    table(
      ["Option", "What it changes"],
      Object.entries(eventOptions).map(([name, option]) => [
        `\`${name}\`${"isRefinement" in option ? " *" : ""}`,
        option.means,
      ]),
    ),
  );
}

const settings: readonly (readonly [name: string, means: string])[] = [
  ["`only`", "Conditions beside the type of the event: patients, classes of the visit, locations, a FHIRPath filter."],
  ["`options`", "What is told differently or besides: see below."],
  [
    "`settle`",
    "How long a report that was just written waits for the results that it names, and a laboratory result for its report: 2 minutes unless said. Then they are told in one message; what changes after that is a correction.",
  ],
  [
    "`initialLoad`",
    "What is told of things that were there before: nothing, their present state, or their whole story.",
  ],
  ["`downgrade` (HL7 v2)", "`chain`: a less specific event in the place of one that is not taken; `omit`: nothing."],
  [
    "`patientUpdateEvent` (HL7 v2)",
    "A change of a person is told by `A31`, by the `A08` of each visit under way, or by `both`. So are allergies (where A60 is not taken), coverages and relatives.",
  ],
  ["`orderMode` (HL7 v2)", "`placer`: to who carries out orders; `notify`: to who listens. ORC-1 says which."],
  ["`orderMessages` (HL7 v2)", "OML^O21, OMG^O19, OMP^O09, RDE^O11 or ORM^O01, by what is ordered."],
  ["`triggers` (HL7 v2)", "Another trigger for an event, where its page names some."],
];

function subjectPage(subject: string, events: readonly EventName[]): string {
  return page(`# ${subject}.*`, origin, ...events.flatMap(eventBlocks));
}

function eventBlocks(name: EventName): readonly string[] {
  const { means, alternatives = [] } = eventType(name);
  const { message, webhook } = toldBy(name);
  const { options = [], orderMode } = examples[name];
  const settings = [
    ...options.map((option) => `\`${option}\``),
    ...(orderMode === "notify" ? ["`orderMode: notify`"] : []),
  ];
  const downgrades = downgradesOf(name);
  return [
    `## ${name}`,
    means,
    [
      `- HL7 v2: ${triggersOf(name) || "no message"}${alternatives.length > 0 ? `; if asked for in \`triggers\`, ${alternatives.join(" or ")}` : ""}`,
      ...(downgrades.length > 0 ? [`- Who does not take it gets: ${downgrades.join(", else ")}`] : []),
    ].join("\n"),
    table(["Rule", "Of", "When"], rowsFor(name)),
    ...(message === undefined
      ? []
      : [
          `As a message${settings.length > 0 ? `, with ${settings.join(" and ")}` : ""}:`,
          code("", message.replaceAll("\r", "\n").trimEnd()),
        ]),
    ...(webhook === undefined
      ? []
      : ["As a webhook:", code("json", JSON.stringify(JSON.parse(webhook), undefined, 2))]),
  ];
}

function rowsFor(name: EventName): string[][] {
  const rows = ruleRows().filter(({ event }) => event === name);
  const unique = new Map(rows.map((row) => [`${row.id} ${row.resourceType} ${row.title}`, row]));
  return [...unique.values()].map((row) => [row.id, row.resourceType, whenOf(row)]);
}

function whenOf({ title, option, unless, isResidue }: RuleRow): string {
  return [
    title,
    ...(option === undefined ? [] : [`with \`${option}\``]),
    ...(unless === undefined ? [] : [`without \`${unless}\``]),
    ...(isResidue ? ["where no other event tells it and the content differs"] : []),
  ].join("; ");
}

function triggersOf(name: EventName): string {
  const { trigger, repeated } = eventType(name);
  const first = typeof trigger === "object" ? trigger.among.join(", ") : (trigger ?? "");
  return repeated === undefined ? first : `${first}; told once more, ${repeated.among.join(", ")}`;
}

const origin = "Generated from the rule tables by `npm run docs`; a change belongs there.";

function anchorOf(name: string): string {
  return name.replaceAll(".", "");
}

function page(...blocks: readonly string[]): string {
  return `${blocks.join("\n\n")}\n`;
}

function code(language: string, text: string): string {
  return `\`\`\`${language}\n${text}\n\`\`\``;
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
  return [line(head), line(head.map(() => "---")), ...rows.map(line)].join("\n");
}
