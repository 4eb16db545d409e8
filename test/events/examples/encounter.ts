import { visit } from "../telling.ts";
import type { Example } from "./example.ts";
import {
  admittedAsInpatient,
  at,
  atUrl,
  because,
  emergency,
  emergencyAt,
  ended,
  having,
  history,
  inBed,
  leaveUntil,
  left,
  numbered,
  stay,
  taking,
  updated,
  waits,
} from "./visits.ts";

/** Reference table of Encounter to ADT, row by row: from the plan to leave and return (E1 to E17). */
export const beginningExamples: readonly Example[] = [
  ["E1 a stay is planned", [], visit("planned"), ["E1 encounter.pre-admitted A05"]],
  ["E1 planned, of class pre-admission", [], visit("planned", { class: "P" }), ["E1 encounter.pre-admitted A05"]],
  [
    "E1 with a bed that waits",
    [],
    { ...visit("planned"), location: [waits("A1")] },
    ["E1 encounter.admission-pending A14"],
    having("pending-admissions"),
  ],
  ["E1 not again when the plan changes", [visit("planned")], visit("planned", because("Hip")), [updated]],

  [
    "E2 an outpatient visit is planned",
    [],
    visit("planned", { class: "O" }),
    ["E2 encounter.pre-admitted A05"],
    having("planned-outpatients"),
  ],
  ["E2 otherwise its appointment speaks", [], visit("planned", { class: "O" }), []],

  [
    "E3 someone comes to the emergency department",
    [],
    visit("arrived", { class: "E" }),
    ["E3 encounter.registered A04"],
  ],
  ["E3 with A10", [], visit("arrived", { class: "E" }), ["E3 encounter.arrived A10"], having("arrivals")],
  ["E3 not again for triage", [visit("arrived", { class: "E" })], visit("triaged", { class: "E" }), []],

  ["E4 an inpatient arrives and the stay has begun", [], visit("arrived"), [`E4 ${admittedAsInpatient}`]],
  [
    "E4 an inpatient arrives, not admitted yet",
    [],
    visit("arrived", { period: {} }),
    ["E4 encounter.pre-admitted A05"],
  ],
  ["E4 with A10", [], visit("arrived", { period: {} }), ["E4 encounter.arrived A10"], having("arrivals")],
  [
    "E4 not for whom a plan was told",
    [visit("planned")],
    visit("arrived", { period: {}, ...because("Hip") }),
    [updated],
  ],

  ["E5 admitted without a plan", [], stay({ beds: ["A1"] }), [`E5 ${admittedAsInpatient}`]],
  ["E5 admitted as planned", [visit("planned", { class: "P" })], stay(), [`E5 ${admittedAsInpatient}`]],
  ["E5 admitted after arrival", [visit("arrived", { period: {} })], stay(), [`E5 ${admittedAsInpatient}`]],
  ["E5 not twice: the arrival was told as the admission", [visit("arrived")], stay(), []],
  [
    "E5 anew after it was cancelled: told as new",
    [stay(), visit("cancelled")],
    stay(because("Hip")),
    [`E5 ${admittedAsInpatient}`],
  ],

  ["E6 an outpatient visit begins", [], stay({ class: "O" }), ["E6 encounter.registered A04"]],
  [
    "E6 a planned outpatient visit begins",
    [visit("planned", { class: "O" })],
    stay({ class: "O" }),
    ["E6 encounter.registered A04"],
  ],
  [
    "E6 begun anew under another number, for who takes no A04",
    [stay(numbered("1")), stay({ class: "O", ...numbered("1") })],
    stay({ class: "O", ...numbered("2") }),
    ["E31 encounter.cancelled A11", "E6 encounter.admitted A01"],
    taking("encounter.admitted", "encounter.cancelled"),
  ],
  ["E6 not again for another department", [stay({ class: "O" })], stay({ class: "O", ...because("Eye") }), [updated]],

  [
    "E7 the arrival was told: content, if any",
    [visit("arrived", { class: "E" })],
    emergency({ beds: ["E1"] }),
    ["E7 encounter.updated A08"],
  ],
  [
    "E7 the arrival was not told as a visit",
    [visit("arrived", { class: "E" })],
    emergency(),
    ["E7 encounter.registered A04"],
    having("arrivals"),
  ],
  ["E7 not when the message would say nothing new", [visit("arrived", { class: "E" })], emergency(), []],

  [
    "E8 a patient who waits is admitted",
    [visit("arrived", { class: "E" })],
    stay({ beds: ["A1"] }),
    ["E8 encounter.became-inpatient A06"],
  ],
  [
    "E8 as A01, for who does not take A06",
    [visit("arrived", { class: "E" })],
    stay(),
    [`E8 ${admittedAsInpatient}`],
    taking("*", "!encounter.became-inpatient"),
  ],
  [
    "E8 not when nothing was told of the arrival",
    [visit("arrived", { class: "E" })],
    stay(),
    [`E5 ${admittedAsInpatient}`],
    having("arrivals"),
  ],

  [
    "E9 an emergency patient is admitted",
    [emergency({ beds: ["E1"] })],
    stay({ beds: ["E1", "A1"] }),
    ["E9 encounter.became-inpatient A06"],
  ],
  ["E9 not from one code of inpatients to another", [stay()], { ...stay(), class: { code: "ACUTE" } }, []],

  [
    "E10 an inpatient goes on as an outpatient",
    [stay()],
    stay({ class: "O" }),
    ["E10 encounter.became-outpatient A07"],
  ],
  ["E10 not when the class is lost", [stay()], { ...stay(), class: {}, type: [] }, ["E11 encounter.updated A08"]],

  ["E11 an emergency visit goes on in a clinic", [emergency()], stay({ class: "O" }), ["E11 encounter.updated A08"]],
  [
    "E11 not for another code of the same class",
    [stay({ class: "O" })],
    { ...stay({ class: "O" }), class: { code: "HH" } },
    [],
  ],

  ["E12 a move", [at(inBed("A1"))], at(left("A1"), inBed("B2", 7)), ["E12 encounter.transferred A02"]],
  [
    "E12 back to the first bed, and the stay in the second is on record",
    [at(left("A1"), inBed("B2", 7))],
    at(left("A1"), left("B2", 7), inBed("A1", 8)),
    ["E12 encounter.transferred A02"],
  ],
  [
    "E12 to another bed and back between two polls",
    [at(inBed("A1"))],
    at(left("A1"), left("B2", 8), inBed("A1", 10)),
    ["E12 encounter.transferred A02", "E12 encounter.transferred A02"],
  ],
  [
    "E12 after an end that was taken back",
    [at(inBed("A1")), visit("finished", { beds: ["A1"] })],
    at(left("A1"), inBed("B2", 12)),
    ["E20 encounter.discharge-cancelled A13", "E12 encounter.transferred A02"],
  ],
  [
    "E12 a move that a version without places came before",
    [at(inBed("A1")), stay()],
    at(inBed("B2", 7)),
    ["E12 encounter.transferred A02"],
  ],
  [
    "E12 an outpatient, tracked",
    [emergencyAt(inBed("E1"))],
    emergencyAt(left("E1"), inBed("E2", 7)),
    ["E12 encounter.tracked A10"],
    having("outpatient-tracking"),
  ],
  [
    "E12 an outpatient, told with A08",
    [emergencyAt(inBed("E1"))],
    emergencyAt(left("E1"), inBed("E2", 7)),
    ["E12 encounter.updated A08"],
    { settings: { options: ["outpatient-tracking"], events: ["*", "!encounter.tracked"] } },
  ],
  ["E12 not for the first bed", [stay()], at(inBed("A1")), [updated]],
  ["E12 not for the same place by another form of its address", [at(inBed("A1"))], atUrl("A1"), []],
  ["E12 not for places in another order", [at(left("A1"), inBed("B2", 7))], at(inBed("B2", 7), left("A1")), []],
  ["E12 not when a version names no place", [at(inBed("A1"))], stay(), []],

  [
    "E13 a move is taken back",
    [at(left("A1"), inBed("B2", 7))],
    at(inBed("A1")),
    ["E13 encounter.transfer-cancelled A12"],
  ],
  [
    "E13 not when the second bed stays on record",
    [at(left("A1"), inBed("B2", 7))],
    at(left("A1"), left("B2", 7), inBed("A1", 8)),
    ["E12 encounter.transferred A02"],
  ],

  [
    "E14 another bed waits",
    [at(inBed("A1"))],
    at(inBed("A1"), waits("B2")),
    ["E14 encounter.transfer-pending A15"],
    having("pending-transfers"),
  ],
  [
    "E14 no bed waits any more",
    [at(inBed("A1"), waits("B2"))],
    at(inBed("A1")),
    ["E14 encounter.pending-transfer-cancelled A26"],
    having("pending-transfers"),
  ],
  ["E14 not where nobody asks for it", [at(inBed("A1"))], at(inBed("A1"), waits("B2")), [updated]],
  [
    "E14 not taken back by the move that was waited for",
    [at(inBed("A1")), at(inBed("A1"), waits("B2"))],
    at(left("A1"), inBed("B2", 9)),
    ["E12 encounter.transferred A02"],
    having("pending-transfers"),
  ],

  ["E15 leave begins", [stay()], visit("onleave"), ["E15 encounter.leave-started A21"]],
  ["E15 not again while it lasts", [visit("onleave")], visit("onleave", because("Hip")), [updated]],
  ["E16 back from leave", [visit("onleave")], stay(), ["E16 encounter.leave-ended A22"]],
  [
    "E16 back, and in another bed",
    [{ ...visit("onleave"), location: [inBed("A1")] }],
    at(left("A1"), inBed("B2", 10)),
    ["E16 encounter.leave-ended A22", "E12 encounter.transferred A02"],
  ],
  [
    "E16 gone, back and moved on between two polls",
    [at(inBed("A1"))],
    { ...at(left("A1"), inBed("B2", 10)), ...history("in-progress", "onleave") },
    ["E15 encounter.leave-started A21", "E16 encounter.leave-ended A22", "E12 encounter.transferred A02"],
  ],
  [
    "E16 moved on after the end of the leave that the history has",
    [at(inBed("A1"))],
    { ...at(left("A1"), inBed("B2", 10)), statusHistory: leaveUntil("2026-03-02T09:00:00Z") },
    ["E15 encounter.leave-started A21", "E16 encounter.leave-ended A22", "E12 encounter.transferred A02"],
  ],
  ["E16 not when the stay ends during the leave", [visit("onleave")], ended(), ["E18 encounter.discharged A03"]],

  [
    "E17 never left",
    [visit("onleave", history("in-progress"))],
    stay(history("in-progress")),
    ["E17 encounter.leave-cancelled A52"],
    having("cancelled-leaves"),
  ],
  [
    "E17 never returned",
    [stay(history("in-progress", "onleave"))],
    visit("onleave", history("in-progress")),
    ["E17 encounter.return-cancelled A53"],
    having("cancelled-leaves"),
  ],
  [
    "E17 not when the history has the leave",
    [visit("onleave", history("in-progress"))],
    stay(history("in-progress", "onleave")),
    ["E16 encounter.leave-ended A22"],
    having("cancelled-leaves"),
  ],
  [
    "E17 not where nobody asks for it",
    [visit("onleave", history("in-progress"))],
    stay(history("in-progress")),
    ["E16 encounter.leave-ended A22"],
  ],
];
