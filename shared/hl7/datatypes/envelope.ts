import type { Hl7Destination } from "../../config/schema.ts";
import type { MessageFacts } from "../context.ts";
import { dataType } from "../mapping.ts";
import { designator } from "./hd.ts";

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
/** 2.A.28 EI of a message profile. */
export const profile = dataType<Hl7Destination["messageProfiles"][number]>(
  "EI",
  ({ entityIdentifier, ...authority }) => [entityIdentifier, ...designator(authority)],
);
/** 2.A.87 XON of an organization that is named in the configuration. */
export const vendor = dataType<string>("XON", (name) => [name]);
