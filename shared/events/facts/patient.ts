import { identifierType, isMerged } from "../../fhir.ts";
import { instantOf } from "../../instant.ts";
import { relativeReference } from "../lookup.ts";

export interface PatientFacts {
  readonly of: "Patient";
  /** `void`: it should never have been made, or is not there any more. */
  readonly phase: "none" | "active" | "inactive" | "merged" | "void";
  /** `Patient/2`: the record that goes on after a merge. */
  readonly survivor?: string | undefined;
  readonly deceased: boolean;
  /** The medical record numbers in use, as `system|value`. */
  readonly recordNumbers?: readonly string[];
  /** Records that are linked to this one while both stay in use: `Patient/3`. */
  readonly links?: readonly string[];
}

/** Which identifier is the medical record number: those of a system, else those of a type (HL70203). */
export interface RecordNumberChoice {
  readonly system?: string | undefined;
  readonly type: string;
}

export const noPatient: PatientFacts = { of: "Patient", phase: "none", deceased: false };

export function patientFacts(patient: fhir4.Patient, choice: RecordNumberChoice = { type: "MR" }): PatientFacts {
  const linked = (type: string) =>
    (patient.link ?? []).filter((link) => link.type === type).map(({ other }) => relativeReference(other.reference));
  return {
    of: "Patient",
    phase: phaseOf(patient),
    survivor: linked("replaced-by")[0],
    deceased: patient.deceasedBoolean === true || patient.deceasedDateTime !== undefined,
    recordNumbers: recordNumbersOf(patient, choice),
    links: linked("seealso")
      .flatMap((key) => key ?? [])
      .sort(),
  };
}

function phaseOf(patient: fhir4.Patient): PatientFacts["phase"] {
  const { active, meta } = patient;
  if (isMerged(patient)) return "merged";
  // A Patient has no status; what was made in error is tagged.
  if (meta?.tag?.some(({ code }) => code === "entered-in-error")) return "void";
  return active === false ? "inactive" : "active";
}

/** Ignite keeps former numbers, with the end of their time. */
function recordNumbersOf({ identifier = [], meta }: fhir4.Patient, { system, type }: RecordNumberChoice): string[] {
  const asOf = instantOf(meta?.lastUpdated) ?? Number.POSITIVE_INFINITY;
  return identifier
    .filter((each) => (system === undefined ? identifierType(each) === type : each.system === system))
    .filter(({ value, use, period }) => value !== undefined && use !== "old" && !hasEnded(period?.end, asOf))
    .map((each) => `${each.system ?? ""}|${each.value}`)
    .sort();
}

function hasEnded(end: string | undefined, asOf: number): boolean {
  return end !== undefined && (instantOf(end) ?? asOf) <= asOf;
}
