import { describe, expect, it } from "vitest";
import { parseJson } from "../../../shared/json.ts";
import { fieldOf, linesOf, render, segmentsOf } from "../support/bridge.ts";
import {
  account,
  blueElm,
  blueElmInc,
  catheter,
  charge,
  chestPain,
  coverage,
  payer,
  spouse,
  wholeChart,
} from "../support/chart.ts";
import { jane, labOrder, smith, stay } from "../support/clinical.ts";
import { renderIn } from "../support/versions.ts";

describe("DFT^P03", () => {
  const chart = [jane, stay, smith, account, labOrder];

  it("a charge as FT1", () => {
    const message = render("DFT^P03", charge, chart, { type: "charge.posted" });
    expect(segmentsOf(message, "FT1")).toEqual([
      "FT1|1|88001|20261123|20261123090000-0600|20261123100000-0600|CG|4001234^Comprehensive metabolic panel^L|Comprehensive metabolic panel||1|48.5&USD|48.5&USD|55^Laboratory|||4W^412^A^GEN^^N^MAIN^^GEN, MAIN, 4W, 412, A|||R07.9^Chest pain, unspecified^I10|^ROE^RICHARD|1234567893^SMITH^ALEX^^^^^^NPI&2.16.840.1.113883.4.6&ISO^L^^^NPI||5511^GEN|^ROE^RICHARD|80053^Comprehensive metabolic panel^C4",
    ]);
    expect(segmentsOf(message, "NTE")).toEqual(["NTE|1|L|Drawn twice\\.br\\Billed once"]);
    expect(fieldOf(message, "PID", 18)).toBe("770001^^^GENFIN^AN");
    expect(fieldOf(message, "PV1", 19)).toBe("5550099^^^GENFIN^AN");
  });

  it("the reversal repeats number, code and quantity as a credit", () => {
    const posted = render("DFT^P03", charge, chart, { type: "charge.posted" });
    const reversals = [
      render("DFT^P03", charge, chart, { type: "charge.reversed" }),
      render("DFT^P03", { ...charge, status: "entered-in-error" }, chart),
    ];
    for (const reversed of reversals) {
      expect(fieldOf(reversed, "FT1", 6)).toBe("CD");
      for (const position of [2, 7, 10])
        expect(fieldOf(reversed, "FT1", position)).toBe(fieldOf(posted, "FT1", position));
    }
  });

  it("what changed is taken back as it was charged", () => {
    const changed = { ...charge, quantity: { value: 3 }, reason: [] };
    const message = render("DFT^P03", changed, chart, { type: "charge.reversed", before: charge });
    expect([6, 10, 19].map((position) => fieldOf(message, "FT1", position))).toEqual([
      "CD",
      "1",
      "R07.9^Chest pain, unspecified^I10",
    ]);
    expect(segmentsOf(message, "DG1")).toHaveLength(1);
    expect(fieldOf(render("DFT^P03", changed, chart, { type: "charge.posted" }), "FT1", 10)).toBe("3");
  });

  it("a price keeps its digits", () => {
    const text = JSON.stringify(charge).replaceAll("48.5,", "48.50,");
    expect(fieldOf(render("DFT^P03", parseJson(text) as fhir4.ChargeItem, chart), "FT1", 11)).toBe("48.50&USD");
  });

  it("a code of the charge master that is missing leaves the code of the service", () => {
    const code = { coding: [{ system: "http://www.ama-assn.org/go/cpt", code: "80053", display: "CMP" }] };
    const message = render("DFT^P03", { ...charge, code }, chart);
    expect([fieldOf(message, "FT1", 7), fieldOf(message, "FT1", 25)]).toEqual(["80053^CMP^C4", "80053^CMP^C4"]);
  });

  it("a charge without a visit and a time is dated by its record; one without a code is refused", () => {
    const { context: _visit, occurrenceDateTime: _time, enteredDate: _entered, ...bare } = charge;
    const message = render("DFT^P03", bare, [jane], { recordedAt: "2026-11-23T17:00:00Z" });
    expect(fieldOf(message, "FT1", 4)).toBe("20261123110000-0600");
    expect(segmentsOf(message, "PV1")).toEqual([]);
    const uncoded = { ...bare, code: {} };
    expect(() => render("DFT^P03", uncoded, [jane])).toThrow(
      expect.objectContaining({ details: { field: "FT1-7", path: "ChargeItem.code" } }),
    );
  });
});

