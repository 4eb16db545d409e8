import type { BridgeError } from "../errors.ts";
import type { Resource } from "../fhir.ts";
import { idSearches, type ReferenceType, referenceSearch } from "../ignite/searches.ts";
import { type Lease, noProgress } from "../roster/roster.ts";
import type { PollPorts } from "./ports.ts";
import { feedSinceOf, isolate, permissionsOf, type Reading, reportUnreadable, requireFeed } from "./reading.ts";
import { compareWithSeen } from "./seen.ts";

/**
 * Reads practitioners or locations: those that came up with a patient, by id, or all that the tenant lists as in use.
 * They belong to no patient, and are kept and told under none.
 */
export async function readReference(
  ports: PollPorts,
  lease: Lease,
  resourceType: ReferenceType,
  startedAt: number,
): Promise<Reading> {
  const { entry } = lease;
  const progress = entry.progress ?? noProgress;
  const problems: BridgeError[] = [];
  const permissions = await permissionsOf(ports);
  const reading = await isolate(problems, async () => {
    requireFeed(ports, permissions, resourceType);
    const previous = (await ports.snapshots.getSeen(lease, resourceType)) ?? {};
    const shown = await show(ports, resourceType);
    return compareWithSeen(ports, { feed: resourceType, previous, shown, now: startedAt });
  });
  const since = feedSinceOf(entry, resourceType, startedAt);
  const firstRead = progress.readAt[resourceType] === undefined;
  const found = reading?.changed.map((resource) => ({ resource, since, firstRead })) ?? [];
  return {
    found: new Map(found.length > 0 ? [["", found]] : []),
    watermarks: {},
    joining: [],
    seen: new Map(reading?.seen ? [[resourceType, reading.seen]] : []),
    problems,
    progress: reading ? { ...progress, readAt: { ...progress.readAt, [resourceType]: startedAt } } : progress,
  };
}

async function show(ports: PollPorts, resourceType: ReferenceType): Promise<Resource[]> {
  const searches =
    ports.source.referenceData === "listed" ? [referenceSearch(resourceType)] : await known(ports, resourceType);
  const results = await Promise.all(searches.map((search) => ports.ignite.search(resourceType, search)));
  for (const { unreadable } of results) await reportUnreadable(ports, undefined, resourceType, unreadable);
  return results.flatMap(({ resources }) => resources).filter((resource) => resource.resourceType === resourceType);
}

async function known(ports: PollPorts, resourceType: ReferenceType) {
  const keys = await ports.snapshots.keys(ports.sourceName, "", resourceType);
  return idSearches(
    resourceType,
    keys.map((key) => key.slice(resourceType.length + 1)),
  );
}
