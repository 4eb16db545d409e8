import * as v from "valibot";
import { BridgeError } from "../errors.ts";
import { deliverySchema } from "./delivery.ts";

const { body: _, ...head } = deliverySchema.entries;

/** The message of a destination's queue: a delivery, or where its body lies in the claims bucket when it is large. */
export const queuedDeliverySchema = v.union([deliverySchema, v.object({ ...head, claim: v.string() })]);
export type QueuedDelivery = v.InferOutput<typeof queuedDeliverySchema>;

/** @throws ERR_QUEUE_MESSAGE naming the first member that is missing or malformed */
export function readQueuedDelivery(text: string): QueuedDelivery {
  const result = v.safeParse(v.pipe(v.string(), v.parseJson(), queuedDeliverySchema), text);
  if (result.success) return result.output;
  const [issue] = result.issues;
  throw new BridgeError("ERR_QUEUE_MESSAGE", { details: { path: v.getDotPath(issue) ?? "(body)" } });
}
