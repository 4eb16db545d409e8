import { describe, expect, it } from "vitest";
import type { Trigger } from "../../../shared/events/event.ts";
import { destination, fieldOf, linesOf, render, segmentsOf } from "../support/bridge.ts";
import { account, janeAgain, wholeChart } from "../support/chart.ts";
import { coded, jane, smith, stay } from "../support/clinical.ts";
import { formerStay } from "../support/tellings.ts";

const everything = { ...destination, visit: { roles: true, vitalSigns: true, problems: true } };
const participation = (code: string) => ({
  coding: [{ system: "http://terminology.hl7.org/CodeSystem/v3-ParticipationType", code }],
});
const bed = (id: string, status: fhir4.EncounterLocation["status"], more: Partial<fhir4.EncounterLocation> = {}) =>
  ({
    location: { reference: `Location/${id}`, display: `GEN, MAIN, 4W, ${id}` },
    status,
    ...more,
  }) as fhir4.EncounterLocation;

function namesIn(trigger: Trigger, after: fhir4.FhirResource = stay): readonly string[] {
  const message = render(trigger, after, [jane, ...wholeChart], { destination: everything, before: after });
  return [...new Set(linesOf(message).map((line) => line.slice(0, 3)))];
}

describe("what each structure has room for", () => {
  const patient = ["MSH", "EVN", "PID"];
  const bill = ["GT1", "IN1", "IN2"];
  it.each([
    ["ADT^A01", [...patient, "NK1", "PV1", "AL1", "DG1", "PR1", ...bill]],
    ["ADT^A02", [...patient, "PV1"]],
    ["ADT^A03", [...patient, "NK1", "PV1", "AL1", "DG1", "PR1", ...bill]],
    ["ADT^A05", [...patient, "NK1", "PV1", "AL1", "DG1", "PR1", ...bill]],
    ["ADT^A06", [...patient, "NK1", "PV1", "AL1", "DG1", "PR1", ...bill]],
    ["ADT^A11", [...patient, "PV1", "DG1"]],
    ["ADT^A12", [...patient, "PV1", "DG1"]],
    ["ADT^A15", [...patient, "PV1", "DG1"]],
    ["ADT^A21", [...patient, "PV1"]],
    ["ADT^A38", [...patient, "PV1", "DG1"]],
    ["ADT^A52", [...patient, "PV1"]],
    ["ADT^A54", [...patient, "PV1"]],
    ["ADT^A60", [...patient, "PV1", "IAM"]],
  ] as const)("%s", (trigger, names) => {
    expect(namesIn(trigger)).toEqual(names);
  });

  it("one diagnosis in a cancelled transfer, which takes no more", () => {
    const message = render("ADT^A12", stay, [...wholeChart], { destination: everything });
    expect(segmentsOf(message, "DG1")).toHaveLength(1);
  });

  it("no visit in a message about a person", () => {
    const message = render("ADT^A31", jane, wholeChart);
    expect(segmentsOf(message, "PV1")).toEqual(["PV1|1|N||||||||||||||||||COM^20260101"]);
    expect(segmentsOf(message, "PR1")).toEqual([]);
    expect(segmentsOf(message, "AL1")).toHaveLength(1);
  });
});

