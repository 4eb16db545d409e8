import type { MessageContext } from "../context.ts";
import { pd1 } from "../segments/pd1.ts";
import { pid } from "../segments/pid.ts";
import { pv1 } from "../segments/pv1.ts";
import { pv2 } from "../segments/pv2.ts";
import { group, optional, type Part, required } from "./message.ts";

export function itself<Context>(context: Context): readonly Context[] {
  return [context];
}

/** What is told may belong to no visit. */
export function visits<Context extends MessageContext>(context: Context): readonly Context[] {
  return context.Encounter === undefined ? [] : [context];
}

export const visit: Part = group("PATIENT_VISIT", visits<MessageContext>, [required(pv1), optional(pv2)]);
export const patient: readonly Part[] = [required(pid), optional(pd1)];
