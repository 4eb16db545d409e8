import { type PollOutcome, poll } from "../changes/poll.ts";
import type { PollPorts, PollWorkItem } from "../changes/ports.ts";
import { createReferenceCache } from "../changes/reference-cache.ts";
import { longestSettleMs } from "../config/bridge.ts";
import type { Bridge } from "../config/schema.ts";
import { deliveryId } from "../delivery/delivery-id.ts";
import type { Ledger } from "../delivery/ledger.ts";
import { createIgnite, type Ignite } from "../ignite/client.ts";
import type { RosterPort } from "../roster/roster.ts";
import type { PollRequest } from "../roster/target.ts";
import type { ReadSecret } from "./secrets.ts";

export interface PollingOptions {
  readonly bridge: Bridge;
  readonly roster: RosterPort;
  readonly snapshots: PollPorts["snapshots"];
  readonly changes: PollPorts["changes"];
  readonly ledger: Pick<Ledger, "parked">;
  readonly readSecret: ReadSecret;
}

/** Polls targets for as long as a process lives; tokens, connections and shared references are kept between polls. */
export interface Polling {
  /** Nothing where the configuration has no such source any more. */
  run(request: PollRequest, life: { signal: AbortSignal; leaseMs: number }): Promise<PollOutcome | undefined>;
}

export function createPolling({ bridge, ledger, readSecret, ...stores }: PollingOptions): Polling {
  const ignites = new Map<string, Ignite>();
  const references = createReferenceCache();
  return {
    async run(request, { signal, leaseMs }) {
      const source = bridge.sources[request.source];
      if (source === undefined) return undefined;
      let ignite = ignites.get(request.source);
      if (ignite === undefined) {
        ignite = createIgnite(source, { readSecret: (options) => readSecret(source.credentials.secret, options) });
        ignites.set(request.source, ignite);
      }
      const ports: PollPorts = {
        ...stores,
        sourceName: request.source,
        source,
        references,
        ignite: ignite.session(signal),
        settleMs: longestSettleMs(bridge, request.source),
        reportWorkItem: (item) => park(ledger, item),
        now: () => Date.now(),
      };
      return poll(request, ports, { leaseMs });
    },
  };
}

/** Stands in the ledger for the destination of what could not be read; no destination can be named so. */
export const pollWorkList = "(poll)";

/** One entry for one reason, however often the polls come upon it. */
async function park(ledger: Pick<Ledger, "parked">, item: PollWorkItem): Promise<void> {
  const { source, patient = "", resourceType, id = "", ...workItem } = item;
  const now = new Date().toISOString();
  const head = {
    id: deliveryId("poll", source, patient, resourceType, id, item.reason),
    destination: pollWorkList,
    source,
    patient,
    event: "record.unreadable",
    focus: `${resourceType}/${id}`,
    recordedAt: now,
    createdAt: now,
  };
  await ledger.parked(head, { reason: item.reason, workList: [workItem] });
}
