import { keyOf } from "../../fhir.ts";
import { type AppointmentFacts, appointmentFacts, noAppointment, replacedBy } from "../facts/appointment.ts";
import type { Around, Rule, RuleTable } from "../rule.ts";
import { isTakenFrom } from "./moved.ts";

/** Appointment to SIU. */
const rules: readonly Rule<AppointmentFacts>[] = [
  {
    id: "AP17",
    event: "appointment.deleted",
    title: "Another patient's: what was told under the one is wrong, and what follows is told anew",
    isOfBefore: "in-error",
    when: (was, is, told, around) => told("appointment") && isTakenFrom(was, is, around),
  },
  {
    id: "AP15",
    event: "appointment.rescheduled",
    title: "Booked in the place of another one",
    option: "replaced-as-rescheduled",
    when: (_was, is, told, { resources }) =>
      is.phase === "booked" && !told("appointment") && resources.some((each) => keyOf(each) === is.replaces),
    occurredAt: (is) => is.start,
  },
  {
    id: "AP1",
    event: "appointment.booked",
    title: "Booked",
    when: (was, is, told) => isWanted(is) && !wasProposed(was) && !isOver(was) && !told("appointment"),
  },
  {
    id: "AP2",
    event: "appointment.booked",
    title: "Asked for, and not booked yet",
    option: "proposed-appointments",
    when: (_was, is, told) => wasProposed(is) && !told("appointment"),
  },
  {
    id: "AP3",
    event: "appointment.booked",
    title: "Booked as it was asked for",
    when: (was, is, told) => isWanted(is) && wasProposed(was) && !told("appointment"),
  },
  {
    id: "AP3",
    event: "appointment.changed",
    title: "Booked as it was asked for, where that was told",
    option: "proposed-appointments",
    when: (was, is, told) => isWanted(is) && wasProposed(was) && told("appointment"),
  },
  {
    id: "AP11",
    event: "appointment.booked",
    title: "Booked again after it was cancelled or missed",
    when: (was, is, told, { has }) =>
      isOver(was) &&
      (is.phase === "booked" || (isWanted(is) && !told("appointment"))) &&
      !(has("rebooked-as-changed") && was.phase !== "void"),
  },
  {
    id: "AP11",
    event: "appointment.changed",
    title: "Booked again after it was cancelled or missed",
    option: "rebooked-as-changed",
    when: (was, is) => isOver(was) && was.phase !== "void" && isWanted(is),
  },
  {
    id: "AP4",
    event: "appointment.rescheduled",
    title: "Moved to another time",
    when: (was, is) => isWanted(was) && isWanted(is) && was.time !== is.time,
    occurredAt: (is) => is.start,
  },
  {
    id: "AP5",
    event: "appointment.resource-cancelled",
    title: "A service, person, place or thing does not take part any more",
    option: "appointment-resources",
    when: (was, is) => was.phase === "booked" && isWanted(is) && changedResources(was, is).gone.length > 0,
  },
  {
    id: "AP5",
    event: "appointment.resource-discontinued",
    title: "A service, person, place or thing left after the patient had arrived",
    option: "appointment-resources",
    when: (was, is) =>
      isWanted(was) && was.phase !== "booked" && isWanted(is) && changedResources(was, is).gone.length > 0,
  },
  {
    id: "AP5",
    event: "appointment.resource-added",
    title: "A service, person, place or thing came along",
    option: "appointment-resources",
    when: (was, is) => isWanted(was) && isWanted(is) && changedResources(was, is).came.length > 0,
  },
  {
    id: "AP5",
    event: "appointment.resource-changed",
    title: "A service, person, place or thing takes part in another way",
    option: "appointment-resources",
    when: (was, is) => isWanted(was) && isWanted(is) && changedResources(was, is).changed.length > 0,
  },
  {
    id: "AP7",
    event: "appointment.cancelled",
    title: "Cancelled",
    when: (was, is, told, around) =>
      was.phase !== "arrived" && is.phase === "cancelled" && told("appointment") && !isTakenOver(around),
  },
  {
    id: "AP8",
    event: "appointment.discontinued",
    title: "Cancelled after the patient had arrived",
    when: (was, is, told) => was.phase === "arrived" && is.phase === "cancelled" && told("appointment"),
  },
  {
    id: "AP9",
    event: "appointment.deleted",
    title: "Recorded in error",
    when: (_was, is, told) => is.phase === "void" && told("appointment"),
  },
  {
    id: "AP10",
    event: "appointment.missed",
    title: "The patient did not come",
    when: (was, is, told) => was.phase !== "missed" && is.phase === "missed" && told("appointment"),
  },
  {
    id: "AP6",
    event: "appointment.changed",
    title: "The patient arrived",
    when: (was, is, _told, { has }) => was.phase === "booked" && is.phase === "arrived" && !has("quiet-arrivals"),
  },
  {
    id: "AP12",
    event: "appointment.changed",
    title: "Over",
    when: (was, is, _told, { has }) =>
      (was.phase === "booked" || was.phase === "arrived") && is.phase === "fulfilled" && !has("quiet-arrivals"),
  },
  {
    id: "AP13",
    event: "appointment.changed",
    title: "The patient came after all",
    when: (was, is, _told, { has }) =>
      was.phase === "missed" && (is.phase === "arrived" || is.phase === "fulfilled") && !has("quiet-arrivals"),
  },
];

/** The one that takes its place was told as its move. */
function isTakenOver({ has, resources, subject }: Around<AppointmentFacts>): boolean {
  return (
    has("replaced-as-rescheduled") &&
    resources.some((each) => each.resourceType === "Appointment" && replacedBy(each) === keyOf(subject))
  );
}

function changedResources(was: AppointmentFacts, is: AppointmentFacts) {
  const now = is.resources ?? {};
  // What was told by an earlier release has none.
  const before = was.resources ?? now;
  const keys = [...new Set([...Object.keys(before), ...Object.keys(now)])];
  return {
    gone: keys.filter((key) => now[key] === undefined),
    came: keys.filter((key) => before[key] === undefined),
    changed: keys.filter((key) => before[key] !== undefined && now[key] !== undefined && before[key] !== now[key]),
  };
}

function isWanted({ phase }: AppointmentFacts): boolean {
  return phase === "booked" || phase === "arrived" || phase === "fulfilled";
}

function wasProposed({ phase }: AppointmentFacts): boolean {
  return phase === "proposed";
}

function isOver({ phase }: AppointmentFacts): boolean {
  return phase === "cancelled" || phase === "missed" || phase === "void";
}

export const appointmentTable: RuleTable<AppointmentFacts> = {
  none: noAppointment,
  facts: (resource) => appointmentFacts(resource as fhir4.Appointment),
  rules,
  update: {
    rule: "AP5",
    event: "appointment.changed",
    title: "Something else changed",
    when: (is, told) => (isWanted(is) || wasProposed(is)) && told("appointment"),
    silentWhen: (is, told) => wasProposed(is) && !told("appointment"),
    // The status alone, where it is not to be told.
    isQuiet: (was, is, { has }) => has("quiet-arrivals") && was.rest === is.rest,
  },
  ignores: (_was, is) => is.phase === "unknown",
  snapshot: (is) => (is.phase === "fulfilled" ? [is] : [noAppointment, is]),
  // Whoever missed an appointment had one.
  path: (was, is) =>
    is.phase === "missed" && was.phase !== "missed" && !isWanted(was)
      ? [was, { ...is, phase: "booked" }, is]
      : [was, is],
};
