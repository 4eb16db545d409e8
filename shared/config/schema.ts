import * as v from "valibot";
import type { Hl7Version } from "../hl7/dictionary/contents.ts";
import { duration } from "./duration.ts";
import { eventSettings, hl7EventSettings } from "./event-settings.ts";
import {
  codingSystemId,
  type HierarchicDesignator,
  hierarchicDesignator,
  hl7Settings,
  identifierSystem,
} from "./hl7-settings.ts";

export type { HierarchicDesignator };

const timeZone = v.pipe(
  v.string(),
  v.check(isTimeZone, 'Use an IANA time zone such as "America/Chicago" or "Europe/Berlin"'),
);

/** Offsets and abbreviations, which a platform may take too, have no summer time or mean several zones. */
const noZone = /^(?:[+-]|(?!UTC$|GMT$|[CEMW]ET$)[A-Z]{3}$)/;

function isTimeZone(name: string): boolean {
  if (noZone.test(name)) return false;
  try {
    new Intl.DateTimeFormat("en", { timeZone: name });
    return true;
  } catch {
    return false;
  }
}

const url = v.pipe(
  v.string(),
  v.url("Write an absolute URL"),
  v.check(isSecureOrLoopback, "Use https (http is taken for loopback only)"),
);

function isSecureOrLoopback(text: string): boolean {
  if (!URL.canParse(text)) return true;
  const { protocol, hostname } = new URL(text);
  return protocol === "https:" || (protocol === "http:" && /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(hostname));
}

const nonEmpty = v.pipe(v.string(), v.nonEmpty("Must not be empty"));
const count = v.pipe(v.number(), v.integer(), v.minValue(1));

/** The resource types that can be polled. */
export const feeds = [
  "Patient",
  "Encounter",
  "Appointment",
  "ServiceRequest",
  "DiagnosticReport",
  "Observation",
  "AllergyIntolerance",
  "Condition",
  "Procedure",
  "Immunization",
  "DocumentReference",
  "MedicationRequest",
  "MedicationAdministration",
  "Coverage",
  "RelatedPerson",
  "Account",
  "ChargeItem",
  "Slot",
  "Practitioner",
  "Location",
] as const;
export type Feed = (typeof feeds)[number];

/** Those that are polled unless the configuration names its own. */
export const defaultFeeds = [
  "Patient",
  "Encounter",
  "Appointment",
  "ServiceRequest",
  "DiagnosticReport",
  "Observation",
] as const satisfies Feed[];

/**
 * Feeds that Ignite does not let ask for what changed cost as much when nothing has, so they wait longer; so do lists that
 * are told with something else.
 */
const feedIntervals = v.strictObject({
  ServiceRequest: v.optional(duration, "0s"),
  DiagnosticReport: v.optional(duration, "0s"),
  Observation: v.optional(duration, "0s"),
  AllergyIntolerance: v.optional(duration, "5m"),
  Condition: v.optional(duration, "5m"),
  Procedure: v.optional(duration, "5m"),
  Immunization: v.optional(duration, "5m"),
  DocumentReference: v.optional(duration, "0s"),
  MedicationRequest: v.optional(duration, "0s"),
  MedicationAdministration: v.optional(duration, "5m"),
  Coverage: v.optional(duration, "1h"),
  RelatedPerson: v.optional(duration, "1h"),
  Account: v.optional(duration, "15m"),
  ChargeItem: v.optional(duration, "15m"),
  Slot: v.optional(duration, "5m"),
  Practitioner: v.optional(duration, "6h"),
  Location: v.optional(duration, "6h"),
});

