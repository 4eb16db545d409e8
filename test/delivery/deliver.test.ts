import { describe, expect, test } from "vitest";
import {
  type DeliverDependencies,
  deliverBatch,
  type QueueRecord,
  type Sender,
} from "../../shared/delivery/deliver.ts";
import type { Delivery } from "../../shared/delivery/delivery.ts";
import type { Outcome, Setback } from "../../shared/delivery/outcome.ts";
import { BridgeError } from "../../shared/errors.ts";
import { deliveryOf, recordOf } from "./deliveries.ts";
import { createMemoryLedger } from "./memory-ledger.ts";

const delivered: Outcome = { action: "delivered", acknowledgement: "AA" };
const failed: Setback = { action: "retry", reason: "connection-closed", sent: true };

/** Everything around a batch, recorded, with a sender that gives the outcomes that a test wants. */
function stage(outcomeFor: (delivery: Delivery) => Outcome | Promise<Outcome>, sender: Partial<Sender> = {}) {
  const seen = {
    sent: [] as string[],
    postponed: [] as { messageId: string; delayMs: number }[],
    parked: [] as string[],
    counted: [] as string[],
    logged: [] as { message: string; fields: object | undefined }[],
  };
  const log = (message: string, fields?: object) => void seen.logged.push({ message, fields });
  const ledger = createMemoryLedger();
  const dependencies: DeliverDependencies = {
    senderOf: () => ({
      send: async (delivery) => {
        seen.sent.push(delivery.body);
        return outcomeFor(delivery);
      },
      policy: { delaysMs: [1_000, 10_000] },
      order: "patient",
      parallel: false,
      longestSendMs: 1_000,
      ...sender,
    }),
    ledger,
    readClaim: async (claim) => `body of ${claim}`,
    postpone: async ({ messageId }, _destination, delayMs) => void seen.postponed.push({ messageId, delayMs }),
    park: async ({ id }, group, attempt) => void seen.parked.push(`${id} of ${group} at ${attempt}`),
    meter: {
      delivered: (destination) => void seen.counted.push(`delivered ${destination}`),
      retried: (destination) => void seen.counted.push(`retried ${destination}`),
      parked: (destination) => void seen.counted.push(`parked ${destination}`),
    },
    log: { debug: log, info: log, warn: log, error: log },
    remainingMs: () => 100_000,
    random: () => 0.5,
  };
  return { seen, ledger, dependencies };
}

function batch(...deliveries: Delivery[]): QueueRecord[] {
  return deliveries.map((delivery) => recordOf(delivery));
}

const messageIds = (records: readonly (QueueRecord | undefined)[]) => records.map((record) => record?.messageId);