describe("BAR", () => {
  it("P01 and P05 tell the account with what pays for it", () => {
    for (const trigger of ["BAR^P01", "BAR^P05"] as const) {
      const message = render(trigger, account, wholeChart);
      expect(linesOf(message).map((line) => line.slice(0, 3))).toEqual([
        "MSH",
        "EVN",
        "PID",
        "PV1",
        "AL1",
        "DG1",
        "PR1",
        "GT1",
        "GT1",
        "NK1",
        "IN1",
        "IN2",
      ]);
      expect(fieldOf(message, "PID", 18)).toBe("770001^^^GENFIN^AN");
    }
  });

  it("an account without a visit has its own period and balance in PV1", () => {
    const { extension: _visit, ...alone } = account;
    const balance = { url: "https://fhir-ehr.cerner.com/r4/StructureDefinition/account-balance" };
    const owed = { ...alone, extension: [{ ...balance, valueMoney: { value: 120.25, currency: "USD" } }] };
    const ended = { ...owed, servicePeriod: { start: "2026-11-01", end: "2026-11-20" } };
    const message = render("BAR^P06", ended, [jane]);
    expect(linesOf(message).map((line) => line.slice(0, 3))).toEqual(["MSH", "EVN", "PID", "PV1"]);
    expect([44, 45, 46].map((position) => fieldOf(message, "PV1", position))).toEqual([
      "20261101",
      "20261120",
      "120.25",
    ]);
  });

  it("a balance, of which Millennium tells no patient, is of the patient of its visit or of its account", () => {
    const { subject: _subject, identifier: _number, extension: visit = [], ...plain } = account;
    const balance = { ...plain, id: "G2572738", type: { text: "guarantor-balance" } };
    const ofVisit = render("BAR^P01", { ...balance, extension: visit }, [jane, stay]);
    expect([fieldOf(ofVisit, "PID", 3), fieldOf(ofVisit, "PID", 18)]).toEqual([
      "7001234^^^GENMRN^MR",
      "G2572738^^^GEN^AN",
    ]);
    const ofAccount = render("BAR^P01", { ...balance, partOf: { reference: "Account/F4004" } }, [jane, account]);
    expect(fieldOf(ofAccount, "PID", 3)).toBe("7001234^^^GENMRN^MR");
    expect(() => render("BAR^P01", balance, [jane])).toThrow(
      expect.objectContaining({ details: { field: "PID-3", path: "Patient.identifier" } }),
    );
  });

  it("P02 purges", () => {
    const message = render("BAR^P02", { ...account, status: "entered-in-error" }, [jane, stay]);
    expect(linesOf(message).map((line) => line.slice(0, 3))).toEqual(["MSH", "EVN", "PID", "PV1"]);
  });

  it.each([
    ["new", {}, undefined, "A"],
    ["changed", {}, chestPain, "U"],
    ["entered in error", { verificationStatus: { coding: [{ code: "entered-in-error" }] } }, chestPain, "D"],
  ] as const)("P12 of a diagnosis that is %s", (_case, change, before, action) => {
    const message = render("BAR^P12", { ...chestPain, ...change } as fhir4.Condition, wholeChart, { before });
    expect(segmentsOf(message, "DG1")).toHaveLength(1);
    expect([fieldOf(message, "DG1", 20), fieldOf(message, "DG1", 21)]).toEqual(["d1^GEN", action]);
    expect(segmentsOf(message, "PR1")).toEqual([]);
  });

  it.each([
    ["completed", undefined, "A"],
    ["completed", catheter, "U"],
    ["not-done", catheter, "D"],
  ] as const)("P12 of a procedure that is %s", (status, before, action) => {
    const message = render("BAR^P12", { ...catheter, status }, wholeChart, { before });
    expect([fieldOf(message, "PR1", 19), fieldOf(message, "PR1", 20)]).toEqual(["257^GEN", action]);
    expect(segmentsOf(message, "DG1")).toEqual([]);
  });

  it("other messages tell the whole list and no action", () => {
    expect(fieldOf(render("ADT^A08", stay, wholeChart), "DG1", 21)).toBe("");
  });
});

