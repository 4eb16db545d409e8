import { offsetBy } from "../../events/facts/record.ts";
import { listOf, numbered } from "../chart.ts";
import type { MessageContext } from "../context.ts";
import { type Coded, ce, cne, codeOrText, codingsOf, is } from "../datatypes/coded.ts";
import { cp } from "../datatypes/finance.ts";
import { ei } from "../datatypes/identifier.ts";
import { pl } from "../datatypes/location.ts";
import { cq, nm } from "../datatypes/number.ts";
import { refersTo, xcn, xon } from "../datatypes/provider.ts";
import { si, st, textOf } from "../datatypes/text.ts";
import { dateOf, dr, ts } from "../datatypes/time.ts";
import { millennium } from "../extensions.ts";
import { segment } from "../mapping.ts";
import { isDiagnosis } from "../order.ts";
import type { Scope } from "../scope.ts";
import { transactionType } from "../tables/charge.ts";
import { isServiceSystem } from "../tables/procedure.ts";
import { since, until } from "../versions.ts";
import { type DiagnosisContext, diagnoses } from "./dg1.ts";
import { type NoteContext, noteContexts } from "./nte.ts";
import { fillerNumber } from "./order-number.ts";
import { isModifier, modifiers, type ProcedureContext } from "./pr1.ts";
import { currentLocation } from "./pv1.ts";

export interface ChargeContext extends MessageContext {
  readonly ChargeItem: fhir4.ChargeItem;
}

const drugSystem = "http://hl7.org/fhir/sid/ndc";
const description = `${millennium}/description`;
const performingLocation = `${millennium}/performing-location`;
const procedureCode = `${millennium}/procedure-code`;
const modifierCode = `${millennium}/modifier-code`;
const revenueCode = `${millennium}/revenue-code`;
const drugProduct = `${millennium}/national-drug-product`;
const priority = `${millennium}/priority`;

