import { gunzipSync, gzipSync } from "node:zlib";
import type { Bucket } from "./bucket.ts";

/** A longer text goes to the bucket, and its key to the queue: SQS takes 1 MiB for a whole batch. */
export const claimFromBytes = 200_000;

export interface Claims {
  /** Nothing where the text is short enough to travel itself; else it is stored, and the claim for it given. */
  checkIn(key: string, text: string): Promise<string | undefined>;
  /** The text that a claim stands for. */
  read(claim: string): Promise<string>;
}

/**
 * Texts of queue messages in S3. The key comes from the id of what is in it, so a repeat stores the same object again;
 * the bucket's lifecycle removes it.
 */
export function createClaims(bucket: Bucket): Claims {
  return {
    async checkIn(key, text) {
      if (Buffer.byteLength(text) <= claimFromBytes) return undefined;
      await bucket.put(key, new Uint8Array(gzipSync(text)));
      return key;
    },
    read: async (claim) => gunzipSync(await bucket.get(claim)).toString("utf8"),
  };
}
