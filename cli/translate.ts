import type { WorkItem } from "../shared/delivery/delivery.ts";
import { concerns } from "../shared/delivery/plan.ts";
import { type Message, tellAll } from "../shared/delivery/tell.ts";
import { BridgeError, describeError } from "../shared/errors.ts";
import type { Trigger } from "../shared/events/event.ts";
import { subjectsOf } from "../shared/events/subjects.ts";
import { keyOf, type Resource, type ResourceKey } from "../shared/fhir.ts";
import { type Rendered, type RenderRequest, renderMessage } from "../shared/hl7/render.ts";
import { charsets } from "../shared/mllp/charset.ts";
import { changeSetsOf, type Resources } from "./change-sets.ts";
import { hl7Link, type Link, readConfig } from "./config.ts";
import { readTrigger, requestsFor } from "./events-named.ts";
import { readFhirFiles } from "./fhir-files.ts";
import { malformedPaths } from "./malformed.ts";
import { readOptions } from "./options.ts";
import type { Streams } from "./streams.ts";
import { UsageError } from "./usage-error.ts";

/** A message as `--json` prints it. */
export interface Translation extends Pick<Rendered, "trigger" | "structure" | "controlId" | "er7"> {
  readonly workList: readonly WorkItem[];
}

export interface Translations {
  readonly messages: readonly (Translation & { readonly request: RenderRequest })[];
  readonly failures: readonly string[];
  /** Resources that changed and that have nothing to tell: a report without its results, a cancelled plan. */
  readonly silent: readonly ResourceKey[];
}

/** The options that say what is translated for whom; `explain` takes them too. */
export const translateOptions = {
  destination: { type: "string" },
  config: { type: "string" },
  version: { type: "string" },
  as: { type: "string" },
  before: { type: "string", multiple: true, default: [] as string[] },
} as const;

export interface TranslateValues {
  readonly destination?: string | undefined;
  readonly config?: string | undefined;
  readonly version?: string | undefined;
  readonly as?: string | undefined;
  readonly before: string[];
}

export async function run(parameters: readonly string[], streams: Streams): Promise<number> {
  const { values, positionals: files } = readOptions(parameters, {
    ...translateOptions,
    json: { type: "boolean", default: false },
    raw: { type: "boolean", default: false },
  });
  const translations = await translateFiles(values, files, streams);
  write(translations.messages, values, streams);
  return conclude(translations, streams);
}

/** Reads the files and translates them as the options say. */
export async function translateFiles(
  values: TranslateValues,
  files: readonly string[],
  streams: Streams,
): Promise<Translations> {
  if (files.length === 0) throw new UsageError("Give at least one FHIR JSON file");
  if ([...files, ...values.before].filter((file) => file === "-").length > 1)
    throw new UsageError("Standard input can be read once only");
  const trigger = values.as === undefined ? undefined : readTrigger(values.as);
  const link = hl7Link(await readConfig(values.config), values.destination, values.version);
  const before = await readFhirFiles(values.before, streams.in);
  const after = await readFhirFiles(files, streams.in);
  return trigger === undefined ? translate(link, before, after) : translateAs(trigger, link, before, after);
}

/** Says on the side what became no message. @returns the exit status */
export function conclude({ messages, failures, silent }: Translations, { err }: Streams): number {
  for (const failure of failures) err.write(`Not sent: ${failure}\n`);
  for (const key of silent) err.write(`Nothing to send for ${key}\n`);
  if (messages.length + failures.length + silent.length === 0)
    err.write("These files hold nothing, or nothing new, that the bridge sends messages about\n");
  return failures.length === 0 ? 0 : 1;
}

/** The messages of one trigger, without asking the event rules. */
export function translateAs(trigger: Trigger, link: Link, before: Resources, after: Resources): Translations {
  const messages: (Translation & { request: RenderRequest })[] = [];
  const failures: string[] = [];
  for (const request of requestsFor(trigger, link, before, after)) {
    try {
      const rendered = renderMessage(request);
      messages.push({ ...pick(rendered), workList: rendered.workList, request });
    } catch (error) {
      if (!(error instanceof BridgeError)) throw error;
      failures.push(`${trigger} ${request.event.focus} ${describeError(error)}`);
    }
  }
  return { messages, failures, silent: [] };
}

/**
 * What the bridge would send to a destination that was told everything in `before`, and nothing else, when it sees
 * `after`.
 */