/** One Ignite tenant. */
export const sourceSchema = v.strictObject({
  /** Service root up to and with the tenant: `https://fhir-ehr.cerner.com/r4/<tenant>`. */
  baseUrl: v.pipe(
    url,
    v.transform((text) => text.replace(/\/+$/, "")),
  ),
  credentials: v.strictObject({
    method: v.picklist(["client_secret_basic", "private_key_jwt"]),
    /** Name or ARN of the Secrets Manager secret; README says what it holds. */
    secret: nonEmpty,
    /** The SMART version chosen when the app was registered: it decides `system/X.read` (1) or `system/X.rs` (2). */
    smartVersion: v.optional(v.picklist([1, 2]), 2),
  }),
  /** The facility's own zone. */
  timeZone,
  /** MSH-4, and PL.4 where a location names no facility. */
  facility: v.optional(hierarchicDesignator, {}),
  /** Identifier system to assigning authority: CX.4, EI.2, XCN.9. */
  assigningAuthorities: v.optional(v.record(identifierSystem, hierarchicDesignator), {}),
  /** Code system (its FHIR URI) to coding system id: CE.3 and CWE.3, where HL70396 has none for it. */
  codeSystems: v.optional(v.record(nonEmpty, codingSystemId), {}),
  /** Which Patient.identifier is the medical record number. */
  medicalRecordNumber: v.optional(
    v.strictObject({ system: v.optional(identifierSystem), type: v.optional(nonEmpty, "MR") }),
    {},
  ),
  /** Who is watched. */
  patients: v.strictObject({
    /** Patient ids. */
    ids: v.optional(v.array(nonEmpty), []),
    /** Location ids: whoever has an appointment there is watched. */
    appointmentLocations: v.optional(v.array(nonEmpty), []),
  }),
  feeds: v.optional(v.pipe(v.array(v.picklist(feeds)), v.nonEmpty()), [...defaultFeeds]),
  /** The least time between two reads of a feed for one target; the target's own interval counts where it is longer. */
  feedIntervals: v.optional(feedIntervals, {}),
  /**
   * How often everything of a patient is read again for the types whose `_lastUpdated` misses small updates. One type a
   * poll, and each patient at another time of the day.
   */
  fullReread: v.optional(duration, "24h"),
  /** How often open encounters are read again by id: one that was combined with another is in no search. */
  openReread: v.optional(duration, "10m"),
  /** Practitioners and locations: those that came up with a patient, or all that the tenant lists. */
  referenceData: v.optional(v.picklist(["known", "listed"]), "known"),
  /** Files of documents and reports up to this size come along; 0 leaves all of them out. */
  attachmentLimitBytes: v.optional(v.pipe(v.number(), v.integer(), v.minValue(0)), 5_000_000),
  /** How often a target of each tier is polled. */
  intervals: v.optional(
    v.strictObject({
      inHouse: v.optional(duration, "1m"),
      today: v.optional(duration, "5m"),
      other: v.optional(duration, "1h"),
      schedule: v.optional(duration, "1m"),
    }),
    {},
  ),
  /** The days of appointments that are watched, from today. */
  appointmentDays: v.optional(count, 14),
  /** FHIR requests a minute that the tenant grants us. */
  requestsPerMinute: v.optional(count, 300),
  /** How far each search reaches back before its watermark, for versions that become visible late. */
  overlap: v.optional(duration, "2m"),
});
export type Source = v.InferOutput<typeof sourceSchema>;

const destinationBase = {
  /** Names of sources; without it, all. */
  sources: v.optional(v.pipe(v.array(nonEmpty), v.nonEmpty())),
  ...eventSettings,
  /** What is told of things that were there before the bridge: nothing, their present state, or their whole story. */
  initialLoad: v.optional(v.picklist(["none", "snapshot", "full"]), "none"),
  /** Attempts before a delivery is parked; without it, it is retried until the queue's retention ends. */
  maxAttempts: v.optional(count),
};

/** Waits before each retry; the last one repeats. */
const retryDelays = v.pipe(v.array(duration), v.nonEmpty());

/** HL7 v2 versions (MSH-12). */
const versions = ["2.3", "2.3.1", "2.4", "2.5", "2.5.1", "2.6", "2.7", "2.7.1", "2.8"] as const satisfies Hl7Version[];

