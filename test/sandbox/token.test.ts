import { exportJWK, generateKeyPair, type JWK, type JWTPayload, SignJWT } from "jose";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type SandboxClient, tokenLifetimeSeconds } from "../../sandbox/server.ts";
import { askToken, basic, type Running, secretClient, start } from "./start.ts";

type Pair = { privateKey: CryptoKey; jwk: JWK };
let running: Running;
const pairs: Record<string, Pair> = {};

async function makePair(alg: string, kid: string): Promise<Pair> {
  const { privateKey, publicKey } = await generateKeyPair(alg);
  return { privateKey, jwk: { ...(await exportJWK(publicKey)), kid, alg } };
}
const pairOf = (name: string): Pair => {
  const pair = pairs[name];
  if (!pair) throw new RangeError(name);
  return pair;
};

beforeAll(async () => {
  for (const alg of ["ES384", "RS384", "ES256"]) pairs[alg] = await makePair(alg, `key-${alg}`);
  pairs["stranger"] = await makePair("ES384", "key-ES384");
  const clients: SandboxClient[] = [
    secretClient,
    { clientId: "old-app", clientSecret: "old", smartVersion: 1 },
    {
      clientId: "narrow-app",
      clientSecret: "narrow",
      smartVersion: 2,
      scopes: ["system/Patient.rs", "system/Encounter.crus", "system/Binary.r"],
    },
    {
      clientId: "key-app",
      jwks: { keys: ["ES384", "RS384", "ES256"].map((name) => pairOf(name).jwk) },
      smartVersion: 2,
    },
  ];
  running = await start({ hours: 0, clients, hospital: { people: 5 } });
});
afterAll(() => running.sandbox.close());

const grant = (scope: string) => ({ grant_type: "client_credentials", scope });
const narrow = basic("narrow-app", "narrow");

