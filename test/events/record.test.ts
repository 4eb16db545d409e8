import { expect, test } from "vitest";
import { nextMeta, tellAll } from "./telling.ts";

const dose = (status: fhir4.MedicationAdministration["status"]): fhir4.MedicationAdministration => ({
  resourceType: "MedicationAdministration",
  id: "81",
  meta: nextMeta(),
  status,
  medicationCodeableConcept: { text: "Aspirin" },
  subject: { reference: "Patient/12" },
});

test("the first that is told of a record says that it is new, whatever it was before", () => {
  const [event] = tellAll([dose("in-progress"), dose("completed")])[1] ?? [];
  expect(event?.before).toBeUndefined();
});
