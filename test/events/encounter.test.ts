import { describe, expect, test } from "vitest";
import { inWords, tellAll, tellLast, visit } from "./telling.ts";

/** One row of the table: the versions before, the version after, and what an HL7 receiver of everything is told of it. */
const rows: [row: string, before: fhir4.Encounter[], after: fhir4.Encounter, told: string[]][] = [
  ["E1 a stay is planned", [], visit("planned"), ["E1 encounter.pre-admitted A05"]],
  [
    "E1 a stay is planned, class pre-admission",
    [],
    visit("planned", { class: "P" }),
    ["E1 encounter.pre-admitted A05"],
  ],
  ["E2 an outpatient visit is planned: its appointment speaks", [], visit("planned", { class: "O" }), []],
  [
    "E3 someone comes to the emergency department",
    [],
    visit("arrived", { class: "E" }),
    ["E3 encounter.registered A04"],
  ],
  [
    "E4 an inpatient arrives, not admitted yet",
    [],
    visit("arrived", { period: {} }),
    ["E4 encounter.pre-admitted A05"],
  ],
  ["E4 an inpatient arrives and the stay has begun", [], visit("arrived"), ["E4 encounter.admitted A01"]],
  ["E5 admitted without a plan", [], visit("in-progress", { beds: ["A1"] }), ["E5 encounter.admitted A01"]],
  [
    "E5 admitted as planned",
    [visit("planned", { class: "P" })],
    visit("in-progress", { beds: ["A1"] }),
    ["E5 encounter.admitted A01"],
  ],
  [
    "E5 admitted after arrival",
    [visit("arrived", { period: {} })],
    visit("in-progress"),
    ["E5 encounter.admitted A01"],
  ],
  ["E6 an outpatient visit begins", [], visit("in-progress", { class: "O" }), ["E6 encounter.registered A04"]],
  [
    "E6 a planned outpatient visit begins",
    [visit("planned", { class: "O" })],
    visit("in-progress", { class: "O" }),
    ["E6 encounter.registered A04"],
  ],
  [
    "E7 an emergency patient gets a bed",
    [visit("arrived", { class: "E" })],
    visit("in-progress", { class: "E", beds: ["E1"] }),
    ["E7 encounter.updated A08"],
  ],
  [
    "E8 an emergency patient who waits is admitted",
    [visit("arrived", { class: "E" })],
    visit("in-progress", { beds: ["A1"] }),
    ["E8 encounter.became-inpatient A06"],
  ],
  [
    "E9 an emergency patient is admitted",
    [visit("in-progress", { class: "E", beds: ["E1"] })],
    visit("in-progress", { beds: ["E1", "A1"] }),
    ["E9 encounter.became-inpatient A06"],
  ],
  [
    "E10 an inpatient goes on as an outpatient",
    [visit("in-progress")],
    visit("in-progress", { class: "O" }),
    ["E10 encounter.became-outpatient A07"],
  ],
  [
    "E11 an emergency visit goes on in a clinic",
    [visit("in-progress", { class: "E" })],
    visit("in-progress", { class: "O" }),
    ["E11 encounter.updated A08"],
  ],
  [
    "E12 a move",
    [visit("in-progress", { beds: ["A1"] })],
    visit("in-progress", { beds: ["A1", "B2"] }),
    ["E12 encounter.transferred A02"],
  ],
  [
    "E12 back to the first bed",
    [visit("in-progress", { beds: ["A1", "B2"] })],
    visit("in-progress", { beds: ["A1", "B2", "A1"] }),
    ["E12 encounter.transferred A02"],
  ],
  [
    "E12 not for the first bed",
    [visit("in-progress")],
    visit("in-progress", { beds: ["A1"] }),
    ["E29 encounter.updated A08"],
  ],
  [
    "E13 a move is taken back",
    [visit("in-progress", { beds: ["A1", "B2"] })],
    visit("in-progress", { beds: ["A1"] }),
    ["E13 encounter.transfer-cancelled A12"],
  ],
  ["E15 leave begins", [visit("in-progress")], visit("onleave"), ["E15 encounter.leave-started A21"]],
  ["E16 back from leave", [visit("onleave")], visit("in-progress"), ["E16 encounter.leave-ended A22"]],
  [
    "E18 discharged",
    [visit("in-progress", { beds: ["A1"] })],
    visit("finished", { beds: ["A1"] }),
    ["E18 encounter.discharged A03"],
  ],
  ["E18 discharged from leave", [visit("onleave")], visit("finished"), ["E18 encounter.discharged A03"]],
  [
    "E20 a discharge is taken back",
    [visit("finished", { beds: ["A1"] })],
    visit("in-progress", { beds: ["A1"] }),
    ["E20 encounter.discharge-cancelled A13"],
  ],
  [
    "E21 the time of a discharge is corrected",
    [visit("finished", { period: { end: "2026-03-02T10:00:00Z" } })],
    visit("finished", { period: { end: "2026-03-02T11:00:00Z" } }),
    ["E21 encounter.updated A08"],
  ],
  [
    "E22 a planned stay is called off",
    [visit("planned")],
    visit("cancelled"),
    ["E22 encounter.pre-admission-cancelled A38"],
  ],
  [
    "E22 what had become a visit is cancelled as a visit",
    [visit("planned"), visit("in-progress")],
    visit("cancelled"),
    ["E23 encounter.cancelled A11"],
  ],
  [
    "E23 a visit is cancelled",
    [visit("arrived", { class: "E" })],
    visit("cancelled", { class: "E" }),
    ["E23 encounter.cancelled A11"],
  ],
  [
    "E24 a visit that had ended is cancelled",
    [visit("finished")],
    visit("cancelled"),
    ["E20 encounter.discharge-cancelled A13", "E23 encounter.cancelled A11"],
  ],
  [
    "E25 an active visit was an error",
    [visit("in-progress")],
    visit("entered-in-error"),
    ["E25 encounter.cancelled A11"],
  ],
  [
    "E25 a plan was an error",
    [visit("planned")],
    visit("entered-in-error"),
    ["E25 encounter.pre-admission-cancelled A38"],
  ],
  [
    "E25 a visit that had ended was an error",
    [visit("finished")],
    visit("entered-in-error"),
    ["E20 encounter.discharge-cancelled A13", "E25 encounter.cancelled A11"],
  ],
  ["E26 nobody had heard of it", [], visit("cancelled"), []],
  [
    "E26 nobody had heard of the planned outpatient visit",
    [visit("planned", { class: "O" })],
    visit("cancelled", { class: "O" }),
    [],
  ],
  [
    "E29 another reason",
    [visit("in-progress")],
    visit("in-progress", { reasonCode: [{ text: "Chest pain" }] }),
    ["E29 encounter.updated A08"],
  ],
  [
    "E31 another visit number",
    [visit("in-progress", numbered("1"))],
    visit("in-progress", numbered("2")),
    ["E31 encounter.renumbered A50"],
  ],
  [
    "E31 not when a change of class tells it",
    [visit("in-progress", { class: "E", ...numbered("1") })],
    visit("in-progress", numbered("2")),
    ["E9 encounter.became-inpatient A06"],
  ],
  ["E32 combined into another visit", [visit("in-progress")], combined(), ["E32 encounter.merged A42"]],
  ["E32 nobody had heard of it", [], combined(), []],
  [
    "E32 not combined after all",
    [visit("in-progress"), combined()],
    visit("in-progress"),
    ["E5 encounter.admitted A01"],
  ],
  ["E33 a state that says nothing", [visit("in-progress")], visit("unknown"), []],
  [
    "resurrected: told as new",
    [visit("in-progress"), visit("cancelled")],
    visit("in-progress"),
    ["E5 encounter.admitted A01"],
  ],
];

