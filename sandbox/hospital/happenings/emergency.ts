import { reasons } from "../catalogue.ts";
import type { Id, Stay, StayClass } from "../records.ts";
import { currentMove, freeBed, minuteMs, peopleAtHome, type World } from "../world.ts";
import { type Happening, happening } from "./happening.ts";

/** From the door of the emergency department to a ward or back home. */
export const emergencyHappenings: readonly Happening[] = [
  happening("emergency-arrival", "person", {
    candidates: (world) => peopleAtHome(world).filter((person) => world.known.has(person.id)),
    play(world, person) {
      const stay = newStay(world, person.id, "EMER");
      stay.status = "arrived";
      stay.startedAt = world.now;
      world.after(world.minutes("untilTriage") * minuteMs, "triaged", stay);
      return [stay];
    },
  }),
  happening("triaged", "stay", {
    play(world, stay) {
      if (stay.status !== "arrived") return undefined;
      stay.status = "triaged";
      world.after(world.minutes("untilEmergencyBed") * minuteMs, "emergency-bedded", stay);
      return [stay];
    },
  }),
  happening("emergency-bedded", "stay", {
    play(world, stay) {
      if (stay.status !== "triaged") return undefined;
      const bed = freeBed(world, "emergency");
      if (!bed) {
        world.after(world.minutes("untilEmergencyBed") * minuteMs, "emergency-bedded", stay);
        return undefined;
      }
      stay.status = "in-progress";
      stay.moves.push({ location: bed, status: "active", start: world.now });
      stay.team.push({ role: "attending", practitioner: world.random.pick(world.places.physicians), start: world.now });
      const decision = world.chance("emergencyEndsInAdmission") ? "admitted" : "discharge";
      world.after(world.minutes("untilEmergencyDecision") * minuteMs, decision, stay);
      return [stay];
    },
  }),
  happening("admitted", "stay", {
    play(world, stay) {
      if (stay.status !== "in-progress" || stay.class !== "EMER") return undefined;
      const bed = freeBed(world, "ward");
      if (!bed) {
        world.after(world.minutes("untilEmergencyDecision") * minuteMs, "admitted", stay);
        return undefined;
      }
      stay.class = "IMP";
      stay.admitSource = 2;
      stay.service = world.random.whole(0, 3);
      moveTo(world, stay, bed);
      stay.team.push({ role: "admitting", practitioner: world.random.pick(world.places.physicians), start: world.now });
      return [stay];
    },
  }),
];

/** A stay of which nothing is known yet but who, and why. */
export function newStay(world: World, person: Id, stayClass: StayClass): Stay {
  const id = world.id();
  const stay: Stay = {
    record: "stay",
    id,
    touchedAt: world.now,
    turn: 0,
    wording: 0,
    person,
    visitNumber: `V${id}`,
    status: "planned",
    class: stayClass,
    service: 0,
    reason: world.random.whole(0, reasons.length - 1),
    admitSource: world.random.whole(0, 1),
    moves: [],
    team: [],
    createdAt: world.now,
  };
  world.stays.set(id, stay);
  return stay;
}

export function moveTo(world: World, stay: Stay, location: Id): void {
  const move = currentMove(stay);
  if (move) {
    move.status = "completed";
    move.end = world.now;
  }
  // A bed that was held for this move, or for another, is held no longer.
  stay.moves = stay.moves.filter((each) => each.status !== "reserved");
  stay.moves.push({ location, status: "active", start: world.now });
}
