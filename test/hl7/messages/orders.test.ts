import { describe, expect, it } from "vitest";
import type { Hl7Destination } from "../../../shared/config/schema.ts";
import type { Trigger } from "../../../shared/events/event.ts";
import type { Resource } from "../../../shared/fhir.ts";
import { check } from "../../../shared/hl7/conformance/check.ts";
import { hl7Versions } from "../../../shared/hl7/dictionary/contents.ts";
import { triggerFormOf } from "../../../shared/hl7/dictionary/triggers.ts";
import { composeMessage } from "../../../shared/hl7/render.ts";
import { orderControls } from "../../../shared/hl7/tables/order-control.ts";
import { destination, fieldOf, linesOf, render, segmentsOf, source } from "../support/bridge.ts";
import { blood, chestFilm, infusion, labOrder, ordered, snomed, tablets } from "../support/clinical.ts";

const notified: Hl7Destination = { ...destination, orderMode: "notify" };

function place(trigger: Trigger, order: Resource, type = "order.placed") {
  return render(trigger, order, ordered, { type });
}

describe("a laboratory order (OML^O21)", () => {
  const message = place("OML^O21", labOrder);

  it("is an order group with its timing, reason, answers and specimen", () => {
    expect(linesOf(message)).toEqual([
      "MSH|^~\\&|FHIRBRIDGE|GEN|RCV|GEN|20261122231502-0600||OML^O21^OML_O21|B0000000000000000017|P|2.5.1||||||UNICODE UTF-8",
      "PID|1||7001234^^^GENMRN^MR||DOE^JANE^^^^^L||19800214|F||||||||||5550099^^^GENFIN^AN",
      expect.stringMatching(/^PV1\|1\|I\|4W\^412\^A\^GEN/),
      "ORC|NW|O-5511^GENORD|||SC||||20261123085500-0600|||1234567893^SMITH^ALEX^^^^^^NPI&2.16.840.1.113883.4.6&ISO^L^^^NPI||(507)555-0155^WPN^PH^^^507^5550155^^^^^507-555-0155|20261123100000-0600||||||||||||||I^Inpatient Order^HL70482",
      "TQ1|1||Once||||20261123100000-0600||S^Stat^HL70485",
      "OBR|1|O-5511^GENORD||24323-8^Comprehensive metabolic 2000 panel^LN^2556646^Comprehensive Metabolic Panel^99CS200||20261123085500-0600|20261123085800-0600|||||||||1234567893^SMITH^ALEX^^^^^^NPI&2.16.840.1.113883.4.6&ISO^L^^^NPI|(507)555-0155^WPN^PH^^^507^5550155^^^^^507-555-0155|||||||LAB|||||||R07.9^Chest pain, unspecified^I10|||||20261123100000-0600",
      "NTE|1|P|Draw from the left arm",
      expect.stringMatching(/^DG1\|1\|\|R07\.9\^Chest pain, unspecified\^I10\|\|\|W/),
      "OBX|1|ID|49541-6^Fasting status^LN|1|Y||||||F",
      "SPM|1|SP-1&GENLAB||BLD^Whole blood^HL70487||||||||4.5^mL&mL&UCUM|||||20261123085800-0600",
    ]);
    expect(message.workList).toEqual([]);
  });

  it("has the id of the request where it has no number, and the filler's once there is one", () => {
    const { identifier: _identifier, ...bare } = labOrder;
    expect(fieldOf(place("OML^O21", bare), "ORC", 2)).toBe("5511^GEN");
    const [placer] = labOrder.identifier ?? [];
    const filler = {
      type: { coding: [{ system: "http://terminology.hl7.org/CodeSystem/v2-0203", code: "FILL" }] },
      system: "urn:oid:1.2.3.4",
      value: "L-9912",
    };
    const answered = { ...labOrder, identifier: [...(placer === undefined ? [] : [placer]), filler] };
    expect(fieldOf(place("OML^O21", answered), "OBR", 3)).toBe("L-9912^GENLAB");
  });

  it("says when the order is a reflex of another, and which one", () => {
    const parent: fhir4.ServiceRequest = { ...labOrder, id: "5500", identifier: [] };
    const reflex: fhir4.ServiceRequest = {
      ...labOrder,
      intent: "reflex-order",
      basedOn: [{ reference: "ServiceRequest/5500" }],
    };
    const message = render("OML^O21", reflex, [...ordered, parent], { type: "order.placed" });
    expect(fieldOf(message, "OBR", 11)).toBe("G");
    expect(fieldOf(message, "ORC", 8)).toBe("5500&GEN");
    expect(fieldOf(message, "OBR", 29)).toBe("5500&GEN");
  });

  it("names the organization of the role that ordered", () => {
    const role: fhir4.PractitionerRole = {
      resourceType: "PractitionerRole",
      id: "r1",
      practitioner: { reference: "Practitioner/77" },
      organization: { reference: "Organization/o1", display: "Elm Clinic" },
    };
    const order = { ...labOrder, requester: { reference: "PractitionerRole/r1" } };
    const message = render("OML^O21", order, [...ordered, role], { type: "order.placed" });
    expect(fieldOf(message, "ORC", 12)).toMatch(/^1234567893\^SMITH\^ALEX/);
    expect(fieldOf(message, "ORC", 21)).toBe("Elm Clinic");
  });

  it("is impossible without a code", () => {
    const { code: _code, ...uncoded } = labOrder;
    expect(() => place("OML^O21", uncoded)).toThrow(
      expect.objectContaining({
        code: "ERR_UNRENDERABLE",
        details: { field: "OBR-4", path: "ServiceRequest.code" },
      }),
    );
  });
});

