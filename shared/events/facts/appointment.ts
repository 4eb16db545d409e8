export interface AppointmentFacts {
  readonly of: "Appointment";
  readonly phase: "none" | "proposed" | "booked" | "arrived" | "fulfilled" | "cancelled" | "missed" | "void";
  /** Start, end and length in one: it moved when this changed. */
  readonly time: string;
  readonly start?: string | undefined;
}

export const noAppointment: AppointmentFacts = { of: "Appointment", phase: "none", time: "" };

const phases: Readonly<Record<fhir4.Appointment["status"], AppointmentFacts["phase"]>> = {
  proposed: "proposed",
  pending: "proposed",
  waitlist: "proposed",
  booked: "booked",
  arrived: "arrived",
  "checked-in": "arrived",
  fulfilled: "fulfilled",
  cancelled: "cancelled",
  noshow: "missed",
  "entered-in-error": "void",
};

export function appointmentFacts(appointment: fhir4.Appointment): AppointmentFacts {
  const { start, end, minutesDuration } = appointment;
  return {
    of: "Appointment",
    phase: phases[appointment.status] ?? "proposed",
    time: [instant(start), instant(end), minutesDuration ?? ""].join("/"),
    start,
  };
}

function instant(text: string | undefined): string {
  return text === undefined ? "" : new Date(text).toISOString();
}
