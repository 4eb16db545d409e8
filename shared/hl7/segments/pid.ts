import type { Resource } from "../../fhir.ts";
import { hasCode, listOf, ofPatient } from "../chart.ts";
import type { MessageContext } from "../context.ts";
import { xad } from "../datatypes/address.ts";
import { type Coded, ce, cwe, is, yesNo } from "../datatypes/coded.ts";
import { facility } from "../datatypes/hd.ts";
import { cx, dln, extendedId, identifierType, typed } from "../datatypes/identifier.ts";
import { xpn, xpnMaiden } from "../datatypes/name.ts";
import { nm } from "../datatypes/number.ts";
import { currentPoints, xtn, xtnWork } from "../datatypes/telecom.ts";
import { si, st } from "../datatypes/text.ts";
import { hasEnded, isAhead, ts } from "../datatypes/time.ts";
import { standard } from "../extensions.ts";
import { kept, none } from "../lists.ts";
import { segment } from "../mapping.ts";
import type { Repetition } from "../model.ts";
import { byName, familyRelation } from "../relatives.ts";
import type { Scope } from "../scope.ts";
import { terminology } from "../tables/code-map.ts";
import { ethnicity, gender, maritalStatus, race, religion } from "../tables/person.ts";
import { isFrom, since, until } from "../versions.ts";
import { accountOfMessage } from "./visit-number.ts";

const usCore = "http://hl7.org/fhir/us/core/StructureDefinition";

