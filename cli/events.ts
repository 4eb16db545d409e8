import { destinationsOf } from "../shared/config/bridge.ts";
import type { Bridge } from "../shared/config/schema.ts";
import { BridgeError, describeError } from "../shared/errors.ts";
import { type FactChange, isNothing } from "../shared/events/why.ts";
import { keyOf, type Resource, type ResourceKey } from "../shared/fhir.ts";
import type { Resources } from "./change-sets.ts";
import { readConfig } from "./config.ts";
import { eventsIn, type Found, type Listener } from "./events-told.ts";
import { readFhirFiles } from "./fhir-files.ts";
import { malformedPaths } from "./malformed.ts";
import { readOptions } from "./options.ts";
import type { Streams } from "./streams.ts";
import { UsageError } from "./usage-error.ts";

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
  const origins = new Map<Resource, string>();
  const before = await readFhirFiles(values.before, streams.in, origins);
  const after = await readFhirFiles(files, streams.in, origins);
  const malformed = new Map(
    [...origins].flatMap(([resource, file]): [Resource, readonly Failure[]][] => {
      const failures = failuresOf(listener, resource, file);
      return failures.length === 0 ? [] : [[resource, failures]];
    }),
  );
  const readable = (all: Resources) => new Map([...all].filter(([, resource]) => !malformed.has(resource)));
  const found = { ...eventsIn(listener, readable(before), readable(after)), failures: [...malformed.values()].flat() };
  if (values.json) streams.out.write(`${JSON.stringify(found, undefined, 2)}\n`);
  else write(found, streams);
  for (const failure of found.failures)
    streams.err.write(`${describeError(new BridgeError("ERR_FHIR_JSON", { details: { ...failure } }))}\n`);
  return found.failures.length === 0 ? 0 : 1;
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

/** An element for which its resource was left out, so that the others are told of. */
export interface Failure {
  readonly file: string;
  readonly focus: ResourceKey;
  /** FHIRPath */
  readonly path: string;
  readonly problem: string;
}

function failuresOf(listener: Listener, resource: Resource, file: string): readonly Failure[] {
  const isReadable = (each: Resource) => {
    try {
      eventsIn(listener, new Map(), new Map([[keyOf(each), each]]));
      return true;
    } catch (error) {
      // What the bridge can name is no mistake of the resource.
      return error instanceof BridgeError;
    }
  };
  const problem = "This is not as FHIR R4 has it, so its resource is left out";
  return malformedPaths(resource, isReadable).map((path) => ({ file, focus: keyOf(resource), path, problem }));
}

function write({ events, silent, failures }: Found & { failures: readonly Failure[] }, { out, err }: Streams): void {
  for (const { event, trigger, focus, rule, title, inPlaceOf, occurredAt, facts, isFocusMissing } of events) {
    const heading = [event, trigger, focus, occurredAt].filter((each) => each !== undefined);
    const place = inPlaceOf === undefined ? "" : ` (in the place of ${inPlaceOf})`;
    out.write(`${heading.join("  ")}\n  ${rule} ${title}${place}\n${linesOf(facts)}`);
    if (isFocusMissing) err.write(`Not sent: ${event}  What ${focus} points to is not in the files\n`);
  }
  for (const { focus, reason, facts } of silent) err.write(`Silent: ${focus}  ${reason}\n${linesOf(facts)}`);
  if (events.length + silent.length + failures.length === 0)
    err.write("These files hold nothing that the bridge speaks about\n");
}

const longest = 60;

/** Facts that are hashes say only that something else is there now. */
const hashes: ReadonlySet<string> = new Set(["content", "rest"]);

function linesOf(facts: readonly FactChange[]): string {
  return facts
    .map(({ fact, was, is }) =>
      hashes.has(fact) ? `    ${fact}: other than before\n` : `    ${fact}: ${inWords(was)} -> ${inWords(is)}\n`,
    )
    .join("");
}

function inWords(value: unknown): string {
  if (isNothing(value)) return "-";
  const text = typeof value === "string" ? value : JSON.stringify(Array.isArray(value) ? value : namesOf(value));
  return text.length > longest ? `${text.slice(0, longest)}...` : text;
}

/** What stands behind the names of a record are hashes too. */
function namesOf(value: unknown): unknown {
  return typeof value === "object" && value !== null ? Object.keys(value) : value;
}
