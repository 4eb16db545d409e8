import * as v from "valibot";

/** A rendered message for one destination, as it waits in that destination's queue. */
export const deliverySchema = v.object({
  /**
   * Deterministic: MSH-10 or `webhook-id`, the same on every retry. Twenty characters of A-Z and 0-9, the most that
   * MSH-10 takes up to HL7 v2.6.
   */
  id: v.pipe(v.string(), v.regex(/^[A-Z0-9]{20}$/)),
  destination: v.string(),
  source: v.string(),
  patient: v.string(),
  /** Event type: `encounter.admitted`. */
  event: v.string(),
  /** HL7 v2 trigger: `ADT^A01`. */
  trigger: v.optional(v.string()),
  /** `Encounter/97845`. */
  focus: v.string(),
  /** ER7 text with CR segment ends, or the exact JSON text of the webhook body. */
  body: v.string(),
  /** `meta.lastUpdated` of what it tells, for end-to-end latency. */
  recordedAt: v.string(),
  /** When route made it (instant). */
  createdAt: v.string(),
});
export type Delivery = v.InferOutput<typeof deliverySchema>;

/**
 * A stage's message as it travels: the value itself, or where it lies in the claims bucket when it is large.
 * The group and the destination stay outside, so that a failure can be told without opening a claim.
 */
export type ClaimCheck<Value> = { readonly value: Value } | { readonly claim: string };

/** Something that will not succeed by retrying, or that a person should look at. Codes and positions only, never patient data. */
export interface WorkItem {
  readonly severity: "warning" | "error";
  /** Stable reason: `unmapped-code`, `required-field-empty`, `truncated`, `unrenderable`... */
  readonly reason: string;
  /** `PV1-36` or the FHIRPath that it comes from. */
  readonly field?: string | undefined;
  readonly path?: string | undefined;
  /** The code system and code that had no row; a code is not patient data. */
  readonly code?: string | undefined;
  readonly detail?: string | undefined;
  /** How often it came up, where that was more than once. */
  readonly count?: number | undefined;
}
