import { type RealmClock, wallMs } from "../realm/clock.ts";
import type { Schedule } from "../template/deployment.ts";
import type { FunctionHost } from "./environment.ts";

export interface RunningSchedule {
  stop(): void;
}

/**
 * Invokes a function each time its schedule falls due on the realm's clock, and once at the start. A tick is skipped
 * while an earlier one is still with the function, as a reserved concurrency of one would refuse it.
 */
export function runSchedule(
  { everyMs, input }: Schedule,
  host: FunctionHost,
  clock: RealmClock,
  onError: (error: unknown) => void,
): RunningSchedule {
  const fire = () => {
    if (host.pending() === 0) host.invoke(input).catch(onError);
  };
  const timer = setInterval(fire, wallMs(clock, everyMs));
  fire();
  return { stop: () => clearInterval(timer) };
}
