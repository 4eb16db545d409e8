import { standard } from "../extensions.ts";
import { none } from "../lists.ts";
import { dataType } from "../mapping.ts";
import type { Repetition, Value } from "../model.ts";
import type { Scope } from "../scope.ts";
import { nameUse } from "../tables/person.ts";
import { isFrom } from "../versions.ts";
import { textOf } from "./text.ts";
import { timestampOf } from "./time.ts";

const generational = new Set(["JR", "SR", "I", "II", "III", "IV", "V", "2ND", "3RD", "ESQ"]);

/** HL70360, the degrees that people carry behind their name. FHIR's suffix does not tell them from `Jr.`. */
const degrees = new Set(
  "AA AAS ABA AE AS BA BBA BE BFA BN BS BSL BSN BT CANP CER CMA CNM CNP CNS CPNP CRN DBA DED DIP DO EMT EMTP FPNP HS JD MA MBA MCE MD MDA MDI ME MED MEE MFA MME MS MSL MSN MT NG NP PA PHARMD PHD PHE PHS PN RMA RN RPH SEC TS".split(
    " ",
  ),
);

/** Whether a suffix is a degree that HL70360 has. */
export function isDegree(suffix: string): boolean {
  return degrees.has(suffix.replaceAll(".", "").toUpperCase());
}

interface Suffixes {
  readonly generational: string | undefined;
  readonly degree: string | undefined;
  readonly professional: string | undefined;
}

const noSuffix: Suffixes = { generational: undefined, degree: undefined, professional: undefined };

/** From 2.7 on a degree is a professional suffix like others. */
function suffixesOf(suffixes: unknown, scope: Scope): Suffixes {
  if (!Array.isArray(suffixes) || suffixes.length === 0) return noSuffix;
  const hasDegree = !isFrom("2.7", scope);
  const sorted = { generational: [] as string[], degree: [] as string[], professional: [] as string[] };
  for (const suffix of suffixes) {
    const text = textOf(suffix);
    if (text === undefined) continue;
    const bare = text.replaceAll(".", "").toUpperCase();
    // XPN.6 takes one degree.
    if (generational.has(bare)) sorted.generational.push(text);
    else if (hasDegree && degrees.has(bare) && sorted.degree.length === 0) sorted.degree.push(text);
    else sorted.professional.push(text);
  }
  return {
    generational: joined(sorted.generational),
    degree: joined(sorted.degree),
    professional: joined(sorted.professional),
  };
}

function joined(values: unknown): string | undefined {
  if (!Array.isArray(values)) return undefined;
  if (values.length === 1) return textOf(values[0]);
  return values.map(textOf).filter(Boolean).join(" ") || undefined;
}

const ownPrefix = `${standard}/humanname-own-prefix`;
const ownName = `${standard}/humanname-own-name`;
const partnerPrefix = `${standard}/humanname-partner-prefix`;
const partnerName = `${standard}/humanname-partner-name`;
const assemblyOrder = `${standard}/humanname-assembly-order`;
/** HL70444 knows whether the family name goes first; FHIR also which of two family names. */
const assemblyOrders: ReadonlySet<string> = new Set(["F", "G"]);

function assemblyOrderOf(name: fhir4.HumanName): string | undefined {
  if (name.extension === undefined) return undefined;
  const order = extensionText(name, assemblyOrder);
  return assemblyOrders.has(order ?? "") ? order : undefined;
}

function extensionText(element: fhir4.Element | undefined, url: string): string | undefined {
  const found = element?.extension?.find((each) => each.url === url);
  return textOf(found?.valueString ?? found?.valueCode);
}

/** 2.A.30 FN: the family name, with its parts where FHIR has them. */
function familyName(name: fhir4.HumanName): Value | readonly Value[] {
  const family = textOf(name.family) ?? (name.given === undefined ? textOf(name.text) : undefined);
  if (name._family?.extension === undefined) return family;
  return [
    family,
    extensionText(name._family, ownPrefix),
    extensionText(name._family, ownName),
    extensionText(name._family, partnerPrefix),
    extensionText(name._family, partnerName),
  ];
}

