import { setImmediate } from "node:timers/promises";
import { BridgeError } from "../errors.ts";
import { readAcknowledgement } from "./acknowledgement.ts";
import type { Charset } from "./charset.ts";
import { type Connection, connect, type Endpoint } from "./connection.ts";
import { type Frame, frameOf } from "./framing.ts";
import type { Reply } from "./outcome.ts";

export interface LinkOptions extends Endpoint {
  readonly charset: Charset;
  /** From the first byte written to the whole acknowledgement. */
  readonly acknowledgementTimeoutMs: number;
  /** A connection unused for this long is closed. */
  readonly idleTimeoutMs: number;
}

/** An HL7 v2 message as it leaves: ER7 text and its MSH-10. */
export interface OutgoingMessage {
  readonly controlId: string;
  readonly text: string;
}

/** The sending side of an MLLP link. Holds at most one connection, and sends one message at a time. */
export interface Link {
  /** Sends a message and waits for its acknowledgement. Never throws for what the network or the receiver does. */
  send(message: OutgoingMessage): Promise<Reply>;
  close(): void;
}

/**
 * Keeps a connection from one message to the next, and from one invocation to the next, for as long as nothing casts a
 * doubt on it. A function may be frozen between two messages, so what happened in between shows only afterwards.
 */
export function createLink(options: LinkOptions): Link {
  let connection: Connection | undefined;
  let idleSince = 0;
  let idleTimer: NodeJS.Timeout | undefined;
  let last: Promise<unknown> = Promise.resolve();

  function close(): void {
    clearTimeout(idleTimer);
    connection?.close();
    connection = undefined;
  }

  async function open(): Promise<Connection | Extract<Reply, { kind: "failure" }>> {
    if (connection === undefined) return connect(options);
    const idleMs = performance.now() - idleSince;
    // A FIN or bytes that arrived meanwhile are seen once the event loop has polled. The first turn may end the one that
    // is under way, which polled before; within a burst there is no need.
    if (idleMs > 1) {
      await setImmediate();
      await setImmediate();
    }
    if (connection?.usable && idleMs < options.idleTimeoutMs) return connection;
    close();
    return connect(options);
  }

  async function send(message: OutgoingMessage): Promise<Reply> {
    clearTimeout(idleTimer);
    const frame = framed(message, options.charset);
    if (frame === undefined) return { kind: "failure", reason: "unsendable" };
    const opened = await open();
    if ("kind" in opened) return opened;
    connection = opened;
    connection.keepProcessAlive(true);
    const reply = await exchange(connection, frame, message.controlId, options);
    if (connection?.usable) {
      idleSince = performance.now();
      idleTimer = setTimeout(close, options.idleTimeoutMs).unref();
      connection.keepProcessAlive(false);
    } else close();
    return reply;
  }

  return {
    send(message) {
      const reply = last.then(() => send(message));
      last = reply.catch(() => undefined);
      return reply;
    },
    close,
  };
}

function framed({ text }: OutgoingMessage, charset: Charset): Uint8Array | undefined {
  try {
    return frameOf(charset.encode(text));
  } catch (error) {
    if (error instanceof BridgeError && error.code === "ERR_MLLP_CONTENT") return undefined;
    throw error;
  }
}

async function exchange(
  connection: Connection,
  frame: Uint8Array,
  controlId: string,
  { charset, acknowledgementTimeoutMs }: LinkOptions,
): Promise<Reply> {
  let foreign = false;
  const judge = (received: Frame): Reply | undefined => {
    if (received.kind === "negative") return { kind: "failure", reason: "negative-acknowledgement-byte" };
    const acknowledgement = received.kind === "block" ? readAcknowledgement(charset.decode(received.body)) : undefined;
    if (acknowledgement === undefined) return { kind: "failure", reason: "unreadable-acknowledgement" };
    if (acknowledgement.controlId === controlId) return { kind: "acknowledgement", acknowledgement };
    // The late answer to an earlier message. Ours may still come, but then nobody knows what comes after it.
    foreign = true;
    return undefined;
  };
  const reply = await connection.exchange(frame, judge, acknowledgementTimeoutMs);
  if (foreign || reply.kind === "failure") connection.distrust();
  return reply.kind === "failure" && foreign ? { ...reply, reason: "foreign-acknowledgement" } : reply;
}
