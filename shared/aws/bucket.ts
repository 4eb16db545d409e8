import { createHash, createHmac } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { SignatureV4 } from "@smithy/signature-v4";
import { BridgeError } from "../errors.ts";

/** Objects by key. */
export interface Bucket {
  put(key: string, bytes: Uint8Array<ArrayBuffer>): Promise<void>;
  get(key: string): Promise<Uint8Array>;
}

export interface BucketAccess {
  readonly bucket: string;
  readonly region: string;
  readonly credentials: { accessKeyId: string; secretAccessKey: string; sessionToken?: string | undefined };
  /** Another place than S3's own, addressed by path. */
  readonly endpoint?: string | undefined;
}

/** S3 answers in milliseconds; what takes this long has failed. */
const timeoutMs = 15_000;
const retries = 3;
const firstDelayMs = 50;

/**
 * The two calls of S3 that the bridge makes: the SDK's client would add 130 KiB to four functions, and what signs for its
 * other clients signs these too.
 *
 * @throws ERR_BUCKET with the status when S3 refuses after three retries
 */
export function createBucket({ bucket, region, credentials, endpoint }: BucketAccess): Bucket {
  const { accessKeyId, secretAccessKey, sessionToken } = credentials;
  const signer = new SignatureV4({
    credentials: { accessKeyId, secretAccessKey, ...(sessionToken !== undefined && { sessionToken }) },
    service: "s3",
    region,
    sha256: Sha256,
    uriEscapePath: false,
  });
  const suffix = region.startsWith("cn-") ? "amazonaws.com.cn" : "amazonaws.com";
  const root = endpoint === undefined ? `https://${bucket}.s3.${region}.${suffix}` : `${endpoint}/${bucket}`;

  const attempt = async (method: "GET" | "PUT", url: URL, signal: AbortSignal, body?: Uint8Array<ArrayBuffer>) => {
    const { protocol, hostname, host, pathname: path } = url;
    const request = { method, protocol, hostname, path, query: {}, headers: { host }, ...(body && { body }) };
    const { headers } = await signer.sign(request);
    // The address says it, and fetch takes it from nobody else.
    const { host: _, ...own } = headers;
    return fetch(url, { method, headers: own, signal, ...(body && { body }) });
  };

  const call = async (method: "GET" | "PUT", key: string, body?: Uint8Array<ArrayBuffer>): Promise<Uint8Array> => {
    const url = new URL(`${root}/${key.split("/").map(encoded).join("/")}`);
    const signal = AbortSignal.timeout(timeoutMs);
    let answer = await attempt(method, url, signal, body);
    for (let retry = 0; retry < retries && (answer.status >= 500 || answer.status === 429); retry += 1) {
      await answer.body?.cancel();
      await sleep(Math.random() * firstDelayMs * 2 ** retry, undefined, { signal });
      answer = await attempt(method, url, signal, body);
    }
    const bytes = new Uint8Array(await answer.arrayBuffer());
    if (!answer.ok) throw new BridgeError("ERR_BUCKET", { details: { method, status: answer.status } });
    return bytes;
  };
  return {
    async put(key, bytes) {
      await call("PUT", key, bytes);
    },
    get: (key) => call("GET", key),
  };
}

/** As S3 writes a key when it checks the signature (RFC 3986). */
function encoded(text: string): string {
  return encodeURIComponent(text).replace(/[!'()*]/g, (each) => `%${each.charCodeAt(0).toString(16).toUpperCase()}`);
}

/** SHA-256, with a secret HMAC-SHA-256, in the form in which the signer asks for it. */
class Sha256 {
  readonly #hash;

  constructor(secret?: string | ArrayBuffer | ArrayBufferView) {
    this.#hash = secret === undefined ? createHash("sha256") : createHmac("sha256", bytesOf(secret));
  }

  update(data: string | ArrayBuffer | ArrayBufferView): void {
    this.#hash.update(bytesOf(data));
  }

  async digest(): Promise<Uint8Array> {
    return this.#hash.digest();
  }
}

function bytesOf(data: string | ArrayBuffer | ArrayBufferView): string | Uint8Array {
  if (typeof data === "string") return data;
  return ArrayBuffer.isView(data)
    ? new Uint8Array(data.buffer, data.byteOffset, data.byteLength)
    : new Uint8Array(data);
}
