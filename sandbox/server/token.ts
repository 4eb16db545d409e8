import { createLocalJWKSet, exportJWK, generateKeyPair, type JWK, jwtVerify, SignJWT } from "jose";
import { JOSEError, JWTExpired } from "jose/errors";
import type { Clock } from "../clock.ts";
import type { Random } from "../random.ts";
import { type Answer, jsonAnswer } from "./answers.ts";
import { advertised } from "./capability.ts";

/** An app that is registered with the authorization server, as a system account. */
export interface SandboxClient {
  clientId: string;
  /** For HTTP Basic. */
  clientSecret?: string;
  /** For `private_key_jwt`: its public keys, as they were registered. */
  jwks?: { keys: JWK[] };
  /** Without it, every type that can be read. */
  scopes?: readonly string[];
  /** Chosen at registration: 1 has `system/X.read`, 2 has `system/X.rs`. */
  smartVersion: 1 | 2;
}

export interface Grant {
  clientId: string;
  scopes: readonly string[];
  expiresAt: number;
}

export interface TokenRequest {
  tenant: string;
  authorization: string | undefined;
  contentType: string | undefined;
  body: string;
  correlationId: string | undefined;
}

export interface Authorization {
  token(request: TokenRequest): Promise<Answer>;
  /** What a bearer token allows, if it lives. */
  grantOf(token: string): Grant | undefined;
  revoke(token: string): void;
  keys(): { keys: JWK[] };
}

export const tokenLifetimeSeconds = 570;
const assertionType = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
const assertionLifetimeSeconds = 300;
const clockSkewSeconds = 60;

/** A refusal: OAuth code, the end of the URN that tells more, HTTP status. */
class Refusal extends Error {
  readonly error: string;
  readonly urn: string;
  readonly status: number;
  readonly client: string;
  constructor(error: string, urn: string, status: number, client = "unknown") {
    super(urn);
    this.error = error;
    this.urn = urn;
    this.status = status;
    this.client = client;
  }
}