/** HL7 v2.5.1, 3.4.2 */
export const pid = segment<MessageContext>("PID", {
  1: si({ from: "setId" }),
  3: cx({
    from: "Patient.identifier",
    pick: patientIdentifiers,
    repeats: true,
    required: true,
    otherwise: ({ Patient }, scope) => internalNumber(Patient, scope),
    rule: "The medical record number, then the other current numbers by type; else those without a type; else Patient.id",
  }),
  5: xpn({
    from: "Patient.name",
    pick: currentNames,
    repeats: true,
    required: true,
    otherwise: unknownName,
    rule: "The official or else the usual name as L, then other current names; Unknown^Unknown where there is none",
  }),
  6: xpnMaiden({
    from: [
      `Patient.extension('${standard}/patient-mothersMaidenName').valueString`,
      `Patient.extension('${standard}/patient-mothersMaidenName').valueHumanName`,
    ],
    repeats: true,
  }),
  7: ts({
    from: [`Patient._birthDate.extension('${standard}/patient-birthTime').valueDateTime`, "Patient.birthDate"],
  }),
  8: is({ from: "Patient.gender", map: gender }),
  10: ce({
    from: [
      `Patient.extension('${usCore}/us-core-race').extension('ombCategory').valueCoding`,
      `Patient.extension('${usCore}/us-core-race').extension('detailed').valueCoding`,
      `Patient.extension('${usCore}/us-core-race').extension('text').valueString`,
    ],
    compute: ({ Patient }) => categoriesOf(Patient, "race"),
    map: race,
    repeats: true,
    rule: "The categories, then the detailed codes; else the text",
  }),
  11: xad({
    from: "Patient.address",
    pick: currentAddresses,
    repeats: true,
    rule: "Home first; what has ended is left out",
  }),
  12: until(
    "2.6",
    is({
      from: "Patient.address",
      pick: (addresses: readonly fhir4.Address[], context, scope) =>
        addresses.some(({ district }) => district)
          ? currentAddresses(addresses, context, scope).flatMap(({ district = "" }) =>
              district.length <= maxCountyLength ? [district] : [],
            )
          : none,
      rule: "The district of an address where it is a code; XAD.9 tells it whatever it is",
    }),
  ),
  13: xtn({
    from: "Patient.telecom",
    pick: (points: readonly fhir4.ContactPoint[], _context, scope) =>
      kept(currentPoints(points, scope), ({ use }) => use !== "work"),
    repeats: true,
    rule: "All but work, by rank",
  }),
  14: xtnWork({
    from: "Patient.telecom",
    pick: (points: readonly fhir4.ContactPoint[], _context, scope) =>
      kept(currentPoints(points, scope), ({ use }) => use === "work"),
    repeats: true,
    rule: "Work, by rank",
  }),
  15: ce({
    from: "Patient.communication",
    pick: preferredLanguage,
    rule: "The preferred language, else the first",
  }),
  16: ce({
    from: "Patient.maritalStatus",
    pick: (concepts: readonly fhir4.CodeableConcept[], _context, scope) => {
      const named = concepts.map((each) => byName(each, maritalStatus) ?? each);
      return isFrom("2.4", scope) ? named : named.map(beforeSeparation);
    },
    map: maritalStatus,
    rule: "Before 2.4, which has a code of its own for it, a legal separation is A",
  }),
  17: ce({ from: `Patient.extension('${standard}/patient-religion').valueCodeableConcept`, map: religion }),
  18: cx({
    from: ["Account.identifier", "ChargeItem.account", "Encounter.account", "Encounter.identifier"],
    compute: accountOfMessage,
    rule: "The account that the message is about, else the account (FIN) of the visit",
  }),
  19: until(
    "2.6",
    st({
      from: "Patient.identifier",
      pick: socialSecurityNumbers,
      rule: "The digits of the social security number (SS), where the destination takes it",
    }),
  ),
  20: until(
    "2.6",
    dln({
      from: "Patient.identifier",
      pick: (identifiers: readonly fhir4.Identifier[], _context, scope) =>
        scope.settings.patientIdentifierTypes.includes(licence)
          ? identifiers.filter((each) => identifierType(each) === licence && isCurrentIdentifier(each, scope))
          : [],
      rule: "The driver's licence (DL), where the destination takes it",
    }),
  ),
  21: cx({
    from: "RelatedPerson.identifier",
    compute: mothersIdentifiers,
    repeats: true,
    rule: "Of the RelatedPerson who is the mother",
  }),
  22: ce({
    from: [
      `Patient.extension('${usCore}/us-core-ethnicity').extension('ombCategory').valueCoding`,
      `Patient.extension('${usCore}/us-core-ethnicity').extension('detailed').valueCoding`,
      `Patient.extension('${usCore}/us-core-ethnicity').extension('text').valueString`,
    ],
    compute: ({ Patient }) => categoriesOf(Patient, "ethnicity"),
    map: ethnicity,
    repeats: true,
    rule: "The categories, then the detailed codes; else the text",
  }),
  23: st({
    from: `Patient.extension('${standard}/patient-birthPlace').valueAddress`,
    pick: (places: readonly fhir4.Address[]) =>
      places.map(({ text, city, state, country }) => text ?? [city, state, country].filter(Boolean).join(", ")),
  }),
  24: yesNo({
    from: ["Patient.multipleBirthBoolean", "Patient.multipleBirthInteger"],
    pick: (births: readonly (boolean | number)[]) => births.map((birth) => birth !== false),
  }),
  25: nm({ from: "Patient.multipleBirthInteger" }),
  26: ce({
    from: `Patient.extension('${standard}/patient-citizenship').extension('code').valueCodeableConcept`,
    repeats: true,
  }),
  28: ce({ from: `Patient.extension('${standard}/patient-nationality').extension('code').valueCodeableConcept` }),
  29: ts({
    from: "Patient.deceasedDateTime",
    otherwise: ({ Patient, event: { before } }, { settings }) =>
      isDead(Patient) || settings.sendNulls === "never" || !isTimeOfDeath(before) ? undefined : null,
    rule: "Null where a death that was told is taken back",
  }),
  30: yesNo({
    from: ["Patient.deceasedDateTime", "Patient.deceasedBoolean", "event.before"],
    compute: ({ Patient, event }) => {
      if (isDead(Patient)) return [true];
      const { before } = event;
      const wasDead = before?.resourceType === "Patient" && isDead(before);
      return wasDead || Patient.deceasedBoolean === false ? [false] : [];
    },
    rule: "N where a death that was told is taken back",
  }),
  31: yesNo({
    from: "Patient.name",
    pick: (names: readonly fhir4.HumanName[]) => (isAssumed(names) ? [true] : []),
    rule: "Y where no name but an assumed one is known",
  }),
  32: since(
    "2.4",
    is({
      from: ["Patient.name", "Patient._birthDate"],
      compute: unreliable,
      repeats: true,
      rule: "AL where no name but an assumed one is known, UD where the date of birth is not known",
    }),
  ),
  33: since("2.4", ts({ from: "Patient.meta.lastUpdated", volatile: true })),
  34: facility({ from: "Patient.managingOrganization" }),
  35: ce({ from: `Patient.extension('${standard}/patient-animal').extension('species').valueCodeableConcept` }),
  36: ce({ from: `Patient.extension('${standard}/patient-animal').extension('breed').valueCodeableConcept` }),
  39: cwe({
    from: `Patient.extension('${usCore}/us-core-tribal-affiliation').extension('tribalAffiliation').valueCodeableConcept`,
    repeats: true,
  }),
  40: since(
    "2.7",
    xtn({
      from: "Patient.telecom",
      pick: (points: readonly fhir4.ContactPoint[], _context, scope) => currentPoints(points, scope),
      repeats: true,
      rule: "All of PID-13 and PID-14, by rank",
    }),
  ),
});