describe("what else a filler wants to know", () => {
  const payor: fhir4.Coverage = {
    resourceType: "Coverage",
    id: "cov",
    status: "active",
    beneficiary: { reference: "Patient/1" },
    payor: [{ display: "ACME HEALTH" }],
    subscriberId: "POL123",
  };
  const penicillin: fhir4.AllergyIntolerance = {
    resourceType: "AllergyIntolerance",
    id: "al",
    category: ["medication"],
    code: { text: "Penicillin" },
    patient: { reference: "Patient/1" },
  };
  const kin: fhir4.RelatedPerson = {
    resourceType: "RelatedPerson",
    id: "rp",
    patient: { reference: "Patient/1" },
    name: [{ family: "DOE", given: ["JOHN"] }],
  };

  it.each([
    ["OML^O21", labOrder, ["PID", "NK1", "PV1", "IN1", "AL1", "ORC"]],
    ["OMG^O19", chestFilm, ["PID", "NK1", "PV1", "IN1", "AL1", "ORC"]],
    ["ORM^O01", labOrder, ["PID", "PV1", "IN1", "AL1", "ORC"]],
    ["RDE^O11", tablets, ["PID", "PV1", "IN1", "AL1", "ORC"]],
  ] as const)("stands before the order of %s", (trigger, order, names) => {
    const message = render(trigger, order, [...ordered, payor, penicillin, kin], { type: "order.placed" });
    expect(
      linesOf(message)
        .slice(1, names.length + 1)
        .map((line) => line.slice(0, 3)),
    ).toEqual(names);
    expect(fieldOf(message, "IN1", 4)).toBe("ACME HEALTH");
    expect(fieldOf(message, "AL1", 3)).toBe("^Penicillin");
  });
});

describe("another order (OMG^O19)", () => {
  it("has a text where it has no code, and the part of the body as an answer", () => {
    const message = place("OMG^O19", chestFilm);
    expect(fieldOf(message, "OBR", 4)).toBe("^XR Chest 2 Views");
    expect(fieldOf(message, "OBR", 24)).toBe("RAD");
    expect(fieldOf(message, "TQ1", 9)).toBe("R^Routine^HL70485");
    expect(segmentsOf(message, "OBX")).toEqual([
      "OBX|1|CWE|39111-0^Body site^LN|1|51185008^Thoracic structure^SCT||||||F",
    ]);
  });
});

