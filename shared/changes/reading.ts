import { BridgeError } from "../errors.ts";
import { type Advertised, unadvertised } from "../ignite/advertised.ts";
import type { Unreadable } from "../ignite/paging.ts";
import { scopeOf } from "../ignite/scopes.ts";
import { isSearchable, neededParameters } from "../ignite/searches.ts";
import type { Joining, Progress, RosterEntry } from "../roster/roster.ts";
import { intervalOf } from "../roster/tier.ts";
import type { Found } from "./diff.ts";
import type { AppointmentWindow, PollPorts, Seen } from "./ports.ts";

/** What a poll read of its target, before it is compared with the snapshots. */
export interface Reading {
  readonly found: ReadonlyMap<string, readonly Found[]>;
  /** By feed, for the feeds that were read to the last page. */
  readonly watermarks: Readonly<Record<string, number>>;
  readonly joining: readonly Joining[];
  readonly window?: AppointmentWindow | undefined;
  /** By feed: what its search showed, where that is not as it was. */
  readonly seen: ReadonlyMap<string, Seen>;
  readonly progress?: Progress | undefined;
  /** Failures of single feeds; the others were read. */
  readonly problems: readonly BridgeError[];
}

/** These speak of one feed or one record, so the rest of the poll goes on; any other speaks of the tenant. */
const isolatedCodes: readonly string[] = [
  "ERR_IGNITE_SCOPE",
  "ERR_IGNITE_UNADVERTISED",
  "ERR_IGNITE_REFUSED",
  "ERR_IGNITE_DATA",
];

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

/** What the tenant lets this account do. */
export interface Permissions {
  readonly granted: ReadonlySet<string>;
  readonly advertised: Advertised | undefined;
}

export async function permissionsOf({ ignite }: Pick<PollPorts, "ignite">): Promise<Permissions> {
  return { granted: await ignite.granted(), advertised: await ignite.advertised() };
}

/**
 * @throws ERR_IGNITE_SCOPE naming the scope that is missing
 * @throws ERR_IGNITE_UNADVERTISED naming the parameter that the tenant does not advertise
 */
export function requireFeed({ source }: Pick<PollPorts, "source">, permissions: Permissions, feed: string): void {
  const where = { what: feed, where: source.baseUrl };
  if (!permissions.granted.has(feed))
    throw new BridgeError("ERR_IGNITE_SCOPE", { details: { ...where, missing: scopeOf(feed, source) } });
  const missing = isSearchable(feed) && unadvertised(permissions.advertised, feed, neededParameters(feed));
  if (missing) throw new BridgeError("ERR_IGNITE_UNADVERTISED", { details: { ...where, missing } });
}

/** Whether a feed with an interval of its own is to be read again; half the target's interval early is near enough. */
export function isFeedDue(
  { source }: Pick<PollPorts, "source">,
  { tier, progress }: RosterEntry,
  feed: string,
  now: number,
): boolean {
  const interval = (source.feedIntervals as Readonly<Record<string, number>>)[feed] ?? 0;
  const readAt = progress?.readAt[feed];
  return readAt === undefined || now - readAt >= interval - intervalOf(source, tier) / 2;
}

/** Whether a feed is on. */
export function hasFeed({ source }: Pick<PollPorts, "source">, feed: string): boolean {
  return source.feeds.some((each) => each === feed);
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