describe("a batch", () => {
  test("goes out in the order of its records", async () => {
    const { seen, ledger, dependencies } = stage(() => delivered);
    const records = batch(deliveryOf("a", 1), deliveryOf("a", 2), deliveryOf("a", 3));
    expect(await deliverBatch(records, dependencies)).toEqual([]);
    expect(seen.sent).toEqual(["a 1", "a 2", "a 3"]);
    expect(await ledger.get(deliveryOf("a", 2).id)).toMatchObject({ state: "acknowledged", acknowledgement: "AA" });
    expect(seen.counted).toEqual(["delivered care-app", "delivered care-app", "delivered care-app"]);
  });

  test("of several patients: a failure holds back the rest of its patient and nobody else", async () => {
    const { seen, dependencies } = stage(({ body }) => (body === "a 2" ? failed : delivered));
    const records = batch(
      deliveryOf("a", 1),
      deliveryOf("b", 1),
      deliveryOf("a", 2),
      deliveryOf("b", 2),
      deliveryOf("a", 3),
    );
    expect(await deliverBatch(records, dependencies)).toEqual(messageIds([records[2], records[4]]));
    expect(seen.sent.filter((body) => body.startsWith("a"))).toEqual(["a 1", "a 2"]);
    expect(seen.sent.filter((body) => body.startsWith("b"))).toEqual(["b 1", "b 2"]);
    // The whole rest comes back together, or the group would stay locked for the queue's visibility timeout.
    expect(seen.postponed).toEqual([
      { messageId: records[2]?.messageId, delayMs: 1_000 },
      { messageId: records[4]?.messageId, delayMs: 1_000 },
    ]);
  });

  test("the same patient id of two sources is two groups", async () => {
    const { seen, dependencies } = stage(({ source }) => (source === "general" ? failed : delivered));
    const records = batch(deliveryOf("a", 1), deliveryOf("a", 2, { source: "north" }));
    expect(await deliverBatch(records, dependencies)).toEqual(messageIds([records[0]]));
    expect(seen.sent).toEqual(["a 1", "a 2"]);
  });

  test("of a link in order: a failure holds back everybody", async () => {
    const { seen, dependencies } = stage(({ body }) => (body === "b 1" ? failed : delivered), { order: "link" });
    const records = batch(deliveryOf("a", 1), deliveryOf("b", 1), deliveryOf("c", 1));
    expect(await deliverBatch(records, dependencies)).toEqual(messageIds([records[1], records[2]]));
    expect(seen.sent).toEqual(["a 1", "b 1"]);
  });

  test("of a parallel sender: patients side by side, each in order", async () => {
    let under = 0;
    let most = 0;
    const slowly = async (): Promise<Outcome> => {
      most = Math.max(most, ++under);
      await new Promise((resolve) => setImmediate(resolve));
      under--;
      return delivered;
    };
    const { seen, dependencies } = stage(slowly, { parallel: true });
    await deliverBatch(
      batch(deliveryOf("a", 1), deliveryOf("b", 1), deliveryOf("a", 2), deliveryOf("b", 2)),
      dependencies,
    );
    expect(most).toBe(2);
    expect(seen.sent.filter((body) => body.startsWith("a"))).toEqual(["a 1", "a 2"]);
  });

  test("stops at a receiver that nothing can be sent to, without trying patient after patient", async () => {
    const { seen, dependencies } = stage(() => ({
      action: "retry",
      reason: "unreachable",
      sent: false,
      stopsDestination: true,
    }));
    const records = batch(deliveryOf("a", 1), deliveryOf("b", 1), deliveryOf("c", 1));
    expect(await deliverBatch(records, dependencies)).toEqual(messageIds(records));
    expect(seen.sent).toEqual(["a 1"]);
    expect(seen.postponed.map(({ delayMs }) => delayMs)).toEqual([1_000, 1_000, 1_000]);
  });

  test("begins nothing that the invocation has no time for, and gives it back at once", async () => {
    const { seen, dependencies } = stage(() => delivered);
    const records = batch(deliveryOf("a", 1), deliveryOf("a", 2));
    const failures = await deliverBatch(records, {
      ...dependencies,
      remainingMs: () => 10_000 - 8_000 * seen.sent.length,
    });
    expect(failures).toEqual(messageIds([records[1]]));
    expect(seen.sent).toEqual(["a 1"]);
    expect(seen.postponed).toEqual([{ messageId: records[1]?.messageId, delayMs: 0 }]);
  });

  test("begins at least one, though its timeouts are longer than the invocation", async () => {
    const { seen, dependencies } = stage(() => delivered, { longestSendMs: 900_000 });
    const records = batch(deliveryOf("a", 1), deliveryOf("a", 2));
    expect(await deliverBatch(records, dependencies)).toEqual(messageIds([records[1]]));
    expect(seen.sent).toEqual(["a 1"]);
  });

  test("leaves an unreadable message and one of an unknown destination in the queue, and goes on", async () => {
    const { seen, dependencies } = stage(() => delivered);
    const senderOf = (name: string) => {
      if (name === "gone") throw new BridgeError("ERR_CONFIG");
      return dependencies.senderOf(name);
    };
    const records = [
      recordOf("not JSON"),
      recordOf('{"id":"too short"}'),
      recordOf(deliveryOf("a", 1, { destination: "gone" })),
      recordOf(deliveryOf("a", 2)),
    ];
    expect(await deliverBatch(records, { ...dependencies, senderOf })).toEqual(messageIds(records.slice(0, 3)));
    expect(seen.sent).toEqual(["a 2"]);
  });
});

