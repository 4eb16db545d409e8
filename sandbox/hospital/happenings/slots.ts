import { visitServices } from "../catalogue.ts";
import type { Slot } from "../records.ts";
import { hourMs, type World } from "../world.ts";
import { chooseTime } from "./appointments.ts";
import { type Happening, happening, newKept } from "./happening.ts";

/** The clinics' days: what can be booked, what is booked, what is blocked. */
export const slotHappenings: readonly Happening[] = [
  { kind: "slot-opened", play: (world) => [openSlot(world)] },
  turn("slot-taken", "free", "busy"),
  turn("slot-freed", "busy", "free"),
  turn("slot-blocked", "free", "busy-unavailable"),
  turn("slot-unblocked", "busy-unavailable", "free"),
];

function turn(
  kind: "slot-taken" | "slot-freed" | "slot-blocked" | "slot-unblocked",
  from: Slot["status"],
  to: Slot["status"],
): Happening {
  return happening(kind, "slot", {
    candidates: (world) =>
      world.slots.values().filter(({ status, startAt }) => status === from && startAt - world.now > hourMs),
    play(_world, slot) {
      slot.status = to;
      return [slot];
    },
  });
}

export function openSlot(world: World): Slot {
  const { random } = world;
  const clinic = random.pick(world.places.clinics).id;
  const practitioner = random.pick(world.places.physicians);
  const { id, ...kept } = newKept(world);
  const slot: Slot = {
    record: "slot",
    id: `${practitioner}-${clinic}-${id}-0`,
    ...kept,
    clinic,
    practitioner,
    service: random.whole(0, visitServices.length - 1),
    status: "free",
    startAt: chooseTime(world, false),
    minutes: random.pick([15, 30]),
  };
  world.slots.set(slot.id, slot);
  return slot;
}