describe("an HL7 receiver of everything is told", () => {
  const context = [{ ...visit("in-progress"), id: "97846" }];
  for (const [row, before, after, told] of rows)
    test(row, () => expect(tellLast([...before, after], { context })).toEqual(told));
});

describe("E30 a visit of another patient", () => {
  const ofPatient = (id: string) => visit("in-progress", { subject: { reference: `Patient/${id}` } });
  const patient = (more: Partial<fhir4.Patient> = {}): fhir4.Patient => ({
    resourceType: "Patient",
    id: "12",
    ...more,
  });

  test("is told with A45", () => {
    const versions = [ofPatient("12"), ofPatient("34")];
    expect(tellLast(versions, { context: [patient()] })).toEqual(["E30 encounter.moved A45"]);
  });

  test("or with another message, if asked for", () => {
    const settings = { triggers: { "encounter.moved": "ADT^A44" } };
    const versions = [ofPatient("12"), ofPatient("34")];
    expect(tellLast(versions, { context: [patient()], settings })).toEqual(["E30 encounter.moved A44"]);
  });

  test("is not told after a merge, which has said so", () => {
    const link = [{ other: { reference: "Patient/34" }, type: "replaced-by" as const }];
    const versions = [ofPatient("12"), ofPatient("34")];
    expect(tellLast(versions, { context: [patient({ active: false, link })] })).toEqual(["E29 encounter.updated A08"]);
  });
});

