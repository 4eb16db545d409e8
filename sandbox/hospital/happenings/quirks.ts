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
    [...world.stays.values()].filter(isOpen),
    [...world.bookings.values()].filter((booking) => booking.status === "booked"),
    [...world.orders.values()].filter((order) => order.status === "active"),
    [...world.measurements.values()].filter((each) => each.kind === "vital" && each.status === "final").slice(-50),
  ];
  const record = world.random.anyOf(world.random.pick(lists));
  if (!record) return undefined;
  touch(record);
  return [record];
}