describe("HTTP Basic", () => {
  test("gives a bearer token for the scopes asked for", async () => {
    const { status, headers, body } = await askToken(
      running.sandbox,
      grant("system/Patient.rs system/Encounter.rs"),
      narrow,
    );
    expect(status).toBe(200);
    expect(body).toEqual({
      access_token: expect.stringMatching(/^[\w-]+\.[\w-]+\.[\w-]+$/),
      scope: "system/Patient.rs system/Encounter.rs",
      token_type: "Bearer",
      expires_in: 570,
    });
    expect(headers.get("cerner-correlation-id")).toMatch(/^[0-9a-f-]{36}$/);
    expect(headers.get("cache-control")).toBe("no-store");
  });

  test.each([
    ["what the app does not have falls silently", "system/Patient.rs system/Observation.rs", "system/Patient.rs"],
    ["a part of what it has is given", "system/Encounter.r", "system/Encounter.r"],
    ["more than it has is not", "system/Patient.cruds system/Binary.r", "system/Binary.r"],
    ["the other SMART version's syntax falls silently", "system/Patient.read system/Patient.rs", "system/Patient.rs"],
    ["there are no wildcards", "system/*.rs system/Patient.rs", "system/Patient.rs"],
    [
      "other contexts are not for a system",
      "user/Patient.rs patient/Patient.rs system/Patient.rs",
      "system/Patient.rs",
    ],
  ])("scopes: %s", async (_name, asked, granted) => {
    const { body } = await askToken(running.sandbox, grant(asked), narrow);
    expect(body["scope"]).toBe(granted);
  });

  test("an app of SMART version 1 has .read and no .rs", async () => {
    const { body } = await askToken(
      running.sandbox,
      grant("system/Patient.read system/Patient.rs"),
      basic("old-app", "old"),
    );
    expect(body["scope"]).toBe("system/Patient.read");
  });

  test.each([
    ["no header", {}, {}, 401, "invalid_client", "token:invalid-authorization-header"],
    ["not Basic", { authorization: "Bearer x" }, {}, 401, "invalid_client", "token:invalid-authorization-header"],
    [
      "no colon in it",
      { authorization: "Basic bm9jb2xvbg==" },
      {},
      401,
      "invalid_client",
      "token:invalid-authorization-header",
    ],
    ["unknown app", basic("nobody", "x"), {}, 401, "invalid_client", "token:invalid-client-credentials"],
    ["wrong secret", basic("narrow-app", "wide"), {}, 401, "invalid_client", "token:invalid-client-credentials"],
    [
      "an app with keys, by secret",
      basic("key-app", ""),
      {},
      401,
      "invalid_client",
      "token:invalid-client-credentials",
    ],
    [
      "another grant",
      narrow,
      { grant_type: "password" },
      400,
      "unsupported_grant_type",
      "token:unsupported-grant-type",
    ],
    ["no scope", narrow, { scope: "" }, 400, "invalid_scope", "token:empty-scopes"],
    [
      "only scopes that fall",
      narrow,
      { scope: "system/Patient.read system/*.rs" },
      400,
      "invalid_scope",
      "token:empty-scopes",
    ],
  ])("%s is refused", async (_name, headers, form, status, error, urn) => {
    const reply = await askToken(
      running.sandbox,
      { ...grant("system/Patient.rs"), ...form },
      headers as Record<string, string>,
    );
    expect(reply.status).toBe(status);
    expect(Object.keys(reply.body)).toEqual(["error", "error_uri"]);
    expect(reply.body["error"]).toBe(error);
    const correlation = reply.headers.get("cerner-correlation-id");
    expect(reply.body["error_uri"]).toContain(
      `/errors/${encodeURIComponent(`urn:cerner:error:authorization-server:oauth2:${urn}`)}/instances/${correlation}?client=`,
    );
    expect(reply.body["error_uri"]).toMatch(/&tenant=sim-tenant$/);
  });

  test("another tenant and another content type are refused, a caller's correlation id comes back", async () => {
    const tokenUrl = running.sandbox.tokenUrl.replace("sim-tenant", "other");
    expect((await askToken({ tokenUrl }, grant("system/Patient.rs"), narrow)).body["error"]).toBe("invalid_grant");
    const json = await askToken(running.sandbox, grant("system/Patient.rs"), {
      ...narrow,
      "content-type": "application/json",
    });
    expect(json.body["error"]).toBe("invalid_request");
    const known = await askToken(running.sandbox, grant("system/Patient.rs"), {
      ...narrow,
      "cerner-correlation-id": "mine",
    });
    expect(known.headers.get("cerner-correlation-id")).toBe("mine");
    expect((await fetch(running.sandbox.tokenUrl)).status).toBe(405);
    const large = await fetch(running.sandbox.tokenUrl, { method: "POST", body: "x".repeat(100_000) });
    expect(large.status).toBe(413);
  });
});

