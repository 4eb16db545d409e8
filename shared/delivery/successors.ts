import { nothingTold, othersAround, othersBehind, type Step } from "../events/derive.ts";
import type { Published } from "../events/published.ts";
import type { SubjectOfChange } from "../events/subjects.ts";
import { standingOfOther } from "../events/vocabulary.ts";
import type { Resource, ResourceKey } from "../fhir.ts";

/**
 * What takes the place of another resource may tell of its end in the same message: an order RP and RO, a document T10, a
 * charge CD and CG. Whether it does is known before the other one is looked at, so it is planned first.
 */
export function successorsFirst(subjects: readonly SubjectOfChange[]): readonly SubjectOfChange[] {
  const isSuccessor = ({ after }: SubjectOfChange) => othersBehind(after).length > 0;
  return [...subjects.filter(isSuccessor), ...subjects.filter((subject) => !isSuccessor(subject))];
}

/** The resources of whose end the subjects may tell, and those of which they may be a part. */
export function relationsOf(subjects: readonly SubjectOfChange[]): readonly ResourceKey[] {
  return subjects.flatMap(({ after }) => [...othersBehind(after), ...othersAround(after)] as readonly ResourceKey[]);
}

/** What the destination holds of other resources after it was told of these steps. */
export function endedBy(
  steps: readonly Step[],
  known: (key: ResourceKey) => Published | undefined,
): ReadonlyMap<ResourceKey, Published> {
  const ended = new Map<ResourceKey, Published>();
  for (const { event, name, others = [] } of steps)
    for (const key of event === undefined ? [] : (others as readonly ResourceKey[])) {
      const before = ended.get(key) ?? known(key) ?? nothingOf(key);
      ended.set(key, { ...before, standing: standingOfOther(before.standing, name) });
    }
  return ended;
}

/** One that was never told is not to be told any more when it comes. */
function nothingOf(key: ResourceKey): Published {
  const [resourceType, id] = key.split("/");
  return { ...nothingTold({ resourceType, id } as Resource), sequence: 0, revision: 0 };
}
