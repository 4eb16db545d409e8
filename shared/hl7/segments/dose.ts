import { ce, id } from "../datatypes/coded.ts";
import { nm, numeric, unit } from "../datatypes/number.ts";
import { prescriberNumber } from "../datatypes/performer.ts";
import { xcn } from "../datatypes/provider.ts";
import { st } from "../datatypes/text.ts";
import { type MedicationContext, namedMedication } from "../order.ts";

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
    instructions: ce<MedicationContext>({
      from: ["Dosage.text", "Dosage.patientInstruction"],
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
    strength: nm<MedicationContext>({
      from: "Medication.ingredient.strength.numerator",
      compute: (context) => strengthOf(context).amount,
    }),
    orderType: id<MedicationContext>({
      from: ["Dose.rate[x]", "Medication.ingredient"],
      compute: (context) => [orderType(context)],
      rule: "S for an infusion, O for another mixture, M for a medication (HL70480)",
    }),
    strengthUnit: unit<MedicationContext>({
      from: "Medication.ingredient.strength.numerator",
      compute: (context) => strengthOf(context).unit,
    }),
  };
}

/** Whether another drug may be given, in words that `codeMap` knows. */
export function substitutions(values: readonly (boolean | fhir4.CodeableConcept)[]) {
  return values.map((value) => (typeof value === "boolean" ? String(value) : value));
}

/** What to tell the one who gives it, in words: the text of the dosage, and what the patient is told. */
function instructions({ Dosage }: MedicationContext): readonly fhir4.CodeableConcept[] {
  return [...new Set([Dosage?.text, Dosage?.patientInstruction])].flatMap((text) =>
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
const perLetters: Readonly<Record<string, string>> = { s: "S", min: "M", h: "H", d: "D", wk: "W", mo: "L" };

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
  const letter = perLetters[denominator?.code ?? denominator?.unit ?? ""];
  const duration = numeric(denominator?.value);
  return {
    ...quantity(numerator),
    per: letter === undefined || duration === undefined ? [] : [`${letter}${Number(duration)}`],
  };
}

function quantity(value: fhir4.Quantity): Amount {
  const text = numeric(value.value);
  return { amount: text === undefined ? [] : [text], unit: [value], per: [] };
}

function orderType({ Dose, Medication }: MedicationContext): string {
  if (rateOf(Dose).amount.length > 0) return "S";
  return (Medication?.ingredient?.length ?? 0) > 1 ? "O" : "M";
}

/** How much of the one substance a unit of the drug holds; a mixture tells it of each part. */
function strengthOf({ Medication }: Pick<MedicationContext, "Medication">): Amount {
  const ingredients = Medication?.ingredient ?? [];
  const numerator = ingredients.length === 1 ? ingredients[0]?.strength?.numerator : undefined;
  return numerator === undefined ? nothing : quantity(numerator);
}

/** The most that may be given, where it is told for one day. */
export function totalDailyDose({ Dosage }: MedicationContext): readonly fhir4.Quantity[] {
  const { numerator, denominator } = Dosage?.maxDosePerPeriod ?? {};
  const isDay = denominator?.code === "d" && Number(numeric(denominator.value)) === 1;
  return isDay && numerator !== undefined ? [numerator] : [];
}
