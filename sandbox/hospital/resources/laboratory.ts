import { orderCategories, panels } from "../catalogue.ts";
import { codeable } from "../concepts.ts";
import type { Order, Report } from "../records.ts";
import { reportAttachment } from "./binary.ts";
import {
  type Chart,
  eventIdentifier,
  instant,
  patientReference,
  performerFunction,
  practitionerReference,
  seconds,
} from "./context.ts";

export function serviceRequestResource(chart: Chart, order: Order): fhir4.ServiceRequest {
  const panel = panels[order.panel];
  return {
    resourceType: "ServiceRequest",
    id: order.id,
    ...(order.parent ? { basedOn: [{ reference: `ServiceRequest/${order.parent}` }] } : {}),
    ...(order.replaces ? { replaces: [{ reference: `ServiceRequest/${order.replaces}` }] } : {}),
    status: order.status,
    intent: order.parent ? "instance-order" : "order",
    category: [codeable(chart.tenant, orderCategories[panel?.category ?? "laboratory"].order)],
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
  const { section, sectionDisplay } = orderCategories[panel?.category ?? "laboratory"];
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
            code: section,
            display: sectionDisplay,
            userSelected: false,
          },
        ],
        text: sectionDisplay,
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
    // A registered report has no results yet; a dictated one never has any.
    ...(report.status === "registered" || report.results.length === 0
      ? {}
      : { result: report.results.map((id) => ({ reference: `Observation/${id}` })) }),
    ...(report.paragraphs ? { presentedForm: [reportAttachment(chart, report)] } : {}),
  };
}
