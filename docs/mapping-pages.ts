import { type Hl7Version, hl7Versions } from "../shared/hl7/dictionary/contents.ts";
import { definitionsOf, type FieldDefinition, type Usage } from "../shared/hl7/dictionary/definitions.ts";
import { mappingVersion, triggerFormOf } from "../shared/hl7/dictionary/triggers.ts";
import type { Row, SegmentTable } from "../shared/hl7/mapping.ts";
import { messages } from "../shared/hl7/messages/index.ts";
import type { MessageDefinition, Part } from "../shared/hl7/messages/message.ts";
import { sft } from "../shared/hl7/segments/sft.ts";
import type { CodeMap } from "../shared/hl7/tables/code-map.ts";

/**
 * The mapping as pages for whoever builds the other side of an interface: one for each message and each segment, made from
 * the tables that render.
 *
 * @returns file name below docs/mapping to Markdown text
 */
export function mappingPages(): ReadonlyMap<string, string> {
  const bySegment = Map.groupBy(usedTables(), ({ name }) => name);
  return new Map([
    ["README.md", indexPage([...bySegment.keys()])],
    ...messages.map((message): [string, string] => [`${message.structure}.md`, messagePage(message)]),
    ...[...bySegment].map(([name, tables]): [string, string] => [`${name}.md`, segmentPage(name, tables)]),
  ]);
}

const definitions = definitionsOf(mappingVersion);

/** Each table once, in the order of the messages. */
function usedTables(): readonly SegmentTable[] {
  return [...new Set([...messages.flatMap(({ parts }) => parts.flatMap(tablesIn)), sft])];
}

function tablesIn(part: Part): readonly SegmentTable[] {
  return "group" in part ? part.parts.flatMap(tablesIn) : [part.table];
}

function segmentName(id: string): string {
  return definitions?.segments.get(id)?.name ?? id;
}

function page(...blocks: readonly (string | undefined)[]): string {
  return `${blocks.filter((block) => block !== undefined && block !== "").join("\n\n")}\n`;
}

const origin = "Generated from the mapping tables by `npm run docs`; a change belongs there.";

function indexPage(segments: readonly string[]): string {
  return page(
    "# What the bridge sends",
    origin,
    `Fields are those of HL7 v2 ${mappingVersion}. A destination of another version gets the same facts in the fields, data types and structures that its version has; what it says otherwise in its configuration (overlays, value sets, fallbacks) goes before all of this. \`ignite-bridge explain\` shows for a given resource where every field came from.`,
    "What stands under From is a FHIR path: it starts from a FHIR R4 resource of the message, or from what the bridge calls by a name of its own (below). Several paths stand in the order in which they are looked at; an extension is named by the end of its URL.",
    "## Messages",
    table(
      ["Message", "Trigger events"],
      messages.map(({ structure, triggers }) => [`[${structure}](${structure}.md)`, triggers.join(", ")]),
    ),
    "## Segments",
    table(
      ["Segment", "Name"],
      segments.toSorted().map((id) => [`[${id}](${id}.md)`, segmentName(id)]),
    ),
    "## Where other versions say it",
    table(
      ["Versions", `In ${mappingVersion}`, "There", "What"],
      elsewhere.map(({ first, last, from, to, what }) => [spans([first, last]), from, to.join(", "), what]),
    ),
    "Events that a version has no name for go by the one that it had for the purpose: up to 2.3.1, orders (OML^O21, OMG^O19, OMP^O09) are ORM^O01, encoded prescriptions RDE^O01 and administrations RAS^O01. What a version has no place for at all is not sent, and is a work item.",
    "## Names that are not FHIR's",
    table(
      ["Name", "What it is"],
      Object.entries(ownNames).map(([name, meaning]) => [code(name), meaning]),
    ),
  );
}

interface Elsewhere {
  readonly first: Hl7Version;
  readonly last: Hl7Version;
  readonly from: string;
  readonly to: readonly string[];
  readonly what: string;
}

/** What versions say in other fields or segments than the mapping does: the moves of shared/hl7/conformance. */
export const elsewhere: readonly Elsewhere[] = [
  {
    first: "2.3",
    last: "2.4",
    from: "TQ1",
    to: ["ORC-7", "OBR-27", "RXE-1", "SCH-11"],
    what: "The timing of an order, of what it orders, and of an appointment",
  },
  { first: "2.3", last: "2.4", from: "ORC-7", to: ["OBR-27", "RXE-1"], what: "The same, repeated in what is ordered" },
  { first: "2.3", last: "2.4", from: "TQ1-9", to: ["OBR-5"], what: "The priority" },
  { first: "2.3", last: "2.4", from: "SPM", to: ["OBR-15"], what: "The first specimen of a request" },
  { first: "2.3", last: "2.4", from: "SPM-12", to: ["OBR-9"], what: "How much was collected" },
  { first: "2.3", last: "2.4", from: "SPM-18", to: ["OBR-14"], what: "When the specimen was received" },
  { first: "2.3", last: "2.5", from: "OBX-23", to: ["OBX-15"], what: "The laboratory that found a result" },
  { first: "2.6", last: "2.8", from: "PR1-8", to: ["ROL", "PRT"], what: "The anesthesiologist" },
  { first: "2.6", last: "2.8", from: "PR1-11", to: ["ROL", "PRT"], what: "The surgeon" },
  { first: "2.6", last: "2.8", from: "PR1-12", to: ["ROL", "PRT"], what: "Who else did the procedure" },
  { first: "2.7", last: "2.8", from: "PD1-4", to: ["ROL", "PRT"], what: "The primary care provider" },
  { first: "2.7", last: "2.8", from: "PV1-52", to: ["ROL", "PRT"], what: "Other providers of a visit" },
  { first: "2.7", last: "2.8", from: "SCH-11", to: ["TQ1"], what: "When an appointment is" },
];

