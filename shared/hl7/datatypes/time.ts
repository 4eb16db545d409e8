import { dataType, type Encoder } from "../mapping.ts";
import type { Scope } from "../scope.ts";
import type { RenderSettings } from "../settings.ts";

/**
 * FHIR dates and times as HL7 v2 (2.A.22 DTM). A date without a time never shifts by a zone; an instant is told in the
 * receiver's zone, with the offset that holds there at that instant.
 */
const pattern = /^(\d{4})(?:-(\d{2})(?:-(\d{2})(?:T(\d{2}):(\d{2})(?::(\d{2})(?:\.(\d+))?)?(Z|[+-]\d{2}:\d{2})?)?)?)?$/;

type TimeSettings = Pick<RenderSettings, "timeZone" | "offset" | "fractionDigits"> &
  Partial<Pick<RenderSettings, "precision" | "sourceTimeZone">>;

/** @returns undefined when the text is no FHIR date, dateTime or instant */
export function timestamp(text: unknown, settings: TimeSettings): string | undefined {
  if (typeof text !== "string") return undefined;
  // Of the usual instant, only the digits and the zone matter: no pattern, no array of groups.
  if (text.length === 10 && text.charCodeAt(4) === dash && text.charCodeAt(7) === dash) {
    const [year, month, day] = [text.slice(0, 4), text.slice(5, 7), text.slice(8)];
    return isDay(+year, +month, +day) ? digitsOnly(year + month + day) : undefined;
  }
  const usualMs = usualInstant(text);
  if (usualMs !== undefined) {
    const fraction = fractionOf(text.length === 20 ? undefined : text.slice(20, 23), settings.fractionDigits);
    return inZone(localTime(usualMs, settings, true), usualMs, fraction, settings);
  }
  const match = pattern.exec(text);
  if (match === null) return undefined;
  const [, year = "", month, day, hour, minute = "", second, fraction, zone] = match;
  if (!isDay(+year, +(month ?? 1), +(day ?? 1)) || !isTime(hour, minute, second)) return undefined;
  if (hour === undefined) return year + (month ?? "") + (day ?? "");
  const digits = fractionOf(fraction, settings.fractionDigits);
  // Not allowed in FHIR, but seen: a local time whose zone nobody knows. It is told as it stands.
  if (zone === undefined) return precise(`${year}${month}${day}${hour}${minute}${second ?? ""}${digits}`, "", settings);
  const epochMs = Date.UTC(+year, +(month ?? 1) - 1, +(day ?? 1), +hour, +minute, +(second ?? 0));
  if (Number.isNaN(epochMs) || +year < 100) return undefined;
  const instantMs = epochMs - offsetMinutesOf(zone) * 60_000;
  const local = localTime(instantMs, settings, second !== undefined);
  // The end of all time, as some write it, which elsewhere has passed already.
  if (local.digits.length % 2 === 1)
    return precise(`${year}${month}${day}${hour}${minute}${second ?? ""}`, "", settings);
  return inZone(local, instantMs, digits, settings);
}

/** `2026-11-23T05:15:02Z`, or with milliseconds: read by its digits, which takes a fifth of what the pattern does. */
function usualInstant(text: string): number | undefined {
  const { length } = text;
  if ((length !== 20 && length !== 24) || text[length - 1] !== "Z") return undefined;
  if (length === 24 && !(text[19] === "." && twoDigits(text, 20) >= 0 && twoDigits(text, 21) >= 0)) return undefined;
  if (text[4] !== "-" || text[7] !== "-" || text[10] !== "T" || text[13] !== ":" || text[16] !== ":") return undefined;
  const [year, month, day] = [twoDigits(text, 0) * 100 + twoDigits(text, 2), twoDigits(text, 5), twoDigits(text, 8)];
  const [hour, minute, second] = [twoDigits(text, 11), twoDigits(text, 14), twoDigits(text, 17)];
  const isUsual = year >= 1900 && year < 2200 && isDay(year, month, day) && hour < 24 && minute < 60 && second < 60;
  return isUsual ? Date.UTC(year, month - 1, day, hour, minute, second) : undefined;
}

