import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { CreateQueueCommand, SQSClient } from "@aws-sdk/client-sqs";
import dynalite from "dynalite";
import { buildApp } from "fauxqs";
import { createTable } from "../../local/aws/tables.ts";

const settings = { region: "us-east-1", credentials: { accessKeyId: "test", secretAccessKey: "test" } };

export interface Tables extends AsyncDisposable {
  readonly client: DynamoDBClient;
  readonly endpoint: string;
}

/** DynamoDB on loopback, with the ledger table. */
export async function startLedgerTable(): Promise<Tables> {
  const server = dynalite({ createTableMs: 0 });
  await once(server.listen(0, "127.0.0.1"), "listening");
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const client = new DynamoDBClient({ ...settings, endpoint });
  await createTable(client, {
    TableName: "ledger",
    BillingMode: "PAY_PER_REQUEST",
    AttributeDefinitions: ["delivery", "destinationState", "updatedAt"].map((name) => ({
      AttributeName: name,
      AttributeType: "S" as const,
    })),
    KeySchema: [{ AttributeName: "delivery", KeyType: "HASH" }],
    GlobalSecondaryIndexes: [
      {
        IndexName: "byState",
        KeySchema: [
          { AttributeName: "destinationState", KeyType: "HASH" },
          { AttributeName: "updatedAt", KeyType: "RANGE" },
        ],
        Projection: { ProjectionType: "ALL" },
      },
    ],
  });
  return {
    client,
    endpoint,
    async [Symbol.asyncDispose]() {
      client.destroy();
      server.closeAllConnections();
      server.close();
    },
  };
}

export interface Queues extends AsyncDisposable {
  readonly client: SQSClient;
  readonly endpoint: string;
  /** Makes a FIFO queue and gives its URL. */
  create(name: string): Promise<string>;
}

/** SQS (and S3) on loopback. */
export async function startQueues(): Promise<Queues> {
  const app = buildApp({ logger: false });
  const endpoint = await app.listen({ host: "127.0.0.1", port: 0 });
  const client = new SQSClient({ ...settings, endpoint });
  return {
    client,
    endpoint,
    async create(name) {
      const { QueueUrl = "" } = await client.send(
        new CreateQueueCommand({
          QueueName: `${name}.fifo`,
          Attributes: { FifoQueue: "true", VisibilityTimeout: "30" },
        }),
      );
      // The URL that it gives has a host name that not every machine resolves.
      return new URL(new URL(QueueUrl).pathname, endpoint).href;
    },
    async [Symbol.asyncDispose]() {
      client.destroy();
      await app.close();
    },
  };
}
