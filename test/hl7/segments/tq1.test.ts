import { describe, expect, it } from "vitest";
import { check } from "../../../shared/hl7/conformance/check.ts";
import { parseMessages } from "../../../shared/hl7/conformance/parse.ts";
import { repeatPatterns, unpatterned } from "../../../shared/hl7/datatypes/repeat.ts";
import { parseJson } from "../../../shared/json.ts";
import { fieldOf, render, segmentsOf } from "../support/bridge.ts";
import { mass, ordered, snomed, tablets } from "../support/clinical.ts";
import { text } from "../support/scope.ts";

describe("the repeat pattern of a Timing (RPT, HL70335)", () => {
  it.each([
    [{ frequency: 1, period: 1, periodUnit: "d" }, "Q1D^^^^1^d"],
    [{ frequency: 2, period: 1, periodUnit: "d" }, "BID"],
    [{ frequency: 3, period: 1, periodUnit: "d" }, "TID"],
    [{ frequency: 4, period: 1, periodUnit: "d" }, "QID"],
    [{ frequency: 5, period: 1, periodUnit: "d" }, "5ID"],
    [{ frequency: 1, period: 6, periodUnit: "h" }, "Q6H^^^^6^h"],
    [{ period: 30, periodUnit: "min" }, "Q30M^^^^30^min"],
    [{ frequency: 1, period: 2, periodUnit: "wk" }, "Q2W^^^^2^wk"],
    [{ frequency: 2, period: 12, periodUnit: "h" }, "Q6H"],
    [{ frequency: 1, period: 1, periodUnit: "a" }, "Q12L^^^^1^a"],
    [{ dayOfWeek: ["mon", "thu"] }, "Q1J1~Q1J4"],
    [{ dayOfWeek: ["tue"], period: 2, periodUnit: "wk" }, "Q2J2"],
    [{ when: ["HS"] }, "QHS^^^^^^^HS"],
    [{ when: ["ACM"], offset: 30 }, "ACM^^^^^^^ACM^30^min"],
    [{ count: 1 }, "Once"],
    // No pattern says these: the text of the dosage does.
    [{ frequency: 2, period: 7, periodUnit: "d" }, ""],
    [{ when: ["WAKE"] }, ""],
    [{ boundsPeriod: { start: "2026-11-23" } }, ""],
  ])("%j is %s", (repeat, expected) => {
    const patterns = repeatPatterns({ repeat } as fhir4.Timing);
    expect(patterns.map(text).join("~")).toBe(expected);
  });

  it.each([
    [{ frequency: 2, period: 1, periodUnit: "wk" }, "2 times per 1 wk"],
    [{ frequency: 1, period: 4, periodMax: 6, periodUnit: "h" }, "1 times per 4-6 h"],
    [{ frequency: 1, frequencyMax: 2, period: 1, periodUnit: "d" }, "1-2 times per 1 d"],
    [{ when: ["WAKE", "CV"] }, "on waking, at dinner"],
    [{ frequency: 1, period: 6, periodUnit: "h" }, undefined],
    [{ when: ["HS"] }, undefined],
  ])("what it cannot say of %j is told in words: %s", (repeat, words) => {
    expect(unpatterned({ repeat } as fhir4.Timing)).toBe(words);
    const { text: _text, ...dosage } = tablets.dosageInstruction?.[0] ?? {};
    const asked = { ...tablets, dosageInstruction: [{ ...dosage, timing: { repeat } as fhir4.Timing }] };
    const told = render("RDE^O11", asked, ordered, { type: "order.placed", step: { orderControl: "NW" } });
    expect(fieldOf(told, "TQ1", 11)).toBe(words ?? "");
  });

  it("tells the event of the day beside the pattern of a code, where there is one", () => {
    const code = { coding: [{ system: "http://terminology.hl7.org/CodeSystem/v3-GTSAbbreviation", code: "QD" }] };
    const told = (repeat: fhir4.TimingRepeat) => repeatPatterns({ code, repeat }).map(text);
    expect(told({ when: ["PCV"], offset: 20 })).toEqual(["Q1D^^^^^^^PCV^20^min"]);
    expect(told({ when: ["AC"], period: 1, periodUnit: "d" })).toEqual(["Q1D^^^^1^d^^AC"]);
    // Which of two events a pattern would be at is not said; nor is what HL70528 does not have.
    expect(told({ when: ["ACM", "ACV"] })).toEqual(["Q1D"]);
    expect(told({ when: ["MORN"] })).toEqual(["Q1D"]);
  });

  it("reads the digits of FHIR decimals, and has no pattern for a fraction", () => {
    const repeat = (json: string) => parseJson(json) as fhir4.TimingRepeat;
    expect(repeatPatterns({ repeat: repeat('{"period":8.0,"periodUnit":"h"}') }).map(text)).toEqual(["Q8H^^^^8.0^h"]);
    expect(repeatPatterns({ repeat: repeat('{"period":1.5,"periodUnit":"h"}') })).toEqual([]);
  });

  it.each([
    [{ text: "BID" }, ["BID"]],
    [{ coding: [{ system: "https://fhir.cerner.com/ec0/codeSet/4003", code: "1", display: "q6hr" }] }, ["Q6H"]],
    [{ text: "every other blue moon" }, []],
    [{ text: "Q0H" }, []],
  ])("is what the code is called, where it says no more: %j", (code, expected) => {
    expect(repeatPatterns({ code }).map(text)).toEqual(expected);
    expect(repeatPatterns({ code, repeat: { frequency: 3, period: 1, periodUnit: "d" } }).map(text)).toEqual(["TID"]);
  });

  it.each([
    ["http://terminology.hl7.org/CodeSystem/v3-GTSAbbreviation", "Q4H", "Q4H"],
    ["http://terminology.hl7.org/CodeSystem/v3-GTSAbbreviation", "BED", "QHS"],
    ["http://snomed.info/sct", "229797004", "Q1D"],
    ["http://snomed.info/sct", "225756002", "Q4H"],
    ["http://snomed.info/sct", "307470009", "Q12H"],
    ["https://fhir.cerner.com/ec0/codeSet/4003", "696547", ""],
  ])("of the code %s|%s is %s", (system, code, expected) => {
    expect(
      repeatPatterns({ code: { coding: [{ system, code }] } })
        .map(text)
        .join("~"),
    ).toBe(expected);
  });
});

