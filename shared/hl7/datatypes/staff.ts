import { dataType } from "../mapping.ts";
import type { Repetition } from "../model.ts";
import type { Scope } from "../scope.ts";
import { authorityOf } from "./hd.ts";
import { identifierType } from "./identifier.ts";
import { textOf } from "./text.ts";
import { dateOf, timeOfDay, timestampOf } from "./time.ts";

/** 2.A.23 DIN: when somebody began or ended at an institution. */
export const din = dataType<{ time: string | undefined; institution: fhir4.Reference | undefined }>(
  "DIN",
  ({ time, institution }, scope: Scope) => {
    const told = timestampOf(time, scope);
    return told === undefined ? undefined : [told, [undefined, textOf(institution?.display)]];
  },
);

/** 2.A.67 SPD: a specialty, who certifies it, whether certified, and when. */
export const spd = dataType<{ name: string | undefined; board?: string | undefined; date?: string | undefined }>(
  "SPD",
  ({ name, board, date }, scope: Scope) => {
    if (name === undefined) return undefined;
    return [name, board, board === undefined ? undefined : "C", date === undefined ? undefined : dateOf(date, scope)];
  },
);

/** 2.A.56 PLN: a number of a practitioner, its type, and until when it holds. */
export const pln = dataType<fhir4.Identifier>("PLN", (identifier, scope: Scope) => {
  const value = textOf(identifier.value);
  if (value === undefined) return undefined;
  const { namespaceId } = authorityOf(identifier.system, scope);
  // HL70203 PRN: the number of a provider, whoever gave it.
  return [value, identifierType(identifier) ?? namespaceId ?? "PRN", undefined, dateOf(identifier.period?.end, scope)];
});

const days: Readonly<Record<string, string>> = {
  mon: "MON",
  tue: "TUE",
  wed: "WED",
  thu: "THU",
  fri: "FRI",
  sat: "SAT",
  sun: "SUN",
};

/** 2.A.83 VH: the hours of one day (HL70267). */
export const vh = dataType<{ day: string; hours: fhir4.LocationHoursOfOperation }>("VH", ({ day, hours }) => {
  const code = days[day];
  if (code === undefined) return undefined;
  return hours.allDay === true
    ? [code, code, "0000", "2359"]
    : [code, code, timeOfDay(hours.openingTime), timeOfDay(hours.closingTime)];
});

export interface Key {
  readonly id: string;
  readonly name?: string | undefined;
  readonly system?: string | undefined;
}

/** A key as CE: the number, the name that goes with it, `L` or whose number it is. */
export function encodeKey({ id, name, system }: Key, scope: Scope): Repetition {
  return [id, name, keySystem(system, scope)];
}

export const key = dataType<Key>("CE", encodeKey);

/** CE.3 holds 20 characters: a namespace, never a URL. */
function keySystem(system: string | undefined, scope: Scope): string {
  return (system === undefined ? undefined : authorityOf(system, scope).namespaceId) ?? "L";
}