describe("the general order (ORM^O01)", () => {
  it("has the timing in ORC-7 and OBR-27, the priority in OBR-5 and the specimen in OBR-15", () => {
    const message = place("ORM^O01", labOrder);
    expect(fieldOf(message, "MSH", 9)).toBe("ORM^O01^ORM_O01");
    expect(fieldOf(message, "ORC", 7)).toBe("^Once^^20261123100000-0600^^S");
    expect(fieldOf(message, "OBR", 27)).toBe("^Once^^20261123100000-0600^^S");
    expect(fieldOf(message, "OBR", 5)).toBe("S");
    expect(fieldOf(message, "OBR", 15)).toBe("BLD&Whole blood&HL70487");
    expect(segmentsOf(message, "TQ1")).toEqual([]);
    expect(segmentsOf(message, "SPM")).toEqual([]);
  });

  it("has RXO and RXR for a medication", () => {
    const message = place("ORM^O01", tablets);
    expect(fieldOf(message, "ORC", 7)).toBe("^BID^^20261123090000-0600^20261130090000-0600^^^10 mg, Tab, PO, BID");
    expect(fieldOf(message, "RXO", 1)).toMatch(/^314076\^lisinopril 10 MG Oral Tablet\^RXNORM/);
    expect(segmentsOf(message, "RXR")).toEqual(["RXR|PO^Oral^HL70162^318173^PO^99CS4001"]);
    expect(segmentsOf(message, "OBR")).toEqual([]);
  });
});

describe("the order control (ORC-1)", () => {
  it.each([
    ["order.placed", "NW", "NW"],
    ["order.changed", "XO", "XX"],
    ["order.held", "HD", "OH"],
    ["order.resumed", "RL", "OE"],
    ["order.cancelled", "CA", "OC"],
    ["order.discontinued", "DC", "OD"],
  ])("of %s is %s for the one who carries it out, %s for one who listens", (type, placer, notify) => {
    expect(fieldOf(place("OML^O21", labOrder, type), "ORC", 1)).toBe(placer);
    expect(fieldOf(render("OML^O21", labOrder, ordered, { type, destination: notified }), "ORC", 1)).toBe(notify);
  });

  it("of a completed order is for listeners alone", () => {
    const done: fhir4.ServiceRequest = { ...labOrder, status: "completed" };
    const message = render("OML^O21", done, ordered, { type: "order.completed", destination: notified });
    expect([fieldOf(message, "ORC", 1), fieldOf(message, "ORC", 5)]).toEqual(["SC", "CM"]);
    expect(() => place("OML^O21", done, "order.completed")).toThrow(
      expect.objectContaining({
        code: "ERR_UNRENDERABLE",
        details: { field: "ORC-1", event: "order.completed", mode: "placer" },
      }),
    );
  });

  it("may be set by the step that the event tells", () => {
    const message = render("OML^O21", labOrder, ordered, { type: "order.changed", step: { orderControl: "SC" } });
    expect(fieldOf(message, "ORC", 1)).toBe("SC");
  });

  it("is no part of what two messages are compared by", () => {
    expect(place("OML^O21", labOrder).contentHash).toBe(place("OML^O21", labOrder, "order.changed").contentHash);
  });

  it("has a code of HL70119 in every row", () => {
    const codes = Object.values(orderControls).flatMap(({ placer, notify, replaced }) => [
      placer,
      notify,
      ...Object.values(replaced ?? {}),
    ]);
    for (const code of codes) expect(code ?? "SC").toMatch(/^(NW|XO|XX|HD|OH|RL|OE|CA|OC|DC|OD|SC|RO|RP|RU|RF)$/);
  });
});