/** What paths start from beside the resources of FHIR. */
export const ownNames: Readonly<Record<string, string>> = {
  Diagnosis: "An entry of `Encounter.diagnosis`",
  Dosage: "One dosage of a medication request or of an administration",
  Dose: "An entry of `Dosage.doseAndRate`",
  Guarantor: "Who pays: the person or organization of an entry of `Account.guarantor`",
  Ingredient: "An entry of `Medication.ingredient`",
  Key: "The key of the record in the master file: of a person or of a place",
  Language: "A language of `Practitioner.communication`",
  MergedAccount: "The account that ended, or that was called otherwise",
  MergedEncounter: "The visit that ended, or that was called otherwise",
  MergedPatient: "The person's record that ended, or that was called otherwise",
  NextOfKin: "A RelatedPerson, or an entry of `Patient.contact`",
  Note: "An annotation, or what has no field of its own in the version",
  OrderControl: "What happened to the order (HL70119)",
  Parent: "The result that a group of results is about, as the germ whose resistance was tested",
  Participant: "An entry of `Appointment.participant`",
  Payor: "The organization of `Coverage.payor`",
  Report: "The DiagnosticReport; for an Observation without one, what a report would say of it",
  Result: "The Observation, or a component of it, whose value an OBX has",
  Role: "A person in a role: of a visit or of a problem",
  Service: "A service that an appointment is for",
  Subscriber: "Who holds the policy: the patient, or a RelatedPerson",
  Timing: "The timing of an order, or of one of its dosages",
  conjunction: "How timings follow one another (HL70472)",
  destination: "The configuration of the receiver",
  event: "The event that is told: its type, when it happened, when it was recorded, the resource before it",
  eventTime: "One time of `Timing.event`",
  message: "The message itself: its code, trigger event, id, time",
  setId: "The position of a segment among those of its group, from 1",
  source: "The configuration of the tenant",
  subId: "The number of an observation in its report",
};

function messagePage({ structure, triggers, parts }: MessageDefinition): string {
  return page(
    `# ${structure}`,
    origin,
    `Trigger events: ${triggers.join(", ")}`,
    "## Segments",
    `\`[ ]\`: only where there is something to say. \`{ }\`: one for each of what there is, and none where there is nothing. A segment with versions behind it is sent in those only; SFT stands behind MSH where the receiver asks for it.`,
    partLines(parts, 0).join("\n"),
    "## Versions",
    table(
      ["Version", ...triggers],
      hl7Versions.map((version) => [
        version,
        ...triggers.map((trigger) => {
          const form = triggerFormOf(trigger, version);
          return form === undefined ? "-" : `${form.messageCode}^${form.event}^${form.structure}`;
        }),
      ]),
    ),
    "In 2.3, MSH-9 has no third component: what stands there names the grammar that the message follows.",
  );
}

function partLines(parts: readonly Part[], depth: number): readonly string[] {
  return parts.flatMap((part) => {
    const indent = "  ".repeat(depth);
    if ("group" in part) return [`${indent}- ${part.group} { }`, ...partLines(part.parts, depth + 1)];
    const { name, about } = part.table;
    const marks = [part.isRequired ? "" : "[ ]", part.contexts === undefined ? "" : "{ }"].filter(Boolean).join(" ");
    const text = [`${indent}- [${name}](${name}.md) ${segmentName(name)}`, marks, about, versionsWith(name)]
      .filter(Boolean)
      .join(" ");
    return [text];
  });
}

