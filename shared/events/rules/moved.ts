import { encounterIdOf, isMerged, patientIdOf, type Resource } from "../../fhir.ts";
import type { Around, Facts } from "../rule.ts";

interface Owned {
  readonly patientKey?: string | undefined;
}

/**
 * Whether it belongs to another patient than the receiver was told, and nothing else tells so: neither a merge of the
 * two records nor the move of the visit in which it was written. Whoever keeps copies is told of each.
 */
export function cameFromAnother(
  was: Owned,
  is: Owned,
  { subject, lookup, lookupBefore, mirrors }: Pick<Around<Facts>, "subject" | "lookup" | "lookupBefore" | "mirrors">,
): boolean {
  if (was.patientKey === undefined || is.patientKey === undefined || was.patientKey === is.patientKey) return false;
  if (mirrors) return true;
  const former = lookup(was.patientKey);
  if (former?.resourceType !== "Patient" || isMerged(former)) return false;
  const visit = `Encounter/${encounterIdOf(subject)}`;
  return ownerOf(lookup(visit)) === ownerOf(lookupBefore(visit));
}

function ownerOf(resource: Resource | undefined): string | undefined {
  return resource && patientIdOf(resource);
}
