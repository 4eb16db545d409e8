import {
  admitSources,
  dispositions,
  identifierTypes,
  priorities,
  reasons,
  services,
  stayClasses,
  teamRoles,
} from "../catalogue.ts";
import { type Concept, codeable, systems } from "../concepts.ts";
import type { Stay } from "../records.ts";
import {
  type Chart,
  instant,
  locationReference,
  patientReference,
  period,
  practitionerReference,
  turned,
} from "./context.ts";
import { authorities } from "./patient.ts";

export function encounterResource(chart: Chart, stay: Stay): fhir4.Encounter {
  return stay.combinedInto ? combinedEncounter(stay, stay.combinedInto) : wholeEncounter(chart, stay);
}

/** What a read of a stay that was combined into another gives. */
function combinedEncounter(stay: Stay, survivor: string): fhir4.Encounter {
  const unknown = { extension: [{ valueCode: "unknown", url: systems.absent }] };
  return {
    resourceType: "Encounter",
    id: stay.id,
    status: "unknown",
    class: unknown,
    partOf: { reference: `Encounter/${survivor}` },
  };
}

function wholeEncounter(chart: Chart, stay: Stay): fhir4.Encounter {
  const { tenant, places } = chart;
  const { display, type } = stayClasses[stay.class];
  const service = services[stay.service];
  const source = admitSources[stay.admitSource];
  const disposition = stay.disposition === undefined ? undefined : dispositions[stay.disposition];
  const destination = disposition && goesToInstitution(disposition) ? disposition.display : undefined;
  const lastPlace = places.byId.get(stay.moves.at(-1)?.location ?? "");
  const provider = places.organizations.find((each) => each.id === lastPlace?.organization) ?? places.organizations[0];
  return {
    resourceType: "Encounter",
    id: stay.id,
    ...(destination ? { contained: [{ resourceType: "Location", id: "destination", name: destination }] } : {}),
    identifier: [
      {
        use: "usual",
        type: codeable(tenant, identifierTypes.visit),
        system: authorities.visit,
        value: stay.visitNumber,
        period: { start: instant(stay.createdAt) },
      },
    ],
    status: stay.status,
    class: { system: systems.actCode, code: stay.class, display, userSelected: false },
    type: [codeable(tenant, type)],
    ...(service ? { serviceType: codeable(tenant, service) } : {}),
    priority: codeable(tenant, priorities[stay.class]),
    subject: patientReference(chart, stay.person),
    participant: turned(stay.team, stay.turn).map((member) => ({
      type: [codeable(tenant, teamRoles[member.role])],
      ...period(member.start, member.end),
      individual: practitionerReference(chart, member.practitioner),
    })),
    ...(stay.appointment ? { appointment: [{ reference: `Appointment/${stay.appointment}` }] } : {}),
    ...period(stay.startedAt, stay.endedAt ?? stay.expectedEndAt),
    reasonCode: [{ text: reasons[stay.reason] ?? "" }],
    hospitalization: {
      ...(source ? { admitSource: codeable(tenant, source) } : {}),
      ...(destination ? { destination: { reference: "#destination", display: destination } } : {}),
      ...(disposition ? { dischargeDisposition: codeable(tenant, disposition) } : {}),
    },
    ...(stay.moves.length > 0
      ? {
          location: stay.moves.map((move) => ({
            location: locationReference(chart, move.location),
            status: move.status,
            ...(move.status === "planned" || move.status === "reserved" ? {} : period(move.start, move.end)),
          })),
        }
      : {}),
    ...(provider ? { serviceProvider: { reference: `Organization/${provider.id}`, display: provider.name } } : {}),
  };
}

/** Where a discharge has a destination, Ignite gives it as a contained Location. */
function goesToInstitution({ display }: Concept): boolean {
  return display.endsWith("Facility");
}
