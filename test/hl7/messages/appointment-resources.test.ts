import { describe, expect, it } from "vitest";
import type { Trigger } from "../../../shared/events/event.ts";
import { fieldOf, linesOf, render, segmentsOf } from "../support/bridge.ts";
import { jane } from "../support/clinical.ts";

const clinic = { actor: { reference: "Location/7", display: "Clinic" }, status: "accepted" } as const;
const lee = { actor: { reference: "Practitioner/7", display: "LEE, DANA" }, status: "accepted" } as const;
const pump = { actor: { reference: "Device/3", display: "Pump" }, status: "accepted" } as const;

function appointment(changes: Partial<fhir4.Appointment>): fhir4.Appointment {
  return {
    resourceType: "Appointment",
    id: "4817",
    meta: { lastUpdated: "2026-11-23T05:15:00.000Z" },
    status: "booked",
    start: "2026-12-01T20:00:00Z",
    end: "2026-12-01T20:30:00Z",
    serviceType: [{ text: "Check-up" }],
    participant: [{ actor: { reference: "Patient/1" }, status: "accepted" }, clinic],
    ...changes,
  };
}

const patient = { actor: { reference: "Patient/1" }, status: "accepted" } as const;
const before = appointment({});

/** RGS and the resources of the message: name, action, status. */
function resourcesOf(trigger: Trigger, after: fhir4.Appointment, was = before): string[] {
  const message = render(trigger, after, [jane], { before: was });
  const names = linesOf(message).map((line) => line.slice(0, 3));
  const status = { AIS: 10, AIG: 14, AIL: 12, AIP: 12 } as Readonly<Record<string, number>>;
  return names.slice(names.indexOf("RGS")).map((name) => {
    const position = status[name];
    const shown = position === undefined ? "" : ` ${fieldOf(message, name, position).split("^")[0]}`;
    return `${name} ${fieldOf(message, name, 2)}${shown}`;
  });
}

describe("messages about some of the resources of an appointment (HL7 v2.5.1, 10.3.7 to 10.3.11)", () => {
  it("S18 tells those that came along, and no others", () => {
    const after = appointment({ participant: [patient, clinic, lee, pump] });
    expect(resourcesOf("SIU^S18", after)).toEqual(["RGS A", "AIG A Booked", "AIP A Booked"]);
  });

  it("S18 tells a service that came along", () => {
    const after = appointment({ serviceType: [{ text: "Check-up" }, { text: "X-ray" }] });
    expect(resourcesOf("SIU^S18", after)).toEqual(["RGS A", "AIS A Booked"]);
    expect(segmentsOf(render("SIU^S18", after, [jane], { before }), "AIS")).toHaveLength(1);
  });

  it("S19 tells those that take part in another way", () => {
    const after = appointment({ participant: [patient, { ...clinic, status: "tentative" }] });
    expect(resourcesOf("SIU^S19", after)).toEqual(["RGS U", "AIL U Pending"]);
  });

  it.each<[Trigger, string]>([
    ["SIU^S20", "Cancelled"],
    ["SIU^S21", "Dc"],
    ["SIU^S22", "Deleted"],
  ])("%s tells those that are gone, as they were, with the status %s", (trigger, status) => {
    const was = appointment({ participant: [patient, clinic, lee] });
    expect(resourcesOf(trigger, before, was)).toEqual(["RGS D", `AIP D ${status}`]);
  });

  it("S20 tells who declined", () => {
    const was = appointment({ participant: [patient, clinic, lee] });
    const after = appointment({ participant: [patient, clinic, { ...lee, status: "declined" }] });
    expect(resourcesOf("SIU^S20", after, was)).toEqual(["RGS D", "AIP D Cancelled"]);
  });

  it("S14 tells all of them, as ever", () => {
    const after = appointment({ participant: [patient, clinic, lee] });
    expect(resourcesOf("SIU^S14", after)).toEqual(["RGS U", "AIS U Booked", "AIL U Booked", "AIP U Booked"]);
  });
});
