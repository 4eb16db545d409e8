import { dispositions, reasons } from "../catalogue.ts";
import type { Id, Stay } from "../records.ts";
import {
  attendingOf,
  bedsTaken,
  currentMove,
  freeBed,
  hourMs,
  isExpectedOrOpen,
  isOpen,
  minuteMs,
  openStayOf,
  peopleAtHome,
  type World,
} from "../world.ts";
import { moveTo, newStay } from "./emergency.ts";
import { type Happening, happening } from "./happening.ts";

/** A stay on the wards, and all that is taken back of it. */
export const inpatientHappenings: readonly Happening[] = [
  happening("pre-admission", "person", {
    candidates: (world) => peopleAtHome(world).filter((person) => world.known.has(person.id)),
    play(world, person) {
      const stay = newStay(world, person.id, world.chance("preAdmissionClass") ? "PRENC" : "IMP");
      const bed = world.chance("bedReservedBeforeAdmission") ? freeBed(world, "ward") : undefined;
      if (bed) stay.moves.push({ location: bed, status: "planned", start: world.now });
      stay.team.push({ role: "attending", practitioner: world.random.pick(world.places.physicians), start: world.now });
      const ending = world.chance("preAdmissionIsCancelled") ? "pre-admission-cancelled" : "planned-admission";
      world.after(world.minutes("untilPlannedAdmission") * minuteMs, ending, stay);
      return [stay];
    },
  }),
  happening("planned-admission", "stay", {
    play(world, stay) {
      if (stay.status !== "planned") return undefined;
      const bed = stay.moves.find((move) => move.status === "planned")?.location ?? freeBed(world, "ward");
      if (!bed) {
        world.after(world.minutes("untilPlannedAdmission") * minuteMs, "planned-admission", stay);
        return undefined;
      }
      stay.status = "in-progress";
      stay.class = "IMP";
      stay.startedAt = world.now;
      stay.moves = [{ location: bed, status: "active", start: world.now }];
      return [stay];
    },
  }),
  happening("pre-admission-cancelled", "stay", {
    play(_world, stay) {
      if (stay.status !== "planned") return undefined;
      remember(stay);
      stay.status = "cancelled";
      stay.moves = [];
      return [stay];
    },
  }),
  happening("transfer", "stay", {
    candidates: inWards,
    play(world, stay) {
      const bed = freeBed(world, "ward");
      if (!bed) return undefined;
      moveTo(world, stay, bed);
      if (world.chance("transferIsUndone"))
        world.after(world.minutes("untilTransferUndone") * minuteMs, "transfer-undone", stay);
      return [stay];
    },
  }),
  happening("transfer-undone", "stay", {
    play(world, stay) {
      const [previous, last] = stay.moves.filter((move) => move.status !== "reserved").slice(-2);
      if (stay.status !== "in-progress" || !isInpatient(stay) || !previous || !last) return undefined;
      if (previous.status !== "completed" || isTaken(world, previous.location)) return undefined;
      stay.moves = stay.moves.filter((move) => move !== last);
      previous.status = "active";
      delete previous.end;
      return [stay];
    },
  }),
  happening("leave", "stay", {
    candidates: inWards,
    play(world, stay) {
      stay.status = "onleave";
      world.after(world.minutes("untilLeaveReturn") * minuteMs, "leave-return", stay);
      return [stay];
    },
  }),
  happening("leave-return", "stay", {
    play(world, stay) {
      if (stay.status !== "onleave") return undefined;
      stay.status = "in-progress";
      if (world.chance("returnIsUndone"))
        world.after(world.minutes("untilReturnUndone") * minuteMs, "return-undone", stay);
      return [stay];
    },
  }),
  happening("discharge", "stay", {
    // The fuller the house, the more go home: the census stays near its target.
    candidates(world) {
      const inHouse = [...inWards(world)];
      return world.random.chance(inHouse.length / world.inpatientTarget) ? inHouse : [];
    },
    play(world, stay) {
      if (stay.status !== "in-progress" || stay.class === "AMB") return undefined;
      endStay(world, stay);
      stay.disposition = world.random.whole(0, dispositions.length - 1);
      if (world.chance("dischargeIsUndone"))
        world.after(world.minutes("untilDischargeUndone") * minuteMs, "discharge-undone", stay);
      return [stay];
    },
  }),
  happening("discharge-undone", "stay", {
    play(world, stay) {
      const last = stay.moves.at(-1);
      if (stay.status !== "finished" || !last) return undefined;
      if (isTaken(world, last.location) || openStayOf(world, stay.person)) return undefined;
      stay.status = "in-progress";
      last.status = "active";
      delete last.end;
      delete stay.endedAt;
      delete stay.expectedEndAt;
      delete stay.disposition;
      // On the wards the next discharge comes by itself.
      if (stay.class === "EMER") world.after(world.minutes("untilEmergencyDecision") * minuteMs, "discharge", stay);
      return [stay];
    },
  }),
  happening("admission-cancelled", "stay", {
    candidates: (world) =>
      world.live.stays
        .values()
        .filter((stay) => isOpen(stay) && stay.class !== "AMB" && world.now - stay.createdAt < 2 * hourMs),
    play(world, stay) {
      remember(stay);
      stay.status = "cancelled";
      leaveBed(world, stay);
      return [stay];
    },
  }),
  happening("attending-changed", "stay", {
    candidates: inWards,
    play(world, stay) {
      const practitioner = another(world, world.places.physicians, attendingOf(stay));
      for (const member of stay.team)
        if (member.role === "attending" && member.end === undefined) member.end = world.now;
      stay.team.push({ role: "attending", practitioner, start: world.now });
      return [stay];
    },
  }),
  happening("consultant-changed", "stay", {
    candidates: inWards,
    play(world, stay) {
      const present = stay.team.find((member) => member.role === "consulting" && member.end === undefined);
      if (present) present.end = world.now;
      else
        stay.team.push({
          role: "consulting",
          practitioner: world.random.pick(world.places.physicians),
          start: world.now,
        });
      return [stay];
    },
  }),
  happening("stay-detail-changed", "stay", {
    candidates: (world) => world.live.stays.values().filter(isExpectedOrOpen),
    play(world, stay) {
      stay.reason = (stay.reason + world.random.whole(1, reasons.length - 1)) % reasons.length;
      return [stay];
    },
  }),
  happening("stay-entered-in-error", "stay", {
    candidates: (world) =>
      world.live.stays
        .values()
        .filter((stay) => stay.status !== "entered-in-error" && stay.class !== "AMB" && !stay.combinedInto)
        .filter((stay) => world.now - stay.createdAt < 6 * hourMs),
    play(world, stay) {
      remember(stay);
      stay.status = "entered-in-error";
      leaveBed(world, stay);
      return [stay];
    },
  }),
];

