import type { Change, ChangeSet } from "../changes/change.ts";
import { keyOf, type Resource, type ResourceKey } from "../fhir.ts";
import { hasRules } from "./derive.ts";
import { spokenFor } from "./facts/report.ts";
import { type Lookup, lookupIn } from "./lookup.ts";

/** A resource to speak about: one that changed, or the report that speaks for observations that changed. */
export interface SubjectOfChange {
  readonly key: ResourceKey;
  readonly before?: Resource | undefined;
  readonly after: Resource;
  readonly initial: boolean;
  /** Everything that came along, as of now and as of before. */
  readonly now: readonly Resource[];
  readonly then: readonly Resource[];
  readonly lookup: Lookup;
  readonly lookupBefore: Lookup;
}

/**
 * What a change set is about, in its order. Observations that a report or a panel at hand names are told by it, once for
 * all of them, in the place of the last one.
 */
export function subjectsOf({ changes, context }: ChangeSet): readonly SubjectOfChange[] {
  const now = [
    ...new Map([...context, ...changes.map(({ after }) => after)].map((each) => [keyOf(each), each])).values(),
  ];
  const changed = new Map<ResourceKey, Change>(changes.map((change) => [keyOf(change.after), change]));
  const then = now.flatMap((resource) => {
    const change = changed.get(keyOf(resource));
    return change === undefined ? [resource] : (change.before ?? []);
  });
  const speakers = speakersOf(now);
  const groups = new Map<ResourceKey, Change[]>();
  for (const change of changes) {
    const key = speakers.get(keyOf(change.after)) ?? keyOf(change.after);
    const group = groups.get(key) ?? [];
    // Taken out and put in again: what comes last decides the place.
    groups.delete(key);
    groups.set(key, [...group, change]);
  }
  const lookup = lookupIn(now);
  const lookupBefore = lookupIn(then);
  return [...groups].flatMap(([key, group]) => {
    const after = lookup(key);
    if (after === undefined || !hasRules(after.resourceType)) return [];
    const initial = group.every((change) => change.initial);
    return [{ key, before: lookupBefore(key), after, initial, now, then, lookup, lookupBefore }];
  });
}

/** Who speaks for an observation: its report, else its panel. */
function speakersOf(resources: readonly Resource[]): ReadonlyMap<string, ResourceKey> {
  const speakers = new Map<string, ResourceKey>();
  for (const type of ["Observation", "DiagnosticReport"])
    for (const resource of resources)
      if (resource.resourceType === type) for (const part of spokenFor(resource)) speakers.set(part, keyOf(resource));
  return new Map([...speakers].map(([part, speaker]) => [part, speakers.get(speaker) ?? speaker]));
}
