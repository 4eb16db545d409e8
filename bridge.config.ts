import { defineBridge } from "./shared/config/bridge.ts";

/** The one file to edit. Every option, with its default, is in shared/config. */
export default defineBridge({
  sources: {
    general: {
      baseUrl: "https://fhir-ehr-code.cerner.com/r4/ec2458f2-1e24-41c8-b71b-0e701af7583d",
      credentials: { method: "client_secret_basic", secret: "ignite-bridge/general" },
      timeZone: "America/Chicago",
      facility: { namespaceId: "GENERAL" },
      assigningAuthorities: { "urn:oid:2.16.840.1.113883.6.1000": { namespaceId: "GENMRN" } },
      patients: { ids: ["12724066"], appointmentLocations: ["21304876"] },
    },
  },
  destinations: {
    "adt-engine": {
      format: "hl7v2",
      link: { host: "engine.example.org", port: 6661 },
      receivingApplication: { namespaceId: "ENGINE" },
      receivingFacility: { namespaceId: "GENERAL" },
    },
    "care-app": {
      format: "webhook",
      url: "https://care.example.org/hooks/ignite",
      secret: "ignite-bridge/care-app",
      events: ["encounter.*", "patient.*", "appointment.*", "result.*"],
      payload: "full-resource",
    },
  },
});
