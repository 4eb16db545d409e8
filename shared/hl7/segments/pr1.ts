import { referencedId } from "../../fhir.ts";
import { hasCode, inOrder, isOfVisit, listOf, numbered, ofPatient, reasonsOf } from "../chart.ts";
import type { MessageContext } from "../context.ts";
import { ce, codingsOf, id, is, isSaid } from "../datatypes/coded.ts";
import { ei } from "../datatypes/identifier.ts";
import { pl } from "../datatypes/location.ts";
import { nm } from "../datatypes/number.ts";
import { refersTo, xcn } from "../datatypes/provider.ts";
import { si, st } from "../datatypes/text.ts";
import { ts } from "../datatypes/time.ts";
import { segment } from "../mapping.ts";
import { codeSystem } from "../tables/code-systems.ts";
import { isBillingSystem, isServiceSystem, procedureKind } from "../tables/procedure.ts";
import { since, until } from "../versions.ts";
import { changedTogether, tellsActions, textBesideCodings } from "./dg1.ts";
import { instanceNumber } from "./iam.ts";
import { numberBehind } from "./order-number.ts";

export interface ProcedureContext extends MessageContext {
  readonly Procedure: fhir4.Procedure;
}

const surgeon = ["304292004", "PPRF"];
const anesthetist = ["88189002"];

/** HL7 v2.5.1, 6.5.4 */
export const pr1 = segment<ProcedureContext>("PR1", {
  1: si({ from: "setId", required: true }),
  3: ce({
    from: "Procedure.code",
    pick: (concepts: readonly fhir4.CodeableConcept[]) => concepts.map(billingFirst),
    required: true,
    rule: "CPT, HCPCS and ICD-10-PCS before other code systems",
  }),
  // From 2.6 on PR1-3.9 says it.
  4: until(
    "2.5.1",
    st({
      from: "Procedure.code",
      pick: (codes: readonly fhir4.CodeableConcept[]) => codes.map(textBesideCodings),
      rule: "The text, where no coding says the same",
    }),
  ),
  5: ts({ from: ["Procedure.performedDateTime", "Procedure.performedPeriod.start"], required: true }),
  6: is({
    from: "Procedure.category",
    pick: (categories: readonly fhir4.CodeableConcept[], _context, scope) =>
      categories.filter((category) => isSaid(category, "PR1-6", procedureKind, scope)),
    map: procedureKind,
  }),
  7: nm({
    from: "Procedure.performedPeriod",
    pick: (periods: readonly fhir4.Period[]) => periods.flatMap(minutes),
    rule: "In whole minutes",
  }),
  8: xcn({ from: "Procedure.performer.actor", compute: performers(anesthetist), repeats: true, rule: "Anaesthetists" }),
  11: xcn({ from: "Procedure.performer.actor", compute: performers(surgeon), repeats: true, rule: "Surgeons" }),
  12: xcn({
    from: "Procedure.performer.actor",
    compute: otherPerformers,
    repeats: true,
    rule: "Persons with another function, or none",
  }),
  14: id({
    from: "Encounter.diagnosis.rank",
    compute: ({ Encounter, Procedure }) =>
      listOf(Encounter?.diagnosis)
        .filter(({ condition }) => referencedId(condition?.reference, "Procedure") === Procedure.id)
        .flatMap(({ rank }) => (rank === undefined ? [] : [String(rank)])),
    rule: "The rank that the visit gives it: 1 for the primary procedure",
  }),
  15: ce({
    from: ["Procedure.reasonCode", "Procedure.reasonReference"],
    compute: ({ Procedure }, scope) => reasonsOf(Procedure, scope).slice(0, 1),
  }),
  16: ce({
    from: "Procedure.code",
    pick: (codes: readonly fhir4.CodeableConcept[]) => codes.flatMap(modifiers),
    repeats: true,
    rule: "Modifiers: codes of CPT or HCPCS with two characters",
  }),
  19: ei({
    from: ["Procedure.identifier", "Procedure.id"],
    compute: ({ Procedure }) => instanceNumber(Procedure),
    rule: "The identifier, else the id",
  }),
  20: id({
    from: ["event.before", "Procedure.status"],
    compute: (context) => (tellsActions(context) ? [actionOfProcedure(context)] : []),
    rule: "In BAR^P12: A when new, D when not done or taken back, else U (HL70206)",
  }),
  23: since("2.7", pl({ from: "Procedure.location", repeats: true })),
  25: since(
    "2.7",
    ei({
      from: "Procedure.partOf",
      pick: (wholes: readonly fhir4.Reference[], { Procedure }, scope) =>
        wholes.flatMap((each) => numberBehind(each, "Procedure", Procedure, scope)),
      rule: "As PR1-19 of the procedure that it is a part of",
    }),
  ),
});

