import { hasCode, inOrder, listOf, numbered, ofPatient } from "../chart.ts";
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
  readonly communication?: readonly fhir4.RelatedPersonCommunication[] | undefined;
  readonly extension?: readonly fhir4.Extension[] | undefined;
}

export interface NextOfKinContext extends MessageContext {
  readonly NextOfKin: NextOfKin;
}

/** HL70131, or code set 351 of Millennium. */
const contactRoles = /\/(?:v2-0131|codeSet\/351)$/;

/** Millennium codes the contact role in the relationship and the family relation beside it. */
const relation = "https://fhir-ehr.cerner.com/r4/StructureDefinition/relation";
const guarantorCodes: ReadonlySet<string> = new Set(["GT", "GUAR"]);

/** Millennium's `Default Guarantor`, or the role class of v3. */
export function isGuarantor(concept: fhir4.CodeableConcept): boolean {
  if (hasCode(concept, guarantorCodes)) return true;
  return [concept.text, ...codingsOf(concept).map(({ display }) => display)].some((text) =>
    /\bguarantor\b/i.test(text ?? ""),
  );
}

/** What somebody is to the patient: spouse, mother, child. */
export function familyRelation({
  extension,
  relationship: relationships,
}: Pick<NextOfKin, "extension" | "relationship">): readonly fhir4.CodeableConcept[] {
  const beside = listOf(extension).flatMap(({ url, valueCodeableConcept }) =>
    url === relation && valueCodeableConcept !== undefined ? [valueCodeableConcept] : [],
  );
  if (beside.length > 0) return beside;
  return listOf(relationships).filter((each) => !isContactRole(each) && !isGuarantor(each));
}

function isContactRole(concept: fhir4.CodeableConcept): boolean {
  return codingsOf(concept).some(({ system }) => system !== undefined && contactRoles.test(system));
}

/** HL7 v2.5.1, 3.4.5; `NextOfKin` is a RelatedPerson or an entry of Patient.contact. */
export const nk1 = segment<NextOfKinContext>("NK1", {
  1: si({ from: "setId", required: true }),
  2: xpn({ from: "NextOfKin.name", repeats: true }),
  3: ce({
    from: [`NextOfKin.extension('${relation}').valueCodeableConcept`, "NextOfKin.relationship"],
    compute: ({ NextOfKin }) => familyRelation(NextOfKin),
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
  20: ce({
    from: "NextOfKin.communication",
    pick: (communications: readonly fhir4.RelatedPersonCommunication[]) => {
      const chosen = communications.find(({ preferred }) => preferred === true) ?? communications[0];
      return chosen?.language === undefined ? [] : [chosen.language];
    },
    rule: "The preferred language, else the first",
  }),
  30: xpn({ from: "NextOfKin.name", pick: ofOrganization, rule: "Where NK1-13 is an organization, whom to ask for" }),
  31: xtn({ from: "NextOfKin.telecom", pick: ofOrganization, repeats: true, rule: "As NK1-30" }),
  32: xad({ from: "NextOfKin.address", pick: ofOrganization, repeats: true, rule: "As NK1-30" }),
  33: cx({ from: "NextOfKin.identifier", repeats: true }),
});

function ofOrganization<Value>(values: readonly Value[], { NextOfKin }: NextOfKinContext): readonly Value[] {
  return NextOfKin.organization === undefined ? [] : values;
}

/** The entries of the patient's record as they stand there, then the persons with a record of their own. */

export function nextOfKin(context: MessageContext, scope: Scope): readonly NextOfKinContext[] {
  const contacts: NextOfKin[] = listOf(context.Patient.contact).map(({ name, address, ...contact }) => ({
    ...contact,
    name: name === undefined ? [] : [name],
    address: address === undefined ? [] : [address],
  }));
  const related = ofPatient(context, "RelatedPerson").filter(
    ({ active, relationship }) => active !== false && !isOnlyGuarantor(relationship),
  );
  const kin = [...contacts, ...inOrder(related, ({ id }) => id)].filter(({ period }) => !hasEnded(period, scope));
  return numbered(
    context,
    kin.map((NextOfKin) => ({ NextOfKin })),
  );
}

/** Who is nothing but the guarantor stands in GT1. */
function isOnlyGuarantor(relationships: readonly fhir4.CodeableConcept[] | undefined): boolean {
  const concepts = listOf(relationships);
  return concepts.length > 0 && concepts.every(isGuarantor);
}
