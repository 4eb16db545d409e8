import { referencedId } from "../../fhir.ts";
import { inOrder, listOf } from "../chart.ts";
import type { MessageContext } from "../context.ts";
import { xad } from "../datatypes/address.ts";
import { type Coded, ce, codingsOf, id, is } from "../datatypes/coded.ts";
import { cx, identifierType, typed } from "../datatypes/identifier.ts";
import { nameTypeOf, xpn } from "../datatypes/name.ts";
import { bestIdentifier } from "../datatypes/provider.ts";
import { din, key, pln, spd } from "../datatypes/staff.ts";
import { byRank, xtnWork } from "../datatypes/telecom.ts";
import { si, st, textOf } from "../datatypes/text.ts";
import { ts } from "../datatypes/time.ts";
import { segment } from "../mapping.ts";
import type { Scope } from "../scope.ts";
import { contactMethod, staffStatus } from "../tables/master-file.ts";
import { gender } from "../tables/person.ts";
import { codedReference } from "./ft1.ts";
import type { EntryContext, MasterKey } from "./mfi.ts";

/** A member of the staff with the roles that came along. */
export interface StaffContext extends EntryContext {
  readonly Practitioner: fhir4.Practitioner;
  readonly PractitionerRole: readonly fhir4.PractitionerRole[];
}

/** HL7 v2.5.1, 15.4.8; `PractitionerRole` is each of the practitioner's roles. */
export const stf = segment<StaffContext>("STF", {
  1: key({ from: "Key", rule: "As MFE-4" }),
  2: cx({ from: ["Practitioner.identifier", "Practitioner.id"], compute: staffNumbers, repeats: true }),
  3: xpn({
    from: "Practitioner.name",
    pick: (names: readonly fhir4.HumanName[]) => names.filter(({ use }) => use !== "old").map(withType),
    repeats: true,
  }),
  4: is({
    from: "PractitionerRole.code",
    pick: (codes: readonly fhir4.CodeableConcept[]) => codes.filter((code) => codingsOf(code).length > 0),
    repeats: true,
  }),
  5: is({ from: "Practitioner.gender", map: gender }),
  6: ts({ from: "Practitioner.birthDate" }),
  7: id({
    from: ["event.type", "Practitioner.active"],
    compute: ({ Practitioner }) => [String(Practitioner.active !== false)],
    map: staffStatus,
  }),
  8: ce({
    from: "PractitionerRole.organization",
    pick: (organizations: readonly fhir4.Reference[]) => organizations.map(codedReference),
    repeats: true,
  }),
  9: ce({ from: "PractitionerRole.specialty", repeats: true }),
  10: xtnWork({
    from: ["Practitioner.telecom", "PractitionerRole.telecom"],
    compute: ({ Practitioner, PractitionerRole }) => byRank(telecomOf(Practitioner, PractitionerRole)),
    repeats: true,
  }),
  11: xad({ from: "Practitioner.address", repeats: true }),
  12: din({
    from: "PractitionerRole.period.start",
    compute: ({ PractitionerRole }) =>
      PractitionerRole.map(({ period, organization }) => ({ time: period?.start, institution: organization })),
    repeats: true,
  }),
  13: din({
    from: "PractitionerRole.period.end",
    compute: ({ PractitionerRole }) =>
      PractitionerRole.map(({ period, organization }) => ({ time: period?.end, institution: organization })),
    repeats: true,
  }),
  15: st({
    from: ["Practitioner.telecom", "PractitionerRole.telecom"],
    compute: ({ Practitioner, PractitionerRole }) =>
      telecomOf(Practitioner, PractitionerRole)
        .filter(({ system }) => system === "email")
        .map(({ value }) => value),
    repeats: true,
  }),
  16: ce({
    from: ["Practitioner.telecom", "PractitionerRole.telecom"],
    compute: ({ Practitioner, PractitionerRole }) =>
      telecomOf(Practitioner, PractitionerRole)
        .filter(({ rank }) => rank === 1)
        .map(({ system, use }) => (system === "phone" ? (use ?? "work") : (system ?? ""))),
    map: contactMethod,
    rule: "The way of rank 1",
  }),
  18: st({
    from: "PractitionerRole.code",
    pick: (codes: readonly fhir4.CodeableConcept[]) =>
      codes.map((code) => textOf(code.text) ?? codingsOf(code).find((coding) => coding?.display)?.display),
    rule: "The role in words",
  }),
});

