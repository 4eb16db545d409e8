import type { Bridge } from "../../../shared/config/schema.ts";
import type { Delivery } from "../../../shared/delivery/delivery.ts";
import type { Ledger } from "../../../shared/delivery/ledger.ts";
import type { RouteDependencies } from "../../../shared/delivery/route.ts";
import type { Published, PublishedPartition } from "../../../shared/events/published.ts";
import { renderMessage } from "../../../shared/hl7/render.ts";
import { renderWebhook } from "../../../shared/webhook/payload.ts";
import { createMemoryLedger } from "../memory-ledger.ts";

/** Everything that route writes to, in memory, for tests of what is written. */
export interface Memory {
  readonly dependencies: RouteDependencies;
  readonly ledger: Ledger;
  /** By destination, in order. */
  readonly sent: Map<string, Delivery[]>;
  readonly published: Map<string, Published>;
}

export function rememberAll(bridge: Bridge, changes: Partial<RouteDependencies> = {}): Memory {
  const ledger = createMemoryLedger();
  const sent = new Map<string, Delivery[]>();
  const published = new Map<string, Published>();
  const prefix = ({ destination, source, patient }: PublishedPartition) => `${destination}#${source}#${patient} `;
  return {
    ledger,
    sent,
    published,
    dependencies: {
      bridge,
      ledger,
      published: {
        async load(partition, resources) {
          return new Map(
            resources.flatMap((resource) => {
              const told = published.get(`${prefix(partition)}${resource}`);
              return told === undefined ? [] : [[resource, structuredClone(told)] as const];
            }),
          );
        },
        async save(partition, resource, value) {
          published.set(`${prefix(partition)}${resource}`, JSON.parse(JSON.stringify(value)));
        },
      },
      queue: {
        async send(destination, deliveries) {
          const before = sent.get(destination) ?? [];
          const ids = new Set(before.map(({ id }) => id));
          sent.set(destination, [...before, ...deliveries.filter(({ id }) => !ids.has(id))]);
        },
      },
      renderers: { renderMessage, renderWebhook },
      ...changes,
    },
  };
}