describe("private_key_jwt", () => {
  const nowSeconds = () => Math.floor(running.clock.now().getTime() / 1000);
  let jtiCount = 0;

  async function assertion(options: { key?: string; alg?: string; claims?: JWTPayload } = {}): Promise<string> {
    const { key = "ES384", alg = key === "stranger" ? "ES384" : key, claims = {} } = options;
    const { privateKey, jwk } = pairOf(key);
    const payload: JWTPayload = {
      iss: "key-app",
      sub: "key-app",
      aud: running.sandbox.tokenUrl,
      exp: nowSeconds() + 240,
      jti: `jti-${jtiCount++}`,
      ...claims,
    };
    for (const [name, value] of Object.entries(payload)) if (value === undefined) delete payload[name];
    return new SignJWT(payload).setProtectedHeader({ alg, kid: jwk.kid ?? "", typ: "JWT" }).sign(privateKey);
  }
  const ask = (clientAssertion: string, type = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer") =>
    askToken(running.sandbox, {
      ...grant("system/Patient.rs"),
      client_assertion_type: type,
      client_assertion: clientAssertion,
    });

  test.each(["ES384", "RS384"])("takes %s", async (key) => {
    const { status, body } = await ask(await assertion({ key }));
    expect([status, body["scope"]]).toEqual([200, "system/Patient.rs"]);
  });

  test.each([
    ["another algorithm", { key: "ES256" }, "invalid-signature"],
    ["a key that was not registered", { key: "stranger" }, "invalid-signature"],
    ["an app without keys", { claims: { iss: "narrow-app", sub: "narrow-app" } }, "unknown-client"],
    ["issuer and subject that differ", { claims: { iss: "someone" } }, "invalid-claim"],
    ["another audience", { claims: { aud: "https://example.org/token" } }, "invalid-claim"],
    ["no expiry", { claims: { exp: undefined } }, "invalid-claim"],
    ["no jti", { claims: { jti: undefined } }, "invalid-claim"],
  ])("refuses %s", async (_name, options, urn) => {
    const { status, body } = await ask(await assertion(options as Parameters<typeof assertion>[0]));
    expect([status, body["error"]]).toEqual([401, "invalid_client"]);
    expect(decodeURIComponent(String(body["error_uri"]))).toContain(`client-assertion:jwt-bearer:${urn}`);
  });

  test("refuses what has expired, or lives for long, on the hospital's clock", async () => {
    const early = await assertion();
    const expired = await ask(await assertion({ claims: { exp: nowSeconds() - 61 } }));
    expect(decodeURIComponent(String(expired.body["error_uri"]))).toContain("jwt-bearer:expired");
    const long = await ask(await assertion({ claims: { exp: nowSeconds() + 3600 } }));
    expect(decodeURIComponent(String(long.body["error_uri"]))).toContain("jwt-bearer:lifetime-too-long");
    running.clock.advance(400_000);
    expect((await ask(early)).status).toBe(401);
  });

  test("refuses the same assertion twice", async () => {
    const once = await assertion();
    expect((await ask(once)).status).toBe(200);
    const again = await ask(once);
    expect([again.status, decodeURIComponent(String(again.body["error_uri"]))]).toEqual([
      401,
      expect.stringContaining("jwt-bearer:replayed"),
    ]);
  });

  test("refuses what is no assertion", async () => {
    expect((await ask("not a token")).status).toBe(401);
    expect((await ask(await assertion(), "urn:other")).status).toBe(401);
  });
});

describe("a token", () => {
  const tokenOf = async (scope: string) =>
    String((await askToken(running.sandbox, grant(scope), narrow)).body["access_token"]);

  test("dies after 570 seconds of the hospital's clock", async () => {
    const token = await tokenOf("system/Patient.rs");
    running.clock.advance((tokenLifetimeSeconds - 1) * 1000);
    expect((await running.get("Patient?_id=1", { token })).status).toBe(200);
    running.clock.advance(1000);
    const late = await running.get("Patient?_id=1", { token });
    expect(late.status).toBe(401);
    expect(late.headers.get("www-authenticate")).toMatch(/^Bearer realm=".+", error="invalid_token"$/);
    expect(late.json()).toEqual({
      resourceType: "OperationOutcome",
      issue: [
        {
          severity: "error",
          code: "login",
          diagnostics: late.headers.get("www-authenticate"),
          location: ["http.Authorization"],
        },
      ],
    });
  });

  test("is needed: without one the gateway answers, and not in FHIR", async () => {
    const reply = await running.get("Patient?_id=1", { token: null });
    expect(reply.status).toBe(401);
    expect(reply.json()).toEqual({
      code: 401,
      message: 'code="urn:cerner:error:oauth2:resource-access:token-required"',
    });
  });

  test("opens only its own types: the rest is 403, and not FHIR", async () => {
    const token = await tokenOf("system/Patient.rs");
    for (const path of ["Observation?patient=1", "Observation/1", "Patient?_id=1&_revinclude=Provenance:target"]) {
      const reply = await running.get(path, { token });
      expect(reply.status).toBe(403);
      expect(reply.json()).toEqual({
        code: 403,
        message: expect.stringContaining('subcode="no_scope_for_resource_path"'),
      });
    }
  });

  test("with .r alone reads and does not search", async () => {
    const token = await tokenOf("system/Encounter.r");
    const id = running.hospital.truth().encounters[0]?.key;
    expect((await running.get(String(id), { token })).status).toBe(200);
    expect((await running.get("Encounter?patient=1", { token })).status).toBe(403);
  });
});
