import { referencedId } from "../../fhir.ts";
import { hasCode, inOrder, isOfVisit, listOf, numbered, ofPatient } from "../chart.ts";
import type { MessageContext } from "../context.ts";
import { xad } from "../datatypes/address.ts";
import { type Coded, ce, codeOrText, codingsOf, is } from "../datatypes/coded.ts";
import { xonName } from "../datatypes/finance.ts";
import { cx, identifierType, typed } from "../datatypes/identifier.ts";
import { humanNameFromDisplay, xpn } from "../datatypes/name.ts";
import { xon } from "../datatypes/provider.ts";
import { byRank, xtn, xtnWork } from "../datatypes/telecom.ts";
import { si, st } from "../datatypes/text.ts";
import { dt, hasEnded, ts } from "../datatypes/time.ts";
import { millennium } from "../extensions.ts";
import { none } from "../lists.ts";
import { segment } from "../mapping.ts";
import type { Repetition } from "../model.ts";
import type { Scope } from "../scope.ts";
import { insuredRelationship, subscriberRelationship } from "../tables/coverage.ts";
import { gender } from "../tables/person.ts";
import { currentAddresses, currentNames } from "./pid.ts";

export interface CoverageContext extends MessageContext {
  readonly Coverage: fhir4.Coverage;
  /** The payor, where it is an organization that came along. */
  readonly Payor?: fhir4.Organization | undefined;
  /** Who holds the policy: the patient or somebody of theirs. */
  readonly Subscriber?: fhir4.Patient | fhir4.RelatedPerson | undefined;
}

const coverageEncounter = `${millennium}/coverage-encounter`;
/** HL70072 is the receiver's own table, but IN1-2 and IN1-3 must hold something. */
const unknownPlan = "UNK";
const maxCodeLength = 20;

/** HL7 v2.5.1, 6.5.6; `Payor` is the organization of Coverage.payor, `Subscriber` who holds the policy. */
export const in1 = segment<CoverageContext>("IN1", {
  1: si({ from: "setId", required: true }),
  2: ce({
    from: ["Coverage.class", "Coverage.type", "Coverage.payor"],
    compute: ({ Coverage }) => planOf(Coverage),
    otherwise: unknownPlan,
    required: true,
    rule: "The class `plan`, else the type, else the payor",
  }),
  3: cx({
    from: ["Payor.identifier", "Coverage.payor"],
    compute: ({ Coverage, Payor }) => payorNumbers(Coverage, Payor).map(asOrganization),
    otherwise: (): Repetition => [unknownPlan, undefined, undefined, undefined, "XX"],
    repeats: true,
    required: true,
    rule: "The payor's identifiers, else the id of its record",
  }),
  4: xon({ from: "Coverage.payor", repeats: true }),
  5: xad({ from: "Payor.address", repeats: true }),
  6: xpn({ from: "Payor.contact.name", repeats: true }),
  7: xtnWork({ from: "Payor.telecom", pick: byRank, repeats: true }),
  8: st({ from: "Coverage.class", pick: classParts("group", "value"), rule: "The class `group`" }),
  9: xonName({ from: "Coverage.class", pick: classParts("group", "name"), rule: "The class `group`" }),
  10: cx({
    from: "Coverage.policyHolder",
    compute: ({ Coverage }, scope) => holders(Coverage, scope).flatMap((each) => numbersOf(each, Coverage, scope)),
    repeats: true,
    rule: "The numbers of an organization",
  }),
  11: xon({
    from: "Coverage.policyHolder",
    compute: ({ Coverage }, scope) => holders(Coverage, scope),
    rule: "An organization",
  }),
  12: dt({ from: "Coverage.period.start" }),
  13: dt({ from: "Coverage.period.end" }),
  15: is({ from: "Coverage.type" }),
  16: xpn({ from: "Subscriber.name", pick: currentNames, rule: "Who holds the policy" }),
  17: ce({ from: "Coverage.relationship", map: subscriberRelationship }),
  18: ts({ from: "Subscriber.birthDate" }),
  19: xad({ from: "Subscriber.address", pick: currentAddresses, repeats: true }),
  22: st({ from: ["Coverage.order", "setId"], rule: "The order, else the position" }),
  36: st({
    from: ["Coverage.subscriberId", "Coverage.identifier"],
    compute: ({ Coverage }) => memberNumbers(Coverage).map(({ value }) => value),
    rule: "The subscriber's number, else an identifier typed MB",
  }),
  43: is({ from: "Subscriber.gender", map: gender }),
  49: cx({
    from: ["Coverage.subscriberId", "Coverage.identifier"],
    compute: ({ Coverage, Payor }) =>
      memberNumbers(Coverage).map((each) => ({ ...each, system: each.system ?? Payor?.identifier?.[0]?.system })),
    repeats: true,
    rule: "As IN1-36, under the payor's authority",
  }),
});

