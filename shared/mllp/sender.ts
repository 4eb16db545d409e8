import type { Hl7Destination } from "../config/schema.ts";
import type { Sender } from "../delivery/deliver.ts";
import { retryPolicyOf } from "../delivery/retry.ts";
import { charsets } from "./charset.ts";
import type { Endpoint } from "./connection.ts";
import { createLink } from "./link.ts";
import { acknowledgementMode, longestWaitMs } from "./mode.ts";
import { outcomeOf } from "./outcome.ts";

/** The way to an HL7 v2 link. Its connection lives as long as the sender. */
export function createMllpSender(destination: Hl7Destination, tls: NonNullable<Endpoint["tls"]> = {}): Sender {
  const { host, port, order, connectTimeout, acknowledgementTimeout, idleTimeout } = destination.link;
  const mode = acknowledgementMode(destination);
  const link = createLink({
    host,
    port,
    tls: destination.link.tls ? tls : undefined,
    charset: charsets[destination.characterSet],
    connectTimeoutMs: connectTimeout,
    acknowledgementTimeoutMs: acknowledgementTimeout,
    mode,
    idleTimeoutMs: idleTimeout,
  });
  return {
    send: async ({ id, body }) => outcomeOf(await link.send({ controlId: id, text: body })),
    policy: retryPolicyOf(destination),
    order,
    parallel: false,
    longestSendMs: connectTimeout + longestWaitMs(mode, acknowledgementTimeout),
  };
}
