import { createChangeQueue } from "../../../shared/aws/change-queue.ts";
import { createClaims } from "../../../shared/aws/claims.ts";
import { createRoster } from "../../../shared/aws/roster.ts";
import { createSnapshots } from "../../../shared/aws/snapshots.ts";
import type { ChangeSet } from "../../../shared/changes/change.ts";
import { type PollOutcome, poll } from "../../../shared/changes/poll.ts";
import type { PollPorts, PollWorkItem } from "../../../shared/changes/ports.ts";
import { createReferenceCache } from "../../../shared/changes/reference-cache.ts";
import type { Source } from "../../../shared/config/schema.ts";
import { createIgnite, type Ignite } from "../../../shared/ignite/client.ts";
import type { PlanRosterPort, RosterEntry, RosterPort } from "../../../shared/roster/roster.ts";
import type { TargetKey } from "../../../shared/roster/target.ts";
import { startTinyIgnite, type TinyIgnite } from "../../ignite/support/tiny-ignite.ts";
import { sourceAt } from "./people.ts";
import { drain, type Stores } from "./stores.ts";

/** One source with its stores, on a clock that the test moves. */
export interface World {
  readonly ignite: TinyIgnite;
  readonly source: Source;
  readonly roster: RosterPort & PlanRosterPort;
  readonly workItems: PollWorkItem[];
  now: number;
  ports(): PollPorts;
  poll(target?: TargetKey, ports?: PollPorts): Promise<PollOutcome>;
  /** What a poll of the target would start from. Takes the lease and gives it back. */
  entry(target?: TargetKey): Promise<RosterEntry>;
  /** Takes all change sets from the queue. */
  changeSets(): Promise<ChangeSet[]>;
  close(): Promise<void>;
}

export const startOfTest = Date.parse("2026-11-23T15:00:00Z");

export async function createWorld(
  stores: Stores,
  settings: Parameters<typeof sourceAt>[1] & { targets?: TargetKey[] } = {},
): Promise<World> {
  const ignite = await startTinyIgnite();
  const source = sourceAt(ignite.baseUrl, settings);
  const roster = createRoster(stores.dynamoDb, await stores.rosterTable());
  const snapshots = createSnapshots(stores.dynamoDb, await stores.snapshotsTable());
  const queueUrl = await stores.queue({ fifo: true });
  const claims = createClaims(stores.s3, await stores.bucket());
  const changes = createChangeQueue(stores.sqs, queueUrl, claims);
  const client: Ignite = createIgnite(source, {
    readSecret: async () => ({ clientId: "client", clientSecret: "secret" }),
    retryPolicy: { attempts: 2, firstDelayMs: 1, longestDelayMs: 10 },
  });
  const references = createReferenceCache();

  const world: World = {
    ignite,
    source,
    roster,
    workItems: [],
    now: startOfTest,
    ports: () => ({
      sourceName: "general",
      source,
      roster,
      snapshots,
      changes,
      references,
      ignite: client.session(AbortSignal.timeout(15_000)),
      reportWorkItem: async (item) => void world.workItems.push(item),
      now: () => world.now,
    }),
    poll: (target = "patient/1", ports = world.ports()) =>
      poll({ source: "general", target }, ports, { leaseMs: 300_000 }),
    async entry(target = "patient/1") {
      const lease = await roster.lease({ source: "general", target, now: world.now, until: world.now - 1 });
      if (lease === undefined) throw new TypeError(`${target} is leased or not there`);
      return lease.entry;
    },
    async changeSets() {
      const messages = await drain(stores.sqs, queueUrl);
      return Promise.all(
        messages.map(async ({ Body = "" }) => {
          const { value, claim } = JSON.parse(Body) as { value?: ChangeSet; claim?: string };
          return value ?? (JSON.parse(await claims.read(claim ?? "")) as ChangeSet);
        }),
      );
    },
    close: () => ignite.close(),
  };
  ignite.clock = () => world.now;
  for (const target of settings.targets ?? ["patient/1" as const])
    await roster.addConfigured("general", target, world.now);
  return world;
}
