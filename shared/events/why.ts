import { isSameTime } from "../instant.ts";
import type { Facts } from "./rule.ts";

/** A fact that differs between what a receiver knew and what is. */
export interface FactChange {
  readonly fact: string;
  readonly was: unknown;
  readonly is: unknown;
}

/** The facts that changed, in the order in which a resource has them. Hashes stand for content and say only that it did. */
export function factChanges(was: Facts, is: Facts): readonly FactChange[] {
  const [before, after] = [was, is] as unknown as readonly [Record<string, unknown>, Record<string, unknown>];
  return [...new Set([...Object.keys(after), ...Object.keys(before)])]
    .filter((fact) => !isSame(before[fact], after[fact]))
    .map((fact) => ({ fact, was: before[fact], is: after[fact] }));
}

/** Nothing, an empty text and an empty list are the same fact, and so is one instant in two forms. */
function isSame(was: unknown, is: unknown): boolean {
  if (isNothing(was) && isNothing(is)) return true;
  if (isTime(was) && isTime(is)) return isSameTime(was, is);
  return JSON.stringify(was) === JSON.stringify(is);
}

export function isNothing(value: unknown): boolean {
  return value === undefined || value === "" || (typeof value === "object" && Object.keys(value ?? {}).length === 0);
}

function isTime(value: unknown): value is string {
  return typeof value === "string" && /^\d{4}-\d\d/.test(value);
}