function middleNames(given: unknown): string | undefined {
  return Array.isArray(given) && given.length > 1 ? joined(given.slice(1)) : undefined;
}

/** The name type of HL70200; without a use it is the legal name. */
export function nameTypeOf(use: fhir4.HumanName["use"]): string {
  return (use === undefined ? undefined : nameUse.codes[use]) ?? "L";
}

/** HL70200 as 2.7 has it: what has no code of its own before. */
const laterTypes: Readonly<Partial<Record<NonNullable<fhir4.HumanName["use"]>, string>>> = { temp: "TEMP", old: "BAD" };

/** HL70200 U, unspecified: a further name of which nobody says what it is. */
function typeAmong({ use }: fhir4.HumanName, isFirst: boolean, scope: Scope): string {
  if (use === undefined) return isFirst ? "L" : "U";
  return (isFrom("2.7", scope) ? laterTypes[use] : undefined) ?? nameTypeOf(use);
}

/** 2.A.88 XPN */
export function personName(told: fhir4.HumanName, scope: Scope, isFirst = true): Repetition | undefined {
  const name = inParts(told);
  const family = familyName(name);
  const given = Array.isArray(name.given) ? textOf(name.given[0]) : undefined;
  if (family === undefined && given === undefined) return undefined;
  const { generational, degree, professional } = suffixesOf(name.suffix, scope);
  const parts: (Value | readonly Value[])[] = [
    family,
    given,
    middleNames(name.given),
    generational,
    joined(name.prefix),
    degree,
    typeAmong(name, isFirst, scope),
  ];
  const order = assemblyOrderOf(name);
  if (order !== undefined || name.period !== undefined || professional !== undefined) {
    parts[10] = order;
    parts[11] = timestampOf(name.period?.start, scope);
    parts[12] = timestampOf(name.period?.end, scope);
    parts[13] = professional;
  }
  return parts;
}

export const xpn = dataType<fhir4.HumanName>("XPN", (name, scope, _row, _owner, all) =>
  personName(name, scope, all === undefined || name === all[0]),
);

/** A maiden name: the family name as one text, or, against FHIR, as the whole name that converters make of it. */
export const xpnMaiden = dataType<string | fhir4.HumanName>("XPN", (name, scope) => {
  if (typeof name === "object" && name !== null) return personName({ ...name, use: "maiden" }, scope);
  return [textOf(name), ...gap(5), nameUse.codes["maiden"] ?? undefined];
});

function gap(count: number): undefined[] {
  return new Array<undefined>(count).fill(undefined);
}

/** The parts that XPN, XCN, CNN share: family, given, further given names, suffix, prefix, degree. */
export interface NameParts {
  readonly family: Value | readonly Value[];
  readonly given: string | undefined;
  readonly middle: string | undefined;
  readonly suffix: string | undefined;
  readonly prefix: string | undefined;
  readonly degree: string | undefined;
  readonly type: string | undefined;
  /** How the parts are put together: HL70444. */
  readonly order?: string | undefined;
  readonly period?: fhir4.Period | undefined;
  /** What is behind the name beside a degree. */
  readonly professional?: string | undefined;
}

export function namePartsOf(told: fhir4.HumanName, scope: Scope): NameParts {
  const name = inParts(told);
  const { generational, degree, professional } = suffixesOf(name.suffix, scope);
  return {
    family: familyName(name),
    given: Array.isArray(name.given) ? textOf(name.given[0]) : undefined,
    middle: middleNames(name.given),
    suffix: generational,
    prefix: joined(name.prefix),
    degree,
    type: nameTypeOf(name.use),
    order: assemblyOrderOf(name),
    period: name.period,
    professional,
  };
}

