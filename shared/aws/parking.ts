import { SendMessageCommand, type SQSClient } from "@aws-sdk/client-sqs";
import type { QueuedDelivery } from "../delivery/queued-delivery.ts";

/**
 * Copies a message into a parked queue, as it was. SQS drops a repeated deduplication id for five minutes, so the attempt
 * is part of it: what is redriven and parks again soon after must not vanish.
 */
export async function copyToParked(
  client: SQSClient,
  { queueUrl, queued, group, attempt }: { queueUrl: string; queued: QueuedDelivery; group: string; attempt: number },
): Promise<void> {
  await client.send(
    new SendMessageCommand({
      QueueUrl: queueUrl,
      MessageBody: JSON.stringify(queued),
      MessageGroupId: group,
      MessageDeduplicationId: `${queued.id}-${attempt}`,
    }),
  );
}
