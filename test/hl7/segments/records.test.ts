import { describe, expect, it } from "vitest";
import { fieldOf, render, segmentsOf } from "../support/bridge.ts";
import { catheter, chestPain, diabetes, smithInFull, ward } from "../support/chart.ts";
import { coded, jane, loinc, snomed, stay, subject } from "../support/clinical.ts";
import { renderIn } from "../support/versions.ts";

describe("RXA", () => {
  const clinic: fhir4.Location = {
    ...ward,
    id: "clinic",
    address: { line: ["1 Main St"], city: "Rochester", state: "MN", postalCode: "55901", country: "US" },
  };
  const vaccination: fhir4.Immunization = {
    resourceType: "Immunization",
    id: "i1",
    status: "completed",
    vaccineCode: coded("http://hl7.org/fhir/sid/cvx", "08", "Hep B"),
    patient: subject,
    occurrenceDateTime: "2026-11-23T14:10:00Z",
    location: { reference: "Location/clinic" },
    reaction: [{ date: "2026-11-23T15:00:00Z", detail: { reference: "Observation/fever" } }],
  };
  const fever: fhir4.Observation = {
    resourceType: "Observation",
    id: "fever",
    status: "final",
    code: snomed("386661006", "Fever"),
    subject,
  };

  it("tells the place in the fields of the version", () => {
    const placeIn = (version: "2.7.1" | "2.8") => {
      const message = renderIn(version, "VXU^V04", vaccination, [jane, clinic]);
      return [11, 27, 28].map((position) => fieldOf(message, "RXA", position));
    };
    expect(placeIn("2.7.1")).toEqual([expect.stringMatching(/^4W\^.*Rochester/), "", ""]);
    expect(placeIn("2.8")).toEqual(["", expect.stringMatching(/^4W\^\^\^GEN/), "1 Main St^^Rochester^MN^55901^USA"]);
  });

  it("a reaction is an OBX of its own, with its time", () => {
    const message = render("VXU^V04", vaccination, [jane, clinic, fever]);
    expect(segmentsOf(message, "OBX")).toEqual([
      "OBX|1|CE|31044-1^Immunization reaction^LN|1|386661006^Fever^SCT||||||F|||20261123090000-0600",
    ]);
  });
});

describe("TXA", () => {
  const summary: fhir4.DocumentReference = {
    resourceType: "DocumentReference",
    id: "d1",
    status: "current",
    type: loinc("18842-5", "Discharge summary"),
    subject,
    content: [{ attachment: { contentType: "text/plain", data: "V2VsbA==", title: "Summary of the stay" } }],
  };

  it("names who wrote it down, and from 2.7 on its title", () => {
    const provenance: fhir4.Provenance = {
      resourceType: "Provenance",
      id: "pr1",
      target: [{ reference: "DocumentReference/d1" }],
      recorded: "2026-11-23T15:00:00Z",
      agent: [
        {
          type: coded("http://terminology.hl7.org/CodeSystem/v3-ParticipationType", "TRANS", "Transcriber"),
          who: { display: "CLERK, CLARA" },
        },
      ],
    };
    const message = renderIn("2.7", "MDM^T02", summary, [jane, stay, provenance]);
    expect(fieldOf(message, "TXA", 11)).toBe("^CLERK^CLARA");
    expect(fieldOf(message, "TXA", 25)).toBe("Summary of the stay");
    expect(fieldOf(render("MDM^T02", summary, [jane, stay]), "TXA", 25)).toBe("");
  });
});

describe("STF and LDP", () => {
  it("tell how somebody wants to be reached", () => {
    const prefers: fhir4.Practitioner = {
      ...smithInFull,
      telecom: [
        { system: "phone", use: "work", value: "507-555-0155", rank: 2 },
        { system: "email", value: "smith@example.org", rank: 1 },
      ],
    };
    expect(fieldOf(render("MFN^M02", prefers), "STF", 16)).toMatch(/^E\^.*\^HL70185$/);
    expect(fieldOf(render("MFN^M02", smithInFull), "STF", 16)).toBe("");
  });

  it("tell what is done in a place", () => {
    const clinic = {
      ...ward,
      type: [coded("http://terminology.hl7.org/CodeSystem/v3-RoleCode", "CARD", "Cardiology")],
    };
    expect(fieldOf(render("MFN^M05", clinic), "LDP", 3)).toBe("CARD");
  });
});

