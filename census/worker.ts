import { parentPort, workerData } from "node:worker_threads";
import { type CensusOptions, type CensusRun, runCensus } from "./census.ts";

/** What a thread of `npm run census` gives back. */
export interface Lived {
  readonly run: CensusRun;
  readonly cpuSeconds: number;
}

const run = await runCensus(workerData as CensusOptions);
const { user, system } = process.threadCpuUsage();
parentPort?.postMessage({ run, cpuSeconds: (user + system) / 1e6 } satisfies Lived);
