import type { WebhookDestination } from "../config/schema.ts";
import type { ClinicalEvent } from "../events/event.ts";
import { patientIdOf, type Resource } from "../fhir.ts";

/** The body of a webhook, in the form that Standard Webhooks proposes. */
export interface WebhookPayload {
  /** Event type: `encounter.admitted`. */
  readonly type: string;
  /** When the record took it in (instant). */
  readonly timestamp: string;
  readonly data: WebhookData;
}

export interface WebhookData {
  /** Name of the source in the bridge's configuration: ids mean something only inside one source. */
  readonly source: string;
  /** Id of the patient whom it is about, as of now: the surviving one after a merge. */
  readonly patient?: string | undefined;
  /** What the event is about. */
  readonly focus: ResourceLink;
  /** HL7 v2 trigger event of the same fact, where there is one: `ADT^A01`. */
  readonly trigger?: string | undefined;
  /** When it happened in the hospital (FHIR dateTime), where the record says so. */
  readonly occurredAt?: string | undefined;
  /** The record that a merge ended. */
  readonly merged?: ResourceLink | undefined;
  /** Where the patient is at this step, when one poll found several moves: a Location reference. */
  readonly location?: string | undefined;
  readonly priorLocation?: string | undefined;
  /** True when it tells what was there before the bridge began to watch. */
  readonly initial?: true | undefined;
  /**
   * How many events about this resource the destination has been told, this one included. A gap or a step back shows a
   * receiver that it missed or reordered something. Absent where an event is about another resource than the one whose
   * change it tells, as the one that goes on after a merge: such an event is counted with neither.
   */
  readonly sequence?: number | undefined;
  /** The focus as the source gave it; only with `payload: "full-resource"`. */
  readonly resource?: Resource | undefined;
}

export interface ResourceLink {
  readonly type: string;
  readonly id: string;
  readonly versionId?: string | undefined;
  /** Where to read it, with a token of one's own. */
  readonly url: string;
}

export interface WebhookInput {
  readonly event: ClinicalEvent;
  readonly source: string;
  /** Service root of the source. */
  readonly baseUrl: string;
  readonly destination: Pick<WebhookDestination, "payload">;
  readonly sequence?: number | undefined;
}

/**
 * Renders the exact text that is signed and sent. The same input gives the same bytes. Decimals read by `parseJson` keep
 * their digits.
 */
export function renderWebhook({ event, source, baseUrl, destination, sequence }: WebhookInput): string {
  const { after, step } = event;
  const payload: WebhookPayload = {
    type: event.type,
    timestamp: event.recordedAt,
    data: {
      source,
      patient: patientIdOf(after),
      focus: linkTo(after, baseUrl),
      trigger: event.trigger,
      occurredAt: event.occurredAt,
      merged: endsARecord.test(event.type) && step?.merged ? linkTo(step.merged, baseUrl) : undefined,
      location: step?.location?.location.reference,
      priorLocation: step?.priorLocation?.location.reference,
      initial: event.initial || undefined,
      sequence,
      resource: destination.payload === "full-resource" ? after : undefined,
    },
  };
  return JSON.stringify(payload);
}

/** The others move, renumber or part records; their messages name the record as it was before, but none has ended. */
const endsARecord = /\.merged$/;

function linkTo(resource: Resource, baseUrl: string): ResourceLink {
  const { resourceType, id = "", meta } = resource;
  return { type: resourceType, id, versionId: meta?.versionId, url: `${baseUrl}/${resourceType}/${id}` };
}
