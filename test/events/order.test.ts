import { describe, expect, test } from "vitest";
import type { Resource } from "../../shared/fhir.ts";
import { nextMeta, tellLast } from "./telling.ts";

type Row = [row: string, before: Order[], after: Order, told: string[], context?: Resource[]];
type Order = fhir4.ServiceRequest | fhir4.MedicationRequest;

const filler = { type: { coding: [{ code: "FILL" }] }, value: "F-1" };
const begun = (): fhir4.DiagnosticReport => ({
  resourceType: "DiagnosticReport",
  id: "701",
  status: "preliminary",
  code: {},
  basedOn: [{ reference: "ServiceRequest/31" }],
});

const placer: Row[] = [
  ["O1 placed", [], order("active"), ["O1 order.placed O19"]],
  ["O1 placed as drafted", [order("draft")], order("active"), ["O1 order.placed O19"]],
  ["O1 laboratory", [], order("active", { category: [{ coding: [{ code: "108252007" }] }] }), ["O1 order.placed O21"]],
  ["O1 a medicine", [], medicine("active"), ["O1 order.placed O09"]],
  ["O2 changed", [order("active")], order("active", { priority: "stat" }), ["O2 order.changed O19"]],
  ["O3 put on hold", [order("active")], order("on-hold"), ["O3 order.held O19"]],
  ["O3 on hold when first seen", [], order("on-hold"), ["O1 order.placed O19", "O3 order.held O19"]],
  ["O4 goes on", [order("active"), order("on-hold")], order("active"), ["O4 order.resumed O19"]],
  ["O5 cancelled", [order("active")], order("revoked"), ["O5 order.cancelled O19"]],
  ["O5 nobody had heard of it", [], order("revoked"), []],
  ["O6 stopped after it was begun", [order("active")], order("revoked"), ["O6 order.discontinued O19"], [begun()]],
  ["O6 a medicine is stopped", [medicine("active")], medicine("stopped"), ["O6 order.discontinued O09"]],
  ["O7 done: whoever did it knows", [order("active")], order("completed"), []],
  ["O8 an error", [order("active")], order("entered-in-error"), ["O8 order.cancelled O19"]],
  [
    "O9 in the place of another one",
    [],
    order("active", { id: "32", replaces: [{ reference: "ServiceRequest/31" }] }),
    ["O9 order.replaced O19"],
    [order("revoked")],
  ],
  [
    "O9 the one that is replaced says nothing of its own",
    [order("active")],
    order("revoked"),
    [],
    [order("active", { id: "32", replaces: [{ reference: "ServiceRequest/31" }] })],
  ],
  ["O12 the filler's number", [order("active")], order("active", { identifier: [filler] }), []],
  ["O13 a proposal", [], order("active", { intent: "proposal" }), []],
  ["O13 what the patient says to take", [], medicine("active", { reportedBoolean: true }), []],
  ["O14 not to be done", [], order("active", { doNotPerform: true }), []],
  [
    "O14 not to be done any more",
    [order("active")],
    order("active", { doNotPerform: true }),
    ["O5 order.cancelled O19"],
  ],
  [
    "O15 a renewal",
    [],
    medicine("active", { priorPrescription: { reference: "MedicationRequest/9" } }),
    ["O1 order.placed O09"],
  ],
  [
    "O16 another reason",
    [medicine("on-hold")],
    medicine("on-hold", { statusReason: { text: "Fasting" } }),
    ["O2 order.changed O09"],
  ],
];

describe("who carries out orders is told", () => {
  for (const [row, before, after, told, context = []] of placer)
    test(row, () => expect(tellLast([...before, after], { context })).toEqual(told));
});

describe("the end of an order that another one replaces is told on its own", () => {
  const successor = order("active", { id: "32", replaces: [{ reference: "ServiceRequest/31" }] });
  const replaced = [order("active"), order("revoked")];

  test("by webhook, which tells of one resource at a time", () => {
    const told = tellLast(replaced, { format: "webhook", context: [successor] });
    expect(told).toEqual(["O5 order.cancelled O19"]);
  });
  test("by webhook, as broken off where it was begun", () => {
    const told = tellLast(replaced, { format: "webhook", context: [successor, begun()] });
    expect(told).toEqual(["O6 order.discontinued O19"]);
  });
  test("to a receiver that takes no replacements and hears of the successor as a new order", () => {
    const events = ["*", "!order.replaced"];
    expect(tellLast(replaced, { events, context: [successor] })).toEqual(["O5 order.cancelled O19"]);
    expect(tellLast([successor], { events, context: [order("revoked")] })).toEqual(["O9 order.placed O19"]);
  });
});

const listening: Row[] = [
  ["O7 done", [order("active")], order("completed"), ["O7 order.completed O19"]],
  ["O7 placed and done between two polls", [], order("completed"), ["O1 order.placed O19", "O7 order.completed O19"]],
  [
    "O12 the filler's number",
    [order("active")],
    order("active", { identifier: [filler] }),
    ["O12 order.status-changed O19"],
  ],
  [
    "O16 another reason",
    [medicine("on-hold")],
    medicine("on-hold", { statusReason: { text: "Fasting" } }),
    ["O16 order.status-changed O09"],
  ],
];

describe("who listens to orders is told besides", () => {
  for (const [row, before, after, told] of listening) {
    test(row, () => expect(tellLast([...before, after], { settings: { orderMode: "notify" } })).toEqual(told));
    test(`${row}, by webhook`, () => expect(tellLast([...before, after], { format: "webhook" })).toEqual(told));
  }
});

describe("the message is", () => {
  const cases: [name: string, settings: object, order: Order, trigger: string][] = [
    ["ORM before 2.4", { version: "2.3" }, order("active"), "O01"],
    ["that of the configuration", { orderMessages: { service: "ORM^O01" } }, order("active"), "O01"],
    ["RDE for medicines, if asked for", { orderMessages: { medication: "RDE^O11" } }, medicine("active"), "O11"],
  ];
  for (const [name, settings, placed, trigger] of cases)
    test(name, () => expect(tellLast([placed], { settings })).toEqual([`O1 order.placed ${trigger}`]));
});

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

function medicine(
  status: fhir4.MedicationRequest["status"],
  changes: Partial<fhir4.MedicationRequest> = {},
): fhir4.MedicationRequest {
  return {
    resourceType: "MedicationRequest",
    id: "51",
    meta: nextMeta(),
    status,
    intent: "order",
    medicationCodeableConcept: { text: "Aspirin" },
    subject: { reference: "Patient/12" },
    ...changes,
  };
}
