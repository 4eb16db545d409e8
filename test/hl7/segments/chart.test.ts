import { describe, expect, it } from "vitest";
import { destination, fieldOf, render, segmentsOf } from "../support/bridge.ts";
import { catheter, chestPain, condition, diabetes, icd10, pulse, spouse } from "../support/chart.ts";
import { jane, smith, stay } from "../support/clinical.ts";

const wanting = (visit: Partial<Record<"roles" | "vitalSigns" | "problems", boolean>>) => ({
  destination: { ...destination, visit: { roles: false, vitalSigns: false, problems: false, ...visit } },
});
const linesIn = (name: string, context: readonly fhir4.FhirResource[], after: fhir4.Encounter = stay, more = {}) =>
  segmentsOf(render("ADT^A08", after, [jane, ...context], more), name);

describe("DG1", () => {
  it("the diagnoses that name the visit, though the visit lists none", () => {
    expect(linesIn("DG1", [chestPain, diabetes])).toEqual([
      "DG1|1||R07.9^Chest pain, unspecified^I10||20261122225000-0600|A||||||||||^SMITH^ALEX|D||20261122225000-0600|d1^GEN",
    ]);
  });

  it("those that the visit lists come with rank and use, and not twice", () => {
    const use = { coding: [{ system: "http://terminology.hl7.org/CodeSystem/diagnosis-role", code: "DD" }] };
    const second = condition("d0", "encounter-diagnosis", { encounter: { reference: "Encounter/97" } });
    const listing = { ...stay, diagnosis: [{ condition: { reference: "Condition/d1" }, use, rank: 1 }] };
    const told = linesIn("DG1", [second, chestPain], listing).map((line) => line.split("|"));
    expect(told.map((fields) => [fields[1], fields[6], fields[15], fields[20]])).toEqual([
      ["1", "F", "1", "d1^GEN"],
      ["2", "W", "", "d0^GEN"],
    ]);
  });

  it.each([
    ["Admitting", "A"],
    ["Discharge", "F"],
    ["Final Diagnosis", "F"],
    ["Working", "W"],
    ["Reason For Visit", "W"],
  ])("Millennium's diagnosis type %s", (text, use) => {
    const extension = [
      { url: "https://fhir-ehr.cerner.com/r4/StructureDefinition/diagnosis-type", valueCodeableConcept: { text } },
    ];
    expect(linesIn("DG1", [{ ...chestPain, extension }])[0]?.split("|")[6]).toBe(use);
  });

  it("the problem list behind them where the destination wants it, the active ones", () => {
    const over = condition("p2", "problem-list-item", { clinicalStatus: { coding: [{ code: "resolved" }] } });
    const told = linesIn("DG1", [diabetes, over, chestPain], stay, wanting({ problems: true }));
    expect(told.map((line) => line.split("|")[20])).toEqual(["d1^GEN", "p1^GEN"]);
  });

  it("nothing of what was entered in error or is of another visit", () => {
    const wrong = { ...chestPain, verificationStatus: { coding: [{ code: "entered-in-error" }] } };
    const elsewhere = { ...chestPain, encounter: { reference: "Encounter/98" } };
    expect(linesIn("DG1", [wrong])).toEqual([]);
    expect(linesIn("DG1", [elsewhere])).toEqual([]);
  });
});

