import type { Handle } from "./desk.ts";
import { writePerson } from "./people.ts";

/** HL70119 */
const orderStates: Readonly<Record<string, string>> = {
  NW: "open",
  RO: "open",
  CH: "open",
  PA: "open",
  XO: "open",
  XX: "open",
  RL: "open",
  OE: "open",
  HD: "held",
  OH: "held",
  CA: "cancelled",
  OC: "cancelled",
  DC: "cancelled",
  OD: "cancelled",
  RP: "cancelled",
  RU: "cancelled",
};

/** HL70038, where the control says only that the status changed (SC) or the order did (XO, XX). */
const orderStatuses: Readonly<Record<string, string>> = {
  IP: "open",
  SC: "open",
  A: "open",
  HD: "held",
  CM: "done",
  CA: "cancelled",
  DC: "cancelled",
  RP: "cancelled",
  ER: "cancelled",
};

const opensAnOrder = new Set(["NW", "RO", "CH", "PA"]);

/** Order messages: chapter 4, by order control. */
export const orders: Handle = (message, desk) => {
  const person = writePerson(message, desk);
  for (const orc of message.segments) {
    if (orc.name !== "ORC") continue;
    const [control, number, status] = [orc.text(1), orc.text(2), orc.text(5)];
    const thing = `order ${number}`;
    const known = desk.notebook.holds(thing);
    if (known === undefined && !opensAnOrder.has(control)) {
      desk.notebook.complain(thing, `${control} of an order that is not known`);
      continue;
    }
    const isChange = ["XO", "XX", "SC"].includes(control);
    const state = isChange ? (orderStatuses[status] ?? known?.state) : orderStates[control];
    if (state === undefined) desk.notebook.complain(thing, `ORC-1 ${control} means nothing here`);
    else desk.notebook.write(thing, { state, ...(person !== undefined && { person }) });
  }
};
