import type { Secrets } from "../aws/secrets.ts";
import { callable, type Remote } from "../realm/calls.ts";
import type { RealmClock } from "../realm/clock.ts";
import { startThread } from "../realm/thread.ts";
import type { ReceiverOperations, ReceiversOptions } from "../receivers/thread.ts";
import type { SandboxEnvironment } from "../sandbox.config.ts";
import type { SimulationOperations, SimulationOptions } from "./thread.ts";

/** The world around the bridge: a hospital to poll and client systems to tell. */
export interface Simulation {
  readonly hospital: Remote<SimulationOperations>;
  readonly receivers: Remote<ReceiverOperations>;
  readonly addresses: Awaited<ReturnType<SimulationOperations["addresses"]>>;
  readonly ports: Awaited<ReturnType<ReceiverOperations["ports"]>>;
  /** What sandbox.config.ts reads. */
  readonly environment: SandboxEnvironment;
  readonly secrets: Secrets;
  close(): Promise<void>;
}

/** A Monday, eight in the morning in Chicago, so that a seed gives the same day each time. */
export const dayBeginsAt = Date.UTC(2026, 2, 2, 14);
export const timeZone = "America/Chicago";

// Known to everybody, and good for nothing but the processes that this one starts.
const clientId = "5f0d7c1e-53b5-4b44-a5ed-c0ffee000001";
const clientSecret = "simulated";
const signingKey = `whsec_${Buffer.from("a signing key of the simulation!").toString("base64")}`;

export async function startSimulation({
  clock,
  seed,
  faults,
  people,
  busy,
  onLine,
}: {
  clock: RealmClock;
  seed: string;
  faults: boolean;
  people?: number | undefined;
  busy?: number | undefined;
  onLine: (line: string, name: string) => void;
}): Promise<Simulation> {
  const hospitalThread = startThread({
    name: "hospital",
    entry: new URL("./thread.ts", import.meta.url),
    clock,
    data: { seed, timeZone, faults, people, busy, clientId, clientSecret } satisfies SimulationOptions,
    onLine,
  });
  const receiversThread = startThread({
    name: "receivers",
    entry: new URL("../receivers/thread.ts", import.meta.url),
    clock,
    data: { signingKey } satisfies ReceiversOptions,
    onLine,
  });
  const hospital = callable<SimulationOperations>(hospitalThread);
  const receivers = callable<ReceiverOperations>(receiversThread);
  const [addresses, ports] = await Promise.all([hospital.addresses(), receivers.ports()]);
  return {
    hospital,
    receivers,
    addresses,
    ports,
    environment: {
      SANDBOX_BASE_URL: addresses.baseUrl,
      SANDBOX_PATIENTS: addresses.patients.join(","),
      SANDBOX_CLINICS: addresses.clinics.join(","),
      SANDBOX_MLLP_PORT: String(ports.mllp),
      SANDBOX_WEBHOOK_URL: `http://127.0.0.1:${ports.webhook}/ignite`,
    },
    secrets: {
      "sandbox/prairie": JSON.stringify({ clientId, clientSecret }),
      "sandbox/care-app": JSON.stringify({ signingKey }),
    },
    close: async () => {
      await Promise.all([hospital.close(), receivers.close()]);
      await Promise.all([hospitalThread.terminate(), receiversThread.terminate()]);
    },
  };
}
