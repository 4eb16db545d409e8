import { parseArgs } from "node:util";
import * as v from "valibot";
import { duration } from "../shared/config/duration.ts";

export interface StartOptions {
  /** Configuration of a real tenant; without it the simulated hospital is started. */
  readonly config: string | undefined;
  readonly speed: number;
  readonly seed: string;
  /** How long to run on the wall's clock before draining; without it until Ctrl-C. */
  readonly forMs: number | undefined;
  readonly faults: boolean;
  readonly json: boolean;
}

export const help = `ignite-bridge start: the whole bridge on this machine

  npm start -- [options]

Without --config a simulated hospital and two client systems are started too, and what the client systems
were told is held against what the hospital did.

  --config FILE   poll the real sources and deliver to the real destinations of this configuration
  --speed N       how many times faster than the wall's the clock runs (60; 1 with --config)
  --seed TEXT     another seed gives another day in the hospital (1)
  --for DURATION  stop after this time on the wall's clock, for example 30s (until Ctrl-C)
  --faults        the simulated hospital's server fails as real ones do
  --json          print nothing but one JSON object at the end
  --help          this

The JSON object: patients (watched), polls, requests (FHIR), changes, events; deliveries by destination:
acknowledged, retried (those among them that took more than one attempt), parked; lost (things of the hospital whose
last state a client system was not told, or was told wrongly); outOfOrder (messages that take a thing back to an
earlier state); latencyMs p50 and p99 on the hospital's clock, from the change in the hospital to its receipt, so the
wait for the next poll is in it and at speed 60 a second on the wall counts as a minute.

Secrets of a configuration come from bridge.secrets.json, or the file that IGNITE_BRIDGE_SECRETS names:
{ "<secret name>": { ... } }, or each from a variable SECRET_<NAME>: ignite-bridge/general is
SECRET_IGNITE_BRIDGE_GENERAL. README tells what they hold.

Exit status: 0 good, 1 something was lost, out of order or failed, 2 wrong usage. Ctrl-C finishes what is under way
and ends; a second one ends at once.
`;

/** Wrong usage: exit status 2. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

/** Reads the command line. `help` comes back as such. @throws UsageError */
export function readArguments(parameters: readonly string[]): StartOptions | "help" {
  const { config, speed, seed, for: forText, faults, json, help: wantsHelp } = parse(parameters);
  if (wantsHelp) return "help";
  if (config !== undefined && (faults || seed !== undefined))
    throw new UsageError("--seed and --faults are for the simulated hospital: leave them out with --config");
  return {
    config,
    speed: speed === undefined ? (config === undefined ? 60 : 1) : speedOf(speed),
    seed: seed ?? "1",
    forMs: forText === undefined ? undefined : durationOf(forText),
    faults: faults ?? false,
    json: json ?? false,
  };
}

function parse(parameters: readonly string[]) {
  try {
    return parseArgs({
      args: [...parameters],
      options: {
        config: { type: "string" },
        speed: { type: "string" },
        seed: { type: "string" },
        for: { type: "string" },
        faults: { type: "boolean" },
        json: { type: "boolean" },
        help: { type: "boolean", short: "h" },
      },
    }).values;
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

function speedOf(text: string): number {
  const speed = Number(text);
  if (!(speed >= 1 && speed <= 1_000)) throw new UsageError(`--speed ${text}: write a number from 1 to 1000`);
  return speed;
}

function durationOf(text: string): number {
  const result = v.safeParse(duration, text);
  if (!result.success) throw new UsageError(`--for ${text}: ${result.issues[0].message}`);
  return result.output;
}
