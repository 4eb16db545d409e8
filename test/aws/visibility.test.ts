import { ReceiveMessageCommand, SendMessageCommand } from "@aws-sdk/client-sqs";
import { afterAll, beforeAll, expect, test } from "vitest";
import { copyToParked } from "../../shared/aws/parking.ts";
import { postpone, queueUrlOf } from "../../shared/aws/visibility.ts";
import { deliveryOf } from "../delivery/deliveries.ts";
import { type Queues, startQueues } from "../delivery/embedded.ts";

let queues: Queues;
beforeAll(async () => {
  queues = await startQueues();
});
afterAll(() => queues[Symbol.asyncDispose]());

function send(queueUrl: string, group: string, body: string) {
  return queues.client.send(
    new SendMessageCommand({
      QueueUrl: queueUrl,
      MessageBody: body,
      MessageGroupId: group,
      MessageDeduplicationId: body,
    }),
  );
}

async function receive(queueUrl: string) {
  const { Messages = [] } = await queues.client.send(
    new ReceiveMessageCommand({ QueueUrl: queueUrl, MaxNumberOfMessages: 10, WaitTimeSeconds: 0 }),
  );
  return Messages;
}

test("what is postponed holds back its group and no other", async () => {
  const queueUrl = await queues.create("held");
  await send(queueUrl, "a", "a1");
  await send(queueUrl, "a", "a2");
  const [first] = await receive(queueUrl);
  await postpone(queues.client, { queueUrl, receiptHandle: first?.ReceiptHandle ?? "", delayMs: 60_000 });
  await send(queueUrl, "b", "b1");
  expect((await receive(queueUrl)).map(({ Body }) => Body)).toEqual(["b1"]);
});

test("what is postponed by nothing is there again at once, ahead of its group", async () => {
  const queueUrl = await queues.create("again");
  await send(queueUrl, "a", "a1");
  await send(queueUrl, "a", "a2");
  const [first] = await receive(queueUrl);
  await postpone(queues.client, { queueUrl, receiptHandle: first?.ReceiptHandle ?? "", delayMs: 0 });
  expect((await receive(queueUrl))[0]?.Body).toBe("a1");
});

test("a wait longer than SQS knows is cut to the longest", async () => {
  const queueUrl = await queues.create("long");
  await send(queueUrl, "a", "a1");
  const [first] = await receive(queueUrl);
  const receiptHandle = first?.ReceiptHandle ?? "";
  await expect(postpone(queues.client, { queueUrl, receiptHandle, delayMs: 1e12 })).resolves.toBeUndefined();
});

test("what parks again soon after a redrive is not taken for a repeat", async () => {
  const queueUrl = await queues.create("parked");
  const queued = deliveryOf("a", 1);
  for (const attempt of [1, 1, 2])
    await copyToParked(queues.client, { queueUrl, queued, group: `group ${attempt}`, attempt });
  expect((await receive(queueUrl)).map(({ Body }) => JSON.parse(Body ?? ""))).toEqual([queued, queued]);
});

test("a destination without a queue is named", () => {
  expect(() => queueUrlOf({}, "gone")).toThrow(
    expect.objectContaining({ code: "ERR_CONFIG", details: expect.objectContaining({ path: "destinations.gone" }) }),
  );
});
