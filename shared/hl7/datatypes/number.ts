import { type Decimal, decimalText } from "../../json.ts";
import { dataType, type Encoder } from "../mapping.ts";
import type { Repetition } from "../model.ts";
import type { Scope } from "../scope.ts";
import { codeSystemId } from "../tables/code-systems.ts";
import { codeInPlace, isHeld } from "./coded.ts";
import { textOf } from "./text.ts";

/**
 * The digits of a FHIR decimal as NM takes them (2.A.46): the ones that were written, without an exponent.
 *
 * @returns undefined when the value is no decimal
 */
export function numeric(value: unknown): string | undefined {
  if (typeof value === "number") {
    if (!Number.isFinite(value)) return undefined;
    const size = Math.abs(value);
    // Most results have one digit behind the point: two whole numbers are printed several times faster than a fraction.
    const tenths = value * 10;
    if (tenths > 0 && tenths < 1e6 && tenths / 10 === value && Number.isInteger(tenths)) return inTenths(tenths);
    // A double within these bounds is printed without an exponent.
    if (size < 1e21 && (size >= 1e-6 || size === 0)) return String(value);
  } else if (typeof value === "string") {
    if (!/^-?\d+(\.\d+)?([eE][+-]?\d+)?$/.test(value)) return undefined;
    return withoutExponent(value);
  } else if (typeof (value as { rawJSON?: unknown } | null)?.rawJSON !== "string") return undefined;
  return withoutExponent(decimalText(value as Decimal));
}

/** Nearly all results and the ends of their ranges lie below a thousand, and are the same in many messages. */
const printedTenths = new Array<string | undefined>(10_000).fill(undefined);

function inTenths(tenths: number): string {
  if (tenths >= printedTenths.length) return printed(tenths);
  let text = printedTenths[tenths];
  if (text === undefined) {
    text = printed(tenths);
    printedTenths[tenths] = text;
  }
  return text;
}

function printed(tenths: number): string {
  const last = tenths % 10;
  return last === 0 ? `${tenths / 10}` : `${(tenths - last) / 10}.${last}`;
}

function withoutExponent(text: string): string {
  if (!text.includes("e") && !text.includes("E")) return text;
  const match = /^(-?)(\d+)(?:\.(\d+))?[eE]([+-]?\d+)$/.exec(text);
  if (match === null) return text;
  const [, sign = "", whole = "", fraction = "", exponent = "0"] = match;
  const shift = Number(exponent);
  if (Math.abs(shift) > 400) return text;
  const digits = whole + fraction;
  const point = whole.length + shift;
  if (point <= 0) return `${sign}0.${"0".repeat(-point)}${digits}`;
  if (point >= digits.length) return sign + digits + "0".repeat(point - digits.length);
  return `${sign}${digits.slice(0, point)}.${digits.slice(point)}`;
}

export const nm = dataType<unknown>("NM", numeric);

/** The unit of a Quantity as the first three components of CE: code, unit, system. */
export function unitOf(quantity: fhir4.Quantity, scope?: Scope): Repetition | undefined {
  const { code, unit, system } = quantity;
  if (code === undefined && unit === undefined) return undefined;
  if (code === undefined || system === undefined) return [code ?? unit, code === undefined ? undefined : unit];
  return [code, unit ?? code, scope?.settings.codeSystems?.get(system) ?? codeSystemId(system)];
}

/** 2.A.14 CQ: a Quantity with its unit as subcomponents. */
export function quantityOf(quantity: fhir4.Quantity, scope?: Scope): Repetition {
  const unit = unitOf(quantity, scope);
  return [numeric(quantity.value), unit as readonly string[] | undefined];
}

export const cq = dataType<fhir4.Quantity>("CQ", quantityOf);
const encodeUnit: Encoder<fhir4.Quantity> = (quantity, scope, row) => {
  // Most destinations take the units as they are.
  if (!isHeld(row, scope)) return unitOf(quantity, scope);
  const { code = quantity.unit, unit: display, system } = quantity;
  const coding = { code, ...(display !== undefined && { display }), ...(system !== undefined && { system }) };
  const told = code === undefined ? undefined : codeInPlace(coding as fhir4.Coding, row, scope);
  return told === undefined ? unitOf(quantity, scope) : (told ?? undefined);
};

/** The unit alone, in a CE field; a unit without a code is looked up by its name. */
export const unit = dataType<fhir4.Quantity>("CE", encodeUnit, "coded");

/** 5 mg in 24 h is 5/24 in `mg/h`; what has one unit on both sides has that one. */
export function ratioUnit({ numerator, denominator }: fhir4.Ratio): fhir4.Quantity | undefined {
  const [code, byCode] = [textOf(numerator?.code), textOf(denominator?.code)];
  const [unit, byUnit] = [textOf(numerator?.unit) ?? code, textOf(denominator?.unit) ?? byCode];
  if (unit === undefined || byUnit === undefined || unit === byUnit) return numerator;
  const { code: _alone, ...rate } = { ...numerator, unit: `${unit}/${byUnit}` };
  return code === undefined || byCode === undefined ? rate : { ...rate, code: `${code}/${byCode}` };
}

/** A number that counts nothing: without a unit, or in the `1` of UCUM. */
function isUnitless({ unit = "1", code = "1" }: fhir4.Quantity): boolean {
  return unit === "1" && code === "1";
}

/** 2.A.71 SN: comparator, number, separator, number. What has one end only is at least, or at most, that. */
export function structuredNumeric(value: {
  readonly quantity?: fhir4.Quantity | undefined;
  readonly range?: fhir4.Range | undefined;
  readonly ratio?: fhir4.Ratio | undefined;
}): Repetition {
  const { quantity, range, ratio } = value;
  if (quantity !== undefined) return [quantity.comparator, numeric(quantity.value)];
  if (range !== undefined) {
    const [low, high] = [numeric(range.low?.value), numeric(range.high?.value)];
    if (high === undefined) return low === undefined ? [] : [">=", low];
    return low === undefined ? ["<=", high] : [undefined, low, "-", high];
  }
  const { numerator, denominator } = ratio ?? {};
  // A denominator with a unit is a rate (`5 mg / 1 mL`), one without is a titre (`1:128`).
  const separator = isUnitless(denominator ?? {}) ? ":" : "/";
  // More than 1:128 stands before the denominator in FHIR, where SN has one place for it.
  const comparator = numerator?.comparator ?? denominator?.comparator;
  return [comparator, numeric(numerator?.value), separator, numeric(denominator?.value)];
}
