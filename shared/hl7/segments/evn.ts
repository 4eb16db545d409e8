import { listOf } from "../chart.ts";
import type { MessageContext } from "../context.ts";
import { codingsOf, id, is } from "../datatypes/coded.ts";
import { facility } from "../datatypes/hd.ts";
import { xcn } from "../datatypes/provider.ts";
import { ts } from "../datatypes/time.ts";
import { segment } from "../mapping.ts";
import { agents, provenances } from "../provenance.ts";
import type { Scope } from "../scope.ts";

export const plannedStart = "http://hl7.org/fhir/5.0/StructureDefinition/extension-Encounter.plannedStartDate";
export const plannedEnd = "http://hl7.org/fhir/5.0/StructureDefinition/extension-Encounter.plannedEndDate";

/** Events that speak of a visit that is still to come. */
const plannedVisits = new Set(["A05", "A14", "A27", "A38"]);
const plannedTransfers = new Set(["A15", "A26"]);

/** HL7 v2.5.1, 3.4.1 */
export const evn = segment<MessageContext>("EVN", {
  1: id({ from: "message.triggerEvent", volatile: true }),
  2: ts({
    from: ["event.recordedAt", "message.time"],
    required: true,
    rule: "When the version that told it was written",
    volatile: true,
  }),
  3: ts({
    from: [
      `Encounter.extension('${plannedStart}').valueDateTime`,
      "Encounter.appointment",
      `Encounter.extension('${plannedEnd}').valueDateTime`,
      "Encounter.location.period.start",
      "Encounter.period",
    ],
    compute: plannedTime,
    rule: "When a planned visit, transfer or discharge is expected",
    volatile: true,
  }),
  4: is({
    from: "Provenance.reason",
    compute: (context) => provenances(context).flatMap(({ reason }) => listOf(reason).filter(isEventReason)),
    rule: "Why, by its Provenance, where that says it by HL70062",
  }),
  5: xcn({
    from: "Provenance.agent",
    compute: (context) => agents(context, "enterer", "author"),
    repeats: true,
    rule: "Who entered or wrote what is told, by its Provenance",
  }),
  6: ts({ from: "event.occurredAt", rule: "When it happened in the hospital", volatile: true }),
  7: facility({ from: "Encounter.serviceProvider", rule: "Where the organization came along" }),
});

function isEventReason(reason: fhir4.CodeableConcept): boolean {
  return codingsOf(reason).some((coding) => coding?.system?.endsWith("/v2-0062"));
}

function plannedTime({ message, event, Encounter }: MessageContext, scope: Scope): readonly string[] {
  if (Encounter === undefined) return [];
  const { triggerEvent } = message;
  const { before } = event;
  if (plannedVisits.has(triggerEvent))
    return isToCome(Encounter, triggerEvent) ? given(expectedStart(Encounter, scope)) : [];
  if (plannedTransfers.has(triggerEvent)) {
    const place =
      pendingLocation(Encounter) ?? (before?.resourceType === "Encounter" ? pendingLocation(before) : undefined);
    return given(place?.period?.start);
  }
  return triggerEvent === "A16" ? given(expectedEnd(Encounter)) : [];
}

function given(time: string | undefined): readonly string[] {
  return time === undefined ? [] : [time];
}

function dateTime({ extension }: fhir4.Encounter, url: string): string | undefined {
  return extension?.find((each) => each.url === url)?.valueDateTime;
}

/** What was called off before it began is not there any more, and has never begun. */
const calledOff = new Set(["A27", "A38"]);

/** Whether the visit has not begun: all that is known of its time is a plan. */
export function isToCome({ status }: fhir4.Encounter, triggerEvent: string): boolean {
  return status === "planned" || calledOff.has(triggerEvent);
}

/** When a visit that has not begun is expected to: by its plan, else its period, else the appointment for it. */
export function expectedStart(encounter: fhir4.Encounter, scope: Scope): string | undefined {
  return dateTime(encounter, plannedStart) ?? encounter.period?.start ?? appointmentStart(encounter, scope);
}

function appointmentStart(encounter: fhir4.Encounter, scope: Scope): string | undefined {
  for (const reference of listOf(encounter.appointment)) {
    const found = scope.resolve<fhir4.Appointment>(reference, encounter);
    if (found?.resourceType === "Appointment" && found.start !== undefined) return found.start;
  }
  return undefined;
}

/** When a visit that goes on is expected to end. */
export function expectedEnd(encounter: fhir4.Encounter): string | undefined {
  const planned = dateTime(encounter, plannedEnd);
  return planned ?? (encounter.status === "finished" ? undefined : encounter.period?.end);
}

/** The bed that waits for the patient: reserved, or planned while there is another that holds. */
export function pendingLocation({ location, status }: fhir4.Encounter): fhir4.EncounterLocation | undefined {
  const places = Array.isArray(location) ? (location as readonly fhir4.EncounterLocation[]) : [];
  const reserved = places.findLast((place) => place?.status === "reserved");
  return reserved ?? (status === "planned" ? undefined : places.findLast((place) => place?.status === "planned"));
}