describe("a diagnosis or a problem that was entered in error, of which nothing is left", () => {
  const emptied = ({ id, category }: fhir4.Condition): fhir4.Condition => ({
    resourceType: "Condition",
    ...(id !== undefined && { id }),
    ...(category !== undefined && { category }),
    verificationStatus: coded(
      "http://terminology.hl7.org/CodeSystem/condition-ver-status",
      "entered-in-error",
      "Entered in Error",
    ),
    code: coded("http://terminology.hl7.org/CodeSystem/data-absent-reason", "error", "Error"),
    subject,
  });

  it("is taken back as it was known, from the visit in which it was", () => {
    const message = render("BAR^P12", emptied(chestPain), [jane, stay], { before: chestPain });
    expect([3, 20, 21].map((position) => fieldOf(message, "DG1", position))).toEqual([
      "R07.9^Chest pain, unspecified^I10",
      "d1^GEN",
      "D",
    ]);
    expect(fieldOf(message, "PV1", 19)).toBe("5550099^^^GENFIN^AN");
  });

  it("is deleted from the problem list as it was known", () => {
    const message = render("PPR^PC3", emptied(diabetes), [jane], { before: diabetes });
    expect([1, 3, 4].map((position) => fieldOf(message, "PRB", position))).toEqual([
      "DE",
      fieldOf(render("PPR^PC1", diabetes, [jane]), "PRB", 3),
      "p1^GEN",
    ]);
  });
});

describe("DG1 of what the visit alone tells", () => {
  const condition = (display: string, reference?: string) => ({
    condition: { display, ...(reference !== undefined && { reference }) },
  });

  it("is a text, with the number of the record where there is one", () => {
    const diagnosis = [condition("Chest pain"), condition("Asthma", "Condition/404"), condition("Cath", "Procedure/1")];
    const message = render("ADT^A08", { ...stay, diagnosis }, [jane]);
    expect(
      segmentsOf(message, "DG1").map((_line, at) => [3, 20].map((each) => fieldOf(message, "DG1", each, at + 1))),
    ).toEqual([
      ["^Asthma", "404^GEN"],
      ["^Chest pain", ""],
    ]);
  });
});

describe("PR1", () => {
  it("has a kind in the versions that require one", () => {
    const { category: _kind, ...plain } = catheter;
    const message = renderIn("2.3.1", "ADT^A08", stay, [jane, plain]);
    expect(fieldOf(message, "PR1", 6)).toBe("P");
    expect(message.workList.filter(({ severity }) => severity === "error")).toEqual([]);
    expect(fieldOf(render("ADT^A08", stay, [jane, plain]), "PR1", 6)).toBe("");
  });
});

describe("PRB and PTH", () => {
  const ranked: fhir4.Encounter = { ...stay, diagnosis: [{ condition: { reference: "Condition/p1" }, rank: 2 }] };
  const atVisit = { ...diabetes, encounter: { reference: "Encounter/97" } };

  it("a problem has the rank that its visit gives it, and the time when it ended", () => {
    const over = {
      ...atVisit,
      clinicalStatus: coded("http://terminology.hl7.org/CodeSystem/condition-clinical", "resolved", "Resolved"),
      abatementDateTime: "2026-11-20",
    };
    const message = render("PPR^PC2", over, [jane, ranked]);
    expect([15, 18].map((position) => fieldOf(message, "PRB", position))).toEqual(["20261120", "2"]);
    expect(fieldOf(render("PPR^PC2", atVisit, [jane, ranked]), "PRB", 15)).toBe("");
  });

  it("a problem began at an age", () => {
    const { onsetDateTime: _onset, ...since } = diabetes;
    const message = render("PPR^PC1", { ...since, onsetAge: { value: 35, unit: "years" } }, [jane]);
    expect([16, 17].map((position) => fieldOf(message, "PRB", position))).toEqual(["", "35 years"]);
  });

  it("a plan of care that addresses the problem is its pathway", () => {
    const plan: fhir4.CarePlan = {
      resourceType: "CarePlan",
      id: "cp1",
      status: "active",
      intent: "plan",
      title: "Diabetes pathway",
      instantiatesCanonical: ["http://example.org/PlanDefinition/DM2|1.0"],
      subject,
      created: "2026-11-01",
      addresses: [{ reference: "Condition/p1" }],
    };
    const message = render("PPR^PC1", diabetes, [jane, plan, { ...plan, id: "cp2", addresses: [] }]);
    expect(segmentsOf(message, "PTH")).toEqual([
      expect.stringMatching(/^PTH\|AD\|DM2\^Diabetes pathway\|cp1\^GEN\|20261101\|active\^active/),
    ]);
  });
});
