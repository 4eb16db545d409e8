import {
  type AttributeValue,
  ConditionalCheckFailedException,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  paginateQuery,
} from "@aws-sdk/client-dynamodb";
import type { Snapshot } from "../changes/diff.ts";
import type { Outbox } from "../changes/outbox.ts";
import type { AppointmentWindow, Seen, SnapshotsPort } from "../changes/ports.ts";
import { BridgeError } from "../errors.ts";
import { keyOf, type Resource, type ResourceKey } from "../fhir.ts";
import { limitConcurrency } from "../ignite/limit.ts";
import type { Lease } from "../roster/roster.ts";
import { batchGet } from "./batch-get.ts";
import { pack, unpack } from "./packing.ts";
import { packResources, unpackResources } from "./resource-packing.ts";

type Item = Record<string, AttributeValue>;

const writesAtATime = 25;

/** An item may hold 400 KB in all. */
const outboxPartBytes = 350_000;
/** What was carried out long ago holds versions that nobody asks for; as long as a message can lie in a queue, and more. */
const keepOutboxDays = 35;

/**
 * Snapshots in DynamoDB: partition `<source>#<patient>`, sort key `Type/id`. What a target has seen lies under
 * `<source>#<target>`, and so does its outbox, with TTL `expiresAt`. Each item carries who wrote it and under which
 * lease, so that a poll that lost its lease cannot overwrite what the next one of the same target stored.
 */
export function createSnapshots(client: DynamoDBClient, tableName: string): SnapshotsPort {
  return {
    async get(source, wanted) {
      const keys = wanted.map(({ patient, key }) => snapshotKey(source, patient, key));
      // BatchGetItem refuses to be asked for one item twice.
      const distinct = [...new Map(keys.map((key) => [JSON.stringify(key), key])).values()];
      const found = await batchGet(client, tableName, distinct);
      return latestOf(found.filter(hasContent));
    },

    async list(source, patient, resourceType) {
      const pages = paginateQuery({ client }, partitionQuery(tableName, source, patient, resourceType));
      const resources: Resource[] = [];
      for await (const { Items = [] } of pages)
        resources.push(...Items.filter(hasContent).map((item) => snapshotOf(item).resource));
      return resources;
    },

    async keys(source, patient, resourceType) {
      const pages = paginateQuery(
        { client },
        { ...partitionQuery(tableName, source, patient, resourceType), ProjectionExpression: "#resource" },
      );
      const keys: ResourceKey[] = [];
      for await (const { Items = [] } of pages) keys.push(...Items.map((item) => item["resource"]?.S as ResourceKey));
      return keys;
    },

    save: (lease, writes) =>
      forEachOf(writes, ({ patient, resource, hash, seenAt }) =>
        putFenced(client, tableName, lease, {
          ...snapshotKey(lease.entry.source, patient, keyOf(resource)),
          hash: { S: hash },
          body: { B: packResources(resource) },
          seenAt: { N: String(seenAt) },
        }),
      ),

    async saveOutbox(lease, outbox) {
      const bytes = packResources(outbox);
      const parts = Array.from({ length: Math.ceil(bytes.byteLength / outboxPartBytes) }, (_, index) =>
        bytes.subarray(index * outboxPartBytes, (index + 1) * outboxPartBytes),
      );
      const expiresAt = { N: String(Math.floor(Date.now() / 1000) + keepOutboxDays * 24 * 60 * 60) };
      const put = (name: string, part: Uint8Array | undefined, more: Item = {}) =>
        putFenced(client, tableName, lease, {
          ...targetKey(lease, name),
          ...(part && { body: { B: part } }),
          expiresAt,
          ...more,
        });
      const [first, ...others] = parts;
      await forEachOf([...others.entries()], ([index, part]) => put(outboxPart(lease.entry.epoch, index + 1), part));
      // It counts from here on, so it comes last; the others are under names of their own until then.
      await put("outbox", first, { parts: { N: String(parts.length) } });
    },

    async getOutbox(lease) {
      const first = await getItem(client, tableName, targetKey(lease, "outbox"));
      if (first === undefined) return undefined;
      const epoch = Number(first["epoch"]?.N);
      const others = Array.from({ length: Number(first["parts"]?.N) - 1 }, (_, index) =>
        getItem(client, tableName, targetKey(lease, outboxPart(epoch, index + 1))),
      );
      const parts = [first, ...(await Promise.all(others))].map((item) => item?.["body"]?.B ?? new Uint8Array());
      return { ...unpackResources<Outbox>(Buffer.concat(parts)), epoch };
    },

    async note(source, keys) {
      const known = await batchGet(
        client,
        tableName,
        keys.map((key) => snapshotKey(source, "", key)),
      );
      const knownKeys = new Set(known.map((item) => item["resource"]?.S));
      await forEachOf(
        keys.filter((key) => !knownKeys.has(key)),
        (key) => putNew(client, tableName, snapshotKey(source, "", key)),
      );
    },

    async ownersOf(source, keys) {
      const found = await batchGet(
        client,
        tableName,
        keys.map((key) => ownerKey(source, key)),
      );
      return new Map(found.map((item) => [item["resource"]?.S as ResourceKey, item["owner"]?.S ?? ""]));
    },

    saveOwner: (lease, patient, keys) =>
      forEachOf(keys, (key) =>
        putFenced(client, tableName, lease, { ...ownerKey(lease.entry.source, key), owner: { S: patient } }),
      ),

    getSeen: (lease, feed) => getOne<Seen>(client, tableName, targetKey(lease, `seen/${feed}`)),

    async saveSeen(lease, feed, seen) {
      await putFenced(client, tableName, lease, { ...targetKey(lease, `seen/${feed}`), body: { B: pack(seen) } });
    },

    getWindow: (lease) => getOne<AppointmentWindow>(client, tableName, targetKey(lease, "window")),

    async saveWindow(lease, window) {
      await putFenced(client, tableName, lease, { ...targetKey(lease, "window"), body: { B: pack(window) } });
    },
  };
}

