import { workerData } from "node:worker_threads";
import { offer } from "../realm/calls.ts";
import type { ThreadData } from "../realm/thread.ts";
import { type EmulatorOptions, startEmulator } from "./emulator.ts";

const { data } = workerData as ThreadData<EmulatorOptions>;
const emulator = startEmulator(data);

const operations = {
  endpoints: async () => (await emulator).endpoints,
  close: async () => (await emulator).close(),
};
export type EmulatorOperations = typeof operations;

offer(operations);
