import { describe, expect, it } from "vitest";
import { fieldOf, render, segmentsOf } from "../support/bridge.ts";
import { account, spouse, v2 } from "../support/chart.ts";
import { coded, jane, numbered, stay, subject } from "../support/clinical.ts";
import { renderIn } from "../support/versions.ts";

describe("PID", () => {
  const licence = {
    ...numbered("DL", "urn:oid:2.16.840.1.113883.4.3.27", "D-123"),
    assigner: { display: "MN" },
    period: { end: "2031-02-14" },
  };
  const driver = { ...jane, identifier: [...(jane.identifier ?? []), licence] };

  it("tells the driver's licence with its state and end, up to 2.6 and where the destination takes it", () => {
    const wanted = { ...driver };
    expect(fieldOf(renderIn("2.6", "ADT^A31", wanted), "PID", 20)).toBe("D-123^MN^20310214");
    expect(fieldOf(renderIn("2.7", "ADT^A31", wanted), "PID", 20)).toBe("");
  });

  it("tells the numbers of the mother", () => {
    const mother: fhir4.RelatedPerson = {
      ...spouse,
      id: "m",
      extension: [],
      relationship: [coded("http://terminology.hl7.org/CodeSystem/v3-RoleCode", "MTH", "mother")],
      identifier: [numbered("MR", "urn:oid:1.2.3.1", "7000001")],
    };
    expect(fieldOf(render("ADT^A31", jane, [spouse, mother]), "PID", 21)).toBe("7000001^^^GENMRN^MR");
    expect(fieldOf(render("ADT^A31", jane, [spouse]), "PID", 21)).toBe("");
  });

  it("says that the identity is not known where only an assumed name is", () => {
    const unknown: fhir4.Patient = { ...jane, name: [{ use: "anonymous", family: "Trauma", given: ["Seven"] }] };
    expect(fieldOf(render("ADT^A31", unknown), "PID", 31)).toBe("Y");
    expect(
      fieldOf(render("ADT^A31", { ...jane, name: [...(jane.name ?? []), ...(unknown.name ?? [])] }), "PID", 31),
    ).toBe("");
  });

  it("says before 2.4 of a legal separation that the person lives apart", () => {
    const maritalStatus = coded("http://terminology.hl7.org/CodeSystem/v3-MaritalStatus", "L", "Legally Separated");
    expect(fieldOf(renderIn("2.3.1", "ADT^A31", { ...jane, maritalStatus }), "PID", 16)).toMatch(/^A\^/);
    expect(fieldOf(renderIn("2.4", "ADT^A31", { ...jane, maritalStatus }), "PID", 16)).toMatch(/^E\^/);
  });

  it("names the facility that keeps the record, where the organization came along", () => {
    const organization: fhir4.Organization = { resourceType: "Organization", id: "5", name: "General Hospital" };
    const kept = { ...jane, managingOrganization: { reference: "Organization/5" } };
    expect(fieldOf(render("ADT^A31", kept, [organization]), "PID", 34)).toBe("General Hospital");
    expect(fieldOf(render("ADT^A31", kept), "PID", 34)).toBe("");
  });

  it("repeats all telephone numbers in the field that 2.7 has for them", () => {
    const reachable: fhir4.Patient = {
      ...jane,
      telecom: [
        { system: "phone", use: "work", value: "507-555-0199" },
        { system: "email", value: "jane@example.org" },
      ],
    };
    expect(fieldOf(renderIn("2.7", "ADT^A31", reachable), "PID", 40)).toMatch(/WPN.*~.*NET\^.*jane@example\.org/);
    expect(fieldOf(renderIn("2.6", "ADT^A31", reachable), "PID", 40)).toBe("");
  });
});

describe("PD1", () => {
  const immunization: fhir4.Immunization = {
    resourceType: "Immunization",
    id: "i1",
    status: "completed",
    vaccineCode: coded("http://hl7.org/fhir/sid/cvx", "08", "Hep B"),
    patient: subject,
    occurrenceDateTime: "2026-11-23T14:10:00Z",
  };
  const statusOf = (patient: fhir4.Patient) => fieldOf(render("VXU^V04", immunization, [patient]), "PD1", 16);

  it("tells a registry whether the record is in use", () => {
    expect(statusOf({ ...jane, active: true })).toBe("A");
    expect(statusOf({ ...jane, active: false })).toBe("I");
    expect(statusOf({ ...jane, active: true, deceasedBoolean: true })).toBe("P");
    expect(statusOf(jane)).toBe("");
    expect(segmentsOf(render("ADT^A31", { ...jane, active: true }), "PD1")).toEqual([]);
  });
});

describe("NK1", () => {
  it("repeats the first number in the fields that 2.7 has for them", () => {
    const reachable = renderIn("2.7", "ADT^A31", jane, [spouse]);
    expect(fieldOf(reachable, "NK1", 40)).toMatch(/PRN\^PH/);
    expect(fieldOf(reachable, "NK1", 41)).toBe("");
    const employer = { relationship: [v2("0131", "E")], organization: { display: "Elm Works" } };
    const working = {
      ...jane,
      contact: [{ ...employer, telecom: [{ system: "phone" as const, value: "507-555-0100" }] }],
    };
    expect(fieldOf(renderIn("2.7", "ADT^A31", working), "NK1", 41)).toMatch(/5550100/);
  });
});

describe("EVN", () => {
  const provenance: fhir4.Provenance = {
    resourceType: "Provenance",
    id: "pr1",
    target: [{ reference: "Encounter/97" }],
    recorded: "2026-11-23T05:15:00Z",
    agent: [
      { type: role("author"), who: { display: "ROE, RICHARD" } },
      { type: role("enterer"), who: { display: "CLERK, CLARA" } },
      { type: role("assembler"), who: { reference: "Device/9" } },
    ],
  };

  it("names who entered and who wrote what is told", () => {
    expect(fieldOf(render("ADT^A08", stay, [jane, provenance]), "EVN", 5)).toBe("^CLERK^CLARA~^ROE^RICHARD");
  });

  it("does not name who changed another version, or another record", () => {
    const ofAnother = { ...provenance, target: [{ reference: "Encounter/98" }] };
    const ofFormer = { ...provenance, target: [{ reference: "Encounter/97/_history/1" }] };
    const second = { ...stay, meta: { versionId: "2" } };
    expect(fieldOf(render("ADT^A08", second, [jane, ofAnother, ofFormer]), "EVN", 5)).toBe("");
  });

  it("names the facility that the visit is in", () => {
    const organization: fhir4.Organization = {
      resourceType: "Organization",
      id: "5",
      name: "East Campus",
      identifier: [{ value: "urn:oid:1.2.3.77" }],
    };
    const east = { ...stay, serviceProvider: { reference: "Organization/5" } };
    expect(fieldOf(render("ADT^A08", east, [jane, organization]), "EVN", 7)).toBe("East Campus^1.2.3.77^ISO");
  });

  function role(code: string): fhir4.CodeableConcept {
    return coded("http://terminology.hl7.org/CodeSystem/provenance-participant-type", code, code);
  }
});

describe("PV1 of an account", () => {
  it("tells the state of the account", () => {
    expect(fieldOf(render("BAR^P01", account, [jane, stay]), "PV1", 41)).toBe("active");
  });
});