function telecomOf(
  practitioner: fhir4.Practitioner,
  roles: readonly fhir4.PractitionerRole[],
): readonly fhir4.ContactPoint[] {
  return [...listOf(practitioner.telecom), ...roles.flatMap(({ telecom }) => listOf(telecom))];
}

function withType(name: fhir4.HumanName): fhir4.HumanName {
  return nameTypeOf(name.use) === "D" ? { ...name, use: "official" } : name;
}

const npi = "http://hl7.org/fhir/sid/us-npi";
const npiType = typed("NPI");

function identifiersOf(practitioner: fhir4.Practitioner): readonly fhir4.Identifier[] {
  return listOf(practitioner.identifier).filter(({ value, use }) => textOf(value) !== undefined && use !== "old");
}

function staffNumbers({ Practitioner }: StaffContext): readonly fhir4.Identifier[] {
  const own = identifiersOf(Practitioner);
  if (own.length === 0) return Practitioner.id === undefined ? [] : [{ value: Practitioner.id }];
  return own.map((each) =>
    each.system === npi && identifierType(each) === undefined ? { ...each, type: npiType } : each,
  );
}

/** HL7 v2.5.1, 15.4.5 */
export const pra = segment<StaffContext>("PRA", {
  1: key({ from: "Key", rule: "As MFE-4" }),
  5: spd({
    from: ["Practitioner.qualification", "PractitionerRole.specialty"],
    compute: ({ Practitioner, PractitionerRole }) => [
      ...PractitionerRole.flatMap(({ specialty }) => listOf(specialty)).map((each) => ({ name: nameOf(each) })),
      ...listOf(Practitioner.qualification).map(({ code, issuer, period }) => ({
        name: nameOf(code),
        board: textOf(issuer?.display),
        date: period?.start,
      })),
    ],
    repeats: true,
    rule: "Specialties, then qualifications; certified (C) where the issuer is named",
  }),
  6: pln({
    from: ["Practitioner.identifier", "Practitioner.qualification.identifier"],
    compute: ({ Practitioner }) => [
      ...identifiersOf(Practitioner),
      ...listOf(Practitioner.qualification).flatMap(({ identifier }) => listOf(identifier)),
    ],
    repeats: true,
  }),
});

function nameOf(concept: fhir4.CodeableConcept | undefined): string | undefined {
  const [coding] = codingsOf(concept ?? {});
  return textOf(concept?.text) ?? textOf(coding?.display) ?? textOf(coding?.code);
}

export interface LanguageContext extends StaffContext {
  readonly Language: Coded;
}

/** HL7 v2.5.1, 15.4.4 */
export const lan = segment<LanguageContext>("LAN", {
  1: si({ from: "setId", required: true }),
  2: ce({ from: "Language", required: true }),
});

export function languages(context: StaffContext): readonly LanguageContext[] {
  return listOf(context.Practitioner.communication).map((Language, index) => ({
    ...context,
    Language,
    setId: index + 1,
  }));
}

/** The practitioner that the event is about, or whose role it is about. */
export function staff(context: MessageContext, scope: Scope): readonly StaffContext[] {
  const { after } = context.event;
  const Practitioner =
    after.resourceType === "PractitionerRole" ? scope.resolve<fhir4.Practitioner>(after.practitioner, after) : after;
  if (Practitioner?.resourceType !== "Practitioner") return [];
  const others = context.resources.filter(
    (each): each is fhir4.PractitionerRole =>
      each.resourceType === "PractitionerRole" &&
      each.id !== after.id &&
      each.active !== false &&
      referencedId(each.practitioner?.reference, "Practitioner") === Practitioner.id,
  );
  const own = after.resourceType === "PractitionerRole" ? [after] : [];
  const PractitionerRole = inOrder([...own, ...others], ({ id }) => id);
  return [{ ...context, Key: keyOfStaff(Practitioner, scope), Practitioner, PractitionerRole, setId: 1 }];
}

/** The number by which other messages name the person, so that a receiver can match the two. */
function keyOfStaff(practitioner: fhir4.Practitioner, scope: Scope): MasterKey {
  const number = bestIdentifier(practitioner.identifier, scope);
  const name = listOf(practitioner.name)[0];
  const words = name === undefined ? undefined : (textOf(name.text) ?? [name.family, ...listOf(name.given)].join(" "));
  return { kind: "CE", id: number?.value ?? practitioner.id ?? "", name: words, system: number?.system };
}
