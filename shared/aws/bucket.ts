import { AwsClient } from "aws4fetch";
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

/**
 * The two calls of S3 that the bridge makes, signed by hand: the SDK's client would add 130 KiB to four functions.
 *
 * @throws ERR_BUCKET with the status when S3 refuses after three retries
 */
export function createBucket({ bucket, region, credentials, endpoint }: BucketAccess): Bucket {
  const { accessKeyId, secretAccessKey, sessionToken } = credentials;
  const client = new AwsClient({
    accessKeyId,
    secretAccessKey,
    ...(sessionToken !== undefined && { sessionToken }),
    service: "s3",
    region,
    retries: 3,
  });
  const suffix = region.startsWith("cn-") ? "amazonaws.com.cn" : "amazonaws.com";
  const root = endpoint === undefined ? `https://${bucket}.s3.${region}.${suffix}` : `${endpoint}/${bucket}`;
  const call = async (method: "GET" | "PUT", key: string, body?: Uint8Array<ArrayBuffer>): Promise<Uint8Array> => {
    const url = `${root}/${key.split("/").map(encodeURIComponent).join("/")}`;
    const signal = AbortSignal.timeout(timeoutMs);
    const answer = await client.fetch(url, { method, signal, ...(body !== undefined && { body }) });
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
