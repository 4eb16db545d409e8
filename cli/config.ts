import { existsSync } from "node:fs";
import { resolve } from "node:path";
import * as v from "valibot";
import { loadConfig } from "../infra/load-config.ts";
import { isHl7 } from "../shared/config/bridge.ts";
import { hl7Problems } from "../shared/config/check-hl7.ts";
import { type Bridge, type Hl7Destination, hl7DestinationSchema, type Source } from "../shared/config/schema.ts";
import { BridgeError } from "../shared/errors.ts";
import { hl7Versions } from "../shared/hl7/dictionary/contents.ts";
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

/** A destination that says nothing but its version. */
function plainDestination(version: string): Hl7Destination {
  const link = { host: "localhost", port: 1 };
  const result = v.safeParse(hl7DestinationSchema, { format: "hl7v2", link, version });
  if (!result.success) throw new UsageError(`There is no version ${version}; there are: ${hl7Versions.join(" ")}`);
  return result.output;
}

/**
 * An HL7 v2 destination, by name or the first one, with the first source that it listens to.
 *
 * @param version another version than the destination's; without a name, that of a destination that says nothing else
 * @throws UsageError when there is no destination of that name, or no such version
 * @throws ERR_CONFIG when the configuration has no HL7 v2 destination, or no source
 */
export function hl7Link(bridge: Bridge, wanted: string | undefined, version?: string): Link {
  if (version === undefined) return configuredLink(bridge, wanted);
  const plain = plainDestination(version);
  if (wanted === undefined) return linkTo("translate", plain, bridge.sources);
  const link = configuredLink(bridge, wanted);
  const destination = { ...link.destination, version: plain.version };
  const [problem] = hl7Problems(destination);
  if (problem !== undefined)
    throw new BridgeError("ERR_CONFIG", {
      details: { ...problem, path: `destinations.${link.name}.${problem.path}`, version },
    });
  return { ...link, destination };
}

function configuredLink({ sources, destinations }: Bridge, wanted: string | undefined): Link {
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
  return linkTo(name, destination, sources);
}

function linkTo(name: string, destination: Hl7Destination, sources: Bridge["sources"]): Link {
  const [sourceName, source] =
    Object.entries(sources).find(([each]) => destination.sources?.includes(each) ?? true) ?? [];
  if (sourceName === undefined || source === undefined)
    throw new BridgeError("ERR_CONFIG", { details: { path: "sources", problem: "Add a source" } });
  return { name, destination, sourceName, source };
}
