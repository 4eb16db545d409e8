import { describe, expect, it } from "vitest";
import { repeatPatterns } from "../../../shared/hl7/datatypes/repeat.ts";
import type { Hl7Version } from "../../../shared/hl7/dictionary/contents.ts";
import { parseJson } from "../../../shared/json.ts";
import { fieldOf, segmentsOf } from "../support/bridge.ts";
import {
  clinic,
  coded,
  givenTablet,
  jane,
  mass,
  smith,
  snomed,
  stay,
  subject,
  tablets,
  vaccination,
} from "../support/clinical.ts";
import { text } from "../support/scope.ts";
import { renderIn } from "../support/versions.ts";

/** What a pharmacy and an immunization registry look at first: how much, how fast, until when, given by whom. */

const terminology = "http://terminology.hl7.org/CodeSystem";
const [usual] = tablets.dosageInstruction ?? [];

function prescribe(
  trigger: "RDE^O11" | "OMP^O09",
  more: Partial<fhir4.MedicationRequest>,
  version: Hl7Version = "2.5.1",
  context: readonly fhir4.FhirResource[] = [],
) {
  const order = { ...tablets, ...more };
  return renderIn(version, trigger, order, [jane, stay, smith, ...context], { type: "order.placed" });
}

function dose(trigger: "RDE^O11" | "OMP^O09", more: Partial<fhir4.Dosage>) {
  return prescribe(trigger, { dosageInstruction: [{ ...usual, ...more }] });
}

describe("a dose", () => {
  const asked = {
    type: coded(`${terminology}/dose-rate-type`, "ordered", "Ordered"),
    doseQuantity: mass(0.05, "mg/kg"),
  };
  const workedOut = { type: coded(`${terminology}/dose-rate-type`, "calculated", "Calculated"), doseQuantity: mass(4) };

  it("by weight is told to whoever gives it as it was worked out, and to others as it was asked for", () => {
    for (const doseAndRate of [
      [asked, workedOut],
      [workedOut, asked],
    ]) {
      const given = dose("RDE^O11", { doseAndRate });
      expect([3, 5].map((position) => fieldOf(given, "RXE", position))).toEqual(["4", "mg^mg^UCUM"]);
      const requested = dose("OMP^O09", { doseAndRate });
      expect([2, 4].map((position) => fieldOf(requested, "RXO", position))).toEqual(["0.05", "mg/kg^mg/kg^UCUM"]);
    }
  });

  it("keeps its rate where that stands in an entry of its own", () => {
    const doseAndRate = [{ doseQuantity: mass(500, "mL") }, { rateQuantity: mass(100, "mL/h") }];
    const { timing: _none, ...untimed } = usual ?? {};
    const message = prescribe("RDE^O11", { dosageInstruction: [{ ...untimed, doseAndRate }] });
    expect([3, 5, 23, 24, 44].map((position) => fieldOf(message, "RXE", position))).toEqual([
      "500",
      "mL^mL^UCUM",
      "100",
      "mL/h^mL/h^UCUM",
      "S",
    ]);
    expect(fieldOf(message, "TQ1", 3)).toBe("C");
  });

  it("has its daily limit, however the day is written", () => {
    const limit = (value: number, unit: string) =>
      fieldOf(
        dose("RDE^O11", { maxDosePerPeriod: { numerator: mass(4, "g"), denominator: mass(value, unit) } }),
        "RXE",
        19,
      );
    expect(limit(1, "d")).toBe("4^g&g&UCUM");
    expect(limit(24, "h")).toBe("4^g&g&UCUM");
    expect(limit(12, "h")).toBe("");
  });

  it("comes with what Ignite tells the nurse beside what it tells the patient", () => {
    const clinical = {
      url: "https://fhir-ehr.cerner.com/r4/StructureDefinition/clinical-instruction",
      valueString: "10 mg, Tab, PO, BID, First Dose: 11/23/26 9:00:00 CST",
    };
    expect(fieldOf(dose("RDE^O11", { extension: [clinical] }), "RXE", 7)).toBe(
      "^10 mg, Tab, PO, BID~^Take with water~^10 mg, Tab, PO, BID, First Dose: 11/23/26 9:00:00 CST",
    );
  });

  it.each([
    ["Once", "Once"],
    ["Daily", "Q1D"],
    ["every 12 hr", "Q12H"],
    ["QHS", "QHS"],
    ["every day at bedtime", ""],
  ])("that Millennium calls %s is %s", (name, pattern) => {
    const code = {
      coding: [{ system: "https://fhir.cerner.com/ec0/codeSet/4003", code: "1", display: name }],
      text: name,
    };
    expect(repeatPatterns({ code }).map(text).join("~")).toBe(pattern);
  });
});