/**
 * A display as Millennium writes names: `Last Jr., First Middle`, or with a title, `Last, MD, First Middle`. A suffix loses
 * its dot.
 */
export function namePartsFromDisplay(display: string): NameParts {
  const [familyName, others] = atComma(display);
  const [title, givenNames] = atTitle(others);
  const words = wordsOf(familyName);
  const last = words.at(-1)?.replaceAll(".", "") ?? "";
  const hasSuffix = words.length > 1 && generational.has(last.toUpperCase());
  const family = hasSuffix ? words.slice(0, -1).join(" ") : familyName;
  const [given, ...middle] = wordsOf(givenNames);
  return {
    family: family === "" ? undefined : family,
    given,
    middle: middle.length === 0 ? undefined : middle.join(" "),
    suffix: hasSuffix ? last : undefined,
    prefix: undefined,
    degree: title,
    type: undefined,
  };
}

/** What else is written in the place of a degree; FHIR's names keep it as a suffix of no kind. */
const titles: ReadonlySet<string> = new Set(
  "APRN ARNP CRNA DC DDS DMD DNP DPM FACP FACS FNP LCSW LPN MBBS MPH OD OT PAC PSYD PT RD RT".split(" "),
);

function isTitle(part: string): boolean {
  return isDegree(part) || titles.has(part.replaceAll(/[.-]/g, "").toUpperCase());
}

/** The title and the given names: Millennium writes the title first, others last. */
function atTitle(text: string): readonly [title: string | undefined, names: string] {
  const [first, behind] = atComma(text);
  if (behind === "") return isTitle(first) ? [first, ""] : [undefined, first];
  const others = partsOfDisplay(behind).filter(Boolean);
  const names = others.filter((each) => !isTitle(each));
  if (isTitle(first)) return [first, names.join(" ")];
  if (names.length === 0) return [others[0], first];
  const isInitial = names.every((each) => each.replace(".", "").length === 1);
  return isInitial ? [others.find(isTitle), [first, ...names].join(" ")] : [first, names.join(" ")];
}

/** What stands before the first comma, and what behind it. */
function atComma(text: string): readonly [before: string, behind: string] {
  const comma = text.indexOf(",");
  return comma === -1 ? [text.trim(), ""] : [text.slice(0, comma).trim(), text.slice(comma + 1)];
}

/** What stands between the commas of a display. */
export function partsOfDisplay(display: string): string[] {
  const parts = display.split(",");
  for (let index = 0; index < parts.length; index++) parts[index] = (parts[index] as string).trim();
  return parts;
}

/** Most are one, which costs a tenth of a split by a pattern to see. */
function wordsOf(text: string): readonly string[] {
  if (text === "") return none;
  return /\s/.test(text) ? text.split(/\s+/).filter(Boolean) : [text];
}

/** A name that is a text alone is split where it is written as Millennium writes names: `Last, First Middle`. */
function inParts(name: fhir4.HumanName): fhir4.HumanName {
  if (name.family !== undefined || name.given !== undefined || !textOf(name.text)?.includes(",")) return name;
  return { ...name, ...humanNameFromDisplay(name.text) };
}

/** The name of somebody of whom nothing but a display is known; undefined where that says nothing. */
export function humanNameFromDisplay(display: unknown): fhir4.HumanName | undefined {
  const text = textOf(display)?.trim();
  if (text === undefined || text === "") return undefined;
  const { family, given, middle, suffix, degree } = namePartsFromDisplay(text);
  const givenNames = [given, ...(middle?.split(" ") ?? [])].filter((each) => each !== undefined);
  const suffixes = [suffix, degree].filter((each) => each !== undefined);
  return {
    ...(typeof family === "string" && { family }),
    ...(givenNames.length > 0 && { given: givenNames }),
    ...(suffixes.length > 0 && { suffix: suffixes }),
  };
}
