import * as v from "valibot";
import type { WebhookDestination } from "../config/schema.ts";
import type { Sender } from "../delivery/deliver.ts";
import { retryPolicyOf } from "../delivery/retry.ts";
import { BridgeError } from "../errors.ts";
import { outcomeOf } from "./outcome.ts";
import { createEndpoint, type EndpointOptions } from "./post.ts";
import { signWebhook, type WebhookSecret, webhookSecretSchema } from "./signing.ts";

/**
 * The way to a webhook endpoint. Its connections live as long as the sender. Sending throws ERR_SECRET when the secret
 * holds no keys, and what `readSecret` throws.
 *
 * @param readSecret called for each attempt, so that a new key is used as soon as the secret store gives it
 */
export function createWebhookSender(
  destination: WebhookDestination,
  readSecret: (name: string) => Promise<unknown>,
  options: Pick<EndpointOptions, "tls" | "lookup"> = {},
): Sender {
  const { url, secret, timeout, allowPrivateAddresses } = destination;
  const endpoint = createEndpoint({ ...options, url, timeoutMs: timeout, allowPrivateAddresses });
  return {
    async send({ id, body }) {
      const headers = signWebhook({ id, body }, readKeys(secret, await readSecret(secret)), new Date());
      return outcomeOf(await endpoint.post(body, { ...headers }));
    },
    policy: retryPolicyOf(destination),
    order: "patient",
    parallel: true,
    longestSendMs: timeout,
  };
}

function readKeys(name: string, value: unknown): WebhookSecret {
  const result = v.safeParse(webhookSecretSchema, value);
  if (result.success) return result.output;
  const [issue] = result.issues;
  // The issue without its input, which is the key.
  throw new BridgeError("ERR_SECRET", {
    details: { secret: name, problem: v.getDotPath(issue) ?? "it is not an object" },
  });
}
