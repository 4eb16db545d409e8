import { contentHash } from "../../changes/content.ts";
import { patientIdOf, type Resource } from "../../fhir.ts";
import { instantOf } from "../../instant.ts";
import { relativeReference } from "../lookup.ts";
import { contentWithout } from "./content.ts";

/** `unknown`: a status that FHIR does not have, and that says nothing. */
export type AppointmentPhase =
  | "none"
  | "proposed"
  | "booked"
  | "arrived"
  | "fulfilled"
  | "cancelled"
  | "missed"
  | "void"
  | "unknown";

export interface AppointmentFacts {
  readonly of: "Appointment";
  readonly phase: AppointmentPhase;
  /** Start, end and length in one: it moved when this changed. */
  readonly time: string;
  readonly start?: string | undefined;
  /** `Appointment/7`: the one whose place it takes. */
  readonly replaces?: string | undefined;
  /** `Patient/12` */
  readonly patientKey?: string | undefined;
  /** Hash of all but the status. */
  readonly rest?: string;
  /** Services, people, places and things that take part, by what they are: hash of what is said of each. */
  readonly resources?: Readonly<Record<string, string>>;
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
  const patient = patientIdOf(appointment);
  return {
    of: "Appointment",
    phase: phases[appointment.status] ?? "unknown",
    time: [instant(start), instant(end), minutesDuration ?? ""].join("/"),
    start,
    replaces: replacedBy(appointment),
    patientKey: patient === undefined ? undefined : `Patient/${patient}`,
    rest: contentWithout(appointment, ["status", "slot", "text"]),
    resources: resourcesOf(appointment),
  };
}

function partHash(part: object): string {
  return contentHash({ resourceType: "Appointment", part } as unknown as Resource);
}

const resourceTypes = ["Location", "Practitioner", "PractitionerRole", "Device", "HealthcareService"];

/** Those whom SIU tells as resources; who declined takes no part. */
export function resourcesOf({ participant = [], serviceType = [] }: fhir4.Appointment): Record<string, string> {
  const named = participant
    .filter(({ actor, status }) => status !== "declined" && resourceTypes.includes(typeOf(actor)))
    .map((each): [string, object] => [resourceKey(each), each]);
  const services = serviceType.map((each): [string, object] => [resourceKey(each), each]);
  return Object.fromEntries(
    [...named, ...services]
      .toSorted(([one], [other]) => (one < other ? -1 : 1))
      .map(([key, each]) => [key, partHash(each)]),
  );
}

/** The same resource has the same key in every version of its appointment. */
export function resourceKey(resource: fhir4.AppointmentParticipant | fhir4.CodeableConcept): string {
  if ("actor" in resource) return relativeReference(resource.actor?.reference) ?? "";
  const { coding, text } = resource as fhir4.CodeableConcept;
  return coding?.[0]?.code ?? text ?? "";
}

function typeOf(actor: fhir4.Reference | undefined): string {
  return relativeReference(actor?.reference)?.split("/")[0] ?? "";
}

const replaces = "http://hl7.org/fhir/5.0/StructureDefinition/extension-Appointment.replaces";

/** R4 has no element for it: the extension of R5, or an appointment among what supports the booking. */
export function replacedBy({ extension = [], supportingInformation = [] }: fhir4.Appointment): string | undefined {
  const named = extension.find(({ url }) => url === replaces)?.valueReference;
  return [named, ...supportingInformation]
    .map((reference) => relativeReference(reference?.reference))
    .find((key) => key?.startsWith("Appointment/"));
}

function instant(text: string | undefined): string {
  const time = instantOf(text);
  return time === undefined ? (text ?? "") : new Date(time).toISOString();
}
