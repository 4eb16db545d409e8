import { type AppointmentFacts, appointmentFacts, noAppointment } from "../facts/appointment.ts";
import type { Rule, RuleTable } from "../rule.ts";

/** Appointment to SIU. */
const rules: readonly Rule<AppointmentFacts>[] = [
  {
    id: "AP1",
    event: "appointment.booked",
    when: (was, is, told) => isWanted(is) && !wasProposed(was) && !isOver(was) && !told("appointment"),
  },
  {
    id: "AP3",
    event: "appointment.booked",
    when: (was, is, told) => isWanted(is) && wasProposed(was) && !told("appointment"),
  },
  {
    id: "AP11",
    event: "appointment.booked",
    when: (was, is, told) => isOver(was) && (is.phase === "booked" || (isWanted(is) && !told("appointment"))),
  },
  {
    id: "AP4",
    event: "appointment.rescheduled",
    when: (was, is) => isWanted(was) && isWanted(is) && was.time !== is.time,
    occurredAt: (is) => is.start,
  },
  {
    id: "AP7",
    event: "appointment.cancelled",
    when: (was, is, told) => was.phase !== "arrived" && is.phase === "cancelled" && told("appointment"),
  },
  {
    id: "AP8",
    event: "appointment.cancelled",
    when: (was, is, told) => was.phase === "arrived" && is.phase === "cancelled" && told("appointment"),
  },
  {
    id: "AP9",
    event: "appointment.cancelled",
    when: (_was, is, told) => is.phase === "void" && told("appointment"),
  },
  {
    id: "AP10",
    event: "appointment.missed",
    when: (was, is, told) => was.phase !== "missed" && is.phase === "missed" && told("appointment"),
  },
  {
    id: "AP6",
    event: "appointment.changed",
    when: (was, is) => was.phase === "booked" && is.phase === "arrived",
  },
  {
    id: "AP12",
    event: "appointment.changed",
    when: (was, is) => (was.phase === "booked" || was.phase === "arrived") && is.phase === "fulfilled",
  },
  {
    id: "AP13",
    event: "appointment.changed",
    when: (was, is) => was.phase === "missed" && (is.phase === "arrived" || is.phase === "fulfilled"),
  },
];

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
    when: (is, told) => isWanted(is) && told("appointment"),
    silentWhen: wasProposed,
  },
  snapshot: (is) => (is.phase === "fulfilled" ? [is] : [noAppointment, is]),
  // Whoever missed an appointment had one.
  path: (was, is) =>
    is.phase === "missed" && was.phase !== "missed" && !isWanted(was)
      ? [was, { ...is, phase: "booked" }, is]
      : [was, is],
};