describe("IN1 and IN2", () => {
  const inOf = (context: readonly fhir4.FhirResource[]) =>
    segmentsOf(render("ADT^A01", stay, [jane, ...context]), "IN1");

  it("the plan, the payor, the group, the subscriber", () => {
    const message = render("ADT^A01", stay, [jane, blueElm, blueElmInc]);
    const fields = { 2: "BEPPO^Blue Elm PPO", 3: "BE01^^^&1.2.3.9&ISO^XX", 8: "G-77", 9: "Elm Works", 12: "20260101" };
    for (const [position, text] of Object.entries(fields)) expect(fieldOf(message, "IN1", Number(position))).toBe(text);
    expect(fieldOf(message, "IN1", 16)).toBe("DOE^JANE^^^^^L");
    expect(fieldOf(message, "IN1", 17)).toBe("SEL^Self^HL70063");
    expect(fieldOf(message, "IN1", 49)).toBe("M-100^^^&1.2.3.9&ISO^MB");
    expect(fieldOf(message, "IN2", 72)).toBe("01^Patient is insured^HL70344");
    expect(fieldOf(message, "PV1", 20)).toBe("COM^20260101");
  });

  it("a payor that is a name alone still has the numbers that IN1 must have", () => {
    const { class: _class, type: _type, ...bare } = coverage("c-9", { payor: [{ display: "Blue Elm" }] });
    const message = render("ADT^A01", stay, [jane, bare]);
    expect([2, 3, 4].map((position) => fieldOf(message, "IN1", position))).toEqual([
      "^Blue Elm",
      "UNK^^^^XX",
      "Blue Elm",
    ]);
  });

  it("primary first; what was cancelled or has ended is left out", () => {
    const told = inOf([
      coverage("c-3", { order: 2, subscriberId: "second" }),
      coverage("c-4", { status: "cancelled" }),
      coverage("c-5", { period: { start: "2020-01-01", end: "2025-12-31" } }),
      coverage("c-2", { order: 1, subscriberId: "first" }),
    ]);
    expect(told.map((line) => [line.split("|")[1], line.split("|")[36]])).toEqual([
      ["1", "first"],
      ["2", "second"],
    ]);
  });

  it("those of the visit in place of those of the person", () => {
    const ofVisit = {
      extension: [
        {
          url: "https://fhir-ehr.cerner.com/r4/StructureDefinition/coverage-encounter",
          valueReference: { reference: "Encounter/97" },
        },
      ],
    };
    const told = inOf([coverage("c-1"), coverage("c-2", { ...ofVisit, subscriberId: "W-1" })]);
    expect(told.map((line) => line.split("|")[36])).toEqual(["W-1"]);
  });

  it("a policy of somebody else", () => {
    const relationship = {
      coding: [{ system: "http://terminology.hl7.org/CodeSystem/subscriber-relationship", code: "spouse" }],
    };
    const theirs = coverage("c-2", { subscriber: { reference: "RelatedPerson/12-1" }, relationship });
    const message = render("ADT^A01", stay, [jane, spouse, theirs]);
    expect([16, 17, 43].map((position) => fieldOf(message, "IN1", position))).toEqual([
      "DOE^JOHN^^^^^L",
      "SPO^Spouse^HL70063",
      "M",
    ]);
  });
});

describe("IN1 of what Millennium tells of a policy", () => {
  const employer = { reference: "Organization/900", display: "Blue Elm" };

  it("the number of a dependent", () => {
    const message = render("ADT^A01", stay, [jane, coverage("c-1", { dependent: "74965675" })]);
    expect(fieldOf(message, "IN2", 61)).toBe("74965675^^^GEN^MB");
  });

  it("a subscriber of whom nothing but the name is known", () => {
    const { relationship: _relationship, ...plain } = coverage("c-1");
    const message = render("ADT^A01", stay, [jane, { ...plain, subscriber: { display: "DOE, JOHN" } }]);
    expect([16, 18].map((position) => fieldOf(message, "IN1", position))).toEqual(["DOE^JOHN^^^^^L", ""]);
  });

  it("the organization that holds the policy, with its number; a person holds none", () => {
    const told = (policyHolder: fhir4.Reference, contained: fhir4.FhirResource[] = []) => {
      const message = render("ADT^A01", stay, [jane, coverage("c-1", { policyHolder, contained }), blueElmInc, spouse]);
      return [10, 11].map((position) => fieldOf(message, "IN1", position));
    };
    expect(told(employer)).toEqual(["BE01^^^&1.2.3.9&ISO", expect.stringMatching(/^Blue Elm Inc\^L/)]);
    expect(told({ reference: "#o" }, [{ resourceType: "Organization", id: "o", name: "Elm Works" }])).toEqual([
      "",
      "Elm Works",
    ]);
    expect(told({ reference: "#p" }, [{ ...spouse, id: "p" }])).toEqual(["", ""]);
    expect(told({ reference: "RelatedPerson/12-1" })).toEqual(["", ""]);
  });
});