describe("the timing of a medication (TQ1)", () => {
  const prescribe = (...dosageInstruction: fhir4.Dosage[]) =>
    render("RDE^O11", { ...tablets, dosageInstruction }, ordered, { type: "order.placed" });
  const dose: fhir4.Dosage = {
    route: snomed("26643006", "Oral route"),
    doseAndRate: [{ doseQuantity: mass(10) }],
  };
  const twice: fhir4.Timing = { repeat: { frequency: 2, period: 1, periodUnit: "d" } };

  it("as needed is PRN with its pattern, and says for what", () => {
    const message = prescribe({
      ...dose,
      timing: { repeat: { frequency: 1, period: 4, periodUnit: "h" } },
      asNeededCodeableConcept: { text: "for pain" },
    });
    expect(segmentsOf(message, "TQ1")).toEqual(["TQ1|1||PRNQ4H^^^^4^h||||||PRN^As needed^HL70485|for pain"]);
    expect(fieldOf(prescribe({ ...dose, asNeededBoolean: true }), "TQ1", 3)).toBe("PRN");
  });

  it("at times of the day, for a while, each taking its time", () => {
    const repeat: fhir4.TimingRepeat = {
      ...twice.repeat,
      timeOfDay: ["08:00:00", "20:00:00"],
      boundsDuration: mass(10, "d"),
      duration: 30,
      durationUnit: "min",
      count: 20,
    };
    expect(segmentsOf(prescribe({ ...dose, timing: { repeat } }), "TQ1")).toEqual([
      "TQ1|1||BID|080000~200000||10^d&d&UCUM|||||||30^min&min&UCUM|20",
    ]);
  });

  it("that tapers is one TQ1 for each dose, one after the other", () => {
    const message = prescribe(
      { ...dose, sequence: 1, timing: twice },
      {
        ...dose,
        sequence: 2,
        timing: { repeat: { period: 1, periodUnit: "d" } },
        doseAndRate: [{ doseQuantity: mass(5) }],
      },
    );
    expect(segmentsOf(message, "TQ1")).toEqual(["TQ1|1|10^mg&mg&UCUM|BID|||||||||S", "TQ1|2|5^mg&mg&UCUM|Q1D^^^^1^d"]);
    expect(segmentsOf(message, "RXR")).toHaveLength(1);
  });

  it("of two doses at the same time says so, in a code of HL70472", () => {
    const message = prescribe({ ...dose, timing: twice }, { ...dose, timing: twice });
    expect(fieldOf(message, "TQ1", 12)).toBe("A");
    const [parsed] = parseMessages(message.er7);
    expect(check(parsed ?? { segments: [] }, "2.5.1").filter(({ severity }) => severity === "error")).toEqual([]);
  });

  it("at single times is one TQ1 for each", () => {
    const event = ["2026-11-23T15:00:00Z", "2026-11-24T15:00:00Z"];
    expect(segmentsOf(prescribe({ ...dose, timing: { event } }), "TQ1")).toEqual([
      "TQ1|1||Once||||20261123090000-0600",
      "TQ1|2||Once||||20261124090000-0600",
    ]);
  });

  it("that nobody has coded stays a text, and is on the work list", () => {
    const message = prescribe({ ...dose, text: "when the moon is full" });
    expect(segmentsOf(message, "TQ1")).toEqual(["TQ1|1||||||||||when the moon is full"]);
    expect(message.workList).toContainEqual({
      severity: "warning",
      reason: "no-timing",
      field: "TQ1-3",
      path: "MedicationRequest.dosageInstruction",
    });
  });
});
