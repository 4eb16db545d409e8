import { dataType } from "../mapping.ts";
import type { Repetition } from "../model.ts";
import type { Scope } from "../scope.ts";
import { authorityOf, designator } from "./hd.ts";
import { textOf } from "./text.ts";
import { dateOf } from "./time.ts";

const identifierTypes = "http://terminology.hl7.org/CodeSystem/v2-0203";

/** HL70203 code of an identifier: `MR`, `AN`, `DL`... */
export function identifierType(identifier: fhir4.Identifier): string | undefined {
  const codings = identifier.type?.coding;
  if (!Array.isArray(codings)) return undefined;
  return codings.find(({ system }) => system === identifierTypes || system === "http://hl7.org/fhir/v2/0203")?.code;
}

/** 2.A.14 CX */
export function extendedId(identifier: fhir4.Identifier, scope: Scope): Repetition | undefined {
  const value = textOf(identifier.value);
  if (value === undefined) return undefined;
  const type = identifierType(identifier);
  const { period } = identifier;
  const authority = designator(authorityOf(identifier.system, scope));
  if (period === undefined) return [value, undefined, undefined, authority, type];
  return [
    value,
    undefined,
    undefined,
    authority,
    type,
    undefined,
    dateOf(period.start, scope),
    dateOf(period.end, scope),
  ];
}

export const cx = dataType<fhir4.Identifier>("CX", extendedId);

/** 2.A.28 EI */
export function entityId(identifier: fhir4.Identifier, scope: Scope): Repetition | undefined {
  const value = textOf(identifier.value);
  if (value === undefined) return undefined;
  return [value, ...designator(authorityOf(identifier.system, scope))];
}

export const ei = dataType<fhir4.Identifier>("EI", entityId);

/** 2.A.29 EIP: an identifier as EI in the place of the placer's or the filler's number. */
export const eip = dataType<{ placer?: fhir4.Identifier | undefined; filler?: fhir4.Identifier | undefined }>(
  "EIP",
  ({ placer, filler }, scope) => [
    placer === undefined ? undefined : (entityId(placer, scope) as readonly string[] | undefined),
    filler === undefined ? undefined : (entityId(filler, scope) as readonly string[] | undefined),
  ],
);
