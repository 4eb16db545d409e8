import { describe, expect, it } from "vitest";
import { hl7Versions } from "../../../shared/hl7/dictionary/contents.ts";
import { fieldOf, render, segmentsOf } from "../support/bridge.ts";
import { chestPain, site, visit, ward } from "../support/chart.ts";
import { coded, jane, numbered, smith, snomed } from "../support/clinical.ts";
import { renderIn } from "../support/versions.ts";

const chart = [jane, smith, ward, site];
const fieldsOf = (appointment: fhir4.Appointment, name: string, ...positions: readonly number[]) => {
  const message = render("SIU^S12", appointment, chart);
  return segmentsOf(message, name).map((_segment, index) =>
    positions.map((position) => fieldOf(message, name, position, index + 1)),
  );
};

describe("the resources of an appointment", () => {
  const [patient] = visit.participant;
  const withResource = (participant: Partial<fhir4.AppointmentParticipant>, more: Partial<fhir4.Appointment> = {}) => ({
    ...visit,
    ...more,
    participant: [patient as fhir4.AppointmentParticipant, { status: "accepted" as const, ...participant }],
  });

  it("what Millennium names without a reference is a resource by its role", () => {
    const rooms = withResource({
      type: [
        coded("https://fhir.cerner.com/ec0/codeSet/14250", "667053", "OR Rooms"),
        coded("http://terminology.hl7.org/CodeSystem/v3-ParticipationType", "PPRF", "primary performer"),
      ],
      actor: { display: "OR Rooms" },
    });
    expect(fieldsOf(rooms, "AIG", 3, 4)).toEqual([["^OR Rooms", "667053^OR Rooms^99CS14250"]]);
    for (const name of ["AIL", "AIP"]) expect(fieldsOf(rooms, name)).toEqual([]);
  });

  it.each([
    ["Location", "AIL"],
    ["Practitioner", "AIP"],
    ["Device", "AIG"],
  ] as const)("a %s that is a name with a type is an %s", (type, name) => {
    const named = withResource({ actor: { type, display: "WARD, ROOM" } });
    const told = ["AIG", "AIL", "AIP"].filter((each) => fieldsOf(named, each).length === 1);
    expect(told).toEqual([name]);
  });

  it("a person who did not come along and has no name is told by the id", () => {
    expect(fieldsOf(withResource({ actor: { reference: "Practitioner/404" } }), "AIP", 3)).toEqual([["404"]]);
  });

  it("a role that nobody fills yet is told, and nothing of one who is there for the patient", () => {
    expect(fieldsOf(withResource({ type: [{ text: "Treadmill" }] }), "AIG", 3, 4)).toEqual([["", "^Treadmill"]]);
    for (const participant of [
      { type: [{ text: "Patient" }], actor: { display: "DOE, JANE" } },
      { actor: { reference: "RelatedPerson/12-1" } },
      {},
    ])
      expect(fieldsOf(withResource(participant), "AIG")).toEqual([]);
  });

  it("a room for a video visit, which the appointment contains, is one thing, by its name", () => {
    const contained: fhir4.HealthcareService[] = [
      {
        resourceType: "HealthcareService",
        id: "607",
        type: [{ text: "Virtual Meeting Room" }],
        telecom: [{ system: "url", value: "http://patientlink.example.org" }],
      },
    ];
    const video = withResource({ actor: { reference: "#607" } }, { contained });
    expect(fieldsOf(video, "AIG", 3, 4)).toEqual([["^Virtual Meeting Room", "HealthcareService"]]);
    for (const name of ["AIL", "AIP"]) expect(fieldsOf(video, name)).toEqual([]);
    for (const version of hl7Versions) {
      const message = renderIn(version, "SIU^S12", video, chart);
      expect(fieldOf(message, "NTE", 3)).toBe("http://patientlink.example.org");
      expect(message.workList.filter(({ severity }) => severity === "error")).toEqual([]);
    }
  });

  it("takes part for a time of its own, where it has one", () => {
    const period = { start: "2026-12-01T20:40:00Z", end: "2026-12-01T20:50:00Z" };
    const part = { ...visit, participant: visit.participant.map((each) => ({ ...each, period })) };
    expect(fieldsOf(part, "AIP", 6, 9, 10)).toEqual([["20261201144000-0600", "10", "min^minute^UCUM"]]);
    expect(fieldsOf(part, "AIL", 6, 9)).toEqual([["20261201144000-0600", "10"]]);
    expect(fieldsOf(part, "AIG", 8, 11)).toEqual([["20261201144000-0600", "10"]]);
    expect(fieldsOf(part, "AIS", 4, 7)).toEqual([["20261201143000-0600", "30"]]);
  });
});

