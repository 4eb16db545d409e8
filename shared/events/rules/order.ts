import { noOrder, type OrderFacts, orderFacts } from "../facts/order.ts";
import type { Rule, RuleTable } from "../rule.ts";

/** ServiceRequest to order events. */
const rules: readonly Rule<OrderFacts>[] = [
  {
    id: "O1",
    event: "order.placed",
    when: (_was, is, told) => (is.phase === "active" || is.phase === "held") && !told("order"),
  },
  { id: "O3", event: "order.held", when: (was, is) => was.phase === "active" && is.phase === "held" },
  { id: "O4", event: "order.resumed", when: (was, is) => was.phase === "held" && is.phase === "active" },
  {
    id: "O5",
    event: "order.cancelled",
    when: (_was, is, told) => is.phase === "cancelled" && told("order"),
  },
  {
    id: "O7",
    event: "order.completed",
    when: (was, is, told) => was.phase !== "completed" && is.phase === "completed" && told("order"),
  },
];

export const orderTable: RuleTable<OrderFacts> = {
  none: noOrder,
  facts: (resource) => orderFacts(resource as fhir4.ServiceRequest),
  rules,
  update: {
    rule: "O2",
    event: "order.changed",
    when: (is, told) => told("order") && is.phase !== "cancelled",
    silentWhen: (is) => is.phase === "draft",
  },
  // What is completed when first seen was placed before.
  path: (was, is) =>
    is.phase === "completed" && (was.phase === "none" || was.phase === "draft")
      ? [was, { ...is, phase: "active" }, is]
      : [was, is],
};
