import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import type { SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import type { SQSClient } from "@aws-sdk/client-sqs";
import type { Unit, Usage } from "./prices.ts";
import { followTables, type Item, readUnitBytes, sizeOf, type TableShape } from "./tables.ts";

const requestBytes = 64 * 1024;

/** What was used since the last time it was taken, by part. */
export interface Meter {
  add(part: string, unit: Unit, count: number): void;
  take(): Map<string, Usage>;
  /** Delay that a message of the polls queue was sent with, by its body. The queue itself gets none. */
  delayOf(body: string): number;
  /** Turns of waiting for a FHIR server: requests side by side are one. */
  takeFhirTurns(): number;
}

export interface Metered {
  readonly dynamoDb: DynamoDBClient;
  readonly sqs: SQSClient;
  readonly secretsManager: SecretsManagerClient;
  readonly tables: Readonly<Record<string, TableShape & { readonly part: string }>>;
  readonly bucketUrl: string;
  readonly fhirUrl: string;
}

/** Counts every call that the functions make. Reads and writes are counted by the sizes of the items. */
export function startMeter({ dynamoDb, sqs, secretsManager, tables, bucketUrl, fhirUrl }: Metered): Meter {
  let usage = new Map<string, Usage>();
  const delays = new Map<string, number>();
  let fhirTurns = 0;
  let fhirUnderWay = 0;
  const add = (part: string, unit: Unit, count: number) => {
    const ofPart = usage.get(part) ?? {};
    ofPart[unit] = (ofPart[unit] ?? 0) + count;
    usage.set(part, ofPart);
  };
  const followed = followTables(tables);
  const partOf = (table: string) => tables[table]?.part ?? table;

  const read = (table: string, sizes: readonly number[], consistent: boolean) => {
    const units = sizes.reduce((sum, size) => sum + Math.max(1, Math.ceil(size / readUnitBytes)), 0);
    add(partOf(table), "readUnits", consistent ? units : units / 2);
  };
  // biome-ignore lint/suspicious/noExplicitAny: commands of every kind pass here
  const meterTable = (command: string, input: any, output: any, isRefused: boolean) => {
    const { TableName, Key } = input;
    if (command === "PutItemCommand")
      add(
        partOf(TableName),
        "writeUnits",
        isRefused ? followed.refused(TableName, input.Item) : followed.written(TableName, input.Item),
      );
    else if (command === "UpdateItemCommand")
      add(
        partOf(TableName),
        "writeUnits",
        isRefused ? followed.refused(TableName, Key) : followed.written(TableName, output.Attributes),
      );
    else if (command === "GetItemCommand") {
      const known = followed.known(TableName, Key) ?? output.Item;
      read(TableName, [known ? sizeOf(known) : 0], input.ConsistentRead === true);
    } else if (command === "BatchGetItemCommand")
      for (const [table, { Keys, ConsistentRead }] of Object.entries<{ Keys: Item[]; ConsistentRead?: boolean }>(
        input.RequestItems,
      ))
        read(
          table,
          Keys.map((key) => {
            const known = followed.known(table, key);
            return known ? sizeOf(known) : 0;
          }),
          ConsistentRead === true,
        );
    else if (command === "QueryCommand") {
      const size = (output.Items as Item[]).reduce(
        (sum, item) =>
          sum +
          (input.IndexName
            ? followed.indexSize(TableName, input.IndexName, {
                ...item,
                source: input.ExpressionAttributeValues[":source"],
              })
            : sizeOf(followed.known(TableName, item) ?? item)),
        0,
      );
      read(TableName, [size], input.ConsistentRead === true);
    } else throw new TypeError(`A call that is not metered: ${command}`);
  };
  dynamoDb.middlewareStack.add(
    (next, { commandName = "" }) =>
      async (parameters) => {
        if (commandName === "UpdateItemCommand") Object.assign(parameters.input, { ReturnValues: "ALL_NEW" });
        try {
          const result = await next(parameters);
          meterTable(commandName, parameters.input, result.output, false);
          return result;
        } catch (error) {
          const isRefused = error instanceof Error && error.name === "ConditionalCheckFailedException";
          if (isRefused) meterTable(commandName, parameters.input, undefined, true);
          throw error;
        }
      },
    { step: "initialize" },
  );
  sqs.middlewareStack.add(
    (next) => async (parameters) => {
      const { QueueUrl = "", Entries = [] } = parameters.input as {
        QueueUrl?: string;
        Entries?: { MessageBody?: string; DelaySeconds?: number }[];
      };
      const bytes = Entries.reduce((sum, { MessageBody = "" }) => sum + Buffer.byteLength(MessageBody), 0);
      add(queuePart(QueueUrl), unitOf(QueueUrl), Math.max(1, Math.ceil(bytes / requestBytes)));
      for (const entry of Entries) {
        if (entry.DelaySeconds !== undefined) delays.set(entry.MessageBody ?? "", entry.DelaySeconds);
        delete entry.DelaySeconds;
      }
      return next(parameters);
    },
    { step: "initialize" },
  );
  secretsManager.middlewareStack.add(
    (next) => async (parameters) => {
      add("secrets", "secretCalls", 1);
      return next(parameters);
    },
    { step: "initialize" },
  );
  const realFetch = globalThis.fetch;
  globalThis.fetch = async (target, init) => {
    const url = target instanceof Request ? target.url : String(target);
    const method = target instanceof Request ? target.method : init?.method;
    if (url.startsWith(bucketUrl)) add("claims in S3", method === "PUT" ? "putObjects" : "getObjects", 1);
    if (!url.startsWith(fhirUrl)) return realFetch(target, init);
    if (fhirUnderWay === 0) fhirTurns += 1;
    fhirUnderWay += 1;
    try {
      return await realFetch(target, init);
    } finally {
      fhirUnderWay -= 1;
    }
  };

  return {
    add,
    take() {
      const taken = usage;
      usage = new Map();
      return taken;
    },
    delayOf: (body) => delays.get(body) ?? 0,
    takeFhirTurns() {
      const taken = fhirTurns;
      fhirTurns = 0;
      return taken;
    },
  };
}

export function unitOf(queueUrl: string): Unit {
  return queueUrl.endsWith(".fifo") ? "fifoRequests" : "standardRequests";
}

export function queuePart(queueUrl: string): string {
  if (queueUrl.includes("deliver-")) return "SQS deliver";
  return queueUrl.includes("changes") ? "SQS changes" : "SQS polls";
}

/** What Lambda asks of a queue for one batch: to receive it and to delete it. */
export function meterBatch(meter: Meter, queueUrl: string, bodies: readonly string[]): void {
  const bytes = bodies.reduce((sum, body) => sum + Buffer.byteLength(body), 0);
  meter.add(queuePart(queueUrl), unitOf(queueUrl), Math.max(1, Math.ceil(bytes / requestBytes)) + 1);
}
