import { patientIdOf } from "../../fhir.ts";
import { relativeReference } from "../lookup.ts";
import { contentWithout } from "./content.ts";

export interface DocumentFacts {
  readonly of: "DocumentReference";
  readonly phase: "none" | "preliminary" | "final" | "superseded" | "void";
  /** What it does to the document before it. */
  readonly follows?: "adds" | "replaces" | undefined;
  /** `DocumentReference/7`: the ones whose place it takes. */
  readonly replaces?: readonly string[];
  /** Signed anew after it was changed: its file may be another one at the same address. */
  readonly amended?: boolean;
  /** `Patient/12` */
  readonly patientKey?: string | undefined;
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
  const follows = document.relatesTo?.flatMap(({ code }) => relations[code] ?? []) ?? [];
  const patient = patientIdOf(document);
  return {
    of: "DocumentReference",
    phase: phaseOf(document),
    follows: follows.find((each) => each === "replaces") ?? follows[0],
    replaces: replacedBy(document),
    amended: document.docStatus === "amended",
    patientKey: patient === undefined ? undefined : `Patient/${patient}`,
    content: contentWithout(document, ["status", "docStatus", "text", "authenticator", "relatesTo"]),
  };
}

/** The documents whose place a document takes. */
export function replacedBy({ relatesTo = [] }: fhir4.DocumentReference): readonly string[] {
  return relatesTo.flatMap(({ code, target }) =>
    code === "replaces" ? (relativeReference(target.reference) ?? []) : [],
  );
}

function phaseOf({ status, docStatus }: fhir4.DocumentReference): DocumentFacts["phase"] {
  if (status === "entered-in-error" || docStatus === "entered-in-error") return "void";
  if (status === "superseded") return "superseded";
  return docStatus === "preliminary" ? "preliminary" : "final";
}
