import { describe, expect, test } from "vitest";
import { ruleRows } from "../../shared/events/derive.ts";
import { appointmentExamples } from "./examples/appointment.ts";
import { beginningExamples } from "./examples/encounter.ts";
import { endExamples } from "./examples/encounter-ends.ts";
import { type Example, rowOf, tellExample } from "./examples/example.ts";
import { patientExamples } from "./examples/patient.ts";

const tables: readonly (readonly [name: string, prefix: string, rows: number, examples: readonly Example[]])[] = [
  ["Encounter to ADT", "E", 35, [...beginningExamples, ...endExamples]],
  ["Patient to ADT", "P", 16, patientExamples],
  ["Appointment and Slot to SIU", "AP", 17, appointmentExamples],
];

/** Rows that say what is told by the event of another row, or that nothing is. */
const toldBy: Readonly<Record<string, readonly string[]>> = {
  E24: ["E20"],
  E26: [],
  E33: [],
  E34: ["E5"],
  P4: ["P2"],
  P12: ["AL1"],
  P13: ["P2"],
  P14: ["P2"],
  P15: ["P2"],
  P16: ["P5"],
  AP14: ["AP7"],
};

/** Rows without a near miss: whatever else they say is an example of another row. */
const withoutSilence: ReadonlySet<string> = new Set(["P16", "AP14"]);

const tells = (told: readonly string[], row: string) =>
  (toldBy[row] ?? [row]).some((each) => told.some((event) => event.startsWith(`${each} `)));

describe.each(tables)("%s", (_name, prefix, rows, examples) => {
  test.each(examples.map((example) => [example[0], example] as const))("%s", (_row, example) => {
    expect(tellExample(example)).toEqual(example[3]);
  });

  const ids = Array.from({ length: rows }, (_each, index) => `${prefix}${index + 1}`);

  test("every row of the reference has an example that tells by it, where it tells anything", () => {
    const silent = ids.filter((id) => toldBy[id]?.length !== 0);
    expect(silent.filter((id) => !examples.some((each) => rowOf(each) === id && tells(each[3], id)))).toEqual([]);
  });

  test("every row of the reference has an example that shows where it stays silent", () => {
    const told = ids.filter((id) => !withoutSilence.has(id));
    expect(told.filter((id) => !examples.some((each) => rowOf(each) === id && !tells(each[3], id)))).toEqual([]);
  });

  test("every example is of a row of the reference", () => {
    expect(examples.map(rowOf).filter((row) => !ids.includes(row))).toEqual([]);
  });
});

test("every event of every rule of these tables is told by an example", () => {
  const told = new Set(
    tables.flatMap(([, , , examples]) =>
      examples.flatMap((each) => each[3].map((event) => `${rowOf(each)} ${event.split(" ")[1]}`)),
    ),
  );
  const ids = new Set(tables.flatMap(([, , , examples]) => examples.map(rowOf)));
  const untold = ruleRows()
    .filter(({ id }) => ids.has(id))
    .map(({ id, event }) => `${id} ${event}`)
    .filter((each) => !told.has(each));
  expect([...new Set(untold)]).toEqual([]);
});
