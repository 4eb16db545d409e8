import { once } from "node:events";
import { createServer } from "node:net";
import { Hl7Server } from "@medplum/hl7";
import { Server } from "node-hl7-server";
import { expect, onTestFinished, test } from "vitest";
import { charsets } from "../../shared/mllp/charset.ts";
import { createLink } from "../../shared/mllp/link.ts";
import { messageOf, shortOf } from "./receiver.ts";

function linkTo(port: number) {
  const link = createLink({
    host: "127.0.0.1",
    port,
    charset: charsets["UNICODE UTF-8"],
    connectTimeoutMs: 5_000,
    acknowledgementTimeoutMs: 5_000,
    idleTimeoutMs: 60_000,
  });
  onTestFinished(() => link.close());
  return link;
}

/** A port for servers that cannot be asked for the one they chose. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, "close");
  return port;
}

test("@medplum/hl7 takes every message once and in order, and is understood", async () => {
  const received: (string | undefined)[] = [];
  const port = await freePort();
  const server = new Hl7Server((connection) => {
    connection.addEventListener("message", ({ message }) => {
      received.push(message.getSegment("MSH")?.getField(10)?.toString());
      connection.send(message.buildAck({ ackCode: received.length === 3 ? "AE" : "AA" }));
    });
  });
  await server.start(port);
  const link = linkTo(port);
  const codes: string[] = [];
  for (let index = 1; index <= 20; index++) {
    const reply = await link.send(messageOf(`ID${index}`, "Grüße"));
    codes.push(shortOf(reply));
  }
  expect(codes).toEqual(codes.map((_, index) => (index === 2 ? "AE" : "AA")));
  expect(received).toEqual(codes.map((_, index) => `ID${index + 1}`));
  link.close();
  await server.stop();
});

// On a connection that is kept, this server hands out and acknowledges the message before a second time together with the
// next. So its acknowledgements have to be told apart, and its repeats are not ours.
test("node-hl7-server takes every message in order, and is understood", async () => {
  const received: string[] = [];
  const port = await freePort();
  const server = new Server({ bindAddress: "127.0.0.1" });
  const inbound = server.createInbound({ port }, async (request, response) => {
    received.push(request.getMessage().get("MSH.10").toString());
    await response.sendResponse("AA");
  });
  await once(inbound, "listen");
  const link = linkTo(port);
  const codes: string[] = [];
  for (let index = 1; index <= 20; index++) {
    const reply = await link.send(messageOf(`ID${index}`, "Grüße"));
    codes.push(shortOf(reply));
  }
  expect(codes).toEqual(codes.map(() => "AA"));
  expect([...new Set(received)]).toEqual(codes.map((_, index) => `ID${index + 1}`));
  link.close();
  await inbound.close();
});
