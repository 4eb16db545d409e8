import { once } from "node:events";
import { createServer, type IncomingHttpHeaders } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { Webhook } from "standardwebhooks";
import { describe, expect, onTestFinished, test } from "vitest";
import { deliveryOf } from "../delivery/deliveries.ts";
import { deployed } from "./deliver-environment.ts";

const signingKey = `whsec_${Buffer.alloc(32, 3).toString("base64")}`;

async function startEndpoint(status: number, headers: Record<string, string> = {}) {
  const received: { body: string; headers: IncomingHttpHeaders }[] = [];
  const server = createServer(async (request, response) => {
    received.push({ body: await text(request), headers: request.headers });
    response.writeHead(status, headers).end("SMITH");
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { received, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hooks` };
}

test("a delivery reaches the endpoint, signed with the key of the secret", async () => {
  const { received, url } = await startEndpoint(204);
  const { deliver, ledger, lines } = await deployed(
    "deliver-webhook",
    { "care-app": { format: "webhook", url, secret: "keys/care-app", allowPrivateAddresses: true } },
    { "keys/care-app": { signingKey } },
  );
  const delivery = deliveryOf("a", 1, { body: '{"name":"SMITH"}' });
  expect(await deliver(delivery)).toEqual({ sent: 1, failed: 0 });
  expect(received).toHaveLength(1);
  expect(
    new Webhook(signingKey).verify(received[0]?.body ?? "", received[0]?.headers as Record<string, string>),
  ).toEqual({
    name: "SMITH",
  });
  expect(await ledger.get(delivery.id)).toMatchObject({ state: "acknowledged", acknowledgement: "204" });
  expect(lines()).toContainEqual(expect.objectContaining({ destination: "care-app", Delivered: 1, Retried: 0 }));
  expect(JSON.stringify(lines())).not.toContain("SMITH");
});

test("an endpoint that asks for patience is granted it", async () => {
  const { url } = await startEndpoint(429, { "retry-after": "600" });
  const { deliver, ledger } = await deployed(
    "deliver-webhook",
    { "care-app": { format: "webhook", url, secret: "keys/care-app", allowPrivateAddresses: true } },
    { "keys/care-app": { signingKey } },
  );
  expect(await deliver(deliveryOf("a", 1))).toEqual({ sent: 1, failed: 1 });
  const entry = await ledger.get(deliveryOf("a", 1).id);
  expect(entry).toMatchObject({ state: "retrying", reason: "throttled", acknowledgement: "429" });
  expect(Date.parse(entry?.nextAttemptAt ?? "") - Date.parse(entry?.updatedAt ?? "")).toBeGreaterThan(590_000);
});

describe("nothing is sent, nothing is lost, and the log says what and where", () => {
  test.each([
    ["when the secret is missing", {}, { code: "ERR_SECRET", details: { secret: "keys/care-app" } }],
    [
      "when the secret holds no key",
      { "keys/care-app": { key: "SMITH" } },
      { code: "ERR_SECRET", details: { problem: "signingKey" } },
    ],
  ])("%s", async (_when, secrets, error) => {
    const { received, url } = await startEndpoint(204);
    const { deliver, lines } = await deployed(
      "deliver-webhook",
      { "care-app": { format: "webhook", url, secret: "keys/care-app", allowPrivateAddresses: true } },
      secrets,
    );
    expect(await deliver(deliveryOf("a", 1))).toEqual({ sent: 1, failed: 1 });
    expect(received).toEqual([]);
    expect(lines()).toContainEqual(
      expect.objectContaining({
        level: "ERROR",
        destination: "care-app",
        error: expect.objectContaining({ code: error.code, details: expect.objectContaining(error.details) }),
      }),
    );
    expect(JSON.stringify(lines())).not.toContain("SMITH");
  });

  test("when the endpoint is at a private address that is not allowed", async () => {
    const { received, url } = await startEndpoint(204);
    const { deliver, ledger } = await deployed(
      "deliver-webhook",
      { "care-app": { format: "webhook", url, secret: "keys/care-app" } },
      { "keys/care-app": { signingKey } },
    );
    expect(await deliver(deliveryOf("a", 1))).toEqual({ sent: 1, failed: 1 });
    expect(received).toEqual([]);
    expect(await ledger.get(deliveryOf("a", 1).id)).toMatchObject({ state: "retrying", reason: "address-refused" });
  });
});