/** HL7 v2.5.1, 6.5.1 */
export const ft1 = segment<ChargeContext>("FT1", {
  1: si({ from: "setId" }),
  2: st({
    from: ["ChargeItem.identifier", "ChargeItem.id"],
    compute: ({ ChargeItem }) => transactionId(ChargeItem),
    rule: "The identifier, else the id; a reversal repeats it",
  }),
  3: st({
    from: "ChargeItem.enteredDate",
    pick: (times: readonly string[], _context, scope) => times.map((time) => dateOf(time, scope)),
    rule: "The day on which it was entered",
  }),
  4: dr({
    from: [
      "ChargeItem.occurrencePeriod",
      "ChargeItem.occurrenceDateTime",
      "ChargeItem.enteredDate",
      "event.recordedAt",
    ],
    pick: (times: readonly (fhir4.Period | string)[]) =>
      times.map((time) => (typeof time === "string" ? { start: time } : time)),
    required: true,
    rule: "When it was done, else when it was entered",
  }),
  5: ts({ from: "ChargeItem.enteredDate" }),
  6: is({
    from: ["event.type", "ChargeItem.status"],
    compute: (context) => [isReversal(context) ? "credit" : "charge"],
    map: transactionType,
    required: true,
    rule: "CG for a charge; CD when it is taken back",
  }),
  7: ce({
    from: "ChargeItem.code",
    pick: (codes: readonly fhir4.CodeableConcept[], { ChargeItem }) =>
      codes.map((code) => ownCodes(code, descriptionOf(ChargeItem))),
    required: true,
    rule: "The code of the charge master, else the code of the service",
  }),
  // From 2.6 on FT1-7 says it.
  8: until(
    "2.5.1",
    st({
      from: ["ChargeItem.code", `ChargeItem.extension('${description}').valueString`],
      pick: (codes: readonly (fhir4.CodeableConcept | string)[]) =>
        codes.map((code) =>
          typeof code === "string"
            ? code
            : (textOf(code.text) ?? codingsOf(code).find((coding) => coding?.display)?.display),
        ),
      rule: "What is charged in words",
    }),
  ),
  10: nm({ from: "ChargeItem.quantity.value" }),
  11: cp({
    from: [`ChargeItem.extension('${millennium}/net-price').valueMoney`, "ChargeItem.priceOverride"],
    rule: "The net price",
  }),
  12: cp({ from: `ChargeItem.extension('${millennium}/unit-price').valueMoney` }),
  13: ce({
    from: [
      "ChargeItem.costCenter",
      "ChargeItem.performingOrganization",
      `ChargeItem.extension('${performingLocation}').valueReference`,
    ],
    pick: (organizations: readonly fhir4.Reference[]) => organizations.map(codedReference),
    rule: "The cost centre, else who performed it, else where it was performed",
  }),
  16: pl({
    from: ["Encounter.location", `ChargeItem.extension('${performingLocation}').valueReference`],
    pick: (places: readonly (fhir4.EncounterLocation | fhir4.Reference)[], _context, scope) => {
      const ofVisit = places.filter((place): place is fhir4.EncounterLocation => "location" in place);
      if (ofVisit.length === 0) return places as readonly fhir4.Reference[];
      return [currentLocation(ofVisit, scope)?.location].filter((place) => place !== undefined);
    },
    rule: "Where the patient is, else where it was performed",
  }),
  19: ce({
    from: "ChargeItem.reason",
    pick: (reasons: readonly fhir4.CodeableConcept[]) => byPriority(reasons, (reason) => reason),
    repeats: true,
    rule: "By Millennium's priority, where it tells one",
  }),
  20: xcn({
    from: "ChargeItem.performer.actor",
    compute: ({ ChargeItem }) => performers(ChargeItem, (isOrderer) => !isOrderer),
    repeats: true,
    rule: "Persons who did it",
  }),
  21: xcn({
    from: ["ChargeItem.performer.actor", "ChargeItem.service"],
    compute: ({ ChargeItem }, scope) => orderers(ChargeItem, scope),
    repeats: true,
    rule: "Who ordered it, by the charge or by the order that it is for",
  }),
  23: ei({
    from: "ChargeItem.service",
    pick: (services: readonly fhir4.Reference[], { ChargeItem }, scope) =>
      services.flatMap((reference) => orderNumber(reference, ChargeItem, scope)),
    rule: "The filler's number of the service",
  }),
  24: xcn({ from: "ChargeItem.enterer", repeats: true }),
  25: ce({
    from: ["ChargeItem.code", `ChargeItem.extension('${procedureCode}').extension('code').valueCodeableConcept`],
    compute: ({ ChargeItem }) => procedureCodes(ChargeItem),
    rule: "CPT or HCPCS, of the charge itself or as Millennium adds them, by priority; else ICD-10-PCS",
  }),
  26: ce({
    from: ["ChargeItem.code", `ChargeItem.extension('${modifierCode}').extension('code').valueCodeableConcept`],
    compute: ({ ChargeItem }) => [
      ...modifiers(ChargeItem.code),
      ...addedCodes(ChargeItem, modifierCode).flatMap((code) => codingsOf(code)),
    ],
    repeats: true,
    rule: "Modifiers: codes of CPT or HCPCS with two characters, and those that Millennium adds",
  }),
  29: cne({
    from: [
      "ChargeItem.productCodeableConcept",
      "ChargeItem.code",
      `ChargeItem.extension('${drugProduct}').extension('national-drug-product-code').valueCodeableConcept`,
    ],
    pick: (codes: readonly fhir4.CodeableConcept[]) =>
      codes
        .map((code) => ({ coding: codingsOf(code).filter((coding) => coding?.system === drugSystem) }))
        .filter(({ coding }) => coding.length > 0),
    rule: "The NDC of a product",
  }),
  32: since("2.7", xon({ from: "ChargeItem.performingOrganization" })),
  33: since("2.7", xon({ from: "ChargeItem.requestingOrganization" })),
  41: since("2.7", ce({ from: `ChargeItem.extension('${revenueCode}').valueCodeableConcept` })),
  43: since(
    "2.7",
    cq({ from: `ChargeItem.extension('${drugProduct}').extension('national-drug-product-quantity').valueQuantity` }),
  ),
});

const maxTransactionId = 12;

function transactionId({ identifier, id }: fhir4.ChargeItem): readonly string[] {
  const short = listOf(identifier).find(({ value }) => value !== undefined && value.length <= maxTransactionId)?.value;
  const found = short ?? id ?? identifier?.[0]?.value;
  return found === undefined ? [] : [found];
}

function isReversal({ event, ChargeItem }: ChargeContext): boolean {
  if (event.type === "charge.reversed" || ChargeItem.status === "entered-in-error") return true;
  return listOf(ChargeItem.extension).some(({ url }) => url === `${millennium}/credit` || url === offsetBy);
}

function descriptionOf({ extension }: fhir4.ChargeItem): string | undefined {
  return textOf(listOf(extension).find(({ url }) => url === description)?.valueString);
}

/** The codes that are no service codes, so that FT1-7 and FT1-25 say two things where there are two. */
function ownCodes(code: fhir4.CodeableConcept, words: string | undefined): fhir4.CodeableConcept {
  const coding = codingsOf(code);
  const own = coding.filter((each) => !isServiceSystem(each?.system) && each?.system !== drugSystem);
  const text = code.text ?? words;
  return { ...code, ...(text !== undefined && { text }), ...(own.length > 0 && { coding: [...own] }) };
}

interface Prioritized {
  readonly extension?: readonly fhir4.Extension[] | undefined;
}

const leastPriority = 1_000_000;

