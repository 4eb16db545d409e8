import { documentTypes } from "../catalogue.ts";
import { codeable } from "../concepts.ts";
import type { Document } from "../records.ts";
import { documentAttachment } from "./binary.ts";
import { type Chart, eventIdentifier, patientReference, practitionerReference, seconds } from "./context.ts";

export function documentResource(chart: Chart, document: Document, at: number): fhir4.DocumentReference {
  const type = documentTypes[document.type];
  const [organization] = chart.places.organizations;
  const stay = chart.stays.get(document.stay);
  return {
    resourceType: "DocumentReference",
    id: document.id,
    identifier: [eventIdentifier(chart, document.id, at)],
    status: document.status,
    docStatus: document.docStatus,
    ...(type ? { type: codeable(chart.tenant, type) } : {}),
    category: [
      {
        coding: [
          {
            system: "http://hl7.org/fhir/us/core/CodeSystem/us-core-documentreference-category",
            code: "clinical-note",
            display: "Clinical Note",
            userSelected: false,
          },
        ],
        text: "Clinical Note",
      },
    ],
    subject: patientReference(chart, document.person),
    date: seconds(document.writtenAt),
    author: [practitionerReference(chart, document.author)],
    ...(document.authenticator ? { authenticator: practitionerReference(chart, document.authenticator) } : {}),
    ...(organization
      ? { custodian: { reference: `Organization/${organization.id}`, display: organization.name } }
      : {}),
    ...(document.follows
      ? {
          relatesTo: [
            {
              code: document.follows.how,
              target: { reference: `DocumentReference/${document.follows.document}` },
            },
          ],
        }
      : {}),
    content: [
      {
        attachment: documentAttachment(chart, document),
        format: {
          system: "http://ihe.net/fhir/ValueSet/IHE.FormatCode.codesystem",
          code: "urn:ihe:iti:xds:2017:mimeTypeSufficient",
          display: "mimeType Sufficient",
        },
      },
    ],
    context: {
      encounter: [{ reference: `Encounter/${document.stay}` }],
      period: { start: seconds(stay?.startedAt ?? document.writtenAt), end: seconds(document.writtenAt) },
    },
  };
}