export function translate(link: Link, before: Resources, after: Resources): Translations {
  const rendered = new Map<string, Rendered & { readonly request: RenderRequest }>();
  const renderers = renderersOf((input) => {
    const message = renderMessage(input);
    const { trigger, structure, controlId, er7, workList } = message;
    rendered.set(controlId, { trigger, structure, controlId, er7, contentHash: "", workList, request: input });
    return message;
  });
  const messages: (Translation & { request: RenderRequest })[] = [];
  const failures: string[] = [];
  const silent: ResourceKey[] = [];
  for (const changeSet of changeSetsOf(link.sourceName, before, after)) {
    const { name, destination, source } = link;
    const all = subjectsOf(changeSet);
    const subjects = all.filter((subject) => concerns(destination, subject));
    const others = all.filter((subject) => subject.isChanged && !subjects.includes(subject));
    silent.push(...others.map(({ key }) => key));
    const tellings = tellAll({ name, destination, source, changeSet, subjects, renderers }, subjects, new Map());
    for (const [index, telling] of tellings.entries()) {
      const isQuiet = telling.messages.length === 0 && telling.next?.event === undefined;
      if (isQuiet && subjects[index]?.isChanged) silent.push(telling.key);
      for (const message of telling.messages) {
        const found = rendered.get(message.head.id);
        if (message.failure === "unreadable") failures.push(describeUnreadable(message, link, after));
        else if (message.body === undefined || found === undefined) failures.push(describe(message));
        else messages.push({ ...pick(found), workList: message.workList, request: found.request });
      }
    }
  }
  return { messages, failures, silent };
}

function pick({ trigger, structure, controlId, er7 }: Rendered): Omit<Translation, "workList"> {
  return { trigger, structure, controlId, er7 };
}

function describe({ head, failure, workList }: Message): string {
  const where = workList.flatMap(({ field, path, code, detail }) => [field, path, code, detail]).filter(Boolean);
  return [head.trigger ?? head.event, head.focus, failure, ...where].join(" ");
}

function renderersOf(render: typeof renderMessage) {
  return {
    renderMessage: render,
    renderWebhook(): never {
      throw new BridgeError("ERR_INTERNAL", { details: { problem: "A message is not told by webhook" } });
    },
  };
}

/** `Not sent: Patient/1 Patient.name is not as FHIR R4 has it`: the elements for which a resource cannot be read. */
function describeUnreadable({ head }: Message, link: Link, resources: Resources): string {
  const resource = [...resources.values()].find((each) => keyOf(each) === head.focus);
  const paths = resource === undefined ? [] : malformedPaths(resource, (each) => isReadable(each, link));
  if (paths.length === 0) return `${head.focus} cannot be read together with what came along`;
  return `${head.focus} ${paths.join(", ")} is not as FHIR R4 has it: correct it, or leave the resource out`;
}

function isReadable(resource: Resource, { name, destination, source, sourceName }: Link): boolean {
  const renderers = renderersOf(renderMessage);
  return changeSetsOf(sourceName, new Map(), new Map([[keyOf(resource), resource]])).every((changeSet) => {
    const subjects = subjectsOf(changeSet);
    const tellings = tellAll({ name, destination, source, changeSet, subjects, renderers }, subjects, new Map());
    return tellings.every(({ messages }) => messages.every(({ failure }) => failure !== "unreadable"));
  });
}

function write(
  messages: Translations["messages"],
  { json, raw }: { json: boolean; raw: boolean },
  { out, err }: Streams,
): void {
  if (json) {
    const plain = messages.map(({ request: _, ...translation }) => translation);
    out.write(`${JSON.stringify(plain, undefined, 2)}\n`);
    return;
  }
  if (raw) for (const [index, message] of messages.entries()) out.write(bytesOf(message, index > 0));
  else out.write(messages.map(({ er7 }) => er7.replaceAll("\r", "\n")).join("\n"));
  talkOf(messages, err);
}

/** As they leave, in the character set of the destination; an empty line stands between two messages. */
function bytesOf({ er7, request }: Translations["messages"][number], isLater: boolean): Uint8Array {
  return charsets[request.destination.characterSet].encode(isLater ? `\r${er7}` : er7);
}

/** The work items, once each. */
export function talkOf(messages: Translations["messages"], err: Streams["err"]): void {
  const talk = messages.flatMap(({ trigger, workList }) => workList.map((item) => describeItem(trigger, item)));
  for (const line of new Set(talk)) err.write(`${line}\n`);
}

/** `warning: ORU^R01 OBX-8 unmapped-code https://hospital.example.org/codes|CRIT (3 times)` */
function describeItem(trigger: string, { severity, reason, field, path, code, detail, count = 1 }: WorkItem): string {
  const times = count > 1 ? `(${count} times)` : undefined;
  return [`${severity}:`, trigger, field, reason, code ?? path ?? detail, times].filter(Boolean).join(" ");
}
