import { BridgeError } from "../../errors.ts";
import type { Trigger } from "../../events/event.ts";
import { administrationMessages } from "./administrations.ts";
import { adtMessages } from "./adt.ts";
import { financialMessages } from "./financial.ts";
import { documentMessages } from "./mdm.ts";
import type { MessageDefinition } from "./message.ts";
import { masterFileMessages } from "./mfn.ts";
import { orderMessages } from "./orders.ts";
import { oruMessages } from "./oru.ts";
import { problemMessages } from "./ppr.ts";
import { siuMessages } from "./siu.ts";

/** Every message that the bridge can make. */
export const messages: readonly MessageDefinition[] = [
  ...adtMessages,
  ...oruMessages,
  ...siuMessages,
  ...orderMessages,
  ...administrationMessages,
  ...documentMessages,
  ...financialMessages,
  ...problemMessages,
  ...masterFileMessages,
];

const byTrigger = new Map<Trigger, MessageDefinition>(
  messages.flatMap((message) => message.triggers.map((trigger) => [trigger, message] as const)),
);

/** @throws ERR_UNRENDERABLE when there is no message for the trigger */
export function messageFor(trigger: Trigger): MessageDefinition {
  const message = byTrigger.get(trigger);
  if (message === undefined) throw new BridgeError("ERR_UNRENDERABLE", { details: { field: "MSH-9", trigger } });
  return message;
}
