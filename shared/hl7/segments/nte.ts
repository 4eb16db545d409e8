import type { MessageContext } from "../context.ts";
import { codingsOf, id, isSaid } from "../datatypes/coded.ts";
import { ft, si } from "../datatypes/text.ts";
import { segment } from "../mapping.ts";
import type { ResultContext } from "../results.ts";
import type { Scope } from "../scope.ts";
import { translate } from "../tables/code-map.ts";
import { interpretation } from "../tables/result.ts";

export interface NoteContext extends MessageContext {
  readonly Note: Pick<fhir4.Annotation, "text">;
}

/** HL7 v2.5.1, 2.15.10; `Note` is an Annotation. */
export const nte = segment<NoteContext>("NTE", {
  1: si({ from: "setId" }),
  2: id({ from: "Note", compute: () => ["L"], rule: "L: the source of the message is the source of the note" }),
  3: ft({ from: "Note.text" }),
});

export function noteContexts<Context extends MessageContext>(
  context: Context,
  texts: readonly (string | undefined)[],
): readonly NoteContext[] {
  return texts
    .filter((text) => typeof text === "string" && text !== "")
    .map((text, index) => ({ ...context, Note: { text: text ?? "" }, setId: index + 1 }));
}

/** The notes of a result, why it has no value, and what its interpretation says that OBX-8 has no code for. */
export function resultNotes(context: ResultContext, scope: Scope): readonly NoteContext[] {
  const { Result, value } = context;
  const absent = value === undefined ? Result.dataAbsentReason : undefined;
  const unsaid =
    Result.interpretation?.filter(
      (each) => translate(codingsOf(each), interpretation) === null && !isSaid(each, "OBX-8", undefined, scope),
    ) ?? [];
  if (Result.note === undefined && absent === undefined && unsaid.length === 0) return [];
  return noteContexts(context, [
    ...(Array.isArray(Result.note) ? Result.note.map(({ text }) => text) : []),
    ...[absent, ...unsaid].map((concept) =>
      concept === undefined
        ? undefined
        : (concept.text ?? codingsOf(concept)[0]?.display ?? codingsOf(concept)[0]?.code),
    ),
  ]);
}
