import type { ClinicalEvent } from "../../events/event.ts";
import { referencedId } from "../../fhir.ts";
import { asWasKnown, hasCode, inOrder, isOfVisit, listOf, numbered, ofPatient } from "../chart.ts";
import type { MessageContext } from "../context.ts";
import { type Coded, ce, codingsOf, id, is, yesNo } from "../datatypes/coded.ts";
import { ei } from "../datatypes/identifier.ts";
import { nm } from "../datatypes/number.ts";
import { xcn } from "../datatypes/provider.ts";
import { si, st, textOf } from "../datatypes/text.ts";
import { ts } from "../datatypes/time.ts";
import { millennium, standard } from "../extensions.ts";
import { segment } from "../mapping.ts";
import type { Scope } from "../scope.ts";
import { terminology } from "../tables/code-map.ts";
import { diagnosisUse, diagnosisUseWords } from "../tables/visit.ts";
import { since, until } from "../versions.ts";
import { actionOf, instanceNumber } from "./iam.ts";
import { numberBehind } from "./order-number.ts";

export interface DiagnosisContext extends MessageContext {
  readonly Condition: fhir4.Condition;
  readonly Diagnosis: Partial<fhir4.EncounterDiagnosis>;
}

const diagnosisType = `${millennium}/diagnosis-type`;
const assertedDate = `${standard}/condition-assertedDate`;
const dueTo = `${standard}/condition-dueTo`;
const restricted = new Set(["R", "V"]);

/** BAR^P12 changes what it names; every other message tells the whole list, in which an action would mean nothing. */
const actionEvents: ReadonlySet<string> = new Set(["P12"]);

export function tellsActions({ message }: MessageContext): boolean {
  return actionEvents.has(message.triggerEvent);
}

/** HL7 v2.5.1, 6.5.2; `Diagnosis` is the entry of Encounter.diagnosis. */
export const dg1 = segment<DiagnosisContext>("DG1", {
  1: si({ from: "setId", required: true }),
  3: ce({ from: "Condition.code" }),
  // From 2.6 on DG1-3.9 says it.
  4: until(
    "2.5.1",
    st({
      from: "Condition.code",
      pick: (codes: readonly fhir4.CodeableConcept[]) => codes.map(textBesideCodings),
      rule: "The text, where no coding says the same",
    }),
  ),
  5: ts({ from: ["Condition.onsetDateTime", "Condition.onsetPeriod.start", "Condition.recordedDate"] }),
  6: is({
    from: ["Diagnosis.use", `Condition.extension('${diagnosisType}').valueCodeableConcept`],
    compute: useOf,
    map: diagnosisUse,
    otherwise: "W",
    required: true,
    rule: "By the use in the visit, else by the words of Millennium's diagnosis type; working, unless it says more",
  }),
  15: nm({ from: "Diagnosis.rank" }),
  16: xcn({ from: ["Condition.asserter", "Condition.recorder"], repeats: true }),
  17: is({
    from: "Condition.category",
    compute: () => ["D"],
    rule: "D: a diagnosis (HL70228)",
  }),
  18: yesNo({
    from: "Condition.meta.security.code",
    pick: (codes: readonly string[]) => (codes.some((code) => restricted.has(code)) ? [true] : []),
    rule: "Y when the record is restricted",
  }),
  19: ts({ from: [`Condition.extension('${assertedDate}').valueDateTime`, "Condition.recordedDate"] }),
  20: ei({
    from: ["Condition.identifier", "Condition.id"],
    compute: ({ Condition }) => instanceNumber(Condition),
    rule: "The identifier, else the id",
  }),
  21: id({
    from: ["event.before", "Condition.verificationStatus"],
    compute: (context) => (tellsActions(context) ? [actionOf(context, context.Condition)] : []),
    rule: "In BAR^P12: A when new, D when taken back, else U (HL70206)",
  }),
  22: since(
    "2.6",
    ei({
      from: `Condition.extension('${dueTo}').valueReference`,
      pick: (causes: readonly fhir4.Reference[], { Condition }, scope) =>
        causes.flatMap((each) => numberBehind(each, "Condition", Condition, scope)),
      rule: "As DG1-20 of the diagnosis that it is due to",
    }),
  ),
});

/** What a person wrote, where no coding says the same. */
export function textBesideCodings(concept: fhir4.CodeableConcept): string | undefined {
  const text = textOf(concept.text);
  return codingsOf(concept).some((coding) => coding?.display === text) ? undefined : text;
}

