import type { Source } from "../config/schema.ts";
import { BridgeError } from "../errors.ts";
import type { Resource } from "../fhir.ts";
import { parseJson } from "../json.ts";
import { type Advertised, advertisedBy } from "./advertised.ts";
import { errorOfAnswer, errorOfSilence, unreadableAnswer } from "./errors.ts";
import { type Limit, limitConcurrency } from "./limit.ts";
import { collectPages, type Page, readPage, type SearchResult } from "./paging.ts";
import { defaultRetryPolicy, type RetryPolicy, withRetries } from "./retry.ts";
import type { SearchParameters } from "./searches.ts";
import { createTokenSource, type ReadSecret, type Token, type TokenSource } from "./token.ts";

/** As the global one: it takes a URL and what to send. */
export type Fetch = (url: string, init: RequestInit) => Promise<Response>;

export interface IgniteOptions {
  readonly readSecret: ReadSecret;
  /** Requests at a time to this source. */
  readonly concurrency?: number;
  /** CloudFront gives up on the server after 57 to 90 seconds. */
  readonly timeoutMs?: number;
  readonly pageLimit?: number;
  readonly retryPolicy?: RetryPolicy;
  /** In place of the network's. */
  readonly fetch?: Fetch;
}

/** One source, for as long as a process lives: it keeps the token and the concurrency limit. */
export interface Ignite {
  /** A series of requests that one signal can stop and that are counted together. */
  session(signal: AbortSignal): IgniteSession;
}

/**
 * All methods throw ERR_IGNITE_UNAUTHORIZED, ERR_IGNITE_SCOPE, ERR_IGNITE_THROTTLED, ERR_IGNITE_UNAVAILABLE,
 * ERR_IGNITE_REFUSED, ERR_IGNITE_DATA, ERR_SECRET. Transient faults have been retried by then.
 */
export interface IgniteSession {
  /** All pages of a search. */
  search(resourceType: string, parameters: SearchParameters): Promise<SearchResult>;
  /** One resource by id; `gone` where it was deleted, nothing where there is none or none that this account may see. */
  read(resourceType: string, id: string): Promise<Resource | "gone" | undefined>;
  /**
   * The file behind an attachment, as a Binary whose id is that of the URL. `too-large` where it is longer than
   * `limitBytes`, `elsewhere` where the URL is not one of this tenant's and so gets no token, `missing` where there is
   * none or none that this account may see.
   */
  readBinary(
    attachment: fhir4.Attachment,
    limitBytes: number,
  ): Promise<fhir4.Binary | "too-large" | "elsewhere" | "missing">;
  /** The resource types that the token covers. */
  granted(): Promise<ReadonlySet<string>>;
  /** The search parameters that the tenant advertises, or nothing where it does not say. Asked for once. */
  advertised(): Promise<Advertised | undefined>;
  /** FHIR requests made so far, retries included. */
  readonly requests: number;
}

interface Exchange {
  readonly what: string;
  readonly where: string;
}
interface Answer {
  readonly response: Response;
  readonly body: unknown;
}
interface Connection {
  readonly source: Pick<Source, "baseUrl">;
  readonly fetch: Fetch;
  readonly tokens: TokenSource;
  /** What the tenant advertises, once it was asked, and until when that is good (by the process's clock). */
  advertised?: { readonly answer: Promise<Advertised | undefined>; readonly until: number };
  readonly limit: Limit;
  readonly timeoutMs: number;
  readonly pageLimit: number;
  readonly retryPolicy: RetryPolicy;
}

export function createIgnite(
  source: Pick<Source, "baseUrl" | "credentials" | "feeds">,
  options: IgniteOptions,
): Ignite {
  const fetch = options.fetch ?? globalThis.fetch;
  const connection: Connection = {
    source,
    fetch,
    tokens: createTokenSource(source, options.readSecret, fetch),
    limit: limitConcurrency(options.concurrency ?? 8),
    timeoutMs: options.timeoutMs ?? 90_000,
    pageLimit: options.pageLimit ?? 1_000,
    retryPolicy: options.retryPolicy ?? defaultRetryPolicy,
  };
  return { session: (signal) => openSession(connection, signal) };
}

