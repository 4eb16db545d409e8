import { importJWK, type JWK, SignJWT } from "jose";
import * as v from "valibot";
import type { Source } from "../config/schema.ts";
import { BridgeError } from "../errors.ts";
import type { Fetch } from "./client.ts";
import { errorOfAnswer, errorOfSilence, unreadableAnswer } from "./errors.ts";
import { grantedTypes, requestedScopes } from "./scopes.ts";

/** Reads the source's secret; `fresh` goes past every cache. */
export type ReadSecret = (options: { fresh: boolean }) => Promise<unknown>;

export interface Token {
  readonly value: string;
  /** Resource types that may be read and searched. */
  readonly granted: ReadonlySet<string>;
  /** Epoch milliseconds. */
  readonly expiresAt: number;
}

export interface TokenSource {
  /** A token that is good for a while yet. */
  get(signal: AbortSignal): Promise<Token>;
  /** A new token in place of one that was refused, from a secret read anew. */
  renew(refused: Token, signal: AbortSignal): Promise<Token>;
}

export const clientSecretSchema = v.object({ clientId: v.string(), clientSecret: v.string() });
export const privateKeySchema = v.object({
  clientId: v.string(),
  privateKey: v.looseObject({ kty: v.string(), kid: v.string(), alg: v.picklist(["RS384", "ES384"]) }),
});

const smartConfigurationSchema = v.object({ token_endpoint: v.pipe(v.string(), v.url()) });
const tokenAnswerSchema = v.object({
  access_token: v.string(),
  expires_in: v.optional(v.number(), 570),
  scope: v.optional(v.string()),
});

/** Renewed this long before it ends, so that no request starts with a token that dies on the way. */
const renewBeforeMs = 60_000;
/** A refusal is remembered this long: every poll of a source asks for a token, and Ignite slows down who asks often. */
const refusalMs = 30_000;
const tokenTimeoutMs = 30_000;

/**
 * Tokens of one source by the OAuth 2.0 client credentials grant, found through SMART discovery. Concurrent callers
 * share one request.
 *
 * All methods throw ERR_IGNITE_UNAUTHORIZED, ERR_IGNITE_SCOPE, ERR_IGNITE_UNAVAILABLE, ERR_SECRET.
 */
export function createTokenSource(
  source: Pick<Source, "baseUrl" | "credentials" | "feeds">,
  readSecret: ReadSecret,
  fetch: Fetch = globalThis.fetch,
): TokenSource {
  let current: Token | undefined;
  let pending: Promise<Token> | undefined;
  let refusal: { error: unknown; until: number } | undefined;

  const share = (request: () => Promise<Token>): Promise<Token> => {
    if (refusal && Date.now() < refusal.until) return Promise.reject(refusal.error);
    pending ??= request()
      .then((token) => {
        current = token;
        refusal = undefined;
        return token;
      })
      .catch((error: unknown) => {
        current = undefined;
        if (isRefusal(error)) refusal = { error, until: Date.now() + refusalMs };
        throw error;
      })
      .finally(() => {
        pending = undefined;
      });
    return pending;
  };

  return {
    async get(signal) {
      if (current && Date.now() < current.expiresAt - renewBeforeMs) return current;
      return share(() => requestWithFreshSecretOnce(source, readSecret, fetch, signal));
    },
    async renew(refused, signal) {
      if (current && current !== refused) return current;
      return share(async () => requestToken(source, await readSecret({ fresh: true }), fetch, signal));
    },
  };
}

function isRefusal(error: unknown): boolean {
  return error instanceof BridgeError && !error.retryable;
}

/** A secret that was rotated since it was cached looks like a wrong one, so a refusal is only believed of a fresh one. */
async function requestWithFreshSecretOnce(
  source: Pick<Source, "baseUrl" | "credentials" | "feeds">,
  readSecret: ReadSecret,
  fetch: Fetch,
  signal: AbortSignal,
): Promise<Token> {
  const secret = await readSecret({ fresh: false });
  try {
    return await requestToken(source, secret, fetch, signal);
  } catch (error) {
    if (!(error instanceof BridgeError) || error.code !== "ERR_IGNITE_UNAUTHORIZED") throw error;
    const fresh = await readSecret({ fresh: true });
    if (JSON.stringify(fresh) === JSON.stringify(secret)) throw error;
    return requestToken(source, fresh, fetch, signal);
  }
}

