import { Metrics, MetricUnit } from "@aws-lambda-powertools/metrics";
import type { DeliveryMeter } from "../delivery/deliver.ts";

const namespace = "IgniteBridge";

/** Counts for the invocation that is under way. */
export interface DeliveryMetrics extends DeliveryMeter {
  /** Writes what was counted since the last time as embedded metric format, one line a destination. */
  publish(): void;
}

/** What happened to one destination since the last publication. */
interface Tally {
  readonly latenciesMs: number[];
  retried: number;
  parked: number;
}

/** Delivered, Retried, Parked and Latency (milliseconds, end to end) with the dimension `destination`. */
export function createDeliveryMetrics(serviceName: string): DeliveryMetrics {
  const metrics = new Metrics({ namespace, serviceName });
  const tallies = new Map<string, Tally>();

  function tallyOf(destination: string): Tally {
    const tally = tallies.get(destination) ?? { latenciesMs: [], retried: 0, parked: 0 };
    tallies.set(destination, tally);
    return tally;
  }

  return {
    delivered: (destination, latencyMs) => void tallyOf(destination).latenciesMs.push(latencyMs),
    retried: (destination) => void tallyOf(destination).retried++,
    parked: (destination) => void tallyOf(destination).parked++,
    publish() {
      for (const [destination, { latenciesMs, retried, parked }] of tallies) {
        metrics.addDimension("destination", destination);
        metrics.addMetric("Delivered", MetricUnit.Count, latenciesMs.length);
        metrics.addMetric("Retried", MetricUnit.Count, retried);
        metrics.addMetric("Parked", MetricUnit.Count, parked);
        for (const latencyMs of latenciesMs) metrics.addMetric("Latency", MetricUnit.Milliseconds, latencyMs);
        metrics.publishStoredMetrics();
      }
      tallies.clear();
    },
  };
}
