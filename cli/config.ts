import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { loadConfig } from "../infra/load-config.ts";
import { isHl7 } from "../shared/config/bridge.ts";
import type { Bridge, Hl7Destination, Source } from "../shared/config/schema.ts";
import { BridgeError } from "../shared/errors.ts";
import { UsageError } from "./usage-error.ts";

/**
 * The configuration of the file that was named, else of the working directory, else the one that comes along.
 *
 * @throws ERR_CONFIG
 */
export function readConfig(file: string | undefined): Promise<Bridge> {
  if (file !== undefined) return loadConfig(resolve(file));
  const own = resolve("bridge.config.ts");
  return loadConfig(existsSync(own) ? own : resolve(import.meta.dirname, "../bridge.config.ts"));
}

export interface Link {
  readonly name: string;
  readonly destination: Hl7Destination;
  readonly sourceName: string;
  readonly source: Source;
}

/**
 * An HL7 v2 destination, by name or the first one, with the first source that it listens to.
 *
 * @throws UsageError when there is no destination of that name
 * @throws ERR_CONFIG when the configuration has no HL7 v2 destination, or no source
 */
export function hl7Link({ sources, destinations }: Bridge, wanted: string | undefined): Link {
  const links = Object.entries(destinations).filter((entry): entry is [string, Hl7Destination] => isHl7(entry[1]));
  const [name, destination] = links.find(([each]) => wanted === undefined || each === wanted) ?? [];
  if (name === undefined || destination === undefined) {
    if (wanted !== undefined && links.length > 0)
      throw new UsageError(
        `There is no HL7 v2 destination ${wanted} in the configuration; there are: ${links.map(([each]) => each).join(", ")}`,
      );
    throw new BridgeError("ERR_CONFIG", {
      details: { path: "destinations", problem: 'Add a destination with format "hl7v2"' },
    });
  }
  const [sourceName, source] =
    Object.entries(sources).find(([each]) => destination.sources?.includes(each) ?? true) ?? [];
  if (sourceName === undefined || source === undefined)
    throw new BridgeError("ERR_CONFIG", { details: { path: "sources", problem: "Add a source" } });
  return { name, destination, sourceName, source };
}