export async function createAuthorization(options: {
  clients: readonly SandboxClient[];
  tenant: string;
  clock: Clock;
  random: Random;
  tokenUrl(): string;
}): Promise<Authorization> {
  const { clients, tenant, clock, random, tokenUrl } = options;
  const grants = new Map<string, Grant>();
  const usedAssertions = new Map<string, number>();
  const { privateKey, publicKey } = await generateKeyPair("ES256");
  const kid = random.uuid();
  const publicJwk: JWK = { ...(await exportJWK(publicKey)), kid, alg: "ES256", use: "sig" };
  const nowSeconds = () => Math.floor(clock.now().getTime() / 1000);

  async function authenticate(request: TokenRequest, form: URLSearchParams): Promise<SandboxClient> {
    const assertion = form.get("client_assertion");
    if (assertion !== null) return byAssertion(assertion, form.get("client_assertion_type"));
    const [, encoded] = /^Basic ([A-Za-z0-9+/=]+)$/.exec(request.authorization ?? "") ?? [];
    const credentials = Buffer.from(encoded ?? "", "base64").toString("utf8");
    const colon = credentials.indexOf(":");
    if (colon < 0) throw new Refusal("invalid_client", "token:invalid-authorization-header", 401);
    const [clientId, secret] = [credentials.slice(0, colon), credentials.slice(colon + 1)];
    const client = clients.find((each) => each.clientId === clientId);
    if (!client || client.clientSecret === undefined || client.clientSecret !== secret)
      throw new Refusal("invalid_client", "token:invalid-client-credentials", 401, clientId);
    return client;
  }

  async function byAssertion(assertion: string, type: string | null): Promise<SandboxClient> {
    const refuse = (urn: string, client?: string) =>
      new Refusal("invalid_client", `client-assertion:jwt-bearer:${urn}`, 401, client);
    if (type !== assertionType) throw refuse("invalid-assertion-type");
    const clientId = subjectOf(assertion);
    const client = clients.find((each) => each.clientId === clientId);
    if (!client?.jwks) throw refuse("unknown-client", clientId);
    const now = nowSeconds();
    const { payload } = await jwtVerify(assertion, createLocalJWKSet(client.jwks), {
      algorithms: ["RS384", "ES384"],
      issuer: client.clientId,
      subject: client.clientId,
      audience: tokenUrl(),
      requiredClaims: ["exp", "jti"],
      currentDate: clock.now(),
      clockTolerance: clockSkewSeconds,
    }).catch((error: unknown) => {
      if (error instanceof JWTExpired) throw refuse("expired", client.clientId);
      if (!(error instanceof JOSEError)) throw error;
      throw refuse(
        error.code === "ERR_JWT_CLAIM_VALIDATION_FAILED" ? "invalid-claim" : "invalid-signature",
        client.clientId,
      );
    });
    const { exp = 0, jti = "" } = payload;
    if (exp > now + assertionLifetimeSeconds + clockSkewSeconds) throw refuse("lifetime-too-long", client.clientId);
    if (usedAssertions.has(`${clientId} ${jti}`)) throw refuse("replayed", client.clientId);
    for (const [used, until] of usedAssertions) if (until < now) usedAssertions.delete(used);
    usedAssertions.set(`${clientId} ${jti}`, exp + clockSkewSeconds);
    return client;
  }

  async function issue(client: SandboxClient, scopes: readonly string[]): Promise<string> {
    const now = nowSeconds();
    const token = await new SignJWT({ scope: scopes.join(" "), tenant })
      .setProtectedHeader({ alg: "ES256", kid, typ: "JWT" })
      .setIssuer(tokenUrl().split("/protocols/")[0] ?? "")
      .setSubject(client.clientId)
      .setIssuedAt(now)
      .setExpirationTime(now + tokenLifetimeSeconds)
      .setJti(random.uuid())
      .sign(privateKey);
    for (const [old, grant] of grants) if (grant.expiresAt <= now * 1000) grants.delete(old);
    grants.set(token, { clientId: client.clientId, scopes, expiresAt: (now + tokenLifetimeSeconds) * 1000 });
    return token;
  }

  return {
    async token(request) {
      const correlation = request.correlationId ?? random.uuid();
      const headers = { "Cerner-Correlation-ID": correlation, "Cache-Control": "no-store" };
      try {
        if (request.tenant !== tenant) throw new Refusal("invalid_grant", "token:tenant-invalid", 400);
        if (!request.contentType?.startsWith("application/x-www-form-urlencoded"))
          throw new Refusal("invalid_request", "token:invalid-content-type", 400);
        const form = new URLSearchParams(request.body);
        const client = await authenticate(request, form);
        if (form.get("grant_type") !== "client_credentials")
          throw new Refusal("unsupported_grant_type", "token:unsupported-grant-type", 400, client.clientId);
        const scopes = grantedScopes(client, form.get("scope") ?? "");
        if (scopes.length === 0) throw new Refusal("invalid_scope", "token:empty-scopes", 400, client.clientId);
        const token = await issue(client, scopes);
        const answer = jsonAnswer({
          access_token: token,
          scope: scopes.join(" "),
          token_type: "Bearer",
          expires_in: tokenLifetimeSeconds,
        });
        return { ...answer, headers: { ...answer.headers, ...headers } };
      } catch (error) {
        if (!(error instanceof Refusal)) throw error;
        const urn = encodeURIComponent(`urn:cerner:error:authorization-server:oauth2:${error.urn}`);
        const origin = new URL(tokenUrl()).origin;
        const answer = jsonAnswer(
          {
            error: error.error,
            error_uri: `${origin}/errors/${urn}/instances/${correlation}?client=${encodeURIComponent(error.client)}&tenant=${request.tenant}`,
          },
          error.status,
        );
        return { ...answer, headers: { ...answer.headers, ...headers } };
      }
    },
    grantOf(token) {
      const grant = grants.get(token);
      return grant && grant.expiresAt > clock.now().getTime() ? grant : undefined;
    },
    revoke(token) {
      grants.delete(token);
    },
    keys: () => ({ keys: [publicJwk] }),
  };
}

function subjectOf(assertion: string): string {
  const [, payload = ""] = assertion.split(".");
  try {
    const claims: unknown = JSON.parse(Buffer.from(payload, "base64url").toString("utf8"));
    const { sub } = (claims ?? {}) as { sub?: unknown };
    return typeof sub === "string" ? sub : "unknown";
  } catch {
    // Not a JWT at all: no client has signed it.
    return "unknown";
  }
}

const scopeShape = /^system\/([A-Za-z]+)\.([a-z]+)$/;

/** Those of the scopes asked for that the app has and whose syntax is that of its SMART version; others fall silently. */
function grantedScopes(client: SandboxClient, asked: string): string[] {
  const registered = client.scopes ?? systemScopes([...advertised.keys()], client.smartVersion);
  return asked.split(" ").filter((scope) => {
    const [, type, access = ""] = scopeShape.exec(scope) ?? [];
    const isVersion1 = access === "read" || access === "write";
    if (!type || isVersion1 !== (client.smartVersion === 1)) return false;
    return registered.some((each) => {
      const [, registeredType, registeredAccess = ""] = scopeShape.exec(each) ?? [];
      if (registeredType !== type) return false;
      return isVersion1
        ? registeredAccess === access
        : [...access].every((letter) => registeredAccess.includes(letter));
    });
  });
}

/** The scopes by which an app of that SMART version reads these types. */
export function systemScopes(types: readonly string[], smartVersion: 1 | 2): string[] {
  return types.map((type) => `system/${type}.${smartVersion === 1 ? "read" : "rs"}`);
}

/** Whether the scopes allow to read (`r`) or to search (`s`) a type. */
export function allows({ scopes }: Grant, type: string, access: "r" | "s"): boolean {
  return scopes.some((scope) => {
    const [, scopeType, letters = ""] = scopeShape.exec(scope) ?? [];
    return scopeType === type && (letters === "read" || (letters !== "write" && letters.includes(access)));
  });
}
