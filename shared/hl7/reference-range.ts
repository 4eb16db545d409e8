import { codingsOf } from "./datatypes/coded.ts";
import { numeric } from "./datatypes/number.ts";
import type { ResultContext } from "./results.ts";

type Range = fhir4.ObservationReferenceRange;

type Sex = "male" | "female";

const sexes: Readonly<Record<string, Sex>> = {
  "248153007": "male",
  "248152002": "female",
  male: "male",
  female: "female",
  M: "male",
  F: "female",
};

/** By SNOMED CT, AdministrativeGender of FHIR or of v3. */
export function sexOf(code: string | undefined): Sex | undefined {
  return code !== undefined && Object.hasOwn(sexes, code) ? sexes[code] : undefined;
}

const dayMs = 24 * 60 * 60 * 1000;
const unitsMs: Readonly<Record<string, number>> = {
  a: 365.25 * dayMs,
  mo: 30.4375 * dayMs,
  wk: 7 * dayMs,
  d: dayMs,
  h: dayMs / 24,
};

/**
 * The range that a result is held against: the normal one (a range without a type is one), and of several the one that
 * says to hold for patients of this sex and age. A critical range says when to call, not what is normal.
 */
export function chosenRange(ranges: readonly Range[], context: ResultContext): Range | undefined {
  const [first] = ranges;
  // Nearly always there is one, and nothing to choose.
  if (ranges.length === 1) return first === undefined || hasMeaning(first, "critical") ? undefined : first;
  let chosen: Range | undefined;
  let chosenRank = 0;
  for (const range of ranges) {
    if (hasMeaning(range, "critical")) continue;
    const kind = range.type === undefined ? 20 : hasMeaning(range, "normal") ? 30 : 10;
    const rank = kind + fitOf(range, context);
    if (rank > chosenRank) {
      chosen = range;
      chosenRank = rank;
    }
  }
  return chosen;
}

function hasMeaning({ type }: Range, meaning: string): boolean {
  for (const coding of codingsOf(type)) if (coding?.code === meaning) return true;
  return false;
}

/** Higher for what is said to hold for such a patient, lower for what holds for some others too; none of those who differ. */
function fitOf(range: Range, { Patient, Observation, event }: ResultContext): number {
  const { appliesTo, age } = range;
  let fit = 0;
  if (appliesTo !== undefined) {
    const codings = appliesTo.flatMap(codingsOf);
    const wanted = codings.map(({ code }) => sexOf(code)).filter((sex) => sex !== undefined);
    const known = sexOf(Patient.gender);
    if (wanted.length === 0) fit -= 2;
    else if (known !== undefined) {
      if (!wanted.includes(known)) return Number.NEGATIVE_INFINITY;
      fit += 4;
    }
  }
  if (age !== undefined) {
    const time = Observation.effectiveDateTime ?? Observation.effectivePeriod?.start ?? event.recordedAt;
    const ageMs = Date.parse(time) - Date.parse(Patient.birthDate ?? "");
    if (!Number.isNaN(ageMs)) {
      if (isYounger(age.low, ageMs) || isOlder(age.high, ageMs)) return Number.NEGATIVE_INFINITY;
      // Of 0-18 and 18-65, a patient of eighteen belongs to the second.
      fit += age.high !== undefined && completed(age.high, ageMs) === Number(numeric(age.high.value)) ? 1 : 2;
    }
  }
  return fit;
}

/** How many whole units an age has, as people count years. Of a unit that nobody knows, none can be said. */
function completed({ code, unit = "a" }: fhir4.Quantity, ageMs: number): number {
  return Math.floor(ageMs / (unitsMs[code ?? unit] ?? Number.NaN));
}

function isYounger(low: fhir4.Quantity | undefined, ageMs: number): boolean {
  return low !== undefined && completed(low, ageMs) < Number(numeric(low.value));
}

function isOlder(high: fhir4.Quantity | undefined, ageMs: number): boolean {
  return high !== undefined && completed(high, ageMs) > Number(numeric(high.value));
}
