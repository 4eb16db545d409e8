export interface OrderFacts {
  readonly of: "ServiceRequest";
  readonly phase: "none" | "draft" | "active" | "held" | "completed" | "cancelled";
}

export const noOrder: OrderFacts = { of: "ServiceRequest", phase: "none" };

const phases: Readonly<Record<fhir4.ServiceRequest["status"], OrderFacts["phase"]>> = {
  draft: "draft",
  unknown: "draft",
  active: "active",
  "on-hold": "held",
  completed: "completed",
  revoked: "cancelled",
  "entered-in-error": "cancelled",
};

/** A plan or a proposal orders nothing, nor does an instruction not to do something. */
const binding = new Set(["order", "original-order", "reflex-order", "filler-order", "instance-order"]);

export function orderFacts(order: fhir4.ServiceRequest): OrderFacts {
  const isOrder = binding.has(order.intent) && order.doNotPerform !== true;
  return { of: "ServiceRequest", phase: isOrder ? (phases[order.status] ?? "draft") : "draft" };
}
