import type { SQSBatchResponse, SQSEvent } from "aws-lambda";
import bridge from "#bridge-config";
import { createClaims } from "../shared/aws/claims.ts";
import { bucketNamed, dynamoDb, sqs } from "../shared/aws/clients.ts";
import { createDeliveryQueue } from "../shared/aws/delivery-queue.ts";
import { readEnvironment } from "../shared/aws/environment.ts";
import { createLedger } from "../shared/aws/ledger.ts";
import { createLogger } from "../shared/aws/logger.ts";
import { createPublishedStore } from "../shared/aws/published.ts";
import { routeChangeSet } from "../shared/delivery/route.ts";
import { routeBatch } from "../shared/delivery/route-batch.ts";
import { renderMessage } from "../shared/hl7/render.ts";
import { renderWebhook } from "../shared/webhook/payload.ts";

const environment = readEnvironment(["PUBLISHED_TABLE", "LEDGER_TABLE", "CLAIMS_BUCKET", "DELIVERY_QUEUE_URLS"]);
const claims = createClaims(bucketNamed(environment.CLAIMS_BUCKET));
const dependencies = {
  bridge,
  published: createPublishedStore(dynamoDb(), environment.PUBLISHED_TABLE),
  ledger: createLedger(dynamoDb(), environment.LEDGER_TABLE),
  queue: createDeliveryQueue({ client: sqs(), bridge, queueUrls: environment.DELIVERY_QUEUE_URLS, claims }),
  renderers: { renderMessage, renderWebhook },
};
const log = createLogger("route");

/** changes.fifo: what each destination is told about the changes of a patient. */
export async function handler({ Records }: SQSEvent): Promise<SQSBatchResponse> {
  const failed = await routeBatch(Records, {
    route: (changeSet) => routeChangeSet(changeSet, dependencies),
    readClaim: claims.read,
    log,
  });
  return { batchItemFailures: failed.map((itemIdentifier) => ({ itemIdentifier })) };
}
