import { standard } from "../extensions.ts";
import { kept } from "../lists.ts";
import { dataType } from "../mapping.ts";
import type { Component, Repetition } from "../model.ts";
import type { Scope } from "../scope.ts";
import { isFrom } from "../versions.ts";
import { numeric } from "./number.ts";
import { textOf } from "./text.ts";
import { hasEnded, isAhead, timestampOf } from "./time.ts";

type Point = fhir4.ContactPoint;

/** Where a number stands: those beside it, and whether it is of a workplace unless it says otherwise. */
interface Place {
  readonly points: readonly Point[];
  readonly isWork: boolean;
  readonly scope: Scope;
}

/** HL70201 and HL70202 by system and use; before 2.7 a mobile phone has no use code of its own. */
function codesOf(
  told: Point["use"],
  system: string,
  { points, isWork, scope }: Place,
): readonly [use: string, equipment: string] {
  const use = told === "work" ? "WPN" : told === "temp" ? "VHN" : isWork ? "WPN" : "PRN";
  if (system === "fax") return [use, "FX"];
  if (system === "pager") return ["BPN", "BP"];
  if (system === "sms") return [use, "CP"];
  if (told !== "mobile") return [use, "PH"];
  if (isFrom("2.7", scope)) return ["PRS", "CP"];
  const hasHomePhone = points.some((each) => each.system === "phone" && each.use === "home");
  return [hasHomePhone ? "ORN" : use, "CP"];
}

const northAmerican =
  /^(?:\+?(1)[\s.-]*)?\(?(\d{3})\)?[\s.-]*(\d{3})[\s.-]*(\d{4})(?:\s*(?:x|ext\.?|extension|#)\s*(\d{1,5}))?$/i;

const contactPoint = `${standard}/contactpoint`;

interface DialledParts {
  readonly country: string | undefined;
  readonly area: string | undefined;
  readonly local: string;
  readonly extension: string | undefined;
}

/** The parts of a number where the resource tells them; without a local number they are none. */
function partsOf(extensions: readonly fhir4.Extension[]): DialledParts | undefined {
  const local = partAt(extensions, "local");
  if (local === undefined) return undefined;
  const [country, area, extension] = ["country", "area", "extension"].map((name) => partAt(extensions, name));
  return { country, area, local, extension };
}

function partAt(extensions: readonly fhir4.Extension[], name: string): string | undefined {
  const found = extensions.find(({ url }) => url === `${contactPoint}-${name}`);
  return textOf(found?.valueString ?? found?.valueInteger);
}

/** XTN.1 of a North American number, as it was before 2.6: `(507)555-0101X12`. */
function inOneText({ country = "1", area, local, extension }: DialledParts): string | undefined {
  if (country !== "1" || !/^\d{7}$/.test(local)) return undefined;
  const number = `${local.slice(0, 3)}-${local.slice(3)}`;
  return `${area === undefined ? "" : `(${area})`}${number}${extension === undefined ? "" : `X${extension}`}`;
}

/**
 * 2.A.89 XTN: a number by its parts, where it tells them or is North American, and as it is written. From 2.6 on with its
 * period and rank.
 */
export function telecommunication(
  point: Point,
  points: readonly Point[],
  isWork: boolean,
  scope: Scope,
): Repetition | undefined {
  const value = textOf(point.value)?.trim() || undefined;
  const dialled = point.extension === undefined ? undefined : partsOf(point.extension);
  if (value === undefined && dialled === undefined) return undefined;
  const system = point.system ?? (value?.includes("@") ? "email" : "phone");
  // XTN.4 is an e-mail address until 2.6, and XTN.3 lists no other ways to reach somebody.
  if (system === "other" || (system === "url" && !isFrom("2.7", scope))) return undefined;
  if (system === "url") {
    const [use] = codesOf(point.use, system, { points, isWork, scope });
    return value === undefined ? undefined : lasting([undefined, use, "Internet", value], point, scope);
  }
  if (system === "email" && value !== undefined)
    return lasting([undefined, "NET", "Internet", without("mailto:", value)], point, scope);
  const number = value === undefined ? undefined : without("tel:", value);
  const [use, equipment] = codesOf(point.use, system, { points, isWork, scope });
  const parts: Component[] = [undefined, use, equipment];
  const found = dialled ?? (number === undefined ? undefined : northAmericanParts(number, point));
  if (found !== undefined) {
    parts[0] = inOneText(found);
    parts[4] = found.country;
    parts[5] = found.area;
    parts[6] = found.local;
    parts[7] = found.extension;
  }
  if (number !== undefined) parts[11] = number;
  return lasting(parts, point, scope);
}

function without(scheme: string, text: string): string {
  return text.slice(0, scheme.length).toLowerCase() === scheme ? text.slice(scheme.length) : text;
}

function northAmericanParts(number: string, { extension: extensions }: Point): DialledParts | undefined {
  const match = northAmerican.exec(number);
  if (match === null) return undefined;
  const [, dialled, area, exchange, line, extension] = match;
  const country = dialled ?? (extensions === undefined ? undefined : partAt(extensions, "country"));
  return { country, area, local: `${exchange}${line}`, extension };
}

/** XTN.13, XTN.14 and XTN.18: since when, until when, and which of several goes first. */
function lasting(parts: Component[], { period, rank }: Point, scope: Scope): Repetition {
  if ((period === undefined && rank === undefined) || !isFrom("2.6", scope)) return parts;
  parts[12] = timestampOf(period?.start, scope);
  parts[13] = timestampOf(period?.end, scope);
  parts[17] = numeric(rank);
  return parts;
}

const encode = (isWork: boolean) =>
  dataType<Point>("XTN", (point, scope, _row, _owner, all) => telecommunication(point, all ?? [point], isWork, scope));

/** A number that is somebody's own unless it says otherwise. */
export const xtn = encode(false);
/** A number that is of a workplace. */
export const xtnWork = encode(true);

const unranked = 1_000_000;
const useOrder = ["home", "mobile", "temp", undefined, "work"];

/** By rank, then home before mobile; what was replaced is left out. */
export function byRank(points: readonly Point[]): readonly Point[] {
  return inRank(points.filter((point) => point?.use !== "old"));
}

/** By rank, without what has ended; where the destination takes it and the version can tell until when, with it, last. */
export function currentPoints(points: readonly Point[], scope: Scope): readonly Point[] {
  const isPast = (point: Point) => point?.use === "old" || hasEnded(point?.period, scope);
  const current = begunFirst(inRank(kept(points, (point) => !isPast(point))), scope);
  return scope.settings.former && isFrom("2.6", scope) ? [...current, ...inRank(points.filter(isPast))] : current;
}

function begunFirst(points: readonly Point[], scope: Scope): readonly Point[] {
  const isYetToCome = (point: Point) => isAhead(point?.period, scope);
  return points.some(isYetToCome)
    ? [...points.filter((point) => !isYetToCome(point)), ...points.filter(isYetToCome)]
    : points;
}

function inRank(points: readonly Point[]): readonly Point[] {
  // Most stand in order, or alone.
  for (let index = 1; index < points.length; index++)
    if (!(byRankAndUse(points[index - 1] as Point, points[index] as Point) <= 0)) return points.toSorted(byRankAndUse);
  return points;
}

function byRankAndUse(a: Point, b: Point): number {
  return (
    (a.rank ?? unranked) - (b.rank ?? unranked) ||
    systemOrder(a) - systemOrder(b) ||
    useOrder.indexOf(a.use) - useOrder.indexOf(b.use)
  );
}

function systemOrder({ system }: Point): number {
  return system === "url" ? 2 : system === "email" ? 1 : 0;
}
