import { keyOf } from "../../fhir.ts";
import { noOrder, type OrderFacts, orderFacts } from "../facts/order.ts";
import type { Around, Rule, RuleTable } from "../rule.ts";

/** ServiceRequest and MedicationRequest to order messages; ORC-1 follows from the event and the mode of the receiver. */
const rules: readonly Rule<OrderFacts>[] = [
  {
    id: "O9",
    event: "order.replaced",
    title: "Ordered in the place of another order, whose end HL7 tells with it and a webhook apart (O5, O6)",
    when: (_was, is, told, around) => isOpen(is) && !told("order") && takesOver(is, around),
  },
  {
    id: "O1",
    event: "order.placed",
    title: "Ordered; a child order is told with its parent (O10)",
    when: (_was, is, told) => isOpen(is) && !told("order"),
  },
  {
    id: "O3",
    event: "order.held",
    title: "Put on hold",
    when: (was, is) => was.phase === "active" && is.phase === "held",
  },
  {
    id: "O4",
    event: "order.resumed",
    title: "Goes on",
    when: (was, is) => was.phase === "held" && is.phase === "active",
  },
  {
    id: "O5",
    event: "order.cancelled",
    title: "Cancelled before it was begun, or not to be done any more (O14)",
    when: (_was, is, told, around) => isRevoked(is) && !isBegun(is) && told("order") && !isTakenOver(around),
  },
  {
    id: "O6",
    event: "order.discontinued",
    title: "Stopped after it was begun",
    when: (_was, is, told, around) => isRevoked(is) && isBegun(is) && told("order") && !isTakenOver(around),
  },
  {
    id: "O7",
    event: "order.completed",
    title: "Done",
    when: (was, is, told) => was.phase !== "completed" && is.phase === "completed" && told("order"),
  },
  {
    id: "O8",
    event: "order.cancelled",
    title: "Recorded in error",
    when: (_was, is, told) => is.phase === "void" && told("order"),
  },
  {
    id: "O16",
    event: "order.status-changed",
    title: "Another reason for the status, and nothing else",
    when: (was, is, told) => isSame(was, is) && told("order") && was.reason !== is.reason,
  },
  {
    id: "O12",
    event: "order.status-changed",
    title: "The number of whoever carries it out is there, and nothing else changed",
    when: (was, is, told) =>
      isSame(was, is) && told("order") && was.fillerNumber !== is.fillerNumber && was.reason === is.reason,
  },
];

function isOpen({ phase }: OrderFacts): boolean {
  return phase === "active" || phase === "held";
}

function isRevoked({ phase }: OrderFacts): boolean {
  return phase === "cancelled" || phase === "stopped";
}

function isBegun({ phase, started }: OrderFacts): boolean {
  return phase === "stopped" || started === true;
}

function isSame(was: OrderFacts, is: OrderFacts): boolean {
  return was.phase === is.phase && isOpen(is) && was.order === is.order;
}

/** A message that ends the one before makes sense only where that was there before the two came along. */
function takesOver({ replaces }: OrderFacts, { lookup, lookupBefore, hearsTogether }: Around<OrderFacts>): boolean {
  return (hearsTogether("order.replaced") ? lookupBefore : lookup)(replaces) !== undefined;
}

/** The message of the order that takes its place tells of its end too; a webhook tells of one resource alone. */
function isTakenOver({ resources, subject, hearsTogether }: Around<OrderFacts>): boolean {
  return (
    hearsTogether("order.replaced") &&
    resources.some(
      (each) =>
        each.resourceType === "ServiceRequest" &&
        each.status === "active" &&
        each.replaces?.some(({ reference }) => reference?.endsWith(keyOf(subject))) === true,
    )
  );
}

function orderTable(of: OrderFacts["of"]): RuleTable<OrderFacts> {
  return {
    none: { of, ...noOrder },
    facts: (resource, _lookup, resources, was) =>
      orderFacts(resource as fhir4.ServiceRequest | fhir4.MedicationRequest, resources, was),
    rules,
    update: {
      rule: "O2",
      event: "order.changed",
      title: "Something about it changed: what, when, how urgent, how much",
      when: (is, told) => told("order") && !isRevoked(is) && is.phase !== "void",
      silentWhen: (is, told) => is.phase === "draft" || !told("order"),
      isQuiet: (was, is) => was.order === is.order && was.reason === is.reason,
    },
    // What is completed or on hold when first seen was placed before.
    path: (was, is) =>
      (is.phase === "completed" || is.phase === "held") && (was.phase === "none" || was.phase === "draft")
        ? [was, { ...is, phase: "active" }, is]
        : [was, is],
  };
}

export const serviceRequestTable = orderTable("ServiceRequest");
export const medicationRequestTable = orderTable("MedicationRequest");
