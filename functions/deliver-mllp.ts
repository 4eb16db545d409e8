import middy from "@middy/core";
import type { SQSBatchResponse, SQSEvent } from "aws-lambda";
import bridge from "#bridge-config";
import { createDeliveries } from "../shared/aws/deliveries.ts";
import { createLogger } from "../shared/aws/logger.ts";
import { createDeliveryMetrics } from "../shared/aws/metrics.ts";
import { isHl7 } from "../shared/config/bridge.ts";
import { createSenders } from "../shared/delivery/senders.ts";
import { createMllpSender } from "../shared/mllp/sender.ts";

const log = createLogger("deliver-mllp");

// Outside the handler, so that a connection serves more than one invocation.
const senderOf = createSenders(bridge, (destination) =>
  isHl7(destination) ? createMllpSender(destination) : undefined,
);
const deliver = createDeliveries(senderOf, { log, meter: createDeliveryMetrics("deliver-mllp") });

/** Sends the messages of HL7 v2 destinations over MLLP. */
export const handler = middy<SQSEvent, SQSBatchResponse>()
  .before(({ context }) => log.addContext(context))
  .handler(({ Records }, context) => deliver(Records, context));
