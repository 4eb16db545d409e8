import { createRequire } from "node:module";

/** The part of the fhirpath package that is used. */
export interface FhirPathEngine {
  compile(expression: string, model: object | undefined, options: object): (node: unknown) => unknown;
}

const require = createRequire(import.meta.url);

/**
 * The fhirpath package, which takes a quarter of a second to load, and its model of R4: both when they are first needed.
 * A bundle puts a module in the place of this one that holds them, or that holds nothing.
 */
export function fhirPathEngine(): FhirPathEngine {
  return require("fhirpath") as FhirPathEngine;
}

export function r4Model(): object {
  return require("fhirpath/fhir-context/r4") as object;
}
