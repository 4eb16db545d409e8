import type { Concept } from "../concepts.ts";

/** A concept of the house's own, with the standard codes that it is mapped to. */
export const own = (
  codeSet: number,
  code: string,
  display: string,
  ...standard: [string, string, string?][]
): Concept => ({
  codeSet,
  code,
  display,
  standard: standard.map(([system, value, name]) => ({ system, code: value, ...(name ? { display: name } : {}) })),
});
