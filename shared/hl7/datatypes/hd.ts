import type { HierarchicDesignator } from "../../config/schema.ts";
import { dataType } from "../mapping.ts";
import type { Repetition, Value } from "../model.ts";
import type { Scope } from "../scope.ts";
import { wellKnownAuthorities } from "../tables/authorities.ts";
import { terminology } from "../tables/code-map.ts";
import { textOf } from "./text.ts";

/** As a configuration names one, or with a type (HL70301) that only a resource knows. */
export interface Authority extends Omit<HierarchicDesignator, "universalIdType"> {
  readonly universalIdType?: string | undefined;
}

/** 2.A.33 HD: namespace, universal id, its type. */
export function designator(hd: Authority): readonly Value[] {
  return [hd.namespaceId, hd.universalId, hd.universalId === undefined ? undefined : (hd.universalIdType ?? "L")];
}

export const hd = dataType<HierarchicDesignator>("HD", (value) => designator(value) as Repetition);

/**
 * The assigning authority of an identifier system: the configured one, a well-known one, or what the URI itself says.
 * Without a system it is the source's own; CX.4 of a patient is never empty.
 */
export function authorityOf(system: string | undefined, scope: Scope): HierarchicDesignator {
  if (system === undefined || system === "") return scope.settings.defaultAuthority;
  return (
    scope.settings.authorities.get(system) ??
    wellKnownAuthorities.get(system) ??
    scope.settings.authorities.get(withoutTrailingDot(system)) ??
    fromUri(system)
  );
}

/** Millennium writes some OIDs with a dot at the end. */
function withoutTrailingDot(system: string): string {
  return system.replace(/\.+$/, "");
}

/** Namespace ids hold 20 characters up to 2.6. */
const maxNamespaceLength = 20;

function fromUri(system: string): HierarchicDesignator {
  if (system.startsWith("urn:oid:"))
    return { universalId: withoutTrailingDot(system.slice("urn:oid:".length)), universalIdType: "ISO" };
  if (system.startsWith("urn:uuid:")) return { universalId: system.slice("urn:uuid:".length), universalIdType: "UUID" };
  // What converters from HL7 v2 make of an authority that had a namespace and no universal id.
  if (system.startsWith("urn:id:")) return named(system.slice("urn:id:".length)) ?? inUri(system);
  if (system.includes(":")) return inUri(system);
  // No URI, against FHIR: an OID without its scheme, or a name.
  if (isOid(system)) return { universalId: system, universalIdType: "ISO" };
  return named(system) ?? { universalId: system, universalIdType: "L" };
}

function isOid(text: string): boolean {
  return /^[0-2](?:\.\d+)+$/.test(text);
}

function inUri(universalId: string): HierarchicDesignator {
  return { universalId, universalIdType: "URI" };
}

function named(namespaceId: string | undefined): HierarchicDesignator | undefined {
  const name = namespaceId?.trim() ?? "";
  return name === "" || name.length > maxNamespaceLength ? undefined : { namespaceId: name };
}

/**
 * Who gave an identifier: by its system, else the organization that it names, else somebody whom the field knows. A
 * system that is no authority of HL7 v2, a URL that nobody has named, gives way to an organization that has a number of
 * its own; one that is an OID takes the name of the organization that has the same.
 */
export function authorityOfIdentifier(
  { system, assigner }: fhir4.Identifier,
  scope: Scope,
  owner: object,
  otherwise: Authority = scope.settings.defaultAuthority,
): Authority {
  const own = system === undefined || system === "" ? undefined : authorityOf(system, scope);
  if (assigner === undefined) return own ?? otherwise;
  if (own?.namespaceId !== undefined) return own;
  const named = fromAssigner(assigner, scope, owner);
  if (own === undefined) return named ?? otherwise;
  const isBetter =
    named?.universalId !== undefined && (own.universalIdType === "URI" || named.universalId === own.universalId);
  return isBetter ? named : own;
}

const universalIdTypes = `${terminology}/v2-0301`;

/** An organization as an assigning authority: its name, and what identifies it everywhere. */
function fromAssigner(assigner: fhir4.Reference, scope: Scope, owner: object): Authority | undefined {
  const found = scope.resolve<fhir4.Organization>(assigner, owner);
  if (found?.resourceType !== "Organization") return named(textOf(assigner.display));
  const identifiers = Array.isArray(found.identifier) ? found.identifier : [];
  const untyped = identifiers.find(({ type }) => type === undefined);
  const name = named(textOf(found.name) ?? textOf(untyped?.value));
  const universal = identifiers.map(universalIdOf).find((each) => each !== undefined);
  return name === undefined && universal === undefined ? undefined : { ...name, ...universal };
}

/** An organization as a facility. */
export const facility = dataType<fhir4.Reference>("HD", (reference, scope, _row, owner) => {
  const authority = fromAssigner(reference, scope, owner);
  return authority === undefined ? undefined : (designator(authority) as Repetition);
});

function universalIdOf({ type, value }: fhir4.Identifier): Authority | undefined {
  const text = textOf(value);
  if (text === undefined) return undefined;
  if (text.startsWith("urn:oid:") || text.startsWith("urn:uuid:")) return fromUri(text);
  const ofTable = type?.coding?.find(({ system }) => system === universalIdTypes);
  if (ofTable?.code !== undefined) return { universalId: text, universalIdType: ofTable.code };
  const isUniversal = isOid(text) && (type === undefined || ofTable !== undefined);
  return isUniversal ? { universalId: text, universalIdType: "ISO" } : undefined;
}
