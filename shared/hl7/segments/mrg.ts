import type { MessageContext } from "../context.ts";
import { cx } from "../datatypes/identifier.ts";
import { xpn } from "../datatypes/name.ts";
import { segment } from "../mapping.ts";
import { currentNames, internalNumber, patientIdentifiers } from "./pid.ts";
import { accountNumber, internalVisitNumber, visitNumber } from "./visit-number.ts";

/** The record that ended: a Patient in a merge of persons, an Encounter in one of visits. */
export interface MergeContext extends MessageContext {
  readonly MergedPatient: fhir4.Patient;
  readonly MergedEncounter?: fhir4.Encounter | undefined;
}

/** HL7 v2.5.1, 3.4.9 */
export const mrg = segment<MergeContext>("MRG", {
  1: cx({
    from: "MergedPatient.identifier",
    pick: patientIdentifiers,
    repeats: true,
    required: true,
    otherwise: ({ MergedPatient }, scope) => internalNumber(MergedPatient, scope),
    rule: "All numbers of the record that ended",
  }),
  3: cx({
    from: "MergedEncounter.identifier",
    pick: (identifiers: readonly fhir4.Identifier[], { MergedEncounter }, scope) =>
      accountNumber(identifiers, { Encounter: MergedEncounter }, scope),
  }),
  5: cx({
    from: "MergedEncounter.identifier",
    pick: visitNumber,
    otherwise: ({ MergedEncounter }, scope) => internalVisitNumber(MergedEncounter, scope),
  }),
  7: xpn({
    from: "MergedPatient.name",
    pick: currentNames,
  }),
});
