import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { pathToFileURL } from "node:url";
import { DynamoDBClient, ScanCommand } from "@aws-sdk/client-dynamodb";
import { PutSecretValueCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { GetQueueAttributesCommand, ListQueuesCommand, SQSClient, type SQSClientConfig } from "@aws-sdk/client-sqs";
import { startMllpReceiver } from "../../local/receivers/mllp.ts";
import type { Receiver } from "../../local/receivers/receiver.ts";
import { startWebhookReceiver } from "../../local/receivers/webhook.ts";
import type { BridgeInput } from "../../shared/config/schema.ts";
import { cdkAgainst, region } from "./cdk.ts";
import { startEmulator } from "./emulator.ts";
import { startHospital } from "./hospital.ts";

/** Two runs of the schedule find the patients and then poll them; the rest is for slow machines. */
const deliveryDeadlineMs = 8 * 60_000;
const secretNames = { source: "ignite-bridge/hospital", webhook: "ignite-bridge/care-app" };

/** The one test: each step prints a line, and the first that fails throws. */
export async function deploysAndDelivers(python: string, directory: string): Promise<void> {
  await using running = new AsyncDisposableStack();
  const started = performance.now();
  const step = (text: string) =>
    console.log(`${((performance.now() - started) / 1000).toFixed(0).padStart(4)} s  ${text}`);

  const signingKey = `whsec_${randomBytes(32).toString("base64")}`;
  const hospital = await startHospital();
  running.defer(hospital.close);
  const mllp = await startMllpReceiver();
  running.defer(() => mllp.close());
  const webhook = await startWebhookReceiver(signingKey);
  running.defer(() => webhook.close());
  step(`hospital at ${hospital.baseUrl}, MLLP receiver at ${mllp.port}, webhook receiver at ${webhook.port}`);

  const emulator = await startEmulator(python, directory);
  running.defer(emulator.stop);
  step(`AWS emulator at ${emulator.endpoint}`);

  const configPath = await writeConfig(directory, {
    sources: {
      hospital: {
        baseUrl: hospital.baseUrl,
        credentials: { method: "client_secret_basic", secret: secretNames.source },
        timeZone: hospital.timeZone,
        patients: hospital.patients,
      },
    },
    destinations: {
      "adt-engine": {
        format: "hl7v2",
        link: { host: "127.0.0.1", port: mllp.port },
        events: ["encounter.*", "patient.*"],
        initialLoad: "snapshot",
      },
      "care-app": {
        format: "webhook",
        url: `http://127.0.0.1:${webhook.port}/`,
        secret: secretNames.webhook,
        allowPrivateAddresses: true,
        initialLoad: "snapshot",
      },
    },
  });
  const cdk = cdkAgainst(emulator.endpoint, configPath, directory);
  await cdk.bootstrap();
  step("cdk bootstrap");
  const first = await cdk.deploy();
  step("cdk deploy");

  const client = { endpoint: emulator.endpoint, region, credentials: { accessKeyId: "test", secretAccessKey: "test" } };
  const secrets = new SecretsManagerClient(client);
  running.defer(() => secrets.destroy());
  for (const [SecretId, value] of [
    [secretNames.source, hospital.credentials],
    [secretNames.webhook, { signingKey }],
  ] as const)
    await secrets.send(new PutSecretValueCommand({ SecretId, SecretString: JSON.stringify(value) }));
  step("secrets put; now the schedule has to fire");

  const admission = await firstMessage(mllp, (body) => /^MSH\|.*\|ADT\^A\d\d/.test(body));
  step(`the MLLP receiver has ${/ADT\^A\d\d/.exec(admission)?.[0]}`);
  const notification = await firstMessage(webhook, () => true);
  step(`the webhook receiver has verified ${JSON.parse(notification).type}`);

  const tables = new DynamoDBClient(client);
  running.defer(() => tables.destroy());
  const rosterBefore = await count(tables, first.outputs["RosterTable"]);
  assert.ok(rosterBefore > 0, "the roster is empty after messages were delivered");
  const second = await cdk.deploy();
  if (!second.printed.includes("(no changes)"))
    throw new Error(`The second deployment changed something:\n${changedResources(second.printed)}`);
  assert.deepEqual(second.outputs, first.outputs);
  assert.ok((await count(tables, second.outputs["RosterTable"])) >= rosterBefore, "the second deployment lost items");
  step("cdk deploy again: nothing changed, nothing lost");

  refuseRepeats("MLLP receiver", mllp);
  refuseRepeats("webhook receiver", webhook);
  assert.deepEqual(await parkedQueues(client), {}, "messages were parked");
  step("nothing was sent twice, nothing was parked");
}

async function writeConfig(directory: string, bridge: BridgeInput): Promise<string> {
  const path = join(directory, "emulated.config.ts");
  const module = pathToFileURL(join(import.meta.dirname, "../../shared/config/bridge.ts")).href;
  await writeFile(
    path,
    `import { defineBridge } from ${JSON.stringify(module)};\nexport default defineBridge(${JSON.stringify(bridge, null, 2)});\n`,
  );
  return path;
}

async function firstMessage(receiver: Receiver, wanted: (body: string) => boolean): Promise<string> {
  const deadline = performance.now() + deliveryDeadlineMs;
  while (performance.now() < deadline) {
    const found = receiver.received.find(({ body }) => wanted(body));
    if (found) return found.body;
    await sleep(500);
  }
  const others = receiver.received.length;
  throw new Error(`No such message arrived in ${deliveryDeadlineMs / 60_000} minutes, but ${others} others`);
}

function changedResources(printed: string): string {
  const lines = printed.split("\n").filter((line) => / (CREATE|UPDATE|DELETE)_COMPLETE /.test(line));
  return lines.slice(0, 20).join("\n");
}

/** The parked queues that hold something, with how much. */
async function parkedQueues(client: SQSClientConfig): Promise<Record<string, number>> {
  const queues = new SQSClient(client);
  const { QueueUrls = [] } = await queues.send(new ListQueuesCommand({}));
  const parked = QueueUrls.filter((url) => /-parked(\.fifo)?$/.test(url));
  assert.equal(parked.length, 4, "there is a parked queue for each of four queues");
  const counts = await Promise.all(
    parked.map(async (QueueUrl): Promise<[string, number]> => {
      const { Attributes } = await queues.send(
        new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ["ApproximateNumberOfMessages"] }),
      );
      return [QueueUrl, Number(Attributes?.["ApproximateNumberOfMessages"])];
    }),
  );
  queues.destroy();
  return Object.fromEntries(counts.filter(([, waiting]) => waiting !== 0));
}

async function count(tables: DynamoDBClient, TableName: string | undefined): Promise<number> {
  assert.ok(TableName, "the deployment has no such output");
  const { Count = 0 } = await tables.send(new ScanCommand({ TableName, Select: "COUNT" }));
  return Count;
}

function refuseRepeats(name: string, { received }: Receiver): void {
  const ids = received.map(({ id }) => id);
  assert.equal(new Set(ids).size, ids.length, `the ${name} got the same id twice`);
}
