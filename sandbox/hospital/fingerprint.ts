import { createHash } from "node:crypto";

/** Arrays in which order has a meaning. */
const ordered = new Set(["given", "line"]);

/** Equal for two contents that say the same: whatever their array order, element ids and displays of references. */
export function fingerprintOf(content: fhir4.FhirResource): string {
  return createHash("sha256").update(canonical(content, "")).digest("base64url");
}

/** The members need no sorting: a resource is always built in the same order. This runs for every version written. */
function canonical(value: unknown, name: string): string {
  if (typeof value === "string") return `"${value}"`;
  if (typeof value !== "object" || value === null) return String(value);
  if (Array.isArray(value)) {
    const items: string[] = [];
    for (const item of value) if (!isVersionKey(item)) items.push(canonical(item, ""));
    return `[${(items.length < 2 || ordered.has(name) ? items : items.sort()).join()}]`;
  }
  if ("rawJSON" in value) return String(value.rawJSON);
  let text = "{";
  for (const member in value) {
    // The display of a reference repeats what the resource behind it says.
    if (member === "id" || (member === "display" && "reference" in value)) continue;
    text += `${member}:${canonical((value as Record<string, unknown>)[member], member)},`;
  }
  return `${text}}`;
}

/** An identifier of the version, not of the thing. */
function isVersionKey(item: unknown): boolean {
  return (item as { system?: unknown } | null)?.system === "https://fhir.cerner.com/ceuuid";
}
