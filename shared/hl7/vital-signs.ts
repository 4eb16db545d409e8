import { hasCode, inOrder, isOfVisit, listOf, ofPatient } from "./chart.ts";
import type { MessageContext } from "./context.ts";

const untold: ReadonlySet<string> = new Set(["cancelled", "entered-in-error", "registered", "unknown"]);

/** The vital signs of the visit, where the destination wants them in messages about it, as they were taken. */
export function vitalSigns(context: MessageContext): readonly fhir4.Observation[] {
  if (context.destination.visit?.vitalSigns !== true) return [];
  const told = ofPatient(context, "Observation").filter(
    ({ status, category, encounter }) =>
      !untold.has(status) &&
      isOfVisit(encounter, context) &&
      listOf(category).some((each) => hasCode(each, ["vital-signs"])),
  );
  return inOrder(
    told,
    ({ id }) => id,
    ({ effectiveDateTime, effectivePeriod }) => effectiveDateTime ?? effectivePeriod?.start,
  );
}
