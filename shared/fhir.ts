/** The few FHIR shapes that every room shares. */
export type Resource = fhir4.FhirResource;
export type Patient = fhir4.Patient;

/** A relative literal reference: `Encounter/97845`. Ids mean something only inside one source. */
export type ResourceKey = `${string}/${string}`;

export function keyOf(resource: { resourceType: string; id?: string | undefined }): ResourceKey {
  return `${resource.resourceType}/${resource.id ?? ""}`;
}

/** The id behind a reference to a resource of that type, whether the reference is relative or absolute. */
export function referencedId(reference: string | undefined, resourceType: string): string | undefined {
  // What comes over the wire may be anything.
  if (typeof reference !== "string") return undefined;
  // Sought from the end, without lists of the parts: asked of most references of a message, and often in vain.
  const version = reference.indexOf("/_history/");
  const end = version === -1 ? reference.length : version;
  const slash = reference.lastIndexOf("/", end - 1);
  const start = reference.lastIndexOf("/", slash - 1) + 1;
  if (slash - start !== resourceType.length || !reference.startsWith(resourceType, start)) return undefined;
  return reference.slice(slash + 1, end);
}

/** The id of the patient whom a resource is about; a Patient is about itself. */
export function patientIdOf(resource: Resource): string | undefined {
  if (resource.resourceType === "Patient") return resource.id;
  // Flattened, since what should be a list may be anything.
  if (resource.resourceType === "Appointment")
    return [resource.participant]
      .flat()
      .map((each) => referencedId(each?.actor?.reference, "Patient"))
      .find(Boolean);
  if (resource.resourceType === "Account")
    return [resource.subject]
      .flat()
      .map((each) => referencedId(each?.reference, "Patient"))
      .find(Boolean);
  const owner = resource as { [Role in "subject" | "patient" | "beneficiary"]?: fhir4.Reference };
  return referencedId((owner.subject ?? owner.patient ?? owner.beneficiary)?.reference, "Patient");
}

/** Whether it is a Patient whose record gave way to another one. */
export function isMerged(resource: Resource | undefined): boolean {
  return resource?.resourceType === "Patient" && resource.link?.some(({ type }) => type === "replaced-by") === true;
}

/** The id of the Patient that took over, where a record was merged away. */
export function survivorOf(resource: Resource | undefined): string | undefined {
  if (resource?.resourceType !== "Patient") return undefined;
  const link = resource.link?.find(({ type }) => type === "replaced-by");
  return referencedId(link?.other.reference, "Patient");
}

/** The id of the visit in which a resource was written; of an encounter that is a visit itself, none. */
export function encounterIdOf(resource: Resource): string | undefined {
  const { encounter, context } = resource as {
    readonly encounter?: fhir4.Reference | readonly fhir4.Reference[];
    readonly context?: fhir4.Reference & { readonly encounter?: readonly fhir4.Reference[] };
  };
  return [encounter, context, context?.encounter]
    .flat()
    .map((each) => referencedId(each?.reference, "Encounter"))
    .find((id) => id !== undefined);
}

export function isResource<Type extends Resource["resourceType"]>(
  resource: Resource | undefined,
  resourceType: Type,
): resource is Extract<Resource, { resourceType: Type }> {
  return resource?.resourceType === resourceType;
}

const identifierTypes = "http://terminology.hl7.org/CodeSystem/v2-0203";
const formerIdentifierTypes = "http://hl7.org/fhir/v2/0203";

/** HL70203 code of an identifier: `MR`, `AN`, `DL`... A coding without a system is of the table that FHIR binds to. */
export function identifierType({ type }: fhir4.Identifier): string | undefined {
  if (type === undefined || type === null) return undefined;
  const codings = type.coding;
  if (!Array.isArray(codings)) return typeOfName(type.text);
  let untold: string | undefined;
  for (const { system, code } of codings) {
    if (system === identifierTypes || system === formerIdentifierTypes) return code;
    if (system === undefined && untold === undefined) untold = code;
  }
  return untold ?? typeOfMillennium(codings) ?? typeOfName(type.text);
}

/** What Millennium calls its numbers, where a tenant has mapped their types to none of HL70203. */
const namesOfTypes: Readonly<Record<string, string>> = {
  MRN: "MR",
  CMRN: "MR",
  "COMMUNITY MEDICAL RECORD NUMBER": "MR",
  "FIN NBR": "AN",
  FIN: "AN",
  VISITID: "VN",
  SSN: "SS",
};

/** Types of the numbers of persons and of visits. */
const millenniumTypes = /\/codeSet\/(?:4|319)$/;

function typeOfMillennium(codings: readonly fhir4.Coding[]): string | undefined {
  for (const { system, display } of codings)
    if (system !== undefined && millenniumTypes.test(system)) return typeOfName(display);
  return undefined;
}

function typeOfName(name: unknown): string | undefined {
  if (typeof name !== "string") return undefined;
  const key = name.toUpperCase();
  return Object.hasOwn(namesOfTypes, key) ? namesOfTypes[key] : undefined;
}