describe("a timing of several patterns, where a version has TQ and no TQ1", () => {
  const weekend = (trigger: "ORM^O01" | "OMP^O09" | "RDE^O11", version: Hl7Version, repeat: fhir4.TimingRepeat) => {
    const dosageInstruction = [{ doseAndRate: usual?.doseAndRate ?? [], timing: { repeat } }];
    const order: fhir4.MedicationRequest = { ...tablets, dosageInstruction };
    return renderIn(version, trigger, order, [jane, stay, smith], { type: "order.placed" });
  };
  const days: fhir4.TimingRepeat = { dayOfWeek: ["sat", "sun"], boundsDuration: mass(2, "wk") };
  const both = "^Q1J6^W2^^^^^Q1J6, Q1J7^A~^Q1J7^W2^^^^^Q1J6, Q1J7";

  it("loses none of them: each is a repetition, and where there is one alone its text says all", () => {
    expect(fieldOf(weekend("OMP^O09", "2.4", days), "ORC", 7)).toBe(both);
    expect(fieldOf(weekend("ORM^O01", "2.4", days), "ORC", 7)).toBe(both);
    expect(fieldOf(weekend("ORM^O01", "2.5.1", days), "ORC", 7)).toBe(both);
    expect(fieldOf(weekend("OMP^O09", "2.3", days), "ORC", 7)).toBe("^Q1J6^W2^^^^^Q1J6, Q1J7^A");
    expect(fieldOf(weekend("RDE^O11", "2.4", days), "RXE", 1)).toBe("^Q1J6^W2^^^^^Q1J6, Q1J7");
    expect(fieldOf(weekend("OMP^O09", "2.5.1", days), "TQ1", 3)).toBe("Q1J6~Q1J7");
  });

  it("says how many times, and between what bounds", () => {
    const daily = { frequency: 1, period: 1, periodUnit: "d" } as const;
    expect(fieldOf(weekend("ORM^O01", "2.5.1", { ...daily, count: 3 }), "ORC", 7)).toBe("^Q1D^X3");
    expect(fieldOf(weekend("OMP^O09", "2.4", { ...daily, count: 3 }), "ORC", 7)).toBe("^Q1D^X3");
    const boundsRange = { low: mass(5, "d"), high: mass(7, "d") };
    expect(fieldOf(weekend("OMP^O09", "2.5.1", { ...daily, boundsRange }), "TQ1", 11)).toBe("for 5-7 d");
  });
});