/** Modifiers stand among the codings of the service that they modify. */
export function isModifier({ system, code }: fhir4.Coding): boolean {
  return code?.length === 2 && isServiceSystem(system);
}

/** CPTM: HL70396 has a name of its own for the modifiers of CPT. */
export function modifiers(concept: fhir4.CodeableConcept): readonly fhir4.Coding[] {
  return codingsOf(concept)
    .filter(isModifier)
    .map((coding) => (codeSystem(coding.system).id === "C4" ? { ...coding, system: "CPTM" } : coding));
}

export function billingFirst(concept: fhir4.CodeableConcept): fhir4.CodeableConcept {
  const coding = codingsOf(concept).filter((each) => !isModifier(each));
  const isBilling = (each: fhir4.Coding) => isBillingSystem(each?.system);
  return { ...concept, coding: [...coding.filter(isBilling), ...coding.filter((each) => !isBilling(each))] };
}

function minutes({ start, end }: fhir4.Period): readonly number[] {
  const length = (Date.parse(end ?? "") - Date.parse(start ?? "")) / 60_000;
  return Number.isFinite(length) && length > 0 ? [Math.round(length)] : [];
}

function isPerson({ actor }: fhir4.ProcedurePerformer): boolean {
  return refersTo(actor, "Practitioner", "PractitionerRole");
}

function performers(functions: readonly string[]) {
  return ({ Procedure }: ProcedureContext): readonly fhir4.Reference[] =>
    listOf(Procedure.performer)
      .filter((each) => isPerson(each) && hasCode(each.function, functions))
      .map(({ actor }) => actor);
}

const namedFunctions: ReadonlySet<string> = new Set([...surgeon, ...anesthetist]);

function otherPerformers({ Procedure }: ProcedureContext): readonly fhir4.Reference[] {
  return listOf(Procedure.performer)
    .filter((each) => isPerson(each) && !hasCode(each.function, namedFunctions))
    .map(({ actor }) => actor);
}

const undone: ReadonlySet<string> = new Set(["entered-in-error", "not-done"]);

function actionOfProcedure({ event, Procedure }: ProcedureContext): string {
  if (undone.has(Procedure.status) || event.type.endsWith(".deleted")) return "D";
  return event.before === undefined && event.after === Procedure ? "A" : "U";
}

const toldStatuses: ReadonlySet<string> = new Set(["in-progress", "completed", "stopped"]);

/** The procedures of the visit that were at least begun, by date. */
export function procedures(context: MessageContext): readonly ProcedureContext[] {
  const told = ofPatient(context, "Procedure").filter(
    ({ encounter, status }) => isOfVisit(encounter, context) && toldStatuses.has(status),
  );
  return numbered(context, byDate(told.map((Procedure) => ({ Procedure }))));
}

function byDate<Item extends { readonly Procedure: fhir4.Procedure }>(told: readonly Item[]): readonly Item[] {
  return inOrder(
    told,
    ({ Procedure }) => Procedure.id,
    ({ Procedure: { performedDateTime, performedPeriod } }) => performedDateTime ?? performedPeriod?.start,
  );
}

/** The procedures that the message is about; where it is about something else, those of the visit. */
export function changedProcedures(context: MessageContext): readonly ProcedureContext[] {
  const changed = changedTogether(context);
  if (changed === undefined) return procedures(context);
  const told = changed.flatMap((event) =>
    event.after.resourceType === "Procedure" ? [{ event, Procedure: event.after }] : [],
  );
  return numbered(context, byDate(told));
}
