import { afterAll, beforeAll, expect, test } from "vitest";
import { createClaims } from "../../shared/aws/claims.ts";
import { createDeliveryQueue } from "../../shared/aws/delivery-queue.ts";
import type { Delivery } from "../../shared/delivery/delivery.ts";
import { readQueuedDelivery } from "../../shared/delivery/queued-delivery.ts";
import type { DeliveryQueue } from "../../shared/delivery/route.ts";
import { drain, type Stores, startStores } from "../changes/support/stores.ts";
import { app, bridgeTo, engine } from "../delivery/support/hospital.ts";

let stores: Stores;
let queue: DeliveryQueue;
let bucket: string;
const queueUrls: Record<string, string> = {};
const bridge = bridgeTo({ engine, "by-patient": { ...engine, link: { ...engine.link, order: "patient" } }, app });

beforeAll(async () => {
  stores = await startStores();
  bucket = await stores.bucket();
  for (const name of Object.keys(bridge.destinations)) queueUrls[name] = await stores.queue({ fifo: true });
  queue = createDeliveryQueue({
    client: stores.sqs,
    bridge,
    queueUrls,
    claims: createClaims(stores.bucketNamed(bucket)),
  });
});
afterAll(() => stores.close());

function delivery(number: number, destination: string, body = `message ${number}`): Delivery {
  return {
    id: `DELIVERY${String(number).padStart(12, "0")}`,
    destination,
    source: "general",
    patient: "12",
    event: "patient.updated",
    focus: "Patient/12",
    body,
    recordedAt: "2026-03-02T15:00:00Z",
    createdAt: "2026-03-02T15:01:00Z",
  };
}

test("keeps the order of many, past the size of one batch", async () => {
  const deliveries = Array.from({ length: 23 }, (_, index) => delivery(index, "engine"));
  await queue.send("engine", deliveries);
  const messages = await drain(stores.sqs, queueUrls["engine"] ?? "");
  expect(messages.map(({ Body = "" }) => readQueuedDelivery(Body))).toEqual(deliveries);
});

test("drops what is sent again", async () => {
  await queue.send("app", [delivery(100, "app")]);
  await queue.send("app", [delivery(100, "app"), delivery(101, "app")]);
  expect(await drain(stores.sqs, queueUrls["app"] ?? "")).toHaveLength(2);
});

test.each([
  ["engine", "engine"],
  ["by-patient", "by-patient#general#12"],
  ["app", "app#general#12"],
])("groups the messages to %s by %s", async (destination, group) => {
  await queue.send(destination, [delivery(200, destination)]);
  const [message] = await drain(stores.sqs, queueUrls[destination] ?? "");
  expect(message?.Attributes?.MessageGroupId).toBe(group);
});

test("a large body lies in the bucket", async () => {
  const body = "x".repeat(300_000);
  await queue.send("app", [delivery(300, "app", body)]);
  const [message] = await drain(stores.sqs, queueUrls["app"] ?? "");
  const queued = readQueuedDelivery(message?.Body ?? "");
  expect(message?.Body?.length).toBeLessThan(1_000);
  expect("claim" in queued && (await createClaims(stores.bucketNamed(bucket)).read(queued.claim))).toBe(body);
});

test("a destination without a queue is refused by name", async () => {
  await expect(queue.send("new", [delivery(400, "new")])).rejects.toMatchObject({
    code: "ERR_CONFIG",
    details: { path: "destinations.new" },
  });
});
