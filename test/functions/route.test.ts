import type { SQSBatchResponse, SQSEvent, SQSRecord } from "aws-lambda";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from "vitest";
import { createChangeQueue } from "../../shared/aws/change-queue.ts";
import { createClaims } from "../../shared/aws/claims.ts";
import type { ChangeSet } from "../../shared/changes/change.ts";
import { readQueuedDelivery } from "../../shared/delivery/queued-delivery.ts";
import { drain, type Stores, startStores } from "../changes/support/stores.ts";
import { app, bridgeTo, engine, person, startPolling, stay } from "../delivery/support/hospital.ts";

let stores: Stores;
beforeAll(async () => {
  stores = await startStores();
});
afterAll(() => stores.close());
beforeEach(() => {
  vi.resetModules();
  vi.spyOn(process.stdout, "write").mockReturnValue(true);
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
  vi.doUnmock("#bridge-config");
});

/** The function with its configuration, tables, queues and bucket, fed from the changes queue as the event source does. */
async function deploy() {
  const urls = { engine: await stores.queue({ fifo: true }), app: await stores.queue({ fifo: true }) };
  const bucket = await stores.bucket();
  const environment = {
    AWS_REGION: "us-east-1",
    AWS_ACCESS_KEY_ID: "test",
    AWS_SECRET_ACCESS_KEY: "test",
    AWS_ENDPOINT_URL_SQS: stores.queueUrl,
    AWS_ENDPOINT_URL_S3: stores.queueUrl,
    AWS_ENDPOINT_URL_DYNAMODB: stores.dynamoDbUrl,
    PUBLISHED_TABLE: await stores.snapshotsTable(),
    LEDGER_TABLE: await stores.ledgerTable(),
    CLAIMS_BUCKET: bucket,
    DELIVERY_QUEUE_URLS: JSON.stringify(urls),
  };
  for (const [name, value] of Object.entries(environment)) vi.stubEnv(name, value);
  vi.doMock("#bridge-config", () => ({ default: bridgeTo({ engine, app }) }));
  const { handler } = (await import("../../functions/route.ts")) as {
    handler(event: SQSEvent): Promise<SQSBatchResponse>;
  };
  const changesUrl = await stores.queue({ fifo: true });
  const changes = createChangeQueue(stores.sqs, changesUrl, createClaims(stores.bucketNamed(bucket)));
  return {
    handler,
    async route(...changeSets: ChangeSet[]) {
      await changes.send(changeSets);
      const messages: Awaited<ReturnType<typeof drain>> = [];
      while (messages.length < changeSets.length) messages.push(...(await drain(stores.sqs, changesUrl)));
      return handler({ Records: messages.map(({ MessageId, Body }) => recordOf(MessageId, Body)) });
    },
    async delivered(name: keyof typeof urls) {
      return (await drain(stores.sqs, urls[name])).map(({ Body = "" }) => readQueuedDelivery(Body).event);
    },
  };
}

function recordOf(messageId = "", body = ""): SQSRecord {
  return {
    messageId,
    body,
    receiptHandle: "",
    attributes: {} as SQSRecord["attributes"],
    messageAttributes: {},
    md5OfBody: "",
    eventSource: "aws:sqs",
    eventSourceARN: "",
    awsRegion: "us-east-1",
  };
}

test("what the poll sent is told to each destination, in order", async () => {
  const { route, delivered } = await deploy();
  const poll = startPolling();
  const result = await route(
    poll([person(1), stay(1, "in-progress", ["Bed 1"])]),
    poll([stay(12, "in-progress", ["Bed 1", "Bed 2"])]),
  );
  expect(result).toEqual({ batchItemFailures: [] });
  const told = ["patient.added", "encounter.admitted", "encounter.transferred"];
  expect(await delivered("engine")).toEqual(told);
  expect(await delivered("app")).toEqual(told);
});

test("a change set too large for the queue comes through the bucket", async () => {
  const { route, delivered } = await deploy();
  const photo = [{ contentType: "image/png", data: "A".repeat(300_000) }];
  expect(await route(startPolling()([person(1, { photo })]))).toEqual({ batchItemFailures: [] });
  expect(await delivered("engine")).toEqual(["patient.added"]);
});

test("what could not be routed is named, and so is what its patient has behind it", async () => {
  const { handler, delivered } = await deploy();
  const message = (id: string, patient: string, changeSet: object) =>
    recordOf(id, JSON.stringify({ source: "general", patient, value: { ...changeSet, patient } }));
  const good = startPolling()([person(1)]);
  const result = await handler({
    Records: [
      message("1", "12", good),
      message("2", "34", { ...good, source: "closed" }),
      message("3", "34", good),
      recordOf("4", "not a change set"),
    ],
  });
  expect(result.batchItemFailures.map(({ itemIdentifier }) => itemIdentifier).sort()).toEqual(["2", "3", "4"]);
  expect(await delivered("app")).toEqual(["patient.added"]);
});
