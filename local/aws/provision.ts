import { type CreateTableCommandInput, DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { CreateBucketCommand, S3Client } from "@aws-sdk/client-s3";
import { CreateQueueCommand, SetQueueAttributesCommand, type SQSClient } from "@aws-sdk/client-sqs";
import type { Deployment } from "../template/deployment.ts";
import { region } from "../template/template.ts";
import type { Endpoints } from "./emulator.ts";
import { createTable } from "./tables.ts";

/** Any will do: the embedded services check none. */
export const credentials = { accessKeyId: "local", secretAccessKey: "local" };

/** The environment that points the AWS SDK of a function at the embedded services. */
export function awsEnvironment(endpoints: Endpoints): Record<string, string> {
  return {
    AWS_REGION: region,
    AWS_ACCESS_KEY_ID: credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    AWS_ENDPOINT_URL_SQS: endpoints.sqs,
    AWS_ENDPOINT_URL_S3: endpoints.s3,
    AWS_ENDPOINT_URL_DYNAMODB: endpoints.dynamodb,
    AWS_ENDPOINT_URL_SECRETS_MANAGER: endpoints.secretsManager,
  };
}

/** Creates the queues, buckets and tables of a deployment. Those that exist already stay, with what is in them. */
export async function provision(deployment: Deployment, endpoints: Endpoints, sqs: SQSClient): Promise<void> {
  const dynamodb = new DynamoDBClient({ region, credentials, endpoint: endpoints.dynamodb });
  const s3 = new S3Client({ region, credentials, endpoint: endpoints.s3, forcePathStyle: true });
  await Promise.all([
    ...deployment.queues.map((queue) => createQueue(sqs, queue)),
    ...deployment.buckets.map(({ name }) => s3.send(new CreateBucketCommand({ Bucket: name }))),
    ...deployment.tables.map((table) => createMissingTable(dynamodb, table)),
  ]);
  dynamodb.destroy();
  s3.destroy();
}

/** A queue that is there from an earlier run takes over what the template says now. */
async function createQueue(sqs: SQSClient, { name, url, attributes }: Deployment["queues"][number]): Promise<void> {
  try {
    await sqs.send(new CreateQueueCommand({ QueueName: name, Attributes: attributes }));
  } catch (error) {
    if (!(error instanceof Error && error.name.endsWith("QueueNameExists"))) throw error;
    const { FifoQueue: _, ...changeable } = attributes;
    await sqs.send(new SetQueueAttributesCommand({ QueueUrl: url, Attributes: changeable }));
  }
}

async function createMissingTable(dynamodb: DynamoDBClient, table: Deployment["tables"][number]): Promise<void> {
  const input = {
    TableName: table.name,
    BillingMode: "PAY_PER_REQUEST",
    KeySchema: table.keySchema,
    AttributeDefinitions: table.attributeDefinitions,
    ...(table.globalSecondaryIndexes !== undefined && { GlobalSecondaryIndexes: table.globalSecondaryIndexes }),
  } as CreateTableCommandInput;
  try {
    await createTable(dynamodb, input);
  } catch (error) {
    if (!(error instanceof Error && error.name === "ResourceInUseException")) throw error;
  }
}
