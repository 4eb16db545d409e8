import type { Resource } from "../fhir.ts";

/** A resource whose content differs from its snapshot. Without `before` it was never seen. */
export interface Change {
  readonly before?: Resource | undefined;
  readonly after: Resource;
  /**
   * True for what was already there when the bridge began to watch: seen for the first time, and last updated before
   * its target was added. Destinations treat it by their `initialLoad`.
   */
  readonly initial: boolean;
  /** It is another patient's now, who is told of it: the patient of the change set is told without it. */
  readonly hasLeft?: boolean | undefined;
}

/** All changes of one patient found in one poll, with what is needed to speak about them. */
export interface ChangeSet {
  /** The same poll of the same versions gives the same id. */
  readonly id: string;
  readonly source: string;
  readonly patient: string;
  /** When the poll saw them (instant, UTC). Rendering takes its clock from here, so a repeat gives the same bytes. */
  readonly detectedAt: string;
  /** In causal order. */
  readonly changes: readonly Change[];
  /** Asked again after the settle time: what waits for its parts is told as it is. */
  readonly isRecheck?: boolean | undefined;
  /** The Patient, active Encounters and referenced resources as of this poll; a changed resource stands in its new form. */
  readonly context: readonly Resource[];
}
