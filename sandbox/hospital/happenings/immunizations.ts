import { injectionSites, notDoneReasons, vaccines } from "../catalogue.ts";
import type { Immunization, Stay } from "../records.ts";
import type { World } from "../world.ts";
import { type Happening, happening, inHouse, newKept, recent } from "./happening.ts";

/** Given, refused, written down wrongly. */
export const immunizationHappenings: readonly Happening[] = [
  happening("immunization-given", "stay", {
    candidates: inHouse,
    play: (world, stay) => [immunize(world, stay)],
  }),
  happening("immunization-refused", "stay", {
    candidates: inHouse,
    play(world, stay) {
      const immunization = immunize(world, stay);
      immunization.status = "not-done";
      immunization.reason = world.random.whole(0, notDoneReasons.length - 1);
      return [immunization];
    },
  }),
  happening("immunization-changed", "immunization", {
    candidates: given,
    play(world, immunization) {
      immunization.lot = makeLot(world);
      return [immunization];
    },
  }),
  happening("immunization-entered-in-error", "immunization", {
    candidates: given,
    play(_world, immunization) {
      immunization.status = "entered-in-error";
      return [immunization];
    },
  }),
];

function given(world: World): Iterable<Immunization> {
  return recent(world, world.immunizations, ({ status }) => status === "completed");
}

function immunize(world: World, stay: Stay): Immunization {
  const { random, now } = world;
  const vaccine = random.whole(0, vaccines.length - 1);
  const immunization: Immunization = {
    record: "immunization",
    ...newKept(world, "M"),
    person: stay.person,
    stay: stay.id,
    vaccine,
    status: "completed",
    lot: makeLot(world),
    site: random.whole(0, injectionSites.length - 1),
    dose: vaccines[vaccine]?.dose ?? "0.5",
    givenAt: now,
    performer: random.pick(world.places.nurses),
  };
  world.immunizations.set(immunization.id, immunization);
  return immunization;
}

function makeLot({ random }: World): string {
  return `${random.pick(["U", "K", "RT"])}${random.whole(1000, 99_999)}A`;
}
