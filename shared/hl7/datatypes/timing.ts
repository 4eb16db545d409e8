import { dataType } from "../mapping.ts";
import type { Component, Repetition } from "../model.ts";
import type { Scope } from "../scope.ts";
import { timestampOf } from "./time.ts";

export interface TimingQuantity {
  readonly quantity?: Repetition | undefined;
  /** HL70335, and explicit times of the day. */
  readonly pattern?: string | undefined;
  readonly times?: readonly string[] | undefined;
  /** `M30`, or `X3` for three times. */
  readonly duration?: string | undefined;
  readonly start?: string | undefined;
  readonly end?: string | undefined;
  /** HL70485 */
  readonly priority?: string | undefined;
  readonly condition?: string | undefined;
  readonly text?: string | undefined;
  /** HL70472 */
  readonly conjunction?: string | undefined;
}

/** 2.A.79 TQ: duration (`M30`), start and end of an appointment; all of it for an order. */
export const tq = dataType<TimingQuantity>("TQ", (timing, scope: Scope) => {
  const { quantity, pattern, times, duration, start, end } = timing;
  const parts: Component[] = [
    quantity?.map((part) => (typeof part === "object" && part !== null ? part[0] : part)),
    pattern === undefined && times === undefined ? undefined : [pattern, times?.join(",")],
    duration,
    timestampOf(start, scope),
    timestampOf(end, scope),
  ];
  if (timing.priority !== undefined) parts[5] = timing.priority;
  if (timing.condition !== undefined) parts[6] = timing.condition;
  if (timing.text !== undefined) parts[7] = timing.text;
  if (timing.conjunction !== undefined) parts[8] = timing.conjunction;
  return parts;
});
