import type { Source } from "../config/schema.ts";

/** Read for what changed resources refer to: who and where. Without their scopes the bridge speaks by `display` alone. */
export const referenceTypes = ["Practitioner", "Location"] as const;

/** The resource types that a source must grant: its feeds, and Patient to say whom anything is about. */
export function requiredTypes(source: Pick<Source, "feeds">): string[] {
  return [...new Set(["Patient", ...source.feeds])];
}

/**
 * The scopes to ask for, in the form of the SMART version that the app was registered with: Ignite refuses or silently
 * drops the other form, knows no wildcards, and fails a token that lists too many.
 */
export function requestedScopes(source: Pick<Source, "feeds" | "credentials">): string[] {
  const permission = source.credentials.smartVersion === 1 ? "read" : "rs";
  return [...new Set([...requiredTypes(source), ...referenceTypes])].map((type) => `system/${type}.${permission}`);
}

/** The resource types that may be both read and searched, from the `scope` of a token answer. */
export function grantedTypes(scope: string): Set<string> {
  const types = scope.split(/\s+/).map((each) => /^system\/(\w+)\.(?:read|c?ru?d?s)$/.exec(each)?.[1]);
  return new Set(types.filter((type) => type !== undefined));
}
