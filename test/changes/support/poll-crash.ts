import { describe, expect, test } from "vitest";
import type { ChangeSet } from "../../../shared/changes/change.ts";
import type { Source } from "../../../shared/config/schema.ts";
import { keyOf } from "../../../shared/fhir.ts";
import type { TargetKey } from "../../../shared/roster/target.ts";
import { appointment, encounter, observation, patient, report, subject } from "./people.ts";
import type { Stores } from "./stores.ts";
import { countSteps, createWorld, Death, dieAt, momentsOf, startOfTest, type World } from "./world.ts";

const minute = 60_000;
const leaseHasExpired = 10 * minute;

function at(offsetMs: number): string {
  return new Date(startOfTest + offsetMs).toISOString();
}

interface Scenario {
  readonly name: string;
  readonly target: TargetKey;
  readonly locations: string[];
  /** Without them, the default ones. */
  readonly feeds?: Source["feeds"];
  /** Another target that is known too. */
  readonly other?: TargetKey;
  /** Tried only where polls die at each step. */
  readonly isLong?: boolean;
  /** The state that the bridge knows already. */
  before(world: World): void;
  /** What happens then, and is found by the poll that dies. */
  happens(world: World): void;
}

const scenarios: Scenario[] = [
  {
    name: "a transfer and a result of a patient",
    target: "patient/1",
    locations: ["9"],
    before({ ignite }) {
      ignite.put(patient("1", 1, at(-minute)));
      ignite.put(encounter("10", at(-minute)));
    },
    happens({ ignite }) {
      ignite.put(encounter("10", at(minute), { location: [{ location: { reference: "Location/77" } }] }));
      ignite.put(observation("L-1", at(minute), 4.2));
      ignite.put(report("500", at(minute), ["L-1"]));
    },
  },
  {
    name: "a registration with its coverage, a charge taken back, a combined stay, and a note with its file",
    target: "patient/1",
    locations: ["9"],
    feeds: ["Patient", "Encounter", "Coverage", "ChargeItem", "DocumentReference"],
    before({ ignite }) {
      ignite.put(patient("1", 1, at(-minute)));
      ignite.put(encounter("10", at(-minute)));
      ignite.put(encounter("11", at(-minute)));
      ignite.put(charge("billable"));
    },
    happens(world) {
      const { ignite } = world;
      world.now += 20 * minute;
      ignite.remove("Encounter/11");
      ignite.hidden.set("Encounter/11", {
        resourceType: "Encounter",
        id: "11",
        status: "unknown",
        class: { code: "IMP" },
        subject,
        partOf: { reference: "Encounter/10" },
      });
      ignite.put(encounter("12", at(20 * minute)));
      ignite.put({
        resourceType: "Coverage",
        id: "c1",
        status: "active",
        beneficiary: subject,
        payor: [{ display: "Plan" }],
      });
      ignite.put(charge("entered-in-error"));
      ignite.put({ resourceType: "Binary", id: "TR-1", contentType: "text/plain", data: "Q2FsbS4=" });
      ignite.put({
        resourceType: "DocumentReference",
        id: "d1",
        meta: { lastUpdated: at(20 * minute) },
        status: "current",
        subject,
        content: [{ attachment: { contentType: "text/plain", url: `${ignite.baseUrl}/Binary/TR-1` } }],
      });
    },
  },
  {
    name: "a merge",
    target: "patient/1",
    locations: ["9"],
    before({ ignite }) {
      ignite.put(patient("1", 1, at(-minute)));
    },
    happens({ ignite }) {
      ignite.remove("Patient/1");
      const link = [{ other: { reference: "Patient/2" }, type: "replaced-by" as const }];
      ignite.hidden.set("Patient/1", {
        resourceType: "Patient",
        id: "1",
        meta: { versionId: "2" },
        active: false,
        link,
      });
      ignite.put(patient("2", 7, at(minute)));
    },
  },
  {
    name: "appointments of two patients",
    target: "schedule/9",
    locations: ["9"],
    before({ ignite }) {
      for (const id of ["1", "2"]) ignite.put(patient(id, 1, at(-minute)));
      ignite.put(appointment("a1", at(60 * minute)));
    },
    happens({ ignite }) {
      ignite.put(appointment("a1", at(120 * minute)));
      ignite.put(appointment("a2", at(180 * minute), { patient: "2" }));
    },
  },
];

const allergies: Scenario = {
  name: "an allergy that turns out to be another patient's",
  target: "patient/2",
  other: "patient/1",
  locations: ["9"],
  feeds: ["Patient", "Encounter", "AllergyIntolerance", "Observation", "Appointment"],
  isLong: true,
  before({ ignite }) {
    for (const id of ["1", "2"]) ignite.put(patient(id, 1, at(-minute)));
    ignite.put(allergy("1", at(-minute)));
  },
  happens({ ignite }) {
    ignite.put(allergy("2", at(minute)));
  },
};