describe("GT1", () => {
  it("the account's guarantor, then the person whom Millennium calls the default guarantor", () => {
    const message = render("ADT^A01", stay, [jane, account, payer]);
    expect(segmentsOf(message, "GT1")).toEqual([
      "GT1|1||DOE^JANE^^^^^L|||||19800214|F||SEL^Self^HL70063||||1",
      "GT1|2||ROE^MARY^^^^^L||9 Oak St^^Rochester^MN^55901^USA^H||||||||||2",
    ]);
    expect(segmentsOf(message, "NK1")).toEqual([]);
  });

  it("an organization by its name", () => {
    const guarantor = [{ party: { reference: "Organization/900", display: "Blue Elm" } }];
    const message = render("ADT^A01", stay, [jane, { ...account, guarantor }, blueElmInc]);
    expect(fieldOf(message, "GT1", 3)).toBe("Blue Elm Inc^^^^^^L");
    expect(fieldOf(message, "GT1", 21)).toMatch(/^Blue Elm Inc\^L/);
  });

  it("the patient, as Millennium names somebody who answers for themselves", () => {
    const guarantor = [{ party: { reference: "RelatedPerson/1-1" } }];
    const message = render("BAR^P01", { ...account, guarantor }, [jane, stay]);
    expect([3, 11].map((position) => fieldOf(message, "GT1", position))).toEqual([
      "DOE^JANE^^^^^L",
      "SEL^Self^HL70063",
    ]);
    const own = { ...payer, id: "1-1" };
    expect(segmentsOf(render("BAR^P01", { ...account, guarantor }, [jane, stay, own]), "GT1")).toHaveLength(1);
    const other = [{ party: { reference: "RelatedPerson/7-1" } }];
    expect(segmentsOf(render("BAR^P01", { ...account, guarantor: other }, [jane, stay]), "GT1")).toEqual([]);
  });

  it("a guarantor on hold, ended or without a name is none", () => {
    const guarantor = [
      { party: { reference: "Patient/1" }, onHold: true },
      { party: { reference: "Patient/1" }, period: { end: "2020-01-01" } },
      { party: { reference: "RelatedPerson/404" } },
    ];
    expect(segmentsOf(render("ADT^A01", stay, [jane, { ...account, guarantor }]), "GT1")).toEqual([]);
  });
});

