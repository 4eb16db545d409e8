import { referencedId } from "../../fhir.ts";
import { dataType } from "../mapping.ts";
import type { Component, Repetition, Value } from "../model.ts";
import type { Scope } from "../scope.ts";
import { isFrom } from "../versions.ts";
import { authorityOf, authorityOfIdentifier, designator } from "./hd.ts";
import { checkDigitOf, identifierType } from "./identifier.ts";
import { isDegree, type NameParts, namePartsFromDisplay, namePartsOf } from "./name.ts";
import { textOf } from "./text.ts";
import { hasEnded, timestampOf } from "./time.ts";

interface Provider {
  readonly identifier: fhir4.Identifier | undefined;
  readonly name: NameParts;
}

const npi = "http://hl7.org/fhir/sid/us-npi";

/** As the destination wants it, then NPI, then the first identifier that has a value; of those that have not ended. */
export function bestIdentifier(
  identifiers: readonly fhir4.Identifier[] | undefined,
  scope: Scope,
): fhir4.Identifier | undefined {
  if (!Array.isArray(identifiers)) return undefined;
  const { practitionerIdentifierSystems } = scope.settings;
  const given = identifiers.filter((each) => textOf(each?.value) !== undefined && each.use !== "old");
  const current = given.filter(({ period }) => period?.end === undefined || !hasEnded(period, scope));
  const usable = current.length > 0 ? current : given;
  for (const wanted of practitionerIdentifierSystems) {
    const found = usable.find(({ system }) => system === wanted);
    if (found !== undefined) return found;
  }
  return usable.find(({ system }) => system === npi || system === "urn:oid:2.16.840.1.113883.4.6") ?? usable[0];
}

function providerOf(reference: fhir4.Reference, scope: Scope, owner: object): Provider | undefined {
  const practitioner = practitionerBehind(reference, scope, owner);
  if (practitioner === undefined) {
    const display = textOf(reference.display);
    const identifier = reference.identifier && bestIdentifier([reference.identifier], scope);
    if (display === undefined && identifier === undefined) return undefined;
    return {
      identifier,
      name: display === undefined ? noName : displayedName(display, scope),
    };
  }
  const identifier = bestIdentifier(practitioner.identifier, scope);
  const names = Array.isArray(practitioner.name) ? practitioner.name : [];
  const name = names.find(({ use }) => use === "official" || use === "usual") ?? names[0];
  const display = textOf(reference.display);
  return {
    identifier,
    name:
      name === undefined
        ? display === undefined
          ? noName
          : displayedName(display, scope)
        : { ...namePartsOf(name, scope), ...degreeOf(practitioner, name, scope), type: "L" },
  };
}

function displayedName(display: string, scope: Scope): NameParts {
  const name = namePartsFromDisplay(display);
  if (name.degree === undefined || !isFrom("2.7", scope)) return name;
  return { ...name, degree: undefined, professional: name.degree };
}

const degreeTable = "/v2-0360";

/**
 * What a person has learnt, by HL70360, where the name does not say it; Millennium has codes of its own with the same
 * names. From 2.7 on it is behind the name.
 */
function degreeOf(
  person: fhir4.Practitioner | fhir4.RelatedPerson,
  { suffix }: fhir4.HumanName,
  scope: Scope,
): Partial<NameParts> | undefined {
  if (person.resourceType !== "Practitioner" || !Array.isArray(person.qualification)) return undefined;
  if (Array.isArray(suffix) && suffix.some((each) => isDegree(String(each)))) return undefined;
  for (const each of person.qualification) {
    const degree = degreeIn(each?.code);
    if (degree !== undefined) return isFrom("2.7", scope) ? { professional: degree } : { degree };
  }
  return undefined;
}

function degreeIn(concept: fhir4.CodeableConcept | undefined): string | undefined {
  const codings = Array.isArray(concept?.coding) ? concept.coding : [];
  const coded = codings.find((each) => each?.system?.endsWith(degreeTable));
  if (coded !== undefined) return textOf(coded.code);
  const names = [textOf(concept?.text), ...codings.map((each) => textOf(each?.display))];
  return names.find((name) => name !== undefined && isDegree(name));
}

const noName: NameParts = {
  family: undefined,
  given: undefined,
  middle: undefined,
  suffix: undefined,
  prefix: undefined,
  degree: undefined,
  type: undefined,
};

function typeOf(identifier: fhir4.Identifier): string | undefined {
  return identifier.system === npi ? "NPI" : identifierType(identifier);
}

/** A person who cares, whether the reference names the person or a role of theirs. */
function practitionerBehind(
  reference: fhir4.Reference,
  scope: Scope,
  owner: object,
): fhir4.Practitioner | fhir4.RelatedPerson | undefined {
  const found = scope.resolve(reference, owner);
  if (found?.resourceType === "PractitionerRole") return scope.resolve<fhir4.Practitioner>(found.practitioner, found);
  if (found?.resourceType === "Practitioner" || found?.resourceType === "RelatedPerson") return found;
  return undefined;
}

