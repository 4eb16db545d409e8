import type { Source } from "../config/schema.ts";
import { isResource, type Resource } from "../fhir.ts";

/** How much a target is worth watching, most valuable first. */
export const tiers = ["in-house", "today", "schedule", "other"] as const;
export type Tier = (typeof tiers)[number];

const intervalNames = {
  "in-house": "inHouse",
  today: "today",
  schedule: "schedule",
  other: "other",
} as const satisfies Record<Tier, keyof Source["intervals"]>;

export function intervalOf({ intervals }: Pick<Source, "intervals">, tier: Tier): number {
  return intervals[intervalNames[tier]];
}

/** A change draws others after it: a result follows an order, a discharge follows a result. */
export const recentChangeMs = 4 * 3_600_000;

export interface TierFacts {
  readonly inHouse: boolean;
  readonly expectedUntil?: number | undefined;
  readonly activeUntil?: number | undefined;
}

export function patientTier({ inHouse, expectedUntil = 0, activeUntil = 0 }: TierFacts, now: number): Tier {
  if (inHouse) return "in-house";
  return now < Math.max(expectedUntil, activeUntil) ? "today" : "other";
}

const openStatuses: readonly string[] = ["arrived", "triaged", "in-progress", "onleave"];
// v3-ActEncounterCode. Ambulatory encounters stay open for years in practice, so they say nothing about a bed.
const inHouseClasses: readonly string[] = ["IMP", "ACUTE", "NONAC", "EMER", "OBSENC", "SS"];

/** The patient is or may be with us. */
export function isActiveEncounter(resource: Resource): resource is fhir4.Encounter {
  return isResource(resource, "Encounter") && openStatuses.includes(resource.status);
}

export function isInHouse(resource: Resource): boolean {
  return isActiveEncounter(resource) && inHouseClasses.includes(resource.class?.code ?? "");
}
