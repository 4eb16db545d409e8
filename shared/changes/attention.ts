import { isMerged, type Resource, survivorOf } from "../fhir.ts";
import type { Change } from "./change.ts";
import type { ChangeGroup } from "./change-set.ts";
import type { PollPorts } from "./ports.ts";

/** What a person should look at, whatever is told of it: put on the work list, once for each resource and reason. */
export async function reportAttention(ports: PollPorts, groups: readonly ChangeGroup[]): Promise<void> {
  for (const { patient, changes } of groups)
    for (const change of changes) {
      const reason = attentionOf(change);
      const { resourceType, id } = change.after;
      if (reason !== undefined)
        await ports.reportWorkItem({
          source: ports.sourceName,
          patient,
          resourceType,
          id,
          severity: "warning",
          reason,
        });
    }
}

const statuses: Readonly<Record<string, readonly string[]>> = {
  Encounter: [
    ...["planned", "arrived", "triaged", "in-progress", "onleave", "finished"],
    ...["cancelled", "entered-in-error"],
  ],
  Appointment: [
    ...["proposed", "pending", "waitlist", "booked", "arrived", "checked-in", "fulfilled"],
    ...["cancelled", "noshow", "entered-in-error"],
  ],
};

function attentionOf({ before, after }: Pick<Change, "before" | "after">): string | undefined {
  if (hasUnknownStatus(after)) return "unknown-status";
  if (after.resourceType !== "Patient") return undefined;
  if (before !== undefined && isMerged(before)) {
    if (!isMerged(after)) return "merge-undone";
    if (survivorOf(before) !== survivorOf(after)) return "merge-changed";
  }
  return isInError(after) ? "entered-in-error" : undefined;
}

/** A visit that was combined with another has the status unknown, and says with which. */
function hasUnknownStatus(resource: Resource): boolean {
  const known = statuses[resource.resourceType];
  if (known === undefined || known.includes((resource as { status?: string }).status ?? "")) return false;
  return resource.resourceType !== "Encounter" || resource.partOf === undefined;
}

function isInError({ meta }: Resource): boolean {
  return meta?.tag?.some(({ code }) => code === "entered-in-error") === true;
}
