import type { Id, Kin, Stay } from "../records.ts";
import {
  bedsTaken,
  freeBed,
  hourMs,
  isExpectedOrOpen,
  isOpen,
  minuteMs,
  openStayOf,
  peopleAtHome,
  type World,
} from "../world.ts";
import { newStay } from "./emergency.ts";
import { moveStay } from "./hand-over.ts";
import { type Happening, happening } from "./happening.ts";
import { leaveBed } from "./inpatient.ts";

/** A stay that was somebody else's, or was there twice, or was never cancelled after all. */
export const stayMistakeHappenings: readonly Happening[] = [
  happening("stay-moved-to-other-patient", "stay", {
    candidates: (world) =>
      world.live.stays
        .values()
        .filter((stay) => isOpen(stay) && stay.class !== "AMB" && world.now - stay.createdAt < 24 * hourMs),
    play(world, stay) {
      const others = peopleAtHome(world).filter((person) => world.known.has(person.id) && !person.duplicateOf);
      const other = world.random.anyOf(others);
      return other ? moveStay(world, stay, other.id) : undefined;
    },
  }),
  happening("duplicate-stay", "stay", {
    candidates: (world) => world.live.stays.values().filter((stay) => isOpen(stay) && stay.class === "IMP"),
    play(world, stay) {
      const duplicate = newStay(world, stay.person, "EMER");
      duplicate.status = "arrived";
      duplicate.startedAt = world.now;
      world.duplicates.set(duplicate.id, stay.id);
      world.after(world.minutes("untilStaysCombined") * minuteMs, "stays-combined", duplicate);
      return [duplicate];
    },
  }),
  happening("stays-combined", "stay", {
    play(world, stay) {
      const survivor = world.stays.get(world.duplicates.get(stay.id) ?? "");
      if (!survivor || !isOpen(stay) || survivor.person !== stay.person) return undefined;
      stay.status = "unknown";
      stay.combinedInto = survivor.id;
      leaveBed(world, stay);
      return [stay];
    },
  }),
  happening("cancelled-after-discharge", "stay", {
    candidates: (world) =>
      world.live.stays.values().filter((stay) => stay.status === "finished" && stay.class !== "AMB"),
    play(_world, stay) {
      stay.before = { status: "finished", moves: stay.moves, ...(stay.endedAt ? { endedAt: stay.endedAt } : {}) };
      stay.status = "cancelled";
      return [stay];
    },
  }),
  happening("cancelled-stay-revived", "stay", {
    candidates: (world) => withdrawn(world, "cancelled"),
    play: (world, stay) => revive(world, stay),
  }),
  happening("stay-error-undone", "stay", {
    candidates: (world) => withdrawn(world, "entered-in-error"),
    play: (world, stay) => revive(world, stay),
  }),
];

function* withdrawn(world: World, status: Stay["status"]): Iterable<Stay> {
  for (const stay of world.live.stays) if (stay.status === status && stay.before) yield stay;
}

/** As it was before it was taken back, in the same bed if that is still free. */
function revive(world: World, stay: Stay): Kin[] | undefined {
  const { before } = stay;
  if (!before) return undefined;
  const goesOn = isExpectedOrOpen({ ...stay, status: before.status });
  if (goesOn && openStayOf(world, stay.person)) return undefined;
  const taken = new Set(bedsTaken(world));
  const moves = before.moves.map((move) => ({ ...move }));
  const active = moves.find((move) => move.status === "active");
  if (goesOn && active && taken.has(active.location)) {
    const bed: Id | undefined = freeBed(world, stay.class === "EMER" ? "emergency" : "ward");
    if (!bed) return undefined;
    active.location = bed;
  }
  stay.moves = moves;
  stay.status = before.status;
  if (before.endedAt !== undefined) stay.endedAt = before.endedAt;
  delete stay.before;
  if (goesOn) goOn(world, stay);
  return [stay];
}

/** What would have come next, comes. */
function goOn(world: World, stay: Stay): void {
  const soon = world.minutes("untilEmergencyDecision") * minuteMs;
  if (stay.status === "planned") world.after(soon, "planned-admission", stay);
  else if (stay.status === "onleave") world.after(soon, "leave-return", stay);
  else if (stay.status === "arrived") world.after(soon, "triaged", stay);
  else if (stay.status === "triaged") world.after(soon, "emergency-bedded", stay);
  else if (stay.class === "EMER") world.after(soon, "discharge", stay);
}