function snapshotKey(source: string, patient: string, key: ResourceKey): Item {
  return { partition: { S: `${source}#${patient}` }, resource: { S: key } };
}

/** No patient's id holds a slash. */
function ownerKey(source: string, key: ResourceKey): Item {
  return { partition: { S: `${source}#owner/${key}` }, resource: { S: key } };
}

function targetKey({ entry }: Lease, name: string): Item {
  return { partition: { S: `${entry.source}#${entry.target}` }, resource: { S: name } };
}

function outboxPart(epoch: number, index: number): string {
  return `outbox/${epoch}/${index}`;
}

function partitionQuery(tableName: string, source: string, patient: string, resourceType: string) {
  return {
    TableName: tableName,
    KeyConditionExpression: "#partition = :partition AND begins_with(#resource, :type)",
    ExpressionAttributeNames: { "#partition": "partition", "#resource": "resource" },
    ExpressionAttributeValues: {
      ":partition": { S: `${source}#${patient}` },
      ":type": { S: `${resourceType}/` },
    },
    ConsistentRead: true,
  };
}

/** A resource that moved is stored under more than one patient: the last sight of it counts. */
function latestOf(items: readonly Item[]): Map<ResourceKey, Snapshot> {
  const latest = new Map<ResourceKey, Snapshot>();
  for (const item of items) {
    const key = item["resource"]?.S as ResourceKey;
    const snapshot = snapshotOf(item);
    if (snapshot.seenAt >= (latest.get(key)?.seenAt ?? 0)) latest.set(key, snapshot);
  }
  return latest;
}

/** What was only noted has no content. */
function hasContent(item: Item): boolean {
  return item["body"] !== undefined;
}

function snapshotOf(item: Item): Snapshot {
  return {
    resource: unpackResources<Resource>(item["body"]?.B),
    hash: item["hash"]?.S ?? "",
    seenAt: Number(item["seenAt"]?.N ?? 0),
  };
}

async function forEachOf<Entry>(entries: readonly Entry[], write: (entry: Entry) => Promise<void>): Promise<void> {
  const limit = limitConcurrency(writesAtATime);
  await Promise.all(entries.map((entry) => limit(() => write(entry))));
}

async function getOne<Value>(client: DynamoDBClient, tableName: string, key: Item): Promise<Value | undefined> {
  const item = await getItem(client, tableName, key);
  return item && unpack<Value>(item["body"]?.B);
}

async function getItem(client: DynamoDBClient, tableName: string, key: Item): Promise<Item | undefined> {
  return (await client.send(new GetItemCommand({ TableName: tableName, Key: key, ConsistentRead: true }))).Item;
}

async function putNew(client: DynamoDBClient, tableName: string, item: Item): Promise<void> {
  try {
    await client.send(
      new PutItemCommand({
        TableName: tableName,
        Item: item,
        ConditionExpression: "attribute_not_exists(#resource)",
        ExpressionAttributeNames: { "#resource": "resource" },
      }),
    );
  } catch (error) {
    if (!(error instanceof ConditionalCheckFailedException)) throw error;
  }
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
