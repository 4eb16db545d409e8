import { type DeliverDependencies, deliverBatch, type QueueRecord, type Sender } from "../delivery/deliver.ts";
import type { Log } from "../log.ts";
import { createClaims } from "./claims.ts";
import { bucketNamed, dynamoDb, sqs } from "./clients.ts";
import { readEnvironment } from "./environment.ts";
import { createLedger } from "./ledger.ts";
import type { DeliveryMetrics } from "./metrics.ts";
import { copyToParked } from "./parking.ts";
import { postpone, queueUrlOf } from "./visibility.ts";

/** What a Lambda context tells of the time that is left. */
interface Remaining {
  getRemainingTimeInMillis(): number;
}

/**
 * Delivers the records of one invocation on SQS, DynamoDB and S3.
 *
 * @returns the partial batch response
 */
export function createDeliveries(
  senderOf: (destination: string) => Sender,
  { log, meter }: { log: Log; meter: DeliveryMetrics },
): (
  records: readonly QueueRecord[],
  remaining: Remaining,
) => Promise<{ batchItemFailures: { itemIdentifier: string }[] }> {
  const environment = readEnvironment(["LEDGER_TABLE", "CLAIMS_BUCKET", "DELIVERY_QUEUE_URLS", "PARKED_QUEUE_URLS"]);
  const claims = createClaims(bucketNamed(environment.CLAIMS_BUCKET));
  const dependencies: Omit<DeliverDependencies, "remainingMs"> = {
    senderOf,
    ledger: createLedger(dynamoDb(), environment.LEDGER_TABLE),
    readClaim: claims.read,
    postpone: ({ receiptHandle }, destination, delayMs) =>
      postpone(sqs(), { queueUrl: queueUrlOf(environment.DELIVERY_QUEUE_URLS, destination), receiptHandle, delayMs }),
    park: (queued, group, attempt) =>
      copyToParked(sqs(), {
        queueUrl: queueUrlOf(environment.PARKED_QUEUE_URLS, queued.destination),
        queued,
        group,
        attempt,
      }),
    meter,
    log,
  };
  return async (records, remaining) => {
    const failed = await deliverBatch(records, {
      ...dependencies,
      remainingMs: () => remaining.getRemainingTimeInMillis(),
    });
    meter.publish();
    return { batchItemFailures: failed.map((itemIdentifier) => ({ itemIdentifier })) };
  };
}
