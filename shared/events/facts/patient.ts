import { relativeReference } from "../lookup.ts";

export interface PatientFacts {
  readonly of: "Patient";
  readonly phase: "none" | "active" | "inactive" | "merged";
  /** `Patient/2`: the record that goes on after a merge. */
  readonly survivor?: string | undefined;
  readonly deceased: boolean;
  /** The medical record numbers in use, as `system|value`. */
  readonly recordNumbers?: readonly string[];
  /** Records that are linked to this one while both stay in use: `Patient/3`. */
  readonly links?: readonly string[];
}

export const noPatient: PatientFacts = { of: "Patient", phase: "none", deceased: false };

export function patientFacts(patient: fhir4.Patient): PatientFacts {
  const linked = (type: string) =>
    (patient.link ?? []).filter((link) => link.type === type).map(({ other }) => relativeReference(other.reference));
  const isMerged = patient.link?.some((link) => link.type === "replaced-by") === true;
  return {
    of: "Patient",
    phase: isMerged ? "merged" : patient.active === false ? "inactive" : "active",
    survivor: linked("replaced-by")[0],
    deceased: patient.deceasedBoolean === true || patient.deceasedDateTime !== undefined,
    recordNumbers: recordNumbersOf(patient),
    links: linked("seealso")
      .flatMap((key) => key ?? [])
      .sort(),
  };
}

/** Ignite keeps former numbers, with the end of their time. */
function recordNumbersOf({ identifier = [] }: fhir4.Patient): string[] {
  return identifier
    .filter(({ type, value }) => value !== undefined && type?.coding?.some(({ code }) => code === "MR"))
    .filter(({ period, use }) => period?.end === undefined && use !== "old")
    .map(({ system = "", value }) => `${system}|${value}`)
    .sort();
}