async function requestToken(
  source: Pick<Source, "baseUrl" | "credentials" | "feeds">,
  secret: unknown,
  fetch: Fetch,
  signal: AbortSignal,
): Promise<Token> {
  const where = source.baseUrl;
  const endpoint = await discover(where, fetch, signal);
  const scopes = requestedScopes(source);
  const { headers, body } = await authenticate(source.credentials, secret, endpoint);
  const requestedAt = Date.now();
  const answer = await exchange({ what: "token", where }, tokenAnswerSchema, endpoint, fetch, signal, {
    method: "POST",
    headers: { ...headers, "content-type": "application/x-www-form-urlencoded", accept: "application/json" },
    body: new URLSearchParams({ grant_type: "client_credentials", scope: scopes.join(" "), ...body }).toString(),
  });
  return {
    value: answer.access_token,
    // An answer without a scope means that all were granted (RFC 6749, 5.1).
    granted: grantedTypes(answer.scope ?? scopes.join(" ")),
    expiresAt: requestedAt + answer.expires_in * 1_000,
  };
}

/** The token URL has moved before, and differs between hosts: it is never put together, only looked up. */
async function discover(baseUrl: string, fetch: Fetch, signal: AbortSignal): Promise<string> {
  const what = { what: "smart-configuration", where: baseUrl };
  const url = `${baseUrl}/.well-known/smart-configuration`;
  const found = await exchange(what, smartConfigurationSchema, url, fetch, signal, {
    headers: { accept: "application/json" },
  });
  const { protocol } = new URL(found.token_endpoint);
  // The secret goes there, so it must be no less protected than the service root of the configuration.
  if (protocol !== "https:" && protocol !== new URL(baseUrl).protocol)
    throw new BridgeError("ERR_IGNITE_DATA", { details: { ...what, problem: "token_endpoint is not https" } });
  return found.token_endpoint;
}

async function authenticate(
  { method, secret: name }: Source["credentials"],
  secret: unknown,
  audience: string,
): Promise<{ headers: Record<string, string>; body: Record<string, string> }> {
  if (method === "client_secret_basic") {
    const { clientId, clientSecret } = readShape(clientSecretSchema, secret, name);
    // Both halves are form-encoded before they are joined (RFC 6749, 2.3.1).
    const pair = [clientId, clientSecret].map((half) => encodeURIComponent(half)).join(":");
    return { headers: { authorization: `Basic ${Buffer.from(pair).toString("base64")}` }, body: {} };
  }
  const { clientId, privateKey } = readShape(privateKeySchema, secret, name);
  const assertion = await new SignJWT({})
    .setProtectedHeader({ alg: privateKey.alg, kid: privateKey.kid, typ: "JWT" })
    .setIssuer(clientId)
    .setSubject(clientId)
    .setAudience(audience)
    .setJti(crypto.randomUUID())
    .setIssuedAt()
    // SMART Backend Services, "Authenticating to the token endpoint": five minutes at the most.
    .setExpirationTime("4m")
    .sign(await importKey(privateKey as unknown as JWK, name));
  return {
    headers: {},
    body: {
      client_assertion_type: "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
      client_assertion: assertion,
    },
  };
}

async function importKey(jwk: JWK, name: string) {
  try {
    return await importJWK(jwk);
  } catch (cause) {
    throw new BridgeError("ERR_SECRET", {
      details: { secret: name, problem: "privateKey is not a usable JWK" },
      cause,
    });
  }
}

function readShape<Schema extends v.GenericSchema>(
  schema: Schema,
  secret: unknown,
  name: string,
): v.InferOutput<Schema> {
  const result = v.safeParse(schema, secret);
  if (result.success) return result.output;
  // Of the issue only the path: its message quotes what was received.
  const field = v.getDotPath(result.issues[0]) ?? "(root)";
  throw new BridgeError("ERR_SECRET", { details: { secret: name, field, problem: "missing or of the wrong kind" } });
}

async function exchange<Schema extends v.GenericSchema>(
  what: { what: string; where: string },
  schema: Schema,
  url: string,
  fetch: Fetch,
  signal: AbortSignal,
  init: RequestInit,
): Promise<v.InferOutput<Schema>> {
  let response: Response;
  let body: string;
  try {
    const deadline = AbortSignal.any([signal, AbortSignal.timeout(tokenTimeoutMs)]);
    response = await fetch(url, { ...init, redirect: "manual", signal: deadline });
    body = await response.text();
  } catch (cause) {
    throw errorOfSilence(what, cause);
  }
  if (!response.ok) throw errorOfAnswer(what, response, body);
  const result = v.safeParse(v.pipe(v.string(), v.parseJson(), schema), body);
  if (!result.success) throw unreadableAnswer(what, response, "not the agreed JSON");
  return result.output;
}
