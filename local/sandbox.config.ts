import { defineBridge } from "../shared/config/bridge.ts";

/** What the local run puts into the environment once the simulated hospital and the client systems listen. */
export interface SandboxEnvironment {
  SANDBOX_BASE_URL: string;
  /** Ids, separated by commas. */
  SANDBOX_PATIENTS: string;
  SANDBOX_CLINICS: string;
  SANDBOX_MLLP_PORT: string;
  SANDBOX_WEBHOOK_URL: string;
}

const { SANDBOX_BASE_URL, SANDBOX_PATIENTS, SANDBOX_CLINICS, SANDBOX_MLLP_PORT, SANDBOX_WEBHOOK_URL } =
  process.env as NodeJS.ProcessEnv & SandboxEnvironment;

/** The configuration of `npm start` without `--config`: the simulated hospital, an interface engine and an app. */
export default defineBridge({
  sources: {
    prairie: {
      baseUrl: SANDBOX_BASE_URL,
      credentials: { method: "client_secret_basic", secret: "sandbox/prairie" },
      timeZone: "America/Chicago",
      facility: { namespaceId: "PRAIRIE" },
      assigningAuthorities: {
        "urn:oid:2.16.840.1.113883.6.1000": { namespaceId: "PRAIRIEMRN" },
        "urn:oid:2.16.840.1.113883.3.787.0.1.": { namespaceId: "PRAIRIEFIN" },
      },
      patients: { ids: SANDBOX_PATIENTS.split(","), appointmentLocations: SANDBOX_CLINICS.split(",") },
      // At sixty times the wall's speed a minute is a second, and a laptop carries some hundred requests in it.
      intervals: { inHouse: "5m", today: "8m", schedule: "3m", other: "10m" },
      requestsPerMinute: 120,
    },
  },
  destinations: {
    "adt-engine": {
      format: "hl7v2",
      link: { host: "127.0.0.1", port: Number(SANDBOX_MLLP_PORT) },
      receivingApplication: { namespaceId: "ENGINE" },
      receivingFacility: { namespaceId: "PRAIRIE" },
    },
    "care-app": {
      format: "webhook",
      url: SANDBOX_WEBHOOK_URL,
      secret: "sandbox/care-app",
      payload: "full-resource",
      allowPrivateAddresses: true,
    },
  },
});
