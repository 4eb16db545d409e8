import * as v from "valibot";
import { BridgeError } from "../errors.ts";

/** What infra tells each function through its environment. The names are the contract between the two. */
const variables = {
  ROSTER_TABLE: v.string(),
  SNAPSHOTS_TABLE: v.string(),
  PUBLISHED_TABLE: v.string(),
  LEDGER_TABLE: v.string(),
  CLAIMS_BUCKET: v.string(),
  POLLS_QUEUE_URL: v.string(),
  CHANGES_QUEUE_URL: v.string(),
  /** JSON object: destination name to queue URL. */
  DELIVERY_QUEUE_URLS: v.pipe(v.string(), v.parseJson(), v.record(v.string(), v.string())),
  /** JSON object: destination name to the URL of its parked queue. */
  PARKED_QUEUE_URLS: v.pipe(v.string(), v.parseJson(), v.record(v.string(), v.string())),
};
export type Variable = keyof typeof variables;

/** Reads the variables that a function needs, or throws ERR_CONFIG naming the first that is missing or malformed. */
export function readEnvironment<Names extends Variable>(
  names: readonly Names[],
  environment: NodeJS.ProcessEnv = process.env,
): { [Name in Names]: v.InferOutput<(typeof variables)[Name]> } {
  const entries = names.map((name) => {
    const result = v.safeParse(variables[name], environment[name]);
    if (!result.success)
      throw new BridgeError("ERR_CONFIG", { details: { path: name, problem: result.issues[0].message } });
    return [name, result.output];
  });
  return Object.fromEntries(entries);
}
