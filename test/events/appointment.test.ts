import { expect, test } from "vitest";
import { nextMeta, tellLast } from "./telling.ts";

const booked = () => appointment("booked");

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
