import { describe, expect, test } from "vitest";
import { medicine, order } from "./examples/order.ts";
import { tellLast } from "./telling.ts";

type Order = fhir4.ServiceRequest | fhir4.MedicationRequest;

const begun: fhir4.DiagnosticReport = {
  resourceType: "DiagnosticReport",
  id: "701",
  status: "preliminary",
  code: {},
  basedOn: [{ reference: "ServiceRequest/31" }],
};

describe("the end of an order that another one replaces is told on its own", () => {
  const successor = order("active", { id: "32", replaces: [{ reference: "ServiceRequest/31" }] });
  const replaced = [order("active"), order("revoked")];

  test("by webhook, which tells of one resource at a time", () => {
    const told = tellLast(replaced, { format: "webhook", context: [successor] });
    expect(told).toEqual(["O5 order.cancelled O19"]);
  });
  test("by webhook, as broken off where it was begun", () => {
    const told = tellLast(replaced, { format: "webhook", context: [successor, begun] });
    expect(told).toEqual(["O6 order.discontinued O19"]);
  });
  test("to a receiver that takes no replacements and hears of the successor as a new order", () => {
    const events = ["*", "!order.replaced"];
    expect(tellLast(replaced, { events, context: [successor] })).toEqual(["O5 order.cancelled O19"]);
    expect(tellLast([successor], { events, context: [order("revoked")] })).toEqual(["O9 order.placed O19"]);
  });
});

describe("the message is", () => {
  const inTheLaboratory = { ...order("active"), category: [{ text: "Laboratory" }] };
  const cases: [name: string, settings: object, order: Order, trigger: string][] = [
    ["ORM before 2.4", { version: "2.3" }, order("active"), "O01"],
    ["that of the configuration", { orderMessages: { service: "ORM^O01" } }, order("active"), "O01"],
    ["OML for what a tenant calls laboratory, mapped or not", {}, inTheLaboratory, "O21"],
    ["RDE for medicines, if asked for", { orderMessages: { medication: "RDE^O11" } }, medicine("active"), "O11"],
  ];
  for (const [name, settings, placed, trigger] of cases)
    test(name, () => expect(tellLast([placed], { settings })).toEqual([`O1 order.placed ${trigger}`]));
});