function allergy(of: string, lastUpdated: string): fhir4.AllergyIntolerance {
  const own = { patient: { reference: `Patient/${of}` }, code: { text: "Penicillin" } };
  return { resourceType: "AllergyIntolerance", id: "S-1", meta: { versionId: lastUpdated, lastUpdated }, ...own };
}

function charge(status: fhir4.ChargeItem["status"]): fhir4.ChargeItem {
  const context = { reference: "Encounter/10" };
  return { resourceType: "ChargeItem", id: "f1", status, code: { text: "Room" }, subject, context };
}

/** What each patient was told, one line for each time. Each world has a server, and so a port, of its own. */
function told(changeSets: readonly ChangeSet[]): string[] {
  return changeSets
    .flatMap(({ patient: whom, changes }) =>
      changes.map(({ after }) => `${whom} ${keyOf(after)} ${JSON.stringify(after).replace(/127\.0\.0\.1:\d+/, "")}`),
    )
    .sort();
}

async function prepare(stores: Stores, scenario: Scenario): Promise<World> {
  const { locations, feeds, target, other } = scenario;
  const targets = [target, ...(other === undefined ? [] : [other])];
  const world = await createWorld(stores, { locations, targets, ...(feeds && { feeds }) });
  scenario.before(world);
  for (const each of targets) await world.poll(each);
  await world.changeSets();
  scenario.happens(world);
  world.now += 2 * minute;
  return world;
}

/** How much is tried. Each death takes a world of its own, with real tables and queues. */
interface Effort {
  /** Without it, polls die before and after each step. */
  readonly every?: number;
  /** The same for polls that die again and again. */
  readonly againEvery: number;
  readonly timeoutMs: number;
}

export function pollsMayDie(stores: () => Stores, { every, againEvery, timeoutMs }: Effort): void {
  const tried = [...scenarios, allergies].filter(({ isLong }) => !isLong || every === undefined);
  describe.each(tried)("$name", (scenario) => {
    test(
      "a poll may die before or after any step: all is told, and nothing under another id",
      async () => {
        const undisturbed = await prepare(stores(), scenario);
        const { guard, steps } = countSteps();
        await undisturbed.poll(scenario.target, guard);
        const expected = told(await undisturbed.changeSets());
        await undisturbed.close();
        expect(expected.length).toBeGreaterThan(0);

        for (const { step, when } of momentsOf(steps(), every)) {
          const world = await prepare(stores(), scenario);
          await expect(world.poll(scenario.target, dieAt(step, when))).rejects.toThrow(Death);
          world.now += leaseHasExpired;
          expect(await world.poll(scenario.target)).toMatchObject({ state: "polled", problems: [] });
          // The queue drops what repeats an id, so what came under two ids would be here twice.
          expect(told(await world.changeSets()), `died ${when} step ${step}`).toEqual(expected);
          world.now += minute;
          expect(await world.poll(scenario.target)).toMatchObject({ state: "polled", changes: 0 });
          const { epoch, settledEpoch } = await world.entry(scenario.target);
          expect(settledEpoch).toBe(epoch - 1);
          await world.close();
        }
      },
      timeoutMs,
    );

    test(
      "the same where the next polls die too, and where more has happened by then",
      async () => {
        const counting = await prepare(stores(), scenario);
        const { guard, steps } = countSteps();
        await counting.poll(scenario.target, guard);
        await counting.close();
        const more = (world: World) => world.ignite.put(appointment("a9", at(300 * minute), { patient: "1" }));
        const moreOfPatient = (world: World) => world.ignite.put(observation("L-9", at(3 * minute), 9.9));

        for (let step = 0; step < steps(); step += againEvery) {
          const world = await prepare(stores(), scenario);
          await expect(world.poll(scenario.target, dieAt(step, "after"))).rejects.toThrow(Death);
          more(world);
          moreOfPatient(world);
          for (const next of [step + 1, step - 1, 3, 9]) {
            world.now += leaseHasExpired;
            await world.poll(scenario.target, dieAt(Math.max(0, next), "after")).catch(expectDeath);
          }
          world.now += leaseHasExpired;
          await world.poll(scenario.target);
          const lines = told(await world.changeSets());
          expect(lines, `died after step ${step}`).toEqual([...new Set(lines)]);
          world.now += minute;
          expect(await world.poll(scenario.target)).toMatchObject({ state: "polled", changes: 0 });
          await world.close();
        }
      },
      timeoutMs,
    );
  });
}

function expectDeath(error: unknown): void {
  expect(error).toBeInstanceOf(Death);
}
