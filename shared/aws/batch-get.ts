import { setTimeout as sleep } from "node:timers/promises";
import { type AttributeValue, BatchGetItemCommand, type DynamoDBClient } from "@aws-sdk/client-dynamodb";

type Item = Record<string, AttributeValue>;

const keysPerBatch = 100;

/** The items of those keys that there are, in no order. No key may come twice. */
export async function batchGet(client: DynamoDBClient, tableName: string, keys: readonly Item[]): Promise<Item[]> {
  const batches = chunksOf(keys, keysPerBatch).map((batch) => getBatch(client, tableName, batch));
  return (await Promise.all(batches)).flat();
}

/** DynamoDB gives up to 16 MB an answer and leaves the rest to be asked for again. */
async function getBatch(client: DynamoDBClient, tableName: string, keys: Item[]): Promise<Item[]> {
  const found: Item[] = [];
  let wanted = keys;
  for (let attempt = 0; wanted.length > 0; attempt += 1) {
    if (attempt > 0) await sleep(Math.random() * Math.min(2_000, 25 * 2 ** attempt));
    const { Responses, UnprocessedKeys } = await client.send(
      new BatchGetItemCommand({ RequestItems: { [tableName]: { Keys: wanted, ConsistentRead: true } } }),
    );
    found.push(...(Responses?.[tableName] ?? []));
    wanted = UnprocessedKeys?.[tableName]?.Keys ?? [];
  }
  return found;
}

function chunksOf<Entry>(entries: readonly Entry[], size: number): Entry[][] {
  const chunks: Entry[][] = [];
  for (let start = 0; start < entries.length; start += size) chunks.push(entries.slice(start, start + size));
  return chunks;
}