describe("a prescription", () => {
  const pharmacy: fhir4.Organization = {
    resourceType: "Organization",
    id: "ph",
    name: "Main Pharmacy",
    identifier: [{ system: "http://hl7.org/fhir/sid/us-npi", value: "1992999882" }],
    telecom: [{ system: "phone", value: "507-555-0111" }],
    address: [{ line: ["1 ELM ST"], city: "ROCHESTER", state: "MN" }],
  };
  const dispenseRequest: fhir4.MedicationRequestDispenseRequest = {
    performer: { reference: "Organization/ph", display: "Main" },
    dispenseInterval: mass(30, "d"),
    initialFill: { quantity: mass(5, "{tbl}") },
  };

  it("names the pharmacy, its address and its number, and what is dispensed first, as far as a version has fields", () => {
    const told = (trigger: "RDE^O11" | "OMP^O09", version: Hl7Version, ...positions: number[]) => {
      const message = prescribe(trigger, { dispenseRequest }, version, [pharmacy]);
      return positions.map((position) => fieldOf(message, trigger === "RDE^O11" ? "RXE" : "RXO", position));
    };
    const [name, address] = ["1992999882^Main Pharmacy^L", "1 ELM ST^^ROCHESTER^MN"];
    expect(told("RDE^O11", "2.5.1", 39, 40, 41, 45)).toEqual(["5", name, address, ""]);
    expect(told("RDE^O11", "2.7", 45)).toEqual(["^WPN^PH^^^507^5550111^^^^^507-555-0111"]);
    expect(told("OMP^O09", "2.5.1", 28, 32)).toEqual(["30", ""]);
    expect(told("OMP^O09", "2.6", 28, 32, 33, 36)).toEqual(["30", name, address, ""]);
    expect(told("OMP^O09", "2.7", 36)).toEqual(["^WPN^PH^^^507^5550111^^^^^507-555-0111"]);
  });

  it("for home is an outpatient order while the patient is still in", () => {
    const setting = (...codes: string[]) => {
      const category = codes.map((code) => coded(`${terminology}/medicationrequest-category`, code, code));
      return fieldOf(prescribe("RDE^O11", { category }), "ORC", 29);
    };
    expect(setting("community", "discharge")).toBe("O^Outpatient Order^HL70482");
    expect(setting("inpatient")).toBe("I^Inpatient Order^HL70482");
    expect(setting("patientspecified")).toBe("I^Inpatient Order^HL70482");
  });

  it("that somebody else reports is no order", () => {
    expect(() => prescribe("OMP^O09", { reportedReference: subject })).toThrow(
      expect.objectContaining({ details: { field: "ORC-1", path: "MedicationRequest.reportedReference" } }),
    );
  });
});

describe("what was given", () => {
  const doing = (code: string, display: string): fhir4.MedicationAdministrationPerformer => ({
    function: coded(`${terminology}/med-admin-perform-function`, code, code),
    actor: { reference: `Practitioner/${display.length}`, display },
  });

  it("was given by the performer, not by who verified it, unless nobody else is told", () => {
    const by = (...performer: fhir4.MedicationAdministrationPerformer[]) =>
      fieldOf(renderIn("2.5.1", "RAS^O17", { ...givenTablet, performer }, [jane, stay]), "RXA", 10);
    expect(by(doing("verifier", "VAN, DRAWER"), doing("performer", "ROE, RICHARD"))).toBe("^ROE^RICHARD");
    expect(by(doing("witness", "VAN, DRAWER"))).toBe("^VAN^DRAWER");
  });

  it("is no amount where nothing was given", () => {
    const message = renderIn("2.5.1", "RAS^O17", { ...givenTablet, status: "not-done" }, [jane, stay]);
    expect([6, 7, 20].map((position) => fieldOf(message, "RXA", position))).toEqual(["999", "", "NA"]);
  });

  it("was entered by whom its Provenance says, as a vaccination was", () => {
    const provenance = (target: string): fhir4.Provenance => ({
      resourceType: "Provenance",
      id: target,
      target: [{ reference: target }],
      recorded: "2026-11-23T15:00:00Z",
      agent: [
        {
          type: coded(`${terminology}/provenance-participant-type`, "enterer", "Enterer"),
          who: { reference: "Practitioner/5", display: "CLERK, CARLA" },
        },
      ],
    });
    const entered = (trigger: "RAS^O17" | "VXU^V04", told: fhir4.MedicationAdministration | fhir4.Immunization) =>
      fieldOf(renderIn("2.5.1", trigger, told, [jane, stay, provenance(`${told.resourceType}/${told.id}`)]), "ORC", 10);
    expect(entered("RAS^O17", givenTablet)).toBe("^CLERK^CARLA");
    expect(entered("VXU^V04", vaccination)).toBe("^CLERK^CARLA");
    const note = [{ text: "Given late\n" }];
    expect(fieldOf(renderIn("2.5.1", "RAS^O17", { ...givenTablet, note }, [jane, stay]), "RXA", 9)).toBe("^Given late");
  });

  it("went to a site that registries have a code for, in that code, and to others as the source calls them", () => {
    const at = (code: string, display: string) => {
      const given = { ...givenTablet, dosage: { ...givenTablet.dosage, site: snomed(code, display) } };
      return fieldOf(renderIn("2.5.1", "RAS^O17", given, [jane, stay]), "RXR", 2);
    };
    expect(at("66480008", "Left forearm")).toBe("LLFA^Left Lower Forearm^HL70163");
    expect(at("16217661000119109", "Right deltoid muscle")).toBe("RD^Right Deltoid^HL70163");
    expect(at("22006008", "Structure of nail")).toBe("22006008^Structure of nail^SCT");
  });
});

