import { dispositions, services } from "../catalogue.ts";
import type { Move, Stay } from "../records.ts";
import { dayMs, freeBed, hourMs, isOpen, minuteMs, type World } from "../world.ts";
import { moveTo } from "./emergency.ts";
import { type Happening, happening } from "./happening.ts";
import { another, inWards } from "./inpatient.ts";

/** What is rarer in a stay: another class, plans for bed and discharge, what is put right afterwards. */
export const stayChangeHappenings: readonly Happening[] = [
  happening("inpatient-to-observation", "stay", {
    candidates: (world) => inWards(world).filter((stay) => stay.class === "IMP"),
    play(_world, stay) {
      stay.class = "OBSENC";
      return [stay];
    },
  }),
  happening("observation-to-inpatient", "stay", {
    candidates: (world) => inWards(world).filter((stay) => stay.class === "OBSENC"),
    play(_world, stay) {
      stay.class = "IMP";
      return [stay];
    },
  }),
  happening("emergency-to-observation", "stay", {
    candidates: (world) =>
      world.live.stays.values().filter((stay) => stay.status === "in-progress" && stay.class === "EMER"),
    play(world, stay) {
      const bed = freeBed(world, "ward");
      if (!bed) return undefined;
      stay.class = "OBSENC";
      moveTo(world, stay, bed);
      return [stay];
    },
  }),
  happening("transfer-planned", "stay", {
    candidates: (world) => inWards(world).filter((stay) => reservedMove(stay) === undefined),
    play(world, stay) {
      const bed = freeBed(world, "ward");
      if (!bed) return undefined;
      stay.moves.push({ location: bed, status: "reserved", start: world.now });
      const ending = world.chance("plannedTransferIsDropped") ? "transfer-plan-dropped" : "planned-transfer";
      world.after(world.minutes("untilPlannedTransfer") * minuteMs, ending, stay);
      return [stay];
    },
  }),
  happening("planned-transfer", "stay", {
    play(world, stay) {
      const reserved = reservedMove(stay);
      if (stay.status !== "in-progress" || !reserved) return undefined;
      moveTo(world, stay, reserved.location);
      return [stay];
    },
  }),
  happening("transfer-plan-dropped", "stay", {
    play(_world, stay) {
      if (!isOpen(stay) || !reservedMove(stay)) return undefined;
      stay.moves = stay.moves.filter((move) => move.status !== "reserved");
      return [stay];
    },
  }),
  happening("return-undone", "stay", {
    play(world, stay) {
      if (stay.status !== "in-progress") return undefined;
      stay.status = "onleave";
      world.after(world.minutes("untilLeaveReturn") * minuteMs, "leave-return", stay);
      return [stay];
    },
  }),
  happening("discharge-planned", "stay", {
    candidates: (world) => inWards(world).filter((stay) => stay.expectedEndAt === undefined),
    play(world, stay) {
      stay.expectedEndAt = world.now + world.random.whole(4, 40) * hourMs;
      const ending = world.chance("plannedDischargeIsDropped") ? "discharge-plan-dropped" : "discharge";
      world.after(stay.expectedEndAt - world.now - hourMs, ending, stay);
      return [stay];
    },
  }),
  happening("discharge-plan-dropped", "stay", {
    play(_world, stay) {
      if (!isOpen(stay) || stay.expectedEndAt === undefined) return undefined;
      delete stay.expectedEndAt;
      return [stay];
    },
  }),
  happening("disposition-changed", "stay", {
    candidates: justEnded,
    play(world, stay) {
      stay.disposition = another(world, [...dispositions.keys()], stay.disposition);
      return [stay];
    },
  }),
  happening("discharge-time-corrected", "stay", {
    candidates: justEnded,
    play(world, stay) {
      const { startedAt = 0, endedAt = world.now } = stay;
      const corrected = endedAt - world.random.whole(5, 25) * minuteMs;
      if (corrected <= startedAt) return undefined;
      stay.endedAt = corrected;
      return [stay];
    },
  }),
  happening("service-changed", "stay", {
    candidates: inWards,
    play(world, stay) {
      stay.service = another(world, [...services.keys()], stay.service);
      return [stay];
    },
  }),
  happening("admission-time-corrected", "stay", {
    candidates: inWards,
    play(world, stay) {
      if (stay.startedAt === undefined || world.now - stay.startedAt > dayMs) return undefined;
      stay.startedAt -= world.random.whole(3, 20) * minuteMs;
      return [stay];
    },
  }),
  happening("visit-number-changed", "stay", {
    candidates: (world) => world.live.stays.values().filter((stay) => isOpen(stay) && stay.class !== "AMB"),
    play(world, stay) {
      stay.visitNumber = `V${world.id()}`;
      return [stay];
    },
  }),
];

const reservedMove = (stay: Stay): Move | undefined => stay.moves.find((move) => move.status === "reserved");

function* justEnded(world: World): Iterable<Stay> {
  for (const stay of world.live.stays)
    if (stay.status === "finished" && stay.class !== "AMB" && world.now - (stay.endedAt ?? 0) < 6 * hourMs) yield stay;
}
