import { fileURLToPath } from "node:url";
import { BatchWriteItemCommand, DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { DeleteMessageBatchCommand, type Message, ReceiveMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import type { Context, SQSRecord } from "aws-lambda";
import { awsEnvironment, credentials, provision } from "../../local/aws/provision.ts";
import type { EmulatorOperations } from "../../local/aws/thread.ts";
import { callable } from "../../local/realm/calls.ts";
import { createClock, installDate, type RealmClock, realmNow, startClock } from "../../local/realm/clock.ts";
import { redirectConfig, startThread } from "../../local/realm/thread.ts";
import { dayBeginsAt, startSimulation } from "../../local/simulation/simulation.ts";
import { type Deployment, readDeployment } from "../../local/template/deployment.ts";
import { startSynthesizer } from "../../local/template/synthesizer.ts";
import { region } from "../../local/template/template.ts";
import { type Meter, meterBatch, startMeter } from "./meter.ts";
import type { Usage } from "./prices.ts";
import type { TableShape } from "./tables.ts";

/**
 * Minutes of a hospital, each with the plan, polls, routes and deliveries that the functions would make of them on AWS:
 * the real handlers, one after the other, in this process. The clock stands for the calendar and jumps from second to
 * second, so batches are as full as they are when time passes as it does.
 */
export interface CostOptions {
  readonly people: number;
  /** Patients on the roster whose hour does not come while this runs. */
  readonly others: number;
  readonly busyMinutes: number;
  /** After an hour in which nothing happens any more; none where it is not to be measured. */
  readonly idleMinutes: number;
}

export interface Phase {
  readonly usage: Readonly<Record<string, Usage>>;
  readonly minutes: number;
  readonly polls: number;
  readonly changes: number;
  readonly changeSets: number;
  /** Messages that were sent to the destination, by event. */
  readonly events: Readonly<Record<string, number>>;
}
export interface CostRun {
  readonly patients: number;
  readonly busy: Phase;
  readonly idle: Phase;
}

/** What a wide network adds to the waits of this run: an answer of Ignite, an acknowledgement of a client system. */
const igniteMs = 250;
const acknowledgementMs = 30;
/** So much memory gives a whole core. */
const wholeCoreMib = 1769;

type Handler = (event: unknown, context: Context) => Promise<unknown>;

const minuteMs = 60_000;
const options = JSON.parse(process.argv[2] ?? "{}") as CostOptions;
const clock = createClock({ beginsAt: dayBeginsAt, speed: 1 });
startClock(clock);
installDate(clock);

const simulation = await startSimulation({
  clock,
  seed: "cost",
  faults: false,
  people: options.people,
  onLine: () => {},
});
Object.assign(process.env, simulation.environment);
const configUrl = new URL("./config.ts", import.meta.url);
redirectConfig(configUrl.href);
const template = startSynthesizer().synthesize(fileURLToPath(configUrl), { ...simulation.environment });
const emulatorThread = startThread({
  name: "aws",
  entry: new URL("../../local/aws/thread.ts", import.meta.url),
  clock,
  data: { secrets: simulation.secrets },
});
const emulator = callable<EmulatorOperations>(emulatorThread);
const endpoints = await emulator.endpoints();
const deployment = readDeployment(await template, endpoints.sqs);
const ownSqs = new SQSClient({ region, credentials, endpoint: endpoints.sqs });
await provision(deployment, endpoints, ownSqs);
Object.assign(process.env, awsEnvironment(endpoints), ...deployment.functions.map(({ environment }) => environment), {
  POWERTOOLS_METRICS_NAMESPACE: "bench",
});

const clients = await import("../../shared/aws/clients.ts");
const meter: Meter = startMeter({
  dynamoDb: clients.dynamoDb(),
  sqs: clients.sqs(),
  secretsManager: clients.secretsManager(),
  tables: tablesOf(deployment),
  bucketUrl: `${endpoints.s3}/${deployment.buckets[0]?.name}`,
  fhirUrl: simulation.addresses.baseUrl,
});
const handlers: Record<string, Handler> = {};
for (const { entry } of deployment.functions)
  handlers[entry] = ((await import(new URL(`../../${entry}`, import.meta.url).href)) as { handler: Handler }).handler;

await addOthers(options.others);
const queues = Object.fromEntries(
  deployment.eventSources.map(({ functionName, queue }) => [entryOf(functionName), queue.url]),
);
const counts = { polls: 0, changes: 0, changeSets: 0, events: {} as Record<string, number> };

// The first polls read what was there before.
await pass(5);
const busy = await phase(options.busyMinutes);
await simulation.hospital.closeDoors();
if (options.idleMinutes > 0) await pass(61);
const idle = await phase(options.idleMinutes);
process.send?.({ patients: options.others + simulation.addresses.patients.length, busy, idle } satisfies CostRun);
await Promise.all([emulator.close(), simulation.close()]);
process.exit(0);

async function phase(minutes: number): Promise<Phase> {
  meter.take();
  Object.assign(counts, { polls: 0, changes: 0, changeSets: 0, events: {} });
  await pass(minutes);
  return { usage: Object.fromEntries(meter.take()), minutes, ...structuredClone(counts) };
}

async function pass(minutes: number): Promise<void> {
  for (let minute = 0; minute < minutes; minute += 1) {
    const from = realmNow(clock);
    await invoke("functions/plan.ts", {});
    const polls = await drain(queues["functions/poll.ts"] ?? "");
    const bySecond = Map.groupBy(polls, ({ Body = "" }) => meter.delayOf(Body));
    for (const [second, messages] of [...bySecond].sort(([a], [b]) => a - b)) {
      jumpTo(clock, from + second * 1_000);
      for (const batch of batchesOf(messages)) {
        counts.polls += batch.length;
        await invokeBatch("functions/poll.ts", batch);
        await followUp();
      }
    }
    jumpTo(clock, from + minuteMs);
  }
}

async function followUp(): Promise<void> {
  for (const batch of batchesOf(await drain(queues["functions/route.ts"] ?? ""))) {
    counts.changeSets += batch.length;
    await invokeBatch("functions/route.ts", batch);
  }
  for (const batch of batchesOf(await drain(queues["functions/deliver-mllp.ts"] ?? ""))) {
    for (const { Body = "{}" } of batch) {
      const { event } = JSON.parse(Body) as { event: string };
      counts.events[event] = (counts.events[event] ?? 0) + 1;
    }
    await invokeBatch("functions/deliver-mllp.ts", batch, batch.length * acknowledgementMs);
  }
}

async function invokeBatch(entry: string, batch: readonly Message[], waitMs = 0): Promise<void> {
  const queueUrl = queues[entry] ?? "";
  meterBatch(
    meter,
    queueUrl,
    batch.map(({ Body = "" }) => Body),
  );
  const records = batch.map(
    ({ MessageId = "", ReceiptHandle = "", Body = "", Attributes = {} }) =>
      ({
        messageId: MessageId,
        receiptHandle: ReceiptHandle,
        body: Body,
        attributes: { ApproximateReceiveCount: "1", ...Attributes },
        eventSourceARN: deployment.eventSources.find(({ queue }) => queue.url === queueUrl)?.queue.arn,
      }) as unknown as SQSRecord,
  );
  const { batchItemFailures } = (await invoke(entry, { Records: records }, waitMs)) as {
    batchItemFailures: unknown[];
  };
  if (batchItemFailures.length > 0) throw new Error(`${entry} failed ${batchItemFailures.length} of ${batch.length}`);
}

/** Runs a handler and counts its time as Lambda would: its waits as they are here and in a wide network, its work on its share of a core. */
async function invoke(entry: string, event: unknown, waitMs = 0): Promise<unknown> {
  const lambda = deployment.functions.find((each) => each.entry === entry);
  const handler = handlers[entry];
  if (lambda === undefined || handler === undefined) throw new TypeError(`There is no ${entry}`);
  const part = `Lambda ${entry.replace(/^functions\/|\.ts$/g, "")}`;
  meter.takeFhirTurns();
  const lines = captureLines();
  const [startedAt, cpuBefore] = [performance.now(), process.threadCpuUsage()];
  const result = await handler(event, contextOf(lambda.timeoutMs));
  const wallMs = performance.now() - startedAt;
  const cpu = process.threadCpuUsage(cpuBefore);
  meter.add("logs", "logBytes", lines.end());
  const cpuMs = (cpu.user + cpu.system) / 1_000;
  const share = Math.min(1, lambda.memoryMb / wholeCoreMib);
  const billedMs = wallMs + cpuMs * (1 / share - 1) + waitMs + meter.takeFhirTurns() * igniteMs;
  meter.add(part, "invocations", 1);
  meter.add(part, "gibSeconds", (Math.ceil(billedMs) / 1_000) * (lambda.memoryMb / 1024));
  return result;
}

function contextOf(timeoutMs: number): Context {
  const startedAt = performance.now();
  return {
    awsRequestId: "00000000-0000-0000-0000-000000000000",
    getRemainingTimeInMillis: () => Math.round(timeoutMs - (performance.now() - startedAt)),
  } as Context;
}

/** What the handler prints goes to the logs. */
function captureLines(): { end(): number } {
  const writes = [process.stdout, process.stderr].map((stream) => ({ stream, write: stream.write }));
  let bytes = 0;
  for (const { stream } of writes)
    stream.write = ((text: string | Uint8Array, ...rest: unknown[]) => {
      bytes += Buffer.byteLength(text);
      for (const each of rest) if (typeof each === "function") each();
      return true;
    }) as typeof stream.write;
  return {
    end() {
      for (const { stream, write } of writes) stream.write = write;
      return bytes;
    },
  };
}

function jumpTo({ startedAtNs, beginsAt }: RealmClock, instant: number): void {
  const now = realmNow({ startedAtNs, beginsAt, speed: 1 });
  if (instant > now) Atomics.sub(startedAtNs, 0, BigInt(Math.round((instant - now) * 1e6)));
}

function batchesOf(messages: readonly Message[]): Message[][] {
  return Array.from({ length: Math.ceil(messages.length / 10) }, (_, index) =>
    messages.slice(index * 10, (index + 1) * 10),
  );
}

/** Takes everything that waits in a queue, in its order. */
async function drain(QueueUrl: string): Promise<Message[]> {
  const messages: Message[] = [];
  for (;;) {
    const { Messages = [] } = await ownSqs.send(
      new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10, MessageSystemAttributeNames: ["All"] }),
    );
    if (Messages.length === 0) return messages;
    messages.push(...Messages);
    const Entries = Messages.map(({ ReceiptHandle }, index) => ({ Id: String(index), ReceiptHandle }));
    await ownSqs.send(new DeleteMessageBatchCommand({ QueueUrl, Entries }));
  }
}

