import type { BridgeInput } from "../shared/config/schema.ts";
import type { Expectations } from "./expected.ts";
import { ancillaryExpectations, hl7Expectations, narrowExpectations } from "./expected-hl7.ts";
import { fullWebhookExpectations, idWebhookExpectations } from "./expected-webhook.ts";
import { createHl7Reader } from "./readers/hl7.ts";
import type { Reader } from "./readers/notebook.ts";
import { createWebhookReader } from "./readers/webhook.ts";

/** A client system of the census: how the bridge is set up for it, who reads it, and what it can know. */
export interface CensusDestination {
  readonly settings: BridgeInput["destinations"][string];
  reader(): Reader;
  readonly expectations: Expectations;
}

/** Whose number the receivers know people by; the sandbox's own authority. */
export const medicalRecordAuthority = "2.16.840.1.113883.6.1000";

const link = { host: "127.0.0.1", port: 2575 };
const hook = {
  format: "webhook",
  url: "https://receiver.invalid/",
  secret: "receiver",
  initialLoad: "snapshot",
} as const;

export const censusDestinations: Readonly<Record<string, CensusDestination>> = {
  "hl7-full": {
    settings: { format: "hl7v2", link, orderMode: "notify", initialLoad: "snapshot" },
    reader: () => createHl7Reader({ medicalRecordAuthority }),
    expectations: hl7Expectations,
  },
  "hl7-options": {
    settings: {
      format: "hl7v2",
      link,
      orderMode: "notify",
      initialLoad: "snapshot",
      options: ["outpatient-tracking", "appointment-resources"],
    },
    reader: () => createHl7Reader({ medicalRecordAuthority }),
    expectations: hl7Expectations,
  },
  "hl7-narrow": {
    settings: {
      format: "hl7v2",
      link,
      events: ["encounter.admitted", "encounter.discharged", "encounter.updated", "encounter.cancelled"],
      patientUpdateEvent: "A08",
      initialLoad: "snapshot",
    },
    reader: () => createHl7Reader({ medicalRecordAuthority, triggers: ["A01", "A03", "A08", "A11"] }),
    expectations: narrowExpectations,
  },
  "hl7-ancillary": {
    settings: {
      format: "hl7v2",
      link,
      events: [
        "appointment.booked",
        "appointment.rescheduled",
        "appointment.cancelled",
        "order.placed",
        "order.cancelled",
        "result.final",
        "result.corrected",
      ],
      orderMode: "notify",
      initialLoad: "snapshot",
    },
    reader: () =>
      createHl7Reader({ medicalRecordAuthority, triggers: ["S12", "S13", "S15", "O09", "O19", "O21", "R01"] }),
    expectations: ancillaryExpectations,
  },
  "webhook-full": {
    settings: { ...hook, payload: "full-resource" },
    reader: () => createWebhookReader({ payload: "full-resource" }),
    expectations: fullWebhookExpectations,
  },
  "webhook-ids": {
    settings: { ...hook, payload: "id-only", options: ["outpatient-tracking", "appointment-resources"] },
    reader: () => createWebhookReader({ payload: "id-only" }),
    expectations: idWebhookExpectations,
  },
};