test("a merge of visits is about the one that goes on, and names the one that ended", () => {
  const survivor = { ...visit("in-progress"), id: "97846" };
  const [, [merge] = []] = tellAll([visit("in-progress"), combined()], { context: [survivor] });
  expect([merge?.focus, merge?.step?.merged?.id]).toEqual(["Encounter/97846", "97845"]);
});

test("another diagnosis beside a move is told apart, for A02 has no place for it", () => {
  const diagnosis = [{ condition: { reference: "Condition/1" } }];
  expect(
    tellLast([visit("in-progress", { beds: ["A1"] }), visit("in-progress", { beds: ["A1", "B2"], diagnosis })]),
  ).toEqual(["E12 encounter.transferred A02", "E29 encounter.updated A08"]);
});

describe("silence", () => {
  test("when only version, narrative and meta differ", () => {
    const before = visit("in-progress", { beds: ["A1"] });
    const after = {
      ...before,
      meta: { versionId: "9", lastUpdated: "2026-03-02T09:00:00Z" },
      text: { status: "generated" as const, div: "<div>in other words</div>" },
    };
    expect(tellLast([before, after])).toEqual([]);
  });

  test("about what becomes of a cancelled visit", () => {
    expect(
      tellLast([visit("in-progress"), visit("cancelled"), visit("cancelled", { reasonCode: [{ text: "?" }] })]),
    ).toEqual([]);
  });

  test("about a planned outpatient visit, even when it changes", () => {
    const planned = [
      visit("planned", { class: "O" }),
      visit("planned", { class: "O", reasonCode: [{ text: "Check-up" }] }),
    ];
    expect(tellLast(planned)).toEqual([]);
  });

  test("after a state that says nothing, the next one is held against what was told", () => {
    const told = tellLast([visit("in-progress"), visit("unknown"), visit("finished")]);
    expect(told).toEqual(["E18 encounter.discharged A03"]);
  });
});

describe("several steps between two polls", () => {
  test("a whole stay, seen when it is over", () => {
    const events =
      tellAll([
        visit("finished", {
          beds: ["A1", "B2"],
          period: { start: "2026-03-02T06:00:00Z", end: "2026-03-02T08:30:00Z" },
        }),
      ])[0] ?? [];
    expect(events.map(inWords)).toEqual([
      "E5 encounter.admitted A01",
      "E12 encounter.transferred A02",
      "E18 encounter.discharged A03",
    ]);
    expect(
      events.map(({ step, occurredAt }) => [placeOf(step?.priorLocation), placeOf(step?.location), occurredAt]),
    ).toEqual([
      [undefined, "Location/A1", "2026-03-02T06:00:00Z"],
      ["Location/A1", "Location/B2", "2026-03-02T07:00:00Z"],
      [undefined, "Location/B2", "2026-03-02T08:30:00Z"],
    ]);
  });

  test("an emergency visit that became a stay, moved on and ended", () => {
    const told = tellLast([
      visit("arrived", { class: "E" }),
      visit("finished", {
        beds: ["E1", "A1", "B2"],
        classHistory: [
          { class: { code: "EMER" }, period: { start: "2026-03-02T06:00:00Z", end: "2026-03-02T07:00:00Z" } },
        ],
      }),
    ]);
    expect(told).toEqual([
      "E9 encounter.became-inpatient A06",
      "E12 encounter.transferred A02",
      "E18 encounter.discharged A03",
    ]);
  });

  test("three beds and the end, seen when it is over", () => {
    const events = tellAll([visit("finished", { beds: ["A1", "B2", "C3"] })])[0] ?? [];
    expect(events.map(({ type, step }) => [type, placeOf(step?.location)])).toEqual([
      ["encounter.admitted", "Location/A1"],
      ["encounter.transferred", "Location/B2"],
      ["encounter.transferred", "Location/C3"],
      ["encounter.discharged", "Location/C3"],
    ]);
  });

  test("a class that changed on the way, by classHistory", () => {
    const told = tellLast([
      visit("in-progress", {
        beds: ["E1", "A1"],
        classHistory: [
          { class: { code: "EMER" }, period: { start: "2026-03-02T06:00:00Z", end: "2026-03-02T07:00:00Z" } },
        ],
      }),
    ]);
    expect(told).toEqual(["E6 encounter.registered A04", "E9 encounter.became-inpatient A06"]);
  });

  test("leave and return, by statusHistory", () => {
    const statusHistory = (["in-progress", "onleave"] as const).map((status, index) => ({
      status,
      period: { start: `2026-03-02T0${6 + index}:00:00Z` },
    }));
    expect(tellLast([visit("in-progress"), visit("in-progress", { statusHistory })])).toEqual([
      "E15 encounter.leave-started A21",
      "E16 encounter.leave-ended A22",
    ]);
  });

  test("three beds at once, each with the bed before it", () => {
    const events =
      tellAll([visit("in-progress", { beds: ["A1"] }), visit("in-progress", { beds: ["A1", "B2", "C3"] })])[1] ?? [];
    expect(events.map(({ step }) => [placeOf(step?.priorLocation), placeOf(step?.location)])).toEqual([
      ["Location/A1", "Location/B2"],
      ["Location/B2", "Location/C3"],
    ]);
  });
});

