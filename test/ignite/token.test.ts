import { decodeJwt, decodeProtectedHeader, exportJWK, generateKeyPair, importJWK, jwtVerify } from "jose";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { Source } from "../../shared/config/schema.ts";
import { createTokenSource } from "../../shared/ignite/token.ts";
import { startTinyIgnite, type TinyIgnite } from "./support/tiny-ignite.ts";

let ignite: TinyIgnite;
beforeEach(async () => {
  ignite = await startTinyIgnite();
});
afterEach(async () => {
  vi.useRealTimers();
  await ignite.close();
});

const signal = new AbortController().signal;
const secret = { clientId: "client", clientSecret: "s3cret" };

function source(credentials: Partial<Source["credentials"]> = {}) {
  return {
    baseUrl: ignite.baseUrl,
    credentials: { method: "client_secret_basic", secret: "general", smartVersion: 2, ...credentials } as const,
    feeds: ["Encounter", "Observation"] as Source["feeds"],
  };
}

function wrongSecret(path: string) {
  if (path !== "/token") return undefined;
  const urn = encodeURIComponent("urn:cerner:error:authorization-server:oauth2:token:invalid_client_credentials");
  return { status: 401, body: { error: "invalid_client", error_uri: `https://auth.example.org/errors/${urn}` } };
}

describe("the request", () => {
  test("goes where discovery says, with HTTP Basic, for the configured feeds and who and where alone", async () => {
    await createTokenSource(source(), async () => secret).get(signal);
    const [request] = ignite.tokenRequests;
    expect(request?.authorization).toBe(`Basic ${Buffer.from("client:s3cret").toString("base64")}`);
    expect(Object.fromEntries(request?.form ?? [])).toEqual({
      grant_type: "client_credentials",
      scope: "system/Patient.rs system/Encounter.rs system/Observation.rs system/Practitioner.rs system/Location.rs",
    });
  });

  test("asks for what comes along with a feed: files, which can only be read, and organizations", async () => {
    const feeds: Source["feeds"] = ["DocumentReference", "Coverage"];
    await createTokenSource({ ...source(), feeds }, async () => secret).get(signal);
    const scopes = ignite.tokenRequests[0]?.form.get("scope")?.split(" ");
    expect(scopes).toEqual(expect.arrayContaining(["system/Binary.r", "system/Organization.rs"]));
  });

  test("asks in the form of SMART version 1 where the app was registered so", async () => {
    await createTokenSource(source({ smartVersion: 1 }), async () => secret).get(signal);
    expect(ignite.tokenRequests[0]?.form.get("scope")).toContain("system/Encounter.read");
  });

  test.each(["RS384", "ES384"])("is signed with %s where the app has a key", async (alg) => {
    const { privateKey, publicKey } = await generateKeyPair(alg, { extractable: true });
    const key = { ...(await exportJWK(privateKey)), kid: "key-1", alg };
    await createTokenSource(source({ method: "private_key_jwt" }), async () => ({
      clientId: "client",
      privateKey: key,
    })).get(signal);
    const [request] = ignite.tokenRequests;
    const assertion = request?.form.get("client_assertion") ?? "";
    expect(request?.authorization).toBeUndefined();
    expect(request?.form.get("client_assertion_type")).toBe("urn:ietf:params:oauth:client-assertion-type:jwt-bearer");
    expect(decodeProtectedHeader(assertion)).toMatchObject({ alg, kid: "key-1", typ: "JWT" });
    const { payload } = await jwtVerify(assertion, await importJWK({ ...(await exportJWK(publicKey)), alg }), {
      audience: `${ignite.baseUrl}/token`,
      issuer: "client",
      subject: "client",
    });
    expect(payload.jti).toBeTruthy();
    expect((payload.exp ?? 0) - (payload.iat ?? 0)).toBeLessThanOrEqual(300);
  });

  test("never carries the same jti twice", async () => {
    const { privateKey } = await generateKeyPair("ES384", { extractable: true });
    const key = { ...(await exportJWK(privateKey)), kid: "key-1", alg: "ES384" };
    const tokens = createTokenSource(source({ method: "private_key_jwt" }), async () => ({
      clientId: "client",
      privateKey: key,
    }));
    await tokens.renew(await tokens.get(signal), signal);
    const ids = ignite.tokenRequests.map(({ form }) => decodeJwt(form.get("client_assertion") ?? "").jti);
    expect(new Set(ids).size).toBe(2);
  });
});

