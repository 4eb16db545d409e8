import { type Resource, referencedId } from "../../fhir.ts";
import { identifierType } from "../datatypes/identifier.ts";

/** The order number of the one who ordered: an identifier typed PLAC, else the id of the ServiceRequest. */
export function placerNumber(
  request: fhir4.ServiceRequest | undefined,
  basedOn: fhir4.Reference | undefined,
): readonly fhir4.Identifier[] {
  const identifier = request?.identifier?.find((each) => identifierType(each) === "PLAC" && hasValue(each));
  if (identifier !== undefined) return [identifier];
  const id = request?.id ?? referencedId(basedOn?.reference, "ServiceRequest");
  return id === undefined ? [] : [{ value: id }];
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

function hasValue(identifier: fhir4.Identifier): boolean {
  return typeof identifier.value === "string" && identifier.value !== "";
}
