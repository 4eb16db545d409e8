import { registerHooks } from "node:module";
import { Worker } from "node:worker_threads";
import type { RealmClock } from "./clock.ts";

/** What a thread of the local run is started with. */
export interface ThreadOptions {
  /** For people: what runs there. */
  readonly name: string;
  /** Module to run once the clock is in place. */
  readonly entry: URL;
  readonly clock: RealmClock;
  /** Whether timers follow the clock too: for embedded services, whose delays are calendar time. */
  readonly scaleTimers?: boolean | undefined;
  /** Module that stands for `#bridge-config`. */
  readonly configUrl?: string | undefined;
  /** The thread's whole `process.env`. */
  readonly environment?: NodeJS.ProcessEnv | undefined;
  /** Read by the entry as `workerData.data`. */
  readonly data?: unknown;
  /** Each line that the thread prints. */
  readonly onLine?: ((line: string, name: string) => void) | undefined;
}

export interface ThreadData<Data = unknown> {
  readonly entry: string;
  readonly clock: RealmClock;
  readonly scaleTimers: boolean;
  readonly configUrl: string | undefined;
  readonly data: Data;
}

/** Starts a thread whose `Date` is the realm's. */
export function startThread(options: ThreadOptions): Worker {
  const workerData: ThreadData = {
    entry: options.entry.href,
    clock: options.clock,
    scaleTimers: options.scaleTimers ?? false,
    configUrl: options.configUrl,
    data: options.data,
  };
  const thread = new Worker(new URL("./boot.ts", import.meta.url), {
    name: options.name,
    workerData,
    env: options.environment ?? {},
    stdout: true,
    stderr: true,
  });
  for (const stream of [thread.stdout, thread.stderr]) {
    stream.setEncoding("utf8");
    let rest = "";
    stream.on("data", (text: string) => {
      const lines = (rest + text).split("\n");
      rest = lines.pop() ?? "";
      for (const line of lines) if (line.trim() !== "") options.onLine?.(line, options.name);
    });
  }
  return thread;
}

/** Makes `#bridge-config` mean another module in this thread. */
export function redirectConfig(configUrl: string): void {
  registerHooks({
    resolve: (specifier, context, next) =>
      specifier === "#bridge-config" ? { url: configUrl, shortCircuit: true } : next(specifier, context),
  });
}
