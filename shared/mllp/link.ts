import { setImmediate } from "node:timers/promises";
import { BridgeError } from "../errors.ts";
import { type Acknowledgement, commitOf, readAcknowledgement, withoutQuotes } from "./acknowledgement.ts";
import type { Charset } from "./charset.ts";
import { type Connection, connect, type Endpoint, type Judge } from "./connection.ts";
import { type Frame, frameOf } from "./framing.ts";
import { type AcknowledgementMode, isLast, originalMode } from "./mode.ts";
import type { Reply } from "./outcome.ts";

export interface LinkOptions extends Endpoint {
  readonly charset: Charset;
  /** From the first byte written to the whole acknowledgement; to the last byte where none is waited for. */
  readonly acknowledgementTimeoutMs: number;
  /** Without it, original mode. */
  readonly mode?: AcknowledgementMode;
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

const burstMs = 1;

/**
 * Keeps a connection from one message to the next, and from one invocation to the next, for as long as nothing casts a
 * doubt on it. A function may be frozen between two messages, so what happened in between shows only afterwards.
 */
export function createLink(options: LinkOptions): Link {
  let connection: Connection | undefined;
  let idleSince = 0;
  let idleTimer: NodeJS.Timeout | undefined;
  let busy = false;
  const waiting: (() => void)[] = [];

  function close(): void {
    clearTimeout(idleTimer);
    idleTimer = undefined;
    connection?.close();
    connection = undefined;
  }

  /** One timer watches many messages: it is set anew only when it goes off. */
  function watchIdleness(afterMs: number): void {
    idleTimer = setTimeout(() => {
      const leftMs = busy ? options.idleTimeoutMs : idleSince + options.idleTimeoutMs - performance.now();
      if (leftMs > 0) watchIdleness(leftMs);
      else close();
    }, afterMs).unref();
  }

  async function open(): Promise<Connection | Extract<Reply, { kind: "failure" }>> {
    // A FIN or bytes that arrived meanwhile are seen once the event loop has polled. The first turn may end the one that
    // is under way, which polled before.
    await setImmediate();
    await setImmediate();
    if (connection?.usable && performance.now() - idleSince < options.idleTimeoutMs) return connection;
    close();
    return connect(options, options.mode?.hasOthers ? tolerates : undefined);
  }

  /** An acknowledgement that nobody waits for any more, in a mode that has such. */
  const tolerates = (frame: Frame): boolean =>
    connection !== undefined && acknowledgementIn(frame, connection, options) !== undefined;

  /** Within a burst there was no time for anything to happen to the connection. */
  function inBurst(): Connection | undefined {
    return connection?.usable && performance.now() - idleSince < burstMs ? connection : undefined;
  }

  async function send(message: OutgoingMessage): Promise<Reply> {
    if (busy) await new Promise<void>((resolve) => waiting.push(resolve));
    busy = true;
    try {
      const frame = framed(message, options.charset);
      if (frame === undefined) return { kind: "failure", reason: "unsendable" };
      const opened = inBurst() ?? (await open());
      if ("kind" in opened) return opened;
      connection = opened;
      const reply = await exchange(opened, frame, message, options);
      if (!opened.usable) close();
      else if (idleTimer === undefined) watchIdleness(options.idleTimeoutMs);
      idleSince = performance.now();
      return reply;
    } finally {
      // Handed on while busy, so that nobody comes before whoever waits.
      const next = waiting.shift();
      if (next) next();
      else busy = false;
    }
  }

  return { send, close };
}

function framed({ text }: OutgoingMessage, charset: Charset): Uint8Array | undefined {
  try {
    return frameOf(charset.encode(text));
  } catch (error) {
    if (error instanceof BridgeError && error.code === "ERR_MLLP_CONTENT") return undefined;
    throw error;
  }
}

/** Sends a frame and waits for what the link's mode asks for, one acknowledgement after the other. */
async function exchange(
  connection: Connection,
  frame: Uint8Array,
  { controlId, text }: OutgoingMessage,
  options: LinkOptions,
): Promise<Reply> {
  const { mode: { waits, hasOthers } = originalMode, acknowledgementTimeoutMs } = options;
  let at = 0;
  let foreign = false;
  const next = (): Reply | number => {
    at += 1;
    const wait = waits[at];
    return wait === undefined ? { kind: "silence" } : (wait.timeoutMs ?? acknowledgementTimeoutMs);
  };
  const judge: Judge = (heard) => {
    const wait = waits[at];
    if (heard.kind === "silence")
      return wait?.silence === undefined ? next() : { kind: "failure", reason: wait.silence };
    if (heard.kind === "negative") return { kind: "failure", reason: "negative-acknowledgement-byte" };
    const acknowledgement = acknowledgementIn(heard, connection, options);
    if (acknowledgement === undefined) return { kind: "failure", reason: "unreadable-acknowledgement" };
    if (acknowledgement.controlId !== controlId) {
      // The late answer to an earlier message. Ours may still come, but then nobody knows what comes after it.
      foreign ||= !hasOthers;
      return undefined;
    }
    if (isLast(acknowledgement, wait, waits[at + 1]))
      return { kind: "acknowledgement", acknowledgement: withoutQuotes(acknowledgement, text) };
    return wait?.asks === "commit" ? next() : undefined;
  };
  const first = waits[0];
  const reply =
    first === undefined
      ? await connection.post(frame, acknowledgementTimeoutMs)
      : await connection.exchange(frame, judge, first.timeoutMs ?? acknowledgementTimeoutMs);
  if (foreign || reply.kind === "failure") connection.distrust();
  return reply.kind === "failure" && foreign ? { ...reply, reason: "foreign-acknowledgement" } : reply;
}

/** An application acknowledgement is a message of its own, and may ask for a commit: it gets one. */
function acknowledgementIn(
  frame: Frame,
  connection: Connection,
  { charset, mode = originalMode }: LinkOptions,
): Acknowledgement | undefined {
  if (frame.kind !== "block") return undefined;
  const acknowledgement = readAcknowledgement(charset.decode(frame.body));
  if (mode.hasApplications && acknowledgement?.commit !== undefined)
    connection.tell(frameOf(charset.encode(commitOf(acknowledgement.commit))));
  return acknowledgement;
}
