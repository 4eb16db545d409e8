import { nm } from "../datatypes/number.ts";
import { segment } from "../mapping.ts";
import type { MedicationContext } from "../order.ts";
import { substitutionAllowed } from "../tables/medication.ts";
import { since } from "../versions.ts";
import { medicationRows, strengthRows, substitution } from "./dose.ts";

const drug = medicationRows(false);
const strength = strengthRows<MedicationContext>();

/** HL7 v2.5.1, 4.14.1: a medication as it was asked for. `Dosage` is the first dosage, `Dose` its first dose and rate. */
export const rxo = segment<MedicationContext>("RXO", {
  1: drug.code,
  2: drug.least,
  3: drug.most,
  4: drug.unit,
  5: drug.form,
  6: drug.additions,
  7: drug.instructions,
  9: substitution(substitutionAllowed),
  11: drug.quantity,
  12: drug.quantityUnit,
  13: drug.refills,
  14: drug.prescriber,
  17: drug.per,
  18: strength.amount,
  19: strength.unit,
  20: drug.reasons,
  21: drug.rate,
  22: drug.rateUnit,
  23: drug.daily,
  25: strength.volume,
  26: strength.volumeUnit,
  27: since("2.5", drug.orderType),
  28: since(
    "2.5",
    nm({
      from: "MedicationRequest.dispenseRequest.dispenseInterval",
      pick: (intervals: readonly fhir4.Duration[]) =>
        intervals.filter(({ code, unit }) => (code ?? unit) === "d").map(({ value }) => value),
      rule: "In days",
    }),
  ),
  32: since("2.6", drug.pharmacy),
  33: since("2.6", drug.pharmacyAddress),
  36: drug.pharmacyPhone,
});
