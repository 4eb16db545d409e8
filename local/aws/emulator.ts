import type { IncomingMessage } from "node:http";
import dynalite from "dynalite";
import { buildApp } from "fauxqs";
import { closing, listen, loopback } from "../net/server.ts";
import { type Secrets, secretsServer } from "./secrets.ts";

export interface EmulatorOptions {
  readonly secrets: Secrets;
  /** Folder for the tables; without it they live in memory. */
  readonly tablesPath?: string | undefined;
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

/** SQS and S3 (fauxqs), DynamoDB (dynalite) and Secrets Manager in this thread. */
export async function startEmulator({ secrets, tablesPath }: EmulatorOptions): Promise<Emulator> {
  await allowAllCharacters();
  // startFauxqs would listen on every interface, and what the queues hold is health information.
  const queues = buildApp({ logger: false });
  const tables = dynalite({ path: tablesPath, createTableMs: 0 });
  tables.prependListener("request", tolerateAborts);
  const vault = secretsServer(secrets);
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
 * SQS takes every character that XML 1.0 takes, those beyond U+FFFF too; the embedded queues take their surrogates for
 * invalid. The pattern is not exported, so it is reached by its file.
 */
async function allowAllCharacters(): Promise<void> {
  const { INVALID_MESSAGE_BODY_CHAR } = await import(new URL("sqs/sqsTypes.js", import.meta.resolve("fauxqs")).href);
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
