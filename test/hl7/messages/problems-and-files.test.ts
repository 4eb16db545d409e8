import { describe, expect, it } from "vitest";
import { destination, fieldOf, linesOf, render, segmentsOf } from "../support/bridge.ts";
import {
  diabetes,
  pulse,
  roleOfSmith,
  schedule,
  site,
  slot,
  smithInFull,
  visit,
  ward,
  weightGoal,
} from "../support/chart.ts";
import { coded, jane, smith, stay } from "../support/clinical.ts";

describe("PPR", () => {
  it("a problem with its notes, persons, severity, evidence and goals", () => {
    const evident = { ...diabetes, evidence: [{ detail: [{ reference: "Observation/VS-1" }] }] };
    const message = render("PPR^PC1", evident, [jane, smith, weightGoal, pulse], {
      recordedAt: "2026-11-23T05:15:00Z",
    });
    expect(linesOf(message).slice(2)).toEqual([
      "PRB|AD|20261122231500-0600|44054006^Diabetes mellitus type 2^SCT^E11.9^Type 2 diabetes mellitus^I10|p1^GEN|||20261122225000-0600|||problem-list-item^problem-list-item^L|||confirmed^Confirmed^L|active^Active^L||2015",
      "NTE|1|L|Diet only",
      "ROL|78^GEN|AD|informant^^L|^ROE^RICHARD",
      "ROL|77^GEN|AD|author^^L|1234567893^SMITH^ALEX^^^^^^NPI&2.16.840.1.113883.4.6&ISO^L^^^NPI",
      "OBX|1|CWE|246112005^Severity^SCT|1|6736007^Moderate^SCT||||||F",
      "OBX|2|NM|8867-4^Heart rate^LN|2|88|/min^/min^UCUM|||||F|||20261122231200-0600",
      "GOL|AD|20261122231500-0600|^Lose 5 kg|g1^GEN|||20261101|20270501||||||||||active^active^L",
    ]);
  });

  it("a resolved problem is an update with its end; one entered in error is deleted", () => {
    const resolved = { ...diabetes, abatementDateTime: "2026-11-20" };
    const update = render("PPR^PC2", resolved, [jane], { before: diabetes });
    expect([fieldOf(update, "PRB", 1), fieldOf(update, "PRB", 9)]).toEqual(["UP", "20261120"]);
    expect(fieldOf(render("PPR^PC3", diabetes, [jane]), "PRB", 1)).toBe("DE");
  });

  it("the visit where the problem names one", () => {
    const inVisit = { ...diabetes, encounter: { reference: "Encounter/97" } };
    expect(fieldOf(render("PPR^PC1", inVisit, [jane, stay]), "PV1", 19)).toBe("5550099^^^GENFIN^AN");
    expect(segmentsOf(render("PPR^PC1", diabetes, [jane, stay]), "PV1")).toEqual([]);
  });

  it("a problem without a code is refused", () => {
    const { code: _code, ...uncoded } = diabetes;
    expect(() => render("PPR^PC1", uncoded, [jane])).toThrow(
      expect.objectContaining({ details: { field: "PRB-3", path: "Condition.code" } }),
    );
  });

  it("a goal of another problem, without a text or in error is none of it", () => {
    const goals: fhir4.Goal[] = [
      { ...weightGoal, id: "g2", addresses: [{ reference: "Condition/p2" }] },
      { ...weightGoal, id: "g3", description: {} },
      { ...weightGoal, id: "g4", lifecycleStatus: "entered-in-error" },
    ];
    expect(segmentsOf(render("PPR^PC1", diabetes, [jane, ...goals]), "GOL")).toEqual([]);
  });
});

