import { type ClientRequest, Agent as HttpAgent, type IncomingMessage, request as requestHttp } from "node:http";
import { Agent as HttpsAgent, request as requestHttps } from "node:https";
import type { SecureContextOptions } from "node:tls";
import { BridgeError } from "../errors.ts";
import { type AddressPolicy, checkLiteralAddress, guardedLookup } from "./address-guard.ts";

/** What an endpoint answered, as far as the policy needs it, or why there is no answer. */
export type Answer =
  | { readonly kind: "response"; readonly status: number; readonly retryAfterMs?: number | undefined }
  | { readonly kind: "failure"; readonly reason: PostFailure; readonly systemCode?: string | undefined };

export type PostFailure = "unreachable" | "tls-failure" | "address-refused" | "timeout" | "connection-closed";

export interface EndpointOptions extends AddressPolicy {
  readonly url: string;
  /** For the whole exchange: name lookup, connection, request and response. */
  readonly timeoutMs: number;
  /** Only where the endpoint's certificate comes from an authority of its own. */
  readonly tls?: SecureContextOptions | undefined;
  readonly lookup?: Parameters<typeof guardedLookup>[1];
}

export interface Endpoint {
  /** Posts a JSON text. Never throws for what the network or the endpoint does, and never follows a redirect. */
  post(body: string, headers: Readonly<Record<string, string>>): Promise<Answer>;
  close(): void;
}

/** Nothing in a response body is used; a small one is read so that the connection can serve again. */
const maxResponseBytes = 64 * 1024;

/** Keeps its connections open between deliveries. */
export function createEndpoint(options: EndpointOptions): Endpoint {
  const url = new URL(options.url);
  const secure = url.protocol === "https:";
  const agentOptions = { keepAlive: true, lookup: guardedLookup(options, options.lookup) };
  const agent = secure ? new HttpsAgent({ ...agentOptions, ...options.tls }) : new HttpAgent(agentOptions);
  const request = secure ? requestHttps : requestHttp;

  async function post(body: string, headers: Readonly<Record<string, string>>): Promise<Answer> {
    const signal = AbortSignal.timeout(options.timeoutMs);
    const content = Buffer.from(body, "utf8");
    const start = () =>
      request(url, {
        method: "POST",
        agent,
        signal,
        headers: {
          "content-type": "application/json",
          "content-length": content.length,
          "user-agent": "ignite-bridge",
          ...headers,
        },
      }).end(content);
    try {
      checkLiteralAddress(url, options);
      return await answerOf(start(), signal, start);
    } catch (error) {
      return failureOf(error, signal);
    }
  }

  return { post, close: () => agent.destroy() };
}

/** The first request, or a second one where a kept connection turned out to be closed by the endpoint meanwhile. */
async function answerOf(first: ClientRequest, signal: AbortSignal, again: () => ClientRequest): Promise<Answer> {
  const response = await responseTo(first).catch((error: NodeJS.ErrnoException) => {
    if (first.reusedSocket && (error.code === "ECONNRESET" || error.code === "EPIPE") && !signal.aborted)
      return responseTo(again());
    throw error;
  });
  await discardBody(response);
  return {
    kind: "response",
    status: response.statusCode ?? 0,
    retryAfterMs: readRetryAfter(response.headers["retry-after"]),
  };
}

function responseTo(request: ClientRequest): Promise<IncomingMessage> {
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
  let connected = false;
  request.once("socket", (socket) => {
    connected = request.reusedSocket;
    // A kept connection never connects again: the listener would stay on it for good.
    if (connected) return;
    socket.once("encrypted" in socket ? "secureConnect" : "connect", () => {
      connected = true;
    });
  });
  request.once("response", resolve);
  // Stays after the first: a request that is given up may still report an error.
  request.on("error", (error) => reject(connected ? error : new NotSentError(error)));
  return promise;
}

/** The status decides, so a body that is too long or breaks off changes nothing but the connection. */
async function discardBody(response: IncomingMessage): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  let received = 0;
  response.on("data", (chunk: Buffer) => {
    received += chunk.length;
    if (received > maxResponseBytes) response.destroy();
  });
  response.on("error", () => undefined);
  response.once("close", resolve);
  return promise;
}

/** The connection was never ready for the request. */
class NotSentError extends Error {
  constructor(cause: unknown) {
    super("The request was not sent", { cause });
  }
}

function failureOf(error: unknown, signal: AbortSignal): Answer {
  const sent = !(error instanceof NotSentError);
  const cause = error instanceof NotSentError ? error.cause : error;
  if (cause instanceof BridgeError) return { kind: "failure", reason: "address-refused" };
  if (signal.aborted) return { kind: "failure", reason: sent ? "timeout" : "unreachable" };
  const { code } = cause as NodeJS.ErrnoException;
  const reason = sent ? "connection-closed" : isTlsCode(code) ? "tls-failure" : "unreachable";
  return { kind: "failure", reason, ...(code && { systemCode: code }) };
}

function isTlsCode(code = ""): boolean {
  return /^(ERR_TLS|ERR_SSL|CERT_|DEPTH_|SELF_SIGNED|UNABLE_TO|EPROTO)/.test(code);
}

/** Retry-After (RFC 9110, 10.2.3): seconds, or an HTTP date. */
export function readRetryAfter(header: string | undefined, now: number = Date.now()): number | undefined {
  if (header === undefined) return undefined;
  if (/^\s*\d+\s*$/.test(header)) return Number(header) * 1000;
  const at = Date.parse(header);
  return Number.isNaN(at) ? undefined : Math.max(0, at - now);
}