describe("a vaccination", () => {
  const told = (more: Partial<fhir4.Immunization>, ...positions: number[]) => {
    const message = renderIn("2.5.1", "VXU^V04", { ...vaccination, ...more }, [jane, smith, clinic]);
    return positions.map((position) => fieldOf(message, "RXA", position));
  };

  it("of which Millennium has no dose has 999, without a unit", () => {
    const doseQuantity = { value: 0, unit: "unknown unit", system: "http://unitsofmeasure.org", code: "{unknownunit}" };
    expect(told({ doseQuantity }, 6, 7)).toEqual(["999", ""]);
    expect(told({ doseQuantity: parseJson('{"value":0.0,"unit":"mL"}') as fhir4.Quantity }, 6)).toEqual(["0.0"]);
  });

  it("that was too little is partially administered", () => {
    expect(told({ isSubpotent: true }, 20)).toEqual(["PA"]);
    expect(told({ isSubpotent: false }, 20)).toEqual(["CP"]);
  });

  it("names an information statement that has no number by its name", () => {
    const education = [{ documentType: "Hepatitis B VIS", publicationDate: "2023-05-12" }];
    const message = renderIn("2.5.1", "VXU^V04", { ...vaccination, education }, [jane, clinic]);
    const types = segmentsOf(message, "OBX").filter((line) => line.includes("|69764-9^"));
    expect(types.map((line) => line.split("|")[5])).toEqual(["^Hepatitis B VIS"]);
  });

  it("that is history says so in a code, and behind it whose words it was", () => {
    expect(told({ primarySource: false, reportOrigin: { text: "Grandmother" } }, 9)).toEqual([
      "01^Historical information - source unspecified^NIP001~^Grandmother",
    ]);
    const recall = coded(`${terminology}/immunization-origin`, "recall", "Recall");
    expect(told({ primarySource: false, reportOrigin: recall }, 9)).toEqual([
      "04^Historical information - from parent's recall^NIP001",
    ]);
  });

  it("of a vaccine that nobody knows is 999, or 998 where none was given", () => {
    const vaccineCode = coded(`${terminology}/data-absent-reason`, "unknown", "Unknown");
    expect(told({ vaccineCode }, 5)).toEqual(["999^unknown^CVX"]);
    expect(told({ vaccineCode: { ...vaccineCode, text: "Unknown" }, status: "not-done" }, 5)).toEqual([
      "998^No vaccine administered^CVX",
    ]);
    expect(told({ vaccineCode: { text: "Rotavirus" }, status: "not-done" }, 5)).toEqual(["^Rotavirus"]);
  });

  it.each([
    [snomed("591000119102", "Vaccine refused by patient"), "03^Patient decision^NIP002", "RE"],
    [coded(`${terminology}/v3-ActReason`, "VACSAF", "Vaccine safety concerns"), "03^Patient decision^NIP002", "RE"],
    [coded("https://fhir.cerner.com/ec0/codeSet/30200", "9", "Parent Refuses"), "9^Parent Refuses^99CS30200", "RE"],
    [{ text: "Declined today" }, "^Declined today", "RE"],
    [coded(`${terminology}/v3-ActReason`, "OSTOCK", "Out of stock"), "02^Other^NIP002", "NA"],
    [{ text: "Fever" }, "^Fever", "NA"],
    [snomed("397745006", "Medical contraindication"), "", "NA"],
  ])("not done because of %j has the reason %s and is %s", (statusReason, reason, completion) => {
    expect(told({ status: "not-done", statusReason }, 18, 20)).toEqual([reason, completion]);
  });

  it("tells a contraindication as an observation", () => {
    const contraindicated = snomed("397745006", "Medical contraindication");
    const message = renderIn(
      "2.5.1",
      "VXU^V04",
      { ...vaccination, status: "not-done", statusReason: contraindicated },
      [jane, clinic],
    );
    expect(segmentsOf(message, "OBX").map((line) => line.split("|").slice(3, 6).join("|"))).toContain(
      "30945-0^Vaccination contraindication and precaution^LN|5|397745006^Medical contraindication^SCT",
    );
  });
});