function isTimeOfDeath(before: Resource | undefined): boolean {
  return before?.resourceType === "Patient" && typeof before.deceasedDateTime === "string";
}

function isDead({ deceasedDateTime, deceasedBoolean }: fhir4.Patient): boolean {
  return typeof deceasedDateTime === "string" || deceasedBoolean === true;
}

function isAssumed(names: readonly fhir4.HumanName[]): boolean {
  return names.every(({ use }) => use === "anonymous");
}

const absentReason = `${standard}/data-absent-reason`;

/** HL70445: which of the values are no facts. */
function unreliable({ Patient }: MessageContext): readonly string[] {
  const names = listOf(Patient.name);
  const isUndated = listOf(Patient._birthDate?.extension).some(({ url }) => url === absentReason);
  return [...(names.length > 0 && isAssumed(names) ? ["AL"] : []), ...(isUndated ? ["UD"] : [])];
}

/** HL70002 of 2.3 and 2.3.1 has one code for those who live apart. */
function beforeSeparation(concept: fhir4.CodeableConcept): fhir4.CodeableConcept {
  return hasCode(concept, ["L"])
    ? { coding: [{ system: `${terminology}/v2-0002`, code: "A", display: "Separated" }] }
    : concept;
}

/** HL70203 */
const licence = "DL";

/** HL70289 has codes of counties, and names are longer. */
const maxCountyLength = 4;

const motherCodes: ReadonlySet<string> = new Set(["MTH", "NMTH", "ADOPTM", "GESTM"]);

function mothersIdentifiers(context: MessageContext, scope: Scope): readonly fhir4.Identifier[] {
  const mother = ofPatient(context, "RelatedPerson").find(
    (each) => each.active !== false && familyRelation(each).some((one) => hasCode(one, motherCodes)),
  );
  return numbersOfKin(listOf(mother?.identifier), context, scope);
}

/** Millennium's own numbers for messaging and single sign-on say nothing to others. */
const internalKinds = new Set(["Messaging", "Federated Person Principal"]);

