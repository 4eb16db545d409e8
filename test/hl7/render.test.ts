import { describe, expect, it } from "vitest";
import { explainMessage } from "../../shared/hl7/explain.ts";
import { messages } from "../../shared/hl7/messages/index.ts";
import { composeMessage } from "../../shared/hl7/render.ts";
import { destination, fieldOf, render, segmentsOf, source } from "./support/bridge.ts";

const mrn = { coding: [{ system: "http://terminology.hl7.org/CodeSystem/v2-0203", code: "MR" }] };
const jane: fhir4.Patient = {
  resourceType: "Patient",
  id: "1",
  meta: { lastUpdated: "2026-11-23T05:14:55Z" },
  identifier: [{ type: mrn, system: "urn:oid:1.2.3.1", value: "7001234" }],
  name: [{ family: "DOE" }],
  gender: "female",
};

describe("the same input", () => {
  it("gives the same bytes", () => {
    expect(render("ADT^A31", jane).er7).toBe(render("ADT^A31", structuredClone(jane)).er7);
  });
});

describe("the content hash", () => {
  const hashOf = (...parameters: Parameters<typeof render>) => render(...parameters).contentHash;

  it("leaves clocks, event and ids out", () => {
    const later = { ...jane, meta: { lastUpdated: "2027-01-01T00:00:00Z" } };
    expect(hashOf("ADT^A31", later, [], { messageTime: "2027-01-01T00:00:05Z" })).toBe(hashOf("ADT^A28", jane));
  });

  it("tells every change of content", () => {
    expect(hashOf("ADT^A31", { ...jane, gender: "male" })).not.toBe(hashOf("ADT^A31", jane));
  });

  it("does not take the event of an appointment for a change of it", () => {
    const appointment: fhir4.Appointment = {
      resourceType: "Appointment",
      id: "a",
      status: "booked",
      start: "2026-12-01T20:30:00Z",
      serviceType: [{ text: "Visit" }],
      participant: [{ actor: { reference: "Patient/1" }, status: "accepted" }],
    };
    expect(hashOf("SIU^S13", appointment, [jane])).toBe(hashOf("SIU^S12", appointment, [jane]));
    const moved = { ...appointment, start: "2026-12-01T21:30:00Z" };
    expect(hashOf("SIU^S13", moved, [jane])).not.toBe(hashOf("SIU^S12", appointment, [jane]));
  });
});

describe("what cannot be told", () => {
  it("an event without a trigger", () => {
    expect(() => render("ADT^A31", jane, [], { trigger: undefined })).toThrow(
      expect.objectContaining({ code: "ERR_UNRENDERABLE", details: { field: "MSH-9", event: "test" } }),
    );
  });

  it("a trigger that no message has", () => {
    expect(() => render("XYZ^Z99", jane)).toThrow(expect.objectContaining({ code: "ERR_UNRENDERABLE" }));
  });

  it("a code without a row passes and is named, once", () => {
    const message = render("ADT^A31", {
      ...jane,
      maritalStatus: { coding: [{ system: "https://hospital.example.org/marital", code: "ENG", display: "Engaged" }] },
    });
    expect(fieldOf(message, "PID", 16)).toBe("ENG^Engaged^L");
    expect(message.workList).toEqual([
      {
        severity: "warning",
        reason: "unmapped-code",
        field: "PID-16",
        code: "https://hospital.example.org/marital|ENG",
        detail: "No row for HL70002",
      },
    ]);
  });
});

describe("settings of the destination", () => {
  it("zone and offset style", () => {
    const berlin = { ...destination, timeZone: "Europe/Berlin", offset: "never" as const };
    const message = render("ADT^A31", jane, [], { destination: berlin });
    expect(fieldOf(message, "MSH", 7)).toBe("20261123061502");
    expect(fieldOf(message, "EVN", 2)).toBe("20261123061455");
  });

  it("the facility of the link wins over the source's", () => {
    const other = { ...destination, sendingFacility: { namespaceId: "OTHER", universalId: "1.2.3" } };
    expect(fieldOf(render("ADT^A31", jane, [], { destination: other }), "MSH", 4)).toBe("OTHER^1.2.3^L");
  });

  it("the medical record number may be chosen by its system", () => {
    const bySystem = { ...source, medicalRecordNumber: { system: "urn:oid:1.2.3.9", type: "MR" } };
    const patient = {
      ...jane,
      identifier: [
        { system: "urn:oid:9.9.9", value: "0" },
        ...(jane.identifier ?? []),
        { system: "urn:oid:1.2.3.9", value: "55" },
      ],
    };
    expect(fieldOf(render("ADT^A31", patient, [], { source: bySystem }), "PID", 3)).toBe(
      "55^^^&1.2.3.9&ISO^MR~7001234^^^GENMRN^MR",
    );
  });
});

describe("lineage", () => {
  const { message } = composeMessage({
    event: {
      type: "t",
      trigger: "ADT^A31",
      rule: "P2",
      focus: "Patient/1",
      after: jane,
      recordedAt: "2026-11-23T05:14:55Z",
    },
    context: [],
    source,
    destination,
    controlId: "C1",
    messageTime: "2026-11-23T05:15:02Z",
  });
  const lineage = explainMessage(message);
  const of = (field: string) => lineage.find((each) => each.field === field);

  it("names the path, the resource, the rule and the table of each field", () => {
    expect(of("PID-8")).toEqual({
      field: "PID-8",
      occurrence: 1,
      type: "IS",
      value: "F",
      path: "Patient.gender",
      resource: "Patient/1",
      rule: undefined,
      table: "HL70001",
      origin: "mapped",
    });
    expect(of("PID-5")).toMatchObject({ value: "DOE^^^^^^L", path: "Patient.name", origin: "mapped" });
    expect(of("MSH-4")).toMatchObject({ value: "GEN", path: "source.facility", resource: undefined });
    expect(of("MSH-2")).toMatchObject({ value: "^~\\&" });
  });

  it("tells what was filled in", () => {
    expect(of("PV1-2")).toMatchObject({ value: "N", origin: "default", path: "Encounter" });
  });

  it("covers every field of the message and nothing else", () => {
    const rendered = render("ADT^A31", jane);
    for (const name of ["EVN", "PID", "PV1"]) {
      const filled = segmentsOf(rendered, name)[0]
        ?.split("|")
        .flatMap((value, at) => (at > 0 && value !== "" ? [`${name}-${at}`] : []));
      expect(lineage.flatMap(({ field }) => (field.startsWith(`${name}-`) ? [field] : []))).toEqual(filled);
    }
  });
});

describe("the tables of the messages", () => {
  it("have one message for each trigger", () => {
    const triggers = messages.flatMap((message) => message.triggers);
    expect(new Set(triggers).size).toBe(triggers.length);
  });

  it("every row has a type and a path that reads", () => {
    const rows = messages.flatMap(({ parts }) => parts).flatMap(rowsOf);
    expect(rows.length).toBeGreaterThan(100);
    for (const row of rows) {
      expect(row.type, row.id).toMatch(/^[A-Z][A-Z0-9]{1,5}$/);
      expect(row.paths.length, row.id).toBeGreaterThan(0);
    }
  });
});

type Part = (typeof messages)[number]["parts"][number];

function rowsOf(part: Part): readonly import("../../shared/hl7/mapping.ts").Row[] {
  return "group" in part ? part.parts.flatMap(rowsOf) : part.table.rows;
}
