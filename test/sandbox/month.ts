import { type ManualClock, manualClock } from "../../sandbox/clock.ts";
import { wholeMonth } from "../../sandbox/hospital/month.ts";
import { createHospital, type Hospital } from "../../sandbox/hospital.ts";
import { createFaults } from "../../sandbox/server/faults.ts";
import { createFhirService, type FhirService } from "../../sandbox/server/fhir.ts";

export interface Month {
  hospital: Hospital;
  clock: ManualClock;
  ignite: FhirService;
  /** The same server on a copy of the database that is always one version behind. */
  lagging(): FhirService;
}

export const monthStartsAt = new Date("2026-03-02T14:00:00Z");
const dayMs = 86_400_000;

/**
 * The month in little: what is rare in it comes nearly as often as what is common, so that eight days have everything.
 * `each` is called after every six hours.
 */
export function month({ days = 8, each }: { days?: number; each?: (hospital: Hospital) => void } = {}): Month {
  const perHour = Object.fromEntries(
    Object.entries(wholeMonth.rates.perHour).map(([kind, rate]) => [kind, Math.max(rate, Math.min(0.12, rate * 5))]),
  );
  const hospital = createHospital({
    seed: 1,
    startAt: monthStartsAt,
    timeZone: "America/Chicago",
    people: 70,
    ...wholeMonth,
    rates: {
      ...wholeMonth.rates,
      perHour,
      chance: { ...wholeMonth.rates.chance, transferIsUndone: 0.3, vitalHasNoStatus: 0.1 },
    },
  });
  const clock = manualClock(monthStartsAt);
  for (let quarter = 0; quarter < days * 4; quarter++) {
    clock.advance(dayMs / 4);
    hospital.advanceTo(clock.now());
    each?.(hospital);
  }
  return {
    hospital,
    clock,
    ignite: createFhirService({ hospital, clock }),
    lagging: () => createFhirService({ hospital, clock, faults: createFaults({ "stale-resource": 1 }, "lag") }),
  };
}

/** The resources that a search finds, over all its pages. */
export function matchesIn(ignite: FhirService, target: string): fhir4.FhirResource[] {
  const found: fhir4.FhirResource[] = [];
  for (let next: string | undefined = target; next; ) {
    const { status, body } = ignite.get(next);
    if (status !== 200) throw new Error(`${status} for ${next}: ${body}`);
    const { entry = [], link = [] } = JSON.parse(String(body)) as fhir4.Bundle;
    found.push(...entry.flatMap(({ resource, search }) => (resource && search?.mode === "match" ? [resource] : [])));
    next = link.find(({ relation }) => relation === "next")?.url;
  }
  return found;
}

/** A resource as it is now. */
export function presentOf<Found>(hospital: Hospital, key: string | undefined): Found {
  const version = hospital.history(key ?? "").at(-1);
  if (!version) throw new Error(`There is no ${key}`);
  return version.resource as Found;
}