describe("MRG by event", () => {
  const mrgOf = (trigger: Trigger, after: fhir4.FhirResource, more: object) =>
    segmentsOf(render(trigger, after, [jane, janeAgain, stay], more), "MRG");

  it("A40 ends a record of a person: all its numbers and its name", () => {
    expect(mrgOf("ADT^A40", jane, { step: { merged: janeAgain } })).toEqual([
      "MRG|7009999^^^GENMRN^MR||||||DOE^JAYNE^^^^^L",
    ]);
  });

  it("A41 ends an account in favour of another of the patient", () => {
    const ended = { ...account, id: "F4005", identifier: [{ system: "urn:oid:1.2.3.2", value: "770002" }] };
    const message = render("ADT^A41", account, [jane, stay], { step: { merged: ended } });
    expect(fieldOf(message, "PID", 18)).toBe("770001^^^GENFIN^AN");
    expect(segmentsOf(message, "MRG")).toEqual(["MRG|7001234^^^GENMRN^MR||770002^^^GENFIN^AN"]);
  });

  it("A42 ends a visit; one that Millennium combined names no patient any more", () => {
    const combined = { resourceType: "Encounter", id: "96", status: "unknown", class: {} } as fhir4.Encounter;
    expect(mrgOf("ADT^A42", stay, { step: { merged: combined } })).toEqual(["MRG|7001234^^^GENMRN^MR||||96^^^GEN^VN"]);
  });

  it("A43 and A44 move what was another person's", () => {
    expect(mrgOf("ADT^A43", jane, { step: { merged: janeAgain } })).toEqual([
      "MRG|7009999^^^GENMRN^MR||||||DOE^JAYNE^^^^^L",
    ]);
    const before = { ...account, subject: [{ reference: "Patient/2" }] };
    expect(mrgOf("ADT^A44", account, { before })).toEqual([
      "MRG|7009999^^^GENMRN^MR||770001^^^GENFIN^AN||||DOE^JAYNE^^^^^L",
    ]);
  });

  it("A45 moves a visit from a person whose record did not come along", () => {
    const before = { ...stay, subject: { reference: "Patient/3" } };
    const message = render("ADT^A45", stay, [jane], { before });
    expect(segmentsOf(message, "MRG")).toEqual(["MRG|3^^^GEN^PI||||5550099^^^GENFIN^AN"]);
    expect(message.workList.map(({ reason }) => reason)).toContain("no-patient-number");
  });

  it("A47 gives other numbers to the same person", () => {
    expect(mrgOf("ADT^A47", jane, { before: { ...janeAgain, id: "1" } })).toEqual(["MRG|7009999^^^GENMRN^MR"]);
  });

  it("A46 says so to receivers of external ids, and A34 merges by id alone", () => {
    expect(mrgOf("ADT^A46", jane, { before: { ...janeAgain, id: "1" } })).toEqual(["MRG|7009999^^^GENMRN^MR"]);
    expect(mrgOf("ADT^A34", jane, { step: { merged: janeAgain } })[0]).toMatch(/^MRG\|7009999\^\^\^GENMRN\^MR\|.*DOE/);
  });

  it("A50 gives another number to the same visit", () => {
    expect(mrgOf("ADT^A50", stay, { before: formerStay })).toEqual(["MRG|7001234^^^GENMRN^MR||||5550001^^^GENFIN^AN"]);
  });

  it("A06 and A07 have it only where the visit was renumbered", () => {
    expect(mrgOf("ADT^A06", stay, { before: stay })).toEqual([]);
    expect(mrgOf("ADT^A07", stay, { before: formerStay })).toEqual([
      "MRG|7001234^^^GENMRN^MR||5550001^^^GENFIN^AN||5550001^^^GENFIN^AN",
    ]);
  });

  it("a merge that does not say what it ended is refused", () => {
    expect(() => render("ADT^A40", jane, [jane])).toThrow(expect.objectContaining({ code: "ERR_UNRENDERABLE" }));
  });
});

describe("ROL by event", () => {
  const attending = (id: string, period: fhir4.Period = {}): fhir4.EncounterParticipant => ({
    type: [participation("ATND")],
    individual: { reference: `Practitioner/${id}`, display: `${id.toUpperCase()}, DR` },
    period,
  });
  const before: fhir4.Encounter = { ...stay, participant: [attending("roe", { start: "2026-11-20T08:00:00Z" })] };
  const rolesIn = (trigger: Trigger, after: fhir4.Encounter) =>
    segmentsOf(render(trigger, after, [jane], { before }), "ROL");

  it("A54: the one whose time ended is updated, the new one added", () => {
    const ended = attending("roe", { start: "2026-11-20T08:00:00Z", end: "2026-11-23T05:00:00Z" });
    expect(rolesIn("ADT^A54", { ...stay, participant: [ended, attending("poe")] })).toEqual([
      "ROL|roe^GEN|UP|AT^Attending^HL70443|^ROE^DR|20261120020000-0600|20261122230000-0600",
      "ROL|poe^GEN|AD|AT^Attending^HL70443|^POE^DR",
    ]);
  });

  it("A54: one who is listed no longer was never it", () => {
    expect(rolesIn("ADT^A54", { ...stay, participant: [attending("poe")] })[0]).toContain("|DE|AT^");
  });

  it("A61 speaks of consultants alone", () => {
    const consultant: fhir4.EncounterParticipant = { ...attending("poe"), type: [participation("CON")] };
    const message = render("ADT^A61", { ...stay, participant: [attending("roe"), consultant] }, [jane], { before });
    expect(segmentsOf(message, "ROL")).toEqual(["ROL|poe^GEN|AD|CP^Consulting Provider^HL70443|^POE^DR"]);
    expect(linesOf(message).map((line) => line.slice(0, 3))).toEqual(["MSH", "EVN", "PID", "PV1", "ROL"]);
  });

  it("other messages name the clinicians in ROL where the destination wants it", () => {
    const after = { ...stay, participant: [attending("77"), { type: [participation("PART")], individual: {} }] };
    expect(segmentsOf(render("ADT^A01", after, [jane, smith]), "ROL")).toEqual([]);
    expect(segmentsOf(render("ADT^A01", after, [jane, smith], { destination: everything }), "ROL")).toEqual([
      "ROL|77^GEN|UC|AT^Attending^HL70443|1234567893^SMITH^ALEX^^^^^^NPI&2.16.840.1.113883.4.6&ISO^L^^^NPI",
    ]);
  });
});