describe("MFN^M02", () => {
  it("a practitioner with roles", () => {
    const message = render("MFN^M02", smithInFull, [roleOfSmith], {
      type: "practitioner.added",
      recordedAt: "2026-11-23T05:15:00Z",
    });
    expect(linesOf(message).slice(1)).toEqual([
      "MFI|PRA^Practitioner master file^HL70175||UPD|||NE",
      "MFE|MAD|B0000000000000000017|20261122231500-0600|1234567893^SMITH ALEX^NPI|CE",
      "STF|1234567893^SMITH ALEX^NPI|1234567893^^^NPI&2.16.840.1.113883.4.6&ISO^NPI~AS1234563^^^&2.16.840.1.113883.4.814&ISO^DEA|SMITH^ALEX^^^^^L|PH|M|19700303|A|1^General Hospital|394579002^Cardiology^SCT|(507)555-0155^WPN^PH^^^507^5550155^^^^^507-555-0155~^NET^Internet^smith@example.org||20200101^&General Hospital|||smith@example.org|||Physician",
      "PRA|1234567893^SMITH ALEX^NPI||||Cardiology~Interventional cardiology^American Board^C^20100101|1234567893^NPI~AS1234563^DEA",
      "LAN|1|en^English^HL70296",
    ]);
  });

  it.each([
    ["practitioner.changed", true, "MUP", "A"],
    ["practitioner.deactivated", false, "MDC", "I"],
    ["practitioner.reactivated", true, "MAC", "A"],
  ] as const)("%s", (type, active, change, flag) => {
    const message = render("MFN^M02", { ...smithInFull, active }, [], { type, before: smithInFull });
    expect([fieldOf(message, "MFE", 1), fieldOf(message, "STF", 7)]).toEqual([change, flag]);
  });

  it("without a word of the event, by what the record was and is", () => {
    const changeOf = (was: boolean, is: boolean) =>
      fieldOf(
        render("MFN^M02", { ...smithInFull, active: is }, [], { before: { ...smithInFull, active: was } }),
        "MFE",
        1,
      );
    expect([changeOf(true, true), changeOf(true, false), changeOf(false, true)]).toEqual(["MUP", "MDC", "MAC"]);
    expect(fieldOf(render("MFN^M02", smithInFull), "MFE", 1)).toBe("MAD");
  });

  it("a role that changed tells its practitioner", () => {
    const message = render("MFN^M02", roleOfSmith, [smithInFull], { type: "practitioner.changed" });
    expect(fieldOf(message, "STF", 9)).toBe("394579002^Cardiology^SCT");
  });

  it("has the key by which other messages name the person, where the destination wants another number", () => {
    const identifier = [...(smithInFull.identifier ?? []), { system: "urn:oid:1.2.3.9", value: "D77" }];
    const preferences = { ...destination.preferences, practitionerIdentifierSystems: ["urn:oid:1.2.3.9"] };
    const wants = { ...destination, preferences };
    const doctor = { ...smithInFull, identifier };
    const file = render("MFN^M02", doctor, [], { destination: wants });
    const attended: fhir4.Encounter = {
      ...stay,
      participant: [
        {
          type: [coded("http://terminology.hl7.org/CodeSystem/v3-ParticipationType", "ATND", "attender")],
          individual: { reference: "Practitioner/77" },
        },
      ],
    };
    const visited = render("ADT^A08", attended, [jane, doctor], { destination: wants });
    expect(fieldOf(file, "MFE", 4).split("^")[0]).toBe("D77");
    expect(fieldOf(visited, "PV1", 7).split("^")[0]).toBe("D77");
  });

  it("who has no number is known by the id", () => {
    const message = render("MFN^M02", { resourceType: "Practitioner", id: "9", name: [{ family: "POE" }] });
    expect(fieldOf(message, "STF", 1)).toBe("9^POE^L");
    expect(fieldOf(message, "STF", 2)).toBe("9^^^GEN");
  });
});

