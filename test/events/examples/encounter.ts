import { visit } from "../telling.ts";
import type { Example, Listener } from "./example.ts";

const { inBed, left, waits } = {
  inBed: (bed: string, hour = 6): fhir4.EncounterLocation => place(bed, "active", hour),
  left: (bed: string, hour = 6): fhir4.EncounterLocation => place(bed, "completed", hour, hour + 1),
  waits: (bed: string): fhir4.EncounterLocation => place(bed, "reserved", 9),
};

function place(bed: string, status: "active" | "completed" | "reserved", hour: number, end?: number) {
  const time = (at: number) => `2026-03-02T${String(at).padStart(2, "0")}:00:00Z`;
  const period = { start: time(hour), ...(end !== undefined && { end: time(end) }) };
  return { location: { reference: `Location/${bed}` }, status, period };
}

const stay = (changes: Parameters<typeof visit>[1] = {}) => visit("in-progress", changes);
const emergency = (changes: Parameters<typeof visit>[1] = {}) => visit("in-progress", { class: "E", ...changes });
const at = (...location: fhir4.EncounterLocation[]) => ({ ...stay(), location });
const emergencyAt = (...location: fhir4.EncounterLocation[]) => ({ ...emergency(), location });
const endsAt = (end: string) => ({ period: { start: "2026-03-02T06:00:00Z", end } });
const ended = (end = "2026-03-02T10:00:00Z") => visit("finished", endsAt(end));
const because = (text: string) => ({ reasonCode: [{ text }] });
const having = (...options: string[]): Listener => ({ settings: { options } });
const taking = (...events: string[]): Listener => ({ settings: { events } });

const history = (...statuses: fhir4.Encounter["status"][]) => ({
  statusHistory: statuses.map((status, index) => ({ status, period: { start: `2026-03-02T0${6 + index}:00:00Z` } })),
});

const doctor = (code: "ATND" | "CON", id: string, end?: string): fhir4.EncounterParticipant => ({
  type: [{ coding: [{ system: "http://terminology.hl7.org/CodeSystem/v3-ParticipationType", code }] }],
  individual: { reference: `Practitioner/${id}`, display: `DOCTOR, ${id}` },
  ...(end !== undefined && { period: { end } }),
});
const withDoctors = (...participant: fhir4.EncounterParticipant[]) => stay({ participant });

const numbered = (value: string) => {
  const type = { coding: [{ system: "http://terminology.hl7.org/CodeSystem/v2-0203", code: "VN" }] };
  return { identifier: [{ type, system: "urn:oid:1.2.4", value }] };
};
const ofPatient = (id: string, changes: Parameters<typeof visit>[1] = {}) =>
  stay({ subject: { reference: `Patient/${id}` }, ...changes });
const other: fhir4.Patient = { resourceType: "Patient", id: "34", active: true, name: [{ family: "Okafor" }] };
const mergedAway: fhir4.Patient = {
  resourceType: "Patient",
  id: "12",
  active: false,
  link: [{ other: { reference: "Patient/34" }, type: "replaced-by" }],
};

/** As Ignite answers for a combined visit: no time, a pointer to the one that goes on. */
function combined(): fhir4.Encounter {
  const { subject: _, ...rest } = visit("unknown", { partOf: { reference: "Encounter/97846" } });
  return { ...rest, meta: {} };
}
const survivor = { ...stay(), id: "97846" };
const withSurvivor: Listener = { context: [survivor] };

const admittedAsInpatient = "encounter.admitted A01";
const updated = "E29 encounter.updated A08";

