import { referencedId } from "../../fhir.ts";
import type { MessageContext } from "../context.ts";
import { xad } from "../datatypes/address.ts";
import { ce, codingsOf, is } from "../datatypes/coded.ts";
import { cx } from "../datatypes/identifier.ts";
import { xpn } from "../datatypes/name.ts";
import { xon } from "../datatypes/provider.ts";
import { byRank, xtn, xtnWork } from "../datatypes/telecom.ts";
import { si } from "../datatypes/text.ts";
import { dt, hasEnded, ts } from "../datatypes/time.ts";
import { segment } from "../mapping.ts";
import type { Scope } from "../scope.ts";
import { contactRole, gender, relationship } from "../tables/person.ts";
import { currentAddresses } from "./pid.ts";

/** Somebody who belongs to the patient: a RelatedPerson, or an entry of Patient.contact. */
export interface NextOfKin {
  readonly name?: readonly fhir4.HumanName[] | undefined;
  readonly relationship?: readonly fhir4.CodeableConcept[] | undefined;
  readonly address?: readonly fhir4.Address[] | undefined;
  readonly telecom?: readonly fhir4.ContactPoint[] | undefined;
  readonly period?: fhir4.Period | undefined;
  readonly identifier?: readonly fhir4.Identifier[] | undefined;
  readonly organization?: fhir4.Reference | undefined;
  readonly gender?: string | undefined;
  readonly birthDate?: string | undefined;
}

export interface NextOfKinContext extends MessageContext {
  readonly NextOfKin: NextOfKin;
}

/** HL70131, or code set 351 of Millennium. */
const contactRoles = /\/(?:v2-0131|codeSet\/351)$/;

function isContactRole(concept: fhir4.CodeableConcept): boolean {
  return codingsOf(concept).some(({ system }) => system !== undefined && contactRoles.test(system));
}

/** HL7 v2.5.1, 3.4.5; `NextOfKin` is a RelatedPerson or an entry of Patient.contact. */
export const nk1 = segment<NextOfKinContext>("NK1", {
  1: si({ from: "setId", required: true }),
  2: xpn({ from: "NextOfKin.name", repeats: true }),
  3: ce({
    from: "NextOfKin.relationship",
    pick: (concepts: readonly fhir4.CodeableConcept[]) => concepts.filter((each) => !isContactRole(each)),
    map: relationship,
    rule: "The family relation",
  }),
  4: xad({ from: "NextOfKin.address", pick: currentAddresses, repeats: true }),
  5: xtn({
    from: "NextOfKin.telecom",
    pick: (points: readonly fhir4.ContactPoint[]) => byRank(points).filter(({ use }) => use !== "work"),
    repeats: true,
  }),
  6: xtnWork({
    from: "NextOfKin.telecom",
    pick: (points: readonly fhir4.ContactPoint[]) => byRank(points).filter(({ use }) => use === "work"),
    repeats: true,
  }),
  7: ce({
    from: "NextOfKin.relationship",
    pick: (concepts: readonly fhir4.CodeableConcept[]) => concepts.filter(isContactRole),
    map: contactRole,
    rule: "The role as a contact (HL70131)",
  }),
  8: dt({ from: "NextOfKin.period.start" }),
  9: dt({ from: "NextOfKin.period.end" }),
  12: cx({ from: "NextOfKin.identifier" }),
  13: xon({ from: "NextOfKin.organization" }),
  15: is({ from: "NextOfKin.gender", map: gender }),
  16: ts({ from: "NextOfKin.birthDate" }),
});

export function nextOfKin(context: MessageContext, scope: Scope): readonly NextOfKinContext[] {
  const contacts: NextOfKin[] = (context.Patient.contact ?? []).map(({ name, address, ...contact }) => ({
    ...contact,
    name: name === undefined ? [] : [name],
    address: address === undefined ? [] : [address],
  }));
  const related = context.resources.filter(
    (each): each is fhir4.RelatedPerson =>
      each.resourceType === "RelatedPerson" &&
      each.active !== false &&
      referencedId(each.patient?.reference, "Patient") === context.Patient.id,
  );
  return [...contacts, ...related]
    .filter(({ period }) => !hasEnded(period, scope))
    .map((person, index) => ({ ...context, NextOfKin: person, setId: index + 1 }));
}
