import type { Change, ChangeSet } from "../shared/changes/change.ts";
import { contentHash } from "../shared/changes/content.ts";
import { departuresOf } from "../shared/changes/departures.ts";
import { inCausalOrder } from "../shared/changes/diff.ts";
import { isMerged, patientIdOf, type Resource, type ResourceKey } from "../shared/fhir.ts";

export type Resources = ReadonlyMap<ResourceKey, Resource>;

/** One change set for each patient, as the bridge would poll them; what belongs to nobody is there for all. */
export function changeSetsOf(source: string, before: Resources, after: Resources): readonly ChangeSet[] {
  const changes = [...after].flatMap(([key, resource]): Change[] => {
    const known = before.get(key);
    if (known !== undefined && contentHash(known) === contentHash(resource)) return [];
    return [{ after: resource, initial: false, ...(known !== undefined && { before: known }) }];
  });
  const context = [...new Map([...before, ...after]).values()];
  const detectedAt = new Date().toISOString();
  const ordered = changes.toSorted(inCausalOrder);
  const byPatient = Map.groupBy(ordered, ({ after: changed }) => patientIdOf(changed) ?? "");
  for (const [patient, left] of departuresOf(ordered))
    byPatient.set(patient, [...(byPatient.get(patient) ?? []), ...left]);
  // Whoever goes on after a merge is there before the merge is told.
  const isOfMerged = ([, own]: readonly [string, readonly Change[]]) => own.some((change) => isMerged(change.after));
  const inOrder = [...byPatient].toSorted((one, other) => Number(isOfMerged(one)) - Number(isOfMerged(other)));
  return inOrder.map(([patient, own]) => ({
    id: `files-${patient}`,
    source,
    patient,
    detectedAt,
    changes: own,
    context,
  }));
}
