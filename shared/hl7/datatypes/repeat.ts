import { dataType } from "../mapping.ts";
import type { Component, Repetition } from "../model.ts";
import { translate } from "../tables/code-map.ts";
import { repeatPattern } from "../tables/order.ts";
import { codingsOf } from "./coded.ts";
import { numeric } from "./number.ts";

/** Units of time as HL70335 and TQ.3 have them. */
export const letters: Readonly<Record<string, string>> = { s: "S", min: "M", h: "H", d: "D", wk: "W", mo: "L" };
const weekdays = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
const timesADay: Readonly<Record<number, string>> = { 1: "Q1D", 2: "BID", 3: "TID", 4: "QID" };
/** HL70528; FHIR has the same codes for what stands around meals. */
const events = new Set(["HS", "AC", "ACM", "ACD", "ACV", "PC", "PCM", "PCD", "PCV", "IC", "ICM", "ICD", "ICV"]);

/**
 * 2.A.66 RPT from a Timing: one repetition, or one for each weekday or event of the day. Empty where the Timing says
 * nothing that HL70335 has a pattern for.
 */
export function repeatPatterns(timing: fhir4.Timing): readonly Repetition[] {
  const { repeat = {} } = timing;
  const code = translate(codingsOf(timing.code ?? {}), repeatPattern)?.code;
  const when = (repeat.when ?? []).filter((event) => events.has(event));
  if (code !== undefined) return [withEvent(withPeriod([code], repeat), when, repeat)];
  const days = (repeat.dayOfWeek ?? []).map((day) => weekdays.indexOf(day) + 1).filter((day) => day > 0);
  const weeks = repeat.periodUnit === "wk" ? wholeNumber(repeat.period, 1) : 1;
  if (days.length > 0) return weeks === undefined ? [] : days.map((day) => [`Q${weeks}J${day}`]);
  if (when.length > 0) return when.map((event) => withEvent([event === "HS" ? "QHS" : event], [event], repeat));
  const pattern = patternOf(repeat) ?? namedPattern(timing.code);
  return pattern === undefined ? [] : [withPeriod([pattern], repeat)];
}

/** What Millennium and others call what HL70335 calls otherwise. */
const words: Readonly<Record<string, string>> = {
  ONCE: "Once",
  DAILY: "Q1D",
  "EVERY DAY": "Q1D",
  QDAY: "Q1D",
  QHS: "QHS",
  QAM: "QAM",
  QPM: "QPM",
};

/** What is called as HL70335 or v3-GTSAbbreviation calls it, by whatever code: `BID`, `q6hr`, `every 6 hr`. */
function namedPattern(code: fhir4.CodeableConcept | undefined): string | undefined {
  const names = [code?.text, ...codingsOf(code ?? {}).map(({ display }) => display)];
  for (const name of names) {
    const word = typeof name === "string" ? name.trim().toUpperCase() : "";
    const hours = /^(?:Q|EVERY) ?([1-9]\d?) ?H(?:R|RS|OURS?)?$/.exec(word)?.[1];
    if (hours !== undefined) return `Q${Number(hours)}H`;
    if (Object.hasOwn(words, word)) return words[word];
    if (/^[A-Z]+$/.test(word) && Object.hasOwn(repeatPattern.codes, word))
      return repeatPattern.codes[word] ?? undefined;
  }
  return undefined;
}

/** RPT.8 to RPT.10: the event of the day, and how far from it. A pattern has room for one. */
function withEvent(parts: Repetition, [event, ...others]: readonly string[], { offset }: fhir4.TimingRepeat) {
  if (event === undefined || others.length > 0) return parts;
  const told: Component[] = [...parts, ...new Array<undefined>(7 - parts.length).fill(undefined), event];
  const minutes = numeric(offset);
  return minutes === undefined ? told : [...told, minutes, "min"];
}

function patternOf(repeat: fhir4.TimingRepeat): string | undefined {
  const { periodUnit } = repeat;
  const frequency = wholeNumber(repeat.frequency, 1);
  const period = wholeNumber(repeat.period, 1);
  if (frequency === undefined || period === undefined) return undefined;
  if (periodUnit === undefined)
    return repeat.count === 1 && repeat.frequency === undefined && repeat.timeOfDay === undefined ? "Once" : undefined;
  if (periodUnit === "d" && period === 1) return timesADay[frequency] ?? `${frequency}ID`;
  const letter = letters[periodUnit];
  if (letter === undefined) return periodUnit === "a" && frequency === 1 ? `Q${period * 12}L` : undefined;
  return period % frequency === 0 ? `Q${period / frequency}${letter}` : undefined;
}

/** RPT.5 and RPT.6 say the period once more, for those who do not read patterns. */
function withPeriod(parts: readonly string[], { frequency = 1, period, periodUnit }: fhir4.TimingRepeat): Repetition {
  const amount = numeric(period);
  if (frequency !== 1 || amount === undefined || periodUnit === undefined) return parts;
  return [parts[0], undefined, undefined, undefined, amount, periodUnit];
}

/** FHIR decimals come as numbers or as their text; a fraction has no place in a pattern. */
function wholeNumber(value: unknown, otherwise: number): number | undefined {
  if (value === undefined) return otherwise;
  const number = Number(numeric(value));
  return Number.isInteger(number) && number > 0 ? number : undefined;
}

/** Codes of FHIR that HL70528 does not have. */
const partsOfDay: Readonly<Record<string, string>> = {
  MORN: "in the morning",
  NOON: "at noon",
  AFT: "in the afternoon",
  EVE: "in the evening",
  NIGHT: "at night",
  WAKE: "on waking",
  C: "at a meal",
  CM: "at breakfast",
  CD: "at lunch",
  CV: "at dinner",
};

/** What no pattern says, in words: some times in a week, the ends of a range, a part of the day. */
export function unpatterned(timing: fhir4.Timing): string | undefined {
  const { frequency = 1, frequencyMax, period = 1, periodMax, periodUnit, when = [] } = timing.repeat ?? {};
  const words = when.flatMap((event) => partsOfDay[event] ?? []);
  const { low, high } = timing.repeat?.boundsRange ?? {};
  const isRange = frequencyMax !== undefined || periodMax !== undefined;
  if (periodUnit !== undefined && (isRange || repeatPatterns(timing).length === 0))
    words.unshift(`${span(frequency, frequencyMax)} times per ${span(period, periodMax)} ${periodUnit}`);
  const bounds = high ?? low;
  if (bounds !== undefined) words.push(`for ${span(low?.value, high?.value)} ${bounds.unit ?? bounds.code ?? ""}`);
  return words.length === 0 ? undefined : words.join(", ");
}

function span(least: unknown, most: unknown): string {
  return [numeric(least), numeric(most)].filter((end) => end !== undefined).join("-");
}

export const rpt = dataType<Repetition>("RPT", (repetition) => repetition);
