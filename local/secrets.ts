import { existsSync, readFileSync } from "node:fs";
import type { Bridge } from "../shared/config/schema.ts";
import { BridgeError } from "../shared/errors.ts";
import type { Secrets } from "./aws/secrets.ts";

export interface SecretPlaces {
  /** JSON object: secret name to what the secret holds. */
  readonly file: string;
  readonly environment: NodeJS.ProcessEnv;
}

/**
 * The secrets that a configuration names, each from its environment variable or from the file.
 *
 * @throws ERR_SECRET naming the first that is in neither place, or what is wrong with the file
 */
export function readSecrets(bridge: Bridge, { file, environment }: SecretPlaces): Secrets {
  const inFile = readSecretsFile(file);
  return Object.fromEntries(
    secretNames(bridge).map((name) => {
      const text = environment[variableOf(name)] ?? inFile[name];
      if (text !== undefined) return [name, text];
      const todo = `Set ${variableOf(name)} or write it into ${file}`;
      throw new BridgeError("ERR_SECRET", { details: { secret: name, todo } });
    }),
  );
}

export function secretNames({ sources, destinations }: Bridge): string[] {
  const ofSources = Object.values(sources).map(({ credentials }) => credentials.secret);
  const ofDestinations = Object.values(destinations).flatMap((each) =>
    each.format === "webhook" ? [each.secret] : [],
  );
  return [...new Set([...ofSources, ...ofDestinations])];
}

/** `ignite-bridge/general` is in SECRET_IGNITE_BRIDGE_GENERAL. */
export function variableOf(secret: string): string {
  return `SECRET_${secret.replace(/[^A-Za-z0-9]+/g, "_").toUpperCase()}`;
}

function readSecretsFile(file: string): Secrets {
  if (!existsSync(file)) return {};
  try {
    const values = JSON.parse(readFileSync(file, "utf8")) as Record<string, unknown>;
    return Object.fromEntries(
      Object.entries(values).map(([name, value]) => [name, typeof value === "string" ? value : JSON.stringify(value)]),
    );
  } catch {
    // The parser's own message may quote what it read.
    throw new BridgeError("ERR_SECRET", { details: { file, problem: "The file is not a JSON object" } });
  }
}
