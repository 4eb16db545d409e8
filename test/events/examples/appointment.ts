import { nextMeta } from "../telling.ts";
import type { Example, Listener } from "./example.ts";

function appointment(status: fhir4.Appointment["status"], changes: Partial<fhir4.Appointment> = {}): fhir4.Appointment {
  return {
    resourceType: "Appointment",
    id: "4817",
    meta: nextMeta(),
    status,
    start: "2026-03-04T15:00:00Z",
    end: "2026-03-04T15:30:00Z",
    participant: [patient, clinic],
    ...changes,
  };
}

const patient: fhir4.AppointmentParticipant = { actor: { reference: "Patient/12" }, status: "accepted" };
const clinic: fhir4.AppointmentParticipant = {
  actor: { reference: "Location/7", display: "Clinic" },
  status: "accepted",
};
const lee: fhir4.AppointmentParticipant = {
  actor: { reference: "Practitioner/7", display: "LEE, DANA" },
  status: "accepted",
};
const ofAnother = { participant: [{ actor: { reference: "Patient/34" }, status: "accepted" as const }, clinic] };
const booked = (changes: Partial<fhir4.Appointment> = {}) => appointment("booked", changes);
const later = { start: "2026-03-05T15:00:00Z", end: "2026-03-05T15:30:00Z" };
const withLee = { participant: [patient, clinic, lee] };
const slot = (status: fhir4.Slot["status"]): fhir4.Slot => ({
  resourceType: "Slot",
  id: "5",
  meta: nextMeta(),
  status,
  schedule: { reference: "Schedule/1" },
  start: "2026-03-04T15:00:00Z",
  end: "2026-03-04T15:30:00Z",
});
const instead = booked({ id: "9", supportingInformation: [{ reference: "Appointment/4817" }] });

const having = (...options: string[]): Listener => ({ settings: { options } });
const taking = (...events: string[]): Listener => ({ settings: { events } });

const changed = "AP5 appointment.changed S14";

