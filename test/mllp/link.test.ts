import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer } from "node:net";
import { setTimeout as wait } from "node:timers/promises";
import { Worker } from "node:worker_threads";
import { describe, expect, onTestFinished, test } from "vitest";
import { charsets } from "../../shared/mllp/charset.ts";
import { createLink, type Link, type LinkOptions } from "../../shared/mllp/link.ts";
import { acknowledgementOf, type Behaviour, messageOf, shortOf, startReceiver } from "./receiver.ts";

const answer: Behaviour = (socket, { controlId }) => void socket.write(acknowledgementOf(controlId));

/** Options that a test may change from one message to the next. */
function optionsFor(port: number, options: Partial<LinkOptions> = {}) {
  return {
    host: "127.0.0.1",
    port,
    charset: charsets["UNICODE UTF-8"],
    connectTimeoutMs: 5_000,
    acknowledgementTimeoutMs: 5_000,
    idleTimeoutMs: 60_000,
    ...options,
  };
}

function linkWith(options: LinkOptions): Link {
  const link = createLink(options);
  onTestFinished(() => link.close());
  return link;
}

function linkTo(port: number, options: Partial<LinkOptions> = {}): Link {
  return linkWith(optionsFor(port, options));
}

async function sendOn(link: Link, controlId: string, filler?: string): Promise<string> {
  return shortOf(await link.send(messageOf(controlId, filler)));
}

describe("a good receiver", () => {
  test("gets message after message on one connection", async () => {
    await using receiver = await startReceiver(answer);
    const link = linkTo(receiver.port);
    for (const controlId of ["ID1", "ID2", "ID3"]) expect(await sendOn(link, controlId)).toBe("AA");
    expect(receiver.received).toEqual(["ID1", "ID2", "ID3"]);
    expect(receiver.connections).toHaveLength(1);
  });

  test("gets messages one at a time, though they are sent together", async () => {
    let open = 0;
    await using receiver = await startReceiver(async (socket, { controlId }) => {
      open++;
      await wait(5);
      socket.write(acknowledgementOf(controlId, open === 1 ? "AA" : "AR"));
      open--;
    });
    const link = linkTo(receiver.port);
    expect(await Promise.all(["ID1", "ID2", "ID3"].map((controlId) => sendOn(link, controlId)))).toEqual([
      "AA",
      "AA",
      "AA",
    ]);
    expect(receiver.received).toEqual(["ID1", "ID2", "ID3"]);
  });

  test("gets the text in the bytes of the link's character set", async () => {
    const texts: string[] = [];
    await using receiver = await startReceiver((socket, { text, controlId }) => {
      texts.push(text);
      socket.write(acknowledgementOf(controlId));
    });
    await sendOn(linkTo(receiver.port), "ID1", "Grüße, 中文");
    expect(texts[0]).toBe(messageOf("ID1", "Grüße, 中文").text);
  });

  test.each<[keyof typeof charsets, string, number[]]>([
    ["8859/1", "Zoë ÿ", [0x5a, 0x6f, 0xeb, 0x20, 0xff]],
    ["ASCII", "Zoe", [0x5a, 0x6f, 0x65]],
    ["UNICODE UTF-8", "Zoë", [0x5a, 0x6f, 0xc3, 0xab]],
  ])("gets the very bytes of %s", async (name, text, bytes) => {
    const chunks: Buffer[] = [];
    const server = createServer((socket) =>
      socket.on("data", (chunk: Buffer) => {
        chunks.push(chunk);
        if (chunk.includes(0x1c)) socket.write(acknowledgementOf("ID1"));
      }),
    ).listen(0, "127.0.0.1");
    onTestFinished(() => void server.close());
    await once(server, "listening");
    const { port } = server.address() as { port: number };
    expect(await sendOn(linkTo(port, { charset: charsets[name] }), "ID1", text)).toBe("AA");
    expect(Buffer.concat(chunks).includes(Buffer.from([0x7c, ...bytes, 0x0d, 0x1c, 0x0d]))).toBe(true);
  });

  test("is told apart from one that refuses", async () => {
    await using receiver = await startReceiver((socket, { controlId }) => {
      socket.write(acknowledgementOf(controlId, controlId.slice(0, 2)));
    });
    const link = linkTo(receiver.port);
    for (const code of ["AA", "AE", "AR", "CA", "CE", "CR"]) expect(await sendOn(link, `${code}1`)).toBe(code);
    expect(receiver.connections).toHaveLength(1);
  });

  test("gets a message of several megabytes", async () => {
    await using receiver = await startReceiver(answer);
    expect(await sendOn(linkTo(receiver.port), "ID1", "x".repeat(4_000_000))).toBe("AA");
  });
});

