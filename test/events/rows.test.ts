import { describe, expect, test } from "vitest";
import { ruleRows } from "../../shared/events/derive.ts";
import { documentExamples } from "./examples/document.ts";
import { type Example, rowOf, tellExample } from "./examples/example.ts";
import { orderExamples } from "./examples/order.ts";
import {
  accountExamples,
  administrationExamples,
  allergyExamples,
  chargeExamples,
  coverageExamples,
  diagnosisExamples,
  immunizationExamples,
  locationExamples,
  practitionerExamples,
  problemExamples,
  procedureExamples,
  relativeExamples,
} from "./examples/record.ts";
import { resultExamples } from "./examples/result.ts";

/** The tables of everything but visits, persons and appointments. */
const tables: readonly (readonly [name: string, resourceTypes: readonly string[], examples: readonly Example[]])[] = [
  ["orders", ["ServiceRequest", "MedicationRequest"], orderExamples],
  ["results to ORU", ["DiagnosticReport", "Observation"], resultExamples],
  ["documents to MDM", ["DocumentReference"], documentExamples],
  ["vaccinations to VXU", ["Immunization"], immunizationExamples],
  ["doses to RAS", ["MedicationAdministration"], administrationExamples],
  ["problems to PPR, diagnoses to BAR", ["Condition"], [...problemExamples, ...diagnosisExamples]],
  ["procedures to BAR", ["Procedure"], procedureExamples],
  ["allergies to ADT", ["AllergyIntolerance"], allergyExamples],
  ["coverages", ["Coverage"], coverageExamples],
  ["relatives", ["RelatedPerson"], relativeExamples],
  ["charges to DFT", ["ChargeItem"], chargeExamples],
  ["accounts to BAR", ["Account"], accountExamples],
  ["clinicians to MFN", ["Practitioner"], practitionerExamples],
  ["places to MFN", ["Location"], locationExamples],
];

/** Rows of the reference that are told by the event of another row, or tell nothing. */
const rowsWithoutRule: readonly string[] = ["O10", "O11", "O13", "O14"];
/** Has its examples with the persons. */
const rowsElsewhere: readonly string[] = ["P8"];

const tells = (told: readonly string[], row: string) => told.some((event) => event.startsWith(`${row} `));

describe.each(tables)("%s", (_name, resourceTypes, examples) => {
  test.each(examples.map((example) => [example[0], example] as const))("%s", (_row, example) => {
    expect(tellExample(example)).toEqual(example[3]);
  });

  const rules = ruleRows().filter(({ resourceType }) => resourceTypes.includes(resourceType));
  const ids = [...new Set(rules.map(({ id }) => id))].filter((id) => !rowsElsewhere.includes(id));

  test("every event of every rule is told by an example", () => {
    const told = new Set(examples.flatMap((each) => each[3].map((event) => event.split(" ").slice(0, 2).join(" "))));
    const untold = rules.filter(({ id }) => ids.includes(id)).map(({ id, event }) => `${id} ${event}`);
    expect([...new Set(untold)].filter((each) => !told.has(each))).toEqual([]);
  });

  test("every rule has an example that tells by it, and one that shows where it stays silent", () => {
    const of = (id: string) => examples.filter((each) => rowOf(each) === id);
    expect(ids.filter((id) => !of(id).some((each) => tells(each[3], id)))).toEqual([]);
    expect(ids.filter((id) => !of(id).some((each) => !tells(each[3], id)))).toEqual([]);
  });

  test("every example is of a rule, or of a row that has none", () => {
    expect(examples.map(rowOf).filter((row) => !ids.includes(row) && !rowsWithoutRule.includes(row))).toEqual([]);
  });
});

test("every row of the orders has an example", () => {
  const rows = new Set(orderExamples.map(rowOf));
  expect(Array.from({ length: 16 }, (_each, index) => `O${index + 1}`).filter((id) => !rows.has(id))).toEqual([]);
});
