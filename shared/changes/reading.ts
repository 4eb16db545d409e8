import { BridgeError } from "../errors.ts";
import type { Unreadable } from "../ignite/paging.ts";
import type { Joining, RosterEntry } from "../roster/roster.ts";
import type { Found } from "./diff.ts";
import type { AppointmentWindow, PollPorts } from "./ports.ts";

/** What a poll read of its target, before it is compared with the snapshots. */
export interface Reading {
  readonly found: ReadonlyMap<string, readonly Found[]>;
  /** By feed, for the feeds that were read to the last page. */
  readonly watermarks: Readonly<Record<string, number>>;
  readonly joining: readonly Joining[];
  readonly window?: AppointmentWindow | undefined;
  /** Failures of single feeds; the others were read. */
  readonly problems: readonly BridgeError[];
}

/** These speak of one feed or one record, so the rest of the poll goes on; any other speaks of the tenant. */
const isolatedCodes: readonly string[] = ["ERR_IGNITE_SCOPE", "ERR_IGNITE_REFUSED", "ERR_IGNITE_DATA"];

/** Runs one step of a poll; where it fails for reasons of its own, notes the problem and gives nothing. */
export async function isolate<Result>(
  problems: BridgeError[],
  step: () => Promise<Result>,
): Promise<Result | undefined> {
  try {
    return await step();
  } catch (error) {
    if (!(error instanceof BridgeError) || !isolatedCodes.includes(error.code)) throw error;
    problems.push(error);
    return undefined;
  }
}

/** @throws ERR_IGNITE_SCOPE naming the scope that is missing */
export function requireScope(
  ports: Pick<PollPorts, "source">,
  granted: ReadonlySet<string>,
  resourceType: string,
): void {
  if (granted.has(resourceType)) return;
  const permission = ports.source.credentials.smartVersion === 1 ? "read" : "rs";
  throw new BridgeError("ERR_IGNITE_SCOPE", {
    details: { what: resourceType, where: ports.source.baseUrl, missing: `system/${resourceType}.${permission}` },
  });
}

/** Where a feed's news begins: with the target, or for a feed that was configured later, now. */
export function feedSinceOf(entry: RosterEntry, feed: string, startedAt: number): number {
  return entry.feedSince[feed] ?? (Object.keys(entry.feedSince).length === 0 ? entry.since : startedAt);
}

export async function reportUnreadable(
  ports: PollPorts,
  patient: string | undefined,
  resourceType: string,
  unreadable: readonly Unreadable[],
): Promise<void> {
  for (const { severity, reason } of unreadable)
    await ports.reportWorkItem({ source: ports.sourceName, patient, resourceType, severity, reason });
}