describe("a hostile receiver", () => {
  const half = (controlId: string) => acknowledgementOf(controlId).slice(0, 40);
  const rows: { what: string; behave: Behaviour; found: string; timeoutMs?: number }[] = [
    { what: "never answers", behave: () => {}, found: "no-acknowledgement", timeoutMs: 1_000 },
    {
      what: "trickles without an end, so that no single wait is long",
      behave: (socket) => {
        socket.write("\x0bMSH");
        const timer = setInterval(() => socket.write("|"), 10);
        socket.once("close", () => clearInterval(timer));
      },
      found: "no-acknowledgement",
      timeoutMs: 1_000,
    },
    {
      what: "answers half and closes",
      behave: (socket, { controlId }) => socket.end(half(controlId)),
      found: "connection-closed",
    },
    { what: "closes without an answer", behave: (socket) => socket.end(), found: "connection-closed" },
    { what: "resets the connection", behave: (socket) => socket.resetAndDestroy(), found: "connection-closed" },
    { what: "answers NAK", behave: (socket) => socket.write("\x15"), found: "negative-acknowledgement-byte" },
    {
      what: "answers a NAK block",
      behave: (socket) => socket.write("\x0b\x15\x1c\r"),
      found: "negative-acknowledgement-byte",
    },
    {
      what: "answers an empty block",
      behave: (socket) => socket.write("\x0b\x1c\r"),
      found: "unreadable-acknowledgement",
    },
    {
      what: "answers what is no HL7",
      behave: (socket) => socket.write("\x0bHTTP/1.1 400\x1c\r"),
      found: "unreadable-acknowledgement",
    },
    {
      what: "echoes the message",
      behave: (socket, { text }) => socket.write(`\x0b${text}\x1c\r`),
      found: "unreadable-acknowledgement",
    },
    {
      what: "answers more than anyone would",
      behave: (socket) => socket.write(`\x0b${"x".repeat(300 * 1024)}`),
      found: "unreadable-acknowledgement",
    },
    {
      what: "answers another message only",
      behave: (socket) => socket.write(acknowledgementOf("OTHER")),
      found: "foreign-acknowledgement",
      timeoutMs: 1_000,
    },
    {
      what: "answers another message and closes",
      behave: (socket) => socket.end(acknowledgementOf("OTHER")),
      found: "foreign-acknowledgement",
    },
  ];

  test.each(rows)("that $what: $found, and the next message goes out on a new connection", async (row) => {
    await using receiver = await startReceiver((socket, message) =>
      message.number === 1 ? row.behave(socket, message) : answer(socket, message),
    );
    const options = optionsFor(receiver.port, { acknowledgementTimeoutMs: row.timeoutMs ?? 5_000 });
    const link = linkWith(options);
    expect(await sendOn(link, "ID1")).toBe(row.found);
    options.acknowledgementTimeoutMs = 5_000;
    expect(await sendOn(link, "ID1")).toBe("AA");
    expect(receiver.received).toEqual(["ID1", "ID1"]);
    expect(receiver.connections).toHaveLength(2);
  });

  test("that takes the connection and never reads: the deadline holds while the message is still being written", async () => {
    await using receiver = await startReceiver(answer, { onConnect: (socket) => void socket.pause() });
    const link = linkTo(receiver.port, { acknowledgementTimeoutMs: 100 });
    expect(await sendOn(link, "ID1", "x".repeat(20_000_000))).toBe("no-acknowledgement");
    expect(receiver.received).toEqual([]);
  });
});

