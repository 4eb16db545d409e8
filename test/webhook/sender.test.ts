import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { createServer as createSecureServer } from "node:https";
import { type AddressInfo, createServer as createTcpServer } from "node:net";
import { text } from "node:stream/consumers";
import { setTimeout as wait } from "node:timers/promises";
import { Webhook } from "standardwebhooks";
import { describe, expect, onTestFinished, test } from "vitest";
import type { WebhookDestination } from "../../shared/config/schema.ts";
import type { Delivery } from "../../shared/delivery/delivery.ts";
import { createWebhookSender } from "../../shared/webhook/sender.ts";

const signingKey = `whsec_${Buffer.alloc(32, 3).toString("base64")}`;
const [key, cert] = ["key", "certificate"].map((name) =>
  readFileSync(new URL(`../delivery/tls/${name}.pem`, import.meta.url)),
) as [Buffer, Buffer];

const delivery: Delivery = {
  id: "0123456789ABCDEFGHJK",
  destination: "care-app",
  source: "general",
  patient: "12724066",
  event: "patient.updated",
  focus: "Patient/12724066",
  body: '{"type":"patient.updated","data":{"name":"Müller"}}',
  recordedAt: "2026-11-23T15:04:05Z",
  createdAt: "2026-11-23T15:04:30Z",
};

type Handler = (request: IncomingMessage, response: ServerResponse, body: string) => void;
const accept: Handler = (_request, response) => void response.writeHead(204).end();

/** An endpoint on loopback that does as told; gives its port, and counts connections and requests. */
async function startEndpoint(handle: Handler, secure = false) {
  const counts = { connections: 0, requests: 0 };
  const listener = async (request: IncomingMessage, response: ServerResponse) => {
    counts.requests++;
    handle(request, response, await text(request));
  };
  const server: Server = secure ? createSecureServer({ key, cert }, listener) : createServer(listener);
  server.on("connection", () => counts.connections++);
  await once(server.listen(0, "127.0.0.1"), "listening");
  onTestFinished(async () => {
    server.closeAllConnections();
    await server[Symbol.asyncDispose]();
  });
  return { counts, port: (server.address() as AddressInfo).port };
}

function senderTo(
  url: string,
  settings: Partial<WebhookDestination> = {},
  options: Parameters<typeof createWebhookSender>[2] = {},
) {
  const destination: WebhookDestination = {
    format: "webhook",
    url,
    secret: "care-app",
    events: ["*"],
    options: [],
    initialLoad: "none",
    settle: 120_000,
    retryDelays: [5_000],
    payload: "id-only",
    timeout: 5_000,
    allowPrivateAddresses: true,
    ...settings,
  };
  return createWebhookSender(destination, async () => ({ signingKey }), options);
}

