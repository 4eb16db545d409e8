import { destinationsOf } from "./bridge.ts";
import type { Bridge, Destination } from "./schema.ts";

const defaultSettleMs = 120_000;

export function settleMsOf({ settle = defaultSettleMs }: Pick<Destination, "settle">): number {
  return settle;
}

/** The longest that any destination of a source holds a report. */
export function longestSettleMs(bridge: Bridge, source: string): number {
  return Math.max(0, ...destinationsOf(bridge, source).map(([, destination]) => settleMsOf(destination)));
}