/** Reference table of Appointment and Slot to SIU, row by row. */
export const appointmentExamples: readonly Example[] = [
  ["AP1 booked", [], booked(), ["AP1 appointment.booked S12"]],
  ["AP1 first seen when the patient has arrived", [], appointment("arrived"), ["AP1 appointment.booked S12"]],
  ["AP1 not again", [booked()], booked(), []],

  ["AP2 only asked for", [], appointment("proposed"), ["AP2 appointment.booked S12"], having("proposed-appointments")],
  [
    "AP2 on the waiting list",
    [],
    appointment("waitlist"),
    ["AP2 appointment.booked S12"],
    having("proposed-appointments"),
  ],
  ["AP2 not where nobody asks for it", [], appointment("pending"), []],

  ["AP3 booked as it was asked for", [appointment("pending")], booked(), ["AP3 appointment.booked S12"]],
  [
    "AP3 where the asking was told",
    [appointment("pending")],
    booked(),
    ["AP3 appointment.changed S14"],
    having("proposed-appointments"),
  ],
  [
    "AP3 not while it is not booked",
    [appointment("proposed")],
    appointment("pending", { comment: "Fasting" }),
    [changed],
    having("proposed-appointments"),
  ],

  ["AP4 moved", [booked()], booked(later), ["AP4 appointment.rescheduled S13"]],
  ["AP4 longer", [booked()], booked({ end: "2026-03-04T16:00:00Z" }), ["AP4 appointment.rescheduled S13"]],
  ["AP4 moved and changed", [booked()], booked({ ...later, comment: "Fasting" }), ["AP4 appointment.rescheduled S13"]],
  [
    "AP4 moved, with other people",
    [booked()],
    booked({ ...later, ...withLee }),
    ["AP4 appointment.rescheduled S13"],
    having("appointment-resources"),
  ],
  ["AP4 not when only the form of the time differs", [booked()], booked({ start: "2026-03-04T09:00:00-06:00" }), []],

  ["AP5 another comment", [booked()], booked({ comment: "Fasting" }), [changed]],
  ["AP5 another person", [booked()], booked(withLee), [changed]],
  [
    "AP5 told as what came along",
    [booked()],
    booked(withLee),
    ["AP5 appointment.resource-added S18"],
    having("appointment-resources"),
  ],
  [
    "AP5 told as what takes part in another way",
    [booked(withLee)],
    booked({ participant: [patient, clinic, { ...lee, status: "tentative" }] }),
    ["AP5 appointment.resource-changed S19"],
    having("appointment-resources"),
  ],
  [
    "AP5 told as what does not take part any more",
    [booked(withLee)],
    booked(),
    ["AP5 appointment.resource-cancelled S20"],
    having("appointment-resources"),
  ],
  [
    "AP5 told as one who declines",
    [booked(withLee)],
    booked({ participant: [patient, clinic, { ...lee, status: "declined" }] }),
    ["AP5 appointment.resource-cancelled S20"],
    having("appointment-resources"),
  ],
  [
    "AP5 told as what left after the arrival",
    [booked(withLee), appointment("arrived", withLee)],
    appointment("arrived"),
    ["AP5 appointment.resource-discontinued S21"],
    having("appointment-resources"),
  ],
  [
    "AP5 one for another",
    [booked(withLee)],
    booked({ participant: [patient, clinic, { ...lee, actor: { reference: "Practitioner/8", display: "CHO, SAM" } }] }),
    ["AP5 appointment.resource-cancelled S20", "AP5 appointment.resource-added S18"],
    having("appointment-resources"),
  ],
  ["AP5 not for another slot behind it", [booked()], booked({ slot: [{ reference: "Slot/2" }] }), []],
  [
    "AP5 not for people in another order",
    [booked(withLee)],
    booked({ participant: [lee, clinic, patient] }),
    [],
    having("appointment-resources"),
  ],

  ["AP5 not for a status that FHIR does not have", [booked()], unheardOf(), []],
  ["AP5 and then held against what was told", [booked(), unheardOf()], booked({ comment: "Fasting" }), [changed]],

  ["AP6 the patient arrived", [booked()], appointment("arrived"), ["AP6 appointment.changed S14"]],
  ["AP6 and checked in", [booked()], appointment("checked-in"), ["AP6 appointment.changed S14"]],
  ["AP6 not where the visit tells it", [booked()], appointment("arrived"), [], having("quiet-arrivals")],
  ["AP6 not again", [booked(), appointment("arrived")], appointment("checked-in"), []],

  ["AP7 cancelled", [booked()], appointment("cancelled"), ["AP7 appointment.cancelled S15"]],
  [
    "AP7 not wanted after all",
    [appointment("pending")],
    appointment("cancelled"),
    ["AP7 appointment.cancelled S15"],
    having("proposed-appointments"),
  ],
  ["AP7 not when nobody had heard of it", [], appointment("cancelled"), []],
  ["AP7 not when nobody had heard of the asking", [appointment("pending")], appointment("cancelled"), []],

  [
    "AP8 after the arrival",
    [appointment("checked-in")],
    appointment("cancelled"),
    ["AP8 appointment.discontinued S16"],
  ],
  [
    "AP8 as S15, for who does not take S16",
    [appointment("arrived")],
    appointment("cancelled"),
    ["AP8 appointment.cancelled S15"],
    taking("*", "!appointment.discontinued"),
  ],
  ["AP8 not before", [booked()], appointment("cancelled"), ["AP7 appointment.cancelled S15"]],

  ["AP9 recorded in error", [booked()], appointment("entered-in-error"), ["AP9 appointment.deleted S17"]],
  [
    "AP9 as S15, for who does not take S17",
    [booked()],
    appointment("entered-in-error"),
    ["AP9 appointment.cancelled S15"],
    taking("*", "!appointment.deleted"),
  ],
  ["AP9 not when nobody had heard of it", [], appointment("entered-in-error"), []],
  ["AP9 not when it was cancelled before", [booked(), appointment("cancelled")], appointment("entered-in-error"), []],

  ["AP10 missed", [booked()], appointment("noshow"), ["AP10 appointment.missed S26"]],
  [
    "AP10 booked and missed between two polls",
    [],
    appointment("noshow"),
    ["AP1 appointment.booked S12", "AP10 appointment.missed S26"],
  ],
  [
    "AP10 as S15, for who does not take S26",
    [booked()],
    appointment("noshow"),
    ["AP10 appointment.cancelled S15"],
    taking("*", "!appointment.missed"),
  ],
  [
    "AP10 as S14, for who takes no S15 either",
    [booked()],
    appointment("noshow"),
    ["AP10 appointment.changed S14"],
    taking("appointment.booked", "appointment.changed"),
  ],
  ["AP10 not again", [booked(), appointment("noshow")], appointment("noshow", { comment: "Called" }), []],

  ["AP11 booked again", [booked(), appointment("cancelled")], booked(), ["AP11 appointment.booked S12"]],
  [
    "AP11 booked again after it was missed",
    [booked(), appointment("noshow")],
    booked(later),
    ["AP11 appointment.booked S12"],
  ],
  [
    "AP11 with S14",
    [booked(), appointment("cancelled")],
    booked(),
    ["AP11 appointment.changed S14"],
    having("rebooked-as-changed"),
  ],
  ["AP11 not while it stays cancelled", [booked(), appointment("cancelled")], appointment("cancelled", later), []],

  ["AP12 over", [appointment("arrived")], appointment("fulfilled"), ["AP12 appointment.changed S14"]],
  [
    "AP12 not where the visit tells it",
    [appointment("arrived")],
    appointment("fulfilled"),
    [],
    having("quiet-arrivals"),
  ],

  ["AP13 came after all", [booked(), appointment("noshow")], appointment("arrived"), ["AP13 appointment.changed S14"]],
  [
    "AP13 not where the visit tells it",
    [booked(), appointment("noshow")],
    appointment("fulfilled"),
    [],
    having("quiet-arrivals"),
  ],

  ["AP14 moved and cancelled at once", [booked()], appointment("cancelled", later), ["AP7 appointment.cancelled S15"]],

  [
    "AP15 in the place of another one",
    [booked(), appointment("cancelled")],
    instead,
    ["AP15 appointment.rescheduled S13"],
    having("replaced-as-rescheduled"),
  ],
  ["AP15 not where nobody asks for it", [booked(), appointment("cancelled")], instead, ["AP1 appointment.booked S12"]],

  [
    "AP16 cannot be booked",
    [slot("free")],
    slot("busy-unavailable"),
    ["AP16 slot.blocked S23"],
    having("blocked-times"),
  ],
  [
    "AP16 can be booked again",
    [slot("busy-unavailable")],
    slot("free"),
    ["AP16 slot.unblocked S24"],
    having("blocked-times"),
  ],
  ["AP16 not when it is booked", [slot("free")], slot("busy"), [], having("blocked-times")],
  ["AP16 not where nobody asks for it", [slot("free")], slot("busy-unavailable"), []],

  [
    "AP17 another patient's",
    [booked()],
    booked(ofAnother),
    ["AP17 appointment.deleted S17", "AP1 appointment.booked S12"],
  ],
  [
    "AP17 with S15, for who takes no S17",
    [booked()],
    booked(ofAnother),
    ["AP17 appointment.cancelled S15", "AP1 appointment.booked S12"],
    taking("*", "!appointment.deleted"),
  ],
  [
    "AP17 another patient's, and cancelled with it",
    [booked()],
    appointment("cancelled", ofAnother),
    ["AP17 appointment.deleted S17"],
  ],
  [
    "AP17 not when it was cancelled before",
    [booked(), appointment("cancelled")],
    appointment("cancelled", ofAnother),
    [],
  ],
  ["AP17 not to who keeps copies", [booked()], booked(ofAnother), [changed], { format: "webhook" }],
];

function unheardOf(): fhir4.Appointment {
  return { ...booked({ comment: "?" }), status: "held" as fhir4.Appointment["status"] };
}