function openSession(connection: Connection, signal: AbortSignal): IgniteSession {
  const { source, tokens, pageLimit } = connection;
  let requests = 0;
  const count = () => {
    requests += 1;
  };
  const request = (exchange: Exchange, url: string): Promise<Answer> =>
    getWithToken(connection, exchange, url, signal, count, get);

  return {
    async search(resourceType, parameters) {
      const exchange = { what: resourceType, where: source.baseUrl };
      const first = `${source.baseUrl}/${resourceType}?${new URLSearchParams(parameters as [string, string][])}`;
      const next = async (url: string): Promise<Page> => {
        const { response, body } = await request(exchange, url);
        const page = readPage(body, response.headers.get("date"));
        if (page === undefined) throw unreadableAnswer(exchange, response, "not a search Bundle");
        return page;
      };
      return collectPages(first, next, { ...exchange, pageLimit });
    },

    async read(resourceType, id) {
      const exchange = { what: resourceType, where: source.baseUrl };
      try {
        const { response, body } = await request(
          exchange,
          `${source.baseUrl}/${resourceType}/${encodeURIComponent(id)}`,
        );
        if ((body as Partial<Resource>).resourceType !== resourceType)
          throw unreadableAnswer(exchange, response, "another resource than was asked for");
        return body as Resource;
      } catch (error) {
        if (error instanceof BridgeError && error.details["status"] === 410) return "gone";
        if (isNotThere(error)) return;
        throw error;
      }
    },

    async readBinary({ url = "", contentType }, limitBytes) {
      // A longer path or a query would be another thing than a file; the token goes along, so it must be this tenant.
      if (!url.startsWith(`${source.baseUrl}/Binary/`)) return "elsewhere";
      const exchange = { what: "Binary", where: source.baseUrl };
      try {
        return await getWithToken(connection, exchange, url, signal, count, (...parameters) =>
          getBinary(...parameters, { contentType, limitBytes }),
        );
      } catch (error) {
        if (isNotThere(error)) return "missing";
        throw error;
      }
    },

    async advertised() {
      const known = connection.advertised;
      if (known !== undefined && performance.now() < known.until) return known.answer;
      count();
      const answer = getMetadata(connection, signal);
      connection.advertised = { answer, until: performance.now() + untoldMs };
      // A tenant that is away tells so to the searches, and one that does not say is taken to offer everything.
      const told = await answer.catch(() => undefined);
      connection.advertised = { answer: Promise.resolve(told), until: performance.now() + (told ? toldMs : untoldMs) };
      return told;
    },

    async granted() {
      return (await tokens.get(signal)).granted;
    },

    get requests() {
      return requests;
    },
  };
}

/** What a tenant advertises changes with its releases, a few times a year. */
const toldMs = 24 * 3_600_000;
const untoldMs = 300_000;

function isNotThere(error: unknown): boolean {
  return error instanceof BridgeError && (error.details["status"] === 404 || error.details["status"] === 410);
}

/** A token may die while a long crawl goes on, and may be revoked at any time: one refusal leads to one new token. */
async function getWithToken<Result>(
  connection: Connection,
  exchange: Exchange,
  url: string,
  signal: AbortSignal,
  count: () => void,
  ask: (connection: Connection, exchange: Exchange, url: string, token: Token, signal: AbortSignal) => Promise<Result>,
): Promise<Result> {
  const { tokens } = connection;
  const attempt = (token: Token) =>
    withRetries(
      () => {
        count();
        return connection.limit(() => ask(connection, exchange, url, token, signal));
      },
      signal,
      connection.retryPolicy,
    );
  const token = await tokens.get(signal);
  try {
    return await attempt(token);
  } catch (error) {
    if (!(error instanceof BridgeError) || error.code !== "ERR_IGNITE_UNAUTHORIZED") throw error;
    return attempt(await tokens.renew(token, signal));
  }
}

