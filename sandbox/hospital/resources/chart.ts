import { conditions, procedures, reactions, remarks, substances } from "../catalogue.ts";
import { codeable } from "../concepts.ts";
import type { Allergy, Condition, Procedure } from "../records.ts";
import { type Chart, patientReference, practitionerReference, seconds } from "./context.ts";

const status = (system: string, code: string): fhir4.CodeableConcept => {
  const display = code.replaceAll("-", " ").replace(/^./, (letter) => letter.toUpperCase());
  return { coding: [{ system: `http://terminology.hl7.org/CodeSystem/${system}`, code, display }], text: display };
};

const noteOf = (note: number | undefined, at: number): { note: fhir4.Annotation[] } | Record<string, never> =>
  note === undefined ? {} : { note: [{ time: seconds(at), text: remarks[note] ?? "" }] };

export function conditionResource(chart: Chart, condition: Condition): fhir4.Condition {
  const { clinical, verification } = condition;
  return {
    resourceType: "Condition",
    id: condition.id,
    // What was entered in error has no clinical status.
    ...(verification === "entered-in-error" ? {} : { clinicalStatus: status("condition-clinical", clinical) }),
    verificationStatus: status("condition-ver-status", verification),
    category: [status("condition-category", condition.category)],
    code: codeable(chart.tenant, conditions[condition.condition] ?? { display: "Unknown" }),
    subject: patientReference(chart, condition.person),
    ...(condition.stay ? { encounter: { reference: `Encounter/${condition.stay}` } } : {}),
    onsetDateTime: seconds(condition.onsetAt),
    ...(condition.abatedAt === undefined ? {} : { abatementDateTime: seconds(condition.abatedAt) }),
    recordedDate: seconds(condition.onsetAt),
    recorder: practitionerReference(chart, condition.recorder),
    ...noteOf(condition.note, condition.onsetAt),
  };
}

export function procedureResource(chart: Chart, procedure: Procedure): fhir4.Procedure {
  return {
    resourceType: "Procedure",
    id: procedure.id,
    status: procedure.status,
    code: codeable(chart.tenant, procedures[procedure.procedure] ?? { display: "Unknown" }),
    subject: patientReference(chart, procedure.person),
    encounter: { reference: `Encounter/${procedure.stay}` },
    performedDateTime: seconds(procedure.performedAt),
    performer: [{ actor: practitionerReference(chart, procedure.performer) }],
    ...noteOf(procedure.note, procedure.performedAt),
  };
}

export function allergyResource(chart: Chart, allergy: Allergy): fhir4.AllergyIntolerance {
  const { clinical, verification, criticality } = allergy;
  const substance = substances[allergy.substance];
  const reaction = allergy.substance === 0 ? undefined : reactions[allergy.reaction];
  return {
    resourceType: "AllergyIntolerance",
    id: allergy.id,
    ...(verification === "entered-in-error" ? {} : { clinicalStatus: status("allergyintolerance-clinical", clinical) }),
    verificationStatus: status("allergyintolerance-verification", verification),
    ...(substance?.kind ? { type: "allergy" as const, category: [substance.kind] } : {}),
    criticality,
    code: codeable(chart.tenant, substance ?? { display: "Unknown" }),
    patient: patientReference(chart, allergy.person),
    recordedDate: seconds(allergy.recordedAt),
    recorder: practitionerReference(chart, allergy.recorder),
    ...(reaction ? { reaction: [{ manifestation: [codeable(chart.tenant, reaction)] }] } : {}),
  };
}
