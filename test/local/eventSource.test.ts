import {
  ChangeMessageVisibilityCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  SQSClient,
} from "@aws-sdk/client-sqs";
import type { SQSBatchResponse, SQSRecord } from "aws-lambda";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import type { Endpoints } from "../../local/aws/emulator.ts";
import { credentials, provision } from "../../local/aws/provision.ts";
import type { EmulatorOperations } from "../../local/aws/thread.ts";
import { type BatchOutcome, type Consumer, consume, split } from "../../local/lambda/eventSource.ts";
import { callable, type Remote } from "../../local/realm/calls.ts";
import { createClock, startClock } from "../../local/realm/clock.ts";
import { startThread } from "../../local/realm/thread.ts";
import type { EventSource, Queue } from "../../local/template/deployment.ts";
import { region } from "../../local/template/template.ts";
import { eventually } from "./eventually.ts";

/** The queues' clock: their visibility timeouts of a minute take 50 ms here. */
const clock = createClock({ beginsAt: Date.UTC(2026, 2, 2, 12), speed: 1_200 });
const thread = startThread({
  name: "aws",
  entry: new URL("../../local/aws/thread.ts", import.meta.url),
  clock,
  scaleTimers: true,
  data: { secrets: {} },
});
const emulator: Remote<EmulatorOperations> = callable<EmulatorOperations>(thread);
let endpoints: Endpoints;
let sqs: SQSClient;
const consumers: Consumer[] = [];

beforeAll(async () => {
  endpoints = await emulator.endpoints();
  sqs = new SQSClient({ region, credentials, endpoint: endpoints.sqs });
  startClock(clock);
});
afterEach(() => Promise.all(consumers.splice(0).map((consumer) => consumer.stop())));
afterAll(async () => {
  sqs.destroy();
  await emulator.close();
  await thread.terminate();
});

let queues = 0;

async function createQueue(attributes: Record<string, string> = {}, fifo = true): Promise<Queue> {
  const name = `queue-${++queues}${fifo ? ".fifo" : ""}`;
  const queue: Queue = {
    name,
    url: `${endpoints.sqs}/000000000000/${name}`,
    arn: `arn:aws:sqs:${region}:000000000000:${name}`,
    attributes: { VisibilityTimeout: "60", ...(fifo && { FifoQueue: "true" }), ...attributes },
    fifo,
    visibilityTimeoutMs: 60_000,
  };
  await provision(
    { queues: [queue], buckets: [], tables: [], functions: [], eventSources: [], schedules: [] },
    endpoints,
    sqs,
  );
  return queue;
}

async function send(queue: Queue, group: string, ...bodies: string[]): Promise<void> {
  for (const body of bodies)
    await sqs.send(
      new SendMessageCommand({
        QueueUrl: queue.url,
        MessageBody: body,
        ...(queue.fifo && { MessageGroupId: group, MessageDeduplicationId: body }),
      }),
    );
}

async function messagesIn(queue: Queue): Promise<number> {
  const { Attributes = {} } = await sqs.send(
    new GetQueueAttributesCommand({ QueueUrl: queue.url, AttributeNames: ["All"] }),
  );
  return (
    Number(Attributes["ApproximateNumberOfMessages"]) + Number(Attributes["ApproximateNumberOfMessagesNotVisible"])
  );
}

function start(
  queue: Queue,
  handler: (records: SQSRecord[]) => Promise<SQSBatchResponse | undefined>,
  options: Partial<EventSource> & { concurrency?: number } = {},
): BatchOutcome[] {
  const outcomes: BatchOutcome[] = [];
  const { concurrency = 2, ...eventSource } = options;
  consumers.push(
    consume({
      eventSource: {
        functionName: "worker",
        queue,
        batchSize: 10,
        batchingWindowMs: 0,
        maximumConcurrency: undefined,
        reportBatchItemFailures: true,
        ...eventSource,
      },
      sqs,
      endpoint: endpoints.sqs,
      clock,
      invoke: ({ Records }) => handler(Records),
      concurrency,
      onBatch: (outcome) => outcomes.push(outcome),
    }),
  );
  return outcomes;
}

