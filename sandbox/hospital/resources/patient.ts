import { emergencyContact, identifierTypes, languages, maritalStates, races } from "../catalogue.ts";
import { codeable, systems } from "../concepts.ts";
import { displayName } from "../population.ts";
import type { Address, Dated, Name, Person } from "../records.ts";
import { type Chart, instant, period, practitionerReference, turned } from "./context.ts";

export const authorities = {
  mrn: "urn:oid:2.16.840.1.113883.6.1000",
  otherMrn: "urn:oid:2.16.840.1.113883.6.1001",
  communityMrn: "urn:oid:2.16.840.1.113883.3.787.0.0",
  visit: "urn:oid:2.16.840.1.113883.3.787.0.1.",
} as const;

export function patientResource(chart: Chart, person: Person): fhir4.Patient {
  return person.mergedInto ? combinedPatient(person, person.mergedInto) : activePatient(chart, person);
}

/** What a read of a record that was combined into another gives. */
function combinedPatient(person: Person, survivor: string): fhir4.Patient {
  const unknown = { extension: [{ valueCode: "unknown", url: systems.absent }] };
  return {
    resourceType: "Patient",
    id: person.id,
    identifier: [unknown],
    active: false,
    name: [unknown],
    _gender: unknown,
    link: [{ other: { reference: `Patient/${survivor}` }, type: "replaced-by" }],
  };
}

function activePatient(chart: Chart, person: Person): fhir4.Patient {
  const { tenant } = chart;
  const [race = "", raceDisplay = ""] = races[person.race] ?? [];
  const identifiers = [
    identifier(tenant, "communityMrn", authorities.communityMrn, person.communityMrn),
    identifier(tenant, "mrn", authorities.mrn, person.mrn),
    ...(person.otherMrn ? [identifier(tenant, "mrn", authorities.otherMrn, person.otherMrn)] : []),
    {
      ...identifier(tenant, "messaging", undefined, `person-${person.id}`),
      _system: { extension: [{ valueCode: "unknown" as const, url: systems.absent }] },
    },
  ];
  return {
    resourceType: "Patient",
    id: person.id,
    extension: [
      {
        valueCode: { female: "F", male: "M", other: "UNK" }[person.gender],
        url: "http://hl7.org/fhir/us/core/StructureDefinition/us-core-birthsex",
      },
      usCore("race", race, raceDisplay),
      person.hispanic
        ? usCore("ethnicity", "2135-2", "Hispanic or Latino")
        : usCore("ethnicity", "2186-5", "Not Hispanic or Latino"),
    ],
    identifier: turned(identifiers, person.turn).map((each, index) => ({
      id: `CI-${person.aliasId}-${index}`,
      ...each,
    })),
    active: !person.isInactive,
    name: [
      name(person.name, "official", `CI-${person.id}-0`),
      ...person.formerNames.map((former, index) => name(former, "old", `CI-${person.aliasId + index}-${index}`)),
    ],
    telecom: turned(
      telecom(person).map((each, index) => ({ ...each, rank: index + 1 })),
      person.turn,
    ),
    gender: person.gender,
    birthDate: person.birthDate,
    ...(person.deceasedAt === undefined
      ? { deceasedBoolean: false }
      : { deceasedDateTime: instant(person.deceasedAt) }),
    address: [address(person.address, `CI-${person.aliasId + 7}-0`)],
    maritalStatus: codeable(tenant, maritalStates[person.maritalStatus]),
    contact: [
      {
        extension: [
          {
            valueReference: { reference: `RelatedPerson/${person.contactId}-${person.id}` },
            url: "http://hl7.org/fhir/StructureDefinition/patient-relatedPerson",
          },
        ],
        relationship: [codeable(tenant, emergencyContact)],
        name: { id: `CI-${person.contactId}-0`, use: "official", text: displayName(person.contact) },
      },
    ],
    communication: [
      { language: codeable(tenant, languages[person.language] ?? { display: "Other" }), preferred: true },
    ],
    generalPractitioner: [
      { id: `CI-${person.aliasId + 9}-0`, ...practitionerReference(chart, person.generalPractitioner) },
    ],
    ...(person.seeAlso
      ? { link: [{ other: { reference: `Patient/${person.seeAlso}` }, type: "seealso" as const }] }
      : {}),
  };
}

function identifier(
  tenant: string,
  type: keyof typeof identifierTypes,
  system: string | undefined,
  value: string,
): fhir4.Identifier {
  return {
    use: "usual",
    type: codeable(tenant, identifierTypes[type]),
    ...(system === undefined ? {} : { system }),
    value,
    _value: {
      extension: [{ valueString: value, url: "http://hl7.org/fhir/StructureDefinition/rendered-value" }],
    },
  };
}

function usCore(what: "race" | "ethnicity", code: string, display: string): fhir4.Extension {
  return {
    extension: [
      {
        valueCoding: { system: "urn:oid:2.16.840.1.113883.6.238", code, display, userSelected: false },
        url: "ombCategory",
      },
      { valueString: display, url: "text" },
    ],
    url: `http://hl7.org/fhir/us/core/StructureDefinition/us-core-${what}`,
  };
}

function name({ value, start, end }: Dated<Name>, use: "official" | "old", id: string): fhir4.HumanName {
  return {
    id,
    use,
    text: displayName(value),
    family: value.family,
    given: value.given,
    ...(value.suffix ? { suffix: [value.suffix] } : {}),
    ...period(start, end),
  };
}

function telecom(person: Person): fhir4.ContactPoint[] {
  const phones = person.phones.map(
    ({ id, value, use, start }): fhir4.ContactPoint => ({
      id: `CI-PH-${id}-0`,
      extension: [
        {
          valueUrl: `(${value.slice(0, 3)})${value.slice(3, 6)}-${value.slice(6)}`,
          url: "http://hl7.org/fhir/StructureDefinition/iso21090-TEL-address",
        },
      ],
      system: "phone",
      value,
      use,
      period: { start: instant(start) },
    }),
  );
  if (!person.email) return phones;
  return [...phones, { id: `CI-EM-${person.aliasId}-0`, system: "email", value: person.email, use: "home" }];
}

function address({ value, start }: Dated<Address>, id: string): fhir4.Address {
  return {
    id,
    use: "home",
    text: `${value.line.join("\n")}\n${value.city}, ${value.state} ${value.postalCode}\nUS`,
    line: value.line,
    city: value.city,
    ...(value.district ? { district: value.district } : {}),
    state: value.state,
    postalCode: value.postalCode,
    country: "US",
    period: { start: instant(start) },
  };
}
