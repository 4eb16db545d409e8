import { contentHash } from "../../changes/content.ts";
import type { Resource } from "../../fhir.ts";

/** Whose it is: where a merge takes it says nothing new about it. */
const owners: readonly string[] = ["subject", "patient", "beneficiary"];

/**
 * Hash of what a resource says apart from some of its elements and from whose it is. Of `meta` only the security labels
 * count: who sees it is a part of what is said, where it was written and against which profile is not.
 */
export function contentWithout(resource: Resource, elements: readonly string[]): string {
  const kept = Object.entries(resource).filter(
    ([element]) => element !== "meta" && !owners.includes(element) && !elements.includes(element),
  );
  const security = resource.meta?.security;
  return contentHash({ ...Object.fromEntries(kept), ...(security && { meta: { security } }) } as unknown as Resource);
}
