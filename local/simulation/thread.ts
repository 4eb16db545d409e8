import { workerData } from "node:worker_threads";
import { createHospital } from "../../sandbox/hospital.ts";
import { startSandbox } from "../../sandbox/server.ts";
import { offer } from "../realm/calls.ts";
import type { ThreadData } from "../realm/thread.ts";
import type { HistoryEntry } from "../truth/history.ts";

export interface SimulationOptions {
  readonly seed: string;
  readonly timeZone: string;
  readonly faults: boolean;
  readonly people: number | undefined;
  readonly busy: number | undefined;
  readonly clientId: string;
  readonly clientSecret: string;
}

const { data, clock } = workerData as ThreadData<SimulationOptions>;
const { seed, timeZone, faults, people, busy, clientId, clientSecret } = data;

const hospital = createHospital({
  seed,
  timeZone,
  startAt: new Date(clock.beginsAt),
  ...(people !== undefined && { people }),
  ...(busy !== undefined && { busy }),
});
const sandbox = startSandbox({
  hospital,
  seed,
  // The thread's Date is the hospital's clock.
  clock: { now: () => new Date() },
  clients: [{ clientId, clientSecret, smartVersion: 2 }],
  faults: faults ? "plain day" : "none",
});

/** The resource types of what is told. */
const toldTypes = ["Patient", "Encounter", "Appointment", "DiagnosticReport", "Observation"];

const operations = {
  addresses: async () => ({
    baseUrl: (await sandbox).baseUrl,
    patients: hospital.patientIds(),
    clinics: hospital.clinicIds(),
  }),
  /** Nothing new happens from now on. */
  closeDoors: () => {
    hospital.advanceTo(new Date());
    hospital.closeDoors();
  },
  requests: async () => Object.values((await sandbox).counters.requests).reduce((sum, count) => sum + count, 0),
  history: (): HistoryEntry[] => {
    hospital.advanceTo(new Date());
    return toldTypes.flatMap((type) =>
      hospital.store.ofType(type).map(({ key, versions }) => ({
        key,
        versions: versions.map((version) => ({
          versionId: version.versionId,
          updatedAt: version.updatedAt,
          visibleAt: version.visibleAt,
          visible: version.visible,
          suppressed: version.suppressed,
          text: hospital.store.textOf(version),
        })),
      })),
    );
  },
  close: async () => (await sandbox).close(),
};
export type SimulationOperations = typeof operations;

offer(operations);
