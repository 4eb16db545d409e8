import { pathToFileURL } from "node:url";
import type { Overlays } from "../../shared/config/overlay.ts";
import type { Hl7Destination } from "../../shared/config/schema.ts";
import type { Trigger } from "../../shared/events/event.ts";
import { keyOf, type Resource } from "../../shared/fhir.ts";
import type { Hl7Version } from "../../shared/hl7/dictionary/contents.ts";
import { type Field, type Message, repetitionsOf, type Segment, valueAt } from "../../shared/hl7/model.ts";
import { destination, read, render } from "./bundle-messages.ts";
import { agrees, compareSegments, instantOf, type Leaf, matchSegments } from "./compare.ts";
import { isThere, type Pair, pairsIn, skipped } from "./folders.ts";
import { absent, explain } from "./reasons.ts";
import { holds, latest, statedVersion } from "./versions.ts";

/** A leaf that differs, and why; without a reason it is a defect of the mapping, or of the table of reasons. */
export interface Judged extends Leaf {
  readonly pair: string;
  readonly reason: string | undefined;
}

/** How far the bridge says the same as the samples in one field. */
export interface Agreement {
  readonly corpus: string;
  /** `PID-3`; the segment alone where one of the two does not have it. */
  readonly field: string;
  readonly compared: number;
  readonly agreed: number;
  /** All that the sample says is said, and more. */
  readonly more: number;
  /** All that differs is nowhere in the FHIR of the sample. */
  readonly notInFhir: number;
  /** The bridge says something else, for a reason. */
  readonly otherwise: number;
  readonly unexplained: number;
}

/** A leaf of a pair. */
export interface Told extends Leaf {
  readonly pair: string;
  readonly resources: readonly Resource[];
}

export interface Report {
  readonly agreements: readonly Agreement[];
  readonly differences: readonly Judged[];
  /** All leaves, with the pair that they are of. */
  readonly leaves: readonly Told[];
}

const reportStream = "https://reportstream.cdc.gov/fhir/StructureDefinition";

/** Set ids, and what only the sender of a message decides. */
const ignored: ReadonlySet<string> = new Set(["EVN-1", "EVN-2", "NK1-1", "OBX-1"]);

/** Fields of the samples that FHIR has no place of its own for: the same content stands in another field. */
const moved: Readonly<Record<string, Readonly<Record<number, number>>>> = { NK1: { 32: 4 } };

/** What converters tell in extensions of their own, where US Core or nobody has one. */
const ofConverters: Overlays = {
  "PID-10": { fhirPath: "Patient.extension('http://ibm.com/fhir/cdm/StructureDefinition/local-race-cd').value" },
  "PID-22": { fhirPath: `Patient.extension('${reportStream}/ethnic-group').value` },
  "PID-27": {
    firstOf: [
      { fhirPath: `Patient.extension('${reportStream}/veteran-military-status').value` },
      {
        fhirPath:
          "Patient.extension('http://example.com/v2-to-fhir-converter/StructureDefinition/VeteranMilitaryStatus').value",
      },
    ],
  },
};

/** A destination that takes whatever HL7 v2 can say, from a source whose converter made URLs of namespaces. */
function receiverOf({ expected, resources }: Pair, version: Hl7Version): Hl7Destination {
  return {
    ...destination,
    version,
    overlays: { ...destination.overlays, ...ofConverters },
    assigningAuthorities: { ...destination.assigningAuthorities, ...namespacesIn(resources) },
    preferences: {
      ...destination.preferences,
      former: true,
      patientIdentifierTypes: [...destination.preferences.patientIdentifierTypes, ...typesIn(expected)],
    },
  };
}

const namespaceUrl = /^http:\/\/example\.com\/v2-to-fhir-converter\/(?:Identifier|CodeSystem)\/([\w-]+)$/;

/** What the systems of numbers stand for; where a number of the system has an assigner, that is the authority. */
function namespacesIn(resources: readonly Resource[]): Record<string, { namespaceId: string }> {
  const numbers = resources.flatMap(numbersIn);
  const assigned = new Set(numbers.filter(({ assigner }) => assigner !== undefined).map(({ system }) => system));
  return Object.fromEntries(
    numbers.flatMap(({ system = "" }) => {
      const name = assigned.has(system) ? undefined : namespaceUrl.exec(system)?.[1];
      return name === undefined ? [] : [[system, { namespaceId: name.replaceAll("-", " ") }]];
    }),
  );
}

function numbersIn(value: unknown): readonly fhir4.Identifier[] {
  if (typeof value !== "object" || value === null) return [];
  const own = value as fhir4.Identifier;
  const inner = Object.values(value).flatMap(numbersIn);
  return typeof own.system === "string" && typeof own.value === "string" ? [own, ...inner] : inner;
}

/** HL70203 codes of the numbers that the sample tells. */
function typesIn({ segments }: Message): readonly string[] {
  const numbers = segments.flatMap(({ name, fields }) => (name === "PID" ? repetitionsOf(fields[3]) : []));
  return numbers.flatMap(([, , , , type]) => (typeof type === "string" ? [type] : []));
}

