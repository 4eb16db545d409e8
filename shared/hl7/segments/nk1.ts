import { referencedId } from "../../fhir.ts";
import { isGuarantor } from "../../guarantor.ts";
import { hasCode, listOf, numbered } from "../chart.ts";
import type { MessageContext } from "../context.ts";
import { xad } from "../datatypes/address.ts";
import { ce, is } from "../datatypes/coded.ts";
import { cx } from "../datatypes/identifier.ts";
import { xpn } from "../datatypes/name.ts";
import { xon } from "../datatypes/provider.ts";
import { currentPoints, xtn, xtnWork } from "../datatypes/telecom.ts";
import { si, st } from "../datatypes/text.ts";
import { dt, hasEnded, ts } from "../datatypes/time.ts";
import { millennium, standard } from "../extensions.ts";
import { segment } from "../mapping.ts";
import { contactRolesOf, familyRelation, relatedPersons } from "../relatives.ts";
import type { Scope } from "../scope.ts";
import { contactRole, gender, relationship } from "../tables/person.ts";
import { since } from "../versions.ts";
import { currentAddresses, numbersOfKin, preferredLanguage, socialSecurityNumbers } from "./pid.ts";

/** Somebody who belongs to the patient: a RelatedPerson, or an entry of Patient.contact. */
export interface NextOfKin {
  /** Of the RelatedPerson. */
  readonly id?: string | undefined;
  /** Of an entry: the id of the RelatedPerson that it is made from. */
  readonly record?: string | undefined;
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

/** HL7 v2.5.1, 3.4.5; `NextOfKin` is a RelatedPerson or an entry of Patient.contact. */
export const nk1 = segment<NextOfKinContext>("NK1", {
  1: si({ from: "setId", required: true }),
  2: xpn({ from: "NextOfKin.name", repeats: true }),
  3: ce({
    from: [
      `NextOfKin.relationship.extension('${millennium}/relation').valueCodeableConcept`,
      `NextOfKin.extension('${millennium}/relation').valueCodeableConcept`,
      "NextOfKin.relationship",
    ],
    compute: ({ NextOfKin }) => familyRelation(NextOfKin),
    map: relationship,
    rule: "The family relation",
  }),
  4: xad({ from: "NextOfKin.address", pick: currentAddresses, repeats: true }),
  5: xtn({
    from: "NextOfKin.telecom",
    pick: (points: readonly fhir4.ContactPoint[], _context, scope) =>
      currentPoints(points, scope).filter(({ use }) => use !== "work"),
    repeats: true,
  }),
  6: xtnWork({
    from: "NextOfKin.telecom",
    pick: (points: readonly fhir4.ContactPoint[], _context, scope) =>
      currentPoints(points, scope).filter(({ use }) => use === "work"),
    repeats: true,
  }),
  7: ce({
    from: "NextOfKin.relationship",
    compute: ({ NextOfKin }) => contactRolesOf(NextOfKin),
    map: contactRole,
    rule: "The role as a contact (HL70131)",
  }),
  8: dt({ from: "NextOfKin.period.start" }),
  9: dt({ from: "NextOfKin.period.end" }),
  12: cx({ from: "NextOfKin.identifier", pick: numbersOfKin, rule: "The first of NK1-33" }),
  13: xon({ from: "NextOfKin.organization" }),
  15: is({ from: "NextOfKin.gender", map: gender }),
  16: ts({ from: "NextOfKin.birthDate" }),
  20: ce({
    from: "NextOfKin.communication",
    pick: preferredLanguage,
    rule: "The preferred language, else the first",
  }),
  30: xpn({ from: "NextOfKin.name", pick: ofOrganization, rule: "Where NK1-13 is an organization, whom to ask for" }),
  31: xtn({ from: "NextOfKin.telecom", pick: ofOrganization, repeats: true, rule: "As NK1-30" }),
  32: xad({ from: "NextOfKin.address", pick: ofOrganization, repeats: true, rule: "As NK1-30" }),
  33: cx({
    from: "NextOfKin.identifier",
    pick: numbersOfKin,
    repeats: true,
    rule: "All current ones; a social security number (SS) where the destination takes it",
  }),
  37: st({
    from: "NextOfKin.identifier",
    pick: socialSecurityNumbers,
    rule: "The digits of the social security number (SS), where the destination takes it",
  }),
  40: since("2.7", xtn({ from: "NextOfKin.telecom", pick: firstPoint, rule: "The first by rank" })),
  41: since("2.7", xtn({ from: "NextOfKin.telecom", pick: ofOrganization, rule: "As NK1-30" })),
});

function firstPoint(points: readonly fhir4.ContactPoint[], _context: unknown, scope: Scope) {
  return currentPoints(points, scope);
}

function ofOrganization<Value>(values: readonly Value[], { NextOfKin }: NextOfKinContext): readonly Value[] {
  return NextOfKin.organization === undefined ? [] : values;
}

/**
 * The entries of the patient's record as they stand there, then the persons with a record of their own. Somebody who has
 * several entries, or both, is told once. What a mother's record holds beyond her numbers stands here, the numbers in
 * PID-21 too.
 */
export function nextOfKin(context: MessageContext, scope: Scope): readonly NextOfKinContext[] {
  const entries = listOf(context.Patient.contact).map(
    ({ name, address, ...contact }): NextOfKin => ({
      ...contact,
      id: undefined,
      record: recordOf(contact),
      name: name === undefined ? [] : [name],
      address: address === undefined ? [] : [address],
    }),
  );
  const isTold = (kin: NextOfKin) => (scope.settings.former || !hasEnded(kin.period, scope)) && !isOnlyNumber(kin);
  const persons: NextOfKin[] = [];
  for (const entry of entries.filter(isTold)) {
    const known = entry.record === undefined ? -1 : persons.findIndex(({ record }) => record === entry.record);
    if (known === -1) persons.push(entry);
    else persons[known] = together(persons[known] as NextOfKin, entry);
  }
  for (const person of relatedPersons(context, scope)) {
    if (isOnlyGuarantor(person.relationship) || !isTold(person)) continue;
    const known = persons.findIndex((each) => isSamePerson(each, person));
    if (known === -1) persons.push(person);
    else persons[known] = together(person, persons[known]);
  }
  return numbered(
    context,
    persons.map((NextOfKin) => ({ NextOfKin })),
  );
}

const relatedPerson = `${standard}/patient-relatedPerson`;

/** Millennium names, with each entry, the record that it is made from. */
function recordOf({ extension }: Pick<NextOfKin, "extension">): string | undefined {
  const found = listOf(extension).find(({ url }) => url === relatedPerson)?.valueReference;
  return referencedId(found?.reference, "RelatedPerson");
}

/** The mother of whom nothing is known but her numbers, which are PID-21. */
function isOnlyNumber({
  name,
  address,
  telecom,
  organization,
  relationship: roles,
  gender: sex,
  birthDate,
}: NextOfKin) {
  const said: readonly (readonly unknown[] | undefined)[] = [name, address, telecom];
  const isNamed = said.some((each) => listOf(each).length > 0) || organization !== undefined;
  return (
    !isNamed && sex === undefined && birthDate === undefined && listOf(roles).some((each) => hasCode(each, mothers))
  );
}

const mothers: ReadonlySet<string> = new Set(["MTH", "NMTH"]);

/** The record that an entry names; where it names none, one name, and nothing that tells two people apart. */
function isSamePerson(a: NextOfKin, b: NextOfKin): boolean {
  if (a.record !== undefined && a.id === undefined) return a.record === b.id;
  const [one, other] = [nameKey(a), nameKey(b)];
  return one !== undefined && one === other && isNoOther(a.gender, b.gender) && isNoOther(a.birthDate, b.birthDate);
}

function isNoOther(a: string | undefined, b: string | undefined): boolean {
  return a === undefined || b === undefined || a === b;
}

function nameKey({ name }: NextOfKin): string | undefined {
  const [first] = listOf(name);
  const parts = first?.family === undefined ? [first?.text] : [first.family, ...listOf(first.given).slice(0, 1)];
  const key = parts.join(" ").trim().toLowerCase();
  return key === "" ? undefined : key;
}

/** All that two records say of one person, the first one before the other. */
function together(own: NextOfKin, other: NextOfKin | undefined): NextOfKin {
  const both = <Value>(a: readonly Value[] | undefined, b: readonly Value[] | undefined) => [
    ...listOf(a),
    ...listOf(b),
  ];
  return {
    ...other,
    ...own,
    name: own.name,
    relationship: both(own.relationship, other?.relationship),
    address: both(own.address, other?.address),
    telecom: both(own.telecom, other?.telecom),
    extension: both(own.extension, other?.extension),
  };
}

/** Who is nothing but the guarantor stands in GT1. */
function isOnlyGuarantor(relationships: readonly fhir4.CodeableConcept[] | undefined): boolean {
  const concepts = listOf(relationships);
  return concepts.length > 0 && concepts.every(isGuarantor);
}
