/** Calendar days of a facility, as half-open ranges of epoch milliseconds. */
export interface DayWindow {
  readonly from: number;
  readonly to: number;
}

/** From today's midnight in the zone to the midnight after so many days. */
export function daysFromToday(now: number, days: number, timeZone: string): DayWindow {
  const { year, month, day } = localParts(now, timeZone);
  return { from: midnight(year, month, day, timeZone), to: midnight(year, month, day + days, timeZone) };
}

/** `day` may run over the end of the month. */
function midnight(year: number, month: number, day: number, timeZone: string): number {
  const asIfUtc = Date.UTC(year, month - 1, day);
  // The offset that holds at midnight is found in two steps, because it is looked up by the instant that is sought.
  const first = asIfUtc - offsetAt(asIfUtc, timeZone);
  return asIfUtc - offsetAt(first, timeZone);
}

/** What the zone's clock is ahead of UTC. */
function offsetAt(instant: number, timeZone: string): number {
  const { year, month, day, hour, minute, second } = localParts(instant, timeZone);
  return Date.UTC(year, month - 1, day, hour, minute, second) - Math.floor(instant / 1_000) * 1_000;
}

type Parts = Record<"year" | "month" | "day" | "hour" | "minute" | "second", number>;
const formats = new Map<string, Intl.DateTimeFormat>();

function localParts(instant: number, timeZone: string): Parts {
  let format = formats.get(timeZone);
  if (!format) {
    const numeric = { year: "numeric", month: "numeric", day: "numeric" } as const;
    const time = { hour: "numeric", minute: "numeric", second: "numeric", hourCycle: "h23" } as const;
    format = new Intl.DateTimeFormat("en-US", { timeZone, ...numeric, ...time });
    formats.set(timeZone, format);
  }
  return Object.fromEntries(
    format.formatToParts(instant).map(({ type, value }) => [type, Number(value)]),
  ) as unknown as Parts;
}
