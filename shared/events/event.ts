import type { Resource, ResourceKey } from "../fhir.ts";

/** HL7 v2 message code and trigger event: `ADT^A01`. */
export type Trigger = `${string}^${string}`;

/** A clinical fact. One rule names both the event type (webhooks) and the HL7 v2 trigger, so the two cannot disagree. */
export interface ClinicalEvent {
  /** Dotted, resource first, then what happened to it: `encounter.admitted`. */
  readonly type: string;
  /** Absent where HL7 v2 has no message for it. */
  readonly trigger?: Trigger | undefined;
  /** The row of the rule table that fired: `E5`. */
  readonly rule: string;
  readonly focus: ResourceKey;
  /** The focus as it is now. */
  readonly after: Resource;
  /** The focus as the destination was last told, or as it was before this change. */
  readonly before?: Resource | undefined;
  /** When it happened in the hospital (instant or date): EVN-6. */
  readonly occurredAt?: string | undefined;
  /** When the record took it in, `meta.lastUpdated` of the version: EVN-2. */
  readonly recordedAt: string;
  /** What this step shows differently from the final state, when several steps are told after one poll. */
  readonly step?: EventStep | undefined;
  /** True when it tells what was there before the bridge began to watch: MSH-11.2 `I`. */
  readonly initial?: boolean | undefined;
}

export interface EventStep {
  /** Encounter.location entry that the patient is in at this step: PV1-3. */
  readonly location?: fhir4.EncounterLocation | undefined;
  /** Encounter.location entry that the patient came from: PV1-6. */
  readonly priorLocation?: fhir4.EncounterLocation | undefined;
  /** The record that a merge ended: MRG. */
  readonly merged?: Resource | undefined;
  /** The orders that this one takes the place of, of those that the destination knows. */
  readonly replaced?: readonly string[] | undefined;
  /** The orders that this one is a part of, of those that the destination knows. */
  readonly parents?: readonly string[] | undefined;
  /** Of what one message tells together, this one among it: each diagnosis and procedure of a BAR^P12. */
  readonly together?: readonly ClinicalEvent[] | undefined;
  /** ORC-1, where it is another than the one that the type of the event stands for. */
  readonly orderControl?: string | undefined;
}
