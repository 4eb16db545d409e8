import { xad } from "../datatypes/address.ts";
import { ce, cwe, id } from "../datatypes/coded.ts";
import { cq, nm, unit } from "../datatypes/number.ts";
import { st } from "../datatypes/text.ts";
import { ts } from "../datatypes/time.ts";
import { segment } from "../mapping.ts";
import type { MedicationContext } from "../order.ts";
import type { Scope } from "../scope.ts";
import { substitutionStatus } from "../tables/medication.ts";
import { since } from "../versions.ts";
import { medicationRows, strengthRows, substitutions, totalDailyDose } from "./dose.ts";
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
  9: id({
    from: ["MedicationRequest.substitution.allowedBoolean", "MedicationRequest.substitution.allowedCodeableConcept"],
    pick: substitutions,
    map: substitutionStatus,
  }),
  10: nm({ from: "MedicationRequest.dispenseRequest.quantity.value" }),
  11: unit({ from: "MedicationRequest.dispenseRequest.quantity" }),
  12: nm({ from: "MedicationRequest.dispenseRequest.numberOfRepeatsAllowed" }),
  13: drug.prescriber,
  15: st({
    from: ["MedicationRequest.identifier", "MedicationRequest.id"],
    compute: ({ MedicationRequest }) => placerNumber(MedicationRequest, undefined).map(({ value }) => value),
    rule: "The value of ORC-2",
  }),
  19: cq({ from: "Dosage.maxDosePerPeriod", compute: totalDailyDose, rule: "Where the period is one day" }),
  21: ce({ from: "Dosage.additionalInstruction", repeats: true }),
  22: drug.per,
  23: drug.rate,
  24: drug.rateUnit,
  25: strength.amount,
  26: strength.unit,
  27: ce({ from: "MedicationRequest.reasonCode", repeats: true }),
  32: ts({ from: "MedicationRequest.authoredOn" }),
  33: strength.volume,
  34: strength.volumeUnit,
  40: cwe({
    from: "MedicationRequest.dispenseRequest.performer",
    pick: (performers: readonly fhir4.Reference[], { MedicationRequest }, scope) =>
      performers.map((each) => pharmacyCode(each, MedicationRequest, scope)),
    rule: "The pharmacy, by its first identifier",
  }),
  41: xad({
    from: "MedicationRequest.dispenseRequest.performer",
    pick: (performers: readonly fhir4.Reference[], { MedicationRequest }, scope) =>
      performers.flatMap((each) => pharmacyOf(each, MedicationRequest, scope)?.address ?? []),
  }),
  44: since("2.5", drug.orderType),
});

function pharmacyOf(reference: fhir4.Reference, owner: object, scope: Scope): fhir4.Organization | undefined {
  const found = scope.resolve<fhir4.Organization>(reference, owner);
  return found?.resourceType === "Organization" ? found : undefined;
}

function pharmacyCode(reference: fhir4.Reference, owner: object, scope: Scope): fhir4.CodeableConcept {
  const pharmacy = pharmacyOf(reference, owner, scope);
  const display = pharmacy?.name ?? reference.display;
  const identifier = pharmacy?.identifier?.find(({ value }) => value !== undefined);
  return identifier === undefined
    ? { ...(display !== undefined && { text: display }) }
    : { coding: [{ ...identifierCoding(identifier), ...(display !== undefined && { display }) }] };
}

function identifierCoding({ value, system }: fhir4.Identifier): fhir4.Coding {
  return { ...(value !== undefined && { code: value }), ...(system !== undefined && { system }) };
}
