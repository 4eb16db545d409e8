import type { Hl7Version } from "../dictionary/contents.ts";

/** A test of a value of a primitive data type; undefined when the value is of that form, else the form it should have. */
export type ValueTest = (value: string, version: Hl7Version) => string | undefined;

const calendarDate = /^(\d{4})(?:(\d{2})(?:(\d{2}))?)?$/;
const timeOfDay = /^([01]\d|2[0-3])(?:([0-5]\d)(?:([0-5]\d)(?:\.\d{1,4})?)?)?$/;
const zoneOffset = /[+-](?:0\d|1[0-4])[0-5]\d$/;

function isDate(text: string): boolean {
  const match = calendarDate.exec(text);
  if (match === null) return false;
  const month = Number(match[2] ?? 1);
  const day = Number(match[3] ?? 1);
  return month >= 1 && month <= 12 && day >= 1 && day <= daysIn(Number(match[1]), month);
}

function daysIn(year: number, month: number): number {
  if (month === 2) return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28;
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
}

/** An hour without minutes became possible with 2.5. */
function isTime(text: string, version: Hl7Version): boolean {
  const match = timeOfDay.exec(text);
  return match !== null && (match[2] !== undefined || version >= "2.5");
}

/** Chapter 2A of 2.5.1: 2.A.21 DT. */
const dt: ValueTest = (value) => (isDate(value) ? undefined : "YYYY[MM[DD]], a day of the calendar");

/** 2.A.76 TM */
const tm: ValueTest = (value, version) =>
  isTime(value.replace(zoneOffset, ""), version) ? undefined : "HH[MM[SS[.S[S[S[S]]]]]][+/-ZZZZ]";

// A message has many dates, times and numbers: the usual ones are looked at digit by digit, for the start of a search
// costs more.

/** A day, or seconds with or without an offset. */
function isPlainTime(value: string): boolean {
  const { length } = value;
  if (length !== 19 && length !== 14 && length !== 8) return false;
  if (!isDigits(value, 0, length === 8 ? 8 : 14) || !isPlainDay(value)) return false;
  if (length === 8) return true;
  if (digitsAt(value, 8) > 23 || digitsAt(value, 10) > 59 || digitsAt(value, 12) > 59) return false;
  if (length === 14) return true;
  const sign = value.charCodeAt(14);
  return (
    (sign === 43 || sign === 45) && isDigits(value, 15, 19) && digitsAt(value, 15) <= 14 && digitsAt(value, 17) < 60
  );
}

function isPlainDay(value: string): boolean {
  const month = digitsAt(value, 4);
  const day = digitsAt(value, 6);
  return month >= 1 && month <= 12 && day >= 1 && day <= 28;
}

function isDigits(value: string, from: number, to: number): boolean {
  for (let index = from; index < to; index++) {
    const code = value.charCodeAt(index);
    if (code < 48 || code > 57) return false;
  }
  return true;
}

function digitsAt(value: string, at: number): number {
  return (value.charCodeAt(at) - 48) * 10 + value.charCodeAt(at + 1) - 48;
}

/** 2.A.22 DTM; also the time of TS (2.A.77). */
const dtm: ValueTest = (value, version) => {
  if (isPlainTime(value)) return undefined;
  const text = value.replace(zoneOffset, "");
  const isTimestamp = text.length <= 8 ? isDate(text) : isDate(text.slice(0, 8)) && isTime(text.slice(8), version);
  return isTimestamp ? undefined : "YYYY[MM[DD[HH[MM[SS[.S[S[S[S]]]]]]]]][+/-ZZZZ]";
};

const decimal = /^[+-]?(?:\d+\.?\d*|\.\d+)$/;

/** 2.A.47 NM */
const nm: ValueTest = (value) => {
  const point = value.indexOf(".", 1);
  const isPlain =
    point === -1
      ? isDigits(value, 0, value.length)
      : isDigits(value, 0, point) && isDigits(value, point + 1, value.length);
  return isPlain || decimal.test(value) ? undefined : "a decimal number";
};

/** 2.A.70 SI */
const si: ValueTest = (value) =>
  value.length <= 4 && isDigits(value, 0, value.length) ? undefined : "a number from 0 to 9999";

/** 2.8.44 of 2.3: [NN] [(999)]999-9999[X99999][B99999][C any text] */
const tn: ValueTest = (value) =>
  /^(?:\d{1,2} )?(?:\(\d{3}\))?\d{3}-?\d{4}(?:X\d{1,5})?(?:B\d{1,5})?(?:C.*)?$/.test(value)
    ? undefined
    : "[NN] [(999)]999-9999[X99999][B99999][C any text]";

export const valueTests: Readonly<Record<string, ValueTest>> = {
  DT: dt,
  TM: tm,
  DTM: dtm,
  TS: dtm,
  NM: nm,
  SI: si,
  TN: tn,
};
