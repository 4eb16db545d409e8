import type { Change, ChangeSet } from "../shared/changes/change.ts";
import { contentHash } from "../shared/changes/content.ts";
import { inCausalOrder } from "../shared/changes/diff.ts";
import type { WorkItem } from "../shared/delivery/delivery.ts";
import { type Message, tell } from "../shared/delivery/tell.ts";
import { BridgeError } from "../shared/errors.ts";
import { subjectsOf } from "../shared/events/subjects.ts";
import { patientIdOf, type Resource, type ResourceKey } from "../shared/fhir.ts";
import { type Rendered, renderMessage } from "../shared/hl7/render.ts";
import { hl7Link, type Link, readConfig } from "./config.ts";
import { readFhirFiles } from "./fhir-files.ts";
import { readOptions } from "./options.ts";
import type { Streams } from "./streams.ts";
import { UsageError } from "./usage-error.ts";

type Resources = ReadonlyMap<ResourceKey, Resource>;

/** A message as `--json` prints it. */
export interface Translation extends Pick<Rendered, "trigger" | "structure" | "controlId" | "er7"> {
  readonly workList: readonly WorkItem[];
}

export async function run(parameters: readonly string[], streams: Streams): Promise<number> {
  const { values, positionals: files } = readOptions(parameters, {
    destination: { type: "string" },
    config: { type: "string" },
    before: { type: "string", multiple: true, default: [] },
    json: { type: "boolean", default: false },
    raw: { type: "boolean", default: false },
  });
  if (files.length === 0) throw new UsageError("Give at least one FHIR JSON file");
  if ([...files, ...values.before].filter((file) => file === "-").length > 1)
    throw new UsageError("Standard input can be read once only");

  const link = hl7Link(await readConfig(values.config), values.destination);
  const { messages, failures, silent } = translate(
    link,
    await readFhirFiles(values.before, streams.in),
    await readFhirFiles(files, streams.in),
  );
  write(messages, values, streams);
  for (const failure of failures) streams.err.write(`Not sent: ${failure}\n`);
  for (const key of silent) streams.err.write(`Nothing to send for ${key}\n`);
  if (messages.length + failures.length + silent.length === 0)
    streams.err.write("These files hold nothing that the bridge sends messages about\n");
  return failures.length === 0 ? 0 : 1;
}

/**
 * What the bridge would send to a destination that was told everything in `before`, and nothing else, when it sees
 * `after`.
 */
export function translate(
  link: Link,
  before: Resources,
  after: Resources,
): {
  readonly messages: readonly Translation[];
  readonly failures: readonly string[];
  /** Resources that changed and that have nothing to tell: a report without its results, a cancelled plan. */
  readonly silent: readonly ResourceKey[];
} {
  const rendered = new Map<string, Rendered>();
  const renderers = {
    renderMessage(input: Parameters<typeof renderMessage>[0]): Rendered {
      const message = renderMessage(input);
      rendered.set(message.controlId, message);
      return message;
    },
    renderWebhook(): never {
      throw new BridgeError("ERR_INTERNAL", { details: { problem: "A message is not told by webhook" } });
    },
  };
  const messages: Translation[] = [];
  const failures: string[] = [];
  const silent: ResourceKey[] = [];
  for (const changeSet of changeSetsOf(link.sourceName, before, after)) {
    const subjects = subjectsOf(changeSet);
    const { name, destination, source } = link;
    for (const subject of subjects) {
      const telling = tell({ name, destination, source, changeSet, subjects, renderers }, subject, undefined);
      if (telling.messages.length === 0) silent.push(subject.key);
      for (const message of telling.messages) {
        const found = rendered.get(message.head.id);
        if (message.body === undefined || found === undefined) failures.push(describe(message));
        else messages.push({ ...pick(found), workList: message.workList });
      }
    }
  }
  return { messages, failures, silent };
}

function pick({ trigger, structure, controlId, er7 }: Rendered): Omit<Translation, "workList"> {
  return { trigger, structure, controlId, er7 };
}

/** One change set for each patient, as the bridge would poll them; what belongs to nobody is there for all. */
function changeSetsOf(source: string, before: Resources, after: Resources): readonly ChangeSet[] {
  const changes = [...after].flatMap(([key, resource]): Change[] => {
    const known = before.get(key);
    if (known !== undefined && contentHash(known) === contentHash(resource)) return [];
    return [{ after: resource, initial: false, ...(known !== undefined && { before: known }) }];
  });
  const context = [...new Map([...before, ...after]).values()];
  const detectedAt = new Date().toISOString();
  const byPatient = Map.groupBy(changes.toSorted(inCausalOrder), ({ after: changed }) => patientIdOf(changed) ?? "");
  return [...byPatient].map(([patient, own]) => ({
    id: `translate-${patient}`,
    source,
    patient,
    detectedAt,
    changes: own,
    context,
  }));
}

function describe({ head, failure, workList }: Message): string {
  const where = workList.flatMap(({ field, path }) => [field, path]).filter((text) => text !== undefined);
  return [head.trigger ?? head.event, head.focus, failure, ...where].join(" ");
}

function write(
  messages: readonly Translation[],
  { json, raw }: { json: boolean; raw: boolean },
  { out, err }: Streams,
): void {
  if (json) {
    out.write(`${JSON.stringify(messages, undefined, 2)}\n`);
    return;
  }
  const end = raw ? "\r" : "\n";
  out.write(messages.map(({ er7 }) => er7.replaceAll("\r", end)).join(end));
  const talk = messages.flatMap(({ trigger, workList }) => workList.map((item) => describeItem(trigger, item)));
  for (const line of new Set(talk)) err.write(`${line}\n`);
}

function describeItem(trigger: string, { severity, reason, field, path, code }: WorkItem): string {
  return [`${severity}:`, trigger, field, reason, code ?? path].filter(Boolean).join(" ");
}