async function get(
  connection: Connection,
  exchange: Exchange,
  url: string,
  token: Token,
  signal: AbortSignal,
): Promise<Answer> {
  const response = await send(connection, exchange, url, signal, {
    accept: fhirJson,
    authorization: `Bearer ${token.value}`,
  });
  const body = bodyOf(exchange, response, await textOf(exchange, response));
  return { response, body };
}

const fhirJson = "application/fhir+json";

async function getMetadata(connection: Connection, signal: AbortSignal): Promise<Advertised | undefined> {
  const exchange = { what: "metadata", where: connection.source.baseUrl };
  const response = await connection.limit(() =>
    send(connection, exchange, `${connection.source.baseUrl}/metadata`, signal, { accept: fhirJson }),
  );
  return advertisedBy(bodyOf(exchange, response, await textOf(exchange, response)));
}

/** Base64 holds three bytes in four characters; beside it stand the id, the type and the braces. */
const wrapping = { factor: 4 / 3, bytes: 4_096 };

async function getBinary(
  connection: Connection,
  exchange: Exchange,
  url: string,
  token: Token,
  signal: AbortSignal,
  { contentType, limitBytes }: { contentType: string | undefined; limitBytes: number },
): Promise<fhir4.Binary | "too-large"> {
  const response = await send(connection, exchange, url, signal, {
    accept: fhirJson,
    authorization: `Bearer ${token.value}`,
  });
  if (!response.ok) throw errorOfAnswer(exchange, response, await textOf(exchange, response));
  const bytes = await bytesOf(exchange, response, limitBytes * wrapping.factor + wrapping.bytes);
  if (bytes === undefined) return "too-large";
  const answered = response.headers.get("content-type") ?? "";
  const isWrapped = answered.startsWith(fhirJson);
  const wrapped = isWrapped ? bodyOf(exchange, response, new TextDecoder().decode(bytes)) : undefined;
  const {
    resourceType = "Binary",
    data = Buffer.from(bytes).toString("base64"),
    ...rest
  } = (wrapped as Partial<fhir4.Binary> | undefined) ?? {};
  if (resourceType !== "Binary" || typeof data !== "string")
    throw unreadableAnswer(exchange, response, "another resource than was asked for");
  if (Buffer.byteLength(data, "base64") > limitBytes) return "too-large";
  return {
    resourceType,
    id: url.slice(url.lastIndexOf("/") + 1),
    contentType: rest.contentType ?? (isWrapped ? (contentType ?? "") : answered),
    data,
  };
}

async function send(
  { fetch, timeoutMs }: Connection,
  exchange: Exchange,
  url: string,
  signal: AbortSignal,
  headers: Record<string, string>,
): Promise<Response> {
  try {
    const deadline = AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]);
    return await fetch(url, { headers, redirect: "manual", signal: deadline });
  } catch (cause) {
    throw errorOfSilence(exchange, cause);
  }
}

async function textOf(exchange: Exchange, response: Response): Promise<string> {
  try {
    return await response.text();
  } catch (cause) {
    throw errorOfSilence(exchange, cause);
  }
}

/** The body, or nothing where it goes on beyond the limit: then the rest is not taken. */
async function bytesOf(exchange: Exchange, response: Response, limitBytes: number): Promise<Uint8Array | undefined> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  try {
    for await (const chunk of response.body ?? []) {
      size += chunk.byteLength;
      if (size > limitBytes) return undefined;
      chunks.push(chunk);
    }
  } catch (cause) {
    throw errorOfSilence(exchange, cause);
  }
  return Buffer.concat(chunks);
}

function bodyOf(exchange: Exchange, response: Response, text: string): unknown {
  if (!response.ok) throw errorOfAnswer(exchange, response, text);
  let body: unknown;
  try {
    body = parseJson(text);
  } catch {
    throw unreadableAnswer(exchange, response, "not JSON");
  }
  if (typeof body !== "object" || body === null) throw unreadableAnswer(exchange, response, "not a JSON object");
  return body;
}
