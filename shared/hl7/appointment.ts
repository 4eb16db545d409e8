import { resourceKey, resourcesOf } from "../events/facts/appointment.ts";
import { listOf } from "./chart.ts";
import type { MessageContext } from "./context.ts";
import { refersTo } from "./datatypes/provider.ts";
import { millennium } from "./extensions.ts";
import type { Scope } from "./scope.ts";

export interface AppointmentContext extends MessageContext {
  readonly Appointment: fhir4.Appointment;
  /** Where the message is about a time that was blocked or freed. */
  readonly Slot?: fhir4.Slot | undefined;
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

export function appointments(context: MessageContext, scope: Scope): readonly AppointmentContext[] {
  const { Appointment, event } = context;
  if (Appointment !== undefined) return [{ ...context, Appointment }];
  if (event.after.resourceType !== "Slot") return [];
  return [{ ...context, Slot: event.after, Appointment: appointmentOf(event.after, scope) }];
}

const schedulingLocation = `${millennium}/scheduling-location`;

/** A time that is blocked, as the appointment that it would have been: nobody's, with the resources of its schedule. */
function appointmentOf(slot: fhir4.Slot, scope: Scope): fhir4.Appointment {
  const { id, identifier, serviceType, specialty, start, end, comment, extension } = slot;
  const schedule = scope.resolve<fhir4.Schedule>(slot.schedule, slot);
  const actors = schedule?.resourceType === "Schedule" ? listOf(schedule.actor) : [];
  const place = listOf(extension).find(({ url }) => url === schedulingLocation)?.valueReference;
  const isListed = place === undefined || actors.some(({ reference }) => reference === place.reference);
  const participant: Partial<fhir4.AppointmentParticipant>[] = (isListed ? actors : [...actors, place]).map(
    (actor) => ({
      actor,
    }),
  );
  const appointment: { [Element in keyof fhir4.Appointment]: fhir4.Appointment[Element] | undefined } = {
    resourceType: "Appointment",
    status: "proposed",
    id,
    identifier,
    serviceType: serviceType ?? schedule?.serviceType,
    specialty: specialty ?? schedule?.specialty,
    start,
    end,
    comment,
    slot: id === undefined ? undefined : [{ reference: `Slot/${id}` }],
    participant: participant as fhir4.AppointmentParticipant[],
  };
  return appointment as fhir4.Appointment;
}

/** The patients of an appointment; a time that is blocked has none. */
export function patientsOf(context: AppointmentContext): readonly AppointmentContext[] {
  return context.Slot === undefined ? [context] : [];
}

/** What is done: one AIS each; where only a specialty is given, that. */
export function services(context: AppointmentContext): readonly ServiceContext[] {
  const concepts = toldOf(context, ({ serviceType }) => listOf(serviceType)) ?? context.Appointment.specialty ?? [];
  return concepts.map((Service, index) => ({ ...context, Service, setId: index + 1 }));
}

function participants(...types: readonly string[]) {
  return (context: AppointmentContext): readonly ParticipantContext[] =>
    (toldOf(context, ({ participant }) => listOf(participant)) ?? [])
      .filter(({ actor }) => actor?.reference !== undefined && refersTo(actor, ...types))
      .map((Participant, index) => ({ ...context, Participant, setId: index + 1 }));
}

export const places = participants("Location");
export const personnel = participants("Practitioner", "PractitionerRole");
export const equipment = participants("Device", "HealthcareService");

/** Messages about some of the resources of an appointment: HL70206, which those are, and their status (HL70278). */
const partMessages: Readonly<Record<string, readonly [action: string, isTold: PartTest, status?: string]>> = {
  S18: ["A", (was, is) => was === undefined && is !== undefined],
  S19: ["U", (was, is) => was !== undefined && is !== undefined && was !== is],
  S20: ["D", isGone, "Cancelled"],
  S21: ["D", isGone, "Dc"],
  S22: ["D", isGone, "Deleted"],
};

type PartTest = (was: string | undefined, is: string | undefined) => boolean;

function isGone(was: string | undefined, is: string | undefined): boolean {
  return was !== undefined && is === undefined;
}

/** All of a kind that take part, or those that the message is about; undefined where it lists none. */
function toldOf<Part extends fhir4.AppointmentParticipant | fhir4.CodeableConcept>(
  { Appointment, event, message }: AppointmentContext,
  list: (appointment: fhir4.Appointment) => readonly Part[],
): readonly Part[] | undefined {
  const [, isTold] = partMessages[message.triggerEvent] ?? [];
  const now = list(Appointment);
  if (isTold === undefined) return now.length === 0 ? undefined : now;
  const { before } = event;
  if (before?.resourceType !== "Appointment") return now;
  const [was, is] = [resourcesOf(before), resourcesOf(Appointment)];
  const isNow = new Set(now.map(resourceKey));
  const all = [...now, ...list(before).filter((each) => !isNow.has(resourceKey(each)))];
  return all.filter((each) => isTold(was[resourceKey(each)], is[resourceKey(each)]));
}

const actions: Readonly<Record<string, string>> = { S12: "A", S13: "U", S14: "U", S15: "D", S16: "D", S17: "D" };

/** HL70206: whether the appointment's resources come, change or go with this event. */
export function segmentActionOf({ message }: MessageContext): readonly string[] {
  const action = actions[message.triggerEvent] ?? partMessages[message.triggerEvent]?.[0];
  return action === undefined ? [] : [action];
}

/** HL70278 of a resource that a message takes away from its appointment. */
export function endStatusOf({ message }: MessageContext): string | undefined {
  return partMessages[message.triggerEvent]?.[2];
}
