import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { CreateBucketCommand, S3Client } from "@aws-sdk/client-s3";
import {
  CreateQueueCommand,
  DeleteMessageCommand,
  type Message,
  ReceiveMessageCommand,
  SQSClient,
} from "@aws-sdk/client-sqs";
import { startEmulator } from "../../../local/aws/emulator.ts";
import type { Secrets } from "../../../local/aws/secrets.ts";
import { createTable } from "../../../local/aws/tables.ts";
import { type Bucket, createBucket } from "../../../shared/aws/bucket.ts";

export interface Stores {
  readonly dynamoDb: DynamoDBClient;
  readonly sqs: SQSClient;
  readonly dynamoDbUrl: string;
  readonly queueUrl: string;
  readonly secretsUrl: string;
  /** Makes a table of its own for a test and gives its name. */
  rosterTable(): Promise<string>;
  snapshotsTable(): Promise<string>;
  ledgerTable(): Promise<string>;
  queue(options: { fifo: boolean }): Promise<string>;
  bucket(): Promise<string>;
  bucketNamed(name: string): Bucket;
  close(): Promise<void>;
}

/** Tables, queues and a bucket in this process, with the keys and indexes that infra gives them. */
export async function startStores(secrets: Secrets = {}): Promise<Stores> {
  const emulator = await startEmulator({ secrets });
  const { dynamodb: dynamoDbUrl, sqs: queueUrl, secretsManager: secretsUrl } = emulator.endpoints;
  const settings = { region: "us-east-1", credentials: { accessKeyId: "test", secretAccessKey: "test" } };
  const dynamoDb = new DynamoDBClient({ ...settings, endpoint: dynamoDbUrl });
  const sqs = new SQSClient({ ...settings, endpoint: queueUrl });
  const s3 = new S3Client({ ...settings, endpoint: queueUrl, forcePathStyle: true });
  let made = 0;

  const table = async (
    keys: readonly string[],
    index?: { name: string; partition: string; sort: string; sortType: "S" | "N"; projected?: string[] },
  ): Promise<string> => {
    made += 1;
    const TableName = `table-${made}`;
    const types = new Map<string, "S" | "N">(keys.map((key) => [key, "S"]));
    if (index) types.set(index.partition, "S").set(index.sort, index.sortType);
    await createTable(dynamoDb, {
      TableName,
      BillingMode: "PAY_PER_REQUEST",
      AttributeDefinitions: [...types].map(([AttributeName, AttributeType]) => ({ AttributeName, AttributeType })),
      KeySchema: keySchema(keys),
      ...(index && {
        GlobalSecondaryIndexes: [
          {
            IndexName: index.name,
            KeySchema: keySchema([index.partition, index.sort]),
            Projection: index.projected
              ? { ProjectionType: "INCLUDE", NonKeyAttributes: index.projected }
              : { ProjectionType: "ALL" },
          },
        ],
      }),
    });
    return TableName;
  };

  return {
    dynamoDb,
    sqs,
    dynamoDbUrl,
    queueUrl,
    secretsUrl,
    rosterTable: () =>
      table(["source", "target"], {
        name: "due",
        partition: "source",
        sort: "dueAt",
        sortType: "N",
        projected: ["tier", "requests"],
      }),
    snapshotsTable: () => table(["partition", "resource"]),
    ledgerTable: () =>
      table(["delivery"], { name: "byState", partition: "destinationState", sort: "updatedAt", sortType: "S" }),
    async queue({ fifo }) {
      made += 1;
      const { QueueUrl = "" } = await sqs.send(
        new CreateQueueCommand({
          QueueName: fifo ? `queue-${made}.fifo` : `queue-${made}`,
          ...(fifo && { Attributes: { FifoQueue: "true" } }),
        }),
      );
      // The SDK sends to the host of the queue's URL, and the emulator names one that not every machine resolves.
      return new URL(new URL(QueueUrl).pathname, queueUrl).href;
    },
    async bucket() {
      made += 1;
      await s3.send(new CreateBucketCommand({ Bucket: `bucket-${made}` }));
      return `bucket-${made}`;
    },
    bucketNamed: (bucket) => createBucket({ ...settings, bucket, endpoint: queueUrl }),
    async close() {
      for (const client of [dynamoDb, sqs, s3]) client.destroy();
      await emulator.close();
    },
  };
}

function keySchema([partition, sort]: readonly (string | undefined)[]) {
  return [
    { AttributeName: partition, KeyType: "HASH" as const },
    ...(sort === undefined ? [] : [{ AttributeName: sort, KeyType: "RANGE" as const }]),
  ];
}

/** Takes every message that is there, in the order of the queue. */
export async function drain(sqs: SQSClient, QueueUrl: string): Promise<Message[]> {
  const messages: Message[] = [];
  for (;;) {
    const { Messages = [] } = await sqs.send(
      new ReceiveMessageCommand({
        QueueUrl,
        MaxNumberOfMessages: 10,
        WaitTimeSeconds: 0,
        MessageSystemAttributeNames: ["All"],
      }),
    );
    if (Messages.length === 0) return messages;
    for (const message of Messages) {
      messages.push(message);
      await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: message.ReceiptHandle }));
    }
  }
}