describe("a delivery", () => {
  test("that was acknowledged before is not sent again", async () => {
    const { seen, ledger, dependencies } = stage(() => delivered);
    await ledger.acknowledged(deliveryOf("a", 1), { acknowledgement: "AA", attempt: 1 });
    expect(await deliverBatch(batch(deliveryOf("a", 1)), dependencies)).toEqual([]);
    expect(seen.sent).toEqual([]);
  });

  test("that is there twice is sent once", async () => {
    const { seen, dependencies } = stage(() => delivered);
    await deliverBatch(batch(deliveryOf("a", 1), deliveryOf("a", 1)), dependencies);
    expect(seen.sent).toEqual(["a 1"]);
  });

  test("whose body is large is fetched", async () => {
    const { seen, dependencies } = stage(() => delivered);
    const { body: _, ...head } = deliveryOf("a", 1);
    await deliverBatch([recordOf({ ...head, claim: "claims/1" })], dependencies);
    expect(seen.sent).toEqual(["body of claims/1"]);
  });

  test("that fails is tried later, and the ledger says why and when", async () => {
    const { ledger, dependencies } = stage(() => ({ ...failed, acknowledgement: "AR" }));
    await deliverBatch(batch(deliveryOf("a", 1)), dependencies);
    const entry = await ledger.get(deliveryOf("a", 1).id);
    expect(entry).toMatchObject({
      state: "retrying",
      attempts: 1,
      unsent: 0,
      reason: "connection-closed",
      acknowledgement: "AR",
    });
    expect(Date.parse(entry?.nextAttemptAt ?? "") - Date.parse(entry?.updatedAt ?? "")).toBeGreaterThan(900);
  });

  test("waits longer each time it fails", async () => {
    const { seen, dependencies } = stage(() => failed);
    for (let index = 0; index < 3; index++) await deliverBatch(batch(deliveryOf("a", 1)), dependencies);
    expect(seen.postponed.map(({ delayMs }) => delayMs)).toEqual([1_000, 10_000, 10_000]);
  });

  test("that a receiver will never take is parked with its reason, and its patient goes on", async () => {
    const workList = [{ severity: "error", reason: "refused-by-receiver", field: "PID-3", code: "101" }] as const;
    const refused: Outcome = {
      action: "park",
      reason: "application-error",
      sent: true,
      acknowledgement: "AE",
      workList,
    };
    const { seen, ledger, dependencies } = stage(({ body }) => (body === "a 1" ? refused : delivered));
    expect(await deliverBatch(batch(deliveryOf("a", 1), deliveryOf("a", 2)), dependencies)).toEqual([]);
    expect(seen.sent).toEqual(["a 1", "a 2"]);
    expect(seen.parked).toEqual([`${deliveryOf("a", 1).id} of care-app#general#a at 1`]);
    expect(await ledger.get(deliveryOf("a", 1).id)).toMatchObject({
      state: "parked",
      reason: "application-error",
      workList,
    });
    expect(seen.counted).toEqual(["parked care-app", "delivered care-app"]);
  });

  test("that reached the receiver as often as allowed is parked", async () => {
    const { seen, dependencies } = stage(() => failed, { policy: { delaysMs: [1], maxAttempts: 3 } });
    const outcomes: number[] = [];
    for (let index = 0; index < 3; index++)
      outcomes.push((await deliverBatch(batch(deliveryOf("a", 1)), dependencies)).length);
    expect(outcomes).toEqual([1, 1, 0]);
    expect(seen.parked).toHaveLength(1);
  });

  test.each<Setback>([
    { action: "retry", reason: "unreachable", sent: false },
    { action: "hold", reason: "endpoint-gone", sent: true },
  ])("that meets $action for $reason does not use up its attempts", async (setback) => {
    let outcome: Outcome = setback;
    const { seen, ledger, dependencies } = stage(() => outcome, { policy: { delaysMs: [1, 2], maxAttempts: 2 } });
    for (let index = 0; index < 5; index++) await deliverBatch(batch(deliveryOf("a", 1)), dependencies);
    outcome = failed;
    await deliverBatch(batch(deliveryOf("a", 1)), dependencies);
    expect(seen.parked).toEqual([]);
    expect(await ledger.get(deliveryOf("a", 1).id)).toMatchObject({ state: "retrying", attempts: 6, unsent: 5 });
  });

  test("that is older than a queue keeps it is parked before it would vanish", async () => {
    const { seen, dependencies } = stage(() => ({ action: "retry", reason: "unreachable", sent: false }));
    const createdAt = new Date(Date.now() - 13.5 * 24 * 60 * 60 * 1000).toISOString();
    expect(await deliverBatch(batch(deliveryOf("a", 1, { createdAt })), dependencies)).toEqual([]);
    expect(seen.parked).toHaveLength(1);
  });

  test("that could be scheduled no retry comes back after the visibility timeout: it is still reported", async () => {
    const { dependencies } = stage(() => failed);
    const records = batch(deliveryOf("a", 1), deliveryOf("a", 2));
    const postpone = () => Promise.reject(new Error("the receipt has expired"));
    expect(await deliverBatch(records, { ...dependencies, postpone })).toEqual(messageIds(records));
  });
});

