import type { MessageContext } from "../context.ts";
import { id } from "../datatypes/coded.ts";
import { ts } from "../datatypes/time.ts";
import { segment } from "../mapping.ts";

export const plannedStart = "http://hl7.org/fhir/5.0/StructureDefinition/extension-Encounter.plannedStartDate";
export const plannedEnd = "http://hl7.org/fhir/5.0/StructureDefinition/extension-Encounter.plannedEndDate";

/** Events that speak of something that is still to come. */
const plannedEvents = new Set(["A05", "A14", "A15", "A16", "A26", "A27", "A38"]);

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
    from: [`Encounter.extension('${plannedStart}').valueDateTime`, "Encounter.period.start"],
    pick: (times: readonly string[], { message, Encounter }) =>
      plannedEvents.has(message.triggerEvent) && Encounter?.status === "planned" ? times : [],
    rule: "When a planned visit is expected",
    volatile: true,
  }),
  6: ts({ from: "event.occurredAt", rule: "When it happened in the hospital", volatile: true }),
});
