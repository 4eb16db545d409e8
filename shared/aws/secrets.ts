import { GetSecretValueCommand, type SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { BridgeError } from "../errors.ts";

/** Gives the JSON of a secret by its name or ARN; `fresh` goes past the cache. Throws ERR_SECRET. */
export type ReadSecret = (name: string, options?: { fresh?: boolean }) => Promise<unknown>;

/** A rotated secret is taken up this soon, or at once by whoever is refused with the old one. */
const cacheMs = 300_000;

/** Secrets of one process: each is asked for once, however many want it at the same time. */
export function createSecretReader(client: SecretsManagerClient): ReadSecret {
  const cache = new Map<string, { value: Promise<unknown>; until: number }>();
  return (name, { fresh = false } = {}) => {
    const cached = cache.get(name);
    if (cached && !fresh && performance.now() < cached.until) return cached.value;
    const value = fetchSecret(client, name);
    cache.set(name, { value, until: performance.now() + cacheMs });
    value.catch(() => cache.delete(name));
    return value;
  };
}

async function fetchSecret(client: SecretsManagerClient, name: string): Promise<unknown> {
  let text: string | undefined;
  try {
    text = (await client.send(new GetSecretValueCommand({ SecretId: name }))).SecretString;
  } catch (cause) {
    const problem = cause instanceof Error ? cause.name : "unknown";
    throw new BridgeError("ERR_SECRET", { details: { secret: name, problem }, cause });
  }
  try {
    return JSON.parse(text ?? "");
  } catch {
    // Without the cause: the message of a SyntaxError quotes the secret.
    throw new BridgeError("ERR_SECRET", { details: { secret: name, problem: "it does not hold JSON" } });
  }
}
