import { defineBridge, isHl7 } from "../../../shared/config/bridge.ts";
import type { BridgeInput, Hl7Destination } from "../../../shared/config/schema.ts";

type Hl7Input = Extract<BridgeInput["destinations"][string], { format: "hl7v2" }>;

/** A destination as a configuration says it, checked. */
export function destinationWith(more: Partial<Hl7Input>): Hl7Destination {
  const { destinations } = defineBridge({
    sources: {},
    destinations: { receiver: { format: "hl7v2", link: { host: "127.0.0.1", port: 6661 }, ...more } },
  });
  const receiver = destinations["receiver"];
  if (receiver === undefined || !isHl7(receiver)) throw new TypeError("The configuration is empty");
  return receiver;
}