/**
 * What a sample says, said by the bridge: the message of the sample's own trigger for each resource that it is about. A
 * sample that fills what its version does not have is held, there, against the version that has it.
 */
function messageOf(pair: Pair): Message {
  const stated = toldIn(pair, statedVersion(pair.expected));
  const later = toldIn(pair, latest);
  const inLater = ordinals(later);
  const inSample = Map.groupBy(pair.expected.segments, ({ name }) => name);
  const segments = [...ordinals(stated)].map(([key, segment]) => {
    const { name } = segment;
    const other = inLater.get(key);
    const length = Math.max(segment.fields.length, other?.fields.length ?? 0);
    const fields = Array.from({ length }, (_, position) => {
      const isHeld = (inSample.get(name) ?? []).every(({ fields: wanted }) =>
        holds(statedVersion(pair.expected), name, position, wanted[position]),
      );
      return position === 0 || isHeld ? segment.fields[position] : other?.fields[position];
    });
    return { name, fields };
  });
  return { segments };
}

/** The segments of a message by name and number. */
function ordinals({ segments }: Message): ReadonlyMap<string, Segment> {
  const counts = new Map<string, number>();
  return new Map(
    segments.map((segment) => {
      const count = (counts.get(segment.name) ?? 0) + 1;
      counts.set(segment.name, count);
      return [`${segment.name} ${count}`, segment];
    }),
  );
}

function toldIn(pair: Pair, version: Hl7Version): Message {
  const { expected, resources } = pair;
  const trigger = triggerOf(expected);
  const receiver = receiverOf(pair, version);
  const [patient] = resources.filter(({ resourceType }) => resourceType === "Patient");
  const focuses = resources.filter(({ resourceType }) => resourceType === focusOf(trigger));
  const subject = patient === undefined ? "Patient/sample" : keyOf(patient);
  const context = resources.map((each) => withRequired(each, subject));
  const time = timeOf(expected);
  const told = focuses.map((each) => read(render(trigger, withRequired(each, subject), context, time, receiver)));
  const person = patient === undefined ? undefined : read(render("ADT^A28", patient, resources, time, receiver));
  const segments = told.flatMap((message, index) =>
    message.segments.filter(({ name }) => index === 0 || !["PID", "PD1", "NK1", "PV1", "PV2"].includes(name)),
  );
  // The next of kin and the person of a message without a focus stand in the message about the person.
  const missing = (person?.segments ?? []).filter(({ name }) =>
    segments.length === 0
      ? ["PID", "PD1", "NK1"].includes(name)
      : name === "NK1" && !segments.some((each) => each.name === name),
  );
  return { segments: [header(pair, receiver), ...[...segments, ...missing].filter(({ name }) => name !== "MSH")] };
}

/**
 * Who sends is the configuration's; how an organization is told as the sending facility (MSH-4) and as the one that is
 * responsible (MSH-22) shows where FHIR names one: in PID-34 and PD1-3.
 */
function header({ expected, resources }: Pair, receiver: Hl7Destination): Segment {
  const about = resources.find(({ resourceType }) => resourceType === "MessageHeader") as
    | fhir4.MessageHeader
    | undefined;
  const patient: fhir4.Patient = {
    resourceType: "Patient",
    id: "header",
    ...(about?.sender !== undefined && { managingOrganization: about.sender }),
    ...(about?.responsible !== undefined && { generalPractitioner: [about.responsible] }),
  };
  const { segments } = read(render("ADT^A28", patient, resources, timeOf(expected), receiver));
  const fields: (Field | undefined)[] = [];
  fields[4] = segments.find(({ name }) => name === "PID")?.fields[34];
  fields[22] = segments.find(({ name }) => name === "PD1")?.fields[3];
  return { name: "MSH", fields: Array.from(fields) };
}

function triggerOf({ segments: [header] }: Message): Trigger {
  if (header === undefined) return "^";
  return `${valueAt(header, 9)}^${valueAt(header, 9, 2)}`;
}

/** What has ended is judged by the clock of the sample. */
function timeOf({ segments: [header] }: Message): string {
  const ms = header === undefined ? undefined : instantOf(valueAt(header, 7) ?? "");
  return new Date(ms ?? Date.parse("2023-01-01T00:00:00Z")).toISOString();
}

/** The message of the sample with what is {@link moved} in its other field, where that one is free. */
function inPlace({ segments }: Message): Message {
  return {
    segments: segments.map(({ name, fields }) => {
      const told = fields.map((field, position) => (name === "MSH" && ![4, 22].includes(position) ? undefined : field));
      for (const [from, to] of Object.entries(moved[name] ?? {})) {
        if (told[to] !== undefined) continue;
        told[to] = told[Number(from)];
        told[Number(from)] = undefined;
      }
      return { name, fields: told };
    }),
  };
}