describe("the order status (ORC-5)", () => {
  it.each([
    ["active", "order.changed", "IP"],
    ["on-hold", "order.held", "HD"],
    ["revoked", "order.cancelled", "CA"],
    ["revoked", "order.discontinued", "DC"],
    ["entered-in-error", "order.cancelled", "CA"],
  ] as const)("of %s after %s is %s", (status, type, code) => {
    const { occurrenceDateTime: _occurrence, ...order } = labOrder;
    expect(fieldOf(place("OML^O21", { ...order, status }, type), "ORC", 5)).toBe(code);
  });

  it("comes with a reason when the order was an error", () => {
    expect(fieldOf(place("OML^O21", { ...labOrder, status: "entered-in-error" }, "order.cancelled"), "ORC", 16)).toBe(
      "^Entered in error",
    );
  });
});

describe("orders that belong together are told together", () => {
  const successor: fhir4.ServiceRequest = {
    ...labOrder,
    id: "5520",
    identifier: [],
    replaces: [{ reference: "ServiceRequest/5511" }],
  };
  const old: fhir4.ServiceRequest = { ...labOrder, status: "revoked" };

  it("a replaced order (RP) before its successor (RO), whichever the event is about", () => {
    for (const [focus, other] of [
      [successor, old],
      [old, successor],
    ] as const) {
      const message = render("OML^O21", focus, [...ordered, other], { type: "order.replaced" });
      expect([1, 2].map((each) => fieldOf(message, "ORC", 1, each))).toEqual(["RP", "RO"]);
      expect([1, 2].map((each) => fieldOf(message, "ORC", 2, each))).toEqual(["O-5511^GENORD", "5520^GEN"]);
      expect([1, 2].map((each) => fieldOf(message, "OBR", 1, each))).toEqual(["1", "2"]);
      expect(fieldOf(message, "ORC", 5, 1)).toBe("RP");
    }
    const told = render("OML^O21", successor, [...ordered, old], { type: "order.replaced", destination: notified });
    expect([1, 2].map((each) => fieldOf(told, "ORC", 1, each))).toEqual(["RU", "RO"]);
  });

  it("all the orders whose place one takes, as far as the receiver knows them", () => {
    const another: fhir4.ServiceRequest = { ...old, id: "5512", identifier: [] };
    const ofBoth = { ...successor, replaces: [...(successor.replaces ?? []), { reference: "ServiceRequest/5512" }] };
    const told = (replaced?: string[]) => {
      const step = replaced && { replaced };
      const message = render("OML^O21", ofBoth, [...ordered, old, another], {
        type: "order.replaced",
        ...(step && { step }),
      });
      return linesOf(message).flatMap((line) => /^ORC\|(..)/.exec(line)?.[1] ?? []);
    };
    expect(told()).toEqual(["RP", "RP", "RO"]);
    expect(told(["ServiceRequest/5512"])).toEqual(["RP", "RO"]);
  });

  it("a prescription that renews another: RF, or AF to a pharmacy that asked for it", () => {
    const renewal = { ...tablets, id: "77", priorPrescription: { reference: `MedicationRequest/${tablets.id}` } };
    const approving: Hl7Destination = { ...destination, options: ["approved-refills"] };
    const message = render("OMP^O09", renewal, ordered, { type: "order.renewed" });
    expect(fieldOf(message, "ORC", 1)).toBe("RF");
    const approved = render("OMP^O09", renewal, ordered, { type: "order.renewed", destination: approving });
    expect(fieldOf(approved, "ORC", 1)).toBe("AF");
  });

  it("where only one of the two is at hand, it is a new order or a cancelled one, and on the work list", () => {
    const alone = render("OML^O21", successor, ordered, { type: "order.replaced" });
    expect(fieldOf(alone, "ORC", 1)).toBe("NW");
    expect(alone.workList).toContainEqual(
      expect.objectContaining({ reason: "missing-resource", path: "ServiceRequest.replaces" }),
    );
    expect(fieldOf(render("OML^O21", old, ordered, { type: "order.replaced" }), "ORC", 1)).toBe("CA");
  });

  it("a parent (PA) before its child (CH)", () => {
    const child: fhir4.ServiceRequest = {
      ...labOrder,
      id: "5511-1",
      identifier: [],
      intent: "instance-order",
      basedOn: [{ reference: "ServiceRequest/5511" }],
    };
    const message = render("OML^O21", child, [...ordered, labOrder], { type: "order.placed" });
    expect([1, 2].map((each) => fieldOf(message, "ORC", 1, each))).toEqual(["PA", "CH"]);
    expect(fieldOf(message, "ORC", 8, 2)).toBe("O-5511&GENORD");
  });
});

