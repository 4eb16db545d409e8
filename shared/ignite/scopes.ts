import type { Source } from "../config/schema.ts";

/** Read for what changed resources refer to: who and where. Without their scopes the bridge speaks by `display` alone. */
export const referenceTypes = ["Practitioner", "Location"] as const;

/** What comes with some feeds: the files of documents and reports, and the names of who pays or makes. */
const companions: Readonly<Record<string, readonly string[]>> = {
  DocumentReference: ["Binary"],
  Coverage: ["Organization"],
  Immunization: ["Organization"],
};
/** Read by id alone, so that Ignite offers no search of them. */
const unsearched: ReadonlySet<string> = new Set(["Binary"]);

/** The resource types that a source must grant: its feeds, and Patient to say whom anything is about. */
export function requiredTypes(source: Pick<Source, "feeds">): string[] {
  return [...new Set(["Patient", ...source.feeds])];
}

/** The scope that covers a type, in the form of the SMART version that the app was registered with. */
export function scopeOf(resourceType: string, { credentials }: Pick<Source, "credentials">): string {
  const searched = unsearched.has(resourceType) ? "r" : "rs";
  return `system/${resourceType}.${credentials.smartVersion === 1 ? "read" : searched}`;
}

/**
 * The scopes to ask for. Ignite refuses or silently drops those in the form of the other SMART version, knows no
 * wildcards, and fails a token that lists too many.
 */
export function requestedScopes(source: Pick<Source, "feeds" | "credentials">): string[] {
  const types = [...requiredTypes(source), ...referenceTypes];
  const withCompanions = [...types, ...types.flatMap((type) => companions[type] ?? [])];
  return [...new Set(withCompanions)].map((type) => scopeOf(type, source));
}

/** The resource types that may be both read and searched, from the `scope` of a token answer. */
export function grantedTypes(scope: string): Set<string> {
  const types = scope.split(/\s+/).map((each) => {
    const [, type = "", permission = ""] = /^system\/(\w+)\.(read|c?ru?d?s?)$/.exec(each) ?? [];
    return permission === "read" || permission.endsWith("s") || unsearched.has(type) ? type : "";
  });
  return new Set(types.filter((type) => type !== ""));
}