const failing = (records: SQSRecord[]): SQSBatchResponse => ({
  batchItemFailures: records.map(({ messageId }) => ({ itemIdentifier: messageId })),
});

describe("an event source", () => {
  test("hands over what Lambda hands over, and deletes what succeeded", async () => {
    const queue = await createQueue();
    const seen: SQSRecord[] = [];
    start(queue, async (records) => {
      seen.push(...records);
      return undefined;
    });
    await send(queue, "general#1", "hello");
    await eventually(() => seen).toMatchObject([
      {
        body: "hello",
        eventSource: "aws:sqs",
        eventSourceARN: queue.arn,
        attributes: { MessageGroupId: "general#1", MessageDeduplicationId: "hello", ApproximateReceiveCount: "1" },
      },
    ]);
    await eventually(() => messagesIn(queue)).toBe(0);
  });

  test("carries every character that SQS takes, and refuses the others", async () => {
    const queue = await createQueue();
    const seen: string[] = [];
    start(queue, async (records) => {
      seen.push(...records.map(({ body }) => body));
      return undefined;
    });
    await send(queue, "a", "Bea 🌻 小明 فاطمة");
    await eventually(() => seen).toEqual(["Bea 🌻 小明 فاطمة"]);
    await expect(send(queue, "a", "\u0007")).rejects.toThrow("Invalid characters");
  });

  test("keeps the order of a group with one batch of it in flight, while other groups go on", async () => {
    const queue = await createQueue();
    const order: string[] = [];
    const inFlight = new Map<string, number>();
    let most = 0;
    const release = Promise.withResolvers<void>();
    start(
      queue,
      async (records) => {
        for (const { body, attributes } of records) {
          const group = attributes.MessageGroupId ?? "";
          inFlight.set(group, (inFlight.get(group) ?? 0) + 1);
          most = Math.max(most, inFlight.get(group) ?? 0);
          if (body === "a1") await release.promise;
          order.push(body);
          inFlight.set(group, (inFlight.get(group) ?? 0) - 1);
        }
        return undefined;
      },
      { batchSize: 1 },
    );
    await send(queue, "a", "a1", "a2", "a3");
    await send(queue, "b", "b1", "b2");
    await eventually(() => order).toEqual(["b1", "b2"]);
    release.resolve();
    await eventually(() => order).toEqual(["b1", "b2", "a1", "a2", "a3"]);
    expect(most).toBe(1);
  });

  test("brings back only what failed, before what stands behind it in its group", async () => {
    const queue = await createQueue();
    const attempts: string[] = [];
    start(queue, async (records) => {
      attempts.push(...records.map(({ body }) => body));
      return failing(
        records.filter(({ body, attributes }) => body === "a1" && attributes.ApproximateReceiveCount === "1"),
      );
    });
    await send(queue, "b", "b1");
    await send(queue, "a", "a1", "a2");
    await eventually(() => messagesIn(queue)).toBe(0);
    expect(attempts.filter((body) => body.startsWith("a"))).toEqual(["a1", "a1", "a2"]);
    expect(attempts.filter((body) => body.startsWith("b"))).toEqual(["b1"]);
  });

  test("brings back the whole batch when the function throws, and says what it threw", async () => {
    const queue = await createQueue({}, false);
    let calls = 0;
    const outcomes = start(queue, async () => {
      calls += 1;
      if (calls === 1) throw new RangeError("not today");
      return undefined;
    });
    await send(queue, "", "one");
    await eventually(() => outcomes.length).toBe(2);
    expect(outcomes[0]).toMatchObject({ succeeded: [], failed: [{ body: "one" }], error: { message: "not today" } });
    expect(outcomes[1]).toMatchObject({ succeeded: [{ body: "one" }], failed: [] });
  });

  test("leaves a message to the dead-letter queue after maxReceiveCount", async () => {
    const parked = await createQueue();
    const queue = await createQueue({
      RedrivePolicy: JSON.stringify({ deadLetterTargetArn: parked.arn, maxReceiveCount: 3 }),
    });
    const attempts: string[] = [];
    start(queue, async (records) => {
      attempts.push(...records.map(({ body }) => body));
      return failing(records.filter(({ body }) => body === "bad"));
    });
    await send(queue, "a", "bad", "good");
    await eventually(() => attempts).toEqual(["bad", "bad", "bad", "good"]);
    await eventually(() => messagesIn(parked)).toBe(1);
    const { Messages = [] } = await sqs.send(new ReceiveMessageCommand({ QueueUrl: parked.url }));
    expect(Messages).toMatchObject([{ Body: "bad" }]);
  });

  test("leaves the wait before the next attempt to the function when it chose one", async () => {
    const queue = await createQueue();
    const attemptedAt: number[] = [];
    start(queue, async (records) => {
      attemptedAt.push(performance.now());
      if (attemptedAt.length === 2) return undefined;
      for (const { receiptHandle } of records)
        await sqs.send(
          new ChangeMessageVisibilityCommand({
            QueueUrl: queue.url,
            ReceiptHandle: receiptHandle,
            VisibilityTimeout: 600,
          }),
        );
      return failing(records);
    });
    await send(queue, "a", "a1");
    await eventually(() => attemptedAt.length).toBe(2);
    const [first = 0, second = 0] = attemptedAt;
    expect(second - first).toBeGreaterThanOrEqual(499);
  });

  test("runs no more batches at a time than it may", async () => {
    const queue = await createQueue({}, false);
    const release = Promise.withResolvers<void>();
    let [now, most, done] = [0, 0, 0];
    start(
      queue,
      async () => {
        now += 1;
        most = Math.max(most, now);
        await release.promise;
        now -= 1;
        done += 1;
        return undefined;
      },
      { batchSize: 1, concurrency: 3 },
    );
    await send(queue, "", "1", "2", "3", "4", "5");
    await eventually(() => now).toBe(3);
    release.resolve();
    await eventually(() => done).toBe(5);
    expect(most).toBe(3);
  });

  test("that is stopped ends what is running and takes nothing more", async () => {
    const queue = await createQueue();
    const release = Promise.withResolvers<void>();
    const started: string[] = [];
    start(queue, async (records) => {
      started.push(...records.map(({ body }) => body));
      await release.promise;
      return undefined;
    });
    await send(queue, "a", "a1", "a2");
    await eventually(() => started).toEqual(["a1"]);
    const stopped = consumers[0]?.stop();
    release.resolve();
    await stopped;
    expect(started).toEqual(["a1"]);
    expect(await messagesIn(queue)).toBe(1);
  });
});

