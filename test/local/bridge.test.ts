import { DynamoDBClient, GetItemCommand } from "@aws-sdk/client-dynamodb";
import { afterEach, expect, test } from "vitest";
import { credentials } from "../../local/aws/provision.ts";
import { type LocalBridge, startBridge } from "../../local/bridge.ts";
import { createClock, startClock } from "../../local/realm/clock.ts";
import { region, type Template } from "../../local/template/template.ts";
import { eventually } from "./eventually.ts";
import { toyTemplate } from "./toy/template.ts";

let bridge: LocalBridge | undefined;
afterEach(async () => {
  await bridge?.stop();
  bridge = undefined;
});

async function start(template: Template = toyTemplate) {
  const seen = { lines: [] as string[], failures: [] as string[], succeeded: [] as string[] };
  const clock = createClock({ beginsAt: Date.UTC(2026, 2, 2, 12), speed: 60 });
  bridge = await startBridge({
    template,
    clock,
    configUrl: new URL("./toy/config.ts", import.meta.url).href,
    secrets: { "toy/secret": "hush" },
    observer: {
      onBatch: (_eventSource, { succeeded, error }) => {
        seen.succeeded.push(...succeeded.map(({ body }) => body));
        if (error instanceof Error) seen.failures.push(error.message);
      },
      onScheduleError: (name, error) => seen.failures.push(`${name}: ${error}`),
      onLine: (name, line) => seen.lines.push(`${name}: ${line}`),
    },
  });
  startClock(clock);
  bridge.begin();
  return { bridge, seen };
}

test("a template runs: schedule, queue, function, table, secret; what fails is repeated and parked", async () => {
  const { bridge, seen } = await start();
  await eventually(() => seen.succeeded.length).toBeGreaterThan(0);
  bridge.stopSchedules();
  await eventually(() => bridge.isIdle()).toBe(true);

  expect(seen.succeeded).toEqual(["quick"]);
  expect(seen.lines).toContain("Worker: done");
  const twice = (text: string) => [text, text];
  expect(seen.failures.toSorted()).toEqual([...twice("Task timed out after 1 s"), ...twice("This job throws")]);

  const dynamodb = new DynamoDBClient({ region, credentials, endpoint: bridge.endpoints.dynamodb });
  const { Item } = await dynamodb.send(new GetItemCommand({ TableName: "Done", Key: { id: { S: "quick" } } }));
  dynamodb.destroy();
  expect(Item).toMatchObject({ secret: { S: "hush" }, function: { S: "Worker" } });
  expect(Item?.["at"]?.S).toMatch(/^2026-03-02T1[2-9]:/);
  expect(Number(Item?.["remainingMs"]?.N)).toBeLessThanOrEqual(1_000);

  const parked = await fetch(`${bridge.endpoints.sqs}/_fauxqs/queues/Parked.fifo`);
  const { messages } = (await parked.json()) as { messages: { ready: { body: string }[] } };
  expect(messages.ready.map(({ body }) => body).toSorted()).toEqual(["hangs", "throws"]);
});

test("a function that cannot be loaded is told before anything starts", async () => {
  const { Worker } = toyTemplate.Resources;
  const broken = {
    ...Worker,
    Type: "AWS::Lambda::Function",
    Metadata: { "ignite-bridge:entry": "test/local/toy/absent.ts" },
  };
  await expect(start({ Resources: { ...toyTemplate.Resources, Worker: broken } })).rejects.toThrow("absent.ts");
});
