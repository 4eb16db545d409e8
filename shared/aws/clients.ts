import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { SQSClient } from "@aws-sdk/client-sqs";
import { type Bucket, createBucket } from "./bucket.ts";

/** The SDK waits for ever unless told: a call that hangs would take the whole Lambda with it. */
const settings = { requestHandler: { connectionTimeout: 3_000, requestTimeout: 15_000 }, maxAttempts: 4 };

// Made when first asked for, so that a function pays only for what it uses, and kept for the life of the process.
let dynamoDbClient: DynamoDBClient | undefined;
let sqsClient: SQSClient | undefined;
let secretsManagerClient: SecretsManagerClient | undefined;

export function dynamoDb(): DynamoDBClient {
  dynamoDbClient ??= new DynamoDBClient(settings);
  return dynamoDbClient;
}

export function sqs(): SQSClient {
  sqsClient ??= new SQSClient(settings);
  return sqsClient;
}

/** With the credentials, region and endpoint from where the SDK's clients take theirs in Lambda. */
export function bucketNamed(bucket: string): Bucket {
  const { AWS_REGION, AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN } = process.env;
  return createBucket({
    bucket,
    region: AWS_REGION ?? "",
    credentials: {
      accessKeyId: AWS_ACCESS_KEY_ID ?? "",
      secretAccessKey: AWS_SECRET_ACCESS_KEY ?? "",
      sessionToken: AWS_SESSION_TOKEN,
    },
    endpoint: process.env["AWS_ENDPOINT_URL_S3"] ?? process.env["AWS_ENDPOINT_URL"],
  });
}

export function secretsManager(): SecretsManagerClient {
  secretsManagerClient ??= new SecretsManagerClient(settings);
  return secretsManagerClient;
}