describe("a receiver that is good in an odd way", () => {
  test("answers in pieces of one byte", async () => {
    await using receiver = await startReceiver(async (socket, { controlId }) => {
      for (const byte of acknowledgementOf(controlId)) {
        socket.write(byte);
        await wait(0);
      }
    });
    expect(await sendOn(linkTo(receiver.port), "ID1")).toBe("AA");
  });

  test("answers an earlier message first: ours is found, and the connection is not used again", async () => {
    await using receiver = await startReceiver((socket, { controlId }) => {
      socket.write(acknowledgementOf("EARLIER", "AE"));
      setTimeout(() => socket.write(acknowledgementOf(controlId)), 10);
    });
    const link = linkTo(receiver.port);
    expect(await sendOn(link, "ID1")).toBe("AA");
    expect(await sendOn(link, "ID2")).toBe("AA");
    expect(receiver.connections).toHaveLength(2);
  });

  test.each([
    ["before", (controlId: string) => acknowledgementOf("EARLIER") + acknowledgementOf(controlId)],
    ["after", (controlId: string) => acknowledgementOf(controlId) + acknowledgementOf("EARLIER")],
    ["begun after", (controlId: string) => acknowledgementOf(controlId) + acknowledgementOf("EARLIER").slice(0, 9)],
  ])(
    "joins another acknowledgement %s ours: ours is found, and the connection is not used again",
    async (_where, join) => {
      await using receiver = await startReceiver((socket, { controlId }) => void socket.write(join(controlId)));
      const link = linkTo(receiver.port);
      expect(await sendOn(link, "ID1")).toBe("AA");
      expect(await sendOn(link, "ID2")).toBe("AA");
      expect(receiver.connections).toHaveLength(2);
    },
  );

  test("answers too late: the answer is not taken for the next message's", async () => {
    const late: (() => void)[] = [];
    await using receiver = await startReceiver((socket, { controlId, number }) => {
      if (number === 1) late.push(() => socket.write(acknowledgementOf(controlId, "AE")));
      else {
        for (const send of late) send();
        answer(socket, { controlId, number, text: "" });
      }
    });
    const options = optionsFor(receiver.port, { acknowledgementTimeoutMs: 1_000 });
    const link = linkWith(options);
    expect(await sendOn(link, "ID1")).toBe("no-acknowledgement");
    options.acknowledgementTimeoutMs = 5_000;
    expect(await sendOn(link, "ID2")).toBe("AA");
  });
});

describe("a kept connection is not used again", () => {
  async function sendTwice(between: (receiver: Awaited<ReturnType<typeof startReceiver>>) => unknown, options = {}) {
    await using receiver = await startReceiver(answer);
    const link = linkTo(receiver.port, options);
    expect(await sendOn(link, "ID1")).toBe("AA");
    await between(receiver);
    expect(await sendOn(link, "ID2")).toBe("AA");
    expect(receiver.received).toEqual(["ID1", "ID2"]);
    return receiver.connections.length;
  }

  test("when the receiver closed it", async () => {
    const connections = await sendTwice(async ({ connections: [socket] }) => {
      socket?.end();
      await wait(20);
    });
    expect(connections).toBe(2);
  });

  test("when the receiver reset it", async () => {
    const connections = await sendTwice(async ({ connections: [socket] }) => {
      socket?.resetAndDestroy();
      await wait(20);
    });
    expect(connections).toBe(2);
  });

  test.each(["\n", "\x15", acknowledgementOf("EARLIER")])(
    "when bytes came that nobody asked for: %j",
    async (bytes) => {
      const connections = await sendTwice(async ({ connections: [socket] }) => {
        socket?.write(bytes);
        await wait(20);
      });
      expect(connections).toBe(2);
    },
  );

  test("when it closed while the process was frozen", async () => {
    const closed = new Int32Array(new SharedArrayBuffer(4));
    const receiver = new Worker(receiverOfItsOwnThread, { eval: true, workerData: closed });
    onTestFinished(async () => void (await receiver.terminate()));
    const [port] = await once(receiver, "message");
    const link = linkTo(port);
    expect(await sendOn(link, "ID1")).toBe("AA");
    // This thread stands still, like a frozen function, until the peer has closed: nothing here has seen the FIN.
    receiver.postMessage("close");
    expect(Atomics.wait(closed, 0, 0, 10_000)).toBe("ok");
    expect(await sendOn(link, "ID2")).toBe("AA");
  });

  test("when it was idle for longer than allowed", async () => {
    expect(await sendTwice(() => wait(60), { idleTimeoutMs: 20 })).toBe(2);
  });

  test("but it is when nothing speaks against it", async () => {
    expect(await sendTwice(() => wait(20))).toBe(1);
  });
});

