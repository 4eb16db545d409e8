import { describe, expect, test } from "vitest";
import type { Change } from "../../shared/changes/change.ts";
import { gateOf } from "../../shared/delivery/gate.ts";
import { derive, nothingTold, type Picture, standingAfterAll } from "../../shared/events/derive.ts";
import { subjectsOf } from "../../shared/events/subjects.ts";
import { keyOf, type Resource } from "../../shared/fhir.ts";
import { hl7, inWords, nextMeta, tellLast } from "./telling.ts";

type Poll = readonly Resource[];

const rows: [row: string, polls: Poll[], told: string[]][] = [
  ["a registered report has nothing to show", [[report("registered", [])]], []],
  ["a preliminary result", [[report("preliminary"), potassium("preliminary")]], ["R2 result.preliminary R01"]],
  ["a final result", [[report("final"), potassium("final")]], ["R3 result.final R01"]],
  [
    "final after preliminary",
    [
      [report("preliminary"), potassium("preliminary")],
      [report("final"), potassium("final")],
    ],
    ["R3 result.final R01"],
  ],
  [
    "another preliminary value",
    [[report("preliminary"), potassium("preliminary")], [potassium("preliminary", "5.9")]],
    ["R2 result.preliminary R01"],
  ],
  [
    "a corrected report",
    [
      [report("final"), potassium("final")],
      [report("corrected"), potassium("corrected", "3.9")],
    ],
    ["R4 result.corrected R01"],
  ],
  [
    "an amended report with the same values",
    [[report("final"), potassium("final")], [report("amended")]],
    ["R4 result.corrected R01"],
  ],
  [
    "a second correction",
    [
      [report("final"), potassium("final")],
      [report("corrected"), potassium("corrected", "3.9")],
      [potassium("corrected", "4.0")],
    ],
    ["R4 result.corrected R01"],
  ],
  [
    "a report that was corrected before it was known",
    [[report("corrected"), potassium("corrected")]],
    ["R4 result.corrected R01"],
  ],
  ["a report that is called off", [[report("registered", [])], [report("cancelled", [])]], ["R5 result.cancelled R01"]],
  [
    "a report that was an error",
    [
      [report("final"), potassium("final")],
      [report("entered-in-error"), potassium("entered-in-error")],
    ],
    ["R6 result.entered-in-error R01"],
  ],
  ["an error that nobody had heard of", [[report("entered-in-error")]], []],
  ["an observation without a report", [[potassium("final")]], ["R3 result.final R01"]],
  ["a correction of it", [[potassium("final")], [potassium("corrected", "3.9")]], ["R4 result.corrected R01"]],
];

describe("an HL7 receiver of everything is told", () => {
  for (const [row, polls, told] of rows) test(row, () => expect(tellPolls(polls).at(-1)).toEqual(told));
});

describe("a report and its observations, written apart", () => {
  test("the report first: nothing to show, then all of it", () => {
    expect(tellPolls([[report("final")], [potassium("final")]])).toEqual([[], ["R3 result.final R01"]]);
  });

  test("the report is final and the observation that is there is not yet", () => {
    expect(
      tellPolls([[report("preliminary"), potassium("preliminary")], [report("final")], [potassium("final")]]),
    ).toEqual([["R2 result.preliminary R01"], ["R2 result.preliminary R01"], ["R3 result.final R01"]]);
  });

  test("one of two observations", () => {
    const both = ["L-1", "L-2"];
    expect(tellPolls([[report("final", both), potassium("final")], [sodium("final")]])).toEqual([
      ["R2 result.preliminary R01"],
      ["R3 result.final R01"],
    ]);
  });

  test("the observation comes again with nothing new", () => {
    expect(tellPolls([[report("final"), potassium("final")], [potassium("final")]]).at(-1)).toEqual([]);
  });

  test("a version of the report without its observations at hand is not a correction", () => {
    expect(tellPolls([[report("final"), potassium("final")], [report("final")]], { forgets: true }).at(-1)).toEqual([]);
  });
});

test("several observations of one report are told once", () => {
  expect(tellPolls([[potassium("final"), sodium("final"), report("final", ["L-1", "L-2"])]])).toEqual([
    ["R3 result.final R01"],
  ]);
});

test("the members of a panel are told by the panel", () => {
  const panel = { ...potassium("final"), id: "L-9", hasMember: [{ reference: "Observation/L-1" }] };
  expect(tellPolls([[potassium("final"), panel]])).toEqual([["R3 result.final R01"]]);
});

test("a subscriber of final results alone is told of no correction", () => {
  const polls = [[report("final"), potassium("final")], [report("corrected")]];
  expect(tellPolls(polls, { events: ["result.final"] })).toEqual([["R3 result.final R01"], []]);
});

test("an observation alone keeps silent about a new version of the same content", () => {
  expect(tellLast([potassium("final"), potassium("final")])).toEqual([]);
});

/** What each poll tells; the context holds everything that was read so far, unless the source forgets it. */
function tellPolls(polls: readonly Poll[], options: { events?: string[]; forgets?: boolean } = {}): string[][] {
  const gate = gateOf(hl7(options.events));
  const known = new Map<string, Resource>();
  const pictures = new Map<string, Picture>();
  return polls.map((poll) => {
    const changes = poll.map((after): Change => ({ before: known.get(keyOf(after)), after, initial: false }));
    for (const resource of poll) known.set(keyOf(resource), resource);
    const context = options.forgets ? poll : [...known.values()];
    const changeSet = {
      id: "1",
      source: "general",
      patient: "12",
      detectedAt: "2026-04-02T12:00:00Z",
      changes,
      context,
    };
    return subjectsOf(changeSet).flatMap((subject) => {
      const picture = pictures.get(subject.key) ?? nothingTold(subject.after);
      const { facts, steps } = derive(picture, { ...subject, detectedAt: changeSet.detectedAt }, { gate });
      pictures.set(subject.key, { facts, standing: standingAfterAll(picture.standing, steps, gate) });
      return steps.flatMap(({ event }) => (event === undefined ? [] : [inWords(event)]));
    });
  });
}

function report(status: fhir4.DiagnosticReport["status"], results = ["L-1"]): fhir4.DiagnosticReport {
  return {
    resourceType: "DiagnosticReport",
    id: "701",
    meta: nextMeta(),
    status,
    code: { text: "Basic metabolic panel" },
    subject: { reference: "Patient/12" },
    result: results.map((id) => ({ reference: `Observation/${id}` })),
  };
}

function potassium(status: fhir4.Observation["status"], value = "4.1"): fhir4.Observation {
  return observation("L-1", "Potassium", status, value);
}

function sodium(status: fhir4.Observation["status"], value = "140"): fhir4.Observation {
  return observation("L-2", "Sodium", status, value);
}

function observation(id: string, text: string, status: fhir4.Observation["status"], value: string): fhir4.Observation {
  return {
    resourceType: "Observation",
    id,
    meta: nextMeta(),
    status,
    code: { text },
    subject: { reference: "Patient/12" },
    valueQuantity: { value: Number(value), unit: "mmol/L" },
  };
}
