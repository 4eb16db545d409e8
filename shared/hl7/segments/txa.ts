import { referencedId } from "../../fhir.ts";
import { type Coded, codingsOf, id, is } from "../datatypes/coded.ts";
import { ei } from "../datatypes/identifier.ts";
import { ppn } from "../datatypes/performer.ts";
import { refersTo, xcn } from "../datatypes/provider.ts";
import { si, st } from "../datatypes/text.ts";
import { ts } from "../datatypes/time.ts";
import { type DocumentContext, documentTypes } from "../document.ts";
import { segment } from "../mapping.ts";
import { agents } from "../provenance.ts";
import type { Scope } from "../scope.ts";
import { terminology } from "../tables/code-map.ts";
import { docAvailability, docConfidentiality, docStatus, documentType } from "../tables/document.ts";
import { since } from "../versions.ts";
import { ownFillerNumber, placerNumber } from "./order-number.ts";

/** HL7 v2.5.1, 9.6.1 */
export const txa = segment<DocumentContext>("TXA", {
  1: si({ from: "setId", required: true }),
  2: is({
    from: ["DocumentReference.type", "DocumentReference.category"],
    pick: documentTypes,
    map: documentType,
    required: true,
    otherwise: "OTH",
    rule: "By LOINC; a type that HL70270 does not have stays the code that it is",
  }),
  3: id({
    from: "DocumentReference.content.attachment.contentType",
    pick: (types: readonly string[]) => types.slice(0, 1).map(presentationOf),
    rule: "TX for plain text, FT for other text; AP, IM, AU or multipart by the media type (HL70191)",
  }),
  4: ts({ from: "DocumentReference.context.period.start" }),
  5: xcn({ from: "DocumentReference.author", pick: persons, rule: "The first author" }),
  6: ts({ from: "DocumentReference.date" }),
  8: ts({
    from: "DocumentReference.meta.lastUpdated",
    pick: (times: readonly string[], { message }) => (changeEvents.has(message.triggerEvent) ? times : []),
    rule: "When a document that was told already changed",
    volatile: true,
  }),
  9: xcn({ from: "DocumentReference.author", pick: persons, repeats: true }),
  10: xcn({ from: "DocumentReference.authenticator", pick: persons }),
  11: xcn({
    from: "Provenance.agent",
    compute: (context) => agents(context, "TRANS", "enterer"),
    repeats: true,
    rule: "Who wrote it down, by its Provenance",
  }),
  12: ei({
    from: ["DocumentReference.masterIdentifier", "DocumentReference.id"],
    compute: ({ DocumentReference }) => documentNumber(DocumentReference),
    required: true,
    rule: "The same for all versions of a document",
  }),
  13: ei({
    from: "DocumentReference.relatesTo.target",
    compute: ({ DocumentReference }, scope) => parentNumber(DocumentReference, scope),
    rule: "The document that this one replaces, appends or transforms",
  }),
  14: ei({
    from: "DocumentReference.context.related",
    pick: (related: readonly fhir4.Reference[], { DocumentReference }, scope) =>
      related
        .filter((each) => refersTo(each, "ServiceRequest") && each.reference !== undefined)
        .flatMap((each) => placerNumber(serviceRequest(each, DocumentReference, scope), each)),
    repeats: true,
  }),
  15: ei({
    from: "DocumentReference.context.related",
    pick: (related: readonly fhir4.Reference[], { DocumentReference }, scope) =>
      related.flatMap((each) => ownFillerNumber(serviceRequest(each, DocumentReference, scope))),
  }),
  16: st({ from: "DocumentReference.content.attachment.title" }),
  17: id({
    from: "DocumentReference.docStatus",
    compute: completionOf,
    map: docStatus,
    required: true,
    rule: "AU once authenticated, IP before; without a docStatus by whether an authenticator is named",
  }),
  18: id({
    from: "DocumentReference.securityLabel",
    pick: (labels: readonly fhir4.CodeableConcept[]) =>
      labels.filter((label) =>
        codingsOf(label).some(({ code }) => Object.hasOwn(docConfidentiality.codes, code ?? "")),
      ),
    map: docConfidentiality,
  }),
  19: id({ from: "DocumentReference.status", map: docAvailability }),
  22: ppn({
    from: "DocumentReference.authenticator",
    pick: (people: readonly fhir4.Reference[], context, scope) =>
      isAuthenticated(context.DocumentReference)
        ? persons(people, context, scope).map((reference) => ({ reference }))
        : [],
    rule: "Who authenticated it; FHIR does not say when",
  }),
  25: since("2.7", st({ from: ["DocumentReference.content.attachment.title", "DocumentReference.description"] })),
});

/** Status change, edit: what was told before is told anew. */
const changeEvents = new Set(["T03", "T04", "T07", "T08", "T11"]);

const presentations: Readonly<Record<string, string>> = {
  image: "IM",
  audio: "AU",
  application: "AP",
  multipart: "multipart",
};

function presentationOf(contentType: string): string {
  const [type = "", subtype = ""] = contentType.toLowerCase().split(/[/;]/);
  if (type === "text") return subtype.trim() === "plain" ? "TX" : "FT";
  return presentations[type] ?? "AP";
}

function persons(
  references: readonly fhir4.Reference[],
  { DocumentReference }: DocumentContext,
  scope: Scope,
): readonly fhir4.Reference[] {
  return references.filter((each) => {
    const found = each.reference?.startsWith("#") ? scope.resolve(each, DocumentReference) : undefined;
    if (found === undefined) return refersTo(each, "Practitioner", "PractitionerRole");
    return found.resourceType === "Practitioner" || found.resourceType === "PractitionerRole";
  });
}

type Identified = Pick<fhir4.DocumentReference, "masterIdentifier" | "id">;

function documentNumber({ masterIdentifier, id: ownId }: Identified): readonly fhir4.Identifier[] {
  if (masterIdentifier?.value !== undefined) return [masterIdentifier];
  return ownId === undefined ? [] : [{ value: ownId }];
}

const successions = ["replaces", "appends", "transforms", "signs"];

function parentNumber(document: fhir4.DocumentReference, scope: Scope): readonly fhir4.Identifier[] {
  const relations = document.relatesTo ?? [];
  const relation = successions.map((code) => relations.find((each) => each.code === code)).find(Boolean);
  const { target } = relation ?? {};
  if (target === undefined) return [];
  const found = scope.resolve<fhir4.DocumentReference>(target, document);
  if (found?.resourceType === "DocumentReference") return documentNumber(found);
  const targetId = referencedId(target.reference, "DocumentReference");
  if (target.identifier?.value !== undefined) return [target.identifier];
  return targetId === undefined ? [] : [{ value: targetId }];
}

function serviceRequest(reference: fhir4.Reference, owner: object, scope: Scope): fhir4.ServiceRequest | undefined {
  const found = scope.resolve<fhir4.ServiceRequest>(reference, owner);
  return found?.resourceType === "ServiceRequest" ? found : undefined;
}

function isAuthenticated({ docStatus: status }: fhir4.DocumentReference): boolean {
  return status !== "preliminary";
}

function completionOf({ DocumentReference }: DocumentContext): readonly Coded[] {
  const { docStatus: status, authenticator } = DocumentReference;
  if (status !== undefined) return [status];
  return [{ system: `${terminology}/v2-0271`, code: authenticator === undefined ? "DO" : "AU" }];
}
