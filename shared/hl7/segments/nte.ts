import type { MessageContext } from "../context.ts";
import { codingsOf, id, isSaid } from "../datatypes/coded.ts";
import { xcn } from "../datatypes/provider.ts";
import { ft, si } from "../datatypes/text.ts";
import { ts } from "../datatypes/time.ts";
import { none } from "../lists.ts";
import { segment } from "../mapping.ts";
import type { ResultContext } from "../results.ts";
import type { Scope } from "../scope.ts";
import { translate } from "../tables/code-map.ts";
import { interpretation, laterInterpretations } from "../tables/result.ts";
import { isFrom, since } from "../versions.ts";

export interface NoteContext extends MessageContext {
  readonly Note: fhir4.Annotation;
}

/** HL7 v2.5.1, 2.15.10; `Note` is an Annotation. */
export const nte = segment<NoteContext>("NTE", {
  1: si({ from: "setId" }),
  2: id({
    from: "Note",
    compute: (context) => ["OrderControl" in context ? "P" : "L"],
    rule: "P in orders, which the placer wrote; else L (HL70105)",
  }),
  3: ft({ from: "Note.text" }),
  5: since(
    "2.6",
    xcn({
      from: ["Note.authorReference", "Note.authorString"],
      pick: (authors: readonly (fhir4.Reference | string)[]) =>
        authors.map((author) => (typeof author === "string" ? { display: author } : author)),
    }),
  ),
  6: since("2.6", ts({ from: "Note.time" })),
});

/** A NTE for each Annotation or text that says something. */
export function noteContexts<Context extends MessageContext>(
  context: Context,
  notes: readonly (fhir4.Annotation | string | undefined)[],
): readonly NoteContext[] {
  return notes
    .map((note) => (typeof note === "string" ? { text: note } : note))
    .filter((note) => typeof note?.text === "string" && note.text.trim() !== "")
    .map((Note, index) => ({ ...context, Note: Note as fhir4.Annotation, setId: index + 1 }));
}

/**
 * The notes of a result, why it has no value, what its interpretation says that OBX-8 has no code for and, before
 * OBX-20 came, the part of the body.
 */
export function resultNotes(context: ResultContext, scope: Scope): readonly NoteContext[] {
  const { Observation, Result, value } = context;
  const absent = value === undefined ? Result.dataAbsentReason : undefined;
  const unsaid = unsaidOf(Result, scope);
  const { bodySite } = Observation;
  const site = bodySite === undefined || isFrom("2.6", scope) ? undefined : textOfConcept(bodySite);
  if (Result.note === undefined && absent === undefined && unsaid.length === 0 && site === undefined) return none;
  return noteContexts(context, [
    ...(Array.isArray(Result.note) ? Result.note : []),
    site === undefined ? undefined : `Body site: ${site}`,
    ...[absent, ...unsaid].map((concept) => (concept === undefined ? undefined : textOfConcept(concept))),
  ]);
}

function unsaidOf({ interpretation: told }: ResultContext["Result"], scope: Scope): readonly fhir4.CodeableConcept[] {
  if (told === undefined || told === null) return none;
  // Nearly all are normal, high or low.
  for (const each of told) if (isUnsaid(each, scope)) return told.filter((other) => isUnsaid(other, scope));
  return none;
}

function isUnsaid(concept: fhir4.CodeableConcept, scope: Scope): boolean {
  const codings = codingsOf(concept);
  // Hardly any code is kept back, and only of those it has to be asked what else says it.
  if (codings.length > 0 && !hasKeptBack(codings)) return false;
  if (isSaid(concept, "OBX-8", undefined, scope)) return false;
  if (isFrom("2.7", scope) && codings.some(({ code }) => laterInterpretations.has(code ?? ""))) return false;
  return codings.length === 0 || translate(codings, interpretation) === null;
}

function hasKeptBack(codings: readonly fhir4.Coding[]): boolean {
  for (const coding of codings) {
    const code = coding?.code;
    if (typeof code === "string" && interpretation.codes[code] === null) return true;
  }
  return false;
}

/** What a person wrote, else the name or the code. */
export function textOfConcept(concept: fhir4.CodeableConcept): string | undefined {
  const [coding] = codingsOf(concept);
  return concept.text ?? coding?.display ?? coding?.code;
}