/** HL7 v2 over MLLP. */
export const hl7DestinationSchema = v.strictObject({
  format: v.literal("hl7v2"),
  ...destinationBase,
  retryDelays: v.optional(retryDelays, ["2s", "5s", "10s", "30s", "1m"]),
  link: v.strictObject({
    host: nonEmpty,
    port: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(65_535)),
    tls: v.optional(v.boolean(), false),
    /** `link`: one message at a time for the whole link. `patient`: one at a time for each patient. */
    order: v.optional(v.picklist(["link", "patient"]), "link"),
    connectTimeout: v.optional(duration, "10s"),
    /** From the first byte written to the whole acknowledgement. */
    acknowledgementTimeout: v.optional(duration, "30s"),
    /** Where MSH-16 asks for an application acknowledgement: from the commit, or the last byte written, to the whole of it. */
    applicationAcknowledgementTimeout: v.optional(duration, "30s"),
    /**
     * What makes a message delivered where MSH-15 and MSH-16 ask for two acknowledgements: the second, or the commit
     * alone, as where the second comes on a connection that the receiver opens.
     */
    deliveredAt: v.optional(v.picklist(["commit", "application"]), "application"),
    idleTimeout: v.optional(duration, "30s"),
    /** Run the sender inside the VPC. */
    vpc: v.optional(v.boolean(), false),
  }),
  version: v.optional(v.picklist(versions), "2.5.1"),
  sendingApplication: v.optional(hierarchicDesignator, { namespaceId: "IGNITEBRIDGE" }),
  /** Without it, the facility of the source. */
  sendingFacility: v.optional(hierarchicDesignator),
  receivingApplication: v.optional(hierarchicDesignator, {}),
  receivingFacility: v.optional(hierarchicDesignator, {}),
  processingId: v.optional(v.picklist(["P", "T", "D"]), "P"),
  /** What messages about a visit tell beyond what every receiver takes. */
  visit: v.optional(
    v.strictObject({
      /** The clinicians in ROL too, which 2.5.1 prefers to PV1-7, PV1-8, PV1-9 and PV1-17. */
      roles: v.optional(v.boolean(), false),
      /** The vital signs of the visit, as OBX. */
      vitalSigns: v.optional(v.boolean(), false),
      /** The active problems, as DG1 behind the diagnoses of the visit. */
      problems: v.optional(v.boolean(), false),
    }),
  ),
  /**
   * To whom orders are told: `placer`, in the name of the one who ordered, to who carries them out (the default), or
   * `notify`, to a third party that listens. ORC-1 says which.
   */
  orderMode: v.optional(v.picklist(["placer", "notify"]), "placer"),
  /** Zone of the times in the messages; without it, the source's. */
  timeZone: v.optional(timeZone),
  ...hl7EventSettings,
  ...hl7Settings,
});
export type Hl7Destination = v.InferOutput<typeof hl7DestinationSchema>;

/** HTTP callbacks in the Standard Webhooks form. */
export const webhookDestinationSchema = v.strictObject({
  format: v.literal("webhook"),
  ...destinationBase,
  retryDelays: v.optional(retryDelays, ["5s", "5m", "30m", "2h", "5h", "10h", "10h"]),
  url,
  /** Name or ARN of the secret that holds the signing key (`whsec_...`). */
  secret: nonEmpty,
  payload: v.optional(v.picklist(["id-only", "full-resource"]), "id-only"),
  timeout: v.optional(duration, "15s"),
  /** Private and loopback addresses are refused unless the receiver is known to live on one. */
  allowPrivateAddresses: v.optional(v.boolean(), false),
});
export type WebhookDestination = v.InferOutput<typeof webhookDestinationSchema>;

export const destinationSchema = v.variant("format", [hl7DestinationSchema, webhookDestinationSchema]);
export type Destination = v.InferOutput<typeof destinationSchema>;

/** A name becomes part of queue names, metric dimensions and ids. */
const name = v.pipe(
  v.string(),
  v.regex(/^[a-z][a-z0-9-]{0,39}$/, "Use lower case letters, digits and hyphens, 40 at the most"),
);

export const bridgeSchema = v.strictObject({
  sources: v.record(name, sourceSchema),
  destinations: v.record(name, destinationSchema),
});
/** What an integration engineer writes. */
export type BridgeInput = v.InferInput<typeof bridgeSchema>;
/** The same with every default filled in and durations in milliseconds. */
export type Bridge = v.InferOutput<typeof bridgeSchema>;
