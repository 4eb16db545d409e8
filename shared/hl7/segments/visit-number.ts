import type { MessageContext } from "../context.ts";
import { extendedId, identifierType, typed } from "../datatypes/identifier.ts";
import type { Repetition } from "../model.ts";
import type { Scope } from "../scope.ts";

type VisitContext = Pick<MessageContext, "Encounter">;

/** The financial number of a visit: HL70203 `AN`, which Millennium calls FIN. */
export function accountNumber(
  values: readonly (fhir4.Reference | fhir4.Identifier)[],
  { Encounter }: VisitContext,
  scope: Scope,
): readonly fhir4.Identifier[] {
  const identifiers: fhir4.Identifier[] = [];
  for (const value of values)
    if ("reference" in value) {
      const account = scope.resolve<fhir4.Account>(value, Encounter ?? {});
      if (account?.resourceType === "Account") identifiers.push(...identifiersOfAccount(account));
      else if (value.identifier !== undefined) identifiers.push(value.identifier);
    } else identifiers.push(value as fhir4.Identifier);
  const found = identifiers.find((each) => identifierType(each) === "AN" && each.use !== "old");
  if (found === undefined) return ofAccounts(values, { Encounter }, scope);
  return [withoutPeriod(found)];
}

/** The number of an Account is that of the account, of whatever type it is. */
function ofAccounts(
  values: readonly (fhir4.Reference | fhir4.Identifier)[],
  { Encounter }: VisitContext,
  scope: Scope,
): readonly fhir4.Identifier[] {
  for (const value of values) {
    const account = "reference" in value ? scope.resolve<fhir4.Account>(value, Encounter ?? {}) : undefined;
    const [found] = account?.resourceType === "Account" ? identifiersOfAccount(account) : [];
    if (found?.value && found.use !== "old") return [withoutPeriod(found)];
  }
  return [];
}

/** All numbers of an Account are account numbers, whether the resource types them or not. */
function identifiersOfAccount({ identifier }: fhir4.Account): readonly fhir4.Identifier[] {
  if (!Array.isArray(identifier)) return [];
  return identifier.filter(Boolean).map((each) => (identifierType(each) ? each : { ...each, type: accountType }));
}

/** The number of an Account; without one, its id under the source's authority. */
export function numberOfAccount(account: fhir4.Account): readonly fhir4.Identifier[] {
  const [found] = identifiersOfAccount(account).filter(({ value, use }) => value && use !== "old");
  if (found !== undefined) return [withoutPeriod(found)];
  return account.id === undefined ? [] : [{ value: account.id, type: accountType }];
}

/** The account that a message is billed to: the one it is about, that of its charge, else that of the visit. */
export function accountOfMessage(
  { Account, ChargeItem, Encounter }: Pick<MessageContext, "Account" | "ChargeItem" | "Encounter">,
  scope: Scope,
): readonly fhir4.Identifier[] {
  if (Account !== undefined) return numberOfAccount(Account);
  for (const reference of Array.isArray(ChargeItem?.account) ? ChargeItem.account : []) {
    const account = scope.resolve<fhir4.Account>(reference, ChargeItem ?? {});
    if (account?.resourceType === "Account") return numberOfAccount(account);
  }
  return accountNumber([...(Encounter?.account ?? []), ...(Encounter?.identifier ?? [])], { Encounter }, scope);
}

const accountType = typed("AN");

/** The key of a visit, the same in all its messages: the visit number, else the account number. */
export function visitNumber(identifiers: readonly fhir4.Identifier[]): readonly fhir4.Identifier[] {
  const found = numberOfType("VN", identifiers) ?? numberOfType("AN", identifiers);
  return found === undefined ? [] : [withoutPeriod(found)];
}

function numberOfType(type: string, identifiers: readonly fhir4.Identifier[]): fhir4.Identifier | undefined {
  let former: fhir4.Identifier | undefined;
  for (const each of identifiers) {
    if (identifierType(each) !== type || typeof each.value !== "string" || each.use === "old") continue;
    // Former numbers stay listed, with the end of their time.
    if (each.period?.end === undefined) return each;
    former ??= each;
  }
  return former;
}

/** Where a visit has no number, the id of the Encounter under the source's authority. */
export function internalVisitNumber(encounter: fhir4.Encounter | undefined, scope: Scope): Repetition | undefined {
  return encounter?.id === undefined ? undefined : extendedId({ value: encounter.id, type: visitType }, scope);
}

const visitType = typed("VN");

/** Since when a number holds changes nothing in what it names, and receivers compare the whole field. */
export function withoutPeriod(identifier: fhir4.Identifier): fhir4.Identifier {
  if (identifier.period === undefined) return identifier;
  const { period: _period, ...number } = identifier;
  return number;
}
