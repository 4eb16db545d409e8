import { patientIdOf } from "../fhir.ts";
import type { Change } from "./change.ts";

/** What the messages about a person and their visits list. */
const listed: ReadonlySet<string> = new Set([
  "AllergyIntolerance",
  "Condition",
  "Coverage",
  "Procedure",
  "RelatedPerson",
]);

/**
 * By the patient whom they were about: the records that are another patient's now, and that the lists of the one are told
 * without from now on.
 */
export function departuresOf<Each extends Change>(changes: readonly Each[]): Map<string, Each[]> {
  const departures = new Map<string, Each[]>();
  for (const change of changes) {
    const former = change.before && patientIdOf(change.before);
    if (former === undefined || former === patientIdOf(change.after) || !listed.has(change.after.resourceType))
      continue;
    departures.set(former, [...(departures.get(former) ?? []), { ...change, hasLeft: true }]);
  }
  return departures;
}
