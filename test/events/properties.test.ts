import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { routeChangeSet } from "../../shared/delivery/route.ts";
import type { ClinicalEvent } from "../../shared/events/event.ts";
import { bedOf, currentLocation, encounterFacts } from "../../shared/events/facts/encounter.ts";
import { app, bridgeTo, engine, person } from "../delivery/support/hospital.ts";
import { rememberAll } from "../delivery/support/memory.ts";
import { at, visitHistories } from "./histories.ts";
import { tellAll } from "./telling.ts";

/** A history, and which of its versions a poll happened to see. The last one is always seen. */
const polledHistories = visitHistories.chain((versions) =>
  fc.tuple(fc.constant(versions), fc.array(fc.boolean(), { minLength: versions.length, maxLength: versions.length })),
);

function seenBy(polls: readonly boolean[], versions: readonly fhir4.Encounter[]): fhir4.Encounter[] {
  return versions.filter((_, index) => polls[index] || index === versions.length - 1);
}

/** What a reader of the events alone holds to be true in the end. */
interface Picture {
  readonly state: "none" | "planned" | "present" | "leave" | "ended";
  readonly bed?: string | undefined;
  readonly class?: "inpatient" | "outpatient" | undefined;
}

function read(events: readonly ClinicalEvent[]): Picture {
  let picture: Picture = { state: "none" };
  for (const event of events) picture = understand(picture, event);
  return picture;
}

function understand(picture: Picture, { type, step }: ClinicalEvent): Picture {
  const place: Picture = { ...picture, bed: step?.location?.location.reference };
  switch (type) {
    case "encounter.pre-admitted":
      return { ...place, state: "planned" };
    case "encounter.admitted":
      return { ...place, state: "present", class: "inpatient" };
    case "encounter.registered":
      return { ...place, state: "present", class: "outpatient" };
    case "encounter.became-inpatient":
      return { ...place, class: "inpatient" };
    case "encounter.became-outpatient":
      return { ...place, class: "outpatient" };
    case "encounter.leave-started":
      return { ...place, state: "leave" };
    case "encounter.leave-ended":
    case "encounter.discharge-cancelled":
      return { ...place, state: "present" };
    case "encounter.discharged":
      return { ...place, state: "ended" };
    case "encounter.cancelled":
    case "encounter.pre-admission-cancelled":
      return { state: "none" };
    default:
      return place;
  }
}

function truth(encounter: fhir4.Encounter): Picture {
  const place = currentLocation(encounter);
  const facts = encounterFacts(encounter, () => undefined);
  const states = { planned: "planned", arrived: "present", active: "present", leave: "leave", ended: "ended" } as const;
  const state = facts.phase in states ? states[facts.phase as keyof typeof states] : "none";
  if (state === "none") return { state };
  const letter = { ...(state !== "planned" && ({ class: facts.class === "I" ? "inpatient" : "outpatient" } as const)) };
  return { state, bed: place && bedOf(place, encounter), ...letter };
}

describe("for any history of a visit and any way of cutting it into polls", () => {
  test("a reader of the events ends with what is true", () => {
    fc.assert(
      fc.property(polledHistories, ([versions, polls]) => {
        const last = versions.at(-1);
        const events = tellAll(seenBy(polls, versions)).flat();
        expect(read(events)).toEqual(last && truth(last));
      }),
      { numRuns: 1_000 },
    );
  });

  test("what was told in the end is the same", async () => {
    await fc.assert(
      fc.asyncProperty(polledHistories, async ([versions, polls]) => {
        const endings = await Promise.all(
          [versions, seenBy(polls, versions)].map(async (seen) => {
            const memory = rememberAll(bridgeTo({ engine, app }));
            let before: fhir4.Encounter | undefined;
            for (const after of seen) {
              await routeChangeSet(changeSetOf(before, after), memory.dependencies);
              before = after;
            }
            return [...memory.published].map(([key, { facts, standing, contentHash, versionTime }]) => ({
              key,
              facts,
              standing,
              contentHash,
              versionTime,
            }));
          }),
        );
        expect(endings[1]).toEqual(endings[0]);
      }),
      { numRuns: 150 },
    );
  });

  test("no receiver is told to move somebody from a bed other than the one that it knows", () => {
    fc.assert(
      fc.property(polledHistories, ([versions, polls]) => {
        let bed: string | undefined;
        for (const { type, step } of tellAll(seenBy(polls, versions)).flat()) {
          if (type === "encounter.transferred" && bed !== undefined)
            expect(step?.priorLocation?.location.reference).toBe(bed);
          bed = step?.location?.location.reference;
        }
      }),
      { numRuns: 1_000 },
    );
  });
});

test("the same change sets give the same ids and bodies", async () => {
  await fc.assert(
    fc.asyncProperty(visitHistories, async (versions) => {
      const [one, other] = await Promise.all(
        [1, 2].map(async () => {
          const memory = rememberAll(bridgeTo({ engine, app }));
          for (const [index, after] of versions.entries())
            await routeChangeSet(structuredClone(changeSetOf(versions[index - 1], after)), memory.dependencies);
          return [...memory.sent].map(([name, all]) => [name, all.map(({ id, body }) => [id, body])]);
        }),
      );
      expect(other).toEqual(one);
      const ids = (one ?? []).flatMap(([, all]) => (all as string[][]).map(([id]) => id));
      expect(new Set(ids).size).toBe(ids.length);
    }),
    { numRuns: 100 },
  );
});

function changeSetOf(before: fhir4.Encounter | undefined, after: fhir4.Encounter) {
  return {
    id: `to ${after.meta?.versionId}`,
    source: "general",
    patient: "12",
    detectedAt: after.meta?.lastUpdated ?? at(0),
    changes: [{ ...(before && { before }), after, initial: false }],
    context: [person(0), after],
  };
}
