import { cancelReasons, patientParticipant, providerParticipant, reasons, visitServices } from "../catalogue.ts";
import { codeable, systems } from "../concepts.ts";
import type { Booking } from "../records.ts";
import { type Chart, instant, locationReference, patientReference, practitionerReference, turned } from "./context.ts";

const extension = (name: string, value: boolean): fhir4.Extension => ({
  valueBoolean: value,
  url: `https://fhir-ehr.cerner.com/r4/StructureDefinition/${name}`,
});

export function appointmentResource(chart: Chart, booking: Booking): fhir4.Appointment {
  const { tenant } = chart;
  const service = visitServices[booking.service];
  const cancelReason = booking.cancelReason === undefined ? undefined : cancelReasons[booking.cancelReason];
  const open = booking.status === "booked";
  const isTimed = !["proposed", "waitlist"].includes(booking.status);
  const start = instant(booking.startAt);
  const end = instant(booking.startAt + booking.minutes * 60_000);
  const participants: fhir4.AppointmentParticipant[] = [
    {
      type: [codeable(tenant, patientParticipant)],
      actor: patientReference(chart, booking.person),
      required: "required",
      status: "accepted",
    },
    {
      type: [
        codeable(tenant, providerParticipant),
        { coding: [{ system: systems.participation, code: "PPRF", display: "primary performer" }] },
      ],
      actor: practitionerReference(chart, booking.practitioner),
      required: "required",
      status: "accepted",
    },
    {
      actor: { ...locationReference(chart, booking.location), display: placeName(chart, booking) },
      required: "required",
      status: "accepted",
    },
  ];
  return {
    resourceType: "Appointment",
    id: booking.id,
    extension: [extension("is-cancelable", open), extension("is-reschedulable", open)],
    status: booking.status,
    ...(cancelReason ? { cancelationReason: codeable(tenant, cancelReason) } : {}),
    ...(service ? { serviceType: [codeable(tenant, service)] } : {}),
    reasonCode: [{ text: reasons[booking.reason] ?? "" }],
    ...(service ? { description: service.display } : {}),
    // What is only wished for has no time yet.
    ...(isTimed ? { start, end } : {}),
    minutesDuration: booking.minutes,
    ...(booking.comment ? { comment: booking.comment } : {}),
    participant: turned(participants, booking.turn),
    requestedPeriod: [{ start, end }],
    ...(booking.replaces ? { supportingInformation: [{ reference: `Appointment/${booking.replaces}` }] } : {}),
  };
}

function placeName(chart: Chart, booking: Booking): string {
  return chart.places.byId.get(booking.location)?.name ?? "";
}
