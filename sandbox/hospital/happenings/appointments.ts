import { cancelReasons, reasons, visitServices } from "../catalogue.ts";
import type { Booking, Kin, Person } from "../records.ts";
import { dayMs, hourMs, isOpen, minuteMs, openStayOf, type World } from "../world.ts";
import { newStay } from "./emergency.ts";
import { type Happening, happening } from "./happening.ts";
import { another, endStay } from "./inpatient.ts";

const gridMs = 5 * minuteMs;
const soonestMs = 15 * minuteMs;

/** Booked, moved, missed or kept; a kept one is a visit, with its own Encounter. */
export const appointmentHappenings: readonly Happening[] = [
  happening("appointment-booked", "person", {
    candidates: (world) =>
      world.people.values().filter((person) => !person.mergedInto && !person.deceasedAt && !person.isInactive),
    play: (world, person) => [book(world, person, chooseTime(world))],
  }),
  happening("appointment-rescheduled", "booking", {
    candidates: upcoming,
    play(world, booking) {
      booking.startAt = another(world, [chooseTime(world), chooseTime(world), chooseTime(world)], booking.startAt);
      plan(world, booking);
      return [booking];
    },
  }),
  happening("appointment-changed", "booking", {
    candidates: upcoming,
    play(world, booking) {
      const clinics = world.places.clinics.map((clinic) => clinic.id);
      const change = world.random.whole(0, 2);
      if (change === 0) booking.location = another(world, clinics, booking.location);
      else if (change === 1) booking.practitioner = another(world, world.places.physicians, booking.practitioner);
      else booking.comment = another(world, comments, booking.comment);
      return [booking];
    },
  }),
  happening("appointment-cancelled", "booking", {
    candidates: upcoming,
    play(world, booking) {
      booking.status = "cancelled";
      booking.cancelReason = world.random.whole(0, cancelReasons.length - 1);
      return [booking];
    },
  }),
  happening("appointment-missed", "booking", {
    play(world, booking) {
      if (booking.status !== "booked" || booking.stay || world.now < booking.startAt) return undefined;
      booking.status = "noshow";
      return [booking];
    },
  }),
  happening("appointment-arrived", "booking", {
    play(world, booking) {
      const [, earliest] = world.rates.minutes.arrivalBeforeStart;
      const isEarly = world.now < booking.startAt - (earliest + 1) * minuteMs;
      if (booking.status !== "booked" || booking.stay || isEarly) return undefined;
      if (openStayOf(world, booking.person)) {
        // Whoever lies on a ward does not come to the clinic.
        world.after(hourMs, "appointment-missed", booking);
        return undefined;
      }
      return arrive(world, booking);
    },
  }),
  happening("appointment-checked-in", "booking", {
    play(world, booking) {
      const stay = world.stays.get(booking.stay ?? "");
      if (!["booked", "arrived"].includes(booking.status) || stay?.status !== "arrived") return undefined;
      booking.status = "checked-in";
      stay.status = "in-progress";
      world.after(world.minutes("visit") * minuteMs, "appointment-fulfilled", booking);
      return [booking, stay];
    },
  }),
  happening("appointment-fulfilled", "booking", {
    play(world, booking) {
      const stay = world.stays.get(booking.stay ?? "");
      if (booking.status !== "checked-in" || !stay || !isOpen(stay)) return undefined;
      booking.status = "fulfilled";
      endStay(world, stay);
      return [booking, stay];
    },
  }),
];

/** The visit begins, with an Encounter of its own. */
export function arrive(world: World, booking: Booking): readonly Kin[] {
  const stay = newStay(world, booking.person, "AMB");
  stay.status = "arrived";
  stay.startedAt = world.now;
  stay.appointment = booking.id;
  stay.reason = booking.reason;
  stay.moves.push({ location: booking.location, status: "active", start: world.now });
  stay.team.push({ role: "attending", practitioner: booking.practitioner, start: world.now });
  booking.stay = stay.id;
  world.after(world.minutes("untilCheckIn") * minuteMs, "appointment-checked-in", booking);
  // Not every desk marks the arrival on the appointment.
  if (!world.chance("arrivalIsRecordedApart")) return [stay];
  booking.status = "arrived";
  return [booking, stay];
}

const comments = ["Fasting", "Bring films & reports", "Interpreter: español", "Needs wheelchair"];

/** Booked, and far enough away that nobody is on the way. */
export function upcoming(world: World): Iterable<Booking> {
  return world.live.bookings.values().filter((booking) => booking.status === "booked" && isUpcoming(world, booking));
}

export const isUpcoming = (world: World, booking: Booking): boolean => booking.startAt - world.now > soonestMs;

export function book(world: World, person: Person, startAt: number, status: Booking["status"] = "booked"): Booking {
  const { random } = world;
  const booking: Booking = {
    record: "booking",
    id: world.id(),
    touchedAt: world.now,
    turn: 0,
    wording: 0,
    person: person.id,
    status,
    service: random.whole(0, visitServices.length - 1),
    startAt,
    minutes: random.pick([15, 20, 30, 45, 60]),
    location: random.pick(world.places.clinics).id,
    practitioner: random.pick(world.places.physicians),
    reason: random.whole(0, reasons.length - 1),
    ...(random.chance(0.3) ? { comment: random.pick(comments) } : {}),
  };
  world.bookings.set(booking.id, booking);
  if (status === "booked") plan(world, booking);
  return booking;
}

/** What will become of it, unless it is moved or cancelled before. */
export function plan(world: World, booking: Booking): void {
  const wait = booking.startAt - world.now;
  if (world.chance("appointmentIsMissed"))
    world.after(wait + world.minutes("missedAfterStart") * minuteMs, "appointment-missed", booking);
  else
    world.after(
      Math.max(minuteMs, wait - world.minutes("arrivalBeforeStart") * minuteMs),
      "appointment-arrived",
      booking,
    );
}

/** Today on the walk-in list, or in the clinics' hours of a coming day. */
export function chooseTime(world: World, today = world.chance("appointmentIsToday")): number {
  const { random, rates } = world;
  if (today) return onGrid(world.now + world.minutes("untilAppointmentToday") * minuteMs);
  const day = world.now + random.whole(1, rates.warm.daysAhead) * dayMs;
  return localHour(day, world.timeZone, random.whole(8, 16)) + random.whole(0, 11) * gridMs;
}

const onGrid = (at: number): number => Math.ceil(at / gridMs) * gridMs;

const zoneClocks = new Map<string, Intl.DateTimeFormat>();

/** Costly to make, so made once. */
function zoneClock(timeZone: string): Intl.DateTimeFormat {
  const known = zoneClocks.get(timeZone);
  if (known) return known;
  const made = new Intl.DateTimeFormat("en-US", {
    timeZone,
    timeZoneName: "longOffset",
    hourCycle: "h23",
    hour: "2-digit",
  });
  zoneClocks.set(timeZone, made);
  return made;
}

/** That hour on the local day on which `at` falls. */
function localHour(at: number, timeZone: string, hour: number): number {
  const parts = zoneClock(timeZone);
  const offset = parts.formatToParts(at).find((part) => part.type === "timeZoneName")?.value ?? "";
  const [, sign = "+", hours = "0", minutes = "0"] = /GMT([+-])(\d+):(\d+)/.exec(offset) ?? [];
  const offsetMs = (Number(hours) * hourMs + Number(minutes) * minuteMs) * (sign === "-" ? -1 : 1);
  return Math.floor((at + offsetMs) / dayMs) * dayMs - offsetMs + hour * hourMs;
}
