import type { Bucket } from "../../../shared/aws/bucket.ts";
import { createChangeQueue } from "../../../shared/aws/change-queue.ts";
import { createClaims } from "../../../shared/aws/claims.ts";
import { createRoster } from "../../../shared/aws/roster.ts";
import { createSnapshots } from "../../../shared/aws/snapshots.ts";
import type { ChangeSet } from "../../../shared/changes/change.ts";
import { type PollOutcome, poll } from "../../../shared/changes/poll.ts";
import type { PollPorts, PollWorkItem } from "../../../shared/changes/ports.ts";
import { createReferenceCache } from "../../../shared/changes/reference-cache.ts";
import type { Source } from "../../../shared/config/schema.ts";
import { createIgnite, type IgniteSession } from "../../../shared/ignite/client.ts";
import type { PlanRosterPort, RosterEntry, RosterPort } from "../../../shared/roster/roster.ts";
import type { TargetKey } from "../../../shared/roster/target.ts";
import { startTinyIgnite, type TinyIgnite } from "../../ignite/support/tiny-ignite.ts";
import { sourceAt } from "./people.ts";
import { drain, type Stores } from "./stores.ts";

/** Stands between a poll and everything outside it: it may run the effect or die before or after it. */
export type Guard = <Result>(effect: () => Promise<Result>) => Promise<Result>;

/** One source with its stores, on a clock that the test moves. */
export interface World {
  readonly ignite: TinyIgnite;
  readonly source: Source;
  readonly roster: RosterPort & PlanRosterPort;
  readonly workItems: PollWorkItem[];
  now: number;
  ports(guard?: Guard): PollPorts;
  poll(target?: TargetKey, guard?: Guard): Promise<PollOutcome>;
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
  const names = {
    roster: await stores.rosterTable(),
    snapshots: await stores.snapshotsTable(),
    queueUrl: await stores.queue({ fifo: true }),
    bucket: await stores.bucket(),
  };
  const roster = createRoster(stores.dynamoDb, names.roster);
  const claims = createClaims(stores.bucketNamed(names.bucket));
  const client = createIgnite(source, {
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
    ports(guard = (effect) => effect()) {
      const dynamoDb = guarded(stores.dynamoDb, guard);
      const sqs = guarded(stores.sqs, guard);
      return {
        sourceName: "general",
        source,
        roster: createRoster(dynamoDb, names.roster),
        snapshots: createSnapshots(dynamoDb, names.snapshots),
        changes: createChangeQueue(
          sqs,
          names.queueUrl,
          createClaims(guardedBucket(stores.bucketNamed(names.bucket), guard)),
        ),
        references,
        ignite: guardedSession(client.session(AbortSignal.timeout(15_000)), guard),
        reportWorkItem: (item) => guard(async () => void world.workItems.push(item)),
        now: () => world.now,
      };
    },
    poll: (target = "patient/1", guard) =>
      poll({ source: "general", target }, world.ports(guard), { leaseMs: 300_000 }),
    async entry(target = "patient/1") {
      const lease = await roster.lease({ source: "general", target, now: world.now, until: world.now - 1 });
      if (lease === undefined) throw new TypeError(`${target} is leased or not there`);
      return lease.entry;
    },
    async changeSets() {
      const messages = await drain(stores.sqs, names.queueUrl);
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

/** The same client, with every call to AWS behind the guard. */
export function guarded<Client extends { send: (...parameters: never[]) => Promise<unknown> }>(
  client: Client,
  guard: Guard,
): Client {
  return new Proxy(client, {
    get: (target, property) =>
      property === "send"
        ? (...parameters: never[]) => guard(() => target.send(...parameters))
        : Reflect.get(target, property),
  });
}

export function guardedBucket(bucket: Bucket, guard: Guard): Bucket {
  return {
    put: (...parameters) => guard(() => bucket.put(...parameters)),
    get: (...parameters) => guard(() => bucket.get(...parameters)),
  };
}

function guardedSession(session: IgniteSession, guard: Guard): IgniteSession {
  return {
    search: (...parameters) => guard(() => session.search(...parameters)),
    read: (...parameters) => guard(() => session.read(...parameters)),
    readBinary: (...parameters) => guard(() => session.readBinary(...parameters)),
    granted: () => guard(() => session.granted()),
    advertised: () => guard(() => session.advertised()),
    get requests() {
      return session.requests;
    },
  };
}

export class Death extends Error {}

/** Lets a process die at its n-th step, before or after the effect; whatever it had begun beside may still happen. */
export function dieAt(step: number, when: "before" | "after"): Guard {
  let steps = 0;
  let isDead = false;
  return async (effect) => {
    const current = steps;
    steps += 1;
    if (isDead) throw new Death();
    if (current === step && when === "before") {
      isDead = true;
      throw new Death();
    }
    try {
      return await effect();
    } finally {
      if (current === step) isDead = true;
      // biome-ignore lint/correctness/noUnsafeFinally: a process that dies sees neither the result nor the failure
      if (isDead) throw new Death();
    }
  };
}

/** A moment at which a process dies. */
export interface Moment {
  readonly step: number;
  readonly when: "before" | "after";
}

/** Before and after each of so many steps; or at every so-many-th step only, before or after it by turns. */
export function momentsOf(steps: number, every?: number): Moment[] {
  const moments = Array.from({ length: steps }, (_, step): Moment[] => [
    { step, when: "before" },
    { step, when: "after" },
  ]);
  if (every === undefined) return moments.flat();
  const chosen = moments.filter((_, step) => step % every === 0);
  return chosen.flatMap((both, index) => both[index % both.length] ?? []);
}

/** Counts the steps of a poll that lives. */
export function countSteps(): { guard: Guard; steps: () => number } {
  let steps = 0;
  return {
    guard: (effect) => {
      steps += 1;
      return effect();
    },
    steps: () => steps,
  };
}
