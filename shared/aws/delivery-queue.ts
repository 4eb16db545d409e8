import { SendMessageBatchCommand, type SendMessageBatchRequestEntry, type SQSClient } from "@aws-sdk/client-sqs";
import { isHl7 } from "../config/bridge.ts";
import type { Bridge, Destination } from "../config/schema.ts";
import type { Delivery } from "../delivery/delivery.ts";
import { groupOf, type QueuedDelivery } from "../delivery/queued-delivery.ts";
import type { DeliveryQueue } from "../delivery/route.ts";
import { BridgeError } from "../errors.ts";

/** Above this a body goes to the claims bucket. */
const maxMessageBytes = 200_000;
/** SQS: entries and bytes of one batch. */
const maxBatchEntries = 10;
const maxBatchBytes = 250_000;

export interface DeliveryQueueOptions {
  readonly client: SQSClient;
  readonly bridge: Pick<Bridge, "destinations">;
  /** Destination name to queue URL. */
  readonly queueUrls: Readonly<Record<string, string>>;
  /** Stores a text and gives the key to get it back; the same text may get the same key. */
  putClaim(text: string): Promise<string>;
}

/**
 * The FIFO queues of the destinations. The delivery id is the deduplication id: within five minutes SQS drops what is
 * sent again.
 */
export function createDeliveryQueue({ client, bridge, queueUrls, putClaim }: DeliveryQueueOptions): DeliveryQueue {
  async function toEntry(delivery: Delivery, destination: Destination): Promise<Entry> {
    const text = JSON.stringify(delivery satisfies QueuedDelivery);
    const { body, ...head } = delivery;
    const isLarge = Buffer.byteLength(text) > maxMessageBytes;
    const message = isLarge ? JSON.stringify({ ...head, claim: await putClaim(body) } satisfies QueuedDelivery) : text;
    return {
      Id: delivery.id,
      MessageBody: message,
      MessageGroupId: groupOf(delivery, isHl7(destination) ? destination.link.order : "patient"),
      MessageDeduplicationId: delivery.id,
    };
  }

  return {
    async send(name, deliveries) {
      const destination = bridge.destinations[name];
      const queueUrl = queueUrls[name];
      if (destination === undefined || queueUrl === undefined)
        throw new BridgeError("ERR_CONFIG", {
          details: { path: `destinations.${name}`, problem: "It has no queue: deploy again" },
        });
      const entries = await Promise.all(deliveries.map((delivery) => toEntry(delivery, destination)));
      for (const batch of batchesOf(entries)) {
        const { Failed: [first] = [] } = await client.send(
          new SendMessageBatchCommand({ QueueUrl: queueUrl, Entries: batch }),
        );
        // What follows must not overtake it: the change set comes again, and what was accepted is dropped then.
        if (first !== undefined)
          throw new BridgeError("ERR_QUEUE_REFUSED", { details: { destination: name, reason: first.Code } });
      }
    },
  };
}

type Entry = SendMessageBatchRequestEntry & { MessageBody: string };

function batchesOf(entries: readonly Entry[]): Entry[][] {
  const batches: Entry[][] = [];
  let bytes = 0;
  for (const entry of entries) {
    const entryBytes = Buffer.byteLength(entry.MessageBody);
    const batch = batches.at(-1);
    if (batch !== undefined && batch.length < maxBatchEntries && bytes + entryBytes <= maxBatchBytes) {
      batch.push(entry);
      bytes += entryBytes;
    } else {
      batches.push([entry]);
      bytes = entryBytes;
    }
  }
  return batches;
}