/** Millennium tells which of several comes first by an extension; those without one keep their place behind them. */
function byPriority<Item, Found>(items: readonly Item[], found: (item: Item) => Found & Prioritized): readonly Item[] {
  const rank = (item: Item) =>
    listOf(found(item).extension).find(({ url }) => url === priority)?.valueUnsignedInt ?? leastPriority;
  return items.toSorted((a, b) => rank(a) - rank(b));
}

/** Codes that Millennium adds to a charge in an extension of their own. */
function addedCodes({ extension }: fhir4.ChargeItem, wanted: string): readonly fhir4.CodeableConcept[] {
  const added = listOf(extension).filter(({ url }) => url === wanted);
  return byPriority(added, (each) => each).flatMap(
    (each) => listOf(each.extension).find(({ url }) => url === "code")?.valueCodeableConcept ?? [],
  );
}

function procedureCodes(charge: fhir4.ChargeItem): readonly Coded[] {
  const own = codingsOf(charge.code).filter((coding) => isServiceSystem(coding?.system) && !isModifier(coding));
  const added = addedCodes(charge, procedureCode).flatMap((code) => codingsOf(code));
  const isService = ({ system }: fhir4.Coding) => isServiceSystem(system);
  const coding = [...own, ...added.filter(isService), ...added.filter((each) => !isService(each))];
  return coding.length === 0 ? [] : [{ coding }];
}

export function codedReference({ reference, display, identifier }: fhir4.Reference): Coded {
  return codeOrText(identifier?.value ?? reference?.split("/").at(-1), display);
}

/** v3-ParticipationType of who asked for something. */
const ordererCodes: ReadonlySet<string> = new Set(["ORD", "REF", "AUT", "OP"]);

function performers(
  { performer }: fhir4.ChargeItem,
  isWanted: (isOrderer: boolean) => boolean,
): readonly fhir4.Reference[] {
  return listOf(performer)
    .filter(({ actor }) => refersTo(actor, "Practitioner", "PractitionerRole"))
    .filter((each) => isWanted(codingsOf(each.function ?? {}).some(({ code }) => ordererCodes.has(code ?? ""))))
    .map(({ actor }) => actor);
}

function orderers(charge: fhir4.ChargeItem, scope: Scope): readonly fhir4.Reference[] {
  const named = performers(charge, (isOrderer) => isOrderer);
  if (named.length > 0) return named;
  return listOf(charge.service).flatMap((reference) => {
    const order = scope.resolve<fhir4.ServiceRequest>(reference, charge);
    return order?.resourceType === "ServiceRequest" && order.requester !== undefined ? [order.requester] : [];
  });
}

function orderNumber(reference: fhir4.Reference, owner: object, scope: Scope): readonly fhir4.Identifier[] {
  const found = scope.resolve(reference, owner);
  if (found !== undefined) return fillerNumber(found);
  const value = reference.reference?.split("/").at(-1);
  return value === undefined ? [] : [{ value }];
}

/** What is taken back is told as it was charged, or the sums would not come out even. */
function chargeOf({ ChargeItem, event: { type, before } }: MessageContext): fhir4.ChargeItem | undefined {
  return type === "charge.reversed" && before?.resourceType === "ChargeItem" ? before : ChargeItem;
}

/** The charge that the message is about. */
export function charges(context: MessageContext): readonly ChargeContext[] {
  const ChargeItem = chargeOf(context);
  return ChargeItem === undefined ? [] : numbered(context, [{ ChargeItem }]);
}

/** The procedures that are charged. */
export function chargedProcedures(context: ChargeContext, scope: Scope): readonly ProcedureContext[] {
  const procedures = listOf(context.ChargeItem.service).flatMap((reference) => {
    const found = scope.resolve<fhir4.Procedure>(reference, context.ChargeItem);
    return found?.resourceType === "Procedure" ? [found] : [];
  });
  return numbered(
    context,
    procedures.map((Procedure) => ({ Procedure })),
  );
}

/** The diagnoses of the visit, and the coded reasons of the charge that are not among them. */
export function chargeDiagnoses(context: MessageContext, scope: Scope): readonly DiagnosisContext[] {
  const ofVisit = diagnoses(context, scope);
  const known = new Set(ofVisit.flatMap(({ Condition }) => codingsOf(Condition.code).map(({ code }) => code)));
  const reasons = listOf(chargeOf(context)?.reason).filter(
    (reason) => isDiagnosis(reason) && !codingsOf(reason).some(({ code }) => known.has(code)),
  );
  const own = reasons.map((code) => ({ Condition: { code } as fhir4.Condition, Diagnosis: {} }));
  return numbered(context, [...ofVisit, ...own]);
}

/** FT1 takes one NTE: all notes in it, each on its line. */
export function chargeNotes(context: ChargeContext): readonly NoteContext[] {
  const text = listOf(context.ChargeItem.note)
    .map((note) => note.text)
    .filter(Boolean)
    .join("\n");
  return noteContexts(context, [text]);
}
