import * as v from "valibot";
import { BridgeError } from "../errors.ts";
import { hl7Problems } from "./check-hl7.ts";
import { problemOf } from "./check-words.ts";
import { type Bridge, type BridgeInput, bridgeSchema, type Destination, type Hl7Destination } from "./schema.ts";

/**
 * Checks the configuration and fills in its defaults.
 *
 * @throws ERR_CONFIG with `path` (`destinations.lab.link.port`), `problem`, and how many more there are
 */
export function defineBridge(input: BridgeInput): Bridge {
  const result = v.safeParse(bridgeSchema, input);
  if (!result.success) {
    const [first, ...more] = result.issues;
    throw new BridgeError("ERR_CONFIG", {
      details: {
        path: v.getDotPath(first) ?? "(root)",
        problem: problemOf(first, bridgeSchema),
        ...(more.length > 0 && { moreProblems: more.length }),
      },
    });
  }
  refuseUnknownSources(result.output);
  refuseProblems(result.output);
  return result.output;
}

function refuseProblems({ destinations }: Bridge): void {
  const problems = Object.entries(destinations).flatMap(([name, destination]) =>
    isHl7(destination)
      ? hl7Problems(destination).map(({ path, problem }) => ({ path: `destinations.${name}.${path}`, problem }))
      : [],
  );
  const [first, ...more] = problems;
  if (first === undefined) return;
  throw new BridgeError("ERR_CONFIG", { details: { ...first, ...(more.length > 0 && { moreProblems: more.length }) } });
}

function refuseUnknownSources({ sources, destinations }: Bridge): void {
  for (const [name, destination] of Object.entries(destinations))
    for (const [index, source] of (destination.sources ?? []).entries())
      if (!Object.hasOwn(sources, source))
        throw new BridgeError("ERR_CONFIG", {
          details: {
            path: `destinations.${name}.sources.${index}`,
            problem: `There is no source of that name; there are: ${Object.keys(sources).join(", ")}`,
          },
        });
}

export function isHl7(destination: Destination): destination is Hl7Destination {
  return destination.format === "hl7v2";
}

/** The destinations that listen to a source, by name. */
export function destinationsOf(bridge: Bridge, source: string): [name: string, destination: Destination][] {
  return Object.entries(bridge.destinations).filter(
    ([, destination]) => destination.sources === undefined || destination.sources.includes(source),
  );
}

/** The longest that any destination of a source holds a report. */
export function longestSettleMs(bridge: Bridge, source: string): number {
  return Math.max(0, ...destinationsOf(bridge, source).map(([, { settle }]) => settle));
}
