import { describe, expect, it } from "vitest";
import { fieldOf, render, segmentsOf } from "../support/bridge.ts";
import { catheter, ward } from "../support/chart.ts";
import { coded, jane, loinc, snomed, stay, subject } from "../support/clinical.ts";

const disposition = "http://terminology.hl7.org/CodeSystem/discharge-disposition";

describe("PV1-40", () => {
  const v2 = (code: string) => ({ system: "http://terminology.hl7.org/CodeSystem/v2-0116", code });
  const lies = { ...stay, location: [{ location: { reference: "Location/4w" }, status: "active" as const }] };

  it("is the state of the bed by HL70116", () => {
    expect(fieldOf(render("ADT^A01", lies, [jane, { ...ward, operationalStatus: v2("O") }]), "PV1", 40)).toBe("O");
    expect(fieldOf(render("ADT^A01", lies, [jane, ward]), "PV1", 40)).toBe("");
  });
});

describe("PV2-27", () => {
  const leaving = { ...stay, hospitalization: { dischargeDisposition: coded(disposition, "snf", "Nursing facility") } };

  it("is where the patient is expected to go, until they have gone", () => {
    expect(fieldOf(render("ADT^A16", leaving, [jane]), "PV2", 27)).toBe("03");
    const gone = render("ADT^A03", { ...leaving, status: "finished" }, [jane]);
    expect(fieldOf(gone, "PV1", 36)).toBe("03");
    expect(fieldOf(gone, "PV2", 27)).toBe("");
  });
});

describe("PDA", () => {
  const dead: fhir4.Patient = { ...jane, deceasedDateTime: "2026-11-23T04:30:00Z" };
  const cause: fhir4.Observation = {
    resourceType: "Observation",
    id: "cod",
    status: "final",
    code: loinc("69453-9", "Cause of death"),
    subject,
    valueCodeableConcept: snomed("22298006", "Myocardial infarction"),
    performer: [{ reference: "Practitioner/78", display: "ROE, RICHARD" }],
  };
  const died: fhir4.Encounter = {
    ...stay,
    status: "finished",
    location: [{ location: { display: "GEN, MAIN, 4W, 412, A" }, status: "completed" }],
    hospitalization: { dischargeDisposition: coded(disposition, "exp", "Expired") },
  };

  it("tells the cause of a death, where it was, who says so and whether there was an autopsy", () => {
    const autopsy = {
      ...cause,
      id: "aut",
      code: loinc("85699-7", "Autopsy"),
      valueCodeableConcept: snomed("373067005", "No"),
    };
    expect(segmentsOf(render("ADT^A03", died, [dead, cause, autopsy]), "PDA")).toEqual([
      "PDA|22298006^Myocardial infarction^SCT|4W^412^A^GEN^^N^MAIN^^GEN, MAIN, 4W, 412, A|||^ROE^RICHARD|N",
    ]);
  });

  it("is silent about the living, and where nothing is known", () => {
    expect(segmentsOf(render("ADT^A03", died, [jane, cause]), "PDA")).toEqual([]);
    expect(segmentsOf(render("ADT^A08", stay, [dead]), "PDA")).toEqual([]);
  });
});

describe("PR1", () => {
  const cpt = (code: string, display: string) => ({ system: "http://www.ama-assn.org/go/cpt", code, display });
  const twice: fhir4.Procedure = {
    ...catheter,
    code: {
      coding: [cpt("59", "Distinct service"), cpt("93458", "Left heart catheterization"), cpt("LT", "Left side")],
    },
  };
  const ranked = { ...stay, diagnosis: [{ condition: { reference: "Procedure/257" }, rank: 1 }] };

  it("ranks a procedure as the visit does and tells the modifiers of its code", () => {
    const message = render("ADT^A01", ranked, [jane, twice]);
    expect(fieldOf(message, "PR1", 3)).toBe("93458^Left heart catheterization^C4");
    expect(fieldOf(message, "PR1", 14)).toBe("1");
    expect(fieldOf(message, "PR1", 16)).toBe("59^Distinct service^C4~LT^Left side^C4");
  });
});
