import type { Change, ChangeSet } from "../changes/change.ts";
import { keyOf, type Patient, type Resource, type ResourceKey } from "../fhir.ts";
import { hasRules } from "./derive.ts";
import { spokenFor } from "./facts/report.ts";
import { instantOf } from "./instant.ts";
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

/**
 * The same, spoken about with a newer version of the patient where that is known. Two polls that run side by side, of a
 * patient and of a schedule that the patient is on, may send in another order than they have read in.
 */
export function withPatient(
  subjects: readonly SubjectOfChange[],
  patient: Patient | undefined,
): readonly SubjectOfChange[] {
  if (patient === undefined) return subjects;
  const key = keyOf(patient);
  return subjects.map((subject) => {
    if (!isNewer(patient, subject.lookup(key))) return subject;
    const now = [...subject.now.filter((each) => keyOf(each) !== key), patient];
    return { ...subject, now, lookup: lookupIn(now) };
  });
}

function isNewer(patient: Patient, known: Resource | undefined): boolean {
  const [time, knownTime] = [instantOf(patient.meta?.lastUpdated), instantOf(known?.meta?.lastUpdated)];
  return time !== undefined && knownTime !== undefined && time > knownTime;
}

/** Who speaks for an observation: its report, else its panel. */
function speakersOf(resources: readonly Resource[]): ReadonlyMap<string, ResourceKey> {
  const speakers = new Map<string, ResourceKey>();
  for (const type of ["Observation", "DiagnosticReport"])
    for (const resource of resources)
      if (resource.resourceType === type) for (const part of spokenFor(resource)) speakers.set(part, keyOf(resource));
  return new Map([...speakers].map(([part, speaker]) => [part, speakers.get(speaker) ?? speaker]));
}