describe("what is no order is never told as one", () => {
  const refused = [
    ["an instruction not to do it", { ...labOrder, doNotPerform: true }, "ServiceRequest.doNotPerform"],
    ["a plan", { ...labOrder, intent: "plan" }, "ServiceRequest.intent"],
    ["a proposal", { ...labOrder, intent: "proposal" }, "ServiceRequest.intent"],
    ["a draft", { ...labOrder, status: "draft" }, "ServiceRequest.status"],
    ["a state that nobody knows", { ...labOrder, status: "unknown" }, "ServiceRequest.status"],
  ] as const;

  it.each(refused)("%s", (_name, order, path) => {
    for (const type of ["order.placed", "order.changed", "order.resumed"])
      expect(() => place("OML^O21", order as fhir4.ServiceRequest, type)).toThrow(
        expect.objectContaining({ code: "ERR_UNRENDERABLE", details: expect.objectContaining({ path }) }),
      );
  });

  it("but what was told before can be cancelled", () => {
    const message = place("OML^O21", { ...labOrder, doNotPerform: true }, "order.cancelled");
    expect(fieldOf(message, "ORC", 1)).toBe("CA");
  });

  it("nor a medication that the patient reports", () => {
    expect(() => place("OMP^O09", { ...tablets, reportedBoolean: true })).toThrow(
      expect.objectContaining({ details: { field: "ORC-1", path: "MedicationRequest.reportedBoolean" } }),
    );
  });

  it("nor a resource of another kind, or an event that no order control stands for", () => {
    expect(() => place("OML^O21", tablets)).toThrow(
      expect.objectContaining({ details: { field: "MSH-9", path: "MedicationRequest" } }),
    );
    expect(() => place("ORM^O01", blood)).toThrow(expect.objectContaining({ code: "ERR_UNRENDERABLE" }));
    expect(() => place("OML^O21", labOrder, "order.admired")).toThrow(
      expect.objectContaining({ details: expect.objectContaining({ field: "ORC-1" }) }),
    );
  });
});

describe("a specimen that is spoilt", () => {
  it("is told as not available", () => {
    const spoilt: fhir4.Specimen = { ...blood, status: "unsatisfactory", type: snomed("258529004", "Throat swab") };
    const message = render("OML^O21", labOrder, [...ordered.filter((each) => each !== blood), spoilt], {
      type: "order.placed",
    });
    expect(fieldOf(message, "SPM", 4)).toBe("258529004^Throat swab^SCT");
    expect(fieldOf(message, "SPM", 20)).toBe("N");
  });
});

describe.each([
  ["ORM^O01", labOrder],
  ["ORM^O01", infusion],
  ["OML^O21", labOrder],
  ["OMG^O19", chestFilm],
  ["OMP^O09", infusion],
  ["OMP^O09", tablets],
  ["RDE^O11", infusion],
  ["RDE^O11", tablets],
] as const)("%s of %o", (trigger, order) => {
  it.each(hl7Versions.filter((version) => triggerFormOf(trigger, version) !== undefined))(
    "keeps to version %s",
    (version) => {
      const { message } = composeMessage({
        event: {
          type: "order.placed",
          trigger,
          rule: "O1",
          focus: "x/y",
          after: order,
          recordedAt: "2026-11-23T15:00:00Z",
        },
        context: ordered,
        source,
        destination: { ...destination, version },
        controlId: "B0000000000000000017",
        messageTime: "2026-11-23T15:01:00Z",
      });
      expect(check(message, version).filter(({ severity }) => severity === "error")).toEqual([]);
    },
  );
});
