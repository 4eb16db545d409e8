import { reasonsOf } from "../chart.ts";
import type { MessageContext } from "../context.ts";
import { ce, is, isSaid, yesNo } from "../datatypes/coded.ts";
import { pl } from "../datatypes/location.ts";
import { nm } from "../datatypes/number.ts";
import { xon } from "../datatypes/provider.ts";
import { ts } from "../datatypes/time.ts";
import { standard } from "../extensions.ts";
import { segment } from "../mapping.ts";
import { dischargeDisposition, visitPriority } from "../tables/visit.ts";
import { expectedEnd, expectedStart, isToCome, pendingLocation, plannedEnd, plannedStart } from "./evn.ts";

const modeOfArrival = `${standard}/encounter-modeOfArrival`;
const restricted = new Set(["R", "V"]);

/** HL7 v2.5.1, 3.4.4 */
export const pv2 = segment<MessageContext>("PV2", {
  1: pl({
    from: "event.before.location",
    compute: ({ event, Encounter }) => {
      const was = event.before?.resourceType === "Encounter" ? pendingLocation(event.before)?.location : undefined;
      const is = Encounter === undefined ? undefined : pendingLocation(Encounter)?.location;
      return was === undefined || was.reference === is?.reference ? [] : [was];
    },
    rule: "The bed that waited and no longer does",
  }),
  3: ce({
    from: ["Encounter.reasonCode", "Encounter.reasonReference"],
    compute: ({ Encounter }, scope) => reasonsOf(Encounter, scope).slice(0, 1),
  }),
  8: ts({
    from: [`Encounter.extension('${plannedStart}').valueDateTime`, "Encounter.period.start", "Encounter.appointment"],
    compute: ({ Encounter, message }, scope) => {
      if (Encounter === undefined || !isToCome(Encounter, message.triggerEvent)) return [];
      const start = expectedStart(Encounter, scope);
      return start === undefined ? [] : [start];
    },
    rule: "Of a visit that has not begun: the planned begin, else that of its appointment",
  }),
  9: ts({
    from: [`Encounter.extension('${plannedEnd}').valueDateTime`, "Encounter.period.end"],
    compute: ({ Encounter }) => {
      const end = Encounter === undefined ? undefined : expectedEnd(Encounter);
      return end === undefined ? [] : [end];
    },
    rule: "The planned end, else the end while the visit goes on",
  }),
  11: nm({
    from: "Encounter.length",
    pick: (lengths: readonly fhir4.Duration[]) => lengths.filter(isInDays).map(({ value }) => value),
    rule: "In days",
  }),
  22: yesNo({
    from: "Encounter.meta.security.code",
    pick: (codes: readonly string[]) => (codes.some((code) => restricted.has(code)) ? [true] : []),
    rule: "Y when the visit is restricted",
  }),
  23: xon({ from: "Encounter.serviceProvider" }),
  25: is({
    from: "Encounter.priority",
    pick: (priorities: readonly fhir4.CodeableConcept[], _context, scope) =>
      priorities.filter((priority) => isSaid(priority, "PV2-25", visitPriority, scope)),
    map: visitPriority,
  }),
  27: is({
    from: "Encounter.hospitalization.dischargeDisposition",
    pick: (values: readonly fhir4.CodeableConcept[], { Encounter }) => (Encounter?.status === "finished" ? [] : values),
    map: dischargeDisposition,
    rule: "While the visit goes on",
  }),
  38: ce({ from: `Encounter.extension('${modeOfArrival}').valueCoding` }),
  47: ts({
    from: "Encounter.statusHistory",
    pick: (history: readonly fhir4.EncounterStatusHistory[], { Encounter }) =>
      Encounter?.status === "onleave"
        ? history.filter(({ status }) => status === "onleave").map(({ period }) => period?.end)
        : [],
    rule: "On leave, when the patient is expected back",
  }),
});

function isInDays({ code, unit }: fhir4.Duration): boolean {
  return code === undefined ? unit === "d" || unit === "day" || unit === "days" : code === "d";
}
