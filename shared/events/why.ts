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
    .filter((fact) => JSON.stringify(before[fact]) !== JSON.stringify(after[fact]))
    .map((fact) => ({ fact, was: before[fact], is: after[fact] }));
}