describe("a charge as Millennium bills it", () => {
  const millennium = "https://fhir-ehr.cerner.com/r4/StructureDefinition";
  const billed = (kind: string, code: string): fhir4.CodeableConcept => ({
    coding: [{ system: `https://fhir.cerner.com/ec0/CodeSystem/BillCodes-${kind}`, code }],
  });
  const added = (name: string, concept: fhir4.CodeableConcept, priority: number): fhir4.Extension => ({
    url: `${millennium}/${name}`,
    extension: [
      { url: "code", valueCodeableConcept: concept },
      { url: `${millennium}/priority`, valueUnsignedInt: priority },
    ],
  });
  const { note: _note, performingOrganization: _laboratory, ...plain } = charge;
  const ofMillennium: fhir4.ChargeItem = {
    ...plain,
    code: billed("CDM_SCHED", "64897"),
    extension: [
      { url: `${millennium}/description`, valueString: "Acetaminophen Level" },
      added("procedure-code", billed("PROCCODE", "01U10JZ"), 1),
      added("procedure-code", billed("HCPCS", "A0130"), 2),
      added("procedure-code", billed("CPT", "10081"), 1),
      added("modifier-code", billed("MODIFIER", "66"), 2),
      added("modifier-code", billed("MODIFIER", "26"), 1),
      { url: `${millennium}/revenue-code`, valueCodeableConcept: billed("REVENUE", "0024") },
      { url: `${millennium}/performing-location`, valueReference: { reference: "Location/68", display: "1 West" } },
      {
        url: `${millennium}/national-drug-product`,
        extension: [
          {
            url: "national-drug-product-code",
            valueCodeableConcept: { coding: [{ system: "http://hl7.org/fhir/sid/ndc", code: "1111-1111-11" }] },
          },
          { url: "national-drug-product-quantity", valueQuantity: { value: 2, unit: "mg" } },
        ],
      },
    ],
    requestingOrganization: { display: "Elm Clinic" },
    reason: [
      { ...billed("ICD", "Y22"), extension: [{ url: `${millennium}/priority`, valueUnsignedInt: 2 }] },
      { ...billed("ICD", "T39.1X1A"), extension: [{ url: `${millennium}/priority`, valueUnsignedInt: 1 }] },
    ],
  };
  const message = render("DFT^P03", ofMillennium, [jane, stay]);

  it("its own code, what that is, and the codes of the service by priority", () => {
    expect([7, 8, 13].map((position) => fieldOf(message, "FT1", position))).toEqual([
      "64897^Acetaminophen Level^L",
      "Acetaminophen Level",
      "68^1 West",
    ]);
    expect([25, 26, 29].map((position) => fieldOf(message, "FT1", position))).toEqual([
      "10081^^C4^A0130^^HCPCS",
      "26^^CPTM~66^^CPTM",
      "1111-1111-11^^NDC",
    ]);
  });

  it("a procedure of ICD-10-PCS where there is no other", () => {
    const extension = [added("procedure-code", billed("PROCCODE", "01U10JZ"), 1)];
    const inpatient = render("DFT^P03", { ...ofMillennium, extension }, [jane, stay]);
    expect(fieldOf(inpatient, "FT1", 25)).toBe("01U10JZ^^I10P");
  });

  it("why, the first first, and as diagnoses", () => {
    expect(fieldOf(message, "FT1", 19)).toBe("T39.1X1A^^I10~Y22^^I10");
    expect(segmentsOf(message, "DG1").map((diagnosis) => diagnosis.split("|")[3])).toEqual([
      "Y22^^I10",
      "T39.1X1A^^I10",
    ]);
  });

  it("from 2.7 on who ordered it, the revenue code and how much of the drug", () => {
    const later = renderIn("2.7", "DFT^P03", ofMillennium, [jane, stay]);
    expect([33, 41, 43].map((position) => fieldOf(later, "FT1", position))).toEqual([
      "Elm Clinic",
      "0024^^NUBC",
      "2^mg",
    ]);
    expect(fieldOf(message, "FT1", 41)).toBe("");
  });

  it("where it was performed, where the visit tells no place", () => {
    const { location: _location, ...nowhere } = stay;
    expect(fieldOf(render("DFT^P03", ofMillennium, [jane, nowhere]), "FT1", 16)).toBe("1 West^^^GEN^^^^^1 West");
  });

  it("one that was taken back points to its credit, and is one itself", () => {
    const offset = { url: `${millennium}/offset-by`, valueReference: { reference: "ChargeItem/157320880" } };
    const taken = { ...ofMillennium, extension: [...(ofMillennium.extension ?? []), offset] };
    expect(fieldOf(render("DFT^P03", taken, [jane, stay]), "FT1", 6)).toBe("CD");
  });
});

it.each([
  ["DFT^P03", charge, "FT1", 7, 8],
  ["ADT^A08", stay, "PR1", 3, 4],
  ["BAR^P12", { ...chestPain, code: { ...chestPain.code, text: "Angina" } }, "DG1", 3, 4],
] as const)(
  "%s: from 2.6 on, what %s words say stands with the code, and nothing is lost",
  (trigger, after, name, code, words) => {
    const context = [jane, stay, catheter];
    const before = render(trigger, after as fhir4.FhirResource, context);
    const later = renderIn("2.6", trigger, after as fhir4.FhirResource, context);
    expect(fieldOf(before, name, words)).not.toBe("");
    expect(fieldOf(later, name, words)).toBe("");
    expect(fieldOf(later, name, code)).toContain(fieldOf(before, name, words));
    expect(later.workList).toEqual([]);
  },
);

it("a modifier of CPT has a code system of its own", () => {
  const cpt = "http://www.ama-assn.org/go/cpt";
  const code = {
    coding: [
      { system: cpt, code: "93458" },
      { system: cpt, code: "26" },
    ],
  };
  const message = render("ADT^A08", stay, [jane, { ...catheter, code }]);
  expect([3, 16].map((position) => fieldOf(message, "PR1", position))).toEqual(["93458^^C4", "26^^CPTM"]);
});