describe("MFN^M05", () => {
  it("a ward in its place, its hours and its state", () => {
    const message = render("MFN^M05", ward, [site], { type: "location.changed", recordedAt: "2026-11-23T05:15:00Z" });
    expect(linesOf(message).slice(1)).toEqual([
      "MFI|LOC^Location master file^HL70175||UPD|||NE",
      "MFE|MUP|B0000000000000000017|20261122231500-0600|4W^^^GEN|PL",
      "LOC|4W^^^GEN|Ward 4 West|N|General Hospital||(507)555-0177^WPN^PH^^^507^5550177^^^^^507-555-0177",
      "LDP|4W^^^GEN|^4W||||A||||MON^MON^100000^200000~TUE^TUE^100000^200000|(507)555-0177^WPN^PH^^^507^5550177^^^^^507-555-0177",
    ]);
  });

  it("a place that is suspended takes no patients", () => {
    const message = render("MFN^M05", { ...ward, status: "suspended" }, [site], { before: ward });
    expect([fieldOf(message, "MFE", 1), fieldOf(message, "LDP", 6)]).toEqual(["MDC", "I"]);
  });

  it("the kind by the role of the place where it tells one", () => {
    const clinic = { ...ward, type: [{ coding: [{ code: "CARD", display: "Cardiology clinic" }] }] };
    const message = render("MFN^M05", clinic, [site]);
    expect([fieldOf(message, "LOC", 3), fieldOf(message, "LDP", 2)]).toEqual(["C", "CARD^Cardiology clinic"]);
  });

  it.each(["ve", "ho", "co", "rd"])("a place of the kind %s is another one", (code) => {
    const kind = coded("http://terminology.hl7.org/CodeSystem/location-physical-type", code, code);
    const message = render("MFN^M05", { ...ward, physicalType: kind }, [site]);
    expect(fieldOf(message, "LOC", 3)).toBe("L");
    expect(message.workList).toEqual([]);
  });

  it("a place that is a name and nothing else", () => {
    const message = render("MFN^M05", { resourceType: "Location", id: "9", name: "Lobby" });
    expect([fieldOf(message, "LOC", 1), fieldOf(message, "LOC", 3)]).toEqual(["Lobby^^^GEN^^^^^Lobby", "L"]);
  });
});

describe("SIU of slots and of appointments that stand in for others", () => {
  it("S23 blocks a time: its resources and no patient", () => {
    const message = render("SIU^S23", slot, [schedule, smith, ward, site]);
    expect(linesOf(message).map((line) => line.slice(0, 3))).toEqual(["MSH", "SCH", "RGS", "AIS", "AIL", "AIP"]);
    expect([2, 5, 25].map((position) => fieldOf(message, "SCH", position))).toEqual([
      "77-4w-1-0^GEN",
      "77-4w-0-0",
      "Blocked^^HL70278",
    ]);
    expect(fieldOf(message, "SCH", 11)).toBe("^^M30^20261201143000-0600^20261201150000-0600");
    expect(message.workList).toEqual([]);
  });

  it("S24 frees it", () => {
    const message = render("SIU^S24", { ...slot, status: "free" });
    expect([fieldOf(message, "SCH", 6), fieldOf(message, "SCH", 25)]).toEqual(["UNBLOCKED^Time slot free again^L", ""]);
    expect(segmentsOf(message, "AIL")).toHaveLength(1);
  });

  it("every kind of resource, each with its answer", () => {
    const message = render("SIU^S12", visit, [jane, smith, ward, site, slot]);
    expect(["AIS", "AIG", "AIL", "AIP"].map((name) => segmentsOf(message, name).length)).toEqual([1, 1, 1, 1]);
    expect([fieldOf(message, "AIL", 12), fieldOf(message, "AIP", 12)]).toEqual(["Pending^^HL70278", "Booked^^HL70278"]);
    expect(fieldOf(message, "SCH", 5)).toBe("77-4w-0-0");
  });

  it("the appointment that was moved by making this one", () => {
    const moved = { ...visit, supportingInformation: [{ reference: "Appointment/77001" }] };
    expect(fieldOf(render("SIU^S13", moved, [jane]), "SCH", 24)).toBe("77001^GEN");
    const former: fhir4.Appointment = {
      ...visit,
      id: "77001",
      identifier: [
        {
          type: { coding: [{ system: "http://terminology.hl7.org/CodeSystem/v2-0203", code: "PLAC" }] },
          system: "urn:oid:1.2.3.5",
          value: "P-1",
        },
      ],
    };
    const message = render("SIU^S13", moved, [jane, former]);
    expect([fieldOf(message, "SCH", 23), fieldOf(message, "SCH", 24)]).toEqual(["P-1^GENAPPT", "77001^GEN"]);
  });
});
