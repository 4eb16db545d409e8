import { contentHash } from "../changes/content.ts";
import type { SubjectOfChange } from "../events/subjects.ts";
import type { ResourceKey } from "../fhir.ts";
import { deliveryId } from "./delivery-id.ts";
import type { DeliveryHead } from "./ledger.ts";
import type { Route } from "./plan.ts";

interface EventHead {
  readonly type: string;
  readonly trigger?: string | undefined;
  readonly focus?: ResourceKey;
  readonly recordedAt: string;
}

/** Its id is that of a repeat too: it comes from what is told, to whom, and which message about the resource it is. */
export function headOf(
  { name, changeSet: { source, patient } }: Route,
  { key, after }: SubjectOfChange,
  { type, trigger, focus = key, recordedAt }: EventHead,
  sequence: number,
): DeliveryHead {
  return {
    id: deliveryId(name, source, patient, key, type, sequence, contentHash(after)),
    destination: name,
    source,
    patient,
    event: type,
    ...(trigger !== undefined && { trigger }),
    focus,
    recordedAt,
    createdAt: new Date().toISOString(),
  };
}