function useOf({ Diagnosis, Condition }: DiagnosisContext): readonly Coded[] {
  if (Diagnosis.use !== undefined) return [Diagnosis.use];
  const type = listOf(Condition.extension).find(({ url }) => url === diagnosisType)?.valueCodeableConcept;
  if (type === undefined) return [];
  const words = [type.text, ...codingsOf(type).map(({ display }) => display)].join(" ").toLowerCase();
  const found = diagnosisUseWords.find(([word]) => words.includes(word));
  return found === undefined ? [] : [{ system: `${terminology}/v2-0052`, code: found[1] }];
}

interface Told {
  readonly Condition: fhir4.Condition;
  readonly Diagnosis: Partial<fhir4.EncounterDiagnosis>;
}

/**
 * The diagnoses of the visit, by rank, then as they were recorded; what turned out wrong is not among them. Millennium
 * lists them in the visit seldom, and names the visit in the diagnosis. By the destination's option, the problem list
 * follows.
 */
export function diagnoses(context: MessageContext, scope: Scope): readonly DiagnosisContext[] {
  const { Encounter, destination } = context;
  const listed = Encounter === undefined ? [] : listedDiagnoses(Encounter, scope);
  const known = new Set(listed.map(({ Condition }) => Condition));
  const conditions = ofPatient(context, "Condition").filter((each) => !known.has(each) && isTold(each));
  const ofVisit = conditions.filter(
    (each) => isOfVisit(each.encounter, context) && hasCategory(each, "encounter-diagnosis"),
  );
  const problems =
    destination.visit?.problems === true ? conditions.filter((each) => hasCategory(each, "problem-list-item")) : [];
  return numbered(context, [
    ...ordered([...listed, ...ofVisit.map(withoutUse)]),
    ...ordered(problems.filter(isActive).map(withoutUse)),
  ]);
}

/** Where a structure has room for one, the first. */
export function firstDiagnosis(context: MessageContext, scope: Scope): readonly DiagnosisContext[] {
  return diagnoses(context, scope).slice(0, 1);
}

/** The diagnoses that the message is about; where it is about something else, those of the visit. */
export function changedDiagnoses(context: MessageContext, scope: Scope): readonly DiagnosisContext[] {
  const changed = changedTogether(context);
  if (changed === undefined) return diagnoses(context, scope);
  const listed = context.Encounter === undefined ? [] : listedDiagnoses(context.Encounter, scope);
  const told = changed.flatMap((event) => {
    const { after } = event;
    if (after.resourceType !== "Condition") return [];
    const Diagnosis = listed.find(({ Condition }) => Condition.id === after.id)?.Diagnosis ?? {};
    return [{ event, Condition: asWasKnown(after, event), Diagnosis }];
  });
  return numbered(context, ordered(told));
}

/** What a message about diagnoses and procedures tells; undefined for one that is about something else. */
export function changedTogether({ event }: MessageContext): readonly ClinicalEvent[] | undefined {
  const { resourceType } = event.after;
  if (resourceType !== "Condition" && resourceType !== "Procedure") return undefined;
  return event.step?.together ?? [event];
}

function listedDiagnoses(encounter: fhir4.Encounter, scope: Scope): readonly Told[] {
  return listOf(encounter.diagnosis).flatMap((Diagnosis) => {
    const found = scope.resolve<fhir4.Condition>(Diagnosis.condition, encounter) ?? named(Diagnosis.condition);
    return found?.resourceType === "Condition" && isTold(found) ? [{ Condition: found, Diagnosis }] : [];
  });
}

/** What the visit alone tells of a diagnosis that did not come along. */
function named(reference: fhir4.Reference | undefined): fhir4.Condition | undefined {
  const text = textOf(reference?.display);
  if (text === undefined || referencedId(reference?.reference, "Procedure") !== undefined) return undefined;
  const id = referencedId(reference?.reference, "Condition");
  return { resourceType: "Condition", ...(id !== undefined && { id }), code: { text }, subject: {} };
}

function withoutUse(Condition: fhir4.Condition): Told {
  return { Condition, Diagnosis: {} };
}

function ordered<Item extends Told>(told: readonly Item[]): readonly Item[] {
  return inOrder(
    told,
    ({ Condition }) => Condition.id,
    ({ Diagnosis }) => Diagnosis.rank,
    ({ Condition }) => Condition.recordedDate ?? Condition.onsetDateTime,
  );
}

function hasCategory({ category }: fhir4.Condition, code: string): boolean {
  return listOf(category).some((each) => hasCode(each, [code]));
}

const withdrawn: ReadonlySet<string> = new Set(["entered-in-error", "refuted"]);
const over: ReadonlySet<string> = new Set(["inactive", "remission", "resolved"]);

function isTold({ verificationStatus }: fhir4.Condition): boolean {
  return !hasCode(verificationStatus, withdrawn);
}

function isActive({ clinicalStatus }: fhir4.Condition): boolean {
  return !hasCode(clinicalStatus, over);
}