/** 2.A.86 XCN: identifier, name, assigning authority, identifier type. */
export function extendedProvider(reference: fhir4.Reference, scope: Scope, owner: object): Repetition | undefined {
  const provider = providerOf(reference, scope, owner);
  if (provider === undefined) return undefined;
  const { identifier, name } = provider;
  const id = identifier?.value;
  const parts: Component[] = [id, name.family, name.given, name.middle, name.suffix, name.prefix, name.degree];
  if (id === undefined && name.type === undefined && name.professional === undefined) return parts;
  parts[8] = identifier === undefined ? undefined : designator(authorityOfIdentifier(identifier, scope, owner));
  parts[9] = name.type;
  if (identifier?.extension !== undefined) [parts[10], parts[11]] = checkDigitOf(identifier);
  parts[12] = identifier === undefined ? undefined : typeOf(identifier);
  if (name.order !== undefined || name.period !== undefined || name.professional !== undefined) {
    parts[17] = name.order;
    parts[18] = timestampOf(name.period?.start, scope);
    parts[19] = timestampOf(name.period?.end, scope);
    parts[20] = name.professional;
  }
  return parts;
}

export const xcn = dataType<fhir4.Reference>("XCN", (reference, scope, _row, owner) =>
  extendedProvider(reference, scope, owner),
);

/** 2.A.47 NDL: the name as subcomponents of NDL.1 (CNN), then when and where. */
export const ndl = dataType<fhir4.Reference>("NDL", (reference, scope, _row, owner) => {
  const provider = providerOf(reference, scope, owner);
  if (provider === undefined) return undefined;
  const { identifier, name } = provider;
  const authority = identifier === undefined ? [] : designator(authorityOfIdentifier(identifier, scope, owner));
  const family = typeof name.family === "object" ? name.family?.[0] : name.family;
  const cnn: Value[] = [identifier?.value, family, name.given, name.middle, name.suffix, name.prefix, name.degree];
  return [[...cnn, undefined, ...authority]];
});

/** 2.A.87 XON */
export function organizationName(reference: fhir4.Reference, scope: Scope, owner: object): Repetition | undefined {
  const organization = scope.resolve<fhir4.Organization>(reference, owner);
  const isOrganization = organization?.resourceType === "Organization";
  const name = textOf(isOrganization ? organization.name : undefined) ?? textOf(reference.display);
  const identifier = bestIdentifier(isOrganization ? organization.identifier : undefined, scope);
  if (name === undefined && identifier === undefined) return undefined;
  if (identifier === undefined) return [name];
  const { authority, type } = organizationNumber(identifier, scope, organization ?? owner);
  return [
    name,
    "L",
    undefined,
    undefined,
    undefined,
    designator(authority),
    type,
    undefined,
    undefined,
    identifier.value,
  ];
}

const laboratoryNumber = /^\d{2}D\d{7}$/;

/** XON.6 and XON.7. The number of a laboratory (CLIA) is known by its look; others are not the source's own. */
function organizationNumber(identifier: fhir4.Identifier, scope: Scope, owner: object) {
  const type = identifierType(identifier);
  const codings = Array.isArray(identifier.type?.coding) ? identifier.type.coding : [];
  const isLaboratory =
    identifier.system === undefined &&
    (codings.some(({ code }) => code === "CLIA") || laboratoryNumber.test(identifier.value ?? ""));
  const authority = isLaboratory
    ? authorityOf("urn:oid:2.16.840.1.113883.4.7", scope)
    : authorityOfIdentifier(identifier, scope, owner, {});
  // HL70203 XX: of an organization.
  return { authority, type: type === undefined || type === "CLIA" ? "XX" : type };
}

export const xon = dataType<fhir4.Reference>("XON", (reference, scope, _row, owner) =>
  organizationName(reference, scope, owner),
);

/** True for a reference to one of these resource types; a reference without a type may be to any of them. */
export function refersTo(reference: fhir4.Reference | undefined, ...types: readonly string[]): boolean {
  const text = reference?.reference;
  if (typeof text !== "string" || text.startsWith("#"))
    return reference !== undefined && (reference.type === undefined || types.includes(reference.type));
  for (const type of types) if (text.startsWith(type) && text[type.length] === "/") return true;
  return text.includes(":") && types.some((type) => referencedId(text, type) !== undefined);
}

/** When a role began or ended, for segments that tell it. */
export function periodParts(period: fhir4.Period | undefined, scope: Scope): readonly [Value, Value] {
  return [timestampOf(period?.start, scope), timestampOf(period?.end, scope)];
}
