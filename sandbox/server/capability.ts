/** What an Ignite tenant advertises, and so takes: the shape that nearly all production tenants share. */
export interface AdvertisedType {
  type: string;
  interactions: readonly Interaction[];
  /** Search parameters with their FHIR type. */
  parameters: Readonly<Record<string, ParameterType>>;
  /** Any one of these makes a search legal; without any, a search needs nothing. */
  requires: readonly string[];
  /** Whether `_revinclude=Provenance:target` is taken. */
  provenance: boolean;
}
type Interaction = "read" | "search-type" | "create" | "update" | "patch" | "delete";
type ParameterType = "token" | "reference" | "date" | "number" | "string" | "quantity";

const interactionLetters: Record<string, Interaction> = {
  r: "read",
  s: "search-type",
  c: "create",
  u: "update",
  p: "patch",
  d: "delete",
};

const parameterTypes: Record<string, ParameterType> = {
  _count: "number",
  _lastUpdated: "date",
  date: "date",
  "-date-or-req-period": "date",
  birthdate: "date",
  period: "date",
  start: "date",
  received: "date",
  "effective-time": "date",
  "target-date": "date",
  "-timing-boundsPeriod": "date",
  patient: "reference",
  subject: "reference",
  encounter: "reference",
  "-encounter": "reference",
  practitioner: "reference",
  location: "reference",
  "-location": "reference",
  account: "reference",
  context: "reference",
  actor: "reference",
  performer: "reference",
  recipient: "reference",
  organization: "reference",
  target: "reference",
  "owned-by": "reference",
  "-guarantor": "reference",
  "schedule.actor": "reference",
  name: "string",
  given: "string",
  family: "string",
  address: "string",
  "address-city": "string",
  "address-state": "string",
  "address-postalcode": "string",
};

/** type | interactions | search parameters | any one of these is required | Provenance */
const table = `
CapabilityStatement      | r    |                                                                        |                     |
Account                  | rs   | _id patient -encounter -guarantor type identifier _count               | _id -encounter patient -guarantor |
AllergyIntolerance       | rscu | _id patient clinical-status _lastUpdated                               | _id patient         | P
Appointment              | rscp | _id _count date -date-or-req-period patient practitioner location status | _id patient practitioner location |
Basic                    | c    |                                                                        |                     |
Binary                   | r    |                                                                        |                     |
CarePlan                 | rs   | _id date patient category _count                                       | _id patient         | P
CareTeam                 | rs   | _id category encounter patient status                                  | _id patient encounter | P
ChargeItem               | rs   | _id context account -status _count                                     | _id context account |
Communication            | rscp | _id category received recipient -email-status                          | _id category        |
Condition                | rscu | _id patient encounter subject clinical-status category _lastUpdated    | _id patient subject | P
Consent                  | rs   | _id patient actor patient.identifier actor.identifier                  | _id patient actor patient.identifier actor.identifier |
Coverage                 | rscpd| _id patient -encounter                                                 | _id patient -encounter | P
Device                   | rs   | _id patient                                                            | _id patient         | P
DiagnosticReport         | rsc  | _id category code encounter patient date _lastUpdated _count           | _id patient         | P
DocumentReference        | rscu | _id patient encounter period _count type category date _lastUpdated    | _id patient         | P
Encounter                | rscp | _id _count patient subject status date identifier account _lastUpdated | _id patient subject account identifier | P
FamilyMemberHistory      | rscu | _id patient status                                                     | _id patient         |
Goal                     | rs   | _id patient target-date                                                | _id patient         | P
Group                    |      |                                                                        |                     |
Immunization             | rscu | _id patient _lastUpdated date target-disease                           | _id patient         | P
InsurancePlan            | rs   | _id owned-by                                                           | _id owned-by        |
Location                 | rs   | _id -physicalType identifier address address-city address-state address-postalcode name organization type | _id -physicalType type |
Media                    | r    |                                                                        |                     |
MedicationAdministration | rs   | _id patient status performer effective-time                            | _id patient         |
MedicationDispense       | rs   | _id patient date _lastUpdated _count                                   | _id patient         | P
MedicationRequest        | rscp | _id patient intent status _lastUpdated -timing-boundsPeriod _count     | _id patient         | P
NutritionOrder           | rs   | _id patient status _lastUpdated _count                                 | _id patient         | P
Observation              | rscu | _id patient subject category code date _lastUpdated _count             | _id patient subject | P
OperationDefinition      | r    |                                                                        |                     |
Organization             | rsc  | _id identifier type _count name address                                |                     |
Patient                  | rscp | _id identifier name given family address-postalcode birthdate phone email gender _count | _id identifier name family given birthdate phone email address-postalcode | P
Person                   | rs   | _id identifier                                                         | _id identifier      |
Practitioner             | rsc  | _id identifier given family name active _count                         | _id identifier name active family |
Procedure                | rsc  | _id patient subject date _lastUpdated                                  | _id patient subject | P
Provenance               | rsc  | _id target                                                             | _id target          |
Questionnaire            | rs   | _id                                                                    | _id                 |
QuestionnaireResponse    | rsu  | _id patient                                                            | _id patient         |
RelatedPerson            | rscp | _id identifier patient -encounter -relationship-level                  | _id identifier patient -encounter | P
Schedule                 | rs   | _id                                                                    | _id                 |
ServiceRequest           | rs   | _id patient subject code _lastUpdated _count                           | _id patient subject | P
Slot                     | rsp  | _id start service-type schedule.actor -location _count                 | _id service-type schedule.actor -location |
Specimen                 | rs   | _id                                                                    | _id                 |
StructureDefinition      | r    |                                                                        |                     |
`;

