import * as v from "valibot";
import { BridgeError } from "../errors.ts";
import type { ReferenceType } from "../ignite/searches.ts";

/**
 * One thing to poll, as it stands in the roster: a patient, the appointments of a location, or a type of what many
 * patients share.
 */
export type TargetKey = `patient/${string}` | `schedule/${string}` | `reference/${ReferenceType}`;

export type Target =
  | { readonly kind: "patient"; readonly patient: string }
  | { readonly kind: "schedule"; readonly location: string }
  | { readonly kind: "reference"; readonly resourceType: ReferenceType };

export function patientTarget(patient: string): TargetKey {
  return `patient/${patient}`;
}

export function scheduleTarget(location: string): TargetKey {
  return `schedule/${location}`;
}

export function referenceTarget(resourceType: ReferenceType): TargetKey {
  return `reference/${resourceType}`;
}

/** @throws ERR_QUEUE_MESSAGE for any other text */
export function parseTarget(key: string): Target {
  const [, kind, id = ""] = /^(patient|schedule|reference)\/(.+)$/s.exec(key) ?? [];
  if (kind === "patient") return { kind, patient: id };
  if (kind === "schedule") return { kind, location: id };
  if (kind === "reference" && isReferenceType(id)) return { kind, resourceType: id };
  throw new BridgeError("ERR_QUEUE_MESSAGE", { details: { path: "target" } });
}

export function isReferenceType(resourceType: string): resourceType is ReferenceType {
  return resourceType === "Practitioner" || resourceType === "Location";
}

/** The body of a message in the polls queue. */
export const pollRequestSchema = v.object({
  source: v.string(),
  target: v.string(),
  /** When the plan asked (epoch milliseconds): a poll since then answers this request too. */
  plannedAt: v.optional(v.number()),
});
export type PollRequest = v.InferOutput<typeof pollRequestSchema>;

/** @throws ERR_QUEUE_MESSAGE naming the first member that is missing or malformed */
export function parsePollRequest(body: string): PollRequest {
  const result = v.safeParse(v.pipe(v.string(), v.parseJson(), pollRequestSchema), body);
  if (result.success) return result.output;
  throw new BridgeError("ERR_QUEUE_MESSAGE", { details: { path: v.getDotPath(result.issues[0]) ?? "(body)" } });
}

/** Time kept at the end of an invocation to release the lease. */
export const stopBeforeMs = 10_000;

/** A lease outlives the process that took it, whatever happens to that, so that two never write at once. */
export function leaseMsFor(remainingMs: number): number {
  return Math.max(300_000, remainingMs + stopBeforeMs);
}
