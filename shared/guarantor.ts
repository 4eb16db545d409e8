import { isResource, type Resource } from "./fhir.ts";

const codes: ReadonlySet<unknown> = new Set(["GT", "GUAR"]);

/** Whether a relationship is that of who pays: Millennium's `Default Guarantor`, or the role class of v3. */
export function isGuarantor(concept: fhir4.CodeableConcept): boolean {
  const codings = Array.isArray(concept?.coding) ? (concept.coding as fhir4.Coding[]) : [];
  if (codings.some((each) => codes.has(each?.code))) return true;
  return [concept?.text, ...codings.map((each) => each?.display)].some((text) => /\bguarantor\b/i.test(text ?? ""));
}

/**
 * The ids by which Ignite names those who answer for the accounts of a patient, `<person>-<patient>`: the patient, and
 * each relative who pays.
 */
export function guarantorsOf(patient: string, relatives: Iterable<Resource>): readonly string[] {
  const ids = new Set([`${patient}-${patient}`]);
  for (const each of relatives) {
    if (!isResource(each, "RelatedPerson") || each.id === undefined || !Array.isArray(each.relationship)) continue;
    if (each.active !== false && each.relationship.some(isGuarantor)) ids.add(each.id);
  }
  return [...ids];
}
