import { describe, expect, test } from "vitest";
import { createClaims } from "../../../shared/aws/claims.ts";
import { createDeliveryQueue } from "../../../shared/aws/delivery-queue.ts";
import { createLedger } from "../../../shared/aws/ledger.ts";
import { createPublishedStore } from "../../../shared/aws/published.ts";
import type { ChangeSet } from "../../../shared/changes/change.ts";
import type { QueuedDelivery } from "../../../shared/delivery/queued-delivery.ts";
import { type RouteDependencies, routeChangeSet } from "../../../shared/delivery/route.ts";
import type { Published } from "../../../shared/events/published.ts";
import { keyOf, type Resource, type ResourceKey } from "../../../shared/fhir.ts";
import { renderMessage } from "../../../shared/hl7/render.ts";
import { renderWebhook } from "../../../shared/webhook/payload.ts";
import { drain, type Stores } from "../../changes/support/stores.ts";
import {
  countSteps,
  Death,
  dieAt,
  type Guard,
  guarded,
  guardedBucket,
  momentsOf,
} from "../../changes/support/world.ts";
import { app, bridgeTo, engine, labReport, person, potassium, startPolling, stay } from "./hospital.ts";

const bridge = bridgeTo({ engine, app });
export const destinations = Object.keys(bridge.destinations);

/** Real tables, queues and a bucket of its own, and a route that can die at any call to them. */
export async function createWorld(stores: Stores) {
  const tables = { published: await stores.snapshotsTable(), ledger: await stores.ledgerTable() };
  const bucket = await stores.bucket();
  const queueUrls: Record<string, string> = {};
  for (const name of destinations) queueUrls[name] = await stores.queue({ fifo: true });

  const dependencies = (guard: Guard = (effect) => effect()): RouteDependencies => ({
    bridge,
    published: createPublishedStore(guarded(stores.dynamoDb, guard), tables.published),
    ledger: createLedger(guarded(stores.dynamoDb, guard), tables.ledger),
    queue: createDeliveryQueue({
      client: guarded(stores.sqs, guard),
      bridge,
      queueUrls,
      claims: createClaims(guardedBucket(stores.bucketNamed(bucket), guard)),
    }),
    renderers: { renderMessage, renderWebhook },
  });
  return {
    route: (changeSet: ChangeSet, guard?: Guard) => routeChangeSet(changeSet, dependencies(guard)),
    /** What came through each destination's queue: id and body, in order. */
    async delivered() {
      const claims = createClaims(stores.bucketNamed(bucket));
      const all: Record<string, [id: string, body: string][]> = {};
      for (const name of destinations)
        all[name] = await Promise.all(
          (await drain(stores.sqs, queueUrls[name] ?? "")).map(async ({ Body = "" }): Promise<[string, string]> => {
            const queued = JSON.parse(Body) as QueuedDelivery;
            return [queued.id, "claim" in queued ? await claims.read(queued.claim) : queued.body];
          }),
        );
      return all;
    },
    async published(...keys: ResourceKey[]) {
      const all: Record<string, Record<string, Published>> = {};
      for (const destination of destinations) {
        const partition = { destination, source: "general", patient: "12" };
        all[destination] = Object.fromEntries(await dependencies().published.load(partition, keys));
      }
      return all;
    },
    async opened(ids: readonly string[]) {
      return Promise.all(ids.map(async (id) => (await createLedger(stores.dynamoDb, tables.ledger).get(id))?.state));
    },
  };
}

const note = "A long comment. ".repeat(15_000);
const scenarios: { name: string; before: Resource[]; changes: Resource[] }[] = [
  { name: "a new patient is admitted", before: [], changes: [person(1), stay(1, "in-progress", ["Bed 1"])] },
  {
    name: "a move, a discharge and a result between two polls",
    before: [person(1), stay(1, "in-progress", ["Bed 1"])],
    changes: [stay(40, "finished", ["Bed 1", "Bed 2"]), labReport(40, "final"), potassium(40, "final", 4.1)],
  },
  {
    name: "a report that is too large for a queue",
    before: [person(1)],
    changes: [{ ...labReport(5, "final"), conclusion: note }, potassium(5, "final", 4.1)],
  },
];

/** Without `every`, route dies before and after each call; each death takes a world of its own. */
interface Effort {
  readonly every?: number;
  readonly timeoutMs: number;
}

export function routeMayDie(stores: () => Stores, { every, timeoutMs }: Effort): void {
  describe.each(scenarios)("$name", ({ before, changes }) => {
    test(
      "route may die before or after any call: nothing is lost, and nothing comes under another id",
      async () => {
        const poll = startPolling();
        const earlier = before.length > 0 ? [poll(before)] : [];
        const changeSet = poll(changes);
        const prepare = async () => {
          const world = await createWorld(stores());
          for (const each of earlier) await world.route(each);
          await world.delivered();
          return world;
        };
        const undisturbed = await prepare();
        const { guard, steps } = countSteps();
        await undisturbed.route(changeSet, guard);
        const expected = await undisturbed.delivered();
        const keys = changes.map(keyOf);
        const published = await undisturbed.published(...keys);
        expect(Object.values(expected).flat().length).toBeGreaterThan(1);
        expect((await undisturbed.route(changeSet)).flatMap(({ events }) => events)).toEqual([]);

        for (const { step, when } of momentsOf(steps(), every)) {
          const world = await prepare();
          await expect(world.route(changeSet, dieAt(step, when))).rejects.toThrow(Death);
          await world.route(changeSet);
          // The queue drops what repeats an id, so what came under two ids would be here twice.
          const delivered = await world.delivered();
          expect(delivered, `died ${when} call ${step}`).toEqual(expected);
          expect(await world.published(...keys)).toEqual(published);
          const ids = Object.values(delivered).flatMap((all) => all.map(([id]) => id));
          expect(new Set(await world.opened(ids))).toEqual(new Set(["queued"]));
        }
      },
      timeoutMs,
    );
  });
}
