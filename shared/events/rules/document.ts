import { type DocumentFacts, documentFacts, noDocument, replacedBy } from "../facts/document.ts";
import type { Around, Rule, RuleTable } from "../rule.ts";
import { cameFromAnother, isTakenFrom } from "./moved.ts";

type Told = Parameters<Rule<DocumentFacts>["when"]>[2];

/** DocumentReference to MDM. */
const rules: readonly Rule<DocumentFacts>[] = [
  {
    id: "T9",
    event: "document.cancelled",
    title: "Another patient's: what was told under the one is wrong, and what follows is told anew",
    isOfBefore: "in-error",
    when: (was, is, told, around) => isTold(told) && isTakenFrom(was, is, around),
  },
  {
    id: "T1",
    event: "document.preliminary",
    title: "Being written, and each time that more is written, which HL7 tells as an edit",
    when: (was, is, told, around) =>
      is.phase === "preliminary" && (told("preliminary-document") ? isOther(was, is, around) : isNews(was, told)),
  },
  {
    id: "T2",
    event: "document.replaced",
    title: "There, in the place of another one, whose end is told with it",
    when: (was, is, told) => is.phase === "final" && is.follows === "replaces" && isNews(was, told),
    others: ({ replaces = [] }, { hearsTogether }) => (hearsTogether("document.replaced") ? replaces : []),
  },
  {
    id: "T3",
    event: "document.addended",
    title: "There, and adds to another one",
    when: (was, is, told) => is.phase === "final" && is.follows === "adds" && isNews(was, told),
  },
  {
    id: "T4",
    event: "document.finalized",
    title: "Final, after it was told as preliminary",
    when: (_was, is, told) => is.phase === "final" && told("preliminary-document"),
  },
  {
    id: "T5",
    event: "document.added",
    title: "There",
    when: (was, is, told) => is.phase === "final" && is.follows === undefined && isNews(was, told),
  },
  {
    id: "T6",
    event: "document.changed",
    title: "Another content, amended, or not signed any more and signed again",
    when: (was, is, told, around) => isCurrent(is) && told("document") && isOther(was, is, around),
  },
  {
    id: "T7",
    event: "document.superseded",
    title: "Out of date, and no successor was told in its place",
    when: (_was, is, told, { isPast }) => is.phase === "superseded" && (isTold(told) || isPast),
  },
  {
    id: "T8",
    event: "document.cancelled",
    title: "Recorded in error",
    when: (was, is, told) =>
      is.phase === "void" &&
      (isTold(told) ||
        told("superseded-document") ||
        (told("replaced") && was.phase !== "none" && was.phase !== "void")),
  },
];

function isTold(told: Told): boolean {
  return told("document") || told("preliminary-document");
}

/** One that gave its place to another stays out of date as long as the record lags behind. */
function isNews(was: DocumentFacts, told: Told): boolean {
  return !isTold(told) && !(told("replaced") && was.phase !== "superseded" && was.phase !== "void");
}

function isCurrent({ phase }: DocumentFacts): boolean {
  return phase === "final" || phase === "preliminary";
}

function isOther(was: DocumentFacts, is: DocumentFacts, around: Around<DocumentFacts>): boolean {
  if (was.content !== is.content || cameFromAnother(was, is, around)) return true;
  const { amended = false } = is;
  return (isCurrent(was) && was.phase !== is.phase) || (amended !== was.amended && (amended || around.mirrors));
}

export const documentTable: RuleTable<DocumentFacts> = {
  none: noDocument,
  facts: (resource) => documentFacts(resource as fhir4.DocumentReference),
  rules,
  behind: (resource) => replacedBy(resource as fhir4.DocumentReference),
};
