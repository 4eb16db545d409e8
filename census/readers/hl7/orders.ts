import type { Message, Segment } from "../er7.ts";
import type { Handle } from "./desk.ts";
import { writeOwner } from "./people.ts";

/** HL70119 */
const orderStates: Readonly<Record<string, string>> = {
  NW: "open",
  RO: "open",
  CH: "open",
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

/** HL70038, where the control says only that the status changed (SC), the order did (XO, XX) or has children (PA). */
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
  const owner = writeOwner(message, desk);
  for (const { orc, others } of orderGroups(message)) {
    const [control, number, status, parent] = [orc.text(1), orc.text(2), orc.text(5), orc.text(8)];
    const thing = `order ${number}`;
    const known = desk.notebook.holds(thing);
    if (known === undefined && !opensAnOrder.has(control)) {
      desk.notebook.complain(thing, `${control} of an order that is not known`);
      continue;
    }
    if (control === "CH" && desk.notebook.holds(`order ${parent}`) === undefined)
      desk.notebook.complain(thing, "CH of a parent that is not known");
    const isChange = ["XO", "XX", "SC", "PA"].includes(control);
    const state = isChange ? (orderStatuses[status] ?? known?.state ?? "open") : orderStates[control];
    if (state === undefined) desk.notebook.complain(thing, `ORC-1 ${control} means nothing here`);
    else desk.notebook.write(thing, { state, ...(parent && { parent }), ...whatIsOrdered(others), ...owner });
  }
};

function orderGroups({ segments }: Message): { orc: Segment; others: Segment[] }[] {
  const groups: { orc: Segment; others: Segment[] }[] = [];
  for (const segment of segments) {
    if (segment.name === "ORC") groups.push({ orc: segment, others: [] });
    else groups.at(-1)?.others.push(segment);
  }
  return groups;
}

/** HL70485 */
const priorities: Readonly<Record<string, string>> = { S: "stat", A: "asap", R: "routine", T: "timing critical" };

/** The name that the sender's own code has (OBR-4), and how urgent it is (TQ1-9). */
function whatIsOrdered(segments: readonly Segment[]): Record<string, string> {
  const obr = segments.find(({ name }) => name === "OBR");
  const priority = segments.find(({ name }) => name === "TQ1")?.text(9) ?? "";
  return {
    ...(obr?.has(4) && { code: obr.text(4, 5) || obr.text(4, 2) || obr.text(4) }),
    ...(priority !== "" && { priority: priorities[priority] ?? priority }),
  };
}
