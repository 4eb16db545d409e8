import { contentWithout } from "./content.ts";

export interface DocumentFacts {
  readonly of: "DocumentReference";
  readonly phase: "none" | "preliminary" | "final" | "superseded" | "void";
  /** What it does to the document before it. */
  readonly follows?: "adds" | "replaces" | undefined;
  /** Hash of all but the states. */
  readonly content: string;
}

export const noDocument: DocumentFacts = { of: "DocumentReference", phase: "none", content: "" };

const relations: Readonly<Record<string, DocumentFacts["follows"]>> = {
  appends: "adds",
  transforms: "adds",
  replaces: "replaces",
};

export function documentFacts(document: fhir4.DocumentReference): DocumentFacts {
  return {
    of: "DocumentReference",
    phase: phaseOf(document),
    follows: document.relatesTo?.map(({ code }) => relations[code]).find(Boolean),
    content: contentWithout(document, ["status", "docStatus", "text", "authenticator", "relatesTo"]),
  };
}

function phaseOf({ status, docStatus }: fhir4.DocumentReference): DocumentFacts["phase"] {
  if (status === "entered-in-error" || docStatus === "entered-in-error") return "void";
  if (status === "superseded") return "superseded";
  return docStatus === "preliminary" ? "preliminary" : "final";
}
