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
export async function connect({ host, port, tls, connectTimeoutMs }: Endpoint): Promise<Connection | Failure> {
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
    return new Connection(socket);
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

/**
 * One socket to a receiver. It asks one thing at a time, and once there is any doubt about what would come back next, it
 * is not usable any more: a reply could be taken for the answer to another message.
 */
export class Connection {
  readonly #socket: Socket;
  readonly #frames = frameReader({ maxBytes: maxAcknowledgementBytes });
  #waiting:
    | { readonly judge: (frame: Frame) => Reply | undefined; readonly resolve: (reply: Reply) => void }
    | undefined;
  #deadline: { readonly ms: number; readonly timer: NodeJS.Timeout } | undefined;
  #doubtful = false;

  constructor(socket: Socket) {
    this.#socket = socket;
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
   * @param deadlineMs for the whole exchange, however slowly bytes trickle in
   */
  exchange(frame: Uint8Array, judge: (frame: Frame) => Reply | undefined, deadlineMs: number): Promise<Reply> {
    const { promise, resolve } = Promise.withResolvers<Reply>();
    this.#waiting = { judge, resolve };
    this.#startDeadline(deadlineMs);
    this.#socket.write(frame);
    return promise;
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
      this.#deadline = { ms, timer: setTimeout(() => this.#waiting && this.#fail("no-acknowledgement"), ms) };
    }
  }

  #settle(reply: Reply): void {
    this.#deadline?.timer.unref();
    this.#waiting?.resolve(reply);
    this.#waiting = undefined;
  }

  #receive(chunk: Uint8Array): void {
    const frames = this.#frames.read(chunk);
    // Bytes that nobody waits for, be they only a line feed: the stream is not where we think it is.
    let surplus = this.#waiting === undefined;
    for (const frame of frames) {
      surplus ||= this.#waiting === undefined;
      const reply = this.#waiting?.judge(frame);
      if (reply !== undefined) this.#settle(reply);
    }
    if (surplus) this.close();
  }

  #fail(reason: Failure["reason"], systemCode?: string): void {
    this.close();
    this.#settle({ kind: "failure", reason, ...(systemCode && { systemCode }) });
  }
}
