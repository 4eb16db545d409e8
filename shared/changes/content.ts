import { createHash } from "node:crypto";
import type { Resource, ResourceKey } from "../fhir.ts";
import { decimalText } from "../json.ts";

/**
 * A hash of what a resource says, equal for two versions that say the same. Left out, because Ignite changes them when
 * nothing else changes:
 *
 * - `meta.versionId` and `meta.lastUpdated`: versions are bumped for reasons that the resource does not show
 * - `text`: generated from the rest
 * - `id` of elements inside the resource, and `display` beside a `reference`: a name for what is elsewhere
 * - identifiers of system `https://fhir.cerner.com/ceuuid`: their value is made of the time of the update
 * - `Appointment.slot`: free slots are cut anew around an appointment
 *
 * The order of properties never counts, and that of arrays only where it is a part of what is said ({@link ordered}):
 * entries come in the order in which a database gave them, and a new order of the same entries is no news to anyone.
 * Decimals count with all their digits.
 */
export function contentHash(resource: Resource): string {
  return shortHash(canonicalText(resource, "", 0));
}

/** 132 bits in 22 characters: no two versions of a hospital's resources will share it. */
export function shortHash(text: string): string {
  return createHash("sha256").update(text).digest("base64url").slice(0, 22);
}

/** Short sign of one version of one resource, to recognise it among those of one poll. */
export function fingerprint(key: ResourceKey, hash: string): string {
  return shortHash(`${key} ${hash}`).slice(0, 8);
}

/** Names and address lines are read out in their order. */
const ordered: ReadonlySet<string> = new Set(["given", "prefix", "suffix", "line"]);
const versionKeySystem = "https://fhir.cerner.com/ceuuid";

/** JSON with sorted properties, less what does not count. `name` is that of the property, `depth` 0 the resource. */
function canonicalText(value: unknown, name: string, depth: number): string {
  if (typeof value === "number" || JSON.isRawJSON(value)) return decimalText(value);
  if (Array.isArray(value)) {
    const texts = value.filter((entry) => !isVersionKey(entry)).map((entry) => canonicalText(entry, name, depth));
    return `[${(ordered.has(name) ? texts : texts.sort()).join(",")}]`;
  }
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const members = Object.entries(value)
    .filter(([member, inner]) => inner !== undefined && !isIgnored(member, value, name, depth))
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([member, inner]) => `${JSON.stringify(member)}:${canonicalText(inner, member, depth + 1)}`);
  return `{${members.join(",")}}`;
}

function isIgnored(member: string, owner: object, name: string, depth: number): boolean {
  if (depth === 0) return member === "text" || (member === "slot" && isAppointment(owner));
  if (member === "id") return true;
  if (member === "display") return "reference" in owner;
  return depth === 1 && name === "meta" && (member === "versionId" || member === "lastUpdated");
}

function isAppointment(owner: object): boolean {
  return (owner as Partial<Resource>).resourceType === "Appointment";
}

function isVersionKey(entry: unknown): boolean {
  return (entry as Partial<fhir4.Identifier> | null)?.system === versionKeySystem;
}
