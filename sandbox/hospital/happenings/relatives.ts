import { relationships } from "../catalogue.ts";
import { makeName } from "../population.ts";
import type { Id, Name, Relative } from "../records.ts";
import type { World } from "../world.ts";
import { type Happening, happening, newKept } from "./happening.ts";
import { present } from "./people.ts";

/** Kin come, move and go. */
export const relativeHappenings: readonly Happening[] = [
  happening("relative-added", "person", {
    candidates: present,
    play: (world, person) => [relate(world, person.id, makeName(world.random))],
  }),
  happening("relative-changed", "relative", {
    candidates: current,
    play(world, relative) {
      relative.phone = makeNumber(world);
      return [relative];
    },
  }),
  happening("relative-ended", "relative", {
    candidates: current,
    play(world, relative) {
      relative.active = false;
      relative.end = world.now;
      return [relative];
    },
  }),
];

function current(world: World): Iterable<Relative> {
  return world.relatives
    .values()
    .filter(({ active, person }) => active && world.people.get(person)?.mergedInto === undefined);
}

/** `id` where a Patient names the relative already. */
export function relate(world: World, person: Id, name: Name, id?: Id): Relative {
  const kept = newKept(world);
  const relative: Relative = {
    record: "relative",
    ...kept,
    id: `${id ?? kept.id}-${person}`,
    person,
    name,
    relationship: world.random.whole(0, relationships.length - 1),
    phone: makeNumber(world),
    active: true,
    start: world.now,
  };
  world.relatives.set(relative.id, relative);
  return relative;
}

const makeNumber = ({ random }: World) => `${random.whole(201, 989)}555${random.whole(1000, 9999)}`;
