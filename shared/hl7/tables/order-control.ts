/**
 * For whom an order is told. `placer`: to the one who carries it out, in the name of the one who ordered. `notify`: to a
 * third party that listens.
 */
export type OrderMode = "placer" | "notify";

interface OrderControl {
  readonly placer: string | undefined;
  readonly notify: string | undefined;
  /** Of the order that another one replaces: it stands in the same message, before its successor. */
  readonly replaced?: Readonly<Record<OrderMode, string>>;
  /** Whether it withdraws an order: then it is told even of what may not be told as an order. */
  readonly withdraws?: boolean;
}

/**
 * ORC-1 (HL70119) by what happened to an order, the last part of an event type. HL7 v2.5.1, 4.5.1.1.
 *
 * A filler knows itself that it has done what was ordered, so a placer has no code for it.
 */
export const orderControls: Readonly<Record<string, OrderControl>> = {
  placed: { placer: "NW", notify: "NW" },
  renewed: { placer: "RF", notify: "RF" },
  changed: { placer: "XO", notify: "XX" },
  held: { placer: "HD", notify: "OH" },
  resumed: { placer: "RL", notify: "OE" },
  released: { placer: "RL", notify: "OE" },
  cancelled: { placer: "CA", notify: "OC", withdraws: true },
  discontinued: { placer: "DC", notify: "OD", withdraws: true },
  completed: { placer: undefined, notify: "SC" },
  "status-changed": { placer: undefined, notify: "SC" },
  replaced: { placer: "RO", notify: "RO", replaced: { placer: "RP", notify: "RU" } },
};

/** Of a renewal for which the one who carries it out had asked. */
export const approvedRefill = "AF";
/** Of a prior result that goes with an order. */
export const priorResultControl = "PR";

/** Of a child order and of its parent, in both modes: the two are told together. */
export const parentControl = "PA";
export const childControl = "CH";

const withdrawals = new Set(
  Object.values(orderControls).flatMap(({ withdraws, placer, notify }) => (withdraws ? [placer, notify] : [])),
);

export function isWithdrawal(control: string): boolean {
  return withdrawals.has(control);
}

/** What happened to the order: `placed` of `order.placed`. */
export function orderControlOf(eventType: string): OrderControl | undefined {
  const happened = eventType.slice(eventType.lastIndexOf(".") + 1);
  return Object.hasOwn(orderControls, happened) ? orderControls[happened] : undefined;
}
