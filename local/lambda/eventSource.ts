import { setTimeout as pause } from "node:timers/promises";
import {
  ChangeMessageVisibilityCommand,
  DeleteMessageBatchCommand,
  type Message,
  ReceiveMessageCommand,
  type SQSClient,
} from "@aws-sdk/client-sqs";
import type { SQSRecord } from "aws-lambda";
import { type RealmClock, realmNow } from "../realm/clock.ts";
import type { EventSource } from "../template/deployment.ts";
import { region } from "../template/template.ts";

export interface Consumer {
  /** Batches that are with the function now. */
  running(): number;
  /** Takes no more messages and waits for the batches that are running. */
  stop(): Promise<void>;
}

export interface ConsumerOptions {
  readonly eventSource: EventSource;
  readonly sqs: SQSClient;
  /** Base URL of the embedded queues. */
  readonly endpoint: string;
  readonly clock: RealmClock;
  readonly invoke: (event: { Records: SQSRecord[] }) => Promise<unknown>;
  /** Batches at a time. */
  readonly concurrency: number;
  readonly onBatch?: (outcome: BatchOutcome) => void;
}

export interface BatchOutcome {
  readonly succeeded: readonly SQSRecord[];
  readonly failed: readonly SQSRecord[];
  /** What the function threw, when the whole batch failed with it. */
  readonly error?: unknown;
}

/**
 * Feeds a queue to a function as Lambda's event source mapping does: batches, a batch at a time for each FIFO group
 * (the queue holds back the groups that are in flight), partial batch responses, deletion of what succeeded. What
 * failed stays in the queue until its visibility timeout ends; the queue itself moves it to the dead-letter queue after
 * maxReceiveCount.
 */
export function consume(options: ConsumerOptions): Consumer {
  const stopping = new AbortController();
  const running = new Set<Promise<void>>();
  const loop = (async () => {
    while (!stopping.signal.aborted) {
      if (running.size >= options.concurrency) {
        await Promise.race(running);
        continue;
      }
      const batch = await receive(options, stopping.signal);
      if (batch.messages.length === 0) continue;
      const handling = handle(options, batch).finally(() => running.delete(handling));
      running.add(handling);
    }
    await Promise.all(running);
  })();
  return {
    running: () => running.size,
    stop: () => {
      stopping.abort();
      return loop;
    },
  };
}

interface Batch {
  readonly messages: readonly Message[];
  /** Realm milliseconds before and after the receive. */
  readonly receivedBetween: readonly [number, number];
}

const longPollSeconds = 20;
const longestVisibilitySeconds = 43_200;

async function receive({ eventSource, sqs, clock }: ConsumerOptions, signal: AbortSignal): Promise<Batch> {
  const before = realmNow(clock);
  try {
    const { Messages = [] } = await sqs.send(
      new ReceiveMessageCommand({
        QueueUrl: eventSource.queue.url,
        MaxNumberOfMessages: eventSource.batchSize,
        WaitTimeSeconds: longPollSeconds,
        MessageSystemAttributeNames: ["All"],
        MessageAttributeNames: ["All"],
        // A function runs on the wall's clock: on a faster one its messages would come back before it has ended.
        ...(clock.speed > 1 && { VisibilityTimeout: longestVisibilitySeconds }),
      }),
      { abortSignal: signal },
    );
    return { messages: Messages, receivedBetween: [before, realmNow(clock)] };
  } catch (error) {
    if (!signal.aborted) {
      process.emitWarning(`The queue ${eventSource.queue.name} could not be read: ${error}`);
      await pause(1_000);
    }
    return { messages: [], receivedBetween: [before, before] };
  }
}

async function handle(options: ConsumerOptions, batch: Batch): Promise<void> {
  const records = batch.messages.map((message) => recordOf(message, options.eventSource));
  const outcome = await options
    .invoke({ Records: records })
    .then((response) => split(records, response, options.eventSource.reportBatchItemFailures))
    .catch((error: unknown): BatchOutcome => ({ succeeded: [], failed: records, error }));
  await remove(options, outcome.succeeded);
  if (options.clock.speed > 1) await restoreVisibility(options, outcome.failed, batch.receivedBetween);
  options.onBatch?.(outcome);
}

