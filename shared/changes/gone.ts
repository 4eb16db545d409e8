import { keyOf, type Resource, type ResourceKey } from "../fhir.ts";
import type { PollPorts } from "./ports.ts";

/**
 * Reads what no search shows by its id. What was deleted comes as it was last seen, but recorded in error: that is how it
 * is told. What nobody may see, or was never seen, comes not at all: absence alone is no deletion.
 */
export async function readHidden(
  ports: PollPorts,
  resourceType: Resource["resourceType"],
  id: string,
  patient: string | undefined,
): Promise<Resource | undefined> {
  const found = await ports.ignite.read(resourceType, id);
  if (found !== "gone") return found;
  if (patient === undefined) return undefined;
  const key: ResourceKey = `${resourceType}/${id}`;
  const snapshots = await ports.snapshots.get(ports.sourceName, [{ patient, key }]);
  const last = snapshots.get(key)?.resource;
  return last && keyOf(last) === key ? inError(last) : undefined;
}

const entry = { code: "entered-in-error" };

/** The same resource, marked as its type has it. */
export function inError(resource: Resource): Resource {
  switch (resource.resourceType) {
    case "Patient": {
      const { tag = [], ...meta } = resource.meta ?? {};
      return { ...resource, meta: { ...meta, tag: [...tag.filter(({ code }) => code !== entry.code), entry] } };
    }
    case "Condition":
    case "AllergyIntolerance":
      return { ...resource, verificationStatus: { coding: [entry] } };
    case "RelatedPerson":
    case "Practitioner":
      return { ...resource, active: false };
    case "Location":
      return { ...resource, status: "inactive" };
    default:
      return { ...resource, status: entry.code } as unknown as Resource;
  }
}
