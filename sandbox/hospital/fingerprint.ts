import { createHash } from "node:crypto";

/** Arrays in which order has a meaning. */
const ordered = new Set(["given", "line"]);

/** Equal for two contents that say the same: whatever their array order, element ids and displays of references. */
export function fingerprintOf(content: fhir4.FhirResource): string {
  return createHash("sha256").update(canonical(content, "")).digest("base64url");
}

function canonical(value: unknown, name: string): string {
  if (Array.isArray(value)) {
    const items = value.filter((item) => !isVersionKey(item)).map((item) => canonical(item, ""));
    return `[${(ordered.has(name) ? items : items.sort()).join(",")}]`;
  }
  if (typeof value !== "object" || value === null || "rawJSON" in value) return JSON.stringify(value);
  // The display of a reference repeats what the resource behind it says.
  const members = Object.entries(value)
    .filter(([member]) => member !== "id" && !(member === "display" && "reference" in value))
    .map(([member, inner]) => `${member}:${canonical(inner, member)}`);
  return `{${members.sort().join(",")}}`;
}

/** An identifier of the version, not of the thing. */
function isVersionKey(item: unknown): boolean {
  return (item as { system?: unknown } | null)?.system === "https://fhir.cerner.com/ceuuid";
}