async function addOthers(count: number): Promise<void> {
  const dynamoDb = new DynamoDBClient({ region, credentials, endpoint: endpoints.dynamodb });
  const table = process.env["ROSTER_TABLE"] ?? "";
  const dueAt = String(realmNow(clock) + 24 * 60 * minuteMs);
  for (let start = 0; start < count; start += 25)
    await dynamoDb.send(
      new BatchWriteItemCommand({
        RequestItems: {
          [table]: Array.from({ length: Math.min(25, count - start) }, (_, index) => ({
            PutRequest: {
              Item: {
                source: { S: "prairie" },
                target: { S: `patient/other-${start + index}` },
                dueAt: { N: dueAt },
                since: { N: dueAt },
                tier: { S: "other" },
                requests: { N: "6" },
              },
            },
          })),
        },
      }),
    );
  dynamoDb.destroy();
}

function entryOf(functionName: string): string {
  return deployment.functions.find(({ name }) => name === functionName)?.entry ?? functionName;
}

/** The tables as they are deployed, named by what is in them. */
function tablesOf({ tables }: Deployment): Record<string, TableShape & { part: string }> {
  const names = (schema: unknown) => (schema as { AttributeName: string }[]).map(({ AttributeName }) => AttributeName);
  const parts = {
    ROSTER_TABLE: "roster",
    SNAPSHOTS_TABLE: "snapshots",
    PUBLISHED_TABLE: "published",
    LEDGER_TABLE: "ledger",
  };
  return Object.fromEntries(
    tables.map(({ name, keySchema, globalSecondaryIndexes }) => {
      const part = Object.entries(parts).find(([variable]) => process.env[variable] === name)?.[1] ?? name;
      const indexes = ((globalSecondaryIndexes ?? []) as Record<string, never>[]).map(
        ({ IndexName, KeySchema, Projection }: Record<string, unknown>) => {
          const { ProjectionType, NonKeyAttributes = [] } = Projection as {
            ProjectionType: string;
            NonKeyAttributes?: string[];
          };
          return {
            name: String(IndexName),
            keys: names(KeySchema),
            projected: ProjectionType === "ALL" ? ("all" as const) : NonKeyAttributes,
          };
        },
      );
      return [name, { part: `DynamoDB ${part}`, keys: names(keySchema), indexes }];
    }),
  );
}
