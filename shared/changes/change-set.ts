import { shortHash } from "./content.ts";
import type { DetectedChange } from "./diff.ts";

/** The changes of one patient that go out together, before their context is gathered. */
export interface ChangeGroup {
  readonly id: string;
  readonly patient: string;
  readonly detectedAt: string;
  readonly changes: readonly DetectedChange[];
}

/** The changes of a poll, a group for each patient. */
export function groupChanges(
  source: string,
  changesByPatient: ReadonlyMap<string, readonly DetectedChange[]>,
  detectedAt: string,
): ChangeGroup[] {
  return [...changesByPatient].map(([patient, changes]) => ({
    id: groupId(source, patient, detectedAt, changes),
    patient,
    detectedAt,
    changes,
  }));
}

/**
 * The time of the detection is a part of the id: content that changes to and fro comes back to the same versions, and
 * its second coming is another change set.
 */
function groupId(source: string, patient: string, detectedAt: string, changes: readonly DetectedChange[]): string {
  const versions = changes.map(({ key, hash }) => `${key}\n${hash}`).sort();
  return shortHash([source, patient, detectedAt, ...versions].join("\n"));
}
