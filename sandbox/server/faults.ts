import { seededRandom } from "../random.ts";

/** What can go wrong on the way. */
export const faultNames = [
  /** The token dies between two pages. */
  "unauthorized",
  /** The gateway refuses, and not in FHIR. */
  "forbidden",
  "throttled",
  "throttled-retry-after",
  "bad-gateway",
  "gateway-timeout",
  "server-error",
  /** A late answer. */
  "slow",
  /** The connection is cut. */
  "reset",
  /** The last resource of a page again as the first of the next. */
  "repeated-resource",
  /** A resource as it was before its last version. */
  "stale-resource",
  "token-unavailable",
] as const;
export type FaultName = (typeof faultNames)[number];
export type FaultRates = Partial<Record<FaultName, number>>;
/** Probabilities, each for every request to which the fault can come. */
export type FaultSetting = "none" | "plain day" | FaultRates;

const plainDay: FaultRates = {
  unauthorized: 0.02,
  forbidden: 0.001,
  throttled: 0.006,
  "throttled-retry-after": 0.006,
  "bad-gateway": 0.005,
  "gateway-timeout": 0.003,
  "server-error": 0.001,
  slow: 0.01,
  reset: 0.003,
  "repeated-resource": 0.1,
  "token-unavailable": 0.02,
};

export interface Faults {
  set(setting: FaultSetting): void;
  /** The next request to which the fault can come gets it, whatever the rates say; so many times. */
  once(fault: FaultName, times?: number): void;
  /** Which of these comes to the request at hand. */
  draw(possible: readonly FaultName[]): FaultName | undefined;
  /** How often each has come. */
  counts(): Readonly<Partial<Record<FaultName, number>>>;
}

export function createFaults(setting: FaultSetting, seed: string): Faults {
  const random = seededRandom(`${seed}/faults`);
  const ordered: FaultName[] = [];
  const counts: Partial<Record<FaultName, number>> = {};
  let rates = ratesOf(setting);
  const pick = (possible: readonly FaultName[]): FaultName | undefined => {
    const next = ordered.findIndex((fault) => possible.includes(fault));
    if (next >= 0) return ordered.splice(next, 1)[0];
    return possible.find((fault) => (rates[fault] ?? 0) > 0 && random.chance(rates[fault] ?? 0));
  };
  return {
    set(changed) {
      rates = ratesOf(changed);
    },
    once(fault, times = 1) {
      for (let count = 0; count < times; count++) ordered.push(fault);
    },
    draw(possible) {
      const fault = pick(possible);
      if (fault) counts[fault] = (counts[fault] ?? 0) + 1;
      return fault;
    },
    counts: () => counts,
  };
}

function ratesOf(setting: FaultSetting): FaultRates {
  if (setting === "none") return {};
  return setting === "plain day" ? plainDay : setting;
}
