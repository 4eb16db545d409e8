import { isSettling, mayGetReport } from "../../changes/completeness.ts";
import { noReport, observationFacts, type ReportFacts, reportFacts } from "../facts/report.ts";
import type { Around, Rule, RuleTable } from "../rule.ts";
import { cameFromAnother, isTakenFrom } from "./moved.ts";

/**
 * DiagnosticReport with its Observations, and Observations that no report speaks for, to ORU^R01.
 *
 * Ignite writes a report and its observations apart. Until all parts that a final report names are there and final, what
 * is there is told as preliminary. A body that renders differently is not enough for a correction: only what the
 * resources themselves say counts.
 */
const rules: readonly Rule<ReportFacts>[] = [
  {
    id: "R7",
    event: "result.entered-in-error",
    title: "Another patient's: what was told under the one is wrong, and what follows is told anew",
    isOfBefore: "in-error",
    when: (was, is, told, around) => told("result") && isTakenFrom(was, is, around),
  },
  {
    id: "R1",
    event: "result.registered",
    title: "A report that has nothing to show yet",
    option: "registered-results",
    when: (was, is, told) =>
      is.of === "DiagnosticReport" && is.phase === "registered" && was.phase === "none" && !told("result"),
  },
  {
    id: "R2",
    event: "result.preliminary",
    title: "Preliminary, or not all of its parts are there after the settle time",
    when: (was, is, told, around) =>
      is.substantial &&
      !told("final-result") &&
      (is.phase === "preliminary" || (isFinal(is) && !is.complete)) &&
      (isOther(was, is, around) || !told("result")),
  },
  {
    id: "R3",
    event: "result.final",
    title: "Final, with all of its parts",
    when: (_was, is, told) => is.phase === "final" && is.complete && !told("final-result"),
  },
  {
    id: "R4",
    event: "result.corrected",
    title: "Corrected, amended or added to after it was final",
    when: (was, is, told, around) =>
      isFinal(is) && is.complete && isOther(was, is, around) && (is.phase === "corrected" || told("final-result")),
  },
  {
    id: "R5",
    event: "result.cancelled",
    title: "Called off, where the report or its order was known",
    when: (was, is) =>
      is.phase === "cancelled" && was.phase !== "cancelled" && (was.phase !== "none" || is.isOrdered === true),
  },
  {
    id: "R6",
    event: "result.entered-in-error",
    title: "Recorded in error",
    when: (_was, is, told) => is.phase === "void" && told("result"),
  },
];

function isFinal({ phase }: ReportFacts): boolean {
  return phase === "final" || phase === "corrected";
}

function isOther(was: ReportFacts, is: ReportFacts, around: Around<ReportFacts>): boolean {
  return was.content !== is.content || cameFromAnother(was, is, around);
}

/**
 * After a final result, parts that did not come along are not a correction, nor does the result become preliminary: HL7
 * has no way back from there. What it comes to is held against what was told as final.
 */
function ignores(was: ReportFacts, is: ReportFacts): boolean {
  const goesBack = is.phase === "preliminary" || is.phase === "registered";
  return isFinal(was) && was.complete && (goesBack || (isFinal(is) && !is.complete));
}

export const reportTable: RuleTable<ReportFacts> = {
  none: { of: "DiagnosticReport", ...noReport },
  facts: (resource, lookup) => reportFacts(resource as fhir4.DiagnosticReport, lookup),
  rules,
  isWaiting: isSettling,
  ignores,
};

export const observationTable: RuleTable<ReportFacts> = {
  none: { of: "Observation", ...noReport },
  facts: (resource, lookup) => observationFacts(resource as fhir4.Observation, lookup),
  rules,
  // One that was told without a report has none.
  isWaiting: (resource, _lookup, detectedAt, settleMs, was) =>
    was.phase === "none" && mayGetReport(resource, detectedAt, settleMs),
  ignores,
};