function focusOf(trigger: Trigger): Resource["resourceType"] {
  const focuses: Readonly<Record<string, Resource["resourceType"]>> = {
    ORU: "DiagnosticReport",
    OML: "ServiceRequest",
    ADT: "Encounter",
    MDM: "DocumentReference",
    SIU: "Appointment",
    RDE: "MedicationRequest",
  };
  return focuses[trigger.slice(0, 3)] ?? "Patient";
}

/** What the samples leave out, since HL7 v2 had nothing to say about it: whom a resource is about, and how it stands. */
export function withRequired(resource: Resource, patient: string): Resource {
  const subject = { reference: patient };
  switch (resource.resourceType) {
    case "Observation":
    case "DiagnosticReport":
      return { ...resource, subject: resource.subject ?? subject, status: known(resource.status) } as Resource;
    case "ServiceRequest":
      return {
        ...resource,
        subject: resource.subject ?? subject,
        status: "active",
        intent: resource.intent ?? "order",
      };
    case "Encounter":
    case "DocumentReference":
      return { ...resource, subject: resource.subject ?? subject };
    case "AllergyIntolerance":
      return { ...resource, patient: resource.patient ?? subject };
    default:
      return resource;
  }
}

/** The bridge holds back what has an unknown status. */
function known<Status extends string>(status: Status): Status | "final" {
  return status === "unknown" ? "final" : status;
}

export async function agreement(): Promise<Report> {
  const corpora = {
    "element-pairs": await pairsIn("v2/element-pairs", ".fhir"),
    reportstream: await pairsIn("v2/reportstream", ".fhir"),
    "fhir-converter": await pairsIn(
      "v2/fhir-converter/hl7v2_to_fhir_expected",
      "-expected.json",
      "v2/fhir-converter/hl7v2_samples",
    ),
  };
  const cells = new Map<string, Agreement>();
  const differences: Judged[] = [];
  const all: Told[] = [];
  for (const [corpus, pairs] of Object.entries(corpora))
    for (const pair of pairs) {
      for (const { field, leaves } of compareSegments(
        matchSegments(inPlace(pair.expected), messageOf(pair)),
        ignored,
      )) {
        const judged = leaves
          .filter((leaf) => !agrees(leaf))
          .map((each) => ({ ...each, pair: pair.name, reason: explain(each, pair) }));
        differences.push(...judged);
        all.push(...leaves.map((leaf) => ({ ...leaf, pair: pair.name, resources: pair.resources })));
        const key = `${corpus} ${field}`;
        const before = cells.get(key) ?? { ...none, corpus, field };
        const outcome = outcomeOf(judged);
        cells.set(key, { ...before, compared: before.compared + 1, [outcome]: before[outcome] + 1 });
      }
    }
  return { agreements: [...cells.values()], differences, leaves: all };
}

const none = { compared: 0, agreed: 0, more: 0, notInFhir: 0, otherwise: 0, unexplained: 0 };

/** What became of a field, by the worst of its differences. */
function outcomeOf(differences: readonly Judged[]): Exclude<keyof typeof none, "compared"> {
  if (differences.some(({ reason }) => reason === undefined)) return "unexplained";
  if (differences.length === 0) return "agreed";
  if (differences.every(({ expected }) => expected === "")) return "more";
  return differences.every(({ expected, reason }) => expected === "" || absent.has(reason ?? ""))
    ? "notInFhir"
    : "otherwise";
}

const counts = ["compared", "agreed", "more", "notInFhir", "otherwise", "unexplained"] as const;

function print({ agreements, differences }: Report): void {
  const columns = ["corpus", "field", ...counts] as const;
  const rows = agreements.toSorted(byPlace).map((agreement) => columns.map((column) => String(agreement[column])));
  const all = totals(agreements);
  const widths = columns.map((name, index) =>
    Math.max(name.length, ...[...rows, ...all].map((row) => row[index]?.length ?? 0)),
  );
  for (const row of [[...columns], ...rows, ...all])
    console.log(
      row.map((cell, index) => (index < 2 ? cell.padEnd : cell.padStart).call(cell, widths[index] ?? 0)).join("  "),
    );
  const reasons = Map.groupBy(differences, ({ reason }) => reason ?? "Nobody knows why");
  console.log("\nWhy the bridge says something else, and in how many values:");
  for (const [reason, found] of [...reasons].toSorted(([, a], [, b]) => b.length - a.length))
    console.log(`${String(found.length).padStart(5)}  ${reason}`);
  for (const { pair, place, expected, actual, reason } of differences)
    if (reason === undefined)
      console.log(`${pair}: ${place} is ${actual || "empty"} and should be ${expected || "empty"}`);
}

function byPlace(a: Agreement, b: Agreement): number {
  return a.corpus.localeCompare(b.corpus) || a.field.localeCompare(b.field, "en", { numeric: true });
}

function totals(agreements: readonly Agreement[]): readonly string[][] {
  return [...Map.groupBy(agreements, ({ corpus }) => corpus)].map(([corpus, own]) => [
    corpus,
    "all",
    ...counts.map((count) => String(own.reduce((total, each) => total + each[count], 0))),
  ]);
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  if (isThere) print(await agreement());
  else console.log(skipped);
}
