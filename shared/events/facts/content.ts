import { contentHash } from "../../changes/content.ts";
import type { Resource } from "../../fhir.ts";

/** Hash of what a resource says apart from some of its elements. */
export function contentWithout(resource: Resource, elements: readonly string[]): string {
  const kept = Object.entries(resource).filter(([element]) => !elements.includes(element));
  return contentHash(Object.fromEntries(kept) as unknown as Resource);
}