it("the specialty is the service of the hospital", () => {
  const specialty = [snomed("394579002", "Cardiology")];
  expect(fieldOf(render("SIU^S12", { ...visit, specialty }, chart), "PV1", 10)).toBe("394579002");
});

describe("SCH", () => {
  const system = "urn:oid:1.2.3.5";

  it.each<[string, fhir4.Identifier[], string]>([
    ["the scheduler's", [numbered("PLAC", system, "P-1"), numbered("FILL", system, "F-1")], "F-1^GENAPPT"],
    ["of which nothing is said", [{ system, value: "A-88231" }], "A-88231^GENAPPT"],
    ["the placer's alone", [numbered("PLAC", system, "P-1")], "88231^GEN"],
    ["of one version", [{ system: "https://fhir.cerner.com/ceuuid", value: "CE1" }], "88231^GEN"],
  ])("a number that is %s", (_case, identifier, number) => {
    expect(fieldOf(render("SIU^S12", { ...visit, identifier }, chart), "SCH", 2)).toBe(number);
  });

  it.each([
    [1, "S"],
    [3, "A"],
    [5, "R"],
    [9, "R"],
    [0, ""],
  ])("the priority %i as %s, with the time", (priority, code) => {
    const timing = fieldOf(render("SIU^S12", { ...visit, priority }, chart), "SCH", 11).split("^");
    expect(timing[5] ?? "").toBe(code);
    const later = renderIn("2.8", "SIU^S12", { ...visit, priority }, chart);
    expect(fieldOf(later, "TQ1", 9)).toBe(code === "" ? "" : `${code}^^HL70485`);
  });

  it("the time that was asked for, where there is none yet", () => {
    const { start: _start, end: _end, ...asked } = visit;
    const requestedPeriod = [{ start: "2026-12-07T18:00:00Z", end: "2026-12-14T18:00:00Z" }];
    const message = render("SIU^S12", { ...asked, status: "proposed", requestedPeriod }, chart);
    expect(fieldOf(message, "SCH", 11)).toBe("^^^20261207120000-0600^20261214120000-0600");
    expect(fieldOf(message, "AIS", 4)).toBe("");
  });

  it.each([
    ["S15", "Cancelled"],
    ["S16", "Dc"],
  ] as const)("what %s cancels is %s, with all that takes part", (event, code) => {
    const message = render(`SIU^${event}`, { ...visit, status: "cancelled" }, chart);
    const told = [fieldOf(message, "SCH", 25), fieldOf(message, "AIS", 10), fieldOf(message, "AIL", 12)];
    expect(told).toEqual(Array(3).fill(`${code}^^HL70278`));
  });

  it("why it was moved", () => {
    const url = "https://fhir-ehr.cerner.com/r4/StructureDefinition/reschedule-reason";
    const moved = { ...visit, extension: [{ url, valueCodeableConcept: { text: "Doctor ill" } }] };
    expect(fieldOf(render("SIU^S13", moved, chart), "SCH", 6)).toBe("^Doctor ill");
    expect(fieldOf(render("SIU^S14", moved, chart), "SCH", 6)).toBe("MODIFIED^Modified^L");
  });

  it("a reason that is a name alone", () => {
    const message = render("SIU^S12", { ...visit, reasonReference: [{ display: "Chest pain" }] }, chart);
    expect(fieldOf(message, "SCH", 7)).toBe("^Chest pain");
    expect(segmentsOf(message, "NTE")).toEqual([]);
  });

  it("more than one reason: the first, diagnoses as DG1, the others in notes", () => {
    const reasonCode = [snomed("185389009", "Follow-up"), { text: "I have a cramp" }];
    const reasonReference = [{ reference: "Condition/d1" }, { display: "Fall of yesterday" }];
    const message = render("SIU^S12", { ...visit, reasonCode, reasonReference }, [...chart, chestPain]);
    expect(fieldOf(message, "SCH", 7)).toMatch(/^FOLLOWUP\^/);
    expect(segmentsOf(message, "DG1")).toHaveLength(1);
    expect(segmentsOf(message, "NTE").map((note) => note.split("|")[3])).toEqual([
      "Reason: I have a cramp",
      "Reason: Fall of yesterday",
    ]);
  });
});
