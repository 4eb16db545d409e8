import {
  CreateTableCommand,
  type CreateTableCommandInput,
  type DynamoDBClient,
  waitUntilTableExists,
} from "@aws-sdk/client-dynamodb";

/** Creates a table and resolves when it takes requests: until it is active, it answers as one that is not there. */
export async function createTable(client: DynamoDBClient, input: CreateTableCommandInput): Promise<void> {
  await client.send(new CreateTableCommand(input));
  const seconds = { minDelay: 0.002, maxDelay: 0.05, maxWaitTime: 30 };
  await waitUntilTableExists({ client, ...seconds }, { TableName: input.TableName });
}
