import { describe, expect, test } from "vitest";
import { inWords, tellAll, tellLast, visit } from "./telling.ts";

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

  test("each change of class and each leave happened when the histories say, where they do", () => {
    const times = (...versions: readonly fhir4.Encounter[]) =>
      (tellAll(versions).at(-1) ?? []).map(({ trigger, occurredAt }) => [trigger?.split("^")[1], occurredAt]);
    const emergency = {
      class: { code: "EMER" },
      period: { start: "2026-03-02T06:00:00Z", end: "2026-03-02T07:10:00Z" },
    };
    const stay = { class: { code: "IMP" }, period: { start: "2026-03-02T07:10:00Z" } };
    const waits = visit("in-progress", { class: "E" });
    for (const classHistory of [[emergency], [emergency, stay]])
      expect(times(waits, visit("in-progress", { classHistory }))).toEqual([["A06", "2026-03-02T07:10:00Z"]]);
    expect(times(waits, visit("in-progress"))).toEqual([["A06", undefined]]);

    const there = {
      status: "in-progress",
      period: { start: "2026-03-02T06:00:00Z", end: "2026-03-02T08:00:00Z" },
    } as const;
    const away = { status: "onleave", period: { start: "2026-03-02T08:00:00Z", end: "2026-03-02T20:00:00Z" } } as const;
    const left = times(visit("in-progress"), visit("onleave", { statusHistory: [there] }));
    expect(left).toEqual([["A21", "2026-03-02T08:00:00Z"]]);
    // A history that knows the present state too may say until when it is planned.
    const leaves = visit("onleave", { statusHistory: [there, away] });
    expect(times(visit("in-progress"), leaves)).toEqual(left);
    const back = visit("in-progress", { statusHistory: [there, away] });
    expect(times(leaves, back)).toEqual([["A22", "2026-03-02T20:00:00Z"]]);
    expect(times(visit("in-progress"), back)).toEqual([...left, ["A22", "2026-03-02T20:00:00Z"]]);
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
