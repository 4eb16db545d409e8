import type { SQSClient } from "@aws-sdk/client-sqs";
import { isHl7 } from "../config/bridge.ts";
import type { Bridge } from "../config/schema.ts";
import type { Delivery } from "../delivery/delivery.ts";
import { groupOf } from "../delivery/delivery-group.ts";
import type { QueuedDelivery } from "../delivery/queued-delivery.ts";
import type { DeliveryQueue } from "../delivery/route.ts";
import { BridgeError } from "../errors.ts";
import type { Claims } from "./claims.ts";
import { type Entry, sendBatches } from "./send-batches.ts";

export interface DeliveryQueueOptions {
  readonly client: SQSClient;
  readonly bridge: Pick<Bridge, "destinations">;
  /** Destination name to queue URL. */
  readonly queueUrls: Readonly<Record<string, string>>;
  readonly claims: Pick<Claims, "checkIn">;
}

/** The FIFO queues of the destinations. A delivery that is sent again within five minutes is dropped by its id. */
export function createDeliveryQueue({ client, bridge, queueUrls, claims }: DeliveryQueueOptions): DeliveryQueue {
  return {
    async send(name, deliveries) {
      const destination = bridge.destinations[name];
      const queueUrl = queueUrls[name];
      if (destination === undefined || queueUrl === undefined)
        throw new BridgeError("ERR_CONFIG", {
          details: { path: `destinations.${name}`, problem: "It has no queue: deploy again" },
        });
      const order = isHl7(destination) ? destination.link.order : "patient";
      const entries = await Promise.all(
        deliveries.map(
          async (delivery): Promise<Entry> => ({
            MessageBody: JSON.stringify(await checkIn(delivery)),
            MessageGroupId: groupOf(delivery, order),
            MessageDeduplicationId: delivery.id,
          }),
        ),
      );
      await sendBatches(client, queueUrl, entries, { fifo: true });
    },
  };

  async function checkIn(delivery: Delivery): Promise<QueuedDelivery> {
    const { body, ...head } = delivery;
    const claim = await claims.checkIn(`deliveries/${delivery.id}.gz`, body);
    return claim === undefined ? delivery : { ...head, claim };
  }
}