/** NaN where there are none. */
function twoDigits(text: string, at: number): number {
  const tens = text.charCodeAt(at) - zero;
  const ones = text.charCodeAt(at + 1) - zero;
  return tens >= 0 && tens <= 9 && ones >= 0 && ones <= 9 ? tens * 10 + ones : Number.NaN;
}

function inZone(local: LocalTime, instantMs: number, fraction: string, settings: TimeSettings): string {
  const offset = tellsOffset(instantMs, settings) ? local.offset : "";
  return precise(local.digits + fraction, offset, settings);
}

const precisionLength = { day: 8, minute: 12 } as const;

/** Cut, never rounded: what has not come yet is not told. A day has no offset. */
function precise(digits: string, offset: string, { precision = "second" }: TimeSettings): string {
  if (precision === "second") return digits + offset;
  return digits.slice(0, precisionLength[precision]) + (precision === "day" ? "" : offset);
}

function tellsOffset(instantMs: number, { offset, timeZone, sourceTimeZone = timeZone }: TimeSettings): boolean {
  if (offset !== "if-not-local") return offset === "always";
  return timeZone !== sourceTimeZone && zoneOffsetMs(timeZone, instantMs) !== zoneOffsetMs(sourceTimeZone, instantMs);
}

const dash = 45;
const zero = 48;

const monthLengths = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

