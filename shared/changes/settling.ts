import { keyOf, type Resource, type ResourceKey, referencedId } from "../fhir.ts";
import type { Settling } from "../roster/roster.ts";
import type { ChangeSet } from "./change.ts";
import type { ChangeGroup } from "./change-set.ts";
import { isSettling } from "./completeness.ts";
import { contentHash, shortHash } from "./content.ts";
import type { PollPorts } from "./ports.ts";

/** Reports of which a destination may be waiting for results, of change sets that are about to be sent. What route sees is what is looked at here, so it never waits alone. */
export function newlySettling(
  changeSets: readonly ChangeSet[],
  settleMs: number,
  startedAt: number,
): readonly Settling[] {
  return changeSets.flatMap(({ patient, detectedAt, changes, context }) => {
    const resources = [...context, ...changes.map(({ after }) => after)];
    const byKey = new Map<string, Resource>(resources.map((resource) => [keyOf(resource), resource]));
    const find = (reference: string | undefined) => byKey.get(`Observation/${referencedId(reference, "Observation")}`);
    return resources.flatMap((resource) =>
      resource.resourceType === "DiagnosticReport" && isSettling(resource, find, detectedAt, settleMs)
        ? [{ patient, key: keyOf(resource), until: startedAt + settleMs }]
        : [],
    );
  });
}

/** The first of several for one report counts. */
export function withoutRepeats(settling: readonly Settling[]): Settling[] {
  const byKey = new Map<string, Settling>();
  for (const each of settling) {
    const known = byKey.get(each.key);
    if (known === undefined || each.until < known.until) byKey.set(each.key, each);
  }
  return [...byKey.values()];
}

/**
 * Change sets that tell again of reports whose time is over, as they are now. Whoever was waiting hears what is there;
 * to everybody else they are nothing new. The same list gives the same ids.
 */
export async function recheckGroups(
  ports: PollPorts,
  settled: readonly Settling[],
  startedAt: number,
): Promise<readonly ChangeGroup[]> {
  if (settled.length === 0) return [];
  const snapshots = await ports.snapshots.get(ports.sourceName, settled);
  const detectedAt = new Date(startedAt).toISOString();
  return settled.flatMap(({ patient, key, until }) => {
    const resource = snapshots.get(key as ResourceKey)?.resource;
    if (resource === undefined) return [];
    const change = { key, hash: contentHash(resource), before: resource, after: resource, initial: false };
    const id = shortHash(["settled", ports.sourceName, patient, key, until].join("\n"));
    return [{ id, patient, detectedAt, changes: [change] }];
  });
}
