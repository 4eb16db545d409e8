import type { Resource } from "../fhir.ts";
import { instantOf } from "../instant.ts";

export interface FeedRead {
  readonly resources: readonly Resource[];
  /** The server's clock at the first page. */
  readonly serverTime: number | undefined;
  /** How long the bridge waited for the first page, by the calendar clock: the search ran somewhere in it. */
  readonly elapsedMs: number;
}

/**
 * Where the next search of a feed begins, before the overlap is taken off. The server's clock at the time when the first
 * page was asked for: whatever is written later may be missing from the pages. Without a `Date` header, the latest
 * version that was seen. Never moves backwards.
 */
export function nextWatermark(current: number | undefined, read: FeedRead): number | undefined {
  const asked =
    read.serverTime === undefined ? latestUpdate(read.resources) : read.serverTime - Math.max(0, read.elapsedMs);
  if (asked === undefined) return current;
  return Math.max(current ?? 0, asked);
}

/** Where a search begins: versions may become visible later than they are dated. */
export function searchStart(watermark: number | undefined, overlapMs: number): number | undefined {
  return watermark === undefined ? undefined : Math.max(0, watermark - overlapMs);
}

function latestUpdate(resources: readonly Resource[]): number | undefined {
  const instants = resources.map(({ meta }) => instantOf(meta?.lastUpdated)).filter((each) => each !== undefined);
  return instants.length === 0 ? undefined : Math.max(...instants);
}
