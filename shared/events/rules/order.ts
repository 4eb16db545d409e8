import { instantOf } from "../../instant.ts";
import { noOrder, type OrderFacts, orderFacts, parentsOf, replacedBy } from "../facts/order.ts";
import type { Around, Rule, RuleTable } from "../rule.ts";
import { cameFromAnother, isTakenFrom } from "./moved.ts";

type Told = Parameters<Rule<OrderFacts>["when"]>[2];

/** ServiceRequest and MedicationRequest to order messages; ORC-1 follows from the event and the mode of the receiver. */
const rules: readonly Rule<OrderFacts>[] = [
  {
    id: "O17",
    event: "order.cancelled",
    title: "Another patient's: what was told under the one is wrong, and what follows is told anew",
    isOfBefore: "in-error",
    when: (was, is, told, around) => told("order") && isTakenFrom(was, is, around),
  },
  {
    id: "O9",
    event: "order.replaced",
    title: "Ordered in the place of another order, whose end HL7 tells with it and a webhook apart (O5, O6)",
    when: (was, is, told, around) => isNews(was, is, told, around) && replacedOf(is, around).length > 0,
    others: (is, around) => (around.hearsTogether("order.replaced") ? replacedOf(is, around) : []),
  },
  {
    id: "O15",
    event: "order.renewed",
    title: "A prescription that goes on with another one",
    option: "refills",
    when: isRenewal,
  },
  {
    id: "O15",
    event: "order.renewed",
    title: "A prescription that goes on with another one, as the pharmacy asked for",
    option: "approved-refills",
    when: isRenewal,
  },
  {
    id: "O1",
    event: "order.placed",
    title: "Ordered; a child order is told with its parent (O10), prior results with what they led to (O11)",
    when: isNews,
  },
  {
    id: "O7",
    event: "order.status-changed",
    title: "Open again after it was done",
    when: (was, is, _told, { toldBefore }) => was.phase === "completed" && isOpen(is) && toldBefore("order"),
  },
  {
    id: "O3",
    event: "order.held",
    title: "Put on hold",
    when: (was, is, _told, around) =>
      is.phase === "held" && (was.phase === "active" || (was.phase === "held" && isTakenFrom(was, is, around))),
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
    when: (was, is, told, around) => isRevoked(is) && !isBegun(was, is, around) && told("order"),
  },
  {
    id: "O6",
    event: "order.discontinued",
    title: "Stopped after it was begun",
    when: (was, is, told, around) => isRevoked(is) && isBegun(was, is, around) && told("order"),
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

/**
 * Whoever carries out orders has no use for one that is done already, and would do it once more. One that gave its place
 * to another stays ended as long as the record lags behind.
 */
function isNews(was: OrderFacts, is: OrderFacts, told: Told, around: Around<OrderFacts>): boolean {
  if (!isOpen(is) || told("order") || (told("replaced") && isOpen(was))) return false;
  const isDone = around.final.phase === "completed" && !around.isPast;
  return !isDone || around.mirrors || around.hearsTogether("order.completed");
}

function isRenewal(was: OrderFacts, is: OrderFacts, told: Told, around: Around<OrderFacts>): boolean {
  return isNews(was, is, told, around) && is.renews === true;
}

function isRevoked({ phase }: OrderFacts): boolean {
  return phase === "cancelled" || phase === "stopped";
}

function isBegun(was: OrderFacts, is: OrderFacts, { has, recordedAt }: Around<OrderFacts>): boolean {
  const { phase, started, startsAt } = is;
  if (phase === "stopped" || started === true || was.phase === "completed") return true;
  const [start, now] = [instantOf(startsAt), instantOf(recordedAt)];
  return has("scheduled-starts") && start !== undefined && now !== undefined && start <= now;
}

function isSame(was: OrderFacts, is: OrderFacts): boolean {
  return was.phase === is.phase && isOpen(is) && was.order === is.order;
}

/** A message that ends the one before makes sense only where the receiver knows that one; a webhook tells of one alone. */
function replacedOf({ replaces = [] }: OrderFacts, around: Around<OrderFacts>): readonly string[] {
  const { hearsTogether, knows, lookup } = around;
  const here = replaces.filter((key) => lookup(key) !== undefined);
  return hearsTogether("order.replaced") ? here.filter((key) => knows(key, "order")) : here;
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
      when: (is, told) => told("order") && isOpen(is),
      silentWhen: (is, told) => is.phase === "draft" || !told("order"),
      isQuiet: (was, is, around) =>
        was.order === is.order && was.reason === is.reason && !cameFromAnother(was, is, around),
    },
    // What is completed or on hold when first seen was placed before, and so was what is open again.
    path: (was, is) =>
      (is.phase === "completed" || is.phase === "held") && !isOpen(was) && was.phase !== is.phase
        ? [was, { ...is, phase: "active" }, is]
        : [was, is],
    behind: (resource) => replacedBy(resource as fhir4.ServiceRequest | fhir4.MedicationRequest),
    around: (resource) => parentsOf(resource as fhir4.ServiceRequest | fhir4.MedicationRequest),
    step: (_was, is, _before, after, around) => {
      const replaced = around.hearsTogether("order.replaced") ? replacedOf(is, around) : [];
      const parents = parentsOf(after as fhir4.ServiceRequest | fhir4.MedicationRequest);
      return {
        ...(replaced.length > 0 && { replaced }),
        ...(parents.length > 0 && { parents: parents.filter((key) => around.knows(key, "order")) }),
      };
    },
  };
}

export const serviceRequestTable = orderTable("ServiceRequest");
export const medicationRequestTable = orderTable("MedicationRequest");
