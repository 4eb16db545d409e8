import { referencedId } from "../../fhir.ts";
import type { AppointmentContext } from "../appointment.ts";
import { minutesOf, statusOf, statusSystem, urgencyOf } from "../appointment.ts";
import { listOf, reasonBehind } from "../chart.ts";
import { type Coded, ce, codingsOf } from "../datatypes/coded.ts";
import { ei } from "../datatypes/identifier.ts";
import { nm } from "../datatypes/number.ts";
import { xcn } from "../datatypes/provider.ts";
import { xtnWork } from "../datatypes/telecom.ts";
import { type TimingQuantity, tq } from "../datatypes/timing.ts";
import { millennium } from "../extensions.ts";
import { segment } from "../mapping.ts";
import type { Repetition } from "../model.ts";
import { agents } from "../provenance.ts";
import type { Scope } from "../scope.ts";
import { appointmentReason, appointmentStatus } from "../tables/appointment.ts";
import { instanceNumber } from "./iam.ts";
import { callbacksOf } from "./orc.ts";
import { fillerNumber, ownFillerNumber, placerNumber } from "./order-number.ts";

/** What an event of an appointment is called where the resource gives no reason. */
const eventReasons: Readonly<Record<string, Repetition>> = {
  S12: ["NEW", "New appointment", "L"],
  S13: ["RESCHED", "Rescheduled", "L"],
  S14: ["MODIFIED", "Modified", "L"],
  S15: ["CANCELLED", "Cancelled", "L"],
  S16: ["DISCONTINUED", "Discontinued", "L"],
  S17: ["DELETED", "Deleted", "L"],
  S18: ["ADDED", "Resource added", "L"],
  S19: ["CHANGED", "Resource changed", "L"],
  S20: ["REMOVED", "Resource cancelled", "L"],
  S21: ["LEFT", "Resource discontinued", "L"],
  S22: ["ERASED", "Resource deleted", "L"],
  S23: ["BLOCKED", "Time slot blocked", "L"],
  S24: ["UNBLOCKED", "Time slot free again", "L"],
  S26: ["NOSHOW", "Patient did not show up", "L"],
};

const appointmentReasons = /\/v2-0276$/;

const rescheduleReason = `${millennium}/reschedule-reason`;
const replaces = "http://hl7.org/fhir/5.0/StructureDefinition/extension-Appointment.replaces";
const parents = [`Appointment.extension('${replaces}').valueReference`, "Appointment.supportingInformation"] as const;

const blocked: fhir4.Coding = { system: statusSystem, code: "Blocked" };

const scheduler = xcn<AppointmentContext>({
  from: ["Appointment.participant", "Provenance.agent"],
  compute: schedulers,
  otherwise: ({ destination }) => [undefined, destination.sendingApplication.namespaceId ?? "BRIDGE", "SYSTEM"],
  required: true,
  rule: "Who scheduled it (v3 AUT or ENT), else who entered it by its Provenance, else the sending application",
});

