import type { ResourceKey } from "../sandbox/hospital/store.ts";
import type { AppointmentTruth, PersonTruth } from "../sandbox/hospital/truth.ts";
import type { Hospital } from "../sandbox/hospital.ts";
import { appointmentStates } from "./expected.ts";
import type { TargetReading } from "./house.ts";

/**
 * People whose merge was undone and whose own record was not read since, as the news of an appointment of theirs showed
 * them: whoever tells of it by a number has to look the person up again.
 */
export interface Glimpses {
  /**
   * @param readAtOf when a person's own record was last read, epoch milliseconds
   * @returns those of whom it says something new
   */
  bringUpTo(
    readings: Iterable<[target: string, reading: TargetReading]>,
    readAtOf: (person: ResourceKey) => number | undefined,
  ): Set<ResourceKey>;
  /** Nothing where the person's own record was read since. */
  of(person: ResourceKey, readAt: number | undefined): PersonTruth | undefined;
}

export function createGlimpses(hospital: Hospital): Glimpses {
  const glimpses = new Map<ResourceKey, { readonly person: PersonTruth; readonly at: number }>();
  const days = createDays(hospital.timeZone);
  let lookedAt = 0;

  /** What a poll of a clinic's schedule at that time has to tell of the person's appointments. */
  function* newsOf(person: ResourceKey, location: ResourceKey, at: number, polledBefore: number | undefined) {
    const before = polledBefore === undefined ? [] : hospital.truth(new Date(polledBefore)).appointments;
    const seen = new Map(before.filter(({ hidden }) => !hidden).map((each) => [each.key, each]));
    for (const appointment of hospital.truth(new Date(at)).appointments) {
      const was = seen.get(appointment.key);
      if (appointment.patient !== person || appointment.location !== location || appointment.hidden) continue;
      const isShown = [was, appointment].some((each) => each !== undefined && isOnSchedule(days(each.start, at)));
      if (isShown && JSON.stringify(was) !== JSON.stringify(appointment) && (isWanted(was) || isWanted(appointment)))
        yield appointment;
    }
  }

  return {
    bringUpTo(readings, readAtOf) {
      const changed = new Set<ResourceKey>();
      const schedules = [...readings].filter(([target]) => target.startsWith("schedule/"));
      for (const { old, undoneAt } of hospital.truth().merges) {
        const partedAt = undoneAt === undefined ? Number.POSITIVE_INFINITY : Date.parse(undoneAt);
        if ((readAtOf(old) ?? Number.POSITIVE_INFINITY) >= partedAt) continue;
        for (const [target, { polls }] of schedules)
          for (const [index, at] of polls.entries()) {
            if (at <= lookedAt || at < partedAt || at <= (glimpses.get(old)?.at ?? 0)) continue;
            const location: ResourceKey = `Location/${target.slice("schedule/".length)}`;
            if (newsOf(old, location, at, polls[index - 1]).next().done) continue;
            const person = hospital.truth(new Date(at)).people.find(({ key }) => key === old);
            if (person === undefined || person.hidden) continue;
            glimpses.set(old, { person, at });
            changed.add(old);
          }
      }
      lookedAt = Math.max(lookedAt, ...schedules.map(([, { polls }]) => polls.at(-1) ?? 0));
      return changed;
    },
    of(person, readAt) {
      const glimpse = glimpses.get(person);
      return glimpse !== undefined && glimpse.at > (readAt ?? 0) ? glimpse.person : undefined;
    },
  };
}

/** Schedules are read from yesterday on, for fourteen days from today. */
function isOnSchedule(daysAhead: number): boolean {
  return daysAhead >= -1 && daysAhead < 14;
}

/** Nobody is told of what was only asked for, nor of what becomes of an appointment that is off. */
function isWanted(appointment: AppointmentTruth | undefined): boolean {
  return appointment !== undefined && ["booked", "started", "done"].includes(appointmentStates[appointment.status]);
}

/** How many days, by the calendar of the house, one time is ahead of another. */
function createDays(timeZone: string): (start: string, at: number) => number {
  const format = new Intl.DateTimeFormat("en-CA", { timeZone, year: "numeric", month: "2-digit", day: "2-digit" });
  const dayOf = (time: number) => Date.parse(format.format(time)) / 86_400_000;
  return (start, at) => dayOf(Date.parse(start)) - dayOf(at);
}
