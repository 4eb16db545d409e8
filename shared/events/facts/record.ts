import { patientIdOf, type Resource } from "../../fhir.ts";
import { relativeReference } from "../lookup.ts";
import { contentWithout } from "./content.ts";

/** A record of a simple life: it comes, changes, rests and is taken back. */
export interface RecordFacts {
  readonly of: RecordType;
  /** `pending`: not worth telling yet. `resting`: out of use, and may come back. */
  readonly phase: "none" | "pending" | "active" | "resting" | "void";
  /** A Condition is a problem of the person or a diagnosis of a visit. */
  readonly kind?: "problem" | "diagnosis" | undefined;
  /** `Patient/12` */
  readonly patientKey?: string | undefined;
  /** `Account/7`: the one that an account ended in favour of. */
  readonly survivor?: string | undefined;
  /** Of a charge, those whose place it takes. */
  readonly replaces?: readonly string[];
  readonly content: string;
}

export const recordTypes = [
  "Immunization",
  "MedicationAdministration",
  "Condition",
  "Procedure",
  "AllergyIntolerance",
  "Coverage",
  "RelatedPerson",
  "ChargeItem",
  "Account",
  "Practitioner",
  "Location",
  "Slot",
] as const satisfies Resource["resourceType"][];
export type RecordType = (typeof recordTypes)[number];

export function noRecord(of: RecordType): RecordFacts {
  return { of, phase: "none", content: "" };
}

type RecordOf<Type extends RecordType> = Extract<Resource, { resourceType: Type }>;

const phases: { readonly [Type in RecordType]: (record: RecordOf<Type>) => RecordFacts["phase"] } = {
  Immunization: ({ status }) => (status === "entered-in-error" ? "void" : "active"),
  MedicationAdministration: ({ status }) =>
    status === "entered-in-error"
      ? "void"
      : status === "in-progress" || status === "on-hold" || status === "unknown"
        ? "pending"
        : "active",
  Condition: (condition) => (isInError(condition.verificationStatus) || isRefuted(condition) ? "void" : "active"),
  Procedure: ({ status }) =>
    status === "entered-in-error" || status === "not-done"
      ? "void"
      : status === "preparation" || status === "unknown"
        ? "pending"
        : "active",
  AllergyIntolerance: ({ verificationStatus }) => (isInError(verificationStatus) ? "void" : "active"),
  Coverage: ({ status }) =>
    status === "entered-in-error" || status === "cancelled" ? "void" : status === "draft" ? "pending" : "active",
  RelatedPerson: ({ active }) => (active === false ? "void" : "active"),
  ChargeItem: (charge) =>
    isOffset(charge)
      ? "void"
      : charge.status === "billable" || charge.status === "billed"
        ? "active"
        : charge.status === "planned" || charge.status === "unknown"
          ? "pending"
          : "void",
  Account: ({ status }) =>
    status === "entered-in-error"
      ? "void"
      : status === "inactive"
        ? "resting"
        : status === "unknown"
          ? "pending"
          : "active",
  Practitioner: ({ active }) => (active === false ? "resting" : "active"),
  Location: ({ status }) => (status === "inactive" || status === "suspended" ? "resting" : "active"),
  Slot: ({ status }) => (status === "busy-unavailable" ? "active" : status === "entered-in-error" ? "void" : "resting"),
};

function isInError(status: fhir4.CodeableConcept | undefined): boolean {
  return status?.coding?.some(({ code }) => code?.trim() === "entered-in-error") === true;
}

/** A problem says so itself; of a diagnosis there is nothing that could: DG1 has no state. */
function isRefuted(condition: fhir4.Condition): boolean {
  const codes = condition.verificationStatus?.coding?.map(({ code }) => code) ?? [];
  return kindOf(condition) === "diagnosis" && codes.includes("refuted");
}

export function recordFacts(record: Resource, resources: readonly Resource[]): RecordFacts {
  const of = record.resourceType as RecordType;
  const patient = patientIdOf(record);
  return {
    of,
    phase: (phases[of] as (record: Resource) => RecordFacts["phase"])(record),
    ...(record.resourceType === "Condition" && { kind: kindOf(record) }),
    patientKey: patient === undefined ? undefined : `Patient/${patient}`,
    ...(record.resourceType === "Account" && { survivor: survivorOf(record) }),
    ...(record.resourceType === "ChargeItem" && { replaces: replacedBy(record) }),
    content: [record, ...rolesOf(record, resources)]
      .map((each) => contentWithout(each, silentElements[of] ?? []))
      .sort()
      .join(),
  };
}

/** The roles of a clinician, as far as they came along: Ignite holds none that could be asked for. */
function rolesOf({ resourceType, id }: Resource, resources: readonly Resource[]): readonly Resource[] {
  if (resourceType !== "Practitioner") return [];
  return resources.filter(
    (each) =>
      each.resourceType === "PractitionerRole" &&
      each.active !== false &&
      relativeReference(each.practitioner?.reference) === `Practitioner/${id}`,
  );
}

/** Of a charge, that it was billed is no news about it. */
const silentElements: { readonly [Type in RecordType]?: readonly string[] } = { ChargeItem: ["status"] };

/** Millennium's word for a charge that was taken back: it and its credit point to each other, and neither counts. */
export const offsetBy = "https://fhir-ehr.cerner.com/r4/StructureDefinition/offset-by";

function isOffset({ extension }: fhir4.ChargeItem): boolean {
  return Array.isArray(extension) && extension.some((each) => each?.url === offsetBy);
}

const replacing = "https://fhir-ehr.cerner.com/r4/StructureDefinition/replacing";

/** `ChargeItem/7`: the charges whose place a charge takes. Those that are not billable any more are in no search. */
export function replacedBy({ extension = [] }: fhir4.ChargeItem): readonly string[] {
  return extension
    .filter(({ url }) => url === replacing)
    .flatMap(({ valueReference }) => relativeReference(valueReference?.reference) ?? []);
}

/** One that is out of use and a part of another one was combined with it. */
function survivorOf({ status, partOf }: fhir4.Account): string | undefined {
  return status === "active" || status === "on-hold" ? undefined : relativeReference(partOf?.reference);
}

export function kindOf({ category }: fhir4.Condition): "problem" | "diagnosis" {
  const codes = category?.flatMap(({ coding }) => coding ?? []).map(({ code }) => code);
  return codes?.includes("encounter-diagnosis") ? "diagnosis" : "problem";
}