describe("a good endpoint", () => {
  test("gets the exact body, signed, with the delivery's id", async () => {
    const seen: { request: IncomingMessage; body: string }[] = [];
    const { port } = await startEndpoint((request, response, body) => {
      seen.push({ request, body });
      accept(request, response, body);
    });
    const outcome = await senderTo(`http://127.0.0.1:${port}/hooks?tenant=1`).send(delivery);
    expect(outcome).toEqual({ action: "delivered", acknowledgement: "204" });
    const [{ request, body } = { request: undefined, body: "" }] = seen;
    expect(body).toBe(delivery.body);
    expect(request).toMatchObject({ method: "POST", url: "/hooks?tenant=1" });
    expect(request?.headers).toMatchObject({ "content-type": "application/json", "webhook-id": delivery.id });
    expect(new Webhook(signingKey).verify(body, request?.headers as Record<string, string>)).toEqual(JSON.parse(body));
  });

  test("gets delivery after delivery on one connection", async () => {
    const { counts, port } = await startEndpoint((_request, response) => void response.end("thank you"));
    const sender = senderTo(`http://127.0.0.1:${port}/`);
    for (let index = 0; index < 3; index++) await sender.send(delivery);
    expect(counts).toEqual({ connections: 1, requests: 3 });
  });

  test("may close a kept connection: the next delivery takes a new one at once", async () => {
    const { counts, port } = await startEndpoint((request, response) => {
      response.end();
      // Closed behind the sender's back, as after a freeze.
      if (counts.requests === 1) setTimeout(() => request.socket.destroy(), 10);
    });
    const sender = senderTo(`http://127.0.0.1:${port}/`);
    expect(await sender.send(delivery)).toMatchObject({ action: "delivered" });
    await wait(30);
    expect(await sender.send(delivery)).toMatchObject({ action: "delivered" });
    expect(counts).toEqual({ connections: 2, requests: 2 });
  });

  test("may reset a kept connection as the next request arrives: that one is sent again at once, with the same id", async () => {
    const ids: unknown[] = [];
    const { port } = await startEndpoint((request, response) => {
      ids.push(request.headers["webhook-id"]);
      if (ids.length === 2) request.socket.resetAndDestroy();
      else response.end();
    });
    const sender = senderTo(`http://127.0.0.1:${port}/`);
    await sender.send(delivery);
    expect(await sender.send(delivery)).toMatchObject({ action: "delivered" });
    expect(ids).toEqual([delivery.id, delivery.id, delivery.id]);
  });

  test("is reached over TLS when its certificate is trusted", async () => {
    const { port } = await startEndpoint(accept, true);
    expect(await senderTo(`https://localhost:${port}/`, {}, { tls: { ca: cert } }).send(delivery)).toMatchObject({
      action: "delivered",
    });
  });
});

describe("a hostile endpoint", () => {
  const rows: { what: string; handle: Handler; outcome: object; timeout?: number }[] = [
    {
      what: "fails",
      handle: (_request, response) => void response.writeHead(500).end("<html>SMITH"),
      outcome: { action: "retry", reason: "endpoint-failed", acknowledgement: "500" },
    },
    {
      what: "asks for patience",
      handle: (_request, response) => void response.writeHead(429, { "retry-after": "30" }).end(),
      outcome: { action: "retry", reason: "throttled", retryAfterMs: 30_000 },
    },
    {
      what: "is gone",
      handle: (_request, response) => void response.writeHead(410).end(),
      outcome: { action: "hold", reason: "endpoint-gone" },
    },
    {
      what: "redirects",
      handle: (request, response) =>
        void response.writeHead(302, { location: `http://${request.headers.host}/elsewhere` }).end(),
      outcome: { action: "retry", reason: "redirect", acknowledgement: "302" },
    },
    {
      what: "never answers",
      handle: () => {},
      outcome: { action: "retry", reason: "timeout", sent: true },
      timeout: 1_000,
    },
    {
      what: "resets the connection",
      handle: (request) => void request.socket.resetAndDestroy(),
      outcome: { action: "retry", reason: "connection-closed", sent: true },
    },
    {
      what: "closes without an answer",
      handle: (request) => void request.socket.end(),
      outcome: { action: "retry", reason: "connection-closed", sent: true },
    },
    {
      what: "answers what is no HTTP",
      handle: (request) => void request.socket.end("\x0bMSH|\x1c\r"),
      outcome: { action: "retry", reason: "connection-closed", sent: true },
    },
    {
      what: "accepts with a body that never ends",
      handle: (_request, response) => {
        response.writeHead(200);
        const timer = setInterval(() => response.write("x".repeat(10_000)), 1);
        response.once("close", () => clearInterval(timer));
      },
      outcome: { action: "delivered", acknowledgement: "200" },
    },
    {
      what: "accepts with a body that stops half-way",
      handle: (_request, response) => {
        response.writeHead(200, { "content-length": 100 }).write("half");
      },
      outcome: { action: "delivered", acknowledgement: "200" },
      timeout: 1_000,
    },
    {
      what: "accepts with a body that breaks off",
      handle: (request, response) => {
        response.writeHead(200, { "content-length": 100 }).write("half", () => request.socket.resetAndDestroy());
      },
      outcome: { action: "delivered", acknowledgement: "200" },
    },
  ];

  test.each(rows)("that $what", async ({ handle, outcome, timeout = 5_000 }) => {
    const { counts, port } = await startEndpoint(handle);
    expect(await senderTo(`http://127.0.0.1:${port}/`, { timeout }).send(delivery)).toMatchObject(outcome);
    expect(counts.requests).toBe(1);
  });

  test("whose certificate is not trusted gets nothing", async () => {
    const { counts, port } = await startEndpoint(accept, true);
    expect(await senderTo(`https://localhost:${port}/`).send(delivery)).toMatchObject({
      action: "retry",
      reason: "tls-failure",
      sent: false,
      systemCode: "DEPTH_ZERO_SELF_SIGNED_CERT",
    });
    expect(counts.requests).toBe(0);
  });

  test("that speaks no TLS gets nothing", async () => {
    const { counts, port } = await startEndpoint(accept);
    expect(await senderTo(`https://localhost:${port}/`).send(delivery)).toMatchObject({ action: "retry", sent: false });
    expect(counts.requests).toBe(0);
  });

  test("that takes the connection and says nothing was not reached", async () => {
    const silent = createTcpServer(() => undefined).listen(0, "127.0.0.1");
    await once(silent, "listening");
    onTestFinished(() => void silent.close());
    const { port } = silent.address() as AddressInfo;
    expect(await senderTo(`https://localhost:${port}/`, { timeout: 80 }).send(delivery)).toMatchObject({
      action: "retry",
      reason: "unreachable",
      sent: false,
    });
  });

  test("where nobody listens", async () => {
    const { port } = await startEndpoint(accept);
    expect(await senderTo(`http://127.0.0.2:${port}/`).send(delivery)).toMatchObject({
      action: "retry",
      reason: "unreachable",
      sent: false,
      systemCode: "ECONNREFUSED",
    });
  });
});

