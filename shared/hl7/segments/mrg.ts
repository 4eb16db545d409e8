import type { MessageContext } from "../context.ts";
import { cx } from "../datatypes/identifier.ts";
import { xpn } from "../datatypes/name.ts";
import { segment } from "../mapping.ts";
import { currentNames, patientIdentifiers } from "./pid.ts";
import { accountNumber, visitNumber } from "./visit-number.ts";

/** The record that ended: a Patient in a merge of persons, an Encounter in one of visits. */
export interface MergeContext extends MessageContext {
  readonly MergedPatient: fhir4.Patient;
  readonly MergedEncounter?: fhir4.Encounter | undefined;
}

/** HL7 v2.5.1, 3.4.9 */
export const mrg = segment<MergeContext>("MRG", {
  1: cx({
    from: "MergedPatient.identifier",
    pick: (identifiers: readonly fhir4.Identifier[], { MergedPatient }, scope) =>
      patientIdentifiers(identifiers, { Patient: MergedPatient }, scope),
    repeats: true,
    required: true,
    rule: "All numbers of the record that ended",
  }),
  3: cx({
    from: "MergedEncounter.identifier",
    pick: (identifiers: readonly fhir4.Identifier[], { MergedEncounter }, scope) =>
      accountNumber(identifiers, { Encounter: MergedEncounter }, scope),
  }),
  5: cx({
    from: "MergedEncounter.identifier",
    pick: (identifiers: readonly fhir4.Identifier[], { MergedEncounter }) =>
      visitNumber(identifiers, { Encounter: MergedEncounter }),
  }),
  7: xpn({
    from: "MergedPatient.name",
    pick: (names: readonly fhir4.HumanName[], context, scope) =>
      names.length === 0 ? [] : currentNames(names, context, scope).slice(0, 1),
  }),
});