describe("a batch response", () => {
  const records = ["m1", "m2", "m3"].map((messageId) => ({ messageId }) as SQSRecord);
  const ids = (some: readonly SQSRecord[]) => some.map(({ messageId }) => messageId);

  test.each([
    ["nothing", undefined],
    ["null", null],
    ["an empty object", {}],
    ["null for a list", { batchItemFailures: null }],
    ["an empty list", { batchItemFailures: [] }],
  ])("of %s is success", (_what, response) => {
    const { succeeded, failed } = split(records, response, true);
    expect([ids(succeeded), failed]).toEqual([["m1", "m2", "m3"], []]);
  });

  test("names what failed", () => {
    const { succeeded, failed } = split(records, { batchItemFailures: [{ itemIdentifier: "m2" }] }, true);
    expect([ids(succeeded), ids(failed)]).toEqual([["m1", "m3"], ["m2"]]);
  });

  test.each([
    ["an empty identifier", { batchItemFailures: [{ itemIdentifier: "" }] }],
    ["no identifier", { batchItemFailures: [{}] }],
    ["another key", { batchItemFailures: [{ id: "m1" }] }],
    ["a message of another batch", { batchItemFailures: [{ itemIdentifier: "m9" }] }],
    ["no list", { batchItemFailures: "m1" }],
  ])("with %s fails the whole batch", (_what, response) => {
    const { succeeded, failed } = split(records, response, true);
    expect([succeeded, ids(failed)]).toEqual([[], ["m1", "m2", "m3"]]);
  });

  test("is not read where the event source does not ask for it", () =>
    expect(split(records, { batchItemFailures: [{ itemIdentifier: "m2" }] }, false).failed).toEqual([]));
});