function recordOf(message: Message, { queue }: EventSource): SQSRecord {
  return {
    messageId: message.MessageId ?? "",
    receiptHandle: message.ReceiptHandle ?? "",
    body: message.Body ?? "",
    attributes: (message.Attributes ?? {}) as unknown as SQSRecord["attributes"],
    messageAttributes: Object.fromEntries(
      Object.entries(message.MessageAttributes ?? {}).map(([name, value]) => [
        name,
        { stringValue: value.StringValue, dataType: value.DataType ?? "String" },
      ]),
    ) as SQSRecord["messageAttributes"],
    md5OfBody: message.MD5OfBody ?? "",
    eventSource: "aws:sqs",
    eventSourceARN: queue.arn,
    awsRegion: region,
  };
}

/**
 * Reads a partial batch response (Lambda guide, "Implementing partial batch responses"): nothing or an empty list is
 * success; a malformed one, or one that names a message of another batch, fails the whole batch.
 */
export function split(records: readonly SQSRecord[], response: unknown, partial: boolean): BatchOutcome {
  if (!partial || response === undefined || response === null) return { succeeded: records, failed: [] };
  const { batchItemFailures } = response as { batchItemFailures?: unknown };
  if (batchItemFailures === undefined || batchItemFailures === null) return { succeeded: records, failed: [] };
  const failures = Array.isArray(batchItemFailures)
    ? batchItemFailures.map((each: { itemIdentifier?: unknown } | null) => each?.itemIdentifier)
    : [undefined];
  const known = new Set<unknown>(records.map(({ messageId }) => messageId));
  if (!failures.every((failure) => known.has(failure)))
    return { succeeded: [], failed: records, error: new Error("The partial batch response is malformed") };
  const failed = new Set(failures);
  return {
    succeeded: records.filter(({ messageId }) => !failed.has(messageId)),
    failed: records.filter(({ messageId }) => failed.has(messageId)),
  };
}

async function remove({ sqs, eventSource }: ConsumerOptions, records: readonly SQSRecord[]): Promise<void> {
  if (records.length === 0) return;
  await sqs.send(
    new DeleteMessageBatchCommand({
      QueueUrl: eventSource.queue.url,
      Entries: records.map(({ receiptHandle }, index) => ({ Id: String(index), ReceiptHandle: receiptHandle })),
    }),
  );
}

/** Gives failed messages the queue's own visibility timeout, unless the function has chosen another. */
async function restoreVisibility(
  { sqs, eventSource: { queue }, endpoint }: ConsumerOptions,
  failed: readonly SQSRecord[],
  [earliest, latest]: Batch["receivedBetween"],
): Promise<void> {
  if (failed.length === 0) return;
  const response = await fetch(`${endpoint}/_fauxqs/queues/${queue.name}`);
  const { messages } = (await response.json()) as {
    messages: { inflight: { receiptHandle: string; visibilityDeadline: number }[] };
  };
  const untouched = new Set(
    messages.inflight
      .map(({ receiptHandle, visibilityDeadline }) => ({
        receiptHandle,
        hiddenAt: visibilityDeadline - longestVisibilitySeconds * 1_000,
      }))
      .filter(({ hiddenAt }) => hiddenAt >= earliest && hiddenAt <= latest)
      .map(({ receiptHandle }) => receiptHandle),
  );
  await Promise.all(
    failed
      .filter(({ receiptHandle }) => untouched.has(receiptHandle))
      .map(({ receiptHandle }) =>
        sqs.send(
          new ChangeMessageVisibilityCommand({
            QueueUrl: queue.url,
            ReceiptHandle: receiptHandle,
            VisibilityTimeout: queue.visibilityTimeoutMs / 1_000,
          }),
        ),
      ),
  );
}
