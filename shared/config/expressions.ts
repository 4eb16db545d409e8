import { needsOf } from "../hl7/fhirpath.ts";
import type { Destination } from "./schema.ts";

const expressionKeys: ReadonlySet<string> = new Set(["fhirPath", "when", "forEach", "filter"]);

/** What the FHIRPath expressions of a destination take: the package, and its model of R4. */
export function expressionNeeds(destination: Destination): readonly ReturnType<typeof needsOf>[] {
  return textsIn(destination).map(needsOf);
}

function textsIn(value: unknown): readonly string[] {
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, each]) =>
    expressionKeys.has(key) && typeof each === "string" ? [each] : textsIn(each),
  );
}