/** Reference table of Encounter to ADT, row by row. */
export const encounterExamples: readonly Example[] = [
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

  ["E18 discharged", [at(inBed("A1"))], ended(), ["E18 encounter.discharged A03"]],
  [
    "E18 an outpatient too",
    [stay({ class: "O" })],
    visit("finished", { class: "O" }),
    ["E18 encounter.discharged A03"],
  ],
  [
    "E18 not of outpatients, if asked for",
    [stay({ class: "O" })],
    visit("finished", { class: "O", ...endsAt("2026-03-02T10:00:00Z") }),
    [updated],
    having("no-outpatient-discharges"),
  ],
  ["E18 not twice", [stay(), ended()], { ...ended(), ...because("Hip") }, [updated]],

  [
    "E19 the end is planned",
    [stay()],
    stay(endsAt("2026-03-04T10:00:00Z")),
    ["E19 encounter.discharge-pending A16"],
    having("pending-discharges"),
  ],
  [
    "E19 not planned any more",
    [stay(endsAt("2026-03-04T10:00:00Z"))],
    stay(),
    ["E19 encounter.pending-discharge-cancelled A25"],
    having("pending-discharges"),
  ],
  [
    "E19 not for an end that lies behind",
    [stay()],
    stay(endsAt("2026-03-02T05:00:00Z")),
    [updated],
    having("pending-discharges"),
  ],
  ["E19 not where nobody asks for it", [stay()], stay(endsAt("2026-03-04T10:00:00Z")), [updated]],

  ["E20 a discharge is taken back", [stay(), ended()], stay(), ["E20 encounter.discharge-cancelled A13"]],
  [
    "E20 not where no discharge was told",
    [stay(), ended()],
    stay(because("Hip")),
    [updated],
    taking("*", "!encounter.discharged"),
  ],

  ["E21 the time of the end is corrected", [ended()], ended("2026-03-02T11:00:00Z"), ["E21 encounter.updated A08"]],
  [
    "E21 with A03 again",
    [ended()],
    ended("2026-03-02T11:00:00Z"),
    ["E21 encounter.discharged A03"],
    having("repeated-discharges"),
  ],
  [
    "E21 not when something else changes",
    [ended()],
    { ...ended(), ...because("Hip") },
    [updated],
    having("repeated-discharges"),
  ],

  [
    "E22 a planned stay is called off",
    [visit("planned")],
    visit("cancelled"),
    ["E22 encounter.pre-admission-cancelled A38"],
  ],
  [
    "E22 one with a bed that waited",
    [{ ...visit("planned"), location: [waits("A1")] }],
    visit("cancelled"),
    ["E22 encounter.pending-admission-cancelled A27"],
    having("pending-admissions"),
  ],
  [
    "E22 not when the plan had become a visit",
    [visit("planned"), stay()],
    visit("cancelled"),
    ["E23 encounter.cancelled A11"],
  ],

  ["E23 a visit is cancelled", [stay()], visit("cancelled"), ["E23 encounter.cancelled A11"]],
  [
    "E23 one who has only arrived",
    [visit("arrived", { class: "E" })],
    visit("cancelled", { class: "E" }),
    ["E23 encounter.cancelled A11"],
  ],
  [
    "E23 not when nothing was told",
    [stay({ class: "O" })],
    visit("cancelled", { class: "O" }),
    [],
    taking("encounter.admitted", "encounter.cancelled"),
  ],

  [
    "E24 a visit that had ended is cancelled",
    [stay(), ended()],
    visit("cancelled"),
    ["E20 encounter.discharge-cancelled A13", "E23 encounter.cancelled A11"],
  ],
  [
    "E24 with A11 alone",
    [stay(), ended()],
    visit("cancelled"),
    ["E23 encounter.cancelled A11"],
    having("plain-cancels"),
  ],

  ["E25 an active visit was an error", [stay()], visit("entered-in-error"), ["E25 encounter.cancelled A11"]],
  [
    "E25 a plan was an error",
    [visit("planned")],
    visit("entered-in-error"),
    ["E25 encounter.pre-admission-cancelled A38"],
  ],
  [
    "E25 a visit that had ended was an error",
    [stay(), ended()],
    visit("entered-in-error"),
    ["E20 encounter.discharge-cancelled A13", "E25 encounter.cancelled A11"],
  ],
  ["E25 with A23", [stay()], visit("entered-in-error"), ["E25 encounter.deleted A23"], having("deleted-visits")],
  [
    "E25 with A23 alone of what had ended",
    [stay(), ended()],
    visit("entered-in-error"),
    ["E25 encounter.deleted A23"],
    having("deleted-visits"),
  ],
  ["E25 not when nothing was told", [], visit("entered-in-error"), []],
  ["E25 not again for what was cancelled", [stay(), visit("cancelled")], visit("entered-in-error"), []],

  ["E26 nobody had heard of it", [], visit("cancelled"), []],
  [
    "E26 nor of the planned outpatient visit",
    [visit("planned", { class: "O" })],
    visit("cancelled", { class: "O" }),
    [],
  ],

  [
    "E27 another attending doctor",
    [withDoctors(doctor("ATND", "7"))],
    withDoctors(doctor("ATND", "7", "2026-03-02T09:00:00Z"), doctor("ATND", "8")),
    ["E27 encounter.attending-changed A54"],
    having("doctor-changes"),
  ],
  [
    "E27 not so after all",
    [withDoctors(doctor("ATND", "7", "2026-03-02T09:00:00Z"), doctor("ATND", "8"))],
    withDoctors(doctor("ATND", "7")),
    ["E27 encounter.attending-change-cancelled A55"],
    having("doctor-changes"),
  ],
  ["E27 not where nobody asks for it", [withDoctors(doctor("ATND", "7"))], withDoctors(doctor("ATND", "8")), [updated]],
  [
    "E27 not when a former one stays listed",
    [withDoctors(doctor("ATND", "7"))],
    withDoctors(doctor("ATND", "6", "2026-03-02T05:00:00Z"), doctor("ATND", "7")),
    [],
    having("doctor-changes"),
  ],

  [
    "E28 another consultant",
    [withDoctors(doctor("CON", "7"))],
    withDoctors(doctor("CON", "7"), doctor("CON", "8")),
    ["E28 encounter.consultants-changed A61"],
    having("doctor-changes"),
  ],
  [
    "E28 not so after all",
    [withDoctors(doctor("CON", "7"), doctor("CON", "8"))],
    withDoctors(doctor("CON", "7")),
    ["E28 encounter.consultant-change-cancelled A62"],
    having("doctor-changes"),
  ],
  [
    "E28 not for another order of them",
    [withDoctors(doctor("CON", "7"), doctor("CON", "8"))],
    withDoctors(doctor("CON", "8"), doctor("CON", "7")),
    [],
    having("doctor-changes"),
  ],

  ["E29 another reason", [stay()], stay(because("Chest pain")), [updated]],
  ["E29 not for a new version of the same", [stay()], stay(), []],
  ["E29 not for what no message tells", [stay()], stay({ length: { value: 3 } }), []],

  ["E30 of another patient", [ofPatient("12")], ofPatient("34"), ["E30 encounter.moved A45"], { context: [other] }],
  [
    "E30 with another message",
    [ofPatient("12")],
    ofPatient("34"),
    ["E30 encounter.moved A44"],
    { context: [other], settings: { triggers: { "encounter.moved": "ADT^A44" } } },
  ],
  [
    "E30 as an end and a beginning",
    [ofPatient("12")],
    ofPatient("34"),
    ["E30 encounter.cancelled A11", `E5 ${admittedAsInpatient}`],
    { context: [other], settings: { events: ["*", "!encounter.moved"] } },
  ],
  [
    "E30 before the move to another bed",
    [ofPatient("12", { beds: ["A1"] })],
    ofPatient("34", { beds: ["A1", "B2"] }),
    ["E30 encounter.moved A45", "E12 encounter.transferred A02"],
    { context: [other] },
  ],
  [
    "E30 not after a merge, which has said so",
    [ofPatient("12")],
    ofPatient("34"),
    [updated],
    { context: [mergedAway, other] },
  ],

  ["E31 another visit number", [stay(numbered("1"))], stay(numbered("2")), ["E31 encounter.renumbered A50"]],
  [
    "E31 as an end and a beginning",
    [stay(numbered("1"))],
    stay(numbered("2")),
    ["E31 encounter.cancelled A11", `E5 ${admittedAsInpatient}`],
    taking("encounter.admitted", "encounter.cancelled"),
  ],
  [
    "E31 not of what was recorded in error and has lost its number",
    [stay(numbered("1"))],
    visit("entered-in-error"),
    ["E25 encounter.cancelled A11"],
  ],
  [
    "E31 not when a change of class tells it",
    [emergency(numbered("1"))],
    stay(numbered("2")),
    ["E9 encounter.became-inpatient A06"],
  ],

  ["E32 combined into another visit", [stay()], combined(), ["E32 encounter.merged A42"], withSurvivor],
  [
    "E32 as A11, for who does not take A42",
    [stay()],
    combined(),
    ["E32 encounter.cancelled A11"],
    { ...withSurvivor, ...taking("*", "!encounter.merged") },
  ],
  ["E32 not when nobody had heard of it", [], combined(), [], withSurvivor],
  ["E32 not so after all: told as new", [stay(), combined()], stay(), [`E5 ${admittedAsInpatient}`], withSurvivor],

  ["E33 a state that says nothing", [stay()], visit("unknown"), []],

  ["E34 it had ended before the bridge began: nothing", [], ended(), [], { initial: true }],
  ["E34 nor as a snapshot", [], ended(), [], { initial: true, settings: { initialLoad: "snapshot" } }],
  [
    "E34 the whole story",
    [],
    ended(),
    [`E5 ${admittedAsInpatient}`, "E18 encounter.discharged A03"],
    { initial: true, settings: { initialLoad: "full" } },
  ],
  ["E34 it ended after the bridge began", [], ended(), [`E5 ${admittedAsInpatient}`, "E18 encounter.discharged A03"]],
];

function atUrl(bed: string): fhir4.Encounter {
  const url = `https://fhir.example.org/r4/t/Location/${bed}`;
  return at({ ...inBed(bed), location: { reference: url } });
}