test("a cancelled move names the bed that was never reached, though no version at hand has it", () => {
  const events =
    tellAll([visit("in-progress", { beds: ["A1", "B2"] }), visit("in-progress", { beds: ["A1"] })])[1] ?? [];
  expect(placeOf(events[0]?.step?.location)).toBe("Location/A1");
  expect(placeOf(events[0]?.step?.priorLocation)).toBe("Location/B2");
});

describe("a receiver that does not take everything", () => {
  const moved = [visit("in-progress", { beds: ["A1"] }), visit("in-progress", { beds: ["A1", "B2"] })];
  const admittedFromEmergency = [
    visit("in-progress", { class: "E", beds: ["E1"] }),
    visit("in-progress", { class: "I", beds: ["E1", "A1"] }),
  ];

  test("is told A06 as A01", () => {
    const events = ["encounter.registered", "encounter.admitted", "encounter.transferred"];
    expect(tellLast(admittedFromEmergency, { events })).toEqual(["E9 encounter.admitted A01"]);
  });

  test("is told A06 as a move where it takes neither A06 nor A01", () => {
    const events = ["encounter.registered", "encounter.transferred", "encounter.updated"];
    expect(tellLast(admittedFromEmergency, { events })).toEqual(["E12 encounter.transferred A02"]);
  });

  test("is told A38 as A11", () => {
    const events = ["encounter.pre-admitted", "encounter.cancelled"];
    expect(tellLast([visit("planned"), visit("cancelled")], { events })).toEqual(["E22 encounter.cancelled A11"]);
  });

  test("is not told to cancel what it was never told", () => {
    const events = ["encounter.admitted", "encounter.cancelled", "encounter.pre-admission-cancelled"];
    expect(tellLast([visit("planned"), visit("cancelled")], { events })).toEqual([]);
  });

  test("hears nothing where the chain ends", () => {
    expect(tellLast(moved, { events: ["encounter.admitted"] })).toEqual([]);
  });

  test("as a webhook is told what happened under its own name or not at all", () => {
    expect(tellLast(admittedFromEmergency, { format: "webhook", events: ["encounter.admitted"] })).toEqual([]);
    expect(
      tellLast([visit("in-progress"), visit("cancelled")], { format: "webhook", events: ["encounter.cancelled"] }),
    ).toEqual(["E23 encounter.cancelled A11"]);
  });
});

describe("a webhook subscriber, who keeps copies,", () => {
  const cancelled = [visit("in-progress"), visit("cancelled")];
  test("is told what becomes of a cancelled visit", () => {
    const told = tellLast([...cancelled, visit("entered-in-error")], { format: "webhook" });
    expect(told).toEqual(["E29 encounter.updated A08"]);
  });
  test("but not of one that it never heard of", () => {
    const told = tellLast([visit("cancelled"), visit("entered-in-error")], { format: "webhook" });
    expect(told).toEqual([]);
  });
  test("nor that a planned outpatient visit, of which the appointment speaks, was called off", () => {
    const plannedAnew = [...cancelled, visit("planned", { class: "O" })];
    const told = tellLast([...plannedAnew, visit("cancelled", { class: "O" })], { format: "webhook" });
    expect(told).toEqual([]);
  });
});

