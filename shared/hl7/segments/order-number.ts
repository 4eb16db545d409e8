import { type Resource, referencedId } from "../../fhir.ts";
import { identifierType } from "../datatypes/identifier.ts";
import type { Scope } from "../scope.ts";
import { instanceNumber } from "./iam.ts";

/** A ServiceRequest or MedicationRequest, as far as its numbers go. */
export type Numbered = Pick<fhir4.ServiceRequest, "id" | "identifier">;

/** The order number of the one who ordered: an identifier typed PLAC, else the id of the request, else what a reference calls it. */
export function placerNumber(
  request: Numbered | undefined,
  reference: fhir4.Reference | undefined,
): readonly fhir4.Identifier[] {
  const identifier = identifierOf(request, "PLAC");
  if (identifier !== undefined) return [identifier];
  const text = reference?.reference;
  const id = request?.id ?? referencedId(text, "ServiceRequest") ?? referencedId(text, "MedicationRequest");
  if (id !== undefined) return [{ value: id }];
  return reference?.identifier !== undefined && hasValue(reference.identifier) ? [reference.identifier] : [];
}

/** Of what something is based on, the order: a report may belong to a care plan too. */
export function orderReference(basedOn: readonly fhir4.Reference[] | undefined): fhir4.Reference | undefined {
  if (basedOn === undefined || basedOn.length < 2) return basedOn?.[0];
  return basedOn.find(({ reference }) => referencedId(reference, "ServiceRequest") !== undefined) ?? basedOn[0];
}

/** The number that the one who carries an order out has given it, once there is one. */
export function ownFillerNumber(request: Numbered | undefined): readonly fhir4.Identifier[] {
  const identifier = identifierOf(request, "FILL", "ACSN");
  return identifier === undefined ? [] : [identifier];
}

function identifierOf(request: Numbered | undefined, ...types: readonly string[]): fhir4.Identifier | undefined {
  const identifiers = Array.isArray(request?.identifier) ? request.identifier : [];
  return identifiers.find((each) => types.includes(identifierType(each) ?? "") && hasValue(each));
}

const accessionTypes = new Set(["FILL", "ACSN"]);
const millenniumAccession = /^https:\/\/fhir[^/]*\.cerner\.com\/[^/]+\/acsn$/;

/**
 * The number of the one who answers: an identifier typed FILL or ACSN, or Millennium's accession number, else the id.
 * Millennium's `ceuuid` identifiers change with each version and so name nothing.
 */
export function fillerNumber(resource: Pick<Resource, "id"> & { identifier?: unknown }): readonly fhir4.Identifier[] {
  const identifiers = Array.isArray(resource.identifier) ? (resource.identifier as fhir4.Identifier[]) : [];
  const identifier = identifiers.find(
    (each) =>
      hasValue(each) && (accessionTypes.has(identifierType(each) ?? "") || millenniumAccession.test(each.system ?? "")),
  );
  if (identifier !== undefined) return [identifier];
  return resource.id === undefined ? [] : [{ value: resource.id }];
}

/** What names the record behind a reference; of one that did not come along, its id. */
export function numberBehind(
  reference: fhir4.Reference,
  type: Resource["resourceType"],
  owner: object,
  scope: Scope,
): readonly fhir4.Identifier[] {
  const found = scope.resolve(reference, owner);
  if (found?.resourceType === type) return instanceNumber(found as Numbered);
  return instanceNumber({ id: referencedId(reference.reference, type) });
}

const millenniumVersion = /\/ceuuid$/;
const groupTypes = new Set(["PGN", "FGN"]);

/** What else an order is known by; the number of its group, and what changes with each version, are none. */
export function otherNumbers(request: Numbered | undefined): readonly fhir4.Identifier[] {
  const identifiers = Array.isArray(request?.identifier) ? request.identifier : [];
  const told = [...placerNumber(request, undefined), ...fillerNumber({ identifier: request?.identifier })];
  return identifiers.filter(
    (each) =>
      each !== null &&
      hasValue(each) &&
      !told.includes(each) &&
      each.use !== "old" &&
      !groupTypes.has(identifierType(each) ?? "") &&
      !millenniumVersion.test(each.system ?? ""),
  );
}

function hasValue(identifier: fhir4.Identifier): boolean {
  return typeof identifier.value === "string" && identifier.value !== "";
}
