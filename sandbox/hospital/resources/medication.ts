import {
  type Drug,
  drugs,
  frequencies,
  injectionSites,
  intramuscular,
  notDoneReasons,
  vaccines,
} from "../catalogue.ts";
import { codeable, decimal, systems } from "../concepts.ts";
import type { Administration, Immunization, Prescription } from "../records.ts";
import { type Chart, eventIdentifier, instant, patientReference, practitionerReference, seconds } from "./context.ts";

export function prescriptionResource(chart: Chart, prescription: Prescription): fhir4.MedicationRequest {
  const { tenant } = chart;
  const drug = drugs[prescription.drug];
  const frequency = frequencies[prescription.frequency];
  return {
    resourceType: "MedicationRequest",
    id: prescription.id,
    status: prescription.status,
    intent: "order",
    category: [
      {
        coding: [
          {
            system: "http://terminology.hl7.org/CodeSystem/medicationrequest-category",
            code: "inpatient",
            display: "Inpatient",
            userSelected: false,
          },
        ],
      },
    ],
    reportedBoolean: false,
    ...(drug ? { medicationCodeableConcept: codeable(tenant, drug.concept) } : {}),
    subject: patientReference(chart, prescription.person),
    encounter: { reference: `Encounter/${prescription.stay}` },
    authoredOn: seconds(prescription.authoredAt),
    requester: practitionerReference(chart, prescription.requester),
    dosageInstruction: drug
      ? [
          {
            text: `${prescription.dose} ${drug.unit}, ${drug.route.display}, ${frequency?.text ?? ""}`,
            timing: {
              repeat: {
                boundsPeriod: { start: seconds(prescription.authoredAt) },
                frequency: frequency?.perDay ?? 1,
                period: 1,
                periodUnit: "d",
              },
            },
            route: codeable(tenant, drug.route),
            doseAndRate: [{ doseQuantity: doseOf(drug, prescription.dose) }],
          },
        ]
      : [],
    dispenseRequest: { validityPeriod: { start: seconds(prescription.authoredAt) } },
    ...(prescription.prior ? { priorPrescription: { reference: `MedicationRequest/${prescription.prior}` } } : {}),
  };
}

export function administrationResource(chart: Chart, administration: Administration): fhir4.MedicationAdministration {
  const drug = drugs[administration.drug];
  const { startedAt, endedAt, status } = administration;
  return {
    resourceType: "MedicationAdministration",
    id: administration.id,
    status,
    ...(status === "not-done" && notDoneReasons[0]
      ? { statusReason: [codeable(chart.tenant, notDoneReasons[0])] }
      : {}),
    medicationCodeableConcept: codeable(chart.tenant, drug?.concept ?? { display: "Unknown" }),
    subject: patientReference(chart, administration.person),
    context: { reference: `Encounter/${administration.stay}` },
    effectivePeriod: { start: instant(startedAt), ...(endedAt === undefined ? {} : { end: instant(endedAt) }) },
    performer: [{ actor: practitionerReference(chart, administration.performer) }],
    request: { reference: `MedicationRequest/${administration.prescription}` },
    ...(drug ? { dosage: { route: codeable(chart.tenant, drug.route), dose: doseOf(drug, administration.dose) } } : {}),
  };
}

function doseOf({ unit, ucum }: Drug, digits: string): fhir4.Quantity {
  return { value: decimal(digits), unit, system: systems.ucum, code: ucum };
}

export function immunizationResource(chart: Chart, immunization: Immunization, at: number): fhir4.Immunization {
  const { tenant } = chart;
  const vaccine = vaccines[immunization.vaccine];
  const site = injectionSites[immunization.site];
  const reason = immunization.reason === undefined ? undefined : notDoneReasons[immunization.reason];
  return {
    resourceType: "Immunization",
    id: immunization.id,
    identifier: [eventIdentifier(chart, immunization.id.slice(1), at)],
    status: immunization.status,
    ...(reason ? { statusReason: codeable(tenant, reason) } : {}),
    vaccineCode: codeable(tenant, vaccine?.concept ?? { display: "Unknown" }),
    patient: patientReference(chart, immunization.person),
    encounter: { reference: `Encounter/${immunization.stay}` },
    occurrenceDateTime: seconds(immunization.givenAt),
    primarySource: true,
    ...(immunization.reason === undefined && vaccine
      ? {
          manufacturer: { display: vaccine.manufacturer },
          lotNumber: immunization.lot,
          ...(site ? { site: codeable(tenant, site) } : {}),
          route: codeable(tenant, intramuscular),
          doseQuantity: { value: decimal(immunization.dose), unit: "mL", system: systems.ucum, code: "mL" },
        }
      : {}),
    performer: [{ actor: practitionerReference(chart, immunization.performer) }],
  };
}
