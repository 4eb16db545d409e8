import { listOf, reasonsOf } from "../chart.ts";
import { xad } from "../datatypes/address.ts";
import { ce, cwe, id } from "../datatypes/coded.ts";
import { cq, nm, numeric, ratioUnit, unit } from "../datatypes/number.ts";
import { prescriberNumber } from "../datatypes/performer.ts";
import { xcn } from "../datatypes/provider.ts";
import { letters } from "../datatypes/repeat.ts";
import { xtnWork } from "../datatypes/telecom.ts";
import { st } from "../datatypes/text.ts";
import { millennium } from "../extensions.ts";
import { type MedicationContext, namedMedication } from "../order.ts";
import type { Scope } from "../scope.ts";
import type { CodeMap } from "../tables/code-map.ts";
import { since } from "../versions.ts";

const clinicalInstruction = `${millennium}/clinical-instruction`;

/** What RXO and RXE have in common; RXE cannot do without drug, amount and unit. */
export function medicationRows(isRequired: boolean) {
  return {
    code: ce<MedicationContext, fhir4.CodeableConcept | string>({
      from: [
        "MedicationRequest.medicationCodeableConcept",
        "Medication.code",
        "MedicationRequest.medicationReference.display",
      ],
      pick: namedMedication,
      required: true,
    }),
    least: nm<MedicationContext>({
      from: ["Dose.doseQuantity.value", "Dose.doseRange.low.value"],
      required: isRequired,
    }),
    most: nm<MedicationContext>({ from: "Dose.doseRange.high.value" }),
    unit: unit<MedicationContext>({
      from: ["Dose.doseQuantity", "Dose.doseRange.low", "Dose.doseRange.high"],
      required: isRequired,
    }),
    form: ce<MedicationContext>({ from: "Medication.form" }),
    quantity: nm<MedicationContext>({ from: "MedicationRequest.dispenseRequest.quantity.value" }),
    quantityUnit: unit<MedicationContext>({ from: "MedicationRequest.dispenseRequest.quantity" }),
    refills: nm<MedicationContext>({ from: "MedicationRequest.dispenseRequest.numberOfRepeatsAllowed" }),
    reasons: ce<MedicationContext>({
      from: ["MedicationRequest.reasonCode", "MedicationRequest.reasonReference"],
      compute: ({ MedicationRequest }, scope) => reasonsOf(MedicationRequest, scope),
      repeats: true,
    }),
    additions: ce<MedicationContext>({ from: "Dosage.additionalInstruction", repeats: true }),
    daily: cq<MedicationContext>({
      from: "Dosage.maxDosePerPeriod",
      compute: totalDailyDose,
      rule: "Where the period is one day",
    }),
    instructions: ce<MedicationContext>({
      from: ["Dosage.text", "Dosage.patientInstruction", `Dosage.extension('${clinicalInstruction}').valueString`],
      compute: instructions,
      repeats: true,
    }),
    prescriber: xcn<MedicationContext>({
      from: "MedicationRequest.requester",
      pick: (requesters: readonly fhir4.Reference[], { MedicationRequest }, scope) =>
        requesters.map((each) => prescriberNumber(each, scope, MedicationRequest)).filter((each) => each !== undefined),
      rule: "By the DEA number, where the Practitioner has one",
    }),
    rate: st<MedicationContext>({
      from: ["Dose.rateQuantity", "Dose.rateRatio", "Dose.rateRange"],
      compute: ({ Dose }) => rateOf(Dose).amount,
    }),
    rateUnit: unit<MedicationContext>({
      from: ["Dose.rateQuantity", "Dose.rateRatio", "Dose.rateRange"],
      compute: ({ Dose }) => rateOf(Dose).unit,
    }),
    per: st<MedicationContext>({
      from: "Dose.rateRatio.denominator",
      compute: ({ Dose }) => rateOf(Dose).per,
      rule: "H1 for an hour",
    }),
    pharmacy: cwe<MedicationContext, fhir4.Reference>({
      from: "MedicationRequest.dispenseRequest.performer",
      pick: (performers: readonly fhir4.Reference[], { MedicationRequest }, scope) =>
        performers.map((each) => organizationCode(each, MedicationRequest, scope)),
      rule: "The pharmacy, by its first identifier",
    }),
    pharmacyAddress: xad<MedicationContext>({
      from: "MedicationRequest.dispenseRequest.performer",
      pick: (performers: readonly fhir4.Reference[], { MedicationRequest }, scope) =>
        performers.flatMap((each) => organizationOf(each, MedicationRequest, scope)?.address ?? []),
    }),
    pharmacyPhone: since(
      "2.7",
      xtnWork<MedicationContext>({
        from: "MedicationRequest.dispenseRequest.performer",
        pick: (performers: readonly fhir4.Reference[], { MedicationRequest }, scope) =>
          performers.flatMap((each) => organizationOf(each, MedicationRequest, scope)?.telecom ?? []),
        repeats: true,
      }),
    ),
    orderType: id<MedicationContext>({
      from: ["Dose.rate[x]", "Medication.ingredient"],
      compute: (context) => [orderType(context)],
      rule: "S for an infusion, O for another mixture, M for a medication (HL70480)",
    }),
  };
}

interface DrugContext {
  readonly Medication?: fhir4.Medication | undefined;
}

