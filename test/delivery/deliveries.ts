import type { QueueRecord } from "../../shared/delivery/deliver.ts";
import type { Delivery } from "../../shared/delivery/delivery.ts";
import type { QueuedDelivery } from "../../shared/delivery/queued-delivery.ts";

/** A delivery about a patient, the n-th of that patient. */
export function deliveryOf(patient: string, number: number, other: Partial<Delivery> = {}): Delivery {
  return {
    id: `${patient}${number}`.toUpperCase().padStart(20, "0"),
    destination: "care-app",
    source: "general",
    patient,
    event: "patient.updated",
    trigger: "ADT^A08",
    focus: `Patient/${patient}`,
    body: `${patient} ${number}`,
    recordedAt: new Date(Date.now() - 1000).toISOString(),
    createdAt: new Date().toISOString(),
    ...other,
  };
}

let handedOut = 0;

/** The record of a queue that holds it. */
export function recordOf(queued: QueuedDelivery | string, receives = 1): QueueRecord {
  handedOut++;
  return {
    messageId: `message-${handedOut}`,
    receiptHandle: `receipt-${handedOut}`,
    body: typeof queued === "string" ? queued : JSON.stringify(queued),
    attributes: { ApproximateReceiveCount: String(receives) },
  };
}
