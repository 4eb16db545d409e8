import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import {
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
} from "@aws-sdk/client-sqs";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createLedger } from "../../shared/aws/ledger.ts";
import { copyToParked } from "../../shared/aws/parking.ts";
import { postpone } from "../../shared/aws/visibility.ts";
import { defineBridge, isHl7 } from "../../shared/config/bridge.ts";
import type { Hl7Destination } from "../../shared/config/schema.ts";
import { deliverBatch, type QueueRecord, type Sender } from "../../shared/delivery/deliver.ts";
import type { Delivery } from "../../shared/delivery/delivery.ts";
import { groupOf } from "../../shared/delivery/delivery-group.ts";
import { createMllpSender } from "../../shared/mllp/sender.ts";
import { createWebhookSender } from "../../shared/webhook/sender.ts";
import { acknowledgementOf, startReceiver } from "../mllp/receiver.ts";
import { deliveryOf } from "./deliveries.ts";
import { type Queues, startLedgerTable, startQueues, type Tables } from "./embedded.ts";

function linkTo(port: number): Hl7Destination {
  const { destinations } = defineBridge({
    sources: {},
    destinations: { engine: { format: "hl7v2", link: { host: "127.0.0.1", port, connectTimeout: "5s" } } },
  });
  const { engine } = destinations;
  if (engine === undefined || !isHl7(engine)) throw new TypeError("The engine is an HL7 v2 destination");
  return engine;
}

/** What may happen to one attempt. `taken` and lost: the client system has the delivery, and we cannot know. */
const mishaps = ["none", "none", "refused", "taken and lost", "dropped"] as const;
type Mishap = (typeof mishaps)[number];

let tables: Tables;
let queues: Queues;
beforeAll(async () => {
  [tables, queues] = await Promise.all([startLedgerTable(), startQueues()]);
});
afterAll(() => Promise.all([tables[Symbol.asyncDispose](), queues[Symbol.asyncDispose]()]));

let runs = 0;

/** Puts deliveries into a FIFO queue and works it off as Lambda would, until nothing is left. */
async function workOff(deliveries: readonly Delivery[], sender: Sender): Promise<{ parked: number }> {
  runs++;
  const [queueUrl, parkedUrl] = await Promise.all([queues.create(`run-${runs}`), queues.create(`run-${runs}-parked`)]);
  for (const delivery of deliveries)
    await queues.client.send(
      new SendMessageCommand({
        QueueUrl: queueUrl,
        MessageBody: JSON.stringify(delivery),
        MessageGroupId: groupOf(delivery, sender.order),
        MessageDeduplicationId: delivery.id,
      }),
    );
  const silent = () => undefined;
  let left = deliveries.length;
  while (left > 0) {
    const { Messages = [] } = await queues.client.send(
      new ReceiveMessageCommand({
        QueueUrl: queueUrl,
        MaxNumberOfMessages: 10,
        WaitTimeSeconds: 1,
        MessageSystemAttributeNames: ["ApproximateReceiveCount"],
      }),
    );
    const records: QueueRecord[] = Messages.map((message) => ({
      messageId: message.MessageId ?? "",
      receiptHandle: message.ReceiptHandle ?? "",
      body: message.Body ?? "",
      attributes: { ApproximateReceiveCount: message.Attributes?.ApproximateReceiveCount ?? "1" },
    }));
    const failed = await deliverBatch(records, {
      senderOf: () => sender,
      ledger: createLedger(tables.client, "ledger"),
      readClaim: () => Promise.reject(new Error("nothing is large here")),
      postpone: ({ receiptHandle }, _destination, delayMs) =>
        postpone(queues.client, { queueUrl, receiptHandle, delayMs }),
      park: (queued, group, attempt) => copyToParked(queues.client, { queueUrl: parkedUrl, queued, group, attempt }),
      meter: { delivered: silent, retried: silent, parked: silent },
      log: { debug: silent, info: silent, warn: silent, error: silent },
      remainingMs: () => 60_000,
    });
    const done = records.filter(({ messageId }) => !failed.includes(messageId));
    for (const { receiptHandle } of done)
      await queues.client.send(new DeleteMessageCommand({ QueueUrl: queueUrl, ReceiptHandle: receiptHandle }));
    left -= done.length;
  }
  const { Attributes } = await queues.client.send(
    new GetQueueAttributesCommand({ QueueUrl: parkedUrl, AttributeNames: ["ApproximateNumberOfMessages"] }),
  );
  return { parked: Number(Attributes?.ApproximateNumberOfMessages) };
}

/** The ids that a client system took in, repeats left out as it would leave them out, by patient. */
function takenBy(patient: string, taken: readonly string[]): string[] {
  return [...new Set(taken)].filter((id) => id.replace(/^0+/, "").startsWith(patient.toUpperCase()));
}

