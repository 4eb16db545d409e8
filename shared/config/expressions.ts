import { needsOf } from "../hl7/fhirpath.ts";
import type { Destination } from "./schema.ts";

const expressionKeys: ReadonlySet<string> = new Set(["fhirPath", "when", "forEach"]);

/** What the FHIRPath expressions of a destination take: the package, and its model of R4. */
export function expressionNeeds(destination: Destination): readonly ReturnType<typeof needsOf>[] {
  return destination.format === "hl7v2" ? textsIn([destination.overlays, destination.segments]).map(needsOf) : [];
}

function textsIn(value: unknown): readonly string[] {
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, each]) =>
    expressionKeys.has(key) && typeof each === "string" ? [each] : textsIn(each),
  );
}
