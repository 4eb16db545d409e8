import { keyOf, type Resource } from "../fhir.ts";

/** Finds a resource that came along, by a reference in any of its forms; undefined when it did not come along. */
export type Lookup = (reference: string | undefined) => Resource | undefined;

/** Later resources win over earlier ones of the same key. */
export function lookupIn(...resources: (readonly Resource[])[]): Lookup {
  const byKey = new Map<string, Resource>(resources.flat().map((resource) => [keyOf(resource), resource]));
  return (reference) => byKey.get(relativeReference(reference) ?? "");
}

/** `Location/7` from `Location/7`, `https://host/r4/tenant/Location/7` or `Location/7/_history/2`. */
export function relativeReference(reference: string | undefined): string | undefined {
  const [path] = reference?.split("/_history/") ?? [];
  return path?.split("/").slice(-2).join("/");
}
