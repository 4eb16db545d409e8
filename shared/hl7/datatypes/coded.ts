import { dataType, type Encoded, type Encoder, type Row } from "../mapping.ts";
import type { Component, Repetition } from "../model.ts";
import type { Scope } from "../scope.ts";
import { type CodeMap, reportUnmapped, type Translated, translate } from "../tables/code-map.ts";
import { codeSystem } from "../tables/code-systems.ts";
import { translateBySet, unmappedValue, type ValueSetTable } from "../value-sets.ts";
import { isFrom } from "../versions.ts";
import { textOf } from "./text.ts";

/** Whatever FHIR codes with: a CodeableConcept, a Coding, or a bare code whose system the element's binding gives. */
export type Coded = fhir4.CodeableConcept | fhir4.Coding | string;

export function codingsOf(coded: Coded | null | undefined): readonly fhir4.Coding[] {
  if (typeof coded === "string") return [{ code: coded }];
  if (typeof coded !== "object" || coded === null) return [];
  // To read a member is several times faster than to ask whether it is there.
  const { coding } = coded as fhir4.CodeableConcept;
  if (Array.isArray(coding)) return coding;
  return "code" in coded || "system" in coded ? [coded as fhir4.Coding] : [];
}

/** Of several concepts. Most are one, and `flatMap` takes longer than all else that is done with it. */
export function codingsIn(concepts: readonly Coded[]): readonly fhir4.Coding[] {
  if (Array.isArray(concepts) && concepts.length === 1) return codingsOf(concepts[0]);
  return concepts.flatMap(codingsOf);
}

/** A code with its name; a name without a code is a text. */
export function codeOrText(code: string | undefined, name: string | undefined): Coded {
  if (code === undefined) return name === undefined ? {} : { text: name };
  return name === undefined ? { code } : { code, display: name };
}

function textIn(coded: Coded): string | undefined {
  return typeof coded === "object" && coded !== null ? textOf((coded as fhir4.CodeableConcept).text) : undefined;
}

/** A coding with its code system as CE.3 has it, and its rank: Millennium puts its own code before the standard ones. */
interface Ranked {
  readonly coding: fhir4.Coding;
  readonly systemId: string;
  readonly rank: number;
}

function ranked(coding: fhir4.Coding | null | undefined, preference: Preference): Ranked | undefined {
  if (typeof coding !== "object" || coding === null) return undefined;
  if (coding.code === undefined && coding.display === undefined) return undefined;
  const { id, isStandard } = codeSystem(coding.system);
  const usual = isStandard ? 0 : coding.userSelected === true ? 1 : 2;
  if (preference === undefined) return { coding, systemId: id, rank: usual };
  const { order, systemIds } = preference;
  const systemId = systemIds?.get(coding.system ?? "") ?? id;
  const wanted = order.findIndex((each) => each === systemId || each === coding.system || isLocal(each, isStandard));
  return { coding, systemId, rank: wanted === -1 ? order.length + usual : wanted };
}

/** What a destination says of code systems; most say nothing. */
export type Preference =
  | {
      /** FHIR URIs and ids of code systems, or `local`, in the order in which they are wanted. */
      readonly order: readonly string[];
      /** FHIR URI to id. */
      readonly systemIds: ReadonlyMap<string, string> | undefined;
    }
  | undefined;

const noOrder: readonly string[] = [];

function isLocal(entry: string, isStandard: boolean): boolean {
  return entry === "local" && !isStandard;
}

/** What a destination wants in a field. */
export function codingPreference({ settings: { codings, codeSystems } }: Scope, field: string): Preference {
  if (codings === undefined && codeSystems === undefined) return undefined;
  return { order: codings?.get(field) ?? codings?.get("*") ?? noOrder, systemIds: codeSystems };
}

const sameSystemRank = 1_000;

/**
 * The two codings that CE and CWE have room for: the best one, and the best of another system where there is one, so
 * that a LOINC code goes with the local code and not with a second LOINC code.
 */
