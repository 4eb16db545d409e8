import { SendMessageBatchCommand, SQSClient } from "@aws-sdk/client-sqs";
import { mockClient } from "aws-sdk-client-mock";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createChangeQueue } from "../../shared/aws/change-queue.ts";
import { claimFromBytes, createClaims } from "../../shared/aws/claims.ts";
import { createPollQueue } from "../../shared/aws/poll-queue.ts";
import { sendBatches } from "../../shared/aws/send-batches.ts";
import type { ChangeSet } from "../../shared/changes/change.ts";
import { observation, patient } from "../changes/support/people.ts";
import { drain, type Stores, startStores } from "../changes/support/stores.ts";

let stores: Stores;
beforeAll(async () => {
  stores = await startStores();
});
afterAll(() => stores.close());

const at = "2026-11-23T15:00:00.000Z";

function changeSet(id: string, who = "1", note = ""): ChangeSet {
  const after = observation("L-1", at, 4.2, note ? { note: [{ text: note }] } : {});
  return {
    id,
    source: "general",
    patient: who,
    detectedAt: at,
    changes: [{ after, initial: false }],
    context: [patient(who, 1, at)],
  };
}

describe("the changes queue", () => {
  async function start() {
    const url = await stores.queue({ fifo: true });
    const claims = createClaims(stores.bucketNamed(await stores.bucket()));
    return { url, claims, queue: createChangeQueue(stores.sqs, url, claims) };
  }

  test("takes change sets in order, a group for each patient, under their ids", async () => {
    const { url, queue } = await start();
    await queue.send([changeSet("a"), changeSet("b"), changeSet("c", "2")]);
    const messages = await drain(stores.sqs, url);
    const ofOne = messages.filter(({ Attributes }) => Attributes?.["MessageGroupId"] === "general#1");
    expect(ofOne.map(({ Attributes }) => Attributes?.["MessageDeduplicationId"])).toEqual(["a", "b"]);
    expect(JSON.parse(ofOne[0]?.Body ?? "")).toEqual({ source: "general", patient: "1", value: changeSet("a") });
    expect(messages).toHaveLength(3);
  });

  test("takes what repeats an id once", async () => {
    const { url, queue } = await start();
    await queue.send([changeSet("a")]);
    await queue.send([changeSet("a")]);
    expect(await drain(stores.sqs, url)).toHaveLength(1);
  });

  test("holds a claim in place of a large change set, and nobody can read the patient from its key", async () => {
    const { url, queue, claims } = await start();
    const large = changeSet("a", "1", "x".repeat(claimFromBytes));
    await queue.send([large]);
    const { claim, ...rest } = JSON.parse((await drain(stores.sqs, url))[0]?.Body ?? "");
    expect(rest).toEqual({ source: "general", patient: "1" });
    expect(claim).toBe("changes/a.json.gz");
    expect(JSON.parse(await claims.read(claim))).toEqual(large);
  });

  test("takes every character that a resource may hold", async () => {
    const { url, queue } = await start();
    const odd = changeSet("a", "1", "\u0000 \uFFFE \uFFFF \uD800 \u{1F600} é");
    await queue.send([odd]);
    expect(JSON.parse((await drain(stores.sqs, url))[0]?.Body ?? "").value).toEqual(odd);
  });

  test("takes more than one call holds", async () => {
    const { url, queue } = await start();
    await queue.send(Array.from({ length: 23 }, (_, index) => changeSet(`id-${index}`, `${index}`)));
    expect(await drain(stores.sqs, url)).toHaveLength(23);
  });
});

describe("batches", () => {
  test("two messages of one group never share a call, or the second could overtake the first", async () => {
    const calls = mockClient(SQSClient).on(SendMessageBatchCommand).resolves({ Successful: [], Failed: [] });
    const entry = (group: string) => ({ MessageBody: "x", MessageGroupId: group });
    await sendBatches(new SQSClient({}), "url", [entry("a"), entry("b"), entry("a")], { fifo: true });
    const sizes = calls.commandCalls(SendMessageBatchCommand).map(({ args }) => args[0].input.Entries?.length);
    calls.restore();
    expect(sizes).toEqual([2, 1]);
  });

  test("no call is larger than SQS takes", async () => {
    const calls = mockClient(SQSClient).on(SendMessageBatchCommand).resolves({ Successful: [], Failed: [] });
    const entries = Array.from({ length: 9 }, () => ({ MessageBody: "x".repeat(190_000) }));
    await sendBatches(new SQSClient({}), "url", entries, { fifo: false });
    const sizes = calls.commandCalls(SendMessageBatchCommand).map(({ args }) => args[0].input.Entries?.length);
    calls.restore();
    expect(sizes).toEqual([5, 4]);
  });

  test("a message that is refused alone fails the whole, for the poll to repeat", async () => {
    const calls = mockClient(SQSClient)
      .on(SendMessageBatchCommand)
      .resolves({ Successful: [], Failed: [{ Id: "0", SenderFault: false, Code: "InternalError" }] });
    const sending = sendBatches(new SQSClient({}), "url", [{ MessageBody: "x" }], { fifo: false });
    await expect(sending).rejects.toMatchObject({ code: "ERR_QUEUE_REFUSED", details: { reason: "InternalError" } });
    calls.restore();
  });
});

test("the polls queue takes requests with their delay, in the group of their source", async () => {
  const url = await stores.queue({ fifo: false });
  const request = (target: string) => ({ source: "general", target, plannedAt: 5 });
  await createPollQueue(stores.sqs, url).send([
    { request: request("patient/1"), delaySeconds: 0 },
    { request: request("patient/2"), delaySeconds: 900 },
  ]);
  const messages = await drain(stores.sqs, url);
  expect(messages.map(({ Body = "" }) => JSON.parse(Body))).toEqual([request("patient/1")]);
});
