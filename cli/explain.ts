import type { WorkItem } from "../shared/delivery/delivery.ts";
import { definitionsOf } from "../shared/hl7/dictionary/definitions.ts";
import { explainMessage, type FieldLineage } from "../shared/hl7/explain.ts";
import { composeMessage, type RenderRequest } from "../shared/hl7/render.ts";
import { readOptions } from "./options.ts";
import type { Streams } from "./streams.ts";
import { conclude, type Translations, talkOf, translateFiles, translateOptions } from "./translate.ts";

/** A message as `--json` prints it. */
export interface Explanation {
  readonly trigger: string;
  readonly structure: string;
  readonly version: string;
  readonly fields: readonly ExplainedField[];
  readonly workList: readonly WorkItem[];
}

export interface ExplainedField extends FieldLineage {
  /** As the version of the destination names it; a Z-segment has no names. */
  readonly name: string | undefined;
  /** The value sets of the destination that its codes were held against: `PID-11.7`. */
  readonly valueSets: readonly string[] | undefined;
}

export async function run(parameters: readonly string[], streams: Streams): Promise<number> {
  const { values, positionals: files } = readOptions(parameters, {
    ...translateOptions,
    json: { type: "boolean", default: false },
  });
  const translations = await translateFiles(values, files, streams);
  const explanations = translations.messages.map(explain);
  if (values.json) streams.out.write(`${JSON.stringify(explanations, undefined, 2)}\n`);
  else {
    streams.out.write(explanations.map(describe).join("\n"));
    talkOf(translations.messages, streams.err);
  }
  return conclude(translations, streams);
}

function explain({ request, trigger, structure, workList }: Translations["messages"][number]): Explanation {
  return { trigger, structure, version: request.destination.version, fields: fieldsOf(request), workList };
}

function fieldsOf(request: RenderRequest): readonly ExplainedField[] {
  const { message, scope } = composeMessage(request);
  const segments = definitionsOf(scope.settings.version)?.segments;
  return explainMessage(message, scope.settings.delimiters).map((lineage) => {
    const [segment = "", position] = lineage.field.split("-");
    const own = Object.keys(request.destination.valueSets).filter((key) => key.split(".")[0] === lineage.field);
    return {
      ...lineage,
      name: segments?.get(segment)?.fields[Number(position) - 1]?.name,
      valueSets: own.length === 0 ? undefined : own,
    };
  });
}

/** A block for each message, a line for each field, wide enough for the longest position and name. */
function describe({ trigger, structure, version, fields }: Explanation): string {
  const places = fields.map(({ field, occurrence }) =>
    occurrence === 1 ? field : field.replace("-", `[${occurrence}]-`),
  );
  const width = Math.max(...places.map(({ length }) => length));
  const nameWidth = Math.max(...fields.map(({ name = "" }) => name.length));
  const lines = fields.map((field, index) =>
    [
      `  ${places[index]?.padEnd(width)}`,
      (field.name ?? "").padEnd(nameWidth),
      field.value,
      `<- ${sourceOf(field)}`,
    ].join("  "),
  );
  return [`${trigger} ${structure} ${version}`, ...lines, ""].join("\n");
}

/** Where a value comes from, the most telling first. */
function sourceOf({ origin, path, resource, rule, table, valueSets }: ExplainedField): string {
  if (isReplaced(origin)) return origin;
  const from = resource === undefined ? path : `${path} (${resource})`;
  const set = valueSets === undefined ? undefined : `value set ${valueSets.join(", ")}`;
  const parts = origin === "mapped" ? [from] : [origin, from];
  return [...parts, table, set, rule].filter((part) => part !== undefined).join("; ");
}

/** An overlay of a whole field leaves nothing of what was there; of a part of it, or a further repetition, it does. */
const wholeField = /^overlay [A-Z][A-Z0-9]{2}-\d+: (?!add |replace)/;

function isReplaced(origin: string): boolean {
  return origin.split("; ").some((each) => wholeField.test(each));
}
