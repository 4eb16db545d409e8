import { dataType } from "../mapping.ts";
import type { Scope } from "../scope.ts";
import { timestampOf } from "./time.ts";

export interface TimingQuantity {
  readonly minutes?: number | undefined;
  readonly start?: string | undefined;
  readonly end?: string | undefined;
}

/** 2.A.79 TQ, as far as an appointment fills it: duration (`M30`), start, end. */
export const tq = dataType<TimingQuantity>("TQ", ({ minutes, start, end }, scope: Scope) => [
  undefined,
  undefined,
  minutes === undefined ? undefined : `M${minutes}`,
  timestampOf(start, scope),
  timestampOf(end, scope),
]);
