import type { LedgerEntry } from "../shared/delivery/ledger.ts";
import type { Received } from "./receivers/receiver.ts";

/** What `--json` prints. */
export interface Report {
  readonly patients: number;
  readonly polls: number;
  /** FHIR requests that the source answered. */
  readonly requests: number;
  readonly changes: number;
  readonly events: number;
  readonly deliveries: Readonly<Record<string, DeliveryCounts>>;
  readonly lost: number;
  readonly outOfOrder: number;
  /** From the change in the hospital to its receipt, on the hospital's clock. */
  readonly latencyMs: { readonly p50: number; readonly p99: number };
}

export interface DeliveryCounts {
  readonly acknowledged: number;
  /** Of all, those that took more than one attempt. */
  readonly retried: number;
  readonly parked: number;
}

export function countDeliveries(
  destinations: readonly string[],
  entries: readonly LedgerEntry[],
): Record<string, DeliveryCounts> {
  return Object.fromEntries(
    destinations.map((name) => {
      const own = entries.filter(({ destination }) => destination === name);
      return [
        name,
        {
          acknowledged: own.filter(({ state }) => state === "acknowledged").length,
          retried: own.filter(({ attempts }) => attempts > 1).length,
          parked: own.filter(({ state }) => state === "parked").length,
        },
      ];
    }),
  );
}

/** Events that were told: one that was told to several destinations is one. */
export function countEvents(entries: readonly LedgerEntry[]): number {
  // A poll that finds several steps tells them of one version, each step as an event: so a key may come more than once.
  const most = new Map<string, number>();
  for (const ofDestination of Map.groupBy(entries, ({ destination }) => destination).values())
    for (const [key, same] of Map.groupBy(ofDestination, eventKey))
      most.set(key, Math.max(most.get(key) ?? 0, same.length));
  return [...most.values()].reduce((sum, count) => sum + count, 0);
}

function eventKey({ source, event, focus, recordedAt }: LedgerEntry): string {
  return [source, event, focus, recordedAt].join(" ");
}

/** For each delivery that came in, the time from its record's change to its first receipt. */
export function latencies(entries: readonly LedgerEntry[], received: readonly Received[]): number[] {
  const firstAt = new Map(received.toReversed().map(({ id, at }) => [id, at]));
  return entries.flatMap(({ id, recordedAt }) => {
    const latency = (firstAt.get(id) ?? Number.NaN) - Date.parse(recordedAt);
    return Number.isNaN(latency) ? [] : [latency];
  });
}

/** Nearest rank; 0 of nothing. */
export function percentile(values: readonly number[], percent: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil((percent / 100) * sorted.length) - 1)] ?? 0;
}