/** RXO-18, 19, 25 and 26, RXE-25, 26, 33 and 34, RXA-13, 14, 23 and 24 */
export function strengthRows<Context extends DrugContext>() {
  return {
    amount: nm<Context>({
      from: "Medication.ingredient.strength.numerator.value",
      compute: (context) => strengthOf(context, "numerator").map(({ value }) => value),
      rule: "Of a drug of one substance",
    }),
    unit: unit<Context>({
      from: "Medication.ingredient.strength.numerator",
      compute: (context) => strengthOf(context, "numerator"),
    }),
    volume: since(
      "2.5",
      nm<Context>({
        from: "Medication.ingredient.strength.denominator.value",
        compute: (context) => strengthOf(context, "denominator").map(({ value }) => value),
        rule: "What holds the strength: 5 of 250 mg in 5 mL",
      }),
    ),
    volumeUnit: since(
      "2.5",
      unit<Context>({
        from: "Medication.ingredient.strength.denominator",
        compute: (context) => strengthOf(context, "denominator"),
      }),
    ),
  };
}

/** Whether another drug may be given, in words that `codeMap` knows. */
export function substitution(map: CodeMap) {
  return id<MedicationContext, boolean | fhir4.CodeableConcept>({
    from: ["MedicationRequest.substitution.allowedBoolean", "MedicationRequest.substitution.allowedCodeableConcept"],
    pick: (values) => values.map((value) => (typeof value === "boolean" ? String(value) : value)),
    map,
  });
}

/** What to tell the one who gives it, in words: the text of the dosage, what the patient is told, and what the nurse is. */
function instructions({ Dosage }: MedicationContext): readonly fhir4.CodeableConcept[] {
  const clinical = listOf(Dosage?.extension).find(({ url }) => url === clinicalInstruction)?.valueString;
  return [...new Set([Dosage?.text, Dosage?.patientInstruction, clinical])].flatMap((text) =>
    text === undefined ? [] : [{ text }],
  );
}

export interface Amount {
  readonly amount: readonly unknown[];
  readonly unit: readonly fhir4.Quantity[];
  /** `H1`: what the amount is given per, where the unit does not say it. */
  readonly per: readonly string[];
}

const nothing: Amount = { amount: [], unit: [], per: [] };

/** A rate as RXO-21, RXO-22 and RXE-22 to RXE-24 take it. */
export function rateOf(dose: fhir4.DosageDoseAndRate | undefined): Amount {
  const { rateQuantity, rateRatio, rateRange } = dose ?? {};
  if (rateQuantity !== undefined) return quantity(rateQuantity);
  if (rateRange !== undefined) {
    const { low, high } = rateRange;
    const ends = [numeric(low?.value), numeric(high?.value)].filter((end) => end !== undefined);
    return { amount: ends.length === 0 ? [] : [ends.join("-")], unit: [low ?? high ?? {}], per: [] };
  }
  if (rateRatio?.numerator === undefined) return nothing;
  const { numerator, denominator } = rateRatio;
  const letter = letters[denominator?.code ?? denominator?.unit ?? ""];
  const duration = numeric(denominator?.value);
  const per = letter === undefined || duration === undefined ? [] : [`${letter}${Number(duration)}`];
  return { ...quantity(numerator), per, ...(per.length === 0 && { unit: [unitPer(rateRatio)] }) };
}

/** `mL/h`, or `mL/8 h`: the unit of a rate where no field beside it says what it is given per. */
function unitPer(ratio: fhir4.Ratio): fhir4.Quantity {
  const { numerator, denominator } = ratio;
  const duration = numeric(denominator?.value);
  const by = denominator?.unit ?? denominator?.code;
  if (duration === undefined || Number(duration) === 1 || by === undefined) return ratioUnit(ratio) ?? {};
  return ratioUnit({ ...(numerator && { numerator }), denominator: { unit: `${duration} ${by}` } }) ?? {};
}

function quantity(value: fhir4.Quantity): Amount {
  const text = numeric(value.value);
  return { amount: text === undefined ? [] : [text], unit: [value], per: [] };
}

function orderType({ Dose, Medication }: MedicationContext): string {
  if (rateOf(Dose).amount.length > 0) return "S";
  return (Medication?.ingredient?.length ?? 0) > 1 ? "O" : "M";
}

/** How much of the one substance is in how much of the drug; a mixture tells it of each part. */
export function strengthOf({ Medication }: DrugContext, part: "numerator" | "denominator"): readonly fhir4.Quantity[] {
  const [substance, ...others] = Medication?.ingredient ?? [];
  const quantity = others.length === 0 ? substance?.strength?.[part] : undefined;
  return quantity === undefined ? [] : [quantity];
}

const hoursOf: Readonly<Record<string, number>> = { h: 1, d: 24, day: 24 };

/** The most that may be given, where it is told for one day. */
function totalDailyDose({ Dosage }: MedicationContext): readonly fhir4.Quantity[] {
  const { numerator, denominator } = Dosage?.maxDosePerPeriod ?? {};
  const unitHours = denominator === undefined ? undefined : hoursOf[denominator.code ?? denominator.unit ?? ""];
  const isDay = unitHours !== undefined && Number(numeric(denominator?.value)) * unitHours === 24;
  return isDay && numerator !== undefined ? [numerator] : [];
}

export function organizationOf(
  reference: fhir4.Reference,
  owner: object,
  scope: Scope,
): fhir4.Organization | undefined {
  const found = scope.resolve<fhir4.Organization>(reference, owner);
  return found?.resourceType === "Organization" ? found : undefined;
}

/** A maker or a pharmacy as a code: by its first identifier, else by name. */
export function organizationCode(reference: fhir4.Reference, owner: object, scope: Scope): fhir4.CodeableConcept {
  const organization = organizationOf(reference, owner, scope);
  const display = organization?.name ?? reference.display;
  const { value, system } = reference.identifier ?? organization?.identifier?.find((each) => each.value) ?? {};
  if (value === undefined) return display === undefined ? {} : { text: display };
  return {
    coding: [{ code: value, ...(system !== undefined && { system }), ...(display !== undefined && { display }) }],
  };
}
