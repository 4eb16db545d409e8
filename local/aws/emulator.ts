import { mkdirSync } from "node:fs";
import type { IncomingMessage } from "node:http";
import { join } from "node:path";
import dynalite from "dynalite";
import { buildApp } from "fauxqs";
import { closing, listen, loopback } from "../net/server.ts";
import { type Secrets, secretsServer } from "./secrets.ts";

export interface EmulatorOptions {
  readonly secrets: Secrets;
  /** Folder for tables, queues and buckets; without it they live in memory. */
  readonly statePath?: string | undefined;
}

/** Where the embedded services listen, on loopback only. */
export interface Endpoints {
  readonly sqs: string;
  readonly s3: string;
  readonly dynamodb: string;
  readonly secretsManager: string;
}

export interface Emulator {
  readonly endpoints: Endpoints;
  close(): Promise<void>;
}

const keepAliveMs = 600_000;

/** SQS and S3 (fauxqs), DynamoDB (dynalite) and Secrets Manager in this thread. */
export async function startEmulator({ secrets, statePath }: EmulatorOptions): Promise<Emulator> {
  await allowAllCharacters();
  if (statePath !== undefined) mkdirSync(statePath, { recursive: true });
  const queues = await createQueues(statePath);
  const tables = dynalite({ path: statePath && join(statePath, "tables"), createTableMs: 0 });
  tables.prependListener("request", tolerateAborts);
  const vault = secretsServer(secrets);
  // Node's five seconds would now and then cut a connection just as a function takes it up again.
  for (const server of [queues.server, tables, vault]) server.keepAliveTimeout = keepAliveMs;
  const closeAll = [closing(tables), closing(vault)];
  const [sqs, dynamodbPort, secretsPort] = await Promise.all([
    queues.listen({ host: loopback, port: 0 }),
    listen(tables),
    listen(vault),
  ]);
  return {
    endpoints: {
      sqs,
      s3: sqs,
      dynamodb: `http://${loopback}:${dynamodbPort}`,
      secretsManager: `http://${loopback}:${secretsPort}`,
    },
    close: async () => {
      await Promise.all([queues.close(), ...closeAll.map((close) => close())]);
    },
  };
}

/**
 * SQS and S3. startFauxqs would do the same, but it listens on every interface, and what the queues hold is health
 * information.
 */
async function createQueues(statePath: string | undefined): Promise<ReturnType<typeof buildApp>> {
  if (statePath === undefined) return buildApp({ logger: false });
  const [{ SqsStore }, { SnsStore }, { S3Store }, { PersistenceManager }] = await Promise.all(
    ["sqs/sqsStore.js", "sns/snsStore.js", "s3/s3Store.js", "persistence.js"].map(insideFauxqs),
  );
  const [sqsStore, snsStore, s3Store] = [new SqsStore(), new SnsStore(), new S3Store()];
  const persistence = new PersistenceManager(join(statePath, "queues"));
  persistence.load(sqsStore, snsStore, s3Store);
  for (const holder of [sqsStore, snsStore, s3Store, ...sqsStore.allQueues()]) holder.persistence = persistence;
  const app = buildApp({ logger: false, stores: { sqsStore, snsStore, s3Store } });
  app.addHook("preClose", async () => persistence.close());
  return app;
}

/** A module that the package does not export; its version is pinned. */
function insideFauxqs(path: string) {
  return import(new URL(path, import.meta.resolve("fauxqs")).href);
}

/**
 * SQS takes every character that XML 1.0 takes, those beyond U+FFFF too; the embedded queues take their surrogates for
 * invalid.
 */
async function allowAllCharacters(): Promise<void> {
  const { INVALID_MESSAGE_BODY_CHAR } = await insideFauxqs("sqs/sqsTypes.js");
  const invalid = /[^\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/u;
  INVALID_MESSAGE_BODY_CHAR.test = (text: string) => invalid.test(text);
}

/** dynalite throws when a client goes away in mid-request, as a function that timed out does. */
function tolerateAborts(request: IncomingMessage): void {
  const on = request.on.bind(request) as (event: string, listener: (...values: unknown[]) => void) => IncomingMessage;
  const tolerant = (event: string, listener: (...values: unknown[]) => void) =>
    on(event, event === "error" ? () => undefined : listener);
  request.on = tolerant as typeof request.on;
}
