import type { ResourceKey } from "./store.ts";
import type { HappeningKind } from "./world.ts";

/** One thing that happened, and the versions that it wrote. */
export interface JournalEntry {
  /** Counts from 0. */
  readonly number: number;
  readonly time: string;
  readonly kind: HappeningKind;
  /** Whether anyone who reads the resources can tell. */
  readonly visible: boolean;
  readonly wrote: readonly { readonly key: ResourceKey; readonly versionId: string; readonly visible: boolean }[];
}