const words = (text = ""): string[] => text.split(/\s+/).filter(Boolean);

export const advertised: ReadonlyMap<string, AdvertisedType> = new Map(
  table
    .trim()
    .split("\n")
    .map((line) => {
      const [type = "", interactions = "", parameters, requires, provenance] = line
        .split("|")
        .map((cell) => cell.trim());
      return [
        type,
        {
          type,
          interactions: [...interactions].flatMap((letter) => interactionLetters[letter] ?? []),
          parameters: Object.fromEntries(words(parameters).map((name) => [name, parameterTypes[name] ?? "token"])),
          requires: words(requires),
          provenance: provenance === "P",
        },
      ];
    }),
);

export interface Addresses {
  /** FHIR service root, up to and with the tenant. */
  baseUrl: string;
  /** Root of the authorization server's paths of this tenant. */
  authorizationUrl: string;
  tokenUrl: string;
  jwksUrl: string;
}

export function capabilityStatement({ baseUrl, tokenUrl, authorizationUrl }: Addresses): fhir4.CapabilityStatement {
  return {
    resourceType: "CapabilityStatement",
    url: `${baseUrl}/metadata`,
    name: "OracleHealthCapabilityStatement",
    title: "Oracle Health Capability Statement",
    status: "active",
    date: "2026-08-14",
    publisher: "Simulated hospital",
    description: "A simulated hospital in the shape of Oracle Health Ignite APIs on Millennium",
    kind: "instance",
    instantiates: [
      "http://hl7.org/fhir/us/core/CapabilityStatement/us-core-server",
      "http://hl7.org/fhir/uv/bulkdata/CapabilityStatement/bulk-data",
    ],
    implementation: { description: "Simulated hospital", url: baseUrl },
    fhirVersion: "4.0.1",
    format: ["json", "application/fhir+json"],
    patchFormat: ["application/json-patch+json"],
    rest: [
      {
        mode: "server",
        documentation: "Simulated hospital",
        security: {
          extension: [
            {
              extension: [
                { valueUri: tokenUrl, url: "token" },
                { valueUri: `${authorizationUrl}/protocols/oauth2/profiles/smart-v1/token/revoke`, url: "revoke" },
              ],
              url: "http://fhir-registry.smarthealthit.org/StructureDefinition/oauth-uris",
            },
          ],
          cors: true,
          service: [
            {
              coding: [
                {
                  system: "http://terminology.hl7.org/CodeSystem/restful-security-service",
                  code: "SMART-on-FHIR",
                },
              ],
              text: "OAuth2 using SMART-on-FHIR profile (see http://docs.smarthealthit.org/).",
            },
          ],
          description: "OAuth2 plus SMART extensions",
        },
        resource: [...advertised.values()].map(resourceOf),
        interaction: [{ code: "batch", documentation: "Implemented per the specification" }],
      },
    ],
  };
}

function resourceOf({
  type,
  interactions,
  parameters,
  provenance,
}: AdvertisedType): fhir4.CapabilityStatementRestResource {
  const searchParam = Object.entries(parameters).map(([name, parameterType]) => ({ name, type: parameterType }));
  return {
    type,
    ...(interactions.length > 0 ? { interaction: interactions.map((code) => ({ code })) } : {}),
    ...(provenance ? { searchRevInclude: ["Provenance:target"] } : {}),
    ...(searchParam.length > 0 ? { searchParam } : {}),
  };
}

export function smartConfiguration({ authorizationUrl, tokenUrl, jwksUrl }: Addresses): Record<string, unknown> {
  return {
    issuer: authorizationUrl,
    authorization_endpoint: `${authorizationUrl}/protocols/oauth2/profiles/smart-v1/personas/provider/authorize`,
    token_endpoint: tokenUrl,
    revocation_endpoint: `${authorizationUrl}/protocols/oauth2/profiles/smart-v1/token/revoke`,
    token_endpoint_auth_methods_supported: ["client_secret_basic", "private_key_jwt"],
    token_endpoint_auth_signing_alg_values_supported: ["RS384", "ES384"],
    jwks_uri: jwksUrl,
    grant_types_supported: ["authorization_code", "client_credentials"],
    scopes_supported: [...advertised.values()].flatMap(scopesOf),
    response_types_supported: ["code"],
    capabilities: ["client-confidential-asymmetric", "client-confidential-symmetric", "permission-v1", "permission-v2"],
    code_challenge_methods_supported: ["S256"],
  };
}

/** Operations, not interactions, that ask for more letters. */
const operationLetters: Readonly<Record<string, string>> = { ChargeItem: "c" };
const scopeLetters: Partial<Record<Interaction, string>> = {
  create: "c",
  read: "r",
  update: "u",
  patch: "u",
  delete: "d",
};

function scopesOf({ type, interactions }: AdvertisedType): string[] {
  if (interactions.length === 0 || ["CapabilityStatement", "OperationDefinition", "StructureDefinition"].includes(type))
    return [];
  const letters = new Set([
    ...interactions.map((each) => scopeLetters[each] ?? "s"),
    ...(operationLetters[type] ?? ""),
  ]);
  const granular = [..."cruds"].filter((letter) => letters.has(letter)).join("");
  const canRead = interactions.includes("read");
  return [`system/${type}.${granular}`, ...(canRead ? [`system/${type}.read`] : [])];
}
