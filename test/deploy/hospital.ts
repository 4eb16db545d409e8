import { randomUUID } from "node:crypto";
import { runningClock } from "../../sandbox/clock.ts";
import { createHospital } from "../../sandbox/hospital.ts";
import { startSandbox } from "../../sandbox/server.ts";

export type RunningHospital = {
  baseUrl: string;
  timeZone: string;
  credentials: { clientId: string; clientSecret: string };
  patients: { ids: string[]; appointmentLocations: string[] };
  close(): Promise<void>;
};

/** A small and very busy simulated hospital on the wall's clock. */
export async function startHospital(): Promise<RunningHospital> {
  const clock = runningClock(new Date(), 1);
  const hospital = createHospital({
    seed: "deploy",
    startAt: clock.now(),
    timeZone: "America/Chicago",
    people: 12,
    busy: 20,
  });
  const credentials = { clientId: randomUUID(), clientSecret: randomUUID() };
  const { baseUrl, close } = await startSandbox({ hospital, clock, clients: [{ ...credentials, smartVersion: 2 }] });
  return {
    baseUrl,
    timeZone: hospital.timeZone,
    credentials,
    patients: { ids: [...hospital.patientIds()], appointmentLocations: [...hospital.clinicIds()] },
    close,
  };
}
