import { DynamoDBClient, PutItemCommand } from "@aws-sdk/client-dynamodb";
import { GetSecretValueCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import type { Context, SQSEvent } from "aws-lambda";

const dynamodb = new DynamoDBClient();
const secrets = new SecretsManagerClient();

export async function handler({ Records }: SQSEvent, context: Context): Promise<void> {
  const [record] = Records;
  if (record?.body === "throws") throw new RangeError("This job throws");
  if (record?.body === "hangs") await new Promise(() => setInterval(() => undefined, 1_000));
  const { SecretString = "" } = await secrets.send(new GetSecretValueCommand({ SecretId: process.env["SECRET"] }));
  await dynamodb.send(
    new PutItemCommand({
      TableName: process.env["DONE_TABLE"],
      Item: {
        id: { S: record?.body ?? "" },
        secret: { S: SecretString },
        at: { S: new Date().toISOString() },
        function: { S: context.functionName },
        remainingMs: { N: String(context.getRemainingTimeInMillis()) },
      },
    }),
  );
  console.log("done");
}
