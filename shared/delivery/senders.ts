import type { Bridge, Destination } from "../config/schema.ts";
import { BridgeError } from "../errors.ts";
import type { Sender } from "./deliver.ts";

/**
 * The senders of a process, each made when it is first needed and kept with its connections.
 *
 * @param create gives nothing for a destination of another kind
 * @returns what throws ERR_CONFIG when there is no such destination
 */
export function createSenders(
  { destinations }: Pick<Bridge, "destinations">,
  create: (destination: Destination) => Sender | undefined,
): (name: string) => Sender {
  const senders = new Map<string, Sender>();
  return (name) => {
    const destination = destinations[name];
    const sender = senders.get(name) ?? (destination && create(destination));
    if (sender === undefined)
      throw new BridgeError("ERR_CONFIG", {
        details: { path: `destinations.${name}`, problem: "There is none of this kind: deploy again" },
      });
    senders.set(name, sender);
    return sender;
  };
}
