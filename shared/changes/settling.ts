import { keyOf, type Resource, type ResourceKey, referencedId } from "../fhir.ts";
import type { Settling } from "../roster/roster.ts";
import type { ChangeSet } from "./change.ts";
import type { ChangeGroup } from "./change-set.ts";
import { isSettling, mayGetReport } from "./completeness.ts";
import { contentHash, shortHash } from "./content.ts";
import type { PollPorts } from "./ports.ts";

/**
 * What a destination may be waiting with, of change sets that are about to be sent: reports for their results, and
 * laboratory results for their report. What route sees is what is looked at here, so it never waits alone.
 */
export function newlySettling(
  changeSets: readonly ChangeSet[],
  settleMs: number,
  startedAt: number,
): readonly Settling[] {
  return changeSets.flatMap(({ patient, detectedAt, changes, context }) => {
    const resources = [...context, ...changes.map(({ after }) => after)];
    const byKey = new Map<string, Resource>(resources.map((resource) => [keyOf(resource), resource]));
    const find = (reference: string | undefined) => byKey.get(`Observation/${referencedId(reference, "Observation")}`);
    const reported = new Set(resources.flatMap(partsOf));
    const reports = resources.filter((resource) => isSettling(resource, find, detectedAt, settleMs));
    const results = changes.filter(({ before }) => before === undefined).map(({ after }) => after);
    const alone = results.filter((each) => !reported.has(keyOf(each)) && mayGetReport(each, detectedAt, settleMs));
    return [...reports, ...alone].map((each) => ({ patient, key: keyOf(each), until: startedAt + settleMs }));
  });
}

/** The results that a report or a panel speaks for. */
function partsOf(resource: Resource): readonly ResourceKey[] {
  const references =
    resource.resourceType === "DiagnosticReport"
      ? resource.result
      : resource.resourceType === "Observation"
        ? resource.hasMember
        : undefined;
  return (references ?? []).flatMap(({ reference }) => {
    const id = referencedId(reference, "Observation");
    return id === undefined ? [] : [`Observation/${id}` as const];
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
 * Change sets, one a patient, that tell again of reports and results whose time is over, as they are now. Whoever was waiting hears what is there;
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
  return [...Map.groupBy(settled, ({ patient }) => patient)].flatMap(([patient, ofPatient]) => {
    const changes = ofPatient.flatMap(({ key }) => {
      const resource = snapshots.get(key)?.resource;
      if (resource === undefined) return [];
      return [{ key, hash: contentHash(resource), before: resource, after: resource, initial: false }];
    });
    const signs = ofPatient.flatMap(({ key, until }) => [key, until]);
    const id = shortHash(["settled", ports.sourceName, patient, ...signs].join("\n"));
    return changes.length === 0 ? [] : [{ id, patient, detectedAt, changes }];
  });
}
