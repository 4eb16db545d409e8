import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import { isMainThread, parentPort, Worker } from "node:worker_threads";
import { Hl7Message } from "@medplum/core";
import { Hl7Client } from "@medplum/hl7";
import { charsets } from "../shared/mllp/charset.ts";
import { createLink } from "../shared/mllp/link.ts";

/**
 * The MLLP sender, one message after the other on loopback, against what a bare socket does with the same bytes, and
 * against the client of @medplum/hl7. The receiver runs in a thread of its own and answers with as little work as it can.
 */
const messages = 100;
const rounds = 240;
const budget = { ofBareSocket: 0.8, ofMedplum: 1 };

/** Like a message of an ADT feed in its length. */
const filler = "NTE|1||".padEnd(1_000, "x");

function messageOf(controlId: string): string {
  return `MSH|^~\\&|BRIDGE|GENERAL|LAB|GENERAL|20261123||ADT^A08^ADT_A01|${controlId}|P|2.5.1\r${filler}\r`;
}

function acknowledge(socket: Socket): void {
  let head = "";
  socket.setNoDelay(true).on("data", (chunk) => {
    head ||= chunk.toString("latin1", 0, 200);
    if (chunk[chunk.length - 2] !== 0x1c) return;
    const controlId = head.split("|", 10)[9];
    socket.write(
      `\x0bMSH|^~\\&|LAB|GENERAL|BRIDGE|GENERAL|20261123||ACK^A08^ACK|1|P|2.5.1\rMSA|AA|${controlId}\r\x1c\r`,
    );
    head = "";
  });
}

interface Contender {
  readonly name: string;
  /** Sends one message and waits for its acknowledgement. */
  send(controlId: string): Promise<void>;
  close(): unknown;
}

async function bareSocket(port: number): Promise<Contender> {
  const socket = connect(port, "127.0.0.1").setNoDelay(true);
  await once(socket, "connect");
  let settle = () => {};
  socket.on("data", (chunk) => {
    if (chunk[chunk.length - 2] === 0x1c) settle();
  });
  return {
    name: "bare socket",
    send: (controlId) =>
      new Promise<void>((resolve) => {
        settle = resolve;
        socket.write(`\x0b${messageOf(controlId)}\x1c\r`);
      }),
    close: () => socket.destroy(),
  };
}

function ourLink(port: number): Contender {
  const link = createLink({
    host: "127.0.0.1",
    port,
    charset: charsets["UNICODE UTF-8"],
    connectTimeoutMs: 5_000,
    acknowledgementTimeoutMs: 5_000,
    idleTimeoutMs: 60_000,
  });
  return {
    name: "ignite-bridge",
    async send(controlId) {
      const reply = await link.send({ controlId, text: messageOf(controlId) });
      if (reply.kind === "failure") throw new Error(reply.reason);
    },
    close: () => link.close(),
  };
}

function medplum(port: number): Contender {
  const client = new Hl7Client({ host: "127.0.0.1", port, keepAlive: true });
  return {
    name: "@medplum/hl7",
    async send(controlId) {
      await client.sendAndWait(Hl7Message.parse(messageOf(controlId)), { timeoutMs: 5_000 });
    },
    close: () => client.close(),
  };
}

/** Messages a second. */
async function rate({ send }: Contender, prefix: string): Promise<number> {
  const start = performance.now();
  for (let index = 0; index < messages; index++) await send(`${prefix}${index}`);
  return (messages / (performance.now() - start)) * 1_000;
}

/** The rate that a quarter of the slices exceed: what else runs on the machine slows slices down and speeds none up. */
function upperQuartile(values: number[]): number {
  return values.toSorted((a, b) => b - a)[Math.floor(values.length / 4)] ?? Number.NaN;
}

async function run(): Promise<void> {
  const receiver = new Worker(import.meta.filename);
  const [port]: [number] = (await once(receiver, "message")) as [number];
  const contenders = [await bareSocket(port), ourLink(port), medplum(port)];
  // The contenders take turns in short slices, so that all of them meet the same weather; the first half warms them up.
  const rates = contenders.map((): number[] => []);
  for (let round = 0; round < rounds; round++)
    for (const [index, contender] of contenders.entries()) {
      const found = await rate(contender, `R${round}M`);
      if (round >= rounds / 2) rates[index]?.push(found);
    }
  for (const contender of contenders) await contender.close();
  await receiver.terminate();

  const [bare = 0, ours = 0, theirs = 0] = rates.map(upperQuartile);
  for (const [index, { name }] of contenders.entries())
    console.log(
      `  ${name.padEnd(14)} ${Math.round(upperQuartile(rates[index] ?? [])).toLocaleString("en")} messages a second`,
    );
  report("of a bare socket", ours / bare, budget.ofBareSocket);
  report("of @medplum/hl7", ours / theirs, budget.ofMedplum);
}

function report(what: string, ratio: number, least: number): void {
  console.log(`  ${ratio.toFixed(2)} ${what} (budget: at least ${least.toFixed(2)})`);
  if (ratio < least) process.exitCode = 1;
}

if (isMainThread) await run();
else {
  const server = createServer(acknowledge).listen(0, "127.0.0.1");
  await once(server, "listening");
  parentPort?.postMessage((server.address() as AddressInfo).port);
}
