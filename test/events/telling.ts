import * as v from "valibot";
import { contentHash } from "../../shared/changes/content.ts";
import { type Destination, destinationSchema } from "../../shared/config/schema.ts";
import { gateOf } from "../../shared/delivery/gate.ts";
import { derive, nothingTold, type Picture, standingAfterAll } from "../../shared/events/derive.ts";
import type { ClinicalEvent } from "../../shared/events/event.ts";
import { lookupIn } from "../../shared/events/lookup.ts";
import type { Resource } from "../../shared/fhir.ts";

export interface Listener {
  readonly format?: "hl7v2" | "webhook";
  readonly events?: string[];
  /** What came along with every version. */
  readonly context?: readonly Resource[];
  readonly snapshot?: boolean;
  /** Settings of the destination. */
  readonly settings?: object;
}

/** What a receiver is told of each version of a resource, having been told of the ones before. */
export function tellAll(versions: readonly Resource[], listener: Listener = {}): ClinicalEvent[][] {
  const [first] = versions;
  if (first === undefined) return [];
  const gate = gateFor(listener);
  let picture: Picture & { hash?: string | undefined } = nothingTold(first);
  let isKnown = false;
  return versions.map((after, index) => {
    const lookup = lookupIn([...(listener.context ?? []), after]);
    const before = versions[index - 1];
    const derivation = derive(
      picture,
      { before, after, lookup, detectedAt: "2026-04-02T12:00:00Z", resources: [...(listener.context ?? []), after] },
      { gate, snapshot: listener.snapshot ?? false, isKnown },
    );
    const hash = contentHash(after);
    const steps = derivation.steps.filter(({ event }) => event !== undefined);
    const isUpdate = steps.length === 0 && derivation.isUpdate && hash !== picture.hash;
    const follows = derivation.isBehind || (derivation.isRest && hash !== picture.hash);
    const isRest = steps.length > 0 && follows;
    const told = (isUpdate || isRest) && derivation.content !== undefined ? [...steps, derivation.content] : steps;
    const standing = standingAfterAll(picture.standing, derivation.steps, gate);
    picture = { facts: derivation.facts, standing, hash };
    isKnown ||= told.length > 0;
    return told.flatMap(({ event }) => event ?? []);
  });
}

/** What a receiver is told of the last version: `E5 encounter.admitted A01`. */
export function tellLast(versions: readonly Resource[], listener: Listener = {}): string[] {
  return tellAll(versions, listener).at(-1)?.map(inWords) ?? [];
}

export function inWords({ rule, type, trigger }: ClinicalEvent): string {
  return [rule, type, ...(trigger === undefined ? [] : [trigger.split("^")[1]])].join(" ");
}

function gateFor({ format = "hl7v2", events, settings }: Listener) {
  return gateOf(format === "hl7v2" ? hl7(events, settings) : webhook(events, settings));
}

export function hl7(events = ["*"], settings: object = {}): Destination {
  return v.parse(destinationSchema, { format: "hl7v2", events, link: { host: "127.0.0.1", port: 2575 }, ...settings });
}

export function webhook(events = ["*"], settings: object = {}): Destination {
  return v.parse(destinationSchema, {
    ...settings,
    format: "webhook",
    events,
    url: "https://receiver.example.org",
    secret: "receiver",
  });
}

let versions = 0;

/** `meta` of the next version, a minute after the one before. */
export function nextMeta(): fhir4.Meta {
  versions += 1;
  return {
    versionId: String(versions),
    lastUpdated: new Date(Date.parse("2026-03-02T06:00:00Z") + versions * 60_000).toISOString(),
  };
}

const letters = { E: "EMER", I: "IMP", O: "AMB", P: "PRENC" } as const;

export interface Visit extends Partial<Omit<fhir4.Encounter, "class" | "location">> {
  readonly class?: keyof typeof letters;
  /** `Location` ids where the patient was, oldest first; the last one is where they are. */
  readonly beds?: readonly string[];
}

/** An Encounter as Ignite gives it: the letter of HL70004 in `type`, the coarser v3-ActCode in `class`. */
export function visit(
  status: fhir4.Encounter["status"],
  { class: letter = "I", beds = [], ...rest }: Visit = {},
): fhir4.Encounter {
  return {
    resourceType: "Encounter",
    id: "97845",
    meta: nextMeta(),
    status,
    class: { system: "http://terminology.hl7.org/CodeSystem/v3-ActCode", code: letters[letter] },
    type: [{ coding: [{ system: "http://terminology.hl7.org/CodeSystem/v2-0004", code: letter }] }],
    subject: { reference: "Patient/12" },
    ...(status === "planned" ? {} : { period: { start: "2026-03-02T06:00:00Z" } }),
    ...(beds.length > 0 && {
      location: beds.map((bed, index) => ({
        location: { reference: `Location/${bed}` },
        status: index === beds.length - 1 ? (status === "finished" ? "completed" : "active") : "completed",
        period: {
          start: `2026-03-02T0${6 + index}:00:00Z`,
          ...(index < beds.length - 1 && { end: `2026-03-02T0${7 + index}:00:00Z` }),
        },
      })),
    }),
    ...rest,
  };
}