/** Deliveries of some patients, mixed; ids differ from run to run, for the ledger is one. */
const work = fc.array(fc.constantFrom("a", "b", "c"), { minLength: 4, maxLength: 14 }).chain((patients) =>
  fc.record({
    patients: fc.constant(patients),
    mishaps: fc.array(fc.constantFrom(...mishaps), { minLength: 40, maxLength: 40 }),
  }),
);

function deliveriesOf(patients: readonly string[]): Delivery[] {
  return patients.map((patient, index) => {
    const name = `${patient}${runs}x`;
    const id = `${name}${String(index).padStart(3, "0")}`.toUpperCase().padStart(20, "0");
    const body = `MSH|^~\\&|BRIDGE||LAB||20261123||ADT^A08^ADT_A01|${id}|P|2.5.1\r`;
    return deliveryOf(name, index, { id, body });
  });
}

function expectOrderAndCompleteness(deliveries: readonly Delivery[], taken: readonly string[]): void {
  for (const patient of new Set(deliveries.map((each) => each.patient)))
    expect(takenBy(patient, taken)).toEqual(deliveries.filter((each) => each.patient === patient).map(({ id }) => id));
}

describe("whatever mishaps befall attempts, each patient's deliveries arrive once, complete and in order", () => {
  test("over webhooks", async () => {
    await fc.assert(
      fc.asyncProperty(work, async ({ patients, mishaps }) => {
        const taken: string[] = [];
        const next = mishaps.values();
        const server = createServer(async (request, response) => {
          await text(request);
          const mishap: Mishap = next.next().value ?? "none";
          const id = String(request.headers["webhook-id"]);
          if (mishap === "none" || mishap === "taken and lost") taken.push(id);
          if (mishap === "none") response.writeHead(204).end();
          else if (mishap === "refused") response.writeHead(503).end();
          else request.socket.resetAndDestroy();
        });
        await once(server.listen(0, "127.0.0.1"), "listening");
        const { port } = server.address() as AddressInfo;
        const secret = { signingKey: `whsec_${Buffer.alloc(32, 3).toString("base64")}` };
        const sender = createWebhookSender(
          {
            format: "webhook",
            url: `http://127.0.0.1:${port}/`,
            secret: "care-app",
            events: ["*"],
            options: [],
            initialLoad: "none",
            settle: 120_000,
            payload: "id-only",
            timeout: 5_000,
            allowPrivateAddresses: true,
            retryDelays: [0],
          },
          async () => secret,
        );
        const deliveries = deliveriesOf(patients);
        await workOff(deliveries, sender);
        server.closeAllConnections();
        server.close();
        expectOrderAndCompleteness(deliveries, taken);
      }),
      { numRuns: 6 },
    );
  });

  test.each(["link", "patient"] as const)("over MLLP, one at a time for each %s", async (order) => {
    await fc.assert(
      fc.asyncProperty(work, async ({ patients, mishaps }) => {
        const taken: string[] = [];
        const next = mishaps.values();
        await using receiver = await startReceiver((socket, { controlId }) => {
          const mishap: Mishap = next.next().value ?? "none";
          if (mishap === "none" || mishap === "taken and lost") taken.push(controlId);
          if (mishap === "none") socket.write(acknowledgementOf(controlId));
          else if (mishap === "refused") socket.write(acknowledgementOf(controlId, "AR"));
          else socket.resetAndDestroy();
        });
        const sender = createMllpSender({
          ...linkTo(receiver.port),
          retryDelays: [0],
          link: { ...linkTo(receiver.port).link, order },
        });
        const deliveries = deliveriesOf(patients);
        await workOff(deliveries, sender);
        expectOrderAndCompleteness(deliveries, taken);
        if (order === "link") expect([...new Set(taken)]).toEqual(deliveries.map(({ id }) => id));
      }),
      { numRuns: 6 },
    );
  });
});

test("what is parked waits in the parked queue and lets its patient go on", async () => {
  const taken: string[] = [];
  const deliveries = deliveriesOf(["a", "a", "a"]);
  const sender: Sender = {
    send: async ({ id }) => {
      if (id === deliveries[1]?.id) return { action: "park", reason: "application-error", sent: true };
      taken.push(id);
      return { action: "delivered", acknowledgement: "AA" };
    },
    policy: { delaysMs: [0] },
    order: "patient",
    parallel: false,
    longestSendMs: 1_000,
  };
  expect(await workOff(deliveries, sender)).toEqual({ parked: 1 });
  expect(taken).toEqual([deliveries[0]?.id, deliveries[2]?.id]);
});
