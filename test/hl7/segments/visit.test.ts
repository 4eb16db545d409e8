import { describe, expect, it } from "vitest";
import { fieldOf, render, segmentsOf } from "../support/bridge.ts";
import { catheter, chestPain, diabetes, ward } from "../support/chart.ts";
import { coded, jane, loinc, snomed, stay, subject } from "../support/clinical.ts";
import { renderIn } from "../support/versions.ts";

const disposition = "http://terminology.hl7.org/CodeSystem/discharge-disposition";

describe("PV1-40", () => {
  const v2 = (code: string) => ({ system: "http://terminology.hl7.org/CodeSystem/v2-0116", code });
  const lies = { ...stay, location: [{ location: { reference: "Location/4w" }, status: "active" as const }] };

  it("is the state of the bed by HL70116", () => {
    expect(fieldOf(render("ADT^A01", lies, [jane, { ...ward, operationalStatus: v2("O") }]), "PV1", 40)).toBe("O");
    expect(fieldOf(render("ADT^A01", lies, [jane, ward]), "PV1", 40)).toBe("");
  });
});

describe("PV1-3 of a visit to come", () => {
  const at = (display: string, status: fhir4.EncounterLocation["status"]): fhir4.EncounterLocation => ({
    location: { display: `GEN, MAIN, ${display}` },
    ...(status !== undefined && { status }),
  });
  const planned: fhir4.Encounter = {
    ...stay,
    status: "planned",
    location: [at("4W", "planned"), at("CLINIC", "completed"), at("5E", "planned")],
  };

  it("is the place that is planned first, wherever the patient has been to arrange it", () => {
    expect(fieldOf(render("ADT^A05", planned, [jane]), "PV1", 3).split("^")[0]).toBe("4W");
    const here = { ...planned, status: "in-progress" as const, location: [at("4W", "active"), at("5E", "planned")] };
    expect(fieldOf(render("ADT^A08", here, [jane]), "PV1", 3).split("^")[0]).toBe("4W");
    expect(fieldOf(render("ADT^A08", here, [jane]), "PV1", 42).split("^")[0]).toBe("5E");
  });
});

describe("a visit as a tenant codes it", () => {
  const codeSet = "https://fhir.cerner.com/ec0/codeSet";
  const ofVisit = (more: Partial<fhir4.Encounter>) => render("ADT^A08", { ...stay, ...more }, [jane]);

  it("PV1-4: an admission type that is mapped to none is told as it is, and is a work item", () => {
    const priority = { coding: [{ system: `${codeSet}/3`, code: "670840", display: "Elective", userSelected: true }] };
    const message = ofVisit({ type: [coded(`${codeSet}/71`, "309308", "Inpatient")], priority });
    expect(fieldOf(message, "PV1", 4)).toBe("670840");
    expect(message.workList).toContainEqual(
      expect.objectContaining({ field: "PV1-4", reason: "unmapped-code", code: `${codeSet}/3|670840` }),
    );
  });

  it("PV1-15: a wheelchair is an ambulatory status, what is no row is told as it is", () => {
    const arrangements = "http://terminology.hl7.org/CodeSystem/encounter-special-arrangements";
    const specialArrangement = [coded(arrangements, "wheel", "Wheelchair"), coded(arrangements, "int", "Interpreter")];
    expect(fieldOf(ofVisit({ hospitalization: { specialArrangement } }), "PV1", 15)).toBe("A2~int");
  });

  it("PV1-19 and PID-18: numbers are known by what Millennium calls them", () => {
    const number = (display: string, value: string): fhir4.Identifier => ({
      type: { coding: [{ system: `${codeSet}/319`, code: display, display, userSelected: true }], text: display },
      value,
    });
    const message = ofVisit({ identifier: [number("FIN NBR", "15951"), number("VISITID", "88")], account: [] });
    expect([fieldOf(message, "PV1", 19), fieldOf(message, "PID", 18)]).toEqual(["88^^^GEN^VN", "15951^^^GEN^AN"]);
  });

  it("PV1-52: who takes care, and not who takes part in a role that the site alone knows", () => {
    const takes = (name: string, part: string, role?: string): fhir4.EncounterParticipant => {
      const own =
        role === undefined ? [] : [{ system: `${codeSet}/333`, code: "9", display: role, userSelected: true }];
      const coding = { system: "http://terminology.hl7.org/CodeSystem/v3-ParticipationType", code: part };
      return { type: [{ coding: [...own, coding] }], individual: { display: name } };
    };
    const participant = [
      takes("Poe, Ann", "PPRF", "Covering Physician"),
      takes("Roe, Bob", "PART", "Database Coordinator"),
      takes("Doe, Cy", "PART"),
    ];
    expect(fieldOf(ofVisit({ participant }), "PV1", 52)).toBe("^Poe^Ann~^Doe^Cy");
  });

  it("PV1-37: where the patient went, by the code of the place or by its name", () => {
    const went = (destination: fhir4.Reference, ...more: readonly fhir4.FhirResource[]) =>
      fieldOf(
        render("ADT^A03", { ...stay, status: "finished", hospitalization: { destination } }, [jane, ...more]),
        "PV1",
        37,
      );
    const home: fhir4.Organization = { resourceType: "Organization", id: "9", name: "Elm Home" };
    expect(went({ reference: "Location/4w" }, ward)).toBe("4W");
    expect(went({ reference: "Organization/9", display: "Elm" }, home)).toBe("Elm Home");
    expect(went({ display: "Elm" })).toBe("Elm");
  });

  it("PV1-36: a text has no place where a code is wanted, and is a work item", () => {
    const told = render(
      "ADT^A03",
      { ...stay, status: "finished", hospitalization: { dischargeDisposition: { text: "Left with a friend" } } },
      [jane],
    );
    expect(fieldOf(told, "PV1", 36)).toBe("");
    expect(told.workList).toContainEqual({
      severity: "warning",
      reason: "text-without-code",
      field: "PV1-36",
      path: "Encounter.hospitalization.dischargeDisposition",
    });
  });

  it("PV2-11: the length of a stay in days, however days are written", () => {
    const length = (more: fhir4.Duration) => fieldOf(ofVisit({ length: { value: 3, ...more } }), "PV2", 11);
    expect([length({ code: "d" }), length({ unit: "days" }), length({ unit: "hours" }), length({ code: "h" })]).toEqual(
      ["3", "3", "", ""],
    );
  });
});