const receiverOfItsOwnThread = `
  const { createServer } = require("node:net");
  const { parentPort, workerData } = require("node:worker_threads");
  let last;
  const server = createServer((socket) => {
    last = socket;
    socket.on("error", () => undefined);
    socket.on("data", (chunk) => {
      const id = String(chunk).split("|")[9];
      socket.write("\\x0bMSH|^~\\\\&|||||||ACK|1|P|2.5.1\\rMSA|AA|" + id + "\\r\\x1c\\r");
    });
  }).listen(0, "127.0.0.1", () => parentPort.postMessage(server.address().port));
  parentPort.on("message", () => last.end(() => setTimeout(() => Atomics.store(workerData, 0, 1) && Atomics.notify(workerData, 0), 20)));
`;

describe("no connection", () => {
  test("when nobody listens", async () => {
    const receiver = await startReceiver(answer);
    await receiver[Symbol.asyncDispose]();
    const reply = await linkTo(receiver.port).send(messageOf("ID1"));
    expect(reply).toEqual({ kind: "failure", reason: "unreachable", systemCode: "ECONNREFUSED" });
  });

  test("when the host has no address", async () => {
    const reply = await linkTo(1, { host: "no-such-host.invalid" }).send(messageOf("ID1"));
    expect(reply).toMatchObject({ kind: "failure", reason: "unreachable" });
  });

  test("when TLS does not come about in time", async () => {
    const silent = createServer(() => undefined).listen(0, "127.0.0.1");
    onTestFinished(() => void silent.close());
    await new Promise((resolve) => silent.once("listening", resolve));
    const { port } = silent.address() as { port: number };
    expect(await sendOn(linkTo(port, { tls: {}, connectTimeoutMs: 60 }), "ID1")).toBe("connect-timeout");
  });
});

test("a message that holds a framing byte is not sent", async () => {
  await using receiver = await startReceiver(answer);
  expect(await sendOn(linkTo(receiver.port), "ID1", "\x1c")).toBe("unsendable");
  expect(receiver.connections).toHaveLength(0);
});

describe("TLS", () => {
  const [key, cert] = ["key", "certificate"].map((name) =>
    readFileSync(new URL(`../delivery/tls/${name}.pem`, import.meta.url)),
  ) as [Buffer, Buffer];

  test("a receiver whose certificate is trusted gets messages on one connection", async () => {
    await using receiver = await startReceiver(answer, { tls: { key, cert } });
    const link = linkTo(receiver.port, { host: "localhost", tls: { ca: cert } });
    expect(await sendOn(link, "ID1")).toBe("AA");
    expect(await sendOn(link, "ID2")).toBe("AA");
    expect(receiver.connections).toHaveLength(1);
  });

  test("a receiver whose certificate is not trusted gets nothing", async () => {
    await using receiver = await startReceiver(answer, { tls: { key, cert } });
    const reply = await linkTo(receiver.port, { host: "localhost", tls: {} }).send(messageOf("ID1"));
    expect(reply).toEqual({ kind: "failure", reason: "tls-failure", systemCode: "DEPTH_ZERO_SELF_SIGNED_CERT" });
    expect(receiver.received).toEqual([]);
  });

  test("a receiver without TLS gets nothing", async () => {
    await using receiver = await startReceiver(answer, { onConnect: (socket) => void socket.write("hello") });
    expect(await sendOn(linkTo(receiver.port, { tls: {} }), "ID1")).toBe("tls-failure");
    expect(receiver.received).toEqual([]);
  });
});
