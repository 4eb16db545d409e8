import { ChangeMessageVisibilityCommand, type SQSClient } from "@aws-sdk/client-sqs";
import { BridgeError } from "../errors.ts";

/** The longest that SQS keeps a received message invisible. */
const longestSeconds = 12 * 60 * 60;

/**
 * Keeps a received message from being handed out again for a while: the backoff of one message, which on a FIFO queue
 * holds its group and no other.
 */
export async function postpone(
  client: SQSClient,
  { queueUrl, receiptHandle, delayMs }: { queueUrl: string; receiptHandle: string; delayMs: number },
): Promise<void> {
  await client.send(
    new ChangeMessageVisibilityCommand({
      QueueUrl: queueUrl,
      ReceiptHandle: receiptHandle,
      VisibilityTimeout: Math.min(Math.ceil(delayMs / 1000), longestSeconds),
    }),
  );
}

/** @throws ERR_CONFIG when a destination's queue is not among those that the function was told of */
export function queueUrlOf(urls: Readonly<Record<string, string>>, destination: string): string {
  const url = urls[destination];
  if (url === undefined)
    throw new BridgeError("ERR_CONFIG", {
      details: { path: `destinations.${destination}`, problem: "It has no queue here" },
    });
  return url;
}
