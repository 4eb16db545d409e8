import { dataType, type Encoder, type Row } from "../mapping.ts";
import type { Repetition } from "../model.ts";
import type { Scope } from "../scope.ts";
import { type CodeMap, reportUnmapped, type Translated, translate } from "../tables/code-map.ts";
import { codeSystem } from "../tables/code-systems.ts";
import { textOf } from "./text.ts";

/** Whatever FHIR codes with: a CodeableConcept, a Coding, or a bare code whose system the element's binding gives. */
export type Coded = fhir4.CodeableConcept | fhir4.Coding | string;

export function codingsOf(coded: Coded | null | undefined): readonly fhir4.Coding[] {
  if (typeof coded === "string") return [{ code: coded }];
  if (typeof coded !== "object" || coded === null) return [];
  if ("coding" in coded && Array.isArray(coded.coding)) return coded.coding;
  return "code" in coded || "system" in coded ? [coded as fhir4.Coding] : [];
}

/** A code with its name; a name without a code is a text. */
export function codeOrText(code: string | undefined, name: string | undefined): Coded {
  if (code === undefined) return name === undefined ? {} : { text: name };
  return name === undefined ? { code } : { code, display: name };
}

function textIn(coded: Coded): string | undefined {
  return typeof coded === "object" && coded !== null && "text" in coded ? textOf(coded.text) : undefined;
}

/** A coding with its code system as CE.3 has it, and its rank: Millennium puts its own code before the standard ones. */
interface Ranked {
  readonly coding: fhir4.Coding;
  readonly systemId: string;
  readonly rank: number;
}

function ranked(coding: fhir4.Coding | null): Ranked | undefined {
  if (typeof coding !== "object" || coding === null) return undefined;
  if (coding.code === undefined && coding.display === undefined) return undefined;
  const { id: systemId, isStandard } = codeSystem(coding.system);
  return { coding, systemId, rank: isStandard ? 0 : coding.userSelected === true ? 1 : 2 };
}

const sameSystemRank = 9;

/**
 * The two codings that CE and CWE have room for: the best one, and the best of another system where there is one, so
 * that a LOINC code goes with the local code and not with a second LOINC code.
 */
function twoBest(codings: readonly fhir4.Coding[]): readonly [Ranked | undefined, Ranked | undefined] {
  if (codings.length < 2) return [codings[0] === undefined ? undefined : ranked(codings[0]), undefined];
  const usable: Ranked[] = [];
  let first: Ranked | undefined;
  for (const coding of codings) {
    const candidate = ranked(coding);
    if (candidate === undefined) continue;
    usable.push(candidate);
    if (first === undefined || candidate.rank < first.rank) first = candidate;
  }
  if (first === undefined) return [undefined, undefined];
  let second: Ranked | undefined;
  let secondRank = Number.POSITIVE_INFINITY;
  for (const candidate of usable) {
    const isOfSameSystem = candidate.coding.system === first.coding.system;
    if (isOfSameSystem && candidate.coding.code === first.coding.code) continue;
    const rank = isOfSameSystem ? sameSystemRank : candidate.rank;
    if (rank < secondRank) {
      second = candidate;
      secondRank = rank;
    }
  }
  return [first, second];
}

/**
 * 2.A.3 CE: code, text and system, twice. CE has no place for the text that a person wrote, so it takes the first
 * code's text when neither coding says the same.
 */
export function codedElement(coded: Coded): Repetition | undefined {
  const text = textIn(coded);
  const [first, second] = twoBest(codingsOf(coded));
  if (first === undefined) return text === undefined ? undefined : [undefined, text];
  const { display } = first.coding;
  const isSaid = text === undefined || text === display || text === second?.coding.display;
  const name = isSaid ? (display ?? text) : text;
  if (second === undefined) return [first.coding.code, name, first.systemId];
  return [first.coding.code, name, first.systemId, second.coding.code, second.coding.display, second.systemId];
}

/** 2.A.13 CWE: as CE, with the versions of the code systems and the original text. */
export function codedWithExceptions(coded: Coded): Repetition | undefined {
  const text = textIn(coded);
  const [first, second] = twoBest(codingsOf(coded));
  if (first === undefined) return text === undefined ? undefined : [...gap(8), text];
  const { code, display, version } = first.coding;
  const originalText = text === display ? undefined : text;
  const hasMore = second !== undefined || version !== undefined || originalText !== undefined;
  if (!hasMore) return [code, display, first.systemId];
  return [
    code,
    display,
    first.systemId,
    second?.coding.code,
    second?.coding.display,
    second?.systemId,
    version,
    second?.coding.version,
    originalText,
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
  if (best !== undefined) reportUnmapped(best.coding, row.id, map, scope);
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
export const cne = dataType<Coded>("CNE", encodeCoded(codedWithExceptions));

/** IS and ID: the code alone. */
const encodeCode: Encoder<Coded> = (coded, scope, row) => {
  if (row.map !== undefined) {
    const found = mapped(coded, row.map, scope, row);
    if (found === null) return undefined;
    if (found !== undefined) return [found.code];
  }
  const [best] = twoBest(codingsOf(coded));
  return best === undefined ? undefined : [textOf(best.coding.code)];
};

/** 2.A.36 IS: a code of a table that sites define. */
export const is = dataType<Coded>("IS", encodeCode);
/** 2.A.35 ID: a code of a table that HL7 defines. */
export const id = dataType<Coded>("ID", encodeCode);

/** A FHIR boolean as HL70136. */
export const yesNo = dataType<boolean>("ID", (value) => (typeof value === "boolean" ? [value ? "Y" : "N"] : undefined));
