import { laboratoryOrder, panels, type Test, tests, vitals } from "../catalogue.ts";
import { type Concept, codeable, decimal, systems } from "../concepts.ts";
import type { Measurement, Order, Report } from "../records.ts";
import { type Chart, eventIdentifier, instant, patientReference, practitionerReference } from "./context.ts";

const seconds = (at: number) => `${instant(at).slice(0, 19)}Z`;

export function serviceRequestResource(chart: Chart, order: Order): fhir4.ServiceRequest {
  const panel = panels[order.panel];
  return {
    resourceType: "ServiceRequest",
    id: order.id,
    status: order.status,
    intent: "order",
    category: [codeable(chart.tenant, laboratoryOrder)],
    priority: order.priority,
    ...(panel ? { code: codeable(chart.tenant, panel.concept) } : {}),
    orderDetail: [{ text: `${order.priority.toUpperCase()}, collect: blood` }],
    subject: patientReference(chart, order.person),
    encounter: { reference: `Encounter/${order.stay}` },
    occurrenceDateTime: instant(order.authoredAt),
    authoredOn: instant(order.authoredAt),
    requester: practitionerReference(chart, order.requester),
  };
}

export function diagnosticReportResource(chart: Chart, report: Report, at: number): fhir4.DiagnosticReport {
  const panel = panels[report.panel];
  return {
    resourceType: "DiagnosticReport",
    id: report.id,
    identifier: [
      eventIdentifier(chart, report.id, at),
      { system: `https://fhir.cerner.com/${chart.tenant}/acsn`, value: report.accession },
    ],
    basedOn: [{ reference: `ServiceRequest/${report.order}` }],
    status: report.status,
    category: [
      {
        coding: [
          {
            system: "http://terminology.hl7.org/CodeSystem/v2-0074",
            code: "LAB",
            display: "Laboratory",
            userSelected: false,
          },
        ],
        text: "Laboratory",
      },
    ],
    code: panel ? codeable(chart.tenant, panel.concept) : { text: "Laboratory" },
    subject: patientReference(chart, report.person),
    encounter: { reference: `Encounter/${report.stay}` },
    effectiveDateTime: seconds(report.collectedAt),
    issued: seconds(report.issuedAt),
    performer: [
      {
        extension: [performerFunction("LA", "legal authenticator")],
        reference: `Organization/${chart.places.organizations[0]?.id}`,
      },
    ],
    // A registered report has no results yet.
    ...(report.status === "registered"
      ? {}
      : { result: report.results.map((id) => ({ reference: `Observation/${id}` })) }),
  };
}

export function observationResource(chart: Chart, measurement: Measurement, at: number): fhir4.Observation {
  const laboratory = measurement.kind === "laboratory";
  const vital = vitals[measurement.test];
  const test = laboratory ? tests[measurement.test] : vital;
  if (!test) throw new RangeError("No such test");
  const [digits = "0", secondDigits = "0"] = measurement.values;
  const second = laboratory ? undefined : vital?.second;
  const eventIds = measurement.id.split("-").slice(1);
  return {
    resourceType: "Observation",
    id: measurement.id,
    identifier: eventIds.map((eventId) => eventIdentifier(chart, eventId, at)),
    // A record without status is never shown; the store keeps it suppressed.
    status: measurement.status === "missing" ? "unknown" : measurement.status,
    category: [
      {
        coding: [
          {
            system: "http://terminology.hl7.org/CodeSystem/observation-category",
            code: laboratory ? "laboratory" : "vital-signs",
            display: laboratory ? "Laboratory" : "Vital Signs",
            ...(laboratory ? { userSelected: false } : {}),
          },
        ],
        text: laboratory ? "Laboratory" : "Vital Signs",
      },
    ],
    code: codeable(chart.tenant, second ? bloodPressure : test.concept),
    subject: { reference: `Patient/${measurement.person}` },
    encounter: { reference: `Encounter/${measurement.stay}` },
    effectiveDateTime: instant(measurement.takenAt),
    issued: instant(measurement.issuedAt),
    performer: [
      {
        extension: [
          performerFunction("LA", "legal authenticator"),
          ...(laboratory ? [performerFunction("PPRF", "primary performer")] : []),
        ],
        reference: `Practitioner/${measurement.performer}`,
      },
    ],
    ...(second
      ? { component: [component(chart, test, digits), component(chart, second, secondDigits)] }
      : { valueQuantity: quantity(test, digits) }),
    ...(laboratory ? laboratoryDetail(test, digits) : {}),
  };
}

const bloodPressure: Concept = {
  display: "Blood pressure",
  standard: [{ system: systems.loinc, code: "85354-9", display: "Blood pressure panel with all children optional" }],
};

function component(chart: Chart, test: Test, digits: string): fhir4.ObservationComponent {
  return { code: codeable(chart.tenant, test.concept), valueQuantity: quantity(test, digits) };
}

function quantity({ unit, ucum }: Test, digits: string): fhir4.Quantity {
  return { value: decimal(digits), unit, system: systems.ucum, code: ucum };
}

function laboratoryDetail(test: Test, digits: string): Pick<fhir4.Observation, "interpretation" | "referenceRange"> {
  const [code, display] =
    Number(digits) > Number(test.high)
      ? ["H", "High"]
      : Number(digits) < Number(test.low)
        ? ["L", "Low"]
        : ["N", "Normal"];
  return {
    interpretation: [
      {
        coding: [
          {
            system: "http://terminology.hl7.org/CodeSystem/v3-ObservationInterpretation",
            code,
            display,
            userSelected: false,
          },
        ],
        text: display,
      },
    ],
    referenceRange: [
      {
        low: quantity(test, test.low),
        high: quantity(test, test.high),
        type: {
          coding: [
            {
              system: "http://terminology.hl7.org/CodeSystem/referencerange-meaning",
              code: "normal",
              display: "Normal Range",
            },
          ],
          text: "Normal Range",
        },
      },
    ],
  };
}

function performerFunction(code: "LA" | "PPRF", display: string): fhir4.Extension {
  return {
    valueCodeableConcept: { coding: [{ system: systems.participation, code, display }], text: display },
    url: "http://hl7.org/fhir/StructureDefinition/event-performerFunction",
  };
}
