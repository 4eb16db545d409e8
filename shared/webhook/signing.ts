import { createHmac } from "node:crypto";
import * as v from "valibot";

/** Standard Webhooks 1.0.0: a symmetric key is 24 to 64 random bytes, in base64 behind `whsec_`. */
const signingKey = v.pipe(
  v.string(),
  v.regex(/^whsec_[A-Za-z0-9+/]+={0,2}$/, "Write whsec_ and base64"),
  v.check((key) => {
    const { length } = keyBytes(key);
    return length >= 24 && length <= 64;
  }, "The key must be 24 to 64 bytes long"),
);

/** The secret of a webhook destination. While a key is being replaced both sign, so a receiver may change over at leisure. */
export const webhookSecretSchema = v.object({ signingKey, previousSigningKey: v.optional(signingKey) });
export type WebhookSecret = v.InferOutput<typeof webhookSecretSchema>;

export interface SignedHeaders {
  readonly "webhook-id": string;
  readonly "webhook-timestamp": string;
  readonly "webhook-signature": string;
}

/**
 * Signs a body as Standard Webhooks 1.0.0 says: HMAC-SHA256 over `id.timestamp.body`, scheme `v1`.
 *
 * @param attemptedAt when this attempt is made, not when the event was: receivers refuse old timestamps
 */
export function signWebhook(
  { id, body }: { readonly id: string; readonly body: string },
  { signingKey, previousSigningKey }: WebhookSecret,
  attemptedAt: Date,
): SignedHeaders {
  const timestamp = String(Math.floor(attemptedAt.getTime() / 1000));
  const signatures = [signingKey, previousSigningKey]
    .filter((key) => key !== undefined)
    .map((key) => createHmac("sha256", keyBytes(key)).update(`${id}.${timestamp}.${body}`).digest("base64"));
  return {
    "webhook-id": id,
    "webhook-timestamp": timestamp,
    "webhook-signature": signatures.map((signature) => `v1,${signature}`).join(" "),
  };
}

function keyBytes(key: string): Buffer {
  return Buffer.from(key.replace(/^whsec_/, ""), "base64");
}
