import { ce, id } from "../datatypes/coded.ts";
import { cq, nm, unit } from "../datatypes/number.ts";
import { segment } from "../mapping.ts";
import type { MedicationContext } from "../order.ts";
import { substitutionAllowed } from "../tables/medication.ts";
import { since } from "../versions.ts";
import { medicationRows, strengthRows, substitutions, totalDailyDose } from "./dose.ts";

const drug = medicationRows(false);
const strength = strengthRows<MedicationContext>();

/** HL7 v2.5.1, 4.14.1: a medication as it was asked for. `Dosage` is the first dosage, `Dose` its first dose and rate. */
export const rxo = segment<MedicationContext>("RXO", {
  1: drug.code,
  2: drug.least,
  3: drug.most,
  4: drug.unit,
  5: drug.form,
  6: ce({ from: "Dosage.additionalInstruction", repeats: true }),
  7: drug.instructions,
  9: id({
    from: ["MedicationRequest.substitution.allowedBoolean", "MedicationRequest.substitution.allowedCodeableConcept"],
    pick: substitutions,
    map: substitutionAllowed,
  }),
  11: nm({ from: "MedicationRequest.dispenseRequest.quantity.value" }),
  12: unit({ from: "MedicationRequest.dispenseRequest.quantity" }),
  13: nm({ from: "MedicationRequest.dispenseRequest.numberOfRepeatsAllowed" }),
  14: drug.prescriber,
  17: drug.per,
  18: strength.amount,
  19: strength.unit,
  20: ce({ from: "MedicationRequest.reasonCode", repeats: true }),
  21: drug.rate,
  22: drug.rateUnit,
  23: cq({ from: "Dosage.maxDosePerPeriod", compute: totalDailyDose, rule: "Where the period is one day" }),
  25: strength.volume,
  26: strength.volumeUnit,
  27: since("2.5", drug.orderType),
});
