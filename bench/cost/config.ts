import type { SandboxEnvironment } from "../../local/sandbox.config.ts";
import { defineBridge } from "../../shared/config/bridge.ts";

const { SANDBOX_BASE_URL, SANDBOX_PATIENTS, SANDBOX_CLINICS, SANDBOX_MLLP_PORT } = process.env as NodeJS.ProcessEnv &
  SandboxEnvironment;

/** One source with the default feeds and intervals, and one interface engine that takes everything. */
export default defineBridge({
  sources: {
    prairie: {
      baseUrl: SANDBOX_BASE_URL,
      credentials: { method: "client_secret_basic", secret: "sandbox/prairie" },
      timeZone: "America/Chicago",
      facility: { namespaceId: "PRAIRIE" },
      patients: { ids: SANDBOX_PATIENTS.split(","), appointmentLocations: SANDBOX_CLINICS.split(",") },
      requestsPerMinute: 100_000,
    },
  },
  destinations: {
    "adt-engine": { format: "hl7v2", link: { host: "127.0.0.1", port: Number(SANDBOX_MLLP_PORT) } },
  },
});
