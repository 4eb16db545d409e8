import type { Kin } from "../records.ts";
import { isOpen, minuteMs, type World } from "../world.ts";
import type { Happening } from "./happening.ts";

/** A rule of who may see what hides a record from the client for a while; nothing was deleted. */
export const securityHappenings: readonly Happening[] = [
  {
    kind: "record-hidden",
    play(world) {
      const record = world.random.anyOf(hideable(world));
      if (!record) return undefined;
      world.hide(record, true);
      world.after(world.minutes("untilShownAgain") * minuteMs, "record-shown", record);
      return [];
    },
  },
  {
    kind: "record-shown",
    play(world, record) {
      if (!record) return undefined;
      world.hide(record, false);
      // What happened meanwhile is found by the time of this version.
      return [record];
    },
  },
];

function hideable(world: World): Kin[] {
  return [
    ...world.live.stays.values().filter((stay) => isOpen(stay) && stay.class !== "AMB"),
    ...world.documents.values().filter((document) => world.now - document.touchedAt < 60 * 24 * minuteMs),
  ];
}
