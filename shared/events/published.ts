import type { Patient, ResourceKey } from "../fhir.ts";
import type { Facts } from "./rule.ts";
import type { EventName, Statement } from "./vocabulary.ts";

/** What a destination was last told about a resource. */
export interface Published {
  readonly facts: Facts;
  /** What stands because this destination was told so: what a cancel may cancel. */
  readonly standing: readonly Statement[];
  /** Hash of what an update of the resource would have said, rendered for this destination. */
  readonly contentHash?: string | undefined;
  /** The last event that was told, and its HL7 v2 trigger. Absent as long as the destination heard of none. */
  readonly event?: EventName | undefined;
  readonly trigger?: string | undefined;
  /** How many events about the resource were told. */
  readonly sequence: number;
  /** How many of these were about another resource, as the one that goes on after a merge. */
  readonly aboutOthers?: number | undefined;
  /** `meta.versionId` and `meta.lastUpdated` of the version that the facts are of. */
  readonly versionId?: string | undefined;
  readonly versionTime?: string | undefined;
  /**
   * Of a resource of whose end others may tell: the id of the change set that wrote this, and what stood before it. Who
   * comes after it in the same change set, run once more after a crash, goes by that.
   */
  readonly writtenBy?: { readonly changeSet: string; readonly standing: readonly Statement[] } | undefined;
  /** Of a Patient, the version itself: every message about the patient speaks with it. */
  readonly patient?: Patient | undefined;
  /** Of a Patient who was merged, the version before that: the record itself has lost its numbers and its name. */
  readonly unmerged?: Patient | undefined;
  /** How often this was written: the fence against a slower run of the same change set. */
  readonly revision: number;
}

/** What one destination was told about one patient of one source. */
export interface PublishedPartition {
  readonly destination: string;
  readonly source: string;
  readonly patient: string;
}

export interface PublishedStore {
  /** What was told of those resources. None may come twice. */
  load(partition: PublishedPartition, resources: readonly ResourceKey[]): Promise<ReadonlyMap<ResourceKey, Published>>;
  /** @throws ERR_PUBLISHED_MOVED when what is stored is not of the revision before this one */
  save(partition: PublishedPartition, resource: ResourceKey, published: Published): Promise<void>;
}
