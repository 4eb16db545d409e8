import {
  type AppointmentContext,
  endStatusOf,
  minutesOf,
  minutesOfPart,
  type ParticipantContext,
  type ServiceContext,
  segmentActionOf,
  statusOf,
  statusSystem,
  thingOf,
  typeOfActor,
} from "../appointment.ts";
import { type Coded, ce, codingsOf, id } from "../datatypes/coded.ts";
import { personLocation, pl } from "../datatypes/location.ts";
import { nm } from "../datatypes/number.ts";
import { xcn } from "../datatypes/provider.ts";
import { si } from "../datatypes/text.ts";
import { ts } from "../datatypes/time.ts";
import { segment } from "../mapping.ts";
import { appointmentStatus } from "../tables/appointment.ts";
import { terminology } from "../tables/code-map.ts";
import { until } from "../versions.ts";
import { minuteUnit } from "./sch.ts";

/** The rows that the resource segments share, each at its own positions. */
const action = id<AppointmentContext>({
  from: "message.triggerEvent",
  compute: segmentActionOf,
  volatile: true,
  rule: "A, U or D by the event",
});
const start = ts<AppointmentContext>({ from: "Appointment.start" });
const duration = nm<AppointmentContext>({
  from: ["Appointment.minutesDuration", "Appointment.start", "Appointment.end"],
  compute: ({ Appointment }) => minutesOf(Appointment),
});
const durationUnit = ce<AppointmentContext>({
  from: "Appointment.minutesDuration",
  compute: ({ Appointment }) => minutesOf(Appointment).map(() => minuteUnit),
});
const startOfPart = ts<ParticipantContext>({
  from: ["Appointment.start", "Participant.period.start"],
  compute: ({ Appointment, Participant }) => {
    const start = Participant.period?.start ?? Appointment.start;
    return start === undefined ? [] : [start];
  },
  rule: "When one takes part, else when it begins",
});
const durationOfPart = nm<ParticipantContext>({
  from: ["Appointment.minutesDuration", "Appointment.start", "Appointment.end", "Participant.period"],
  compute: minutesOfPart,
});
const unitOfPart = ce<ParticipantContext>({
  from: ["Appointment.minutesDuration", "Participant.period"],
  compute: (context) => minutesOfPart(context).map(() => minuteUnit),
});
const status = ce<AppointmentContext>({
  from: ["Appointment.status"],
  compute: (context) => {
    return endOf(context) ?? (context.Slot === undefined ? [statusOf(context)] : []);
  },
  map: appointmentStatus,
});

/** What a message takes away from an appointment does not take part any more, whatever it said. */
function endOf(context: AppointmentContext): readonly Coded[] | undefined {
  const code = endStatusOf(context);
  return code === undefined ? undefined : [{ system: statusSystem, code }];
}

/** HL70278 of one who was asked: the answer counts while the appointment stands. */
const answers: Readonly<Record<string, string>> = {
  accepted: "Booked",
  declined: "Cancelled",
  tentative: "Pending",
  "needs-action": "Pending",
};
const standing = new Set(["booked", "pending", "proposed"]);

const answer = ce<ParticipantContext>({
  from: ["Participant.status", "Appointment.status"],
  compute: (context) => {
    const { Participant, Appointment, Slot } = context;
    if (Slot !== undefined) return [];
    const end = endOf(context);
    if (end !== undefined) return end;
    const code = standing.has(Appointment.status) ? answers[Participant.status] : undefined;
    return [code === undefined ? statusOf(context) : { system: statusSystem, code }];
  },
  map: appointmentStatus,
  rule: "The answer of the participant while the appointment stands, else its status",
});

/** HL7 v2.5.1, 10.6.2 */
export const rgs = segment<AppointmentContext>("RGS", {
  1: si({ from: "setId", required: true }),
  2: action,
});

/** HL7 v2.5.1, 10.6.3; `Service` is an entry of Appointment.serviceType. */
export const ais = segment<ServiceContext>("AIS", {
  1: si({ from: "setId", required: true }),
  2: action,
  3: ce({ from: "Service", required: true }),
  4: start,
  7: duration,
  8: durationUnit,
  10: status,
});

/** HL7 v2.5.1, 10.6.4; `Participant` is an entry of Appointment.participant. */
export const aig = segment<ParticipantContext>("AIG", {
  1: si({ from: "setId", required: true }),
  2: action,
  3: ce({
    from: "Participant.actor",
    pick: (actors: readonly fhir4.Reference[], { Appointment }, scope) =>
      actors.map((actor) => thingOf(actor, Appointment, scope)),
    rule: "Its number and its name",
  }),
  4: ce({
    from: "Participant.type",
    otherwise: ({ Participant, Appointment }, scope) => [typeOfActor(Participant.actor, Appointment, scope) ?? "Other"],
    required: true,
    rule: "The kind of resource: its role, else its FHIR type",
  }),
  8: startOfPart,
  11: durationOfPart,
  12: unitOfPart,
  14: answer,
});

const placeKinds = `${terminology}/v2-0305`;

/** HL7 v2.5.1, 10.6.5 */
export const ail = segment<ParticipantContext>("AIL", {
  1: si({ from: "setId", required: true }),
  2: action,
  3: pl({ from: "Participant.actor" }),
  // Required up to 2.4; later versions have it in AIL-3.
  4: until(
    "2.4",
    ce({
      from: "Participant.actor",
      pick: (places: readonly fhir4.Reference[], { Appointment }, scope) =>
        places.flatMap((place): readonly Coded[] => {
          const kind = personLocation(place, scope, Appointment)?.[5];
          return typeof kind === "string" ? [{ system: placeKinds, code: kind }] : [];
        }),
      rule: "As AIL-3.6 (HL70305)",
    }),
  ),
  6: startOfPart,
  9: durationOfPart,
  10: unitOfPart,
  12: answer,
});

/** HL7 v2.5.1, 10.6.6 */
export const aip = segment<ParticipantContext>("AIP", {
  1: si({ from: "setId", required: true }),
  2: action,
  3: xcn({
    from: "Participant.actor",
    otherwise: ({ Participant }) => [Participant.actor?.reference?.split("/").at(-1)],
    rule: "The person, else the id of the record",
  }),
  4: ce({
    from: "Participant.type",
    pick: (types: readonly fhir4.CodeableConcept[]) => types.filter((type) => codingsOf(type).length > 0),
    rule: "The role",
  }),
  6: startOfPart,
  9: durationOfPart,
  10: unitOfPart,
  12: answer,
});
