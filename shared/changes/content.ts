import { createHash } from "node:crypto";
import type { Resource, ResourceKey } from "../fhir.ts";
import { decimalText } from "../json.ts";

/**
 * A hash of what a resource says, equal for two versions that say the same. Left out, because Ignite changes them when
 * nothing else changes:
 *
 * - `meta.versionId` and `meta.lastUpdated`: versions are bumped for reasons that the resource does not show
 * - `text`: generated from the rest
 * - identifiers of system `https://fhir.cerner.com/ceuuid`: their value is made of the time of the update
 * - `Appointment.slot`: free slots are cut anew around an appointment
 *
 * The order of properties never counts. The order of arrays counts (the first name, address or result is sent first),
 * except for those whose entries are found by what they are: {@link unordered}. Decimals count with all their digits.
 */
export function contentHash(resource: Resource): string {
  return shortHash(canonicalText(resource, resource.resourceType));
}

/** 132 bits in 22 characters: no two versions of a hospital's resources will share it. */
export function shortHash(text: string): string {
  return createHash("sha256").update(text).digest("base64url").slice(0, 22);
}

/** Short sign of one version of one resource, to recognise it among those of one poll. */
export function fingerprint(key: ResourceKey, hash: string): string {
  return shortHash(`${key} ${hash}`).slice(0, 8);
}

const unordered: ReadonlySet<string> = new Set([
  "extension",
  "modifierExtension",
  "identifier",
  "coding",
  "participant",
  "security",
  "tag",
  "profile",
]);
const versionKeySystem = "https://fhir.cerner.com/ceuuid";

/** JSON with sorted properties, less what does not count. */
function canonicalText(value: unknown, path: string): string {
  if (typeof value === "number" || JSON.isRawJSON(value)) return decimalText(value);
  if (Array.isArray(value)) {
    const texts = value.filter((entry) => !isVersionKey(entry)).map((entry) => canonicalText(entry, path));
    const name = path.slice(path.lastIndexOf(".") + 1);
    return `[${(unordered.has(name) ? texts.sort() : texts).join(",")}]`;
  }
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const members = Object.entries(value)
    .filter(([name, member]) => member !== undefined && !isIgnored(`${path}.${name}`))
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, member]) => `${JSON.stringify(name)}:${canonicalText(member, `${path}.${name}`)}`);
  return `{${members.join(",")}}`;
}

function isIgnored(path: string): boolean {
  return /^\w+\.(?:text|meta\.(?:versionId|lastUpdated))$/.test(path) || path === "Appointment.slot";
}

function isVersionKey(entry: unknown): boolean {
  return (entry as Partial<fhir4.Identifier> | null)?.system === versionKeySystem;
}