function twoBest(
  codings: readonly fhir4.Coding[],
  preference: Preference,
): readonly [Ranked | undefined, Ranked | undefined] {
  if (codings.length < 2) return [codings[0] === undefined ? undefined : ranked(codings[0], preference), undefined];
  if (codings.length === 2) return bothOf(codings[0], codings[1], preference);
  const usable: Ranked[] = [];
  let first: Ranked | undefined;
  for (const coding of codings) {
    const candidate = ranked(coding, preference);
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

/** The usual two: Millennium's own code and the standard one. */
function bothOf(
  a: fhir4.Coding | undefined,
  b: fhir4.Coding | undefined,
  preference: Preference,
): readonly [Ranked | undefined, Ranked | undefined] {
  const one = ranked(a, preference);
  const other = ranked(b, preference);
  if (one === undefined || other === undefined) return [one ?? other, undefined];
  const isFirst = !(other.rank < one.rank);
  const first = isFirst ? one : other;
  const second = isFirst ? other : one;
  const isTheSame = first.coding.code === second.coding.code && first.coding.system === second.coding.system;
  return [first, isTheSame ? undefined : second];
}

/**
 * 2.A.3 CE: code, text and system, twice. CE has no place for the text that a person wrote, so it takes the first
 * code's text when neither coding says the same.
 */
export function codedElement(coded: Coded, preference?: Preference): Repetition | undefined {
  const text = textIn(coded);
  const [first, second] = twoBest(codingsOf(coded), preference);
  if (first === undefined) return text === undefined ? undefined : [undefined, text];
  const { display } = first.coding;
  const isSaid = text === undefined || text === display || text === second?.coding.display;
  const name = isSaid ? (display ?? text) : text;
  if (second === undefined) return [first.coding.code, name, first.systemId];
  return [first.coding.code, name, first.systemId, second.coding.code, second.coding.display, second.systemId];
}

/** 2.A.13 CWE: as CE, with the versions of the code systems and the original text; from 2.7 on with a third coding. */
export function codedWithExceptions(coded: Coded, preference?: Preference, scope?: Scope): Repetition | undefined {
  const text = textIn(coded);
  const codings = codingsOf(coded);
  const [first, second] = twoBest(codings, preference);
  if (first === undefined) return text === undefined ? undefined : [...gap(8), text];
  const { code, version } = first.coding;
  // A code without a name is called what the person called it.
  const display = first.coding.display ?? text;
  const originalText = text === display ? undefined : text;
  const hasMore = second !== undefined || version !== undefined || originalText !== undefined;
  if (!hasMore) return [code, display, first.systemId];
  const parts: Component[] = [
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
  if (codings.length < 3 || scope === undefined || !isFrom("2.7", scope)) return parts;
  const [third] = twoBest(
    codings.filter((each) => each !== first.coding && each !== second?.coding),
    preference,
  );
  if (third !== undefined) parts.push(third.coding.code, third.coding.display, third.systemId, third.coding.version);
  return parts;
}

function gap(count: number): undefined[] {
  return new Array<undefined>(count).fill(undefined);
}

/** A field that is held against a value set or a table: `OBX-5`. */
export interface CodedField {
  readonly id: string;
  readonly map: CodeMap | undefined;
}

/** Nothing is sent on purpose (null), or the source's own code is (undefined). */
type Found = (Translated & { readonly system?: string | undefined }) | { readonly text: true } | null | undefined;

/** The code of the destination's value set or of the table, or what becomes of one that has no row (a work item). */
function mapped(coded: Coded, valueSet: ValueSetTable | undefined, scope: Scope, field: CodedField): Found {
  const codings = codingsOf(coded);
  if (valueSet !== undefined) {
    const own = translateBySet(preferred(codings, codingPreference(scope, field.id)), valueSet);
    if (own) return own.name === undefined ? { ...own, name: textIn(coded) } : own;
    if (own === null) return null;
    if (isOwnWord(coded, field) && valueSet.builtIn && valueSet.noRow === "passThrough") return undefined;
  }
  const map = valueSet?.builtIn === false ? undefined : field.map;
  const found = map === undefined ? undefined : translate(codings, map);
  if (found !== undefined) return found;
  const [best] = twoBest(codings, undefined);
  if (best !== undefined) reportUnmapped(best.coding, field.id, field.map, scope);
  return best === undefined || valueSet === undefined ? undefined : unmappedValue(valueSet, field.id, best.coding);
}

/** A code of the HL7 table that the mapping has worked out, and no code of the source. */
function isOwnWord(coded: Coded, { map }: CodedField): boolean {
  return typeof coded === "string" && map === undefined;
}

function preferred(codings: readonly fhir4.Coding[], preference: Preference): readonly fhir4.Coding[] {
  if (preference === undefined || codings.length < 2) return codings;
  const rank = (coding: fhir4.Coding) => ranked(coding, preference)?.rank ?? Number.POSITIVE_INFINITY;
  return codings.toSorted((a, b) => rank(a) - rank(b));
}

/**
 * What the destination's value set, or the table of a field, says in the place of a code: null for nothing, undefined
 * where the code is sent as it is.
 */
export function codeInPlace(coded: Coded, field: CodedField, scope: Scope): Repetition | null | undefined {
  if (!isHeld(field, scope)) return undefined;
  const found = mapped(coded, valueSetOf(scope, field), scope, field);
  if (found === null || found === undefined) return found;
  if ("text" in found) return [undefined, textIn(coded) ?? displayIn(coded)];
  return [found.code, found.name, found.system ?? field.map?.table ?? "L"];
}

/** Whether there are codes that a field is held against. */
export function isHeld(field: CodedField, scope: Scope): boolean {
  return field.map !== undefined || valueSetOf(scope, field) !== undefined;
}

/** Whether a field has a code for it: by the destination's value set, or by the table. */
export function isSaid(coded: Coded, field: string, map: CodeMap | undefined, { settings }: Scope): boolean {
  const valueSet = settings.valueSets?.get(field);
  if (valueSet === undefined && map === undefined) return false;
  const codings = codingsOf(coded);
  if (valueSet !== undefined && translateBySet(codings, valueSet) !== undefined) return true;
  return map !== undefined && translate(codings, map) !== undefined;
}

type Encode = (coded: Coded, preference: Preference, scope: Scope) => Repetition | undefined;

/** A coded field bound to an HL7 table: the translated code alone; without a row, the source's own code. */
const encodeCoded =
  (encode: Encode): Encoder<Coded> =>
  (coded, scope, row) =>
    codedIn(row, encode, coded, scope);

/** The value of a coded field, however many fields say it. */
export function codedIn(field: CodedField, encode: Encode, coded: Coded, scope: Scope): Repetition | undefined {
  const told = codeInPlace(coded, field, scope);
  // A destination with codes of its own gets those alone.
  if (told?.[0] !== undefined && valueSetOf(scope, field) === undefined) return withOthers(told, coded, field, scope);
  return told === undefined ? encode(coded, codingPreference(scope, field.id), scope) : (told ?? undefined);
}

/**
 * Beside the code of the table, the source's own coding of another system; from 2.6 on also the versions, and what a
 * person wrote.
 */
function withOthers(told: Repetition, coded: Coded, { id, map }: CodedField, scope: Scope): Repetition {
  const [code, name, table] = told;
  const codings = codingsOf(coded);
  const others = codings.filter((each) => each?.code !== undefined && !isOfTable(each, map));
  const other = others.length === 0 ? undefined : twoBest(others, codingPreference(scope, id))[0];
  const { coding, systemId } = other ?? {};
  const parts: Component[] = [code, name, table];
  if (coding !== undefined) parts.push(coding.code, coding.display, systemId);
  if (!isFrom("2.6", scope)) return parts;
  const text = textIn(coded);
  const own = codings.find((each) => each?.code === code && each?.system !== undefined && isOfTable(each, map));
  const more = [own?.version, coding?.version, text === name || text === coding?.display ? undefined : text];
  if (more.some((each) => each !== undefined)) for (const [index, each] of more.entries()) parts[6 + index] = each;
  return parts;
}

/** Of the table, or what the table's code was made from. */
function isOfTable({ system, code }: fhir4.Coding, map: CodeMap | undefined): boolean {
  if (map === undefined) return false;
  if (system === undefined) return Object.hasOwn(map.codes, code ?? "") || Object.hasOwn(map.names, code ?? "");
  return map.systems.includes(system) || system.endsWith(map.tableSystemEnd) || codeSystem(system).id === map.table;
}

function valueSetOf({ settings: { valueSets } }: Scope, { id: field, map }: CodedField): ValueSetTable | undefined {
  if (valueSets === undefined) return undefined;
  // What holds for every field holds for those that have a table.
  return valueSets.get(field) ?? (map === undefined || map.isOpen ? undefined : valueSets.get("*"));
}

function displayIn(coded: Coded): string | undefined {
  const codings = codingsOf(coded);
  return textOf(codings.find(({ display }) => display !== undefined)?.display) ?? textOf(codings[0]?.code);
}

/** CE gave way to CWE in 2.6. */
const codedElementOrLater: Encode = (coded, preference, scope) =>
  isFrom("2.6", scope) ? codedWithExceptions(coded, preference, scope) : codedElement(coded, preference);

export const ce = dataType<Coded>("CE", encodeCoded(codedElementOrLater), "coded");
export const cwe = dataType<Coded>("CWE", encodeCoded(codedWithExceptions), "coded");
export const cne = dataType<Coded>("CNE", encodeCoded(codedWithExceptions), "coded");

/** IS and ID: the code alone. */
const encodeCode: Encoder<Coded> = (coded, scope, row) => {
  const told = codeAlone(coded, scope, row);
  if (told === undefined && codingsOf(coded).length === 0 && textIn(coded) !== undefined)
    scope.report({ severity: "warning", reason: "text-without-code", field: row.id, path: row.paths[0]?.text });
  return told;
};

const codeAlone = (coded: Coded, scope: Scope, row: Row): Encoded | undefined => {
  // Most of the fields that were IS are CWE from 2.7 on; without a code they say nothing in either.
  if (row.type === "IS" && isFrom("2.7", scope)) {
    const full = codedIn(row, codedWithExceptions, coded, scope);
    return full?.[0] === undefined ? undefined : full;
  }
  const found = isHeld(row, scope) ? mapped(coded, valueSetOf(scope, row), scope, row) : undefined;
  // A code alone has no place for a text.
  if (found !== undefined) return found === null || "text" in found ? undefined : found.code;
  if (typeof coded === "string") return textOf(coded);
  const [best] = twoBest(codingsOf(coded), codingPreference(scope, row.id));
  return best === undefined ? undefined : textOf(best.coding.code);
};

/** 2.A.36 IS: a code of a table that sites define. */
export const is = dataType<Coded>("IS", encodeCode, "coded");
/** 2.A.35 ID: a code of a table that HL7 defines. */
export const id = dataType<Coded>("ID", encodeCode, "coded");

/** A FHIR boolean as HL70136. */
export const yesNo = dataType<boolean>("ID", (value) => (typeof value === "boolean" ? (value ? "Y" : "N") : undefined));
