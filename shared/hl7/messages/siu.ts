import {
  type AppointmentContext,
  appointments,
  equipment,
  type ParticipantContext,
  patientsOf,
  personnel,
  places,
  services,
} from "../appointment.ts";
import { listOf, reasonsOf } from "../chart.ts";
import { diagnosesFor, isDiagnosis } from "../order.ts";
import type { Scope } from "../scope.ts";
import { dg1 } from "../segments/dg1.ts";
import { msh } from "../segments/msh.ts";
import { noteContexts, nte, textOfConcept } from "../segments/nte.ts";
import { pd1 } from "../segments/pd1.ts";
import { pid } from "../segments/pid.ts";
import { pv1 } from "../segments/pv1.ts";
import { pv2 } from "../segments/pv2.ts";
import { aig, ail, aip, ais, rgs } from "../segments/resources.ts";
import { sch } from "../segments/sch.ts";
import { each, group, type MessageDefinition, optional, required } from "./message.ts";

function itself(context: AppointmentContext): readonly AppointmentContext[] {
  return [context];
}

/** What the appointment is for, where it is a diagnosis. */
function reasons(context: AppointmentContext, scope: Scope) {
  return diagnosesFor(context, context.Appointment, scope);
}

function notes(context: AppointmentContext, scope: Scope) {
  const { description, comment, patientInstruction } = context.Appointment;
  return noteContexts(context, [description, comment, patientInstruction, ...furtherReasons(context, scope)]);
}

/** Where a video visit takes place, which no field of AIG tells. */
function links(context: ParticipantContext, scope: Scope) {
  const { Participant, Appointment } = context;
  const found = scope.resolve<fhir4.HealthcareService>(Participant.actor, Appointment);
  const telecom = found?.resourceType === "HealthcareService" ? listOf(found.telecom) : [];
  return noteContexts(
    context,
    telecom.filter(({ system }) => system === "url").map(({ value }) => value),
  );
}

/** SCH-7 has room for one reason, and DG1 for those that are diagnoses. */
function furtherReasons({ Appointment }: AppointmentContext, scope: Scope): readonly string[] {
  const [, ...further] = reasonsOf(Appointment, scope);
  return further
    .filter((reason) => !isDiagnosis(reason))
    .flatMap((reason) => textOfConcept(reason) ?? [])
    .map((text) => `Reason: ${text}`);
}

/** HL7 v2.5.1, 10.3: notifications of the filler. */
export const siuMessages: readonly MessageDefinition[] = [
  {
    structure: "SIU_S12",
    triggers: [
      ...["SIU^S12", "SIU^S13", "SIU^S14", "SIU^S15", "SIU^S16", "SIU^S17", "SIU^S18", "SIU^S19"],
      ...["SIU^S20", "SIU^S21", "SIU^S22", "SIU^S23", "SIU^S24", "SIU^S26"],
    ] as const,
    parts: [
      required(msh),
      group("SCHEDULE", appointments, [
        required(sch),
        each(nte, notes),
        group("PATIENT", patientsOf, [required(pid), optional(pd1), required(pv1), optional(pv2), each(dg1, reasons)]),
        group("RESOURCES", itself, [
          required(rgs),
          each(ais, services),
          group("GENERAL_RESOURCE", equipment, [required(aig), each(nte, links)]),
          each(ail, places),
          each(aip, personnel),
        ]),
      ]),
    ],
  },
];
