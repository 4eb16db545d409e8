import { identifierType } from "../../fhir.ts";
import { standard } from "../extensions.ts";
import { dataType } from "../mapping.ts";
import type { Repetition, Value } from "../model.ts";
import type { Scope } from "../scope.ts";
import { terminology } from "../tables/code-map.ts";
import { authorityOfIdentifier, designator } from "./hd.ts";
import { textOf } from "./text.ts";
import { dateOf } from "./time.ts";

const identifierTypes = `${terminology}/v2-0203`;

export { identifierType };

/** An Identifier.type of HL70203. */
export function typed(code: string): fhir4.CodeableConcept {
  return { coding: [{ system: identifierTypes, code }] };
}

const checkDigit = `${standard}/identifier-checkDigit`;
const checkDigitScheme = `${standard}/namingsystem-checkDigit`;

/** CX.2 and CX.3: the digit that guards against mistyping, and how it is worked out (HL70061). */
export function checkDigitOf({ extension }: fhir4.Identifier): readonly [Value, Value] {
  if (extension === undefined) return [undefined, undefined];
  const textAt = (wanted: string) => {
    const found = extension.find(({ url }) => url === wanted);
    return textOf(found?.valueString ?? found?.valueCode);
  };
  return [textAt(checkDigit), textAt(checkDigitScheme)];
}

/** 2.A.14 CX */
export function extendedId(
  identifier: fhir4.Identifier,
  scope: Scope,
  owner: object = identifier,
): Repetition | undefined {
  const value = textOf(identifier.value);
  if (value === undefined) return undefined;
  const type = identifierType(identifier);
  const { period } = identifier;
  const authority = designator(authorityOfIdentifier(identifier, scope, owner));
  const [digit, scheme] = checkDigitOf(identifier);
  if (period === undefined) return [value, digit, scheme, authority, type];
  return [value, digit, scheme, authority, type, undefined, dateOf(period.start, scope), dateOf(period.end, scope)];
}

export const cx = dataType<fhir4.Identifier>("CX", (identifier, scope, _row, owner) =>
  extendedId(identifier, scope, owner),
);

/** 2.A.19 DLN: the number of a driver's licence, who issued it, and until when it holds. */
export const dln = dataType<fhir4.Identifier>("DLN", ({ value, assigner, period }, scope) => [
  textOf(value),
  textOf(assigner?.display),
  dateOf(period?.end, scope),
]);

/** 2.A.28 EI */
export function entityId(
  identifier: fhir4.Identifier,
  scope: Scope,
  owner: object = identifier,
): Repetition | undefined {
  const value = textOf(identifier.value);
  if (value === undefined) return undefined;
  return [value, ...designator(authorityOfIdentifier(identifier, scope, owner))];
}

export const ei = dataType<fhir4.Identifier>("EI", (identifier, scope, _row, owner) =>
  entityId(identifier, scope, owner),
);

/** What the source has not numbered itself: without a system, nobody knows who has. */
export const foreignEi = dataType<fhir4.Identifier>("EI", (identifier, scope, _row, owner) => {
  const value = textOf(identifier.value);
  return value === undefined ? undefined : [value, ...designator(authorityOfIdentifier(identifier, scope, owner, {}))];
});

/** 2.A.29 EIP: an identifier as EI in the place of the placer's or the filler's number. */
export const eip = dataType<{ placer?: fhir4.Identifier | undefined; filler?: fhir4.Identifier | undefined }>(
  "EIP",
  ({ placer, filler }, scope, _row, owner) => [
    placer === undefined ? undefined : (entityId(placer, scope, owner) as readonly string[] | undefined),
    filler === undefined ? undefined : (entityId(filler, scope, owner) as readonly string[] | undefined),
  ],
);