describe("a private address", () => {
  test("written into the URL gets nothing", async () => {
    const { counts, port } = await startEndpoint(accept);
    const sender = senderTo(`http://127.0.0.1:${port}/`, { allowPrivateAddresses: false });
    expect(await sender.send(delivery)).toMatchObject({ action: "hold", reason: "address-refused", sent: false });
    expect(counts.connections).toBe(0);
  });

  test("behind a name gets nothing", async () => {
    const { counts, port } = await startEndpoint(accept);
    const sender = senderTo(`http://localhost:${port}/`, { allowPrivateAddresses: false });
    expect(await sender.send(delivery)).toMatchObject({ action: "hold", reason: "address-refused" });
    expect(counts.connections).toBe(0);
  });

  test("behind a name that changes once it is trusted gets nothing: each connection is checked anew", async () => {
    const { counts, port } = await startEndpoint((_request, response) => {
      response.writeHead(204, { connection: "close" }).end();
    });
    const addresses = ["127.0.0.1", "169.254.169.254"];
    const rebinding = ((_hostname: string, _options: object, callback: (error: null, found: object[]) => void) =>
      callback(null, [{ address: addresses.shift() ?? "169.254.169.254", family: 4 }])) as never;
    const sender = senderTo(`http://hooks.example.org:${port}/`, {}, { lookup: rebinding });
    expect(await sender.send(delivery)).toMatchObject({ action: "delivered" });
    expect(await sender.send(delivery)).toMatchObject({ action: "hold", reason: "address-refused" });
    expect(counts).toEqual({ connections: 1, requests: 1 });
  });
});

test("what the secret store cannot give is not sent, and the failure is the caller's to see", async () => {
  const { counts, port } = await startEndpoint(accept);
  const destination = { format: "webhook", url: `http://127.0.0.1:${port}/`, secret: "care-app" } as WebhookDestination;
  const sender = createWebhookSender({ ...destination, timeout: 1_000, allowPrivateAddresses: true }, () =>
    Promise.reject(new Error("no such secret")),
  );
  await expect(sender.send(delivery)).rejects.toThrow("no such secret");
  expect(counts.requests).toBe(0);
});