describe("PV2-8 and EVN-3", () => {
  it("are when the appointment for the visit begins, where the visit does not say", () => {
    const appointment: fhir4.Appointment = {
      resourceType: "Appointment",
      id: "7",
      status: "booked",
      start: "2026-12-01T15:00:00Z",
      participant: [{ actor: subject, status: "accepted" }],
    };
    const { period: _period, ...undated } = stay;
    const planned: fhir4.Encounter = {
      ...undated,
      status: "planned",
      appointment: [{ reference: "Appointment/6" }, { reference: "Appointment/7" }],
    };
    const told = (visit: fhir4.Encounter) => {
      const message = render("ADT^A05", visit, [jane, appointment]);
      return [fieldOf(message, "PV2", 8), fieldOf(message, "EVN", 3)];
    };
    expect(told(planned)).toEqual(["20261201090000-0600", "20261201090000-0600"]);
    expect(told({ ...planned, period: { start: "2026-12-02" } })).toEqual(["20261202", "20261202"]);
  });

  it("are what was planned where it is called off: such a visit never began (PV1-44)", () => {
    const calledOff: fhir4.Encounter = { ...stay, status: "cancelled", period: { start: "2026-12-02" } };
    for (const trigger of ["ADT^A38", "ADT^A27"] as const) {
      const message = render(trigger, calledOff, [jane]);
      expect([fieldOf(message, "PV2", 8), fieldOf(message, "EVN", 3), fieldOf(message, "PV1", 44)]).toEqual([
        "20261202",
        "20261202",
        "",
      ]);
    }
    const cancelled = render("ADT^A11", calledOff, [jane]);
    expect([fieldOf(cancelled, "PV2", 8), fieldOf(cancelled, "PV1", 44)]).toEqual(["", "20261202"]);
  });
});

describe("EVN-4", () => {
  it("is why, where a Provenance says it by the table for it", () => {
    const because = (system: string, code: string): fhir4.Provenance => ({
      resourceType: "Provenance",
      id: "p",
      target: [{ reference: "Encounter/97" }],
      recorded: "2026-11-23T05:00:00Z",
      agent: [{ who: { reference: "Practitioner/77" } }],
      reason: [coded(system, code, code)],
    });
    const told = (provenance: fhir4.Provenance) => fieldOf(render("ADT^A01", stay, [jane, provenance]), "EVN", 4);
    expect(told(because("http://terminology.hl7.org/CodeSystem/v2-0062", "02"))).toBe("02");
    expect(told(because("http://terminology.hl7.org/CodeSystem/v3-ActReason", "TREAT"))).toBe("");
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

describe("DG1-22", () => {
  it("is the diagnosis that another one is due to, from 2.6 on", () => {
    const url = "http://hl7.org/fhir/StructureDefinition/condition-dueTo";
    const due = { ...chestPain, extension: [{ url, valueReference: { reference: "Condition/p1" } }] };
    expect(fieldOf(renderIn("2.6", "ADT^A01", stay, [jane, due]), "DG1", 22)).toBe("p1^GEN");
    const numbered = { ...diabetes, identifier: [{ system: "urn:oid:1.2.3.4", value: "DX-7" }] };
    expect(fieldOf(renderIn("2.6", "ADT^A01", stay, [jane, due, numbered]), "DG1", 22)).toBe("DX-7^GENLAB");
    expect(fieldOf(render("ADT^A01", stay, [jane, due]), "DG1", 22)).toBe("");
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
    expect(fieldOf(message, "PR1", 16)).toBe("59^Distinct service^CPTM~LT^Left side^CPTM");
  });

  it("tells where a procedure was done and what it was a part of from 2.7 on", () => {
    const part: fhir4.Procedure = {
      ...catheter,
      location: { display: "GEN, MAIN, CATH" },
      partOf: [{ reference: "Procedure/256" }],
    };
    const later = renderIn("2.7", "ADT^A01", ranked, [jane, part]);
    expect([23, 25].map((position) => fieldOf(later, "PR1", position))).toEqual([
      "CATH^^^GEN^^^MAIN^^GEN, MAIN, CATH",
      "256^GEN",
    ]);
    expect(fieldOf(render("ADT^A01", ranked, [jane, part]), "PR1", 23)).toBe("");
  });
});
