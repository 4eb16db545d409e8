import type { HappeningKind } from "./world.ts";

/** How the hours of a day differ: as busy as ever, or as a house is. */
export type Rhythm = "steady" | "natural";

/** By local hour, how busy it is; the mean is brought to 1, so that the rates of a day stay what they are. */
const hours = {
  /** Quiet from late evening to early morning. */
  usual: [3, 2, 2, 2, 2, 3, 5, 8, 11, 12, 12, 11, 10, 10, 10, 9, 9, 8, 7, 6, 6, 5, 4, 3],
  /** People fall ill at all hours, a little more of them in the evening. */
  emergency: [6, 5, 4, 4, 4, 4, 5, 7, 9, 10, 11, 11, 11, 11, 11, 11, 12, 12, 12, 12, 11, 10, 8, 7],
  lateMorning: [0, 0, 0, 0, 0, 0, 1, 2, 5, 10, 16, 18, 14, 10, 8, 6, 4, 3, 2, 1, 1, 0, 0, 0],
  early: [0, 0, 0, 0, 1, 12, 18, 14, 8, 5, 4, 3, 3, 2, 2, 1, 1, 0, 0, 0, 0, 0, 0, 0],
  office: [0, 0, 0, 0, 0, 0, 1, 6, 12, 14, 14, 12, 9, 12, 13, 12, 9, 4, 2, 1, 0, 0, 0, 0],
} as const;

const office: readonly (HappeningKind | RegExp)[] = [
  /^appointment-/,
  /^(slot|coverage|account|charge|practitioner|location|relative)-/,
  /-(merged|unmerged|changed|corrected)$/,
  "person-registered",
];

function hoursOf(kind: HappeningKind): readonly number[] {
  if (kind === "emergency-arrival") return hours.emergency;
  if (kind === "discharge" || kind === "discharge-planned") return hours.lateMorning;
  if (kind === "pre-admission") return hours.early;
  return office.some((each) => (typeof each === "string" ? each === kind : each.test(kind)))
    ? hours.office
    : hours.usual;
}

export interface Pace {
  /** The factor on a kind's rate at that instant. */
  at(kind: HappeningKind, instant: number): number;
  /** The highest factor of a day. */
  most(kind: HappeningKind): number;
}

export function paceOf(rhythm: Rhythm, timeZone: string): Pace | undefined {
  if (rhythm === "steady") return undefined;
  const local = new Intl.DateTimeFormat("en-US", { timeZone, hour: "numeric", hourCycle: "h23" });
  const meanOf = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  return {
    at(kind, instant) {
      const values = hoursOf(kind);
      return (values[Number(local.format(instant))] ?? 0) / meanOf(values);
    },
    most(kind) {
      const values = hoursOf(kind);
      return Math.max(...values) / meanOf(values);
    },
  };
}
