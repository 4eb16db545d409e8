import { type Resource, referencedId } from "../../fhir.ts";
import { isGuarantor } from "../../guarantor.ts";
import { inOrder, listOf, numbered, ofPatient } from "../chart.ts";
import { associatedEncounter, type MessageContext } from "../context.ts";
import { xad } from "../datatypes/address.ts";
import { type Coded, ce, is } from "../datatypes/coded.ts";
import { cx } from "../datatypes/identifier.ts";
import { xpn } from "../datatypes/name.ts";
import { nm } from "../datatypes/number.ts";
import { xon } from "../datatypes/provider.ts";
import { currentPoints, xtn, xtnWork } from "../datatypes/telecom.ts";
import { si, st } from "../datatypes/text.ts";
import { dt, hasEnded, ts } from "../datatypes/time.ts";
import { segment } from "../mapping.ts";
import { familyRelation, relatedPersons } from "../relatives.ts";
import type { Scope } from "../scope.ts";
import { terminology } from "../tables/code-map.ts";
import { gender, relationship } from "../tables/person.ts";
import { currentAddresses, currentNames, numbersOfKin, socialSecurityNumbers } from "./pid.ts";

/** Who pays what no insurance pays: the patient, somebody of theirs, or an organization. */
export interface Guarantor {
  readonly id?: string | undefined;
  readonly identifier?: readonly fhir4.Identifier[] | undefined;
  readonly name?: readonly fhir4.HumanName[] | undefined;
  readonly address?: readonly fhir4.Address[] | undefined;
  readonly telecom?: readonly fhir4.ContactPoint[] | undefined;
  readonly birthDate?: string | undefined;
  readonly gender?: string | undefined;
  readonly relationship?: readonly Coded[] | undefined;
  readonly period?: fhir4.Period | undefined;
  readonly organization?: fhir4.Reference | undefined;
}

export interface GuarantorContext extends MessageContext {
  readonly Guarantor: Guarantor;
}

/** HL7 v2.5.1, 6.5.5; `Guarantor` is Account.guarantor.party, or a RelatedPerson who is the guarantor. */
export const gt1 = segment<GuarantorContext>("GT1", {
  1: si({ from: "setId", required: true }),
  2: cx({ from: "Guarantor.identifier", pick: numbersOfKin, repeats: true }),
  3: xpn({
    from: "Guarantor.name",
    pick: currentNames,
    required: true,
    rule: "The name; of an organization, its name as a family name",
  }),
  5: xad({ from: "Guarantor.address", pick: currentAddresses, repeats: true }),
  6: xtn({
    from: "Guarantor.telecom",
    pick: (points: readonly fhir4.ContactPoint[], _context, scope) =>
      currentPoints(points, scope).filter(({ use }) => use !== "work"),
    repeats: true,
  }),
  7: xtnWork({
    from: "Guarantor.telecom",
    pick: (points: readonly fhir4.ContactPoint[], _context, scope) =>
      currentPoints(points, scope).filter(({ use }) => use === "work"),
    repeats: true,
  }),
  8: ts({ from: "Guarantor.birthDate" }),
  9: is({ from: "Guarantor.gender", map: gender }),
  11: ce({ from: "Guarantor.relationship", map: relationship }),
  12: st({
    from: "Guarantor.identifier",
    pick: socialSecurityNumbers,
    rule: "The digits of the social security number (SS), where the destination takes it",
  }),
  13: dt({ from: "Guarantor.period.start" }),
  14: dt({ from: "Guarantor.period.end" }),
  15: nm({ from: "setId", rule: "As they are listed" }),
  21: xon({ from: "Guarantor.organization" }),
});

const self: fhir4.Coding = { system: `${terminology}/v3-RoleCode`, code: "ONESELF" };
/** The accounts that the message is about: the one that changed, else those of the visit. */
export function accounts(context: MessageContext, scope: Scope): readonly fhir4.Account[] {
  const { Account, ChargeItem, Encounter } = context;
  if (Account !== undefined) return [Account];
  const named = [...listOf(ChargeItem?.account), ...listOf(Encounter?.account)].flatMap((reference) => {
    const found = scope.resolve<fhir4.Account>(reference, ChargeItem ?? Encounter ?? {});
    return found?.resourceType === "Account" ? [found] : [];
  });
  const associated =
    Encounter?.id === undefined
      ? []
      : ofPatient(context, "Account").filter((each) => isOfEncounter(each, Encounter.id));
  return [
    ...new Set([
      ...named,
      ...inOrder(
        associated.filter(({ status }) => status === "active"),
        ({ id }) => id,
      ),
    ]),
  ];
}

function isOfEncounter({ extension }: fhir4.Account, encounterId: string | undefined): boolean {
  return listOf(extension).some(
    ({ url, valueReference }) =>
      url === associatedEncounter && referencedId(valueReference?.reference, "Encounter") === encounterId,
  );
}

export function guarantors(context: MessageContext, scope: Scope): readonly GuarantorContext[] {
  const found = new Map<string, Guarantor>();
  for (const account of accounts(context, scope)) {
    for (const { party, onHold, period } of listOf(account.guarantor)) {
      if (onHold === true || hasEnded(period, scope)) continue;
      const guarantor = guarantorOf(party, period, account, context, scope);
      if (guarantor !== undefined) found.set(guarantor.id ?? `${found.size}`, guarantor);
    }
  }
  for (const person of relatedPersons(context, scope))
    if (listOf(person.relationship).some(isGuarantor) && !hasEnded(person.period, scope))
      found.set(person.id ?? "", ofRelated(person));
  return numbered(
    context,
    [...found.values()].map((Guarantor) => ({ Guarantor })),
  );
}

function guarantorOf(
  party: fhir4.Reference | undefined,
  period: fhir4.Period | undefined,
  owner: fhir4.Account,
  context: MessageContext,
  scope: Scope,
): Guarantor | undefined {
  if (party === undefined) return undefined;
  const found = scope.resolve(party, owner);
  if (isOf(party, found, context.Patient)) return { ...asGuarantor(context.Patient), relationship: [self], period };
  if (found?.resourceType === "Patient") return { ...asGuarantor(found), period };
  if (found?.resourceType === "RelatedPerson") return { ...ofRelated(found), period: period ?? found.period };
  if (found?.resourceType === "Organization")
    return {
      id: found.id,
      identifier: found.identifier,
      name: found.name === undefined ? [] : [{ family: found.name }],
      address: found.address,
      telecom: listOf(found.telecom).map((point) => ({ ...point, use: point.use ?? "work" })),
      organization: { ...party, ...(found.name !== undefined && { display: found.name }) },
      period,
    };
  const { display } = party;
  return display === undefined ? undefined : { id: party.reference, name: [{ text: display }], period };
}

/** Millennium names the patient as a relative of their own, `RelatedPerson/12-12`, of whom there may be no record. */
function isOf({ reference }: fhir4.Reference, found: Resource | undefined, { id }: fhir4.Patient): boolean {
  if (id === undefined) return false;
  if (referencedId(reference, "Patient") === id) return true;
  return found === undefined && referencedId(reference, "RelatedPerson") === `${id}-${id}`;
}

function asGuarantor(person: fhir4.Patient | fhir4.RelatedPerson): Guarantor {
  const { id, name, address, telecom, birthDate, gender } = person;
  return { id, name, address, telecom, birthDate, gender };
}

function ofRelated(person: fhir4.RelatedPerson): Guarantor {
  return {
    ...asGuarantor(person),
    identifier: person.identifier,
    relationship: familyRelation(person),
    period: person.period,
  };
}