/** HL7 v2.5.1, 6.5.7 */
export const in2 = segment<CoverageContext>("IN2", {
  6: st({
    from: "Coverage.identifier",
    pick: (identifiers: readonly fhir4.Identifier[]) =>
      identifiers.filter(({ system }) => system === "http://hl7.org/fhir/sid/us-mbi").map(({ value }) => value),
    rule: "The Medicare number",
  }),
  61: cx({
    from: ["Coverage.identifier", "Coverage.dependent"],
    compute: ({ Coverage, Payor }) => patientNumbers(Coverage, Payor),
    rule: "The patient's own number, typed MB, else the number of the dependent",
  }),
  63: xtn({
    from: "Subscriber.telecom",
    pick: (points: readonly fhir4.ContactPoint[]) => byRank(points).filter(({ use }) => use !== "work"),
    repeats: true,
  }),
  72: ce({ from: "Coverage.relationship", map: insuredRelationship }),
});

function classesOf({ class: classes }: fhir4.Coverage, type: string): readonly fhir4.CoverageClass[] {
  return listOf(classes).filter((each) => hasCode(each.type, [type]));
}

function classParts(type: string, part: "value" | "name") {
  return (classes: readonly fhir4.CoverageClass[]): readonly string[] =>
    classes.filter((each) => hasCode(each.type, [type])).flatMap((each) => each[part] ?? []);
}

/** A plan that has a name in the place of its code would not fit a code. */
function planOf(coverage: fhir4.Coverage): readonly Coded[] {
  const [plan] = classesOf(coverage, "plan");
  if (plan?.value !== undefined) {
    const name = plan.name ?? plan.value;
    return [codeOrText(plan.value.length > maxCodeLength ? undefined : plan.value, name)];
  }
  if (coverage.type !== undefined) return [coverage.type];
  const [payor] = listOf(coverage.payor);
  return payor === undefined ? [] : [codeOrText(payor.reference?.split("/").at(-1), payor.display)];
}

function payorNumbers(
  { payor }: fhir4.Coverage,
  organization: fhir4.Organization | undefined,
): readonly fhir4.Identifier[] {
  const own = listOf(organization?.identifier).filter(({ value, use }) => value && use !== "old");
  if (own.length > 0) return own;
  return listOf(payor).flatMap(({ identifier, reference }) => {
    if (identifier !== undefined) return [identifier];
    const value = reference?.split("/").at(-1);
    return value === undefined || value.startsWith("#") ? [] : [{ value }];
  });
}

/** HL70203 XX: the number of an organization. */
function asOrganization(identifier: fhir4.Identifier): fhir4.Identifier {
  return identifierType(identifier) === undefined ? { ...identifier, type: organization } : identifier;
}

const organization = typed("XX");

function memberNumbers({ subscriberId, identifier }: fhir4.Coverage): readonly fhir4.Identifier[] {
  if (typeof subscriberId === "string" && subscriberId !== "") return [{ type: member, value: subscriberId }];
  return listOf(identifier).filter((each) => identifierType(each) === "MB");
}

const member = typed("MB");

/** The number of a patient who is insured with somebody else; Millennium keeps it as that of the dependent. */
function patientNumbers(
  { identifier, dependent }: fhir4.Coverage,
  payor: fhir4.Organization | undefined,
): readonly fhir4.Identifier[] {
  const own = listOf(identifier).filter((each) => identifierType(each) === "MB");
  if (own.length > 0 || typeof dependent !== "string" || dependent === "") return own;
  const system = payor?.identifier?.[0]?.system;
  return [{ type: member, value: dependent, ...(system !== undefined && { system }) }];
}

