import fc from "fast-check";
import { expect, test } from "vitest";
import type { Change } from "../../../shared/changes/change.ts";
import { contentHash } from "../../../shared/changes/content.ts";
import { keyOf, type Resource } from "../../../shared/fhir.ts";
import type { TargetKey } from "../../../shared/roster/target.ts";
import { appointment, encounter, observation, patient } from "./people.ts";
import type { Stores } from "./stores.ts";
import { createWorld, Death, dieAt, type World } from "./world.ts";

const minute = 60_000;
const targets: TargetKey[] = ["patient/1", "schedule/9"];

/** Few resources and few contents, so that content comes back to what it was. */
const resources: ((content: number, lastUpdated: string, now: number) => Resource)[] = [
  (content, lastUpdated) => patient("1", content, lastUpdated),
  (content, lastUpdated) => encounter("10", lastUpdated, { status: content % 2 ? "in-progress" : "finished" }),
  (content, lastUpdated) => observation("L-1", lastUpdated, content),
  (content, lastUpdated) => observation("L-2", lastUpdated, content),
  (content, lastUpdated, now) =>
    appointment(
      "a1",
      new Date(Math.floor(now / (24 * 60 * minute)) * 24 * 60 * minute + 20 * 60 * minute).toISOString(),
      {
        status: content % 2 ? "booked" : "arrived",
        meta: { lastUpdated },
      },
    ),
];

type Step =
  | { readonly kind: "write"; readonly resource: number; readonly content: number; readonly lateMs: number }
  | { readonly kind: "poll"; readonly target: number }
  | { readonly kind: "die"; readonly target: number; readonly at: number; readonly when: "before" | "after" }
  | { readonly kind: "wait"; readonly ms: number }
  /** From now on the source refuses one feed, or none. */
  | { readonly kind: "refuse"; readonly feed: string | undefined };

const target = fc.nat(targets.length - 1);
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant("write" as const),
      resource: fc.nat(resources.length - 1),
      content: fc.nat(2),
      // Late, but less than the overlap of two minutes reaches back.
      lateMs: fc.nat(90_000),
    }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("poll" as const), target }) },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant("die" as const),
      target,
      at: fc.nat(25),
      when: fc.constantFrom("before" as const, "after" as const),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("wait" as const), ms: fc.nat(3 * minute) }) },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant("refuse" as const),
      feed: fc.constantFrom(undefined, "Observation", "Encounter", "Patient", "Appointment"),
    }),
  },
);

const patientIs = (content: number): Step => ({ kind: "write", resource: 0, content, lateMs: 0 });
const resultIs = (content: number): Step => ({ kind: "write", resource: 2, content, lateMs: 0 });
const pollOfPatient: Step = { kind: "poll", target: 0 };
const deathAt = (at: number) => ({ kind: "die" as const, target: 0, at, when: "after" as const });
const encounterIs = (content: number): Step => ({ kind: "write", resource: 1, content, lateMs: 0 });
const appointmentIs = (content: number): Step => ({ kind: "write", resource: 4, content, lateMs: 0 });
const leaseEnds: Step = { kind: "wait", ms: 6 * minute };
const refuse = (feed: string | undefined): Step => ({ kind: "refuse", feed });

/**
 * What a poll that died may have sent has changed again by the next: to something new, or back to what it was.
 *
 * @param every how many steps lie between the deaths that are tried
 */
function overtaken(every: number): Step[][] {
  const deaths = Array.from({ length: Math.ceil(32 / every) }, (_, index) => deathAt(index * every));
  return [
    ...deaths.map((death) => [patientIs(0), resultIs(0), encounterIs(0), death, patientIs(0)]),
    ...deaths.map((death) => [
      appointmentIs(1),
      { kind: "poll" as const, target: 1 },
      appointmentIs(0),
      { ...death, target: 1 },
      appointmentIs(1),
    ]),
    ...deaths.map((death) => [patientIs(1), death, patientIs(0)]),
    ...deaths.map((death) => [
      patientIs(1),
      resultIs(1),
      pollOfPatient,
      patientIs(2),
      resultIs(2),
      death,
      patientIs(1),
    ]),
    ...deaths.map((death) => [
      resultIs(1),
      pollOfPatient,
      resultIs(2),
      encounterIs(1),
      death,
      leaseEnds,
      refuse("Observation"),
      pollOfPatient,
      refuse(undefined),
      resultIs(1),
    ]),
    [
      patientIs(1),
      pollOfPatient,
      patientIs(2),
      deathAt(12),
      leaseEnds,
      patientIs(1),
      deathAt(14),
      leaseEnds,
      patientIs(0),
    ],
  ];
}

async function take(world: World, taken: Step): Promise<void> {
  // Time never stands still: two versions do not share an instant.
  world.now += 1_000;
  switch (taken.kind) {
    case "write": {
      const lastUpdated = new Date(world.now - taken.lateMs).toISOString();
      const resource = resources[taken.resource]?.(taken.content, lastUpdated, world.now);
      if (resource) world.ignite.put(resource);
      return;
    }
    case "poll":
      await world.poll(targets[taken.target]);
      return;
    case "die":
      await world.poll(targets[taken.target], dieAt(taken.at, taken.when)).catch((error: unknown) => {
        if (!(error instanceof Death)) throw error;
      });
      return;
    case "wait":
      world.now += taken.ms;
      return;
    case "refuse":
      world.ignite.fault = (path) => (path.startsWith(`/${taken.feed}`) ? { status: 403, body: "{}" } : undefined);
  }
}

export function pollsTellAll(
  stores: () => Stores,
  { numRuns, every = 1, timeoutMs }: { numRuns: number; every?: number; timeoutMs: number },
): void {
  const examples = overtaken(every);
  test(
    "whatever is written, polled and killed: each version that is told follows the one told before, to the last",
    async () => {
      await fc.assert(
        fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 30 }), async (steps) => {
          const world = await createWorld(stores(), { locations: ["9"], targets });
          try {
            const told: Change[] = [];
            const collect = async () => {
              for (const { changes } of await world.changeSets())
                told.push(...changes.filter(({ hasLeft }) => !hasLeft));
            };
            for (const each of steps) {
              await take(world, each);
              await collect();
            }
            world.ignite.fault = undefined;
            for (const each of targets) {
              world.now += 10 * minute;
              expect(await world.poll(each)).toMatchObject({ state: "polled" });
            }
            await collect();

            const last = new Map<string, string>();
            for (const { before, after } of told) {
              expect(before && contentHash(before)).toBe(last.get(keyOf(after)));
              last.set(keyOf(after), contentHash(after));
            }
            const there = [...world.ignite.records.values()].map((resource) => [
              keyOf(resource),
              contentHash(resource),
            ]);
            expect([...last].sort()).toEqual(there.sort());
          } finally {
            await world.close();
          }
        }),
        { numRuns: examples.length + numRuns, examples: examples.map((steps) => [steps]) },
      );
    },
    timeoutMs,
  );
}
