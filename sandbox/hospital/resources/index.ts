import type { Kin, RecordOf } from "../records.ts";
import type { Resource } from "../store.ts";
import { appointmentResource } from "./appointment.ts";
import { allergyResource, conditionResource, procedureResource } from "./chart.ts";
import type { Chart } from "./context.ts";
import { documentResource } from "./document.ts";
import { encounterResource } from "./encounter.ts";
import { accountResource, chargeResource, coverageResource, relativeResource } from "./finance.ts";
import { diagnosticReportResource, serviceRequestResource } from "./laboratory.ts";
import { administrationResource, immunizationResource, prescriptionResource } from "./medication.ts";
import { observationResource } from "./observation.ts";
import { patientResource } from "./patient.ts";
import { locationResource, practitionerResource } from "./reference-data.ts";
import { slotResource } from "./slot.ts";

/** How Ignite would show a record; `at` is when it is written. */
export function resourceOf(chart: Chart, record: Kin, at: number): Resource {
  return (shapes[record.record].resource as (chart: Chart, record: Kin, at: number) => Resource)(chart, record, at);
}

export const resourceTypeOf = (record: Kin): string => shapes[record.record].type;

const shapes: {
  [Name in Kin["record"]]: { type: string; resource(chart: Chart, record: RecordOf<Name>, at: number): Resource };
} = {
  person: { type: "Patient", resource: patientResource },
  stay: { type: "Encounter", resource: encounterResource },
  booking: { type: "Appointment", resource: appointmentResource },
  order: { type: "ServiceRequest", resource: serviceRequestResource },
  report: { type: "DiagnosticReport", resource: diagnosticReportResource },
  measurement: { type: "Observation", resource: observationResource },
  document: { type: "DocumentReference", resource: documentResource },
  immunization: { type: "Immunization", resource: immunizationResource },
  prescription: { type: "MedicationRequest", resource: prescriptionResource },
  administration: { type: "MedicationAdministration", resource: administrationResource },
  condition: { type: "Condition", resource: conditionResource },
  procedure: { type: "Procedure", resource: procedureResource },
  allergy: { type: "AllergyIntolerance", resource: allergyResource },
  coverage: { type: "Coverage", resource: coverageResource },
  relative: { type: "RelatedPerson", resource: relativeResource },
  account: { type: "Account", resource: accountResource },
  charge: { type: "ChargeItem", resource: chargeResource },
  slot: { type: "Slot", resource: slotResource },
  clinician: { type: "Practitioner", resource: practitionerResource },
  place: { type: "Location", resource: locationResource },
};
