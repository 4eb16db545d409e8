import { createHash, createHmac } from "node:crypto";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import { createBucket } from "../../shared/aws/bucket.ts";
import { type Stores, startStores } from "../changes/support/stores.ts";

let stores: Stores;
beforeAll(async () => {
  stores = await startStores();
});
afterAll(() => stores.close());

const bytes = new Uint8Array([0, 255, 10, 13]);
const credentials = { accessKeyId: "test", secretAccessKey: "test" };

test("gives back what was put under a key, byte for byte", async () => {
  const bucket = stores.bucketNamed(await stores.bucket());
  await bucket.put("changes/general/a b+c.json", bytes);
  expect(new Uint8Array(await bucket.get("changes/general/a b+c.json"))).toEqual(bytes);
});

test("names the status of what is not there, and nothing of the key", async () => {
  const bucket = stores.bucketNamed(await stores.bucket());
  await expect(bucket.get("nothing")).rejects.toMatchObject({
    code: "ERR_BUCKET",
    retryable: true,
    details: { method: "GET", status: 404 },
  });
});

test("signs each call for S3 in its region, with the session of the credentials", async () => {
  const seen: (string | undefined)[] = [];
  const server = createServer((request, response) => {
    seen.push(request.url, request.headers.authorization, String(request.headers["x-amz-security-token"]));
    response.end();
  });
  onTestFinished(() => void server.close());
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const bucket = createBucket({
    bucket: "claims",
    region: "eu-west-1",
    credentials: { ...credentials, sessionToken: "session" },
    endpoint,
  });
  await bucket.put("key", bytes);
  expect(seen).toEqual([
    "/claims/key",
    expect.stringMatching(/^AWS4-HMAC-SHA256 Credential=test\/\d{8}\/eu-west-1\/s3\/aws4_request, /),
    "session",
  ]);
});

test.each(["key", "changes/general/a b+c (1)'s!.json"])("signs %s as Signature Version 4 says", async (key) => {
  const seen: { given: string | undefined; expected: string }[] = [];
  const server = createServer(async (request, response) => {
    const body = Buffer.concat(await request.toArray());
    seen.push({ given: request.headers.authorization?.split("Signature=")[1], expected: signatureOf(request, body) });
    response.end();
  });
  onTestFinished(() => void server.close());
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const bucket = createBucket({ bucket: "claims", region: "eu-west-1", credentials, endpoint });
  await bucket.put(key, bytes);
  await bucket.get(key);
  expect(seen).toHaveLength(2);
  for (const { given, expected } of seen) expect(given).toBe(expected);
});

/** What AWS would compute for a request that came without a query, with the secret `test`. */
function signatureOf({ method, url = "", headers }: IncomingMessage, body: Buffer): string {
  const signed = /SignedHeaders=([^,]+)/.exec(headers.authorization ?? "")?.[1] ?? "";
  const sha256 = (text: string | Buffer) => createHash("sha256").update(text).digest("hex");
  const lines = signed.split(";").map((name) => `${name}:${headers[name]}\n`);
  const canonical = [method, url, "", lines.join(""), signed, sha256(body)].join("\n");
  const time = String(headers["x-amz-date"]);
  const scope = [time.slice(0, 8), "eu-west-1", "s3", "aws4_request"];
  const hmac = (key: string | Buffer, text: string) => createHmac("sha256", key).update(text).digest();
  const key = scope.reduce<string | Buffer>(hmac, "AWS4test");
  return hmac(key as Buffer, ["AWS4-HMAC-SHA256", time, scope.join("/"), sha256(canonical)].join("\n")).toString("hex");
}

test("tries again when S3 has an internal error", async () => {
  let calls = 0;
  const server = createServer((_request, response) => {
    calls += 1;
    response.writeHead(calls < 3 ? 503 : 200).end("content");
  });
  onTestFinished(() => void server.close());
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const bucket = createBucket({ bucket: "claims", region: "us-east-1", credentials, endpoint });
  expect(Buffer.from(await bucket.get("key")).toString()).toBe("content");
  expect(calls).toBe(3);
});
