import { workerData } from "node:worker_threads";
import { installDate, installTimers } from "./clock.ts";
import { redirectConfig, type ThreadData } from "./thread.ts";

const { entry, clock, scaleTimers, configUrl } = workerData as ThreadData;
installDate(clock);
if (scaleTimers) installTimers(clock);
if (configUrl !== undefined) redirectConfig(configUrl);
await import(entry);
