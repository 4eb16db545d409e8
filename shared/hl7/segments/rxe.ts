import { nm } from "../datatypes/number.ts";
import { st } from "../datatypes/text.ts";
import { ts } from "../datatypes/time.ts";
import { segment } from "../mapping.ts";
import type { MedicationContext } from "../order.ts";
import { substitutionStatus } from "../tables/medication.ts";
import { since } from "../versions.ts";
import { medicationRows, strengthRows, substitution } from "./dose.ts";
import { placerNumber } from "./order-number.ts";

const drug = medicationRows(true);
const strength = strengthRows<MedicationContext>();

/**
 * HL7 v2.5.1, 4.14.4: a medication as it is given. `Dosage` is the first dosage, `Dose` its first dose and rate; without
 * a dose in numbers there is no message.
 */
export const rxe = segment<MedicationContext>("RXE", {
  2: drug.code,
  3: drug.least,
  4: drug.most,
  5: drug.unit,
  6: drug.form,
  7: drug.instructions,
  9: substitution(substitutionStatus),
  10: drug.quantity,
  11: drug.quantityUnit,
  12: drug.refills,
  13: drug.prescriber,
  15: st({
    from: ["MedicationRequest.identifier", "MedicationRequest.id"],
    compute: ({ MedicationRequest }) => placerNumber(MedicationRequest, undefined).map(({ value }) => value),
    rule: "The value of ORC-2",
  }),
  19: drug.daily,
  21: drug.additions,
  22: drug.per,
  23: drug.rate,
  24: drug.rateUnit,
  25: strength.amount,
  26: strength.unit,
  27: drug.reasons,
  32: ts({ from: "MedicationRequest.authoredOn" }),
  33: strength.volume,
  34: strength.volumeUnit,
  39: nm({ from: "MedicationRequest.dispenseRequest.initialFill.quantity.value" }),
  40: drug.pharmacy,
  41: drug.pharmacyAddress,
  44: since("2.5", drug.orderType),
  45: drug.pharmacyPhone,
});
