import * as v from "valibot";
import type { ChangeSet } from "../../../shared/changes/change.ts";
import { contentHash } from "../../../shared/changes/content.ts";
import { type BridgeInput, bridgeSchema } from "../../../shared/config/schema.ts";
import { concerns, formerPatientOf } from "../../../shared/delivery/plan.ts";
import { plansOf, tellAll } from "../../../shared/delivery/tell.ts";
import type { Published } from "../../../shared/events/published.ts";
import { subjectsOf } from "../../../shared/events/subjects.ts";
import { keyOf, patientIdOf, type Resource, type ResourceKey } from "../../../shared/fhir.ts";
import { renderMessage } from "../../../shared/hl7/render.ts";
import { renderWebhook } from "../../../shared/webhook/payload.ts";
import { inWords } from "../telling.ts";

/**
 * A row of a rule table, by an example: what was seen poll by poll, what is seen now, and what an HL7 receiver is told of
 * it, in the form `E12 encounter.transferred A02`. The first word of the name is the row; an example that does not tell
 * by it shows where it stays silent.
 */
export type Example = readonly [
  name: string,
  before: readonly Resource[],
  after: Resource,
  told: readonly string[],
  listener?: Listener,
];

export interface Listener {
  readonly format?: "hl7v2" | "webhook";
  /** Settings of the destination: `options`, `events`... */
  readonly settings?: object;
  /** Settings of the source. */
  readonly source?: object;
  /** What is at hand with every version. */
  readonly context?: readonly Resource[];
  /** The first version was there before the bridge began to watch. */
  readonly initial?: boolean;
}

/** The row that an example is of. */
export function rowOf([name]: Example): string {
  return name.split(" ")[0] ?? "";
}

const person: fhir4.Patient = {
  resourceType: "Patient",
  id: "12",
  active: true,
  identifier: [{ type: { coding: [{ code: "MR" }] }, system: "urn:oid:1.2.3", value: "1" }],
  name: [{ family: "Rivera" }],
};

function bridgeWith({ source, settings, format = "hl7v2" }: Listener) {
  const credentials = { method: "client_secret_basic", secret: "general" } as const;
  const patients = { ids: ["12"] };
  const general = { baseUrl: "https://fhir.example.org/r4/t", credentials, timeZone: "America/Chicago", patients };
  const engine =
    format === "webhook"
      ? { format, url: "https://receiver.example.org", secret: "receiver", ...settings }
      : { format, link: { host: "127.0.0.1", port: 2575 }, ...settings };
  const input = { sources: { general: { ...general, ...source } }, destinations: { engine } };
  return v.parse(bridgeSchema, input as BridgeInput);
}

/** What a receiver is told of the last version, having been told of the ones before, message by rendered message. */
export function tellExample([, before, after, , listener = {}]: Example): string[] {
  const { sources, destinations } = bridgeWith(listener);
  const [source, destination] = [sources["general"], destinations["engine"]];
  if (source === undefined || destination === undefined) throw new TypeError("The configuration is empty");
  const known = new Map<ResourceKey, Resource>(
    [person, ...(listener.context ?? [])].map((each) => [keyOf(each), each] as const),
  );
  const partitions = new Map<string, Map<ResourceKey, Published>>();
  const partitionOf = (patient: string) => {
    const partition = partitions.get(patient) ?? new Map<ResourceKey, Published>();
    partitions.set(patient, partition);
    return partition;
  };
  const seen = new Set<ResourceKey>();
  let told: string[] = [];
  for (const [index, resource] of [...before, after].entries()) {
    const key = keyOf(resource);
    const former = seen.has(key) ? known.get(key) : undefined;
    const initial = listener.initial === true && former === undefined;
    seen.add(key);
    known.set(key, resource);
    told = [];
    // A poll keeps to itself what says the same as before.
    if (former !== undefined && contentHash(former) === contentHash(resource)) continue;
    const patient = patientIdOf(resource) ?? "12";
    const changeSet: ChangeSet = {
      id: `${index}`,
      source: "general",
      patient,
      detectedAt: "2026-03-05T00:00:00.000Z",
      changes: [{ after: resource, initial, ...(former !== undefined && { before: former }) }],
      context: [...known.values()],
    };
    const subjects = subjectsOf(changeSet).filter((subject) => concerns(destination, subject));
    const renderers = { renderMessage, renderWebhook };
    const route = { name: "engine", destination, source, changeSet, subjects, renderers };
    const published = partitionOf(patient);
    const formerly = new Map(subjects.flatMap((subject) => [...partitionOf(formerPatientOf(subject) ?? patient)]));
    told = plansOf(route, subjects, published, formerly).flatMap((plan) =>
      (plan?.steps ?? []).flatMap(({ event }) => (event === undefined ? [] : inWords(event))),
    );
    for (const { key: of, next } of tellAll(route, subjects, published, formerly))
      if (next !== undefined) published.set(of, next);
  }
  return told;
}
