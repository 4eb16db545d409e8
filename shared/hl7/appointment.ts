import { resourceKey, resourcesOf } from "../events/facts/appointment.ts";
import type { Resource } from "../fhir.ts";
import { listOf } from "./chart.ts";
import type { MessageContext } from "./context.ts";
import { type Coded, codeOrText, codingsOf } from "./datatypes/coded.ts";
import { refersTo } from "./datatypes/provider.ts";
import { textOf } from "./datatypes/text.ts";
import { millennium } from "./extensions.ts";
import type { Scope } from "./scope.ts";
import { terminology } from "./tables/code-map.ts";

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
  return typeof minutesDuration === "number" ? [minutesDuration] : minutesIn({ start, end });
}

function minutesIn({ start, end }: { readonly [End in "start" | "end"]?: string | undefined }): readonly number[] {
  const minutes = (Date.parse(end ?? "") - Date.parse(start ?? "")) / 60_000;
  return Number.isFinite(minutes) && minutes > 0 ? [Math.round(minutes)] : [];
}

/** For how long one takes part: for all of the appointment, unless a time of their own is told. */
export function minutesOfPart({ Participant, Appointment }: ParticipantContext): readonly number[] {
  const own = minutesIn(Participant.period ?? {});
  return own.length > 0 ? own : minutesOf(Appointment);
}

/**
 * HL70485 by Appointment.priority, which counts as iCalendar does (RFC 5545, 3.8.1.9): 1 is the highest, 5 is usual, 9 is
 * the lowest, and 0 says nothing.
 */
export function urgencyOf({ priority }: fhir4.Appointment): string | undefined {
  if (typeof priority !== "number" || priority < 1 || priority > 9) return undefined;
  return priority === 1 ? "S" : priority < 5 ? "A" : "R";
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

type Resourced = "place" | "person" | "thing";

function participants(kind: Resourced) {
  return (context: AppointmentContext, scope: Scope): readonly ParticipantContext[] =>
    (toldOf(context, ({ participant }) => listOf(participant)) ?? [])
      .filter((each) => kindOf(each, context.Appointment, scope) === kind)
      .map((Participant, index) => ({ ...context, Participant, setId: index + 1 }));
}

export const places = participants("place");
export const personnel = participants("person");
export const equipment = participants("thing");

const kinds: Readonly<Record<string, Resourced>> = {
  Location: "place",
  Practitioner: "person",
  PractitionerRole: "person",
  Device: "thing",
  HealthcareService: "thing",
};

/** Patients and those who come with them are no resources of an appointment. */
const attendees = ["Patient", "RelatedPerson"];

/** What Millennium gives without a reference is a resource of the schedule, as a group of rooms: its display and role. */
function kindOf(participant: fhir4.AppointmentParticipant, owner: object, scope: Scope): Resourced | undefined {
  const { actor } = participant;
  const type = typeOfActor(actor, owner, scope);
  if (type !== undefined) return kinds[type];
  const roles = listOf(participant.type);
  if (actor === undefined && roles.length === 0) return undefined;
  const words = roles.flatMap((role) => [textOf(role.text), ...codingsOf(role).map((coding) => coding?.display)]);
  if (words.some((word) => attendees.includes(word ?? ""))) return undefined;
  return words.includes("Location") ? "place" : "thing";
}

/** The FHIR type of who or what takes part; undefined where neither a reference nor a type tells it. */
export function typeOfActor(actor: fhir4.Reference | undefined, owner: object, scope: Scope): string | undefined {
  const { reference, type } = actor ?? {};
  if (actor === undefined || typeof reference !== "string") return type;
  if (reference.startsWith("#")) return scope.resolve(actor, owner)?.resourceType ?? type;
  return [...Object.keys(kinds), ...attendees].find((each) => refersTo(actor, each)) ?? reference.split("/").at(-2);
}

/** A thing by its number and its name; what a resource contains has a name alone. */
export function thingOf(actor: fhir4.Reference, owner: object, scope: Scope): Coded {
  const { reference, display, identifier } = actor;
  const isContained = reference?.startsWith("#") === true;
  const id = textOf(identifier?.value) ?? (isContained ? undefined : reference?.split("/").at(-1));
  return codeOrText(id, textOf(display) ?? nameOfThing(scope.resolve(actor, owner)));
}

function nameOfThing(thing: Resource | undefined): string | undefined {
  if (thing?.resourceType === "HealthcareService") return textOf(thing.name) ?? textOf(thing.type?.[0]?.text);
  return thing?.resourceType === "Device" ? textOf(thing.deviceName?.[0]?.name) : undefined;
}

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

/** HL70278 of the appointment; one that had begun when it was cancelled was discontinued. */
export function statusOf({ Appointment, message }: AppointmentContext): Coded {
  const hadBegun = message.triggerEvent === "S16" && Appointment.status === "cancelled";
  return hadBegun ? { system: statusSystem, code: "Dc" } : { code: Appointment.status };
}

/** FHIR's name of HL70278. */
export const statusSystem = `${terminology}/v2-0278`;

/** HL70278 of a resource that a message takes away from its appointment. */
export function endStatusOf({ message }: MessageContext): string | undefined {
  return partMessages[message.triggerEvent]?.[2];
}
