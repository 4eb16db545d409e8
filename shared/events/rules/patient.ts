import { noPatient, type PatientFacts, patientFacts } from "../facts/patient.ts";
import type { Rule, RuleTable } from "../rule.ts";

/** Patient to ADT: identity before content. */
const rules: readonly Rule<PatientFacts>[] = [
  {
    id: "P5",
    event: "patient.merged",
    when: (was, is) => (was.phase === "active" || was.phase === "inactive") && is.phase === "merged",
  },
  {
    id: "P1",
    event: "patient.added",
    when: (_was, is, told) => is.phase === "active" && !told("person"),
  },
  {
    id: "P9",
    event: "patient.updated",
    when: (was, is) => was.phase === "active" && is.phase === "active" && was.deceased !== is.deceased,
  },
];

export const patientTable: RuleTable<PatientFacts> = {
  none: noPatient,
  facts: (resource) => patientFacts(resource as fhir4.Patient),
  rules,
  update: {
    rule: "P2",
    event: "patient.updated",
    when: (is) => is.phase === "active" || is.phase === "inactive",
    silentWhen: (is) => is.phase === "merged",
  },
  // Ignite empties a merged record of identifiers and name: the ones to end are those of the version before.
  step: (_was, is, before, after) => (is.phase === "merged" ? { merged: before ?? after } : {}),
  focus: (event, is, after, lookup) => (event === "patient.merged" ? lookup(is.survivor) : after),
};