/** HL7 v2.5.1, 10.6.1 */
export const sch = segment<AppointmentContext>("SCH", {
  1: ei({
    from: ["Appointment.identifier"],
    compute: ({ Appointment }) => placerOf(Appointment),
    rule: "The placer's number, where there is one",
  }),
  2: ei({
    from: ["Appointment.identifier", "Appointment.id"],
    compute: ({ Appointment }) => schedulersNumber(Appointment),
    required: true,
    rule: "The scheduler's number, or one of which nothing else is said, else the id: the key of the appointment",
  }),
  5: ce({
    from: "Appointment.slot",
    pick: (slots: readonly fhir4.Reference[], { Appointment, Slot }, scope) =>
      slots.flatMap((reference) => {
        const slot = Slot ?? scope.resolve<fhir4.Slot>(reference, Appointment);
        const id = slot?.resourceType === "Slot" ? referencedId(slot.schedule?.reference, "Schedule") : undefined;
        return id === undefined ? [] : [{ code: id, ...display(slot?.schedule) }];
      }),
    rule: "The schedule of the slot",
  }),
  6: ce({
    from: [
      "Appointment.cancelationReason",
      `Appointment.extension('${rescheduleReason}').valueCodeableConcept`,
      `Appointment.extension('${rescheduleReason}').valueString`,
    ],
    pick: (reasons: readonly (fhir4.CodeableConcept | string)[], { Appointment, message }): readonly Coded[] =>
      reasons
        .filter((reason) => reason === Appointment.cancelationReason || message.triggerEvent === "S13")
        .map((reason) => (typeof reason === "string" ? { text: reason } : reason)),
    otherwise: ({ message }) => eventReasons[message.triggerEvent] ?? [message.triggerEvent],
    required: true,
    volatile: true,
    rule: "Why it was cancelled or, in S13, moved, else what happened",
  }),
  7: ce({
    from: ["Appointment.reasonCode", "Appointment.reasonReference", "Appointment.appointmentType"],
    pick: (reasons: readonly (fhir4.CodeableConcept | fhir4.Reference)[], { Appointment }, scope) =>
      reasons
        .filter((reason) => reason !== Appointment.appointmentType || isCodedBy(reason, appointmentReasons))
        .map((reason) => (isReference(reason, Appointment) ? reasonBehind(reason, Appointment, scope) : reason)),
    map: appointmentReason,
    rule: "The reason, or what the reason is about; an appointment type coded by HL70276",
  }),
  8: ce({
    from: "Appointment.appointmentType",
    pick: (types: readonly fhir4.CodeableConcept[]) => types.filter((type) => !isCodedBy(type, appointmentReasons)),
    rule: "An appointment type that is not coded by HL70276",
  }),
  9: nm({
    from: ["Appointment.minutesDuration", "Appointment.start", "Appointment.end"],
    compute: ({ Appointment }) => minutesOf(Appointment),
  }),
  10: ce({
    from: "Appointment.minutesDuration",
    compute: ({ Appointment }) => minutesOf(Appointment).map(() => minuteUnit),
  }),
  11: tq({
    from: ["Appointment.start", "Appointment.end", "Appointment.priority", "Appointment.requestedPeriod"],
    compute: ({ Appointment }) => timingOf(Appointment),
    rule: "Most receivers read the time here; of what has no time yet, the time that was asked for",
  }),
  12: xcn({
    from: "Appointment.basedOn",
    compute: (context, scope) => requesters(context, scope).map(({ requester }) => requester),
    rule: "Who asked for the service",
  }),
  13: xtnWork({
    from: "Appointment.basedOn",
    compute: (context, scope) =>
      requesters(context, scope).flatMap(({ requester, order }) => callbacksOf([requester], order, scope)),
    rule: "The telephone number of SCH-12",
  }),
  16: scheduler,
  20: scheduler,
  23: ei({
    from: parents,
    compute: (context, scope) => parentOf(context, scope).flatMap(placerOf),
    rule: "The placer's number of the appointment that this one stands in for",
  }),
  24: ei({
    from: parents,
    compute: (context, scope) => parentOf(context, scope).flatMap(schedulersNumber),
    rule: "The number of the appointment that this one stands in for",
  }),
  25: ce({
    from: ["Appointment.status", "Slot.status"],
    compute: (context): readonly Coded[] =>
      context.Slot === undefined ? [statusOf(context)] : context.message.triggerEvent === "S23" ? [blocked] : [],
    map: appointmentStatus,
    rule: "The status, Dc where it was cancelled after it had begun; Blocked for a time that was blocked",
  }),
  26: ei({
    from: "Appointment.basedOn",
    pick: (requests: readonly fhir4.Reference[], { Appointment }, scope) =>
      requests.flatMap((request) => {
        const found = scope.resolve<fhir4.ServiceRequest>(request, Appointment);
        return placerNumber(found?.resourceType === "ServiceRequest" ? found : undefined, request);
      }),
    repeats: true,
  }),
  27: ei({
    from: "Appointment.basedOn",
    compute: (context, scope) => ordersOf(context, scope).flatMap((order) => ownFillerNumber(order)),
    repeats: true,
  }),
});

