import type { Kin } from "../records.ts";
import { isOpen, type World } from "../world.ts";
import type { Happening } from "./happening.ts";

/** New versions that say nothing new. */
export const quirkHappenings: readonly Happening[] = [
  { kind: "version-bumped", play: (world) => touched(world, () => {}) },
  {
    kind: "arrays-reordered",
    play: (world) =>
      touched(world, (record) => {
        record.turn += 1;
      }),
  },
  {
    kind: "narrative-changed",
    play: (world) =>
      touched(world, (record) => {
        record.wording += 1;
      }),
  },
];

function touched(world: World, touch: (record: Kin) => void): readonly Kin[] | undefined {
  const lists: Kin[][] = [
    [...world.people.values()].filter((person) => !person.mergedInto),
    [...world.live.stays].filter(isOpen),
    [...world.live.bookings].filter((booking) => booking.status === "booked"),
    [...world.live.orders].filter((order) => order.status === "active"),
    world.live.vitals.filter((each) => each.status === "final"),
  ];
  const record = world.random.anyOf(world.random.pick(lists));
  if (!record) return undefined;
  touch(record);
  return [record];
}
