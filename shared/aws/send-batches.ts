import { SendMessageBatchCommand, type SendMessageBatchRequestEntry, type SQSClient } from "@aws-sdk/client-sqs";
import { BridgeError } from "../errors.ts";

export type Entry = Omit<SendMessageBatchRequestEntry, "Id">;

const entriesPerBatch = 10;
/** A batch may hold 1 MiB; attributes count too. */
const bytesPerBatch = 1_000_000;

/** JSON leaves these two as they are, and SQS refuses a message that holds one. They can only stand in JSON strings. */
export function sendableJson(value: unknown): string {
  return JSON.stringify(value).replace(/[\uFFFE\uFFFF]/g, (character) => `\\u${character.charCodeAt(0).toString(16)}`);
}

/**
 * Sends messages in as few calls as SQS allows, in order, and returns when all are accepted. Two messages of one group
 * never share a call: if the first were refused alone, the second would overtake it.
 *
 * @throws ERR_QUEUE_REFUSED naming the code that SQS gave, when it refuses a message
 */
export async function sendBatches(
  client: SQSClient,
  queueUrl: string,
  entries: readonly Entry[],
  { fifo }: { fifo: boolean },
): Promise<void> {
  for (const batch of batchesOf(entries, fifo)) {
    const { Failed = [] } = await client.send(
      new SendMessageBatchCommand({
        QueueUrl: queueUrl,
        Entries: batch.map((entry, index) => ({ ...entry, Id: String(index) })),
      }),
    );
    const [first] = Failed;
    if (first) throw new BridgeError("ERR_QUEUE_REFUSED", { details: { reason: first.Code, count: Failed.length } });
  }
}

function batchesOf(entries: readonly Entry[], fifo: boolean): Entry[][] {
  const batches: Entry[][] = [];
  let current: Entry[] = [];
  let bytes = 0;
  for (const entry of entries) {
    const size = Buffer.byteLength(entry.MessageBody ?? "");
    const isFull =
      current.length >= entriesPerBatch ||
      bytes + size > bytesPerBatch ||
      (fifo && current.some(({ MessageGroupId }) => MessageGroupId === entry.MessageGroupId));
    if (current.length === 0 || isFull) {
      current = [];
      bytes = 0;
      batches.push(current);
    }
    current.push(entry);
    bytes += size;
  }
  return batches;
}