function isDay(year: number, month: number, day: number): boolean {
  const isLeap = (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
  const length = month === 2 && !isLeap ? 28 : (monthLengths[month - 1] ?? 0);
  return day >= 1 && day <= length;
}

/** The end of a day is 24:00 for some; a minute may have a second more. */
function isTime(hour = "00", minute = "00", second = "00"): boolean {
  return `${hour}${minute}${second}` === "240000" || (hour < "24" && minute < "60" && second <= "60");
}

function digitsOnly(text: string): string | undefined {
  return /^\d+$/.test(text) ? text : undefined;
}

function fractionOf(fraction: string | undefined, digits: number): string {
  return fraction === undefined || digits === 0 ? "" : `.${fraction.slice(0, digits)}`;
}

function offsetMinutesOf(zone: string): number {
  if (zone === "Z") return 0;
  const minutes = Number(zone.slice(1, 3)) * 60 + Number(zone.slice(4, 6));
  return zone.startsWith("-") ? -minutes : minutes;
}

interface LocalTime {
  readonly digits: string;
  /** Of the zone, at that time. */
  readonly offset: string;
}

function localTime(epochMs: number, { timeZone }: Pick<RenderSettings, "timeZone">, withSeconds: boolean): LocalTime {
  const offsetMs = zoneOffsetMs(timeZone, epochMs);
  const local = new Date(epochMs + offsetMs);
  const date = `${local.getUTCFullYear()}`.padStart(4, "0") + two(local.getUTCMonth() + 1) + two(local.getUTCDate());
  const time = two(local.getUTCHours()) + two(local.getUTCMinutes());
  return {
    digits: withSeconds ? date + time + two(local.getUTCSeconds()) : date + time,
    offset: offsetText(offsetMs),
  };
}

function two(value: number): string {
  return value < 10 ? `0${value}` : `${value}`;
}

function offsetText(offsetMs: number): string {
  const minutes = Math.trunc(Math.abs(offsetMs) / 60_000);
  return `${offsetMs < 0 ? "-" : "+"}${two(Math.trunc(minutes / 60))}${two(minutes % 60)}`;
}

/** Zones change their offset on a quarter of an hour at the earliest, so one answer holds for all instants in it. */
const quarterMs = 15 * 60_000;
const cacheLimit = 4_096;
const zones = new Map<string, { format: Intl.DateTimeFormat; offsets: Map<number, number> }>();

/** The offset of an IANA zone at an instant. */
export function zoneOffsetMs(timeZone: string, epochMs: number): number {
  let zone = zones.get(timeZone);
  if (zone === undefined) {
    zone = { format: new Intl.DateTimeFormat("en", { timeZone, timeZoneName: "longOffset" }), offsets: new Map() };
    zones.set(timeZone, zone);
  }
  const quarter = Math.floor(epochMs / quarterMs);
  let offset = zone.offsets.get(quarter);
  if (offset === undefined) {
    offset = readOffset(zone.format.formatToParts(quarter * quarterMs));
    if (zone.offsets.size >= cacheLimit) zone.offsets.clear();
    zone.offsets.set(quarter, offset);
  }
  return offset;
}

function readOffset(parts: readonly Intl.DateTimeFormatPart[]): number {
  const name = parts.find(({ type }) => type === "timeZoneName")?.value ?? "GMT";
  const match = /^GMT(?:([+-])(\d{2}):(\d{2})(?::(\d{2}))?)?$/.exec(name);
  const [, sign, hours = "0", minutes = "0", seconds = "0"] = match ?? [];
  const offset = ((Number(hours) * 60 + Number(minutes)) * 60 + Number(seconds)) * 1_000;
  return sign === "-" ? -offset : offset;
}

/** A date in the receiver's zone: cut after the zone is applied, so that an evening stays on its day. */
export function dateOf(text: unknown, scope: Scope): string | undefined {
  return timestampOf(text, scope)?.slice(0, 8);
}

export function timestampOf(text: unknown, scope: Scope): string | undefined {
  if (typeof text !== "string") return undefined;
  const { timestamps } = scope;
  const known = timestamps.get(text);
  if (known !== undefined) return known;
  const told = timestamp(text, scope.settings);
  timestamps.set(text, told);
  return told;
}

/** FHIR time to TM (2.A.77). */
export function timeOfDay(text: unknown): string | undefined {
  const match = typeof text === "string" ? /^(\d{2}):(\d{2})(?::(\d{2})(?:\.\d+)?)?$/.exec(text) : null;
  if (match === null || !isTime(match[1], match[2], match[3])) return undefined;
  return `${match[1]}${match[2]}${match[3] ?? ""}`;
}

const reporting =
  (convert: (text: unknown, scope: Scope) => string | undefined): Encoder<unknown> =>
  (value, scope, row) => {
    const text = convert(value, scope);
    if (text !== undefined) return text;
    scope.report({ severity: "warning", reason: "unreadable-value", field: row.id, path: row.paths[0]?.text });
    return undefined;
  };

/** 2.A.77 TS: date, dateTime or instant. */
export const ts = dataType<unknown>("TS", reporting(timestampOf));
/** 2.A.21 DT */
export const dt = dataType<unknown>("DT", reporting(dateOf));
/** 2.A.76 TM */
export const tm = dataType<unknown>("TM", reporting(timeOfDay));

/** 2.A.20 DR: a Period as its two ends. */
export const dr = dataType<fhir4.Period>("DR", (period, scope) => [
  timestampOf(period.start, scope),
  timestampOf(period.end, scope),
]);

/** Whether a period has ended when the message is made: what ends in that moment has. */
export function hasEnded(period: fhir4.Period | undefined, scope: Scope): boolean {
  const end = period?.end;
  if (typeof end !== "string") return false;
  const endMs = Date.parse(end);
  if (Number.isNaN(endMs)) return false;
  // A period that ends with a day, month or year includes it whole.
  if (end.length > 10) return endMs <= scope.timeMs;
  const today = dateOf(new Date(scope.timeMs).toISOString(), scope) ?? "";
  return today > end.replaceAll("-", "").padEnd(8, "9");
}

/** Whether a period has not begun when the message is made. */
export function isAhead(period: fhir4.Period | undefined, scope: Scope): boolean {
  return typeof period?.start === "string" && Date.parse(period.start) > scope.timeMs;
}
