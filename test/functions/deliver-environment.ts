import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { json } from "node:stream/consumers";
import { CreateBucketCommand, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { DeleteMessageCommand, ReceiveMessageCommand, SendMessageCommand } from "@aws-sdk/client-sqs";
import type { Context, SQSBatchResponse, SQSEvent } from "aws-lambda";
import { onTestFinished, vi } from "vitest";
import { createLedger } from "../../shared/aws/ledger.ts";
import { defineBridge } from "../../shared/config/bridge.ts";
import type { BridgeInput } from "../../shared/config/schema.ts";
import { groupOf } from "../../shared/delivery/delivery-group.ts";
import type { QueuedDelivery } from "../../shared/delivery/queued-delivery.ts";
import { startLedgerTable, startQueues } from "../delivery/embedded.ts";

type Handler = (event: SQSEvent, context: Context) => Promise<SQSBatchResponse>;

/**
 * A deliver function with everything that it is given in a deployment: its environment variables, the configuration, and
 * queues, table, bucket and secrets on loopback.
 */
export async function deployed(
  name: "deliver-mllp" | "deliver-webhook",
  destinations: NonNullable<BridgeInput["destinations"]>,
  secrets: Record<string, unknown> = {},
) {
  const [tables, queues, vault] = await Promise.all([startLedgerTable(), startQueues(), startSecrets(secrets)]);
  const urls: Record<string, string> = {};
  const parkedUrls: Record<string, string> = {};
  for (const destination of Object.keys(destinations)) {
    urls[destination] = await queues.create(destination);
    parkedUrls[destination] = await queues.create(`${destination}-parked`);
  }
  const access = { region: "us-east-1", credentials: { accessKeyId: "test", secretAccessKey: "test" } };
  const bucket = new S3Client({ ...access, endpoint: queues.endpoint, forcePathStyle: true });
  await bucket.send(new CreateBucketCommand({ Bucket: "claims" }));
  const environment = {
    AWS_REGION: "us-east-1",
    AWS_ACCESS_KEY_ID: "test",
    AWS_SECRET_ACCESS_KEY: "test",
    AWS_ENDPOINT_URL_SQS: queues.endpoint,
    AWS_ENDPOINT_URL_S3: queues.endpoint,
    AWS_ENDPOINT_URL_DYNAMODB: tables.endpoint,
    AWS_ENDPOINT_URL_SECRETS_MANAGER: vault.endpoint,
    LEDGER_TABLE: "ledger",
    CLAIMS_BUCKET: "claims",
    DELIVERY_QUEUE_URLS: JSON.stringify(urls),
    PARKED_QUEUE_URLS: JSON.stringify(parkedUrls),
  };
  for (const [variable, value] of Object.entries(environment)) vi.stubEnv(variable, value);
  vi.resetModules();
  vi.doMock("#bridge-config", () => ({ default: defineBridge({ sources: {}, destinations }) }));
  const lines: string[] = [];
  const spies = [process.stdout, process.stderr].map((stream) =>
    vi.spyOn(stream, "write").mockImplementation((chunk) => lines.push(String(chunk)) > 0),
  );
  onTestFinished(async () => {
    for (const spy of spies) spy.mockRestore();
    vi.unstubAllEnvs();
    vi.doUnmock("#bridge-config");
    bucket.destroy();
    await Promise.all([tables[Symbol.asyncDispose](), queues[Symbol.asyncDispose](), vault.close()]);
  });
  const { handler }: { handler: Handler } = await import(`../../functions/${name}.ts`);

  return {
    ledger: createLedger(tables.client, "ledger"),
    /** What the function wrote: log lines and metrics. */
    lines: () => lines.map((line): Record<string, unknown> => JSON.parse(line)),
    storeClaim: (key: string, bytes: Uint8Array) =>
      bucket.send(new PutObjectCommand({ Bucket: "claims", Key: key, Body: bytes })),
    parkedIn: async (destination: string) => {
      const { Messages = [] } = await queues.client.send(
        new ReceiveMessageCommand({ QueueUrl: parkedUrls[destination], MaxNumberOfMessages: 10 }),
      );
      return Messages.map(({ Body = "" }): QueuedDelivery => JSON.parse(Body));
    },
    /** Sends messages through their queue and hands what the queue gives to the function, as an event source does. */
    async deliver(...messages: QueuedDelivery[]): Promise<{ sent: number; failed: number }> {
      const queueUrl = urls[messages[0]?.destination ?? ""];
      for (const message of messages)
        await queues.client.send(
          new SendMessageCommand({
            QueueUrl: queueUrl,
            MessageBody: JSON.stringify(message),
            MessageGroupId: groupOf(message, "patient"),
            MessageDeduplicationId: `${message.id}-${Math.random()}`,
          }),
        );
      const { Messages = [] } = await queues.client.send(
        new ReceiveMessageCommand({
          QueueUrl: queueUrl,
          MaxNumberOfMessages: 10,
          MessageSystemAttributeNames: ["ApproximateReceiveCount"],
        }),
      );
      const Records = Messages.map(
        ({ MessageId: messageId, ReceiptHandle: receiptHandle, Body: body, Attributes: attributes }) => ({
          messageId,
          receiptHandle,
          body,
          attributes,
        }),
      );
      const context = { awsRequestId: "request", getRemainingTimeInMillis: () => 120_000 };
      const { batchItemFailures } = await handler({ Records } as SQSEvent, context as Context);
      const failed = batchItemFailures.map(({ itemIdentifier }) => itemIdentifier);
      for (const { messageId, receiptHandle } of Records)
        if (!failed.includes(messageId ?? ""))
          await queues.client.send(new DeleteMessageCommand({ QueueUrl: queueUrl, ReceiptHandle: receiptHandle }));
      return { sent: Records.length, failed: failed.length };
    },
  };
}

/** Secrets Manager on loopback: GetSecretValue and nothing else. */
async function startSecrets(secrets: Record<string, unknown>) {
  const server = createServer(async (request, response) => {
    const { SecretId } = (await json(request)) as { SecretId: string };
    const found = Object.hasOwn(secrets, SecretId);
    response.writeHead(found ? 200 : 400, { "content-type": "application/x-amz-json-1.1" });
    response.end(
      JSON.stringify(
        found
          ? { Name: SecretId, SecretString: JSON.stringify(secrets[SecretId]) }
          : { __type: "ResourceNotFoundException" },
      ),
    );
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: async () => {
      server.closeAllConnections();
      server.close();
    },
  };
}
