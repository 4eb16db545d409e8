import { book, chooseTime } from "./happenings/appointments.ts";
import { moveTo, newStay } from "./happenings/emergency.ts";
import { endStay } from "./happenings/inpatient.ts";
import { makeOrder, measure, resultsOf } from "./happenings/laboratory.ts";
import { makeDuplicate, makePerson } from "./population.ts";
import type { Id, Kin, Person, Stay } from "./records.ts";
import { dayMs, freeBed, hourMs, minuteMs, peopleAtHome, type World } from "./world.ts";

/** The world while it is being furnished: its clock can be set. */
export interface WarmWorld extends World {
  setNow(at: number): void;
  /** Writes records as of the time that the clock shows. */
  write(records: readonly Kin[]): void;
}

/** Fills the house as it stands when the clock starts: people, their past, who lies where, what is booked. */
export function warmUp(world: WarmWorld, startAt: number, peopleCount: number): void {
  const { random, rates } = world;
  const share = (name: keyof typeof rates.warm) => Math.round(rates.warm[name] * peopleCount);
  const at = <Records extends readonly Kin[]>(time: number, act: () => Records): Records => {
    world.setNow(time);
    const records = act();
    world.write(records);
    world.setNow(startAt);
    return records;
  };
  const ago = (from: number, to: number) => startAt - Math.round(random.between([from, to]) / 1000) * 1000;

  world.setNow(startAt);
  const duplicates = share("duplicates");
  const originals = peopleCount - duplicates;
  const people = Array.from({ length: originals }, (_, ordinal) => addPerson(world, ordinal));
  for (let count = 0; count < duplicates; count++) {
    const of = people[count * 3];
    if (of) people.push(addDuplicate(world, of, startAt));
  }
  for (const person of people) at(person.touchedAt, () => [person]);

  for (const person of people) {
    const visits = person.duplicateOf ? 0 : random.whole(0, random.chance(0.15) ? 14 : 4);
    for (let visit = 0; visit < visits; visit++) {
      const began = ago(3 * dayMs, 900 * dayMs);
      at(began + 2 * hourMs, () => [pastVisit(world, person.id, began)]);
    }
  }

  const home = peopleAtHome(world).filter((person) => !person.duplicateOf);
  const inpatients = home.splice(0, share("inpatients"));
  for (const person of inpatients) {
    const began = ago(3 * hourMs, 6 * dayMs);
    const [admitted] = at(began, (): [Stay] => [inpatient(world, person.id)]);
    const panels = random.whole(1, 5);
    for (let panel = 0; panel < panels; panel++)
      at(began + Math.floor(((startAt - began) * (panel + 0.5)) / panels / 1000) * 1000, () =>
        pastReport(world, admitted),
      );
  }
  for (const person of home.splice(0, share("emergencies"))) {
    at(ago(5 * minuteMs, 40 * minuteMs), () => [emergency(world, person.id, startAt)]);
  }
  for (const person of home.splice(0, share("preAdmissions"))) {
    at(ago(10 * minuteMs, 10 * hourMs), () => [preAdmission(world, person.id, startAt)]);
  }
  for (let count = 0; count < share("appointmentsToday") + share("appointmentsComing"); count++) {
    const today = count < share("appointmentsToday");
    const person = random.pick(today ? home : people);
    const startsAt = chooseTime(world, today);
    const bookedAt = ago(hourMs, 20 * dayMs);
    // The booking is planned on the clock as it is at the start, and written as of the day on which it was made.
    const booking = book(world, person, startsAt);
    booking.touchedAt = bookedAt;
    at(bookedAt, () => [booking]);
  }
  world.setNow(startAt);
}

function addPerson(world: World, ordinal: number): Person {
  const person = makePerson({
    random: world.random,
    id: () => world.id(),
    ordinal,
    now: world.now,
    practitioners: world.places.physicians,
  });
  world.people.set(person.id, person);
  return person;
}

function addDuplicate(world: World, of: Person, startAt: number): Person {
  const now = startAt - world.random.whole(2, 200) * dayMs;
  const person = makeDuplicate({ of, random: world.random, id: () => world.id(), now });
  world.people.set(person.id, person);
  return person;
}

function pastVisit(world: World, person: Id, began: number): Stay {
  const stay = newStay(world, person, "AMB");
  stay.createdAt = began;
  stay.startedAt = began;
  stay.moves.push({ location: world.random.pick(world.places.clinics).id, status: "active", start: began });
  stay.team.push({ role: "attending", practitioner: world.random.pick(world.places.physicians), start: began });
  endStay(world, stay);
  return stay;
}

function inpatient(world: World, person: Id): Stay {
  const stay = newStay(world, person, "IMP");
  stay.status = "in-progress";
  stay.startedAt = world.now;
  stay.service = world.random.whole(0, 3);
  const bed = freeBed(world, "ward");
  if (bed) moveTo(world, stay, bed);
  stay.team.push({ role: "attending", practitioner: world.random.pick(world.places.physicians), start: world.now });
  return stay;
}

function emergency(world: World, person: Id, startAt: number): Stay {
  const stay = newStay(world, person, "EMER");
  stay.status = "triaged";
  stay.startedAt = world.now;
  world.after(startAt - world.now + world.random.whole(1, 6) * minuteMs, "emergency-bedded", stay);
  return stay;
}

function preAdmission(world: World, person: Id, startAt: number): Stay {
  const stay = newStay(world, person, world.chance("preAdmissionClass") ? "PRENC" : "IMP");
  stay.team.push({ role: "attending", practitioner: world.random.pick(world.places.physicians), start: world.now });
  world.after(startAt - world.now + world.random.whole(5, 60) * minuteMs, "planned-admission", stay);
  return stay;
}

function pastReport(world: World, stay: Stay): Kin[] {
  const { order, report } = makeOrder(world, stay);
  measure(world, report);
  order.status = "completed";
  report.status = "final";
  const results = resultsOf(world, report);
  for (const result of results) result.status = "final";
  return [order, report, ...results];
}