function timingOf(appointment: fhir4.Appointment): readonly TimingQuantity[] {
  const { start, end } = appointment.start === undefined ? (appointment.requestedPeriod?.[0] ?? {}) : appointment;
  const priority = urgencyOf(appointment);
  if (start === undefined && end === undefined && priority === undefined) return [];
  const [minutes] = minutesOf(appointment);
  return [{ duration: minutes === undefined ? undefined : `M${minutes}`, start, end, priority }];
}

function isReference(
  reason: fhir4.CodeableConcept | fhir4.Reference,
  { reasonReference }: fhir4.Appointment,
): reason is fhir4.Reference {
  return listOf(reasonReference).includes(reason as fhir4.Reference);
}

/** The orders that an appointment carries out. */
function ordersOf({ Appointment }: AppointmentContext, scope: Scope): readonly fhir4.ServiceRequest[] {
  return listOf(Appointment.basedOn).flatMap((reference) => {
    const found = scope.resolve<fhir4.ServiceRequest>(reference, Appointment);
    return found?.resourceType === "ServiceRequest" ? [found] : [];
  });
}

function requesters(context: AppointmentContext, scope: Scope) {
  return ordersOf(context, scope).flatMap((order) => {
    const { requester } = order;
    return requester === undefined ? [] : [{ requester, order }];
  });
}

/** A number that is not said to be the placer's is that of the record's owner, who keeps the schedule. */
function schedulersNumber(appointment: Pick<fhir4.Appointment, "id" | "identifier">): readonly fhir4.Identifier[] {
  const typed = fillerNumber({ identifier: appointment.identifier });
  if (typed.length > 0) return typed;
  const untyped = listOf(appointment.identifier).filter(({ type }) => type === undefined);
  return instanceNumber({ id: appointment.id, identifier: untyped });
}

function placerOf({ identifier }: Pick<fhir4.Appointment, "identifier">): readonly fhir4.Identifier[] {
  return listOf(identifier).filter(({ type }) => codingsOf(type ?? {}).some(({ code }) => code === "PLAC"));
}

function display(reference: fhir4.Reference | undefined): { display?: string } {
  return reference?.display === undefined ? {} : { display: reference.display };
}

/** The appointment that was moved by making this one; what did not come along is known by its id. */
function parentOf({ Appointment }: AppointmentContext, scope: Scope): readonly fhir4.Appointment[] {
  const named = listOf(Appointment.extension).flatMap(({ url, valueReference }) =>
    url === replaces && valueReference !== undefined ? [valueReference] : [],
  );
  const references = [...named, ...listOf(Appointment.supportingInformation)];
  const [first] = references.filter(({ reference }) => referencedId(reference, "Appointment") !== undefined);
  if (first === undefined) return [];
  const found = scope.resolve<fhir4.Appointment>(first, Appointment);
  if (found?.resourceType === "Appointment") return [found];
  const id = referencedId(first.reference, "Appointment");
  return id === undefined ? [] : [{ resourceType: "Appointment", id, status: "cancelled", participant: [] }];
}

const minuteUnit: fhir4.Coding = { system: "http://unitsofmeasure.org", code: "min", display: "minute" };
const schedulerRoles = new Set(["AUT", "ENT"]);

function schedulers(context: AppointmentContext): readonly fhir4.Reference[] {
  const named = listOf(context.Appointment.participant)
    .filter(({ type }) => (type ?? []).flatMap(codingsOf).some(({ code }) => schedulerRoles.has(code ?? "")))
    .flatMap(({ actor }) => (actor === undefined ? [] : [actor]));
  return named.length > 0 ? named : agents(context, "enterer");
}

function isCodedBy(concept: fhir4.CodeableConcept, systems: RegExp): boolean {
  return codingsOf(concept).some(({ system }) => system !== undefined && systems.test(system));
}

export { minuteUnit };
