import { describe, expect, test } from "vitest";
import { nextMeta, tellLast } from "./telling.ts";

const rows: [row: string, before: fhir4.ServiceRequest[], after: fhir4.ServiceRequest, told: string[]][] = [
  ["O1 placed", [], order("active"), ["O1 order.placed"]],
  ["O1 placed as drafted", [order("draft")], order("active"), ["O1 order.placed"]],
  ["O2 changed", [order("active")], order("active", { priority: "stat" }), ["O2 order.changed"]],
  ["O3 put on hold", [order("active")], order("on-hold"), ["O3 order.held"]],
  ["O4 goes on", [order("active"), order("on-hold")], order("active"), ["O4 order.resumed"]],
  ["O5 cancelled", [order("active")], order("revoked"), ["O5 order.cancelled"]],
  ["O5 nobody had heard of it", [], order("revoked"), []],
  ["O7 done", [order("active")], order("completed"), ["O7 order.completed"]],
  ["O7 placed and done between two polls", [], order("completed"), ["O1 order.placed", "O7 order.completed"]],
  ["O8 an error", [order("active")], order("entered-in-error"), ["O5 order.cancelled"]],
  ["O13 a proposal", [], order("active", { intent: "proposal" }), []],
  ["O14 not to be done", [], order("active", { doNotPerform: true }), []],
];

describe("a webhook subscriber of everything is told", () => {
  for (const [row, before, after, told] of rows)
    test(row, () => expect(tellLast([...before, after], { format: "webhook" })).toEqual(told));
});

test("an HL7 receiver hears of no order", () => expect(tellLast([order("active")])).toEqual([]));

function order(
  status: fhir4.ServiceRequest["status"],
  changes: Partial<fhir4.ServiceRequest> = {},
): fhir4.ServiceRequest {
  return {
    resourceType: "ServiceRequest",
    id: "31",
    meta: nextMeta(),
    status,
    intent: "order",
    subject: { reference: "Patient/12" },
    ...changes,
  };
}
