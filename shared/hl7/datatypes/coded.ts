import { dataType, type Encoder, type Row } from "../mapping.ts";
import type { Repetition } from "../model.ts";
import type { Scope } from "../scope.ts";
import { type CodeMap, reportUnmapped, type Translated, translate } from "../tables/code-map.ts";
import { codeSystemId, isStandardSystem } from "../tables/code-systems.ts";
import { textOf } from "./text.ts";

/** Whatever FHIR codes with: a CodeableConcept, a Coding, or a bare code whose system the element's binding gives. */
export type Coded = fhir4.CodeableConcept | fhir4.Coding | string;

export function codingsOf(coded: Coded): readonly fhir4.Coding[] {
  if (typeof coded === "string") return [{ code: coded }];
  if ("coding" in coded && Array.isArray(coded.coding)) return coded.coding;
  return "code" in coded || "system" in coded ? [coded as fhir4.Coding] : [];
}

function textIn(coded: Coded): string | undefined {
  return typeof coded === "object" && "text" in coded ? textOf(coded.text) : undefined;
}

/** 0 for standard systems, 1 for what the user chose, 2 for the rest: Millennium puts its own code first. */
function rankOf(coding: fhir4.Coding): number {
  if (isStandardSystem(coding.system)) return 0;
  return coding.userSelected === true ? 1 : 2;
}

/**
 * The two codings that CE and CWE have room for: the best one, and the best of another system where there is one, so
 * that a LOINC code goes with the local code and not with a second LOINC code.
 */
function twoBest(codings: readonly fhir4.Coding[]): readonly [fhir4.Coding | undefined, fhir4.Coding | undefined] {
  let first: fhir4.Coding | undefined;
  for (const coding of codings)
    if (isUsable(coding) && (first === undefined || rankOf(coding) < rankOf(first))) first = coding;
  if (first === undefined || codings.length === 1) return [first, undefined];
  let second: fhir4.Coding | undefined;
  let secondRank = Number.POSITIVE_INFINITY;
  for (const coding of codings) {
    if (!isUsable(coding) || isSame(coding, first)) continue;
    const rank = coding.system === first.system ? sameSystemRank : rankOf(coding);
    if (rank < secondRank) {
      second = coding;
      secondRank = rank;
    }
  }
  return [first, second];
}

const sameSystemRank = 9;

function isUsable(coding: fhir4.Coding | null): boolean {
  return typeof coding === "object" && coding !== null && (coding.code !== undefined || coding.display !== undefined);
}

function isSame(a: fhir4.Coding, b: fhir4.Coding | undefined): boolean {
  return a.code === b?.code && a.system === b?.system;
}

/**
 * 2.A.3 CE: code, text and system, twice. CE has no place for the text that a person wrote, so it takes the first
 * code's text when neither coding says the same.
 */
export function codedElement(coded: Coded): Repetition | undefined {
  const text = textIn(coded);
  const [first, second] = twoBest(codingsOf(coded));
  if (first === undefined) return text === undefined ? undefined : [undefined, text];
  const ownText = text === undefined || text === first.display || text === second?.display ? first.display : text;
  const own = [first.code, ownText ?? text, codeSystemId(first.system)];
  return second === undefined ? own : [...own, second.code, second.display, codeSystemId(second.system)];
}

/** 2.A.13 CWE: as CE, with the versions of the code systems and the original text. */
export function codedWithExceptions(coded: Coded): Repetition | undefined {
  const text = textIn(coded);
  const [first, second] = twoBest(codingsOf(coded));
  if (first === undefined) return text === undefined ? undefined : [...gap(8), text];
  const own = [first.code, first.display, codeSystemId(first.system)];
  const hasMore = second !== undefined || first.version !== undefined || (text !== undefined && text !== first.display);
  if (!hasMore) return own;
  return [
    ...own,
    second?.code,
    second?.display,
    codeSystemId(second?.system),
    first.version,
    second?.version,
    text === first.display ? undefined : text,
  ];
}

function gap(count: number): undefined[] {
  return new Array<undefined>(count).fill(undefined);
}

/** The table's own code, or what the source says where the table has none (counted as a work item). */
function mapped(coded: Coded, map: CodeMap, scope: Scope, row: Row): Translated | null | undefined {
  const codings = codingsOf(coded);
  const found = translate(codings, map);
  if (found !== undefined) return found;
  const [best] = twoBest(codings);
  if (best !== undefined) reportUnmapped(best, row.id, map, scope);
  return undefined;
}

/** A coded field bound to an HL7 table: the translated code alone; without a row, the source's own code. */
const encodeCoded =
  (encode: (coded: Coded) => Repetition | undefined): Encoder<Coded> =>
  (coded, scope, row) => {
    if (row.map === undefined) return encode(coded);
    const found = mapped(coded, row.map, scope, row);
    if (found === null) return undefined;
    return found === undefined ? encode(coded) : [found.code, found.name, row.map.table];
  };

export const ce = dataType<Coded>("CE", encodeCoded(codedElement));
export const cwe = dataType<Coded>("CWE", encodeCoded(codedWithExceptions));

/** IS and ID: the code alone. */
const encodeCode: Encoder<Coded> = (coded, scope, row) => {
  if (row.map !== undefined) {
    const found = mapped(coded, row.map, scope, row);
    if (found === null) return undefined;
    if (found !== undefined) return [found.code];
  }
  const [best] = twoBest(codingsOf(coded));
  return [textOf(best?.code)];
};

/** 2.A.36 IS: a code of a table that sites define. */
export const is = dataType<Coded>("IS", encodeCode);
/** 2.A.35 ID: a code of a table that HL7 defines. */
export const id = dataType<Coded>("ID", encodeCode);

/** A FHIR boolean as HL70136. */
export const yesNo = dataType<boolean>("ID", (value) => (typeof value === "boolean" ? [value ? "Y" : "N"] : undefined));