describe("PR1", () => {
  it("the billing code first, minutes, who did what", () => {
    expect(linesIn("PR1", [catheter, smith])).toEqual([
      "PR1|1||93458^Cath lab^C4^41976001^Cardiac catheterization^SCT|Cath lab|20261123030000-0600|D|45||||1234567893^SMITH^ALEX^^^^^^NPI&2.16.840.1.113883.4.6&ISO^L^^^NPI|^ROE^RICHARD|||R07.9^Chest pain, unspecified^I10||||257^GEN",
    ]);
  });

  it("by date, and not those that were not done or are of another visit", () => {
    const earlier: fhir4.Procedure = { ...catheter, id: "300", performedPeriod: { start: "2026-11-22T09:00:00Z" } };
    const others: fhir4.Procedure[] = [
      { ...catheter, id: "1", status: "not-done" },
      { ...catheter, id: "2", status: "entered-in-error" },
      { ...catheter, id: "3", encounter: { reference: "Encounter/98" } },
    ];
    const told = linesIn("PR1", [catheter, ...others, earlier]);
    expect(told.map((line) => line.split("|")[19])).toEqual(["300^GEN", "257^GEN"]);
  });

  it("one without a date is left out and named", () => {
    const { performedPeriod: _period, ...undated } = catheter;
    const message = render("ADT^A08", stay, [jane, { ...undated, performedString: "last year" }, chestPain]);
    expect(segmentsOf(message, "PR1")).toEqual([]);
    expect(segmentsOf(message, "DG1")).toHaveLength(1);
    expect(message.workList).toContainEqual(
      expect.objectContaining({ reason: "required-field-empty", field: "PR1-5" }),
    );
  });

  it("the reason may be a diagnosis of its own", () => {
    const { reasonCode: _reason, ...because } = catheter;
    const message = render("ADT^A08", stay, [
      jane,
      { ...because, reasonReference: [{ reference: "Condition/d1" }] },
      { ...chestPain, code: icd10("I20.0", "Unstable angina") },
    ]);
    expect(fieldOf(message, "PR1", 15)).toBe("I20.0^Unstable angina^I10");
  });
});

describe("OBX of a visit", () => {
  it("its vital signs where the destination wants them", () => {
    expect(linesIn("OBX", [pulse])).toEqual([]);
    expect(linesIn("OBX", [pulse], stay, wanting({ vitalSigns: true }))).toEqual([
      "OBX|1|NM|8867-4^Heart rate^LN|1|88|/min^/min^UCUM|||||F|||20261122231200-0600",
    ]);
  });

  it("not those of another visit, and not what is void", () => {
    const others: fhir4.Observation[] = [
      { ...pulse, id: "1", encounter: { reference: "Encounter/98" } },
      { ...pulse, id: "2", status: "entered-in-error" },
      { ...pulse, id: "3", category: [{ coding: [{ code: "laboratory" }] }] },
    ];
    expect(linesIn("OBX", others, stay, wanting({ vitalSigns: true }))).toEqual([]);
  });
});

describe("NK1", () => {
  it("Millennium's family relation stands beside the contact role", () => {
    expect(linesIn("NK1", [spouse])).toEqual([
      "NK1|1|DOE^JOHN^^^^^L|SPO^Spouse^HL70063||(507)555-0102^PRN^PH^^^507^5550102^^^^^507-555-0102||C^Emergency Contact^HL70131^1150^Emergency Contact^99CS351||||||||M|||||es^Spanish^HL70296",
    ]);
  });

  it("an organization names whom to ask for", () => {
    const patient: fhir4.Patient = {
      ...jane,
      contact: [
        {
          organization: { display: "Elm Works" },
          name: { family: "DESK", given: ["FRONT"] },
          telecom: [{ system: "phone", value: "507-555-0188", use: "work" }],
        },
      ],
    };
    const message = render("ADT^A28", patient);
    expect([13, 30, 31].map((position) => fieldOf(message, "NK1", position))).toEqual([
      "Elm Works",
      "DESK^FRONT^^^^^L",
      "(507)555-0188^WPN^PH^^^507^5550188^^^^^507-555-0188",
    ]);
  });

  it("who is no longer active or whose time ended is left out", () => {
    expect(
      linesIn("NK1", [
        { ...spouse, active: false },
        { ...spouse, period: { end: "2020-01-01" } },
      ]),
    ).toEqual([]);
  });
});

describe("PD1 and DB1", () => {
  it("a disability is told in both", () => {
    const extension = [
      {
        url: "http://hl7.org/fhir/StructureDefinition/patient-disability",
        valueCodeableConcept: { coding: [{ code: "W", display: "Uses a wheelchair" }] },
      },
    ];
    const message = render("ADT^A01", stay, [{ ...jane, extension }]);
    expect(fieldOf(message, "PD1", 6)).toBe("W");
    expect(segmentsOf(message, "DB1")).toEqual(["DB1|1|PT|7001234^^^GENMRN^MR|Y"]);
    expect(segmentsOf(render("ADT^A01", stay, [jane]), "DB1")).toEqual([]);
  });
});