export function patientIdentifiers(
  identifiers: readonly fhir4.Identifier[],
  _context: unknown,
  scope: Scope,
): readonly fhir4.Identifier[] {
  const { medicalRecordNumber, patientIdentifierTypes } = scope.settings;
  const rankOf = (identifier: fhir4.Identifier): number => {
    const type = identifierType(identifier);
    const isRecordNumber =
      medicalRecordNumber.system === undefined
        ? type === medicalRecordNumber.type
        : identifier.system === medicalRecordNumber.system;
    return isRecordNumber ? 0 : patientIdentifierTypes.indexOf(type ?? "") + 1 || Number.POSITIVE_INFINITY;
  };
  const usable = kept(identifiers, isForOthers);
  const current = kept(usable, (each) => isCurrentIdentifier(each, scope));
  const past = scope.settings.former
    ? usable.filter(({ use, period }) => use === "old" || hasEnded(period, scope))
    : [];
  const byKind = (numbers: readonly fhir4.Identifier[]) => {
    const ranked: { readonly identifier: fhir4.Identifier; readonly rank: number }[] = [];
    for (const identifier of numbers) {
      const rank = rankOf(identifier);
      if (rank !== Number.POSITIVE_INFINITY) ranked.push({ identifier, rank });
    }
    if (ranked.length > 1) ranked.sort((a, b) => a.rank - b.rank || latestFirst(a.identifier, b.identifier));
    return ranked.map(({ identifier }) => withType(identifier, medicalRecordNumber));
  };
  const told = byKind(current);
  if (past.length > 0) told.push(...byKind(past));
  return told.length > 0 ? told : current.filter(isOfNoKind).map((each) => ({ ...each, type: typed("PI") }));
}

const socialSecurity = /us-ssn$|2\.16\.840\.1\.113883\.4\.1$/;

function isSocialSecurity(identifier: fhir4.Identifier): boolean {
  return identifierType(identifier) === "SS" || isOfTheState(identifier);
}

function isOfTheState({ system }: fhir4.Identifier): boolean {
  return socialSecurity.test(system ?? "");
}

/** The digits of the number by which the state knows a person, where the destination takes such numbers. */
export function socialSecurityNumbers(
  identifiers: readonly fhir4.Identifier[],
  _context: unknown,
  scope: Scope,
): readonly string[] {
  if (!scope.settings.patientIdentifierTypes.includes("SS")) return [];
  const current = identifiers.filter((each) => isCurrentIdentifier(each, scope) && isSocialSecurity(each));
  const byAuthority = current.toSorted((a, b) => Number(isOfTheState(b)) - Number(isOfTheState(a)));
  return byAuthority.map(({ value = "" }) => value.replace(/\D/g, ""));
}

/** What somebody around a patient is known by; the number of the state only where the destination takes it. */
export function numbersOfKin(
  identifiers: readonly fhir4.Identifier[],
  _context: unknown,
  scope: Scope,
): readonly fhir4.Identifier[] {
  const { former, patientIdentifierTypes } = scope.settings;
  return identifiers.filter(
    (each) =>
      (former ? isForOthers(each) : isCurrentIdentifier(each, scope)) &&
      (patientIdentifierTypes.includes("SS") || !isSocialSecurity(each)),
  );
}

/** Better than none: a number of which nobody says what kind it is. */
function isOfNoKind(identifier: fhir4.Identifier): boolean {
  return identifier.type === undefined && !isOfTheState(identifier);
}

/** Of two numbers of a kind, the one that came later; those that do not say when stay as they stand. */
function latestFirst(a: fhir4.Identifier, b: fhir4.Identifier): number {
  return Math.sign(Date.parse(b.period?.start ?? "") - Date.parse(a.period?.start ?? "")) || 0;
}

/** Where no number goes out, the id of the record under the source's authority. */
export function internalNumber({ id }: fhir4.Patient, scope: Scope): Repetition | undefined {
  scope.report({ severity: "warning", reason: "no-patient-number", field: "PID-3", path: "Patient.identifier" });
  return id === undefined ? undefined : extendedId({ value: id, type: typed("PI") }, scope);
}

function isForOthers(identifier: fhir4.Identifier | null): identifier is fhir4.Identifier {
  return (
    typeof identifier?.value === "string" && identifier.value !== "" && !internalKinds.has(identifier.type?.text ?? "")
  );
}

function isCurrentIdentifier(identifier: fhir4.Identifier | null, scope: Scope): boolean {
  return isForOthers(identifier) && identifier.use !== "old" && isCurrent(identifier.period, scope);
}

/** A number whose system makes it the medical record number is one, whether the resource types it or not. */
function withType(
  identifier: fhir4.Identifier,
  { system, type }: { system?: string | undefined; type: string },
): fhir4.Identifier {
  if (system === undefined || identifier.system !== system || identifierType(identifier) === type) return identifier;
  return { ...identifier, type: typed(type) };
}

