import { type DocumentFacts, documentFacts, noDocument } from "../facts/document.ts";
import type { Rule, RuleTable } from "../rule.ts";

/** DocumentReference to MDM. */
const rules: readonly Rule<DocumentFacts>[] = [
  {
    id: "T1",
    event: "document.preliminary",
    title: "Being written",
    when: (was, is, told) =>
      is.phase === "preliminary" &&
      !told("document") &&
      (!told("preliminary-document") || (was.phase === "preliminary" && was.content !== is.content)),
  },
  {
    id: "T2",
    event: "document.replaced",
    title: "There, in the place of another one",
    when: (_was, is, told) => is.phase === "final" && is.follows === "replaces" && isNews(told),
  },
  {
    id: "T3",
    event: "document.addended",
    title: "There, and adds to another one",
    when: (_was, is, told) => is.phase === "final" && is.follows === "adds" && isNews(told),
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
    when: (_was, is, told) => is.phase === "final" && is.follows === undefined && isNews(told),
  },
  {
    id: "T6",
    event: "document.changed",
    title: "Another content",
    when: (was, is, told) =>
      is.phase === "final" && told("document") && was.phase === "final" && was.content !== is.content,
  },
  {
    id: "T7",
    event: "document.superseded",
    title: "Out of date, and no successor is at hand to say so",
    when: (was, is, told, { resources, subject }) =>
      was.phase !== "superseded" &&
      is.phase === "superseded" &&
      !isNews(told) &&
      !resources.some((each) => each.resourceType === "DocumentReference" && replaces(each, subject.id)),
  },
  {
    id: "T8",
    event: "document.cancelled",
    title: "Recorded in error",
    when: (_was, is, told) => is.phase === "void" && (told("document") || told("preliminary-document")),
  },
];

function isNews(told: (statement: "document" | "preliminary-document") => boolean): boolean {
  return !told("document") && !told("preliminary-document");
}

function replaces({ relatesTo = [] }: fhir4.DocumentReference, id: string | undefined): boolean {
  return relatesTo.some(
    ({ code, target }) => code === "replaces" && target.reference?.endsWith(`DocumentReference/${id}`) === true,
  );
}

export const documentTable: RuleTable<DocumentFacts> = {
  none: noDocument,
  facts: (resource) => documentFacts(resource as fhir4.DocumentReference),
  rules,
};
