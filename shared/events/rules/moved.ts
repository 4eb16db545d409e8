import { encounterIdOf, isMerged, keyOf, patientIdOf, type Resource } from "../../fhir.ts";
import type { Around, Facts } from "../rule.ts";

interface Owned {
  readonly patientKey?: string | undefined;
}

type Surroundings = Pick<Around<Facts>, "subject" | "lookup" | "lookupBefore" | "mirrors" | "hearsTogether">;

/**
 * Whether it belongs to another patient than the receiver was told, and nothing else tells so: neither a merge of the
 * two records nor, to who hears of that, the move of the visit in which it was written. Whoever keeps copies is told of each.
 */
export function cameFromAnother(
  was: Owned,
  is: Owned,
  { subject, lookup, lookupBefore, mirrors, hearsTogether }: Surroundings,
): boolean {
  if (was.patientKey === undefined || is.patientKey === undefined || was.patientKey === is.patientKey) return false;
  if (mirrors) return true;
  const former = lookup(was.patientKey);
  if (former?.resourceType !== "Patient" || isMerged(former)) return false;
  // Written for the one in a visit that is the other's now: it went along, whichever of the two was seen first.
  const visit = encounterIdOf(lookupBefore(keyOf(subject)) ?? subject);
  return !hearsTogether("encounter.moved") || ownerOf(lookup(`Encounter/${visit}`)) !== is.patientKey;
}

/** The same to who can be told that what was said under the one patient is wrong: who keeps copies hears of the new owner. */
export function isTakenFrom(was: Owned, is: Owned, around: Surroundings): boolean {
  return !around.mirrors && cameFromAnother(was, is, around);
}

function ownerOf(resource: Resource | undefined): string | undefined {
  return resource && `Patient/${patientIdOf(resource)}`;
}
