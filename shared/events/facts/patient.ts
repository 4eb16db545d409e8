import { relativeReference } from "../lookup.ts";

export interface PatientFacts {
  readonly of: "Patient";
  readonly phase: "none" | "active" | "inactive" | "merged";
  /** `Patient/2`: the record that goes on after a merge. */
  readonly survivor?: string | undefined;
  readonly deceased: boolean;
}

export const noPatient: PatientFacts = { of: "Patient", phase: "none", deceased: false };

export function patientFacts(patient: fhir4.Patient): PatientFacts {
  const survivor = patient.link?.find((link) => link.type === "replaced-by")?.other.reference;
  return {
    of: "Patient",
    phase: survivor !== undefined ? "merged" : patient.active === false ? "inactive" : "active",
    survivor: relativeReference(survivor),
    deceased: patient.deceasedBoolean === true || patient.deceasedDateTime !== undefined,
  };
}
