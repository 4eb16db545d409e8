import { describe, expect, test } from "vitest";
import { nextMeta, tellLast } from "./telling.ts";

const booked = () => appointment("booked");
const later = { start: "2026-03-05T15:00:00Z", end: "2026-03-05T15:30:00Z" };

const rows: [row: string, before: fhir4.Appointment[], after: fhir4.Appointment, told: string[]][] = [
  ["AP1 booked", [], booked(), ["AP1 appointment.booked S12"]],
  ["AP1 first seen when the patient has arrived", [], appointment("arrived"), ["AP1 appointment.booked S12"]],
  ["AP2 only proposed", [], appointment("proposed"), []],
  ["AP3 booked as proposed", [appointment("pending")], booked(), ["AP3 appointment.booked S12"]],
  ["AP4 moved", [booked()], appointment("booked", later), ["AP4 appointment.rescheduled S13"]],
  [
    "AP4 moved and changed",
    [booked()],
    appointment("booked", { ...later, comment: "Fasting" }),
    ["AP4 appointment.rescheduled S13"],
  ],
  [
    "AP4 not when only the form of the time differs",
    [booked()],
    appointment("booked", { start: "2026-03-04T09:00:00-06:00" }),
    ["AP5 appointment.changed S14"],
  ],
  ["AP5 another comment", [booked()], appointment("booked", { comment: "Fasting" }), ["AP5 appointment.changed S14"]],
  ["AP6 the patient arrived", [booked()], appointment("arrived"), ["AP6 appointment.changed S14"]],
  ["AP7 cancelled", [booked()], appointment("cancelled"), ["AP7 appointment.cancelled S15"]],
  ["AP7 nobody had heard of it", [], appointment("cancelled"), []],
  [
    "AP8 cancelled after arrival",
    [appointment("checked-in")],
    appointment("cancelled"),
    ["AP8 appointment.discontinued S16"],
  ],
  ["AP9 an error", [booked()], appointment("entered-in-error"), ["AP9 appointment.deleted S17"]],
  ["AP10 missed", [booked()], appointment("noshow"), ["AP10 appointment.missed S26"]],
  [
    "AP10 booked and missed between two polls",
    [],
    appointment("noshow"),
    ["AP1 appointment.booked S12", "AP10 appointment.missed S26"],
  ],
  ["AP11 booked again", [booked(), appointment("cancelled")], booked(), ["AP11 appointment.booked S12"]],
  [
    "AP11 booked again after it was missed",
    [booked(), appointment("noshow")],
    appointment("booked", later),
    ["AP11 appointment.booked S12"],
  ],
  ["AP12 over", [appointment("arrived")], appointment("fulfilled"), ["AP12 appointment.changed S14"]],
  ["AP13 came after all", [booked(), appointment("noshow")], appointment("arrived"), ["AP13 appointment.changed S14"]],
  ["AP14 moved and cancelled at once", [booked()], appointment("cancelled", later), ["AP7 appointment.cancelled S15"]],
];

describe("an HL7 receiver of everything is told", () => {
  for (const [row, before, after, told] of rows) test(row, () => expect(tellLast([...before, after])).toEqual(told));
});

test("a receiver without S26 is told S15, once", () => {
  const events = ["appointment.booked", "appointment.changed", "appointment.cancelled"];
  expect(tellLast([booked(), appointment("noshow")], { events })).toEqual(["AP10 appointment.cancelled S15"]);
  expect(tellLast([booked(), appointment("noshow"), appointment("noshow", { comment: "Called" })], { events })).toEqual(
    [],
  );
});

test("another slot behind the same appointment is silent", () => {
  expect(tellLast([booked(), appointment("booked", { slot: [{ reference: "Slot/2" }] })])).toEqual([]);
});

function appointment(status: fhir4.Appointment["status"], changes: Partial<fhir4.Appointment> = {}): fhir4.Appointment {
  return {
    resourceType: "Appointment",
    id: "4817",
    meta: nextMeta(),
    status,
    start: "2026-03-04T15:00:00Z",
    end: "2026-03-04T15:30:00Z",
    participant: [{ actor: { reference: "Patient/12" }, status: "accepted" }],
    ...changes,
  };
}
