import type { MessageContext } from "./context.ts";
import { refersTo } from "./datatypes/provider.ts";

export interface AppointmentContext extends MessageContext {
  readonly Appointment: fhir4.Appointment;
}

/** One resource of an appointment: who or what takes part, as AIG, AIL and AIP tell it. */
export interface ParticipantContext extends AppointmentContext {
  readonly Participant: fhir4.AppointmentParticipant;
}

export interface ServiceContext extends AppointmentContext {
  readonly Service: fhir4.CodeableConcept;
}

/** In whole minutes, as given or from start to end. */
export function minutesOf({ minutesDuration, start, end }: fhir4.Appointment): readonly number[] {
  if (typeof minutesDuration === "number") return [minutesDuration];
  const minutes = (Date.parse(end ?? "") - Date.parse(start ?? "")) / 60_000;
  return Number.isFinite(minutes) && minutes > 0 ? [Math.round(minutes)] : [];
}

export function appointments(context: MessageContext): readonly AppointmentContext[] {
  const { Appointment } = context;
  return Appointment === undefined ? [] : [{ ...context, Appointment }];
}

/** What is done: one AIS each; where only a specialty is given, that. */
export function services(context: AppointmentContext): readonly ServiceContext[] {
  const { serviceType, specialty } = context.Appointment;
  const concepts = serviceType ?? specialty ?? [];
  return concepts.map((Service, index) => ({ ...context, Service, setId: index + 1 }));
}

function participants(...types: readonly string[]) {
  return (context: AppointmentContext): readonly ParticipantContext[] =>
    (context.Appointment.participant ?? [])
      .filter(({ actor }) => actor?.reference !== undefined && refersTo(actor, ...types))
      .map((Participant, index) => ({ ...context, Participant, setId: index + 1 }));
}

export const places = participants("Location");
export const personnel = participants("Practitioner", "PractitionerRole");
export const equipment = participants("Device", "HealthcareService");

const actions: Readonly<Record<string, string>> = { S12: "A", S13: "U", S14: "U", S15: "D", S16: "D", S17: "D" };

/** HL70206: whether the appointment's resources come, change or go with this event. */
export function segmentActionOf({ message }: MessageContext): readonly string[] {
  const action = actions[message.triggerEvent];
  return action === undefined ? [] : [action];
}
