import type { Context, SQSBatchResponse, SQSEvent } from "aws-lambda";
import { afterAll, beforeAll, beforeEach, expect, test, vi } from "vitest";
import type { ChangeSet } from "../../shared/changes/change.ts";
import { patient } from "../changes/support/people.ts";
import { drain, type Stores, startStores } from "../changes/support/stores.ts";
import { startTinyIgnite, type TinyIgnite } from "../ignite/support/tiny-ignite.ts";

type Handler<Event, Result> = (event: Event, context: Context) => Promise<Result>;

let stores: Stores;
let ignite: TinyIgnite;
let plan: Handler<unknown, void>;
let poll: Handler<SQSEvent, SQSBatchResponse>;
let lines: string[];
const urls = { polls: "", changes: "" };

beforeAll(async () => {
  stores = await startStores({ general: JSON.stringify({ clientId: "client", clientSecret: "secret" }) });
  ignite = await startTinyIgnite();
  urls.polls = await stores.queue({ fifo: false });
  urls.changes = await stores.queue({ fifo: true });
  const environment = {
    AWS_REGION: "us-east-1",
    AWS_ACCESS_KEY_ID: "test",
    AWS_SECRET_ACCESS_KEY: "test",
    AWS_ENDPOINT_URL_DYNAMODB: stores.dynamoDbUrl,
    AWS_ENDPOINT_URL_SQS: stores.queueUrl,
    AWS_ENDPOINT_URL_S3: stores.queueUrl,
    AWS_ENDPOINT_URL_SECRETS_MANAGER: stores.secretsUrl,
    ROSTER_TABLE: await stores.rosterTable(),
    SNAPSHOTS_TABLE: await stores.snapshotsTable(),
    LEDGER_TABLE: await stores.ledgerTable(),
    CLAIMS_BUCKET: await stores.bucket(),
    POLLS_QUEUE_URL: urls.polls,
    CHANGES_QUEUE_URL: urls.changes,
  };
  for (const [name, value] of Object.entries(environment)) vi.stubEnv(name, value);
  vi.doMock("#bridge-config", async () => {
    const { defineBridge } = await import("../../shared/config/bridge.ts");
    const credentials = { method: "client_secret_basic", secret: "general" } as const;
    const general = {
      baseUrl: ignite.baseUrl,
      credentials,
      timeZone: "UTC",
      patients: { ids: ["1", "2"] },
      // So many that the second poll need not wait for the requests of the first.
      requestsPerMinute: 6_000,
    };
    return { default: defineBridge({ sources: { general }, destinations: {} }) };
  });
  plan = (await import("../../functions/plan.ts")).handler as unknown as typeof plan;
  poll = (await import("../../functions/poll.ts")).handler as unknown as typeof poll;
});

afterAll(async () => {
  vi.unstubAllEnvs();
  await ignite.close();
  await stores.close();
});

beforeEach(() => {
  lines = [];
  for (const stream of [process.stdout, process.stderr])
    vi.spyOn(stream, "write").mockImplementation((chunk) => lines.push(String(chunk)) > 0);
  return () => vi.restoreAllMocks();
});

const context = {
  awsRequestId: "request",
  functionName: "poll",
  functionVersion: "1",
  memoryLimitInMB: "512",
  invokedFunctionArn: "arn",
  getRemainingTimeInMillis: () => 30_000,
} as Context;

function eventOf(...bodies: (string | undefined)[]): SQSEvent {
  return {
    Records: bodies.map((body, index) => ({
      messageId: `message-${index}`,
      receiptHandle: `receipt-${index}`,
      body: body ?? "",
      attributes: {
        ApproximateReceiveCount: "1",
        SentTimestamp: "0",
        SenderId: "test",
        ApproximateFirstReceiveTimestamp: "0",
      },
      messageAttributes: {},
      md5OfBody: "",
      eventSource: "aws:sqs",
      eventSourceARN: "arn:aws:sqs:us-east-1:000000000000:polls",
      awsRegion: "us-east-1",
    })),
  };
}

test("a plan brings in the configured patients, and the polls that it asks for tell what there is", async () => {
  ignite.put(patient("1", 1, "2026-11-20T10:00:00Z"));
  ignite.put(patient("2", 1, "2026-11-20T10:00:00Z"));
  await plan({}, context);
  const asked = await drain(stores.sqs, urls.polls);
  expect(asked.map(({ Body = "" }) => JSON.parse(Body)).sort((a, b) => (a.target < b.target ? -1 : 1))).toMatchObject([
    { source: "general", target: "patient/1" },
    { source: "general", target: "patient/2" },
  ]);

  expect(await poll(eventOf(...asked.map(({ Body }) => Body)), context)).toEqual({ batchItemFailures: [] });
  const changeSets = (await drain(stores.sqs, urls.changes)).map(({ Body = "" }) => JSON.parse(Body));
  expect(changeSets.map(({ patient: who, value }) => [who, (value as ChangeSet).changes.length]).sort()).toEqual([
    ["1", 1],
    ["2", 1],
  ]);

  await plan({}, context);
  expect(await drain(stores.sqs, urls.polls)).toEqual([]);
});

test("a message that cannot be read fails alone, and says which member", async () => {
  const answer = await poll(eventOf("{}", JSON.stringify({ source: "general", target: "patient/1" })), context);
  expect(answer).toEqual({ batchItemFailures: [{ itemIdentifier: "message-0" }] });
  expect(lines.join("")).toContain('"code":"ERR_QUEUE_MESSAGE"');
});

test("a request for a source that the configuration no longer has is let go", async () => {
  const answer = await poll(eventOf(JSON.stringify({ source: "gone", target: "patient/1" })), context);
  expect(answer).toEqual({ batchItemFailures: [] });
});

test("a source that cannot be reached is told in one line, and the message is done: the roster asks again", async () => {
  ignite.fault = () => ({ status: 403, body: "Tenant not valid or accessible" });
  const request = JSON.stringify({ source: "general", target: "patient/1" });
  for (const _ of [1, 2]) expect(await poll(eventOf(request), context)).toEqual({ batchItemFailures: [] });
  ignite.fault = undefined;
  const told = lines.filter((line) => line.includes("A source could not be polled as it should"));
  expect(told).toHaveLength(1);
  expect(JSON.parse(told[0] ?? "")).toMatchObject({
    source: "general",
    error: { code: "ERR_IGNITE_REFUSED", details: { status: 403, where: ignite.baseUrl } },
  });
});

test("no line names a patient", async () => {
  ignite.put(patient("1", 2, new Date().toISOString()));
  await poll(eventOf(JSON.stringify({ source: "general", target: "patient/1" })), context);
  expect(lines.length).toBeGreaterThan(0);
  expect(lines.join("")).not.toMatch(/patient\/1|Patient\/1|Family/);
});
