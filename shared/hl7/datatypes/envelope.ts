import type { MessageFacts } from "../context.ts";
import { dataType } from "../mapping.ts";

/** 2.A.45 MSG */
export const msg = dataType<MessageFacts>("MSG", ({ code, triggerEvent, structure }) => [
  code,
  triggerEvent,
  structure,
]);
/** 2.A.58 PT */
export const pt = dataType<MessageFacts>("PT", ({ processingId, processingMode }) => [processingId, processingMode]);
/** 2.A.85 VID */
export const vid = dataType<string>("VID", (version) => [version]);
