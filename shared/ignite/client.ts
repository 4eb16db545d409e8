import type { Source } from "../config/schema.ts";
import { BridgeError } from "../errors.ts";
import type { Resource } from "../fhir.ts";
import { parseJson } from "../json.ts";
import { errorOfAnswer, errorOfSilence, unreadableAnswer } from "./errors.ts";
import { type Limit, limitConcurrency } from "./limit.ts";
import { collectPages, type Page, readPage, type SearchResult } from "./paging.ts";
import { defaultRetryPolicy, type RetryPolicy, withRetries } from "./retry.ts";
import type { SearchParameters } from "./searches.ts";
import { createTokenSource, type ReadSecret, type Token, type TokenSource } from "./token.ts";

export interface IgniteOptions {
  readonly readSecret: ReadSecret;
  /** Requests at a time to this source. */
  readonly concurrency?: number;
  /** CloudFront gives up on the server after 57 to 90 seconds. */
  readonly timeoutMs?: number;
  readonly pageLimit?: number;
  readonly retryPolicy?: RetryPolicy;
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
  /** One resource by id, or nothing where there is none or none that this account may see. */
  read(resourceType: string, id: string): Promise<Resource | undefined>;
  /** The resource types that the token covers. */
  granted(): Promise<ReadonlySet<string>>;
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
  readonly tokens: TokenSource;
  readonly limit: Limit;
  readonly timeoutMs: number;
  readonly pageLimit: number;
  readonly retryPolicy: RetryPolicy;
}

export function createIgnite(
  source: Pick<Source, "baseUrl" | "credentials" | "feeds">,
  options: IgniteOptions,
): Ignite {
  const connection: Connection = {
    source,
    tokens: createTokenSource(source, options.readSecret),
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
  const request = (exchange: Exchange, url: string): Promise<Answer> =>
    getWithToken(connection, exchange, url, signal, () => {
      requests += 1;
    });

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
        if (error instanceof BridgeError && (error.details["status"] === 404 || error.details["status"] === 410))
          return;
        throw error;
      }
    },

    async granted() {
      return (await tokens.get(signal)).granted;
    },

    get requests() {
      return requests;
    },
  };
}

/** A token may die while a long crawl goes on, and may be revoked at any time: one refusal leads to one new token. */
async function getWithToken(
  connection: Connection,
  exchange: Exchange,
  url: string,
  signal: AbortSignal,
  count: () => void,
): Promise<Answer> {
  const { tokens } = connection;
  const attempt = (token: Token) =>
    withRetries(
      () => {
        count();
        return connection.limit(() => get(connection, exchange, url, token, signal));
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
  { timeoutMs }: Connection,
  exchange: Exchange,
  url: string,
  token: Token,
  signal: AbortSignal,
): Promise<Answer> {
  let response: Response;
  let text: string;
  try {
    response = await fetch(url, {
      headers: { accept: "application/fhir+json", authorization: `Bearer ${token.value}` },
      redirect: "manual",
      signal: AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]),
    });
    text = await response.text();
  } catch (cause) {
    throw errorOfSilence(exchange, cause);
  }
  if (!response.ok) throw errorOfAnswer(exchange, response, text);
  let body: unknown;
  try {
    body = parseJson(text);
  } catch {
    throw unreadableAnswer(exchange, response, "not JSON");
  }
  if (typeof body !== "object" || body === null) throw unreadableAnswer(exchange, response, "not a JSON object");
  return { response, body };
}
