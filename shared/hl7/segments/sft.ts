import type { MessageContext } from "../context.ts";
import { vendor } from "../datatypes/envelope.ts";
import { st } from "../datatypes/text.ts";
import { segment } from "../mapping.ts";

/** HL7 v2.5.1, 2.15.12 */
export const sft = segment<MessageContext>(
  "SFT",
  {
    1: vendor({ from: "destination.software.vendor", required: true }),
    2: st({ from: "destination.software.version", required: true }),
    3: st({ from: "destination.software.product", required: true }),
    4: st({ from: "destination.software.binaryId", required: true }),
  },
  "By option of the destination; 2.5 and later.",
);
