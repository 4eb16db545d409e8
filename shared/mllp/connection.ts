import { once } from "node:events";
import { connect as connectTcp, isIP, type Socket } from "node:net";
import { connect as connectTls, type ConnectionOptions as TlsOptions } from "node:tls";
import { type Frame, frameReader } from "./framing.ts";
import type { Reply } from "./outcome.ts";

export interface Endpoint {
  readonly host: string;
  readonly port: number;
  /** Present for TLS; more than `{}` only where the receiver's certificate comes from an authority of its own. */
  readonly tls?: TlsOptions | undefined;
  readonly connectTimeoutMs: number;
}

export type Failure = Extract<Reply, { kind: "failure" }>;

/** The most that an acknowledgement may take; real ones stay below one kilobyte. */
const maxAcknowledgementBytes = 256 * 1024;

/** How soon the kernel asks whether a silent peer is still there. */
const keepAliveDelayMs = 10_000;

/** Opens a connection, or says why there is none. Nothing was sent then. */
export async function connect(
  { host, port, tls, connectTimeoutMs }: Endpoint,
  tolerates?: (frame: Frame) => boolean,
): Promise<Connection | Failure> {
  const socket = tls
    ? connectTls({ host, port, ...(isIP(host) === 0 && { servername: host }), ...tls })
    : connectTcp({ host, port });
  // Whoever waits learns of an error all the same; one that comes when nobody does must not end the process.
  socket.on("error", () => undefined);
  let reached = false;
  socket.once("connect", () => {
    reached = true;
  });
  // Aborting makes the wait fail; the name of what it fails with tells it from an error of the socket.
  const timeout = new AbortController();
  const timer = setTimeout(() => timeout.abort(), connectTimeoutMs);
  try {
    await once(socket, tls ? "secureConnect" : "connect", { signal: timeout.signal });
    return new Connection(socket, tolerates);
  } catch (error) {
    socket.destroy();
    if (timeout.signal.aborted) return { kind: "failure", reason: "connect-timeout" };
    return { kind: "failure", reason: reached ? "tls-failure" : "unreachable", systemCode: systemCodeOf(error) };
  } finally {
    clearTimeout(timer);
  }
}

function systemCodeOf(error: unknown): string | undefined {
  const { code } = error as { code?: unknown };
  return typeof code === "string" ? code : undefined;
}

/** A frame, or that none came in time. */
export type Heard = Frame | { readonly kind: "silence" };
/** What was heard means a reply, that there is more to wait for (milliseconds from now), or nothing. */
export type Judge = (heard: Heard) => Reply | number | undefined;

const silence = { kind: "silence" } as const;

/**
 * One socket to a receiver. It asks one thing at a time, and once there is any doubt about what would come back next, it
 * is not usable any more: a reply could be taken for the answer to another message.
 */
export class Connection {
  readonly #socket: Socket;
  readonly #frames = frameReader({ maxBytes: maxAcknowledgementBytes });
  readonly #tolerates: ((frame: Frame) => boolean) | undefined;
  #waiting: { readonly judge: Judge; readonly resolve: (reply: Reply) => void } | undefined;
  #deadline: { readonly ms: number; readonly timer: NodeJS.Timeout } | undefined;
  #doubtful = false;

  /** @param tolerates tells whether a frame may come that nobody waits for; without it, none may */
  constructor(socket: Socket, tolerates?: (frame: Frame) => boolean) {
    this.#socket = socket;
    this.#tolerates = tolerates;
    // The timer of an exchange keeps the process alive; an idle connection does not.
    socket.setNoDelay(true).setKeepAlive(true, keepAliveDelayMs).unref();
    socket.on("data", (chunk) => this.#receive(chunk));
    socket.on("end", () => this.#fail("connection-closed"));
    socket.on("error", (error) => this.#fail("connection-closed", systemCodeOf(error)));
    socket.on("close", () => this.#fail("connection-closed"));
  }

  /** False once the peer closed it, an exchange ended in doubt, or bytes came that nobody asked for. */
  get usable(): boolean {
    return !this.#doubtful && !this.#frames.partial && this.#socket.readyState === "open";
  }

  /**
   * Writes a frame and gives each frame that comes back to `judge`, until that makes a reply of one. The process stays
   * alive meanwhile, and only meanwhile.
   *
   * @param deadlineMs for the whole exchange, however slowly bytes trickle in, or until `judge` sets another
   */
  exchange(frame: Uint8Array, judge: Judge, deadlineMs: number): Promise<Reply> {
    const { promise, resolve } = Promise.withResolvers<Reply>();
    this.#waiting = { judge, resolve };
    this.#startDeadline(deadlineMs);
    this.#socket.write(frame);
    return promise;
  }

  /** Writes a frame that nobody answers; the reply is silence once the system has it. */
  post(frame: Uint8Array, deadlineMs: number): Promise<Reply> {
    const { promise, resolve } = Promise.withResolvers<Reply>();
    const judge: Judge = ({ kind }) =>
      kind === "silence" ? { kind: "failure", reason: "no-acknowledgement" } : undefined;
    this.#waiting = { judge, resolve };
    this.#startDeadline(deadlineMs);
    this.#socket.write(frame, (error) => {
      if (!error) this.#settle(silence);
    });
    return promise;
  }

  /** Says something beside what is exchanged: the commit of an acknowledgement. */
  tell(frame: Uint8Array): void {
    if (this.#socket.writable) this.#socket.write(frame);
  }

  /** Marks that a later reply may belong to an earlier message. */
  distrust(): void {
    this.#doubtful = true;
  }

  close(): void {
    this.#doubtful = true;
    clearTimeout(this.#deadline?.timer);
    this.#socket.destroy();
  }

  /** One timer serves every exchange; to make a new one each time costs a tenth of the throughput. */
  #startDeadline(ms: number): void {
    if (this.#deadline?.ms === ms) this.#deadline.timer.refresh().ref();
    else {
      clearTimeout(this.#deadline?.timer);
      this.#deadline = { ms, timer: setTimeout(() => this.#hear(silence), ms) };
    }
  }

  #hear(heard: Heard): void {
    const found = this.#waiting?.judge(heard);
    if (found === undefined) return;
    if (typeof found === "number") this.#startDeadline(found);
    else if (found.kind === "failure") this.#fail(found.reason, found.systemCode);
    else this.#settle(found);
  }

  #settle(reply: Reply): void {
    this.#deadline?.timer.unref();
    this.#waiting?.resolve(reply);
    this.#waiting = undefined;
  }

  #receive(chunk: Uint8Array): void {
    const frames = this.#frames.read(chunk);
    // Bytes that nobody waits for, be they only a line feed: the stream is not where we think it is.
    let surplus = this.#waiting === undefined && this.#tolerates === undefined;
    for (const frame of frames) {
      if (this.#waiting === undefined) surplus ||= this.#tolerates?.(frame) !== true;
      else this.#hear(frame);
    }
    if (surplus) this.close();
  }

  #fail(reason: Failure["reason"], systemCode?: string): void {
    this.close();
    this.#settle({ kind: "failure", reason, ...(systemCode && { systemCode }) });
  }
}
