import { ce, id } from "../datatypes/coded.ts";
import { cq, nm, unit } from "../datatypes/number.ts";
import { prescriberNumber } from "../datatypes/performer.ts";
import { xcn } from "../datatypes/provider.ts";
import { st } from "../datatypes/text.ts";
import { segment } from "../mapping.ts";
import { type MedicationContext, namedMedication } from "../order.ts";
import { substitutionAllowed } from "../tables/medication.ts";
import { instructions, rateOf, strengthOf, totalDailyDose } from "./dose.ts";

/** HL7 v2.5.1, 4.14.1: a medication as it was asked for. `Dosage` is the first dosage, `Dose` its first dose and rate. */
export const rxo = segment<MedicationContext>("RXO", {
  1: ce({
    from: [
      "MedicationRequest.medicationCodeableConcept",
      "Medication.code",
      "MedicationRequest.medicationReference.display",
    ],
    pick: namedMedication,
    required: true,
  }),
  2: nm({ from: ["Dose.doseQuantity.value", "Dose.doseRange.low.value"] }),
  3: nm({ from: "Dose.doseRange.high.value" }),
  4: unit({ from: ["Dose.doseQuantity", "Dose.doseRange.low", "Dose.doseRange.high"] }),
  5: ce({ from: "Medication.form" }),
  6: ce({ from: "Dosage.additionalInstruction", repeats: true }),
  7: ce({ from: ["Dosage.text", "Dosage.patientInstruction"], compute: instructions, repeats: true }),
  9: id({
    from: ["MedicationRequest.substitution.allowedBoolean", "MedicationRequest.substitution.allowedCodeableConcept"],
    pick: (values: readonly (boolean | fhir4.CodeableConcept)[]) =>
      values.map((value) => (typeof value === "boolean" ? String(value) : value)),
    map: substitutionAllowed,
  }),
  11: nm({ from: "MedicationRequest.dispenseRequest.quantity.value" }),
  12: unit({ from: "MedicationRequest.dispenseRequest.quantity" }),
  13: nm({ from: "MedicationRequest.dispenseRequest.numberOfRepeatsAllowed" }),
  14: xcn({
    from: "MedicationRequest.requester",
    pick: (requesters: readonly fhir4.Reference[], { MedicationRequest }, scope) =>
      requesters.map((each) => prescriberNumber(each, scope, MedicationRequest)).filter((each) => each !== undefined),
    rule: "By the DEA number, where the Practitioner has one",
  }),
  18: nm({ from: "Medication.ingredient.strength.numerator", compute: (context) => strengthOf(context).amount }),
  19: unit({ from: "Medication.ingredient.strength.numerator", compute: (context) => strengthOf(context).unit }),
  20: ce({ from: "MedicationRequest.reasonCode", repeats: true }),
  21: st({
    from: ["Dose.rateQuantity", "Dose.rateRatio", "Dose.rateRange"],
    compute: ({ Dose }) => rateOf(Dose).amount,
  }),
  22: unit({
    from: ["Dose.rateQuantity", "Dose.rateRatio", "Dose.rateRange"],
    compute: ({ Dose }) => rateOf(Dose).unit,
  }),
  23: cq({ from: "Dosage.maxDosePerPeriod", compute: totalDailyDose, rule: "Where the period is one day" }),
});
