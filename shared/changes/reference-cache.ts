import type { Resource, ResourceKey } from "../fhir.ts";
import type { ReferencesPort } from "./ports.ts";

const keepMs = 3_600_000;
const mostEntries = 20_000;

/** Practitioners and locations in the memory of one process. They change seldom, and a new process asks anew. */
export function createReferenceCache(): ReferencesPort {
  const entries = new Map<string, { resource: Resource | undefined; until: number }>();
  return {
    async get(source, keys) {
      const now = performance.now();
      const found = new Map<ResourceKey, Resource | undefined>();
      for (const key of keys) {
        const entry = entries.get(`${source} ${key}`);
        if (entry && now < entry.until) found.set(key, entry.resource);
      }
      return found;
    },
    async put(source, resources) {
      if (entries.size + resources.size > mostEntries) entries.clear();
      const until = performance.now() + keepMs;
      for (const [key, resource] of resources) entries.set(`${source} ${key}`, { resource, until });
    },
  };
}
