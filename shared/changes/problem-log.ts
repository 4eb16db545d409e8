import type { BridgeError } from "../errors.ts";
import type { Log } from "../log.ts";

const quietMs = 300_000;

/**
 * Tells each problem once in a while: a missing scope or an unreachable tenant is met by every target of a source, every
 * minute, and one line says it as well as a thousand. A refusal is told for the source, what is missing for each type.
 */
export function createProblemLog(log: Log): (source: string, problem: BridgeError) => void {
  const toldAt = new Map<string, number>();
  return (source, problem) => {
    const { what, missing, status } = problem.details;
    const key = [source, problem.code, missing && what, missing, status].join(" ");
    const now = performance.now();
    if (now - (toldAt.get(key) ?? Number.NEGATIVE_INFINITY) < quietMs) return;
    toldAt.set(key, now);
    log.warn("A source could not be polled as it should", { source, error: problem });
  };
}
