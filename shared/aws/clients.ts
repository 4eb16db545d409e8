import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { S3Client } from "@aws-sdk/client-s3";
import { SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { SQSClient } from "@aws-sdk/client-sqs";

/** The SDK waits for ever unless told: a call that hangs would take the whole Lambda with it. */
const settings = { requestHandler: { connectionTimeout: 3_000, requestTimeout: 15_000 }, maxAttempts: 4 };

// Made when first asked for, so that a function pays only for what it uses, and kept for the life of the process.
let dynamoDbClient: DynamoDBClient | undefined;
let sqsClient: SQSClient | undefined;
let s3Client: S3Client | undefined;
let secretsManagerClient: SecretsManagerClient | undefined;

export function dynamoDb(): DynamoDBClient {
  dynamoDbClient ??= new DynamoDBClient(settings);
  return dynamoDbClient;
}

export function sqs(): SQSClient {
  sqsClient ??= new SQSClient(settings);
  return sqsClient;
}

export function s3(): S3Client {
  s3Client ??= new S3Client(settings);
  return s3Client;
}

export function secretsManager(): SecretsManagerClient {
  secretsManagerClient ??= new SecretsManagerClient(settings);
  return secretsManagerClient;
}
