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

/** Seconds and an offset, as most times are: looked at digit by digit, since a message has many. */
function isPlainTime(value: string): boolean {
  if (value.length !== 19 && value.length !== 14) return false;
  for (let index = 0; index < value.length; index++) {
    const code = value.charCodeAt(index);
    if (index === 14 ? code !== 43 && code !== 45 : code < 48 || code > 57) return false;
  }
  const month = digitsAt(value, 4);
  const day = digitsAt(value, 6);
  const isClock = digitsAt(value, 8) < 24 && digitsAt(value, 10) < 60 && digitsAt(value, 12) < 60;
  const isOffset = value.length === 14 || (digitsAt(value, 15) <= 14 && digitsAt(value, 17) < 60);
  return isClock && isOffset && month >= 1 && month <= 12 && day >= 1 && day <= 28;
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
const nm: ValueTest = (value) => (decimal.test(value) ? undefined : "a decimal number");

const sequence = /^\d{1,4}$/;

/** 2.A.70 SI */
const si: ValueTest = (value) => (sequence.test(value) ? undefined : "a number from 0 to 9999");

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
