import middy from "@middy/core";
import type { SQSBatchResponse, SQSEvent } from "aws-lambda";
import bridge from "#bridge-config";
import { secretsManager } from "../shared/aws/clients.ts";
import { createDeliveries } from "../shared/aws/deliveries.ts";
import { createLogger } from "../shared/aws/logger.ts";
import { createDeliveryMetrics } from "../shared/aws/metrics.ts";
import { createSecretReader } from "../shared/aws/secrets.ts";
import { isHl7 } from "../shared/config/bridge.ts";
import { createSenders } from "../shared/delivery/senders.ts";
import { createWebhookSender } from "../shared/webhook/sender.ts";

const log = createLogger("deliver-webhook");
const readSecret = createSecretReader(secretsManager());

// Outside the handler, so that connections serve more than one invocation.
const senderOf = createSenders(bridge, (destination) =>
  isHl7(destination) ? undefined : createWebhookSender(destination, readSecret),
);
const deliver = createDeliveries(senderOf, { log, meter: createDeliveryMetrics("deliver-webhook") });

/** Sends signed webhooks. */
export const handler = middy<SQSEvent, SQSBatchResponse>()
  .before(({ context }) => log.addContext(context))
  .handler(({ Records }, context) => deliver(Records, context));