export function* inWards(world: World): Generator<Stay> {
  for (const stay of world.live.stays)
    if (stay.status === "in-progress" && isInpatient(stay) && currentMove(stay)) yield stay;
}

const isInpatient = (stay: Stay): boolean => stay.class === "IMP" || stay.class === "OBSENC";

/** How it stands, in case it was a mistake to take it back. */
function remember(stay: Stay): void {
  const moves = stay.moves.map((move) => ({ ...move }));
  stay.before = { status: stay.status, moves, ...(stay.endedAt === undefined ? {} : { endedAt: stay.endedAt }) };
}

export function endStay(world: World, stay: Stay): void {
  stay.status = "finished";
  stay.endedAt = world.now;
  leaveBed(world, stay);
}

/** Nobody lies there any more; a bed that was only reserved is forgotten. */
export function leaveBed(world: World, stay: Stay): void {
  stay.moves = stay.moves.filter((move) => move.status === "active" || move.status === "completed");
  const move = currentMove(stay);
  if (!move) return;
  move.status = "completed";
  move.end = world.now;
}

function isTaken(world: World, bed: Id): boolean {
  return [...bedsTaken(world)].includes(bed);
}

export function another<Item>(world: World, list: readonly Item[], than: Item | undefined): Item {
  return world.random.pick(list.filter((item) => item !== than));
}
