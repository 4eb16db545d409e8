import type { Row, SegmentTable } from "./mapping.ts";
import type { Field } from "./model.ts";
import type { Scope } from "./scope.ts";

/**
 * What the rows of a table told last, where its segments follow each other in one message. Of 14 results the times,
 * statuses and performers are mostly the same: to see that costs a third of working them out, and they share one field.
 */
export interface FormerSegment {
  /** By position: the values, and the field that was made of them. */
  readonly values: unknown[];
  readonly fields: (Field | undefined)[];
  /** The two that were compared last, and whether they were alike: several rows look at the same values. */
  comparedNow: unknown;
  comparedThen: unknown;
  wereAlike: boolean;
  /** Position of the row of this segment that found what it had found before, the last one. */
  asBefore: number | undefined;
}

export function formerSegment({ blank }: SegmentTable): FormerSegment {
  return {
    values: blank.slice(),
    fields: blank.slice(),
    comparedNow: undefined,
    comparedThen: undefined,
    wereAlike: false,
    asBefore: undefined,
  };
}

/** Four rows of a result read who performed it: where the first found the same as before, so would the others. */
export function isReadBefore({ reader, position }: Row, { asBefore, values }: FormerSegment): boolean {
  return reader !== undefined && reader === asBefore && values[position] === values[reader];
}

/** What was a work item is worked out again, since work items are counted. */
export function keep(
  row: Row,
  values: unknown,
  field: Field | undefined,
  reportsBefore: number,
  scope: Scope,
  former: FormerSegment,
): void {
  if (scope.reports.count !== reportsBefore) return;
  former.values[row.position] = values;
  former.fields[row.position] = field;
}

export function isAsBefore(now: unknown, then: unknown, former: FormerSegment): boolean {
  if (then === undefined) return false;
  if (former.comparedNow !== now || former.comparedThen !== then) {
    former.comparedNow = now;
    former.comparedThen = then;
    former.wereAlike = isAlike(now, then);
  }
  return former.wereAlike;
}

/** Whether two elements say the same. `#id` does not: each owner contains something else under it. */
function isAlike(a: unknown, b: unknown): boolean {
  if (typeof a === "string") return a === b && !a.startsWith("#");
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) return a === b;
  if (Array.isArray(a)) {
    if (!Array.isArray(b) || a.length !== b.length) return false;
    for (let index = 0; index < a.length; index++) if (!isAlike(a[index], b[index])) return false;
    return true;
  }
  let members = 0;
  for (const name in a) {
    members += 1;
    if (!isAlike((a as Record<string, unknown>)[name], (b as Record<string, unknown>)[name])) return false;
  }
  for (const _name in b) members -= 1;
  return members === 0;
}