function isCurrent(period: fhir4.Period | undefined, scope: Scope): boolean {
  return !hasEnded(period, scope) && !isAhead(period, scope);
}

/** HL70200 U: the type is not told either. */
function unknownName(_context: unknown, scope: Scope): Repetition {
  scope.report({ severity: "warning", reason: "no-name", field: "PID-5", path: "Patient.name" });
  return ["Unknown", "Unknown", undefined, undefined, undefined, undefined, "U"];
}

export function currentNames(
  names: readonly fhir4.HumanName[],
  _context: unknown,
  scope: Scope,
): readonly fhir4.HumanName[] {
  const told = kept(names, hasText);
  const usable = kept(told, (name) => name.use !== "old" && !hasEnded(name.period, scope));
  const { patientNameUses, former } = scope.settings;
  const past = former ? told.filter((name) => !usable.includes(name)) : [];
  // What is not so yet does not go first.
  const begun = kept(usable, ({ period }) => !isAhead(period, scope));
  const known = begun.length > 0 ? begun : usable;
  const first = patientNameUses.map((use) => known.find((name) => name.use === use)).find(Boolean) ?? known[0];
  if (first === undefined) return past;
  const official = first.use === "official" ? undefined : known.find(({ use }) => use === "official");
  const others = kept(usable, (name) => name !== first);
  // Where no name is the legal one, the first is taken for it.
  const isLegal = official !== undefined || first.use === "official";
  return [isLegal ? first : { ...first, use: "official" }, ...others, ...past];
}

function hasText(name: fhir4.HumanName | null): name is fhir4.HumanName {
  return Boolean(name?.family ?? name?.text ?? name?.given?.some(Boolean));
}

export function currentAddresses(
  addresses: readonly fhir4.Address[],
  _context: unknown,
  scope: Scope,
): readonly fhir4.Address[] {
  const { patientAddressUses, former } = scope.settings;
  const isPast = ({ period }: fhir4.Address) => hasEnded(period, scope);
  const order = (use: NonNullable<fhir4.Address["use"]> | "none") =>
    (patientAddressUses.indexOf(use) + 1 || patientAddressUses.length + 1) as number;
  const told = kept(addresses, (address) => address && (former || !isPast(address)));
  if (told.length < 2) return told;
  return told.toSorted(
    (a, b) =>
      Number(isPast(a)) - Number(isPast(b)) ||
      Number(isAhead(a.period, scope)) - Number(isAhead(b.period, scope)) ||
      order(a.use ?? "none") - order(b.use ?? "none"),
  );
}

/** Against FHIR, Millennium has been seen to write `"true"`. */
export function preferredLanguage(communications: readonly Communication[]): readonly fhir4.CodeableConcept[] {
  const chosen = communications.find(({ preferred }) => String(preferred) === "true") ?? communications[0];
  return chosen?.language === undefined ? [] : [chosen.language];
}

type Communication = fhir4.PatientCommunication | fhir4.RelatedPersonCommunication;

const categoryExtensions = { race: `${usCore}/us-core-race`, ethnicity: `${usCore}/us-core-ethnicity` };

/** US Core tells race and ethnicity in categories, in detailed codes, and as a text, which stands in for both. */
function categoriesOf({ extension }: fhir4.Patient, name: "race" | "ethnicity"): readonly Coded[] {
  const parts: fhir4.Extension[] = [];
  for (const each of listOf(extension))
    if (each.url === categoryExtensions[name]) parts.push(...listOf(each.extension));
  const codings: fhir4.Coding[] = [];
  for (const wanted of ["ombCategory", "detailed"])
    for (const { url, valueCoding } of parts)
      if (url === wanted && valueCoding !== undefined) codings.push(valueCoding);
  if (codings.length > 0) return codings;
  return parts.flatMap(({ url, valueString }) =>
    url === "text" && valueString !== undefined ? [{ text: valueString }] : [],
  );
}