/** The organization that holds the policy, as an employer does; a person is the subscriber. */
function holders(coverage: fhir4.Coverage, scope: Scope): readonly fhir4.Reference[] {
  const { policyHolder } = coverage;
  if (policyHolder === undefined) return [];
  const found = scope.resolve(policyHolder, coverage);
  const isOne =
    found === undefined
      ? policyHolder.type === "Organization" || referencedId(policyHolder.reference, "Organization") !== undefined
      : found.resourceType === "Organization";
  return isOne ? [policyHolder] : [];
}

function numbersOf(organization: fhir4.Reference, owner: object, scope: Scope): readonly fhir4.Identifier[] {
  if (organization.identifier !== undefined) return [organization.identifier];
  const found = scope.resolve<fhir4.Organization>(organization, owner);
  return listOf(found?.identifier).filter(({ value, use }) => value && use !== "old");
}

const gone: ReadonlySet<string> = new Set(["cancelled", "draft", "entered-in-error"]);

/**
 * What pays for the visit, primary first: the coverages of the account that the message is about, else those that name
 * the visit, else those of the person.
 */
export function coverages(context: MessageContext, scope: Scope): readonly CoverageContext[] {
  const holding = ofPatient(context, "Coverage").filter(
    ({ status, period }) => !gone.has(status) && !hasEnded(period, scope),
  );
  const ofAccount = coveragesOfAccount(context, scope);
  if (ofAccount === undefined && holding.length === 0) return none;
  const named = holding.filter((each) => isOfVisit(visitOf(each), context));
  const personal = holding.filter((each) => visitOf(each) === undefined);
  const told = ofAccount ?? byOrder(named.length > 0 ? named : personal);
  return numbered(
    context,
    told.map((Coverage) => ({
      Coverage,
      Payor: payorOf(Coverage, scope),
      Subscriber: subscriberOf(Coverage, context, scope),
    })),
  );
}

/** Undefined where the message is about no account, or the account names none. */
function coveragesOfAccount({ Account }: MessageContext, scope: Scope): readonly fhir4.Coverage[] | undefined {
  if (Account === undefined) return undefined;
  const named = listOf(Account.coverage).flatMap(({ coverage, priority }) => {
    const found = scope.resolve<fhir4.Coverage>(coverage, Account);
    const holds = found?.resourceType === "Coverage" && !gone.has(found.status);
    return holds ? [priority === undefined ? found : { ...found, order: priority }] : [];
  });
  return named.length === 0 ? undefined : byOrder(named);
}

function byOrder(coverages: readonly fhir4.Coverage[]): readonly fhir4.Coverage[] {
  return inOrder(
    coverages,
    ({ id }) => id,
    ({ order }) => order,
  );
}

function visitOf({ extension }: fhir4.Coverage): fhir4.Reference | undefined {
  return listOf(extension).find(({ url }) => url === coverageEncounter)?.valueReference;
}

function payorOf(coverage: fhir4.Coverage, scope: Scope): fhir4.Organization | undefined {
  for (const reference of listOf(coverage.payor)) {
    const found = scope.resolve<fhir4.Organization>(reference, coverage);
    if (found?.resourceType === "Organization") return found;
  }
  return undefined;
}

function subscriberOf(
  coverage: fhir4.Coverage,
  { Patient }: MessageContext,
  scope: Scope,
): fhir4.Patient | fhir4.RelatedPerson | undefined {
  const { subscriber, policyHolder, relationship, beneficiary } = coverage;
  for (const reference of [subscriber, policyHolder]) {
    if (reference === undefined) continue;
    if (Patient.id !== undefined && referencedId(reference.reference, "Patient") === Patient.id) return Patient;
    const found = scope.resolve(reference, coverage);
    if (found?.resourceType === "RelatedPerson" || found?.resourceType === "Patient") return found;
  }
  if (codingsOf(relationship ?? {}).some((coding) => coding?.code === "self")) return Patient;
  const name = humanNameFromDisplay(subscriber?.display);
  return name === undefined ? undefined : { resourceType: "RelatedPerson", patient: beneficiary, name: [name] };
}
