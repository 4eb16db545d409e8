import { ConditionalCheckFailedException, type DynamoDBClient, PutItemCommand } from "@aws-sdk/client-dynamodb";
import { BridgeError } from "../errors.ts";
import type { Published, PublishedPartition, PublishedStore } from "../events/published.ts";
import type { ResourceKey } from "../fhir.ts";
import { batchGet } from "./batch-get.ts";
import { pack, unpack } from "./packing.ts";

/**
 * What was told, in DynamoDB: partition key `partition` (`destination#source#patient`), sort key `resource`. Each write
 * is one conditional put on `revision`.
 */
export function createPublishedStore(client: DynamoDBClient, tableName: string): PublishedStore {
  return {
    async load(partition, resources) {
      const keys = resources.map((resource) => ({
        partition: { S: partitionKey(partition) },
        resource: { S: resource },
      }));
      const told = new Map<ResourceKey, Published>();
      for (const { resource, published } of await batchGet(client, tableName, keys))
        told.set(resource?.S as ResourceKey, unpack<Published>(published?.B));
      return told;
    },

    async save(partition, resource, published) {
      try {
        await client.send(
          new PutItemCommand({
            TableName: tableName,
            Item: {
              partition: { S: partitionKey(partition) },
              resource: { S: resource },
              revision: { N: String(published.revision) },
              published: { B: pack(published) },
            },
            ...revisionIs(published.revision - 1),
          }),
        );
      } catch (error) {
        if (!(error instanceof ConditionalCheckFailedException)) throw error;
        throw new BridgeError("ERR_PUBLISHED_MOVED", {
          details: { destination: partition.destination, resourceType: resource.split("/")[0] },
          cause: error,
        });
      }
    },
  };
}

function partitionKey({ destination, source, patient }: PublishedPartition): string {
  return `${destination}#${source}#${patient}`;
}

function revisionIs(revision: number) {
  return revision === 0
    ? { ConditionExpression: "attribute_not_exists(#key)", ExpressionAttributeNames: { "#key": "resource" } }
    : {
        ConditionExpression: "#revision = :revision",
        ExpressionAttributeNames: { "#revision": "revision" },
        ExpressionAttributeValues: { ":revision": { N: String(revision) } },
      };
}
