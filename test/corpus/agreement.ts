import { pathToFileURL } from "node:url";
import type { Trigger } from "../../shared/events/event.ts";
import { keyOf, type Resource } from "../../shared/fhir.ts";
import { type Message, valueAt } from "../../shared/hl7/model.ts";
import { read, render } from "./bundle-messages.ts";
import { compareSegments, type Difference, instantOf, matchSegments } from "./compare.ts";
import { isThere, type Pair, pairsIn, skipped } from "./folders.ts";
import { explain } from "./reasons.ts";

/** A leaf that differs, and why; without a reason it is a defect of the mapping, or of the table of reasons. */
export interface Judged extends Difference {
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
  readonly explained: number;
  readonly unexplained: number;
}

export interface Report {
  readonly agreements: readonly Agreement[];
  readonly differences: readonly Judged[];
}

/** Set ids, and what only the sender of a message decides. */
const ignored: ReadonlySet<string> = new Set(["EVN-1", "EVN-2", "NK1-1", "OBX-1"]);

/** Fields of the samples that FHIR has no place of its own for: the same content stands in another field. */
const moved: Readonly<Record<string, Readonly<Record<number, number>>>> = { NK1: { 32: 4, 40: 5 } };

/** What a sample says, said by the bridge: the message of the sample's own trigger for each resource that it is about. */
function messageOf({ expected, resources }: Pair): Message {
  const trigger = triggerOf(expected);
  const [patient] = resources.filter(({ resourceType }) => resourceType === "Patient");
  const focuses = resources.filter(({ resourceType }) => resourceType === focusOf(trigger));
  const subject = patient === undefined ? "Patient/sample" : keyOf(patient);
  const context = resources.map((each) => withRequired(each, subject));
  const time = timeOf(expected);
  const told = focuses.map((each) => read(render(trigger, withRequired(each, subject), context, time)));
  const person = patient === undefined ? undefined : read(render("ADT^A28", patient, resources, time));
  const segments = told.flatMap((message, index) =>
    message.segments.filter(({ name }) => index === 0 || !["MSH", "PID", "PD1", "NK1", "PV1", "PV2"].includes(name)),
  );
  // The next of kin and the person of a message without a focus stand in the message about the person.
  const missing = (person?.segments ?? []).filter(({ name }) =>
    segments.length === 0
      ? ["PID", "PD1", "NK1"].includes(name)
      : name === "NK1" && !segments.some((each) => each.name === name),
  );
  return { segments: [...segments, ...missing] };
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
      const told = [...fields];
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
  for (const [corpus, pairs] of Object.entries(corpora))
    for (const pair of pairs) {
      for (const { field, differences: found } of compareSegments(
        matchSegments(inPlace(pair.expected), messageOf(pair)),
        ignored,
      )) {
        const judged = found.map((each) => ({ ...each, pair: pair.name, reason: explain(each, pair.resources) }));
        differences.push(...judged);
        const key = `${corpus} ${field}`;
        const { compared, agreed, explained, unexplained } = cells.get(key) ?? {
          compared: 0,
          agreed: 0,
          explained: 0,
          unexplained: 0,
        };
        const isExplained = judged.every(({ reason }) => reason !== undefined);
        cells.set(key, {
          corpus,
          field,
          compared: compared + 1,
          agreed: agreed + (judged.length === 0 ? 1 : 0),
          explained: explained + (judged.length > 0 && isExplained ? 1 : 0),
          unexplained: unexplained + (isExplained ? 0 : 1),
        });
      }
    }
  return { agreements: [...cells.values()], differences };
}

function print({ agreements, differences }: Report): void {
  const columns = ["corpus", "field", "compared", "agreed", "explained", "unexplained"] as const;
  const rows = agreements.toSorted(byPlace).map((agreement) => columns.map((column) => String(agreement[column])));
  const widths = columns.map((name, index) => Math.max(name.length, ...rows.map((row) => row[index]?.length ?? 0)));
  for (const row of [[...columns], ...rows, ...totals(agreements)])
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
  return [...Map.groupBy(agreements, ({ corpus }) => corpus)].map(([corpus, own]) => {
    const sum = (count: "compared" | "agreed" | "explained" | "unexplained") =>
      String(own.reduce((total, each) => total + each[count], 0));
    return [corpus, "all", sum("compared"), sum("agreed"), sum("explained"), sum("unexplained")];
  });
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  if (isThere) print(await agreement());
  else console.log(skipped);
}
