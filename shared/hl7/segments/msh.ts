import type { MessageContext } from "../context.ts";
import { id } from "../datatypes/coded.ts";
import { msg, profile, pt, vid } from "../datatypes/envelope.ts";
import { hd } from "../datatypes/hd.ts";
import { st } from "../datatypes/text.ts";
import { ts } from "../datatypes/time.ts";
import { segment } from "../mapping.ts";

/** HL7 v2.5.1, 2.15.9 */
export const msh = segment<MessageContext>("MSH", {
  1: st({ from: "message.fieldSeparator" }),
  2: st({ from: "message.encodingCharacters" }),
  3: hd({ from: "destination.sendingApplication" }),
  4: hd({ from: ["destination.sendingFacility", "source.facility"] }),
  5: hd({ from: "destination.receivingApplication" }),
  6: hd({ from: "destination.receivingFacility" }),
  7: ts({ from: "message.time", required: true, rule: "When the bridge saw the change", volatile: true }),
  8: st({ from: "destination.security" }),
  9: msg({ from: "message", required: true }),
  10: st({ from: "message.controlId", required: true, rule: "The delivery id, the same on every retry" }),
  11: pt({ from: "message", required: true, rule: "MSH-11.2 is I in an initial load" }),
  12: vid({ from: "destination.version", required: true }),
  15: id({ from: "destination.acceptAcknowledgment" }),
  16: id({ from: "destination.applicationAcknowledgment" }),
  17: id({ from: "destination.countryCode" }),
  18: id({ from: "destination.characterSet" }),
  21: profile({ from: "destination.messageProfiles", repeats: true }),
});