function segmentPage(name: string, tables: readonly SegmentTable[]): string {
  const blocks = tables.flatMap((each) => [
    tables.length === 1 ? "## Fields" : `## In ${messagesWith(each).join(", ") || "any message"}`,
    each.about,
    table(
      ["Field", "Name", "Type", "Use", "From", "How", "Codes", "Versions"],
      each.rows.map((row) => rowCells(name, row)),
    ),
  ]);
  const maps = new Map(
    tables.flatMap(({ rows }) => rows.flatMap(({ map }) => (map === undefined ? [] : [[map.name, map]]))),
  );
  return page(
    `# ${name} ${segmentName(name)}`,
    origin,
    `Fields, names and types are those of HL7 v2 ${mappingVersion}; [README](README.md) says what other versions get, and what the paths start from.`,
    `In ${[...new Set(tables.flatMap(messagesWith))].map((each) => `[${each}](${each}.md)`).join(", ") || "any message, by option"}.`,
    ...blocks,
    ...(maps.size === 0 ? [] : ["## Codes"]),
    ...[...maps.values()].flatMap(codeBlocks),
  );
}

function messagesWith(wanted: SegmentTable): readonly string[] {
  return messages.filter(({ parts }) => parts.flatMap(tablesIn).includes(wanted)).map(({ structure }) => structure);
}

const uses: Readonly<Record<Usage, string>> = {
  R: "required",
  O: "",
  C: "conditional",
  B: "older receivers",
  W: "withdrawn",
};

/** As 2.5.1 has it, else as the first later version does. */
function fieldIn(segment: string, position: number): FieldDefinition | undefined {
  return hl7Versions
    .slice(hl7Versions.indexOf(mappingVersion))
    .map((version) => definitionsOf(version)?.segments.get(segment)?.fields[position - 1])
    .find((field) => field !== undefined && !isReserved(field));
}

/** Places that 2.5.1 keeps free for 2.6. */
function isReserved({ name }: FieldDefinition): boolean {
  return name.startsWith("Reserved");
}

function rowCells(segment: string, row: Row): readonly string[] {
  const definition = fieldIn(segment, row.position);
  const { id, type, paths, rule, map, repeats } = row;
  return [
    id,
    definition?.name ?? "",
    repeats ? `${definition?.type ?? type}, repeats` : (definition?.type ?? type),
    definition === undefined ? "" : uses[definition.usage],
    paths.map(({ text }) => code(shortened(text))).join(" or "),
    [rule, otherwise(row)].filter((text) => text !== undefined).join("; "),
    map === undefined ? "" : `[${map.table}](#${anchor(map)})`,
    versionsOf(segment, row.position),
  ];
}

function otherwise({ otherwise: fallback, nullOn }: Row): string | undefined {
  const texts = [
    typeof fallback === "string" ? `else ${code(fallback)}` : undefined,
    nullOn.length === 0 ? undefined : `${code('""')} in ${nullOn.join(", ")} where empty`,
  ].filter((text) => text !== undefined);
  return texts.length === 0 ? undefined : texts.join("; ");
}

/** The URLs of FHIR's own extensions say nothing more than their names. */
function shortened(path: string): string {
  return path.replace(/'https?:\/\/[^']*\/([^/']+)'/g, "'$1'");
}

/** Where a segment is not in every version; empty where it is. */
function versionsWith(segment: string): string {
  const text = spansOf(hl7Versions.filter((version) => definitionsOf(version)?.segments.has(segment)));
  return text === "" ? "" : `(${text})`;
}

/** Where a field is not in every version; empty where it is. */
function versionsOf(segment: string, position: number): string {
  return spansOf(
    hl7Versions.filter((version) => isThere(definitionsOf(version)?.segments.get(segment)?.fields[position - 1])),
  );
}

function spansOf(having: readonly Hl7Version[]): string {
  if (having.length === hl7Versions.length) return "";
  return having.length === 0 ? "none" : spans(having);
}

function isThere(field: FieldDefinition | undefined): boolean {
  return field !== undefined && field.usage !== "W" && !isReserved(field);
}

function spans(versions: readonly Hl7Version[]): string {
  const [first = "", last = first] = [versions[0], versions.at(-1)];
  return first === last ? first : `${first} to ${last}`;
}

function codeBlocks(map: CodeMap): readonly string[] {
  const rows = Object.entries(map.codes).map(([from, to]) => [
    code(from),
    to === null ? "nothing" : code(to),
    map.names[to ?? ""] ?? "",
  ]);
  return [
    `### ${map.table} ${map.name}`,
    map.note,
    map.systems.length === 0
      ? ""
      : `From ${map.systems.map(code).join(", ")}; a code of the table itself stays as it is.`,
    rows.length === 0 ? "" : table(["FHIR", "HL7 v2", "Name"], rows),
    map.isOpen ? "Other codes are sent as they are." : "A code without a row is sent as it is, and is a work item.",
  ];
}

/** As Markdown renderers make it of the heading. */
function anchor({ table: id, name }: CodeMap): string {
  return `${id} ${name}`
    .toLowerCase()
    .replace(/[^\p{L}\p{N} -]/gu, "")
    .replaceAll(" ", "-");
}

function code(text: string): string {
  return `\`${text}\``;
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell) => cell.replaceAll("|", "\\|").replaceAll("\n", " ")).join(" | ")} |`;
  return [line(head), line(head.map(() => "---")), ...rows.map(line)].join("\n");
}
