import { isSettled } from "../../changes/completeness.ts";
import { shortHash } from "../../changes/content.ts";
import { patientIdOf, type Resource } from "../../fhir.ts";
import { type Lookup, relativeReference } from "../lookup.ts";
import { contentWithout } from "./content.ts";

/** A DiagnosticReport with its Observations, or an Observation that stands alone. */
export interface ReportFacts {
  readonly of: "DiagnosticReport" | "Observation";
  readonly phase: "none" | "registered" | "preliminary" | "final" | "corrected" | "cancelled" | "void";
  /** False while parts that it names have not come along or lag behind: Ignite writes the two apart. */
  readonly complete: boolean;
  /** False when it has nothing to show yet. */
  readonly substantial: boolean;
  /** The order that it is for, where that came along. */
  readonly isOrdered?: boolean;
  /** `Patient/12` */
  readonly patientKey?: string | undefined;
  /** The Observations that it names. */
  readonly parts: readonly string[];
  /** Hash of all that it says, its parts included. */
  readonly content: string;
}

export const noReport: Omit<ReportFacts, "of"> = {
  phase: "none",
  complete: false,
  substantial: false,
  parts: [],
  content: "",
};

const phases: Readonly<Record<string, ReportFacts["phase"]>> = {
  registered: "registered",
  partial: "preliminary",
  preliminary: "preliminary",
  final: "final",
  amended: "corrected",
  corrected: "corrected",
  appended: "corrected",
  cancelled: "cancelled",
  "entered-in-error": "void",
};

export function reportFacts(report: fhir4.DiagnosticReport, lookup: Lookup): ReportFacts {
  const own = [report.presentedForm, report.conclusionCode, report.media].some((each) => (each ?? []).length > 0);
  return facts(report, report.result, own || report.conclusion !== undefined, lookup);
}

export function observationFacts(observation: fhir4.Observation, lookup: Lookup): ReportFacts {
  // Whatever has a status of its own says something, if only why there is no value.
  return facts(observation, observation.hasMember, true, lookup);
}

function facts(
  resource: fhir4.DiagnosticReport | fhir4.Observation,
  references: readonly fhir4.Reference[] | undefined,
  own: boolean,
  lookup: Lookup,
): ReportFacts {
  const parts = partsOf(references);
  const found = parts.map(lookup).filter(isObservation);
  const patient = patientIdOf(resource);
  const isComplete = found.length === parts.length && found.every(isSettled);
  return {
    of: resource.resourceType,
    phase: phases[resource.status] ?? "registered",
    complete: isComplete,
    substantial: own || found.length > 0,
    isOrdered: (resource.basedOn ?? []).some(({ reference }) => lookup(reference) !== undefined),
    patientKey: patient === undefined ? undefined : `Patient/${patient}`,
    parts,
    content: shortHash([resource, ...found].map((each) => contentWithout(each, [])).join()),
  };
}

function partsOf(references: readonly fhir4.Reference[] | undefined): string[] {
  return (references ?? []).map(({ reference }) => relativeReference(reference) ?? "").sort();
}

function isObservation(resource: Resource | undefined): resource is fhir4.Observation {
  return resource?.resourceType === "Observation";
}

/** The keys of the Observations that a report or a panel speaks for. */
export function spokenFor(resource: Resource): readonly string[] {
  if (resource.resourceType === "DiagnosticReport") return partsOf(resource.result);
  return resource.resourceType === "Observation" ? partsOf(resource.hasMember) : [];
}
