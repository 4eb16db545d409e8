import { setTimeout as sleep } from "node:timers/promises";
import {
  type AttributeValue,
  BatchGetItemCommand,
  ConditionalCheckFailedException,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  paginateQuery,
} from "@aws-sdk/client-dynamodb";
import type { Snapshot } from "../changes/diff.ts";
import type { AppointmentWindow, SnapshotsPort } from "../changes/ports.ts";
import { BridgeError } from "../errors.ts";
import { keyOf, type Resource, type ResourceKey } from "../fhir.ts";
import { limitConcurrency } from "../ignite/limit.ts";
import type { Lease } from "../roster/roster.ts";
import { pack, unpack } from "./packing.ts";

type Item = Record<string, AttributeValue>;

const keysPerBatch = 100;
const writesAtATime = 25;

/**
 * Snapshots in DynamoDB: partition `<source>#<patient>`, sort key `Type/id`. The window of a target lies under
 * `<source>#<target>`. Each item carries who wrote it and under which lease, so that a poll that lost its lease cannot
 * overwrite what the next one of the same target stored.
 */
export function createSnapshots(client: DynamoDBClient, tableName: string): SnapshotsPort {
  return {
    async get(source, wanted) {
      const keys = wanted.map(({ patient, key }) => ({
        partition: { S: `${source}#${patient}` },
        resource: { S: key },
      }));
      // BatchGetItem refuses to be asked for one item twice.
      const distinct = [...new Map(keys.map((key) => [`${key.partition.S} ${key.resource.S}`, key])).values()];
      const found = await Promise.all(
        chunksOf(distinct, keysPerBatch).map((batch) => getBatch(client, tableName, batch)),
      );
      return new Map(found.flat().map((item) => [item["resource"]?.S as ResourceKey, snapshotOf(item)]));
    },

    async list(source, patient, resourceType) {
      const pages = paginateQuery(
        { client },
        {
          TableName: tableName,
          KeyConditionExpression: "#partition = :partition AND begins_with(#resource, :type)",
          ExpressionAttributeNames: { "#partition": "partition", "#resource": "resource" },
          ExpressionAttributeValues: {
            ":partition": { S: `${source}#${patient}` },
            ":type": { S: `${resourceType}/` },
          },
          ConsistentRead: true,
        },
      );
      const resources: Resource[] = [];
      for await (const { Items = [] } of pages) resources.push(...Items.map((item) => snapshotOf(item).resource));
      return resources;
    },

    async save(lease, writes) {
      const limit = limitConcurrency(writesAtATime);
      await Promise.all(
        writes.map(({ patient, resource, hash }) =>
          limit(() =>
            putFenced(client, tableName, lease, {
              partition: { S: `${lease.entry.source}#${patient}` },
              resource: { S: keyOf(resource) },
              hash: { S: hash },
              body: { B: pack(resource) },
            }),
          ),
        ),
      );
    },

    async getWindow(lease) {
      const { Item } = await client.send(
        new GetItemCommand({ TableName: tableName, Key: windowKey(lease), ConsistentRead: true }),
      );
      return Item && unpack<AppointmentWindow>(Item["body"]?.B);
    },

    async saveWindow(lease, window) {
      await putFenced(client, tableName, lease, { ...windowKey(lease), body: { B: pack(window) } });
    },
  };
}

function windowKey({ entry }: Lease): Item {
  return { partition: { S: `${entry.source}#${entry.target}` }, resource: { S: "window" } };
}

function snapshotOf(item: Item): Snapshot {
  return { resource: unpack<Resource>(item["body"]?.B), hash: item["hash"]?.S ?? "" };
}

async function putFenced(client: DynamoDBClient, tableName: string, { entry }: Lease, item: Item): Promise<void> {
  try {
    await client.send(
      new PutItemCommand({
        TableName: tableName,
        Item: { ...item, writer: { S: entry.target }, epoch: { N: String(entry.epoch) } },
        // Epochs of different targets cannot be compared: an appointment may be on the schedules of two locations.
        ConditionExpression: "attribute_not_exists(#epoch) OR #writer <> :writer OR #epoch <= :epoch",
        ExpressionAttributeNames: { "#epoch": "epoch", "#writer": "writer" },
        ExpressionAttributeValues: { ":writer": { S: entry.target }, ":epoch": { N: String(entry.epoch) } },
      }),
    );
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException)
      throw new BridgeError("ERR_LEASE_LOST", { details: { source: entry.source, epoch: entry.epoch } });
    throw error;
  }
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