describe("the token", () => {
  test("is kept until shortly before it ends, by the calendar clock", async () => {
    vi.useFakeTimers({ toFake: ["Date"], now: Date.parse("2026-11-23T15:00:00Z") });
    const tokens = createTokenSource(source(), async () => secret);
    const first = await tokens.get(signal);
    vi.setSystemTime(Date.parse("2026-11-23T15:08:20Z"));
    expect(await tokens.get(signal)).toBe(first);
    vi.setSystemTime(Date.parse("2026-11-23T15:08:35Z"));
    expect((await tokens.get(signal)).value).not.toBe(first.value);
  });

  test("is asked for once, however many want it", async () => {
    const tokens = createTokenSource(source(), async () => secret);
    const all = await Promise.all(Array.from({ length: 20 }, () => tokens.get(signal)));
    expect(new Set(all).size).toBe(1);
    expect(ignite.tokenRequests).toHaveLength(1);
  });

  test("is renewed with a fresh secret, once for all who were refused with it", async () => {
    const fresh: boolean[] = [];
    const tokens = createTokenSource(source(), async (options) => {
      fresh.push(options.fresh);
      return secret;
    });
    const refused = await tokens.get(signal);
    const [one, two] = await Promise.all([tokens.renew(refused, signal), tokens.renew(refused, signal)]);
    expect(one).toBe(two);
    expect(await tokens.renew(refused, signal)).toBe(one);
    expect(fresh).toEqual([false, true]);
  });

  test("says which types it covers, in whichever form they are granted", async () => {
    ignite.scope =
      "system/Patient.read system/Encounter.rs system/Location.r system/Observation.cruds system/Binary.r openid";
    const { granted } = await createTokenSource(source(), async () => secret).get(signal);
    expect([...granted]).toEqual(["Patient", "Encounter", "Observation", "Binary"]);
  });
});

describe("what goes wrong", () => {
  test("a secret that was rotated is read anew before a refusal is believed", async () => {
    let read = 0;
    const tokens = createTokenSource(source(), async () => {
      read += 1;
      return read === 1 ? { ...secret, clientSecret: "old" } : secret;
    });
    ignite.fault = (path) => (read === 1 ? wrongSecret(path) : undefined);
    expect((await tokens.get(signal)).value).toMatch(/^token-/);
    expect(read).toBe(2);
  });

  test("wrong credentials are told with the server's own reason, and not asked about at every poll", async () => {
    ignite.fault = wrongSecret;
    const tokens = createTokenSource(source(), async () => secret);
    await expect(tokens.get(signal)).rejects.toMatchObject({
      code: "ERR_IGNITE_UNAUTHORIZED",
      details: { what: "token", where: ignite.baseUrl, urn: expect.stringContaining("invalid_client_credentials") },
    });
    const asked = ignite.requests.length;
    await expect(tokens.get(signal)).rejects.toMatchObject({ code: "ERR_IGNITE_UNAUTHORIZED" });
    expect(ignite.requests).toHaveLength(asked);
  });

  test("a secret of another shape is named by its field and never quoted", async () => {
    const failure = await createTokenSource(source(), async () => ({ clientId: "client", secret: "s3cret" }))
      .get(signal)
      .catch((error: unknown) => error);
    expect(failure).toMatchObject({ code: "ERR_SECRET", details: { secret: "general", field: "clientSecret" } });
    expect(JSON.stringify(failure)).not.toContain("s3cret");
  });

  test("a key that is no key is told without quoting it", async () => {
    const privateKey = { kty: "RSA", kid: "1", alg: "RS384", d: "s3cret" };
    const tokens = createTokenSource(source({ method: "private_key_jwt" }), async () => ({
      clientId: "client",
      privateKey,
    }));
    await expect(tokens.get(signal)).rejects.toMatchObject({ code: "ERR_SECRET" });
  });

  test("a tenant that does not answer is named", async () => {
    await ignite.close();
    await expect(createTokenSource(source(), async () => secret).get(signal)).rejects.toMatchObject({
      code: "ERR_IGNITE_UNAVAILABLE",
      details: { what: "smart-configuration", where: ignite.baseUrl, problem: "ECONNREFUSED" },
    });
  });

  test("a page in place of the discovery document is told", async () => {
    ignite.fault = (path) => (path.startsWith("/.well-known") ? { body: "<html></html>" } : undefined);
    await expect(createTokenSource(source(), async () => secret).get(signal)).rejects.toMatchObject({
      code: "ERR_IGNITE_UNAVAILABLE",
      details: { what: "smart-configuration" },
    });
  });
});
