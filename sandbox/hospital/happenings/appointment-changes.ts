import { cancelReasons } from "../catalogue.ts";
import type { Booking } from "../records.ts";
import { dayMs, isOpen, minuteMs, openStayOf, type World } from "../world.ts";
import { arrive, book, chooseTime, isUpcoming, plan, upcoming } from "./appointments.ts";
import { type Happening, happening } from "./happening.ts";
import { another, leaveBed } from "./inpatient.ts";
import { living } from "./people.ts";

/** What is rarer with appointments: wished for first, broken off, replaced, brought back. */
export const appointmentChangeHappenings: readonly Happening[] = [
  happening("appointment-requested", "person", {
    candidates: living,
    play(world, person) {
      const booking = book(world, person, chooseTime(world, false), world.random.pick(wishes));
      const ending = world.chance("requestIsDenied") ? "appointment-request-denied" : "appointment-confirmed";
      world.after(world.minutes("untilConfirmed") * minuteMs, ending, booking);
      return [booking];
    },
  }),
  happening("appointment-confirmed", "booking", {
    play(world, booking) {
      if (!isWish(booking)) return undefined;
      booking.status = "booked";
      if (!isUpcoming(world, booking)) booking.startAt = chooseTime(world, false);
      plan(world, booking);
      return [booking];
    },
  }),
  happening("appointment-request-denied", "booking", {
    play(world, booking) {
      return isWish(booking) ? cancel(world, booking) : undefined;
    },
  }),
  happening("visit-abandoned", "booking", {
    candidates: (world) =>
      recentBookings(world).filter((booking) => ["arrived", "checked-in"].includes(booking.status)),
    play(world, booking) {
      const stay = world.stays.get(booking.stay ?? "");
      if (!stay || !isOpen(stay)) return undefined;
      stay.status = "cancelled";
      leaveBed(world, stay);
      return [...cancel(world, booking), stay];
    },
  }),
  happening("appointment-entered-in-error", "booking", {
    candidates: upcoming,
    play(_world, booking) {
      booking.status = "entered-in-error";
      return [booking];
    },
  }),
  happening("appointment-rebooked", "booking", {
    candidates: (world) =>
      recentBookings(world).filter((booking) => ["cancelled", "noshow"].includes(booking.status) && !booking.stay),
    play(world, booking) {
      booking.status = "booked";
      delete booking.cancelReason;
      booking.startAt = chooseTime(world, false);
      plan(world, booking);
      return [booking];
    },
  }),
  happening("arrived-after-all", "booking", {
    candidates: (world) =>
      recentBookings(world).filter((booking) => booking.status === "noshow" && world.now - booking.startAt < dayMs / 4),
    play(world, booking) {
      if (openStayOf(world, booking.person)) return undefined;
      const stay = arrive(world, booking).filter((record) => record !== booking);
      booking.status = "arrived";
      return [booking, ...stay];
    },
  }),
  happening("appointment-moved-and-cancelled", "booking", {
    candidates: upcoming,
    play(world, booking) {
      booking.startAt = another(world, [chooseTime(world, false), chooseTime(world, false)], booking.startAt);
      return cancel(world, booking);
    },
  }),
  happening("appointment-replaced", "booking", {
    candidates: upcoming,
    play(world, booking) {
      const person = world.people.get(booking.person);
      if (!person) return undefined;
      const next = book(world, person, chooseTime(world, false));
      next.service = booking.service;
      next.replaces = booking.id;
      return [next, ...cancel(world, booking)];
    },
  }),
];

const wishes = ["proposed", "pending", "waitlist"] as const;
const isWish = ({ status }: Booking) => (wishes as readonly string[]).includes(status);

function recentBookings(world: World): Booking[] {
  return world.bookings
    .values()
    .filter((booking) => world.now - booking.touchedAt < dayMs && !world.people.get(booking.person)?.mergedInto)
    .toArray();
}

function cancel(world: World, booking: Booking): Booking[] {
  booking.status = "cancelled";
  booking.cancelReason = world.random.whole(0, cancelReasons.length - 1);
  return [booking];
}
