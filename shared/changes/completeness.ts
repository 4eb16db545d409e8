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
  return (
    isRecent(report, detectedAt, settleMs) &&
    (report.result ?? []).some(({ reference }) => {
      const found = find(reference);
      return found?.resourceType !== "Observation" || !isSettled(found);
    })
  );
}

/** Whether the report that a laboratory result belongs to may still come. */
export function mayGetReport(result: Resource, detectedAt: string, settleMs: number): boolean {
  if (result.resourceType !== "Observation" || !isRecent(result, detectedAt, settleMs)) return false;
  return result.category?.some(({ coding }) => coding?.some(({ code }) => code === "laboratory")) === true;
}

function isRecent({ meta }: Resource, detectedAt: string, settleMs: number): boolean {
  const [seen, written] = [instantOf(detectedAt), instantOf(meta?.lastUpdated)];
  return seen !== undefined && written !== undefined && seen < written + settleMs;
}
