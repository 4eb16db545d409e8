import { reactions, substances } from "../catalogue.ts";
import type { Allergy, Id } from "../records.ts";
import type { World } from "../world.ts";
import { type Happening, happening, inHouse, newKept, recent } from "./happening.ts";
import { another } from "./inpatient.ts";

/** What a person does not bear; or that there is nothing known. */
export const allergyHappenings: readonly Happening[] = [
  happening("allergy-recorded", "stay", {
    candidates: inHouse,
    play: (world, { person }) => [record(world, person, world.random.whole(1, substances.length - 1))],
  }),
  happening("no-known-allergies", "stay", {
    candidates: (world) =>
      [...inHouse(world)].filter(({ person }) => world.idsOf("AllergyIntolerance", person).length === 0),
    play: (world, { person }) => [record(world, person, 0)],
  }),
  happening("allergy-changed", "allergy", {
    candidates: real,
    play(world, allergy) {
      if (allergy.verification === "unconfirmed") allergy.verification = "confirmed";
      else allergy.criticality = another(world, ["low", "high", "unable-to-assess"] as const, allergy.criticality);
      return [allergy];
    },
  }),
  happening("allergy-inactivated", "allergy", {
    candidates: real,
    play(world, allergy) {
      allergy.clinical = world.random.pick(["inactive", "resolved"] as const);
      return [allergy];
    },
  }),
  happening("allergy-entered-in-error", "allergy", {
    candidates: real,
    play(_world, allergy) {
      allergy.verification = "entered-in-error";
      return [allergy];
    },
  }),
];

function real(world: World): Iterable<Allergy> {
  return recent(
    world,
    world.allergies,
    ({ substance, clinical, verification }) =>
      substance > 0 && clinical === "active" && verification !== "entered-in-error",
  );
}

export function record(world: World, person: Id, substance: number): Allergy {
  const { random, now } = world;
  const allergy: Allergy = {
    record: "allergy",
    ...newKept(world),
    person,
    substance,
    clinical: "active",
    verification: random.chance(0.3) ? "unconfirmed" : "confirmed",
    criticality: random.pick(["low", "high", "unable-to-assess"] as const),
    reaction: random.whole(0, reactions.length - 1),
    recordedAt: now,
    recorder: random.pick(world.places.physicians),
  };
  world.allergies.set(allergy.id, allergy);
  return allergy;
}
