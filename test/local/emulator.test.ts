import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DynamoDBClient, GetItemCommand, PutItemCommand } from "@aws-sdk/client-dynamodb";
import { GetSecretValueCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import {
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  SQSClient,
} from "@aws-sdk/client-sqs";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type Emulator, startEmulator } from "../../local/aws/emulator.ts";
import { credentials, provision } from "../../local/aws/provision.ts";
import { readDeployment, secretArn } from "../../local/template/deployment.ts";
import { region, type Template } from "../../local/template/template.ts";
import { toyTemplate } from "./toy/template.ts";

let emulator: Emulator;
let sqs: SQSClient;
let dynamodb: DynamoDBClient;

async function start(statePath?: string, template: Template = toyTemplate) {
  emulator = await startEmulator({ secrets: { "toy/secret": "hush" }, statePath });
  const { endpoints } = emulator;
  sqs = new SQSClient({ region, credentials, endpoint: endpoints.sqs });
  dynamodb = new DynamoDBClient({ region, credentials, endpoint: endpoints.dynamodb });
  const deployment = readDeployment(template, endpoints.sqs);
  await provision(deployment, endpoints, sqs);
  return deployment.queues.find(({ name }) => name === "Work.fifo")?.url;
}

async function stop() {
  sqs.destroy();
  dynamodb.destroy();
  await emulator.close();
}

afterEach(stop);

describe("state in a folder", () => {
  let statePath: string;
  beforeEach(() => {
    statePath = mkdtempSync(join(tmpdir(), "state-"));
  });
  afterEach(() => rmSync(statePath, { recursive: true }));

  test("outlives the process: items, messages in their order; queues take over what the template says now", async () => {
    const before = await start(statePath);
    for (const body of ["1", "2", "3"])
      await sqs.send(
        new SendMessageCommand({
          QueueUrl: before,
          MessageBody: body,
          MessageGroupId: "a",
          MessageDeduplicationId: body,
        }),
      );
    await dynamodb.send(new PutItemCommand({ TableName: "Done", Item: { id: { S: "kept" } } }));
    await stop();

    const { Work } = toyTemplate.Resources;
    const patient = { ...Work, Type: "AWS::SQS::Queue", Properties: { ...Work?.Properties, VisibilityTimeout: 600 } };
    const QueueUrl = await start(statePath, { Resources: { ...toyTemplate.Resources, Work: patient } });
    const received: (string | undefined)[] = [];
    for (let count = 0; count < 3; count++) {
      const { Messages: [message] = [] } = await sqs.send(new ReceiveMessageCommand({ QueueUrl }));
      received.push(message?.Body);
      await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: message?.ReceiptHandle }));
    }
    expect(received).toEqual(["1", "2", "3"]);
    const { Attributes } = await sqs.send(
      new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ["VisibilityTimeout"] }),
    );
    expect(Attributes).toEqual({ VisibilityTimeout: "600" });
    const { Item } = await dynamodb.send(new GetItemCommand({ TableName: "Done", Key: { id: { S: "kept" } } }));
    expect(Item).toEqual({ id: { S: "kept" } });
  });
});

describe("secrets", () => {
  const read = (SecretId: string) => {
    const { secretsManager: endpoint } = emulator.endpoints;
    return new SecretsManagerClient({ region, credentials, endpoint }).send(new GetSecretValueCommand({ SecretId }));
  };

  test("are found by name and by ARN", async () => {
    await start();
    expect(await read("toy/secret")).toMatchObject({ Name: "toy/secret", SecretString: "hush" });
    expect(await read(secretArn("toy/secret"))).toMatchObject({ SecretString: "hush" });
  });

  test("that are not there are refused as Secrets Manager refuses them", async () => {
    await start();
    await expect(read("other")).rejects.toMatchObject({ name: "ResourceNotFoundException" });
  });
});
