import { codeable, systems } from "../concepts.ts";
import { type Clinician, type Organization, type Place, physicalTypes } from "../places.ts";
import { displayName } from "../population.ts";
import type { Chart } from "./context.ts";

export function locationResource(chart: Chart, place: Place): fhir4.Location {
  const organization = chart.places.organizations.find((each) => each.id === place.organization);
  return {
    resourceType: "Location",
    id: place.id,
    status: place.isInactive ? "inactive" : "active",
    name: place.name,
    alias: [place.name.toUpperCase()],
    mode: "instance",
    ...(place.kind === "facility"
      ? {
          address: {
            use: "work",
            text: "100 Prairie Way\nSpringfield, IL 62701\nUS",
            line: ["100 Prairie Way"],
            city: "Springfield",
            state: "IL",
            postalCode: "62701",
            country: "US",
          },
        }
      : {}),
    physicalType: codeable(chart.tenant, physicalTypes[place.kind]),
    ...(organization
      ? { managingOrganization: { reference: `Organization/${organization.id}`, display: organization.name } }
      : {}),
    ...(place.partOf ? { partOf: { reference: `Location/${place.partOf}` } } : {}),
  };
}

export function organizationResource(_chart: Chart, organization: Organization): fhir4.Organization {
  return {
    resourceType: "Organization",
    id: organization.id,
    active: true,
    type: [
      {
        coding: [
          { system: "http://terminology.hl7.org/CodeSystem/organization-type", code: "prov", userSelected: false },
        ],
        text: "Healthcare Provider",
      },
    ],
    name: organization.name,
    address: [{ use: "work", line: ["100 Prairie Way"], city: "Springfield", state: "IL", postalCode: "62701" }],
  };
}

export function practitionerResource(chart: Chart, clinician: Clinician): fhir4.Practitioner {
  const { name, prefix, nationalId, qualification, isInactive = false } = clinician;
  return {
    resourceType: "Practitioner",
    id: clinician.id,
    ...(nationalId
      ? {
          identifier: [
            {
              use: "usual",
              type: {
                coding: [{ system: systems.identifierType, code: "NPI", display: "National provider identifier" }],
                text: "National Provider Identifier",
              },
              system: "http://hl7.org/fhir/sid/us-npi",
              value: nationalId,
            },
            {
              use: "usual",
              type: {
                coding: [{ system: systems.identifierType, code: "PRN", display: "Provider number" }],
                text: "DOCUPIN",
              },
              _system: { extension: [{ valueCode: "unknown", url: systems.absent }] },
              value: `D${clinician.id}`,
            },
          ],
        }
      : {}),
    active: !isInactive,
    name: [
      {
        use: "usual",
        text: displayName({ family: name.family, given: name.given }),
        family: name.family,
        given: name.given,
        ...(prefix ? { prefix: [prefix] } : {}),
        ...(name.suffix ? { suffix: [name.suffix] } : {}),
      },
    ],
    gender: clinician.gender,
    qualification: [
      {
        code: codeable(chart.tenant, {
          codeSet: 29600,
          code: { MD: "677091", DO: "677085", RN: "677095" }[qualification],
          display: qualification,
        }),
      },
    ],
  };
}
