import { readFileSync } from "node:fs";
import { Webhook } from "standardwebhooks";
import * as v from "valibot";
import { describe, expect, test } from "vitest";
import { signWebhook, webhookSecretSchema } from "../../shared/webhook/signing.ts";

interface Vector {
  name: string;
  signingKey: string;
  previousSigningKey?: string;
  id: string;
  timestamp: number;
  body: string;
  signature: string;
}

/** Made with Python's hmac; any implementation in any language has to agree with them. */
const vectors: Vector[] = JSON.parse(readFileSync(new URL("./signature-vectors.json", import.meta.url), "utf8"));

test.each(vectors)("signs as the vector says: $name", ({ id, body, timestamp, signature, ...secret }) => {
  expect(signWebhook({ id, body }, secret, new Date(timestamp * 1000 + 999))).toEqual({
    "webhook-id": id,
    "webhook-timestamp": String(timestamp),
    "webhook-signature": signature,
  });
});

describe("the verifier of Standard Webhooks", () => {
  const [first, second] = [vectors[0], vectors[2]].map((each) => each?.signingKey ?? "") as [string, string];
  const message = { id: "0123456789ABCDEFGHJK", body: '{"type":"patient.updated","data":{"name":"Müller"}}' };

  test("accepts what was signed", () => {
    const headers = signWebhook(message, { signingKey: first }, new Date());
    expect(new Webhook(first).verify(message.body, { ...headers })).toEqual(JSON.parse(message.body));
  });

  test("accepts both keys while one replaces the other", () => {
    const headers = { ...signWebhook(message, { signingKey: second, previousSigningKey: first }, new Date()) };
    for (const key of [first, second]) expect(() => new Webhook(key).verify(message.body, headers)).not.toThrow();
  });

  test("refuses another body, another id and another key", () => {
    const headers = { ...signWebhook(message, { signingKey: first }, new Date()) };
    expect(() => new Webhook(first).verify(`${message.body} `, headers)).toThrow();
    expect(() => new Webhook(first).verify(message.body, { ...headers, "webhook-id": "OTHER" })).toThrow();
    expect(() => new Webhook(second).verify(message.body, headers)).toThrow();
  });

  test("refuses an attempt of ten minutes ago: each attempt has a time of its own", () => {
    const headers = signWebhook(message, { signingKey: first }, new Date(Date.now() - 600_000));
    expect(() => new Webhook(first).verify(message.body, { ...headers })).toThrow();
  });
});

describe("a secret", () => {
  const key = (length: number) => `whsec_${Buffer.alloc(length, 7).toString("base64")}`;

  test.each([24, 32, 64])("may be %d bytes", (length) => {
    expect(v.is(webhookSecretSchema, { signingKey: key(length), previousSigningKey: key(32) })).toBe(true);
  });

  test.each([
    ["too short", { signingKey: key(23) }],
    ["too long", { signingKey: key(65) }],
    ["empty", { signingKey: "whsec_" }],
    ["without its prefix", { signingKey: Buffer.alloc(32).toString("base64") }],
    ["not base64", { signingKey: "whsec_%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%" }],
    ["missing", {}],
    ["with a bad old key", { signingKey: key(32), previousSigningKey: "whsec_" }],
  ])("may not be %s", (_what, secret) => {
    expect(v.is(webhookSecretSchema, secret)).toBe(false);
  });
});
