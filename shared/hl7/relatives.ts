import { isGuarantor } from "../guarantor.ts";
import { inOrder, isOfVisit, listOf, ofPatient } from "./chart.ts";
import type { MessageContext } from "./context.ts";
import { codingsOf } from "./datatypes/coded.ts";
import { hasEnded } from "./datatypes/time.ts";
import { millennium } from "./extensions.ts";
import type { Scope } from "./scope.ts";
import { type CodeMap, terminology, translate } from "./tables/code-map.ts";
import { contactRole, relationship as relationshipTable } from "./tables/person.ts";

/** What a record says of how somebody belongs to the patient. */
export interface Related {
  readonly relationship?: readonly fhir4.CodeableConcept[] | undefined;
  readonly extension?: readonly fhir4.Extension[] | undefined;
}

/** Millennium codes what somebody does for the patient in the relationship, and the family relation beside it. */
const relation = `${millennium}/relation`;
/** Since when, and until when, one of several relationships holds. */
const relationPeriod = `${millennium}/period`;
/** The visit that somebody was named for, where it was not the person. */
const ofOneVisit = `${millennium}/related-person-encounter`;

/** What somebody is by code set 351 of Millennium: mostly a contact role, where no code system says that it is another. */
const personRelationships = /\/codeSet\/351$/;
const contactRoles = "/v2-0131";
const roleCodes = `${terminology}/v3-RoleCode`;

/** What somebody is to the patient: spouse, mother, child. What the table has a code for goes first. */
export function familyRelation({ extension, relationship }: Related): readonly fhir4.CodeableConcept[] {
  const beside = relationsBeside({ extension, relationship });
  if (beside.length > 0) return beside;
  const own = listOf(relationship).filter((each) => !isContactRole(each) && !isGuarantor(each));
  return saidFirst(own, relationshipTable);
}

/** What somebody does for the patient, by HL70131: what is no family relation and no guarantee. */
export function contactRolesOf({ extension, relationship }: Related): readonly fhir4.CodeableConcept[] {
  const hasRelation = relationsBeside({ extension, relationship }).length > 0;
  const roles = listOf(relationship).filter(
    (each) => isContactRole(each) || (hasRelation && !isGuarantor(each) && isOfMillennium(each)),
  );
  return saidFirst(roles, contactRole);
}

/** Beside each relationship, or beside all of them. */
function relationsBeside({ extension, relationship }: Related): readonly fhir4.CodeableConcept[] {
  const extensions = [...listOf(relationship).flatMap((each) => listOf(each.extension)), ...listOf(extension)];
  const relations = extensions.flatMap(({ url, valueCodeableConcept }) =>
    url === relation && valueCodeableConcept !== undefined ? [valueCodeableConcept] : [],
  );
  return saidFirst(relations, relationshipTable);
}

/** What the table has a code for before what it has none for. */
function saidFirst(concepts: readonly fhir4.CodeableConcept[], table: CodeMap): readonly fhir4.CodeableConcept[] {
  const said: fhir4.CodeableConcept[] = [];
  const others: fhir4.CodeableConcept[] = [];
  for (const each of concepts) {
    const named = byName(each, table);
    (named === undefined ? others : said).push(named ?? each);
  }
  return [...said, ...others];
}

/**
 * A concept that the table has a code for: a tenant may not have mapped its code, and call it as the table does.
 *
 * @returns undefined when the table has none
 */
export function byName(concept: fhir4.CodeableConcept, table: CodeMap): fhir4.CodeableConcept | undefined {
  const codings = listOf(codingsOf(concept));
  if (translate(codings, table) !== undefined) return concept;
  const words = [concept.text, ...codings.map(({ display }) => display)].map(plainWord);
  const [code, display] = Object.entries(table.names).find(([, name]) => words.includes(plainWord(name))) ?? [];
  if (code === undefined || display === undefined || codings.some(({ system }) => system === undefined))
    return undefined;
  return { ...concept, coding: [{ system: `${terminology}${table.tableSystemEnd}`, code, display }, ...codings] };
}

/** `Next-of-Kin` is next of kin. */
function plainWord(text: unknown): string {
  return typeof text === "string"
    ? text
        .toLowerCase()
        .replaceAll(/[^a-z]+/g, " ")
        .trim()
    : "";
}

function isContactRole(concept: fhir4.CodeableConcept): boolean {
  if (isGuarantor(concept)) return false;
  const codings = listOf(codingsOf(concept));
  if (codings.some(({ system, display }) => (system === undefined ? isContactWord(display) : isOf(system))))
    return true;
  return isContactWord(concept.text) || (isOfMillennium(concept) && !codings.some(isRelation));
}

function isOf(system: string): boolean {
  return system.endsWith(contactRoles);
}

function isOfMillennium(concept: fhir4.CodeableConcept): boolean {
  return listOf(codingsOf(concept)).some(({ system }) => system !== undefined && personRelationships.test(system));
}

/** `GUARD`, guardian, is in code set 351 too. */
function isRelation({ system, display }: fhir4.Coding): boolean {
  return system === roleCodes || isRelationWord(display);
}

/** Where a tenant has mapped its code to none of HL7. */
function isRelationWord(text: string | undefined): boolean {
  return /^(?:guardian|family member)$/i.test(text ?? "");
}

/** A local code, or none, that is called so. */
function isContactWord(text: string | undefined): boolean {
  return /^(?:emergency.contact|next.of.kin)$/i.test(text ?? "");
}

/**
 * The persons with a record of their own, without those who are no longer anything to the patient and those who were
 * named for another visit.
 */
export function relatedPersons(context: MessageContext, scope: Scope): readonly fhir4.RelatedPerson[] {
  const persons: fhir4.RelatedPerson[] = [];
  for (const person of ofPatient(context, "RelatedPerson")) {
    if (person.active === false || !isForVisit(person, context)) continue;
    const told = scope.settings.former ? person : withoutEnded(person, scope);
    if (told !== undefined) persons.push(told);
  }
  return inOrder(persons, ({ id }) => id);
}

function isForVisit({ extension }: fhir4.RelatedPerson, context: MessageContext): boolean {
  const visit = listOf(extension).find(({ url }) => url === ofOneVisit)?.valueReference;
  return visit === undefined || isOfVisit(visit, context);
}

/** Undefined where all that somebody was to the patient has ended. */
function withoutEnded(person: fhir4.RelatedPerson, scope: Scope): fhir4.RelatedPerson | undefined {
  const all = listOf(person.relationship);
  const current = all.filter(
    ({ extension }) =>
      !listOf(extension).some((each) => each.url === relationPeriod && hasEnded(each.valuePeriod, scope)),
  );
  if (current.length === all.length) return person;
  return current.length === 0 ? undefined : { ...person, relationship: current };
}
