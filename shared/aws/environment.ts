import { BridgeError } from "../errors.ts";
import { isRecord } from "../json.ts";

/** What infra tells each function through its environment. The names are the contract between the two. */
const variables = {
  ROSTER_TABLE: text,
  SNAPSHOTS_TABLE: text,
  PUBLISHED_TABLE: text,
  LEDGER_TABLE: text,
  CLAIMS_BUCKET: text,
  POLLS_QUEUE_URL: text,
  CHANGES_QUEUE_URL: text,
  /** JSON object: destination name to queue URL. */
  DELIVERY_QUEUE_URLS: textsByName,
  /** JSON object: destination name to the URL of its parked queue. */
  PARKED_QUEUE_URLS: textsByName,
} as const satisfies Record<string, (value: string) => unknown>;
export type Variable = keyof typeof variables;

/** Reads the variables that a function needs, or throws ERR_CONFIG naming the first that is missing or malformed. */
export function readEnvironment<Names extends Variable>(
  names: readonly Names[],
  environment: NodeJS.ProcessEnv = process.env,
): { [Name in Names]: NonNullable<ReturnType<(typeof variables)[Name]>> } {
  const entries = names.map((name) => {
    const value = environment[name];
    const read = value === undefined ? undefined : variables[name](value);
    if (read !== undefined) return [name, read];
    const problem = value === undefined ? "It is missing" : "It is no JSON object of texts";
    throw new BridgeError("ERR_CONFIG", { details: { path: name, problem } });
  });
  return Object.fromEntries(entries);
}

function text(value: string): string | undefined {
  return value;
}

function textsByName(value: string): Readonly<Record<string, string>> | undefined {
  try {
    const read: unknown = JSON.parse(value);
    return isRecord(read) && Object.values(read).every((each) => typeof each === "string")
      ? (read as Record<string, string>)
      : undefined;
  } catch {
    return undefined;
  }
}
