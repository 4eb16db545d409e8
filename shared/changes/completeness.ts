import type { Resource } from "../fhir.ts";
import { instantOf } from "../instant.ts";

/** What an Observation may be when the report that names it is final. */
const settledStatuses: ReadonlySet<string> = new Set([
  "final",
  "amended",
  "corrected",
  "cancelled",
  "entered-in-error",
  "unknown",
]);

const finalStatuses: ReadonlySet<string> = new Set(["final", "amended", "corrected", "appended"]);

export function isSettled({ status }: fhir4.Observation): boolean {
  return settledStatuses.has(status);
}

/** Whether a final report that was just written may still get the results that it names: Ignite writes the two apart. */
export function isSettling(
  report: Resource,
  find: (reference: string | undefined) => Resource | undefined,
  detectedAt: string,
  settleMs: number,
): boolean {
  if (report.resourceType !== "DiagnosticReport" || !finalStatuses.has(report.status)) return false;
  const [seen, written] = [instantOf(detectedAt), instantOf(report.meta?.lastUpdated)];
  if (seen === undefined || written === undefined || seen >= written + settleMs) return false;
  return (report.result ?? []).some(({ reference }) => {
    const found = find(reference);
    return found?.resourceType !== "Observation" || !isSettled(found);
  });
}
