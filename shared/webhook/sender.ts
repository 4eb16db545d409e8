import type { WebhookDestination } from "../config/schema.ts";
import type { Sender } from "../delivery/deliver.ts";
import { retryPolicyOf } from "../delivery/retry.ts";
import { outcomeOf } from "./outcome.ts";
import { createEndpoint, type EndpointOptions } from "./post.ts";
import { signWebhook, type WebhookSecret } from "./signing.ts";

/**
 * The way to a webhook endpoint. Its connections live as long as the sender.
 *
 * @param readSecret called for each attempt, so that a new key is used as soon as the secret store gives it
 */
export function createWebhookSender(
  destination: WebhookDestination,
  readSecret: (name: string) => Promise<WebhookSecret>,
  options: Pick<EndpointOptions, "tls" | "lookup"> = {},
): Sender {
  const { url, secret, timeout, allowPrivateAddresses } = destination;
  const endpoint = createEndpoint({ ...options, url, timeoutMs: timeout, allowPrivateAddresses });
  return {
    async send({ id, body }) {
      const headers = signWebhook({ id, body }, await readSecret(secret), new Date());
      return outcomeOf(await endpoint.post(body, { ...headers }));
    },
    policy: retryPolicyOf(destination),
    order: "patient",
    parallel: true,
    longestSendMs: timeout,
  };
}