describe("a receiver of A01, A03, A08 and A11 alone", () => {
  const narrow = {
    events: ["encounter.admitted", "encounter.discharged", "encounter.updated", "encounter.cancelled"],
  };
  test("is told that a patient is there after all with an admission", () => {
    const versions = [visit("in-progress"), visit("finished"), visit("in-progress"), visit("finished")];
    expect(tellAll(versions, narrow).map((told) => told.map(inWords))).toEqual([
      ["E5 encounter.admitted A01"],
      ["E18 encounter.discharged A03"],
      ["E20 encounter.admitted A01"],
      ["E18 encounter.discharged A03"],
    ]);
  });
  test("is told of the bed that it could not be told of with a move", () => {
    const moved = visit("in-progress", { beds: ["E1", "A1"] });
    expect(tellLast([moved], narrow)).toEqual(["E5 encounter.admitted A01", "E29 encounter.updated A08"]);
  });
  test("is told of another visit number as the end of the one and the beginning of the other", () => {
    const versions = [visit("in-progress", numbered("1")), visit("in-progress", numbered("2"))];
    const told = tellAll(versions, narrow).at(-1) ?? [];
    expect(told.map(inWords)).toEqual(["E31 encounter.cancelled A11", "E5 encounter.admitted A01"]);
    expect(told.map(({ after }) => (after as fhir4.Encounter).identifier?.[0]?.value)).toEqual(["1", "2"]);
  });
  test("is not told of the end of a number under which no visit was told, when a planned stay begins under another", () => {
    const begun = visit("in-progress", {
      ...numbered("2"),
      statusHistory: [
        { status: "planned", period: { start: "2026-03-01T06:00:00Z" } },
        { status: "in-progress", period: { start: "2026-03-02T06:00:00Z" } },
      ],
    });
    const told = tellLast([visit("planned", { class: "P", ...numbered("1") }), begun], narrow);
    expect(told).toEqual(["E5 encounter.admitted A01"]);
  });
  test("hears nothing of a visit that it was not told of, until it becomes a stay", () => {
    const outpatient = { class: "O" } as const;
    const versions = [
      visit("in-progress", outpatient),
      visit("in-progress", { ...outpatient, beds: ["E1"] }),
      visit("finished", { ...outpatient, beds: ["E1"] }),
    ];
    expect(tellAll(versions, narrow).flat()).toEqual([]);
    const emergency = [visit("in-progress", { class: "E", beds: ["E1"] }), visit("in-progress", { beds: ["A1"] })];
    expect(tellLast(emergency, narrow)).toEqual(["E5 encounter.admitted A01"]);
  });
});

test("a receiver that can be told of no beginning is told of every end", () => {
  const versions = [visit("in-progress", { class: "O" }), visit("finished", { class: "O" })];
  expect(tellLast(versions, { events: ["encounter.discharged"] })).toEqual(["E18 encounter.discharged A03"]);
});

describe("the present state alone", () => {
  test("an admission for whom is there", () => {
    const present = visit("in-progress", { beds: ["A1", "B2"] });
    expect(tellLast([present], { snapshot: true })).toEqual(["E5 encounter.admitted A01"]);
  });
  test("an admission and leave for whom is on leave", () => {
    expect(tellLast([visit("onleave")], { snapshot: true })).toEqual([
      "E5 encounter.admitted A01",
      "E15 encounter.leave-started A21",
    ]);
  });
  test("nothing for whom has left", () => {
    expect(tellLast([visit("finished", { beds: ["A1"] })], { snapshot: true })).toEqual([]);
  });
});

function placeOf(place: fhir4.EncounterLocation | undefined): string | undefined {
  return place?.location.reference;
}

function numbered(value: string) {
  const type = { coding: [{ system: "http://terminology.hl7.org/CodeSystem/v2-0203", code: "VN" }] };
  return { identifier: [{ type, system: "urn:oid:1.2.4", value }] };
}

/** As Ignite answers for a combined visit: no time, a pointer to the one that goes on. */
function combined(): fhir4.Encounter {
  const { subject: _, ...rest } = visit("unknown", { partOf: { reference: "Encounter/97846" } });
  return { ...rest, meta: {} };
}