describe("what is still to come, and what was", () => {
  it("A15: the reserved bed and when", () => {
    const location = [bed("411", "active"), bed("500", "reserved", { period: { start: "2026-11-24T15:00:00Z" } })];
    const message = render("ADT^A15", { ...stay, location }, [jane]);
    expect(fieldOf(message, "PV1", 3)).toMatch(/^4W\^411\^/);
    expect(fieldOf(message, "PV1", 42)).toMatch(/^4W\^500\^/);
    expect(fieldOf(message, "EVN", 3)).toBe("20261124090000-0600");
  });

  it("A26: the bed that waits no longer is the prior pending one", () => {
    const before = { ...stay, location: [bed("411", "active"), bed("500", "reserved")] };
    const message = render("ADT^A26", { ...stay, location: [bed("411", "active")] }, [jane], { before });
    expect(fieldOf(message, "PV1", 42)).toBe("");
    expect(fieldOf(message, "PV2", 1)).toMatch(/^4W\^500\^/);
  });

  it("A16: the expected discharge, which is no discharge", () => {
    const period = { start: "2026-11-23T05:10:00Z", end: "2026-11-25T16:00:00Z" };
    const message = render("ADT^A16", { ...stay, period }, [jane]);
    expect(fieldOf(message, "EVN", 3)).toBe("20261125100000-0600");
    expect(fieldOf(message, "PV2", 9)).toBe("20261125100000-0600");
    expect(fieldOf(message, "PV1", 45)).toBe("");
  });

  it("A21: when the patient is expected back from leave", () => {
    const statusHistory: fhir4.EncounterStatusHistory[] = [
      { status: "in-progress", period: { start: "2026-11-20T08:00:00Z", end: "2026-11-23T05:00:00Z" } },
      { status: "onleave", period: { start: "2026-11-23T05:00:00Z", end: "2026-11-24T18:00:00Z" } },
    ];
    const away = { ...stay, status: "onleave" as const, statusHistory };
    expect(fieldOf(render("ADT^A21", away, [jane]), "PV2", 47)).toBe("20261124120000-0600");
    expect(segmentsOf(render("ADT^A22", { ...away, status: "in-progress" }, [jane]), "PV2")).toEqual([]);
  });

  it("A13: the discharge is taken back", () => {
    expect(fieldOf(render("ADT^A13", stay, [jane]), "PV1", 45)).toBe('""');
  });

  it("after the discharge, PV1-3 is the place that the patient left from, and PV1-6 the one before", () => {
    const location = [
      bed("411", "completed", { period: { end: "2026-11-20T10:00:00Z" } }),
      bed("500", "completed", { period: { end: "2026-11-22T10:00:00Z" } }),
    ];
    const message = render("ADT^A03", { ...stay, status: "finished", location }, [jane]);
    expect(fieldOf(message, "PV1", 3)).toMatch(/^4W\^500\^/);
    expect(fieldOf(message, "PV1", 6)).toMatch(/^4W\^411\^/);
  });

  it("a place that is planned is where the patient will be, as long as there is another", () => {
    const location = [bed("411", "active"), bed("500", "planned")];
    const message = render("ADT^A08", { ...stay, location }, [jane]);
    expect([fieldOf(message, "PV1", 3), fieldOf(message, "PV1", 42)]).toEqual([
      expect.stringMatching(/^4W\^411\^/),
      expect.stringMatching(/^4W\^500\^/),
    ]);
    const planned = render("ADT^A05", { ...stay, status: "planned", location: [bed("500", "planned")] }, [jane]);
    expect(fieldOf(planned, "PV1", 3)).toMatch(/^4W\^500\^/);
  });

  it("the importance of a patient, the episode of a visit, and the place that the patient went to", () => {
    const importance = coded("http://example.org/importance", "VIP", "Very important");
    const person: fhir4.Patient = {
      ...jane,
      extension: [
        { url: "http://hl7.org/fhir/StructureDefinition/patient-importance", valueCodeableConcept: importance },
      ],
    };
    const episode: fhir4.EpisodeOfCare = {
      resourceType: "EpisodeOfCare",
      id: "e1",
      status: "active",
      patient: { reference: `Patient/${jane.id}` },
      identifier: [{ system: "urn:oid:9.8.7", value: "E-1" }],
      type: [{ text: "Cardiac care" }],
    };
    const home: fhir4.Location = {
      resourceType: "Location",
      id: "home",
      identifier: [{ system: "urn:ietf:rfc:3986", value: "urn:oid:9.8" }, { value: "22" }],
    };
    const visit: fhir4.Encounter = {
      ...stay,
      status: "finished",
      episodeOfCare: [{ reference: "EpisodeOfCare/e1" }],
      hospitalization: { destination: { reference: "Location/home" } },
    };
    const message = render("ADT^A03", visit, [person, episode, home]);
    expect([16, 37, 54].map((position) => fieldOf(message, "PV1", position))).toEqual(["VIP", "22", ""]);
    const later = render("ADT^A03", visit, [person, episode, home], {
      destination: { ...destination, version: "2.7" },
    });
    expect([53, 54].map((position) => fieldOf(later, "PV1", position))).toEqual(["Cardiac care", "E-1^^^&9.8.7&ISO^U"]);
  });

  it("a temporary place is PV1-11 while it holds and PV1-43 after, and never the bed", () => {
    const extension = [
      {
        url: "http://hl7.org/fhir/StructureDefinition/subject-locationClassification",
        valueCodeableConcept: { text: "temporary" },
      },
    ];
    const inHolding = { ...stay, location: [bed("411", "active"), bed("HOLD", "active", { extension })] };
    const message = render("ADT^A02", inHolding, [jane]);
    expect(fieldOf(message, "PV1", 3)).toMatch(/^4W\^411\^/);
    expect(fieldOf(message, "PV1", 11)).toMatch(/^4W\^HOLD\^/);
    const after = { ...stay, location: [bed("411", "active"), bed("HOLD", "completed", { extension })] };
    const left = render("ADT^A02", after, [jane]);
    expect([fieldOf(left, "PV1", 6), fieldOf(left, "PV1", 11)]).toEqual(["", ""]);
    expect(fieldOf(left, "PV1", 43)).toMatch(/^4W\^HOLD\^/);
  });
});

describe("links between persons", () => {
  it("A24 tells both records, A37 that they are apart", () => {
    for (const trigger of ["ADT^A24", "ADT^A37"] as const) {
      const message = render(trigger, jane, [], { step: { merged: janeAgain } });
      expect(segmentsOf(message, "PID").map((line) => line.split("|")[3])).toEqual([
        "7001234^^^GENMRN^MR",
        "7009999^^^GENMRN^MR",
      ]);
    }
  });

  it("without the event's word, the record itself names the other", () => {
    const linkedJane: fhir4.Patient = { ...jane, link: [{ type: "seealso", other: { reference: "Patient/2" } }] };
    expect(fieldOf(render("ADT^A24", linkedJane, [janeAgain]), "PID", 3, 2)).toBe("7009999^^^GENMRN^MR");
    expect(fieldOf(render("ADT^A24", linkedJane), "PID", 3, 2)).toBe("2^^^GEN^PI");
  });
});