test("nothing that is logged comes from a message", async () => {
  const { seen, dependencies } = stage(({ body }) => (body === "SMITH 1" ? delivered : failed));
  const deliveries = [1, 2, 3].map((number) =>
    deliveryOf("a", number, { body: `SMITH ${number}`, focus: "Patient/SMITH" }),
  );
  await deliverBatch([...batch(...deliveries), recordOf('{"body": SMITH')], {
    ...dependencies,
    postpone: () => Promise.reject(new BridgeError("ERR_INTERNAL")),
  });
  expect(seen.logged.length).toBeGreaterThan(3);
  const told = JSON.stringify(seen.logged, (_key, value) => (value instanceof Error ? value.message : value));
  expect(told).not.toContain("SMITH");
});

describe("a crash", () => {
  type Step = "begin" | "readClaim" | "send" | "acknowledged" | "retrying" | "postpone" | "park" | "parked";
  const park: Setback = { action: "park", reason: "application-error", sent: true };
  const rows: {
    step: Step;
    when: "before" | "after";
    outcome: Outcome;
    sends: number;
    state: string;
    copies?: number;
  }[] = [
    { step: "begin", when: "before", outcome: delivered, sends: 1, state: "acknowledged" },
    { step: "begin", when: "after", outcome: delivered, sends: 1, state: "acknowledged" },
    { step: "readClaim", when: "before", outcome: delivered, sends: 1, state: "acknowledged" },
    { step: "send", when: "before", outcome: delivered, sends: 1, state: "acknowledged" },
    { step: "send", when: "after", outcome: delivered, sends: 2, state: "acknowledged" },
    { step: "acknowledged", when: "before", outcome: delivered, sends: 2, state: "acknowledged" },
    { step: "acknowledged", when: "after", outcome: delivered, sends: 1, state: "acknowledged" },
    { step: "retrying", when: "before", outcome: failed, sends: 2, state: "retrying" },
    { step: "retrying", when: "after", outcome: failed, sends: 2, state: "retrying" },
    { step: "postpone", when: "before", outcome: failed, sends: 2, state: "retrying" },
    { step: "postpone", when: "after", outcome: failed, sends: 2, state: "retrying" },
    { step: "park", when: "before", outcome: park, sends: 2, state: "parked", copies: 1 },
    { step: "park", when: "after", outcome: park, sends: 2, state: "parked", copies: 1 },
    { step: "parked", when: "before", outcome: park, sends: 2, state: "parked", copies: 1 },
    { step: "parked", when: "after", outcome: park, sends: 2, state: "parked", copies: 2 },
  ];

  test.each(rows)(
    "$when $step leads to the same delivery again, with the same id",
    async ({ step, when, outcome, sends, state, copies = 0 }) => {
      const ids: string[] = [];
      const { ledger, dependencies, seen } = stage((delivery) => {
        ids.push(delivery.id);
        return outcome;
      });
      let crashed = false;
      /** Fails once, at the step in question: as a function that is killed there, as far as the next one can see. */
      function fragile<Values extends unknown[], Result>(name: Step, call: (...values: Values) => Promise<Result>) {
        return async (...values: Values): Promise<Result> => {
          if (name !== step || crashed) return call(...values);
          crashed = true;
          if (when === "after") await call(...values);
          throw new Error("crash");
        };
      }
      const sender = dependencies.senderOf("care-app");
      const breakable: DeliverDependencies = {
        ...dependencies,
        senderOf: () => ({ ...sender, send: fragile("send", sender.send) }),
        ledger: {
          ...ledger,
          begin: fragile("begin", ledger.begin),
          acknowledged: fragile("acknowledged", ledger.acknowledged),
          retrying: fragile("retrying", ledger.retrying),
          parked: fragile("parked", ledger.parked),
        },
        readClaim: fragile("readClaim", dependencies.readClaim),
        postpone: fragile("postpone", dependencies.postpone),
        park: fragile("park", dependencies.park),
      };
      const { body: _, ...head } = deliveryOf("a", 1);
      const queued = { ...head, claim: "claims/1" };
      expect(await deliverBatch([recordOf(queued)], breakable)).toHaveLength(1);
      expect(crashed).toBe(true);
      await deliverBatch([recordOf(queued, 2)], breakable);
      expect(ids).toEqual(Array.from({ length: sends }, () => head.id));
      expect(await ledger.get(head.id)).toMatchObject({ state });
      // The copy of an attempt that is made again is the same one, and the queue drops it.
      expect(new Set(seen.parked).size).toBe(copies);
    },
  );
});
