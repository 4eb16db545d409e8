import { keyOf, patientIdOf, type Resource, referencedId } from "../fhir.ts";
import { idSearches, type SearchableType } from "../ignite/searches.ts";
import { instantOf } from "../instant.ts";
import { contentHash, fingerprint } from "./content.ts";
import { readHidden } from "./gone.ts";
import type { PollPorts, Seen, SeenResource } from "./ports.ts";

/** What a search showed, beside what it showed the last time. */
export interface Showing {
  readonly feed: SearchableType;
  readonly previous: Seen;
  readonly shown: readonly Resource[];
  /** The encounters that were asked about, for feeds that are found by encounter. */
  readonly encounters?: ReadonlySet<string> | undefined;
  /** Whose they are; what turns out to be somebody else's is left to that patient. */
  readonly patient?: string | undefined;
  readonly now: number;
  /** Everything counts as new, whatever was seen before: it may have been told since, of somebody else. */
  readonly all?: boolean | undefined;
}

export interface SeenReading {
  /** Those that say something else than when they were last seen. */
  readonly changed: readonly Resource[];
  /** To be stored, or nothing where it is as it was. */
  readonly seen: Seen | undefined;
}

/**
 * Compares what a search shows with what it showed before. What was open then and is not shown now is read by id: it may
 * have ended, and what has ended is often not shown. What cannot be read either is put on the work list, once, and left
 * alone: security may hide it, and absence is no deletion.
 */
export async function compareWithSeen(ports: PollPorts, showing: Showing): Promise<SeenReading> {
  const { feed, previous, shown, patient, now } = showing;
  const shownIds = new Set(shown.map(({ id }) => id));
  const missing = Object.entries(previous).filter(([id, each]) => !shownIds.has(id) && isAwaited(each, showing));
  const again = await readByIds(
    ports,
    feed,
    missing.map(([id]) => id),
    () => patient ?? "",
  );
  const seen: Record<string, SeenResource> = {};
  const changed: Resource[] = [];
  for (const resource of [...shown, ...again]) {
    // Some types do not say whose they are, as an account that is only a balance.
    if (patient !== undefined && (patientIdOf(resource) ?? patient) !== patient) continue;
    const id = resource.id ?? "";
    const each = seenAs(resource);
    if (showing.all === true || previous[id]?.sign !== each.sign) changed.push(resource);
    if (shownIds.has(id) || isAwaited(each, showing)) seen[id] = each;
  }
  return { changed, seen: isSame(seen, previous, now) ? undefined : seen };
}

function isAwaited({ open, of, until }: SeenResource, { encounters, now }: Showing): boolean {
  return open === true && (until === undefined || until > now) && (of === undefined || encounters?.has(of) !== false);
}

function isSame(seen: Seen, previous: Seen, now: number): boolean {
  const ids = Object.keys(seen);
  return (
    ids.length === Object.values(previous).filter(({ until }) => until === undefined || until > now).length &&
    ids.every((id) => seen[id]?.sign === previous[id]?.sign)
  );
}

/** What Ignite has of those ids, and what was deleted, as recorded in error; the others are put on the work list. */
export async function readByIds(
  ports: PollPorts,
  feed: SearchableType,
  ids: readonly string[],
  patientOf: (id: string) => string | undefined,
): Promise<Resource[]> {
  const results = await Promise.all(idSearches(feed, ids).map((search) => ports.ignite.search(feed, search)));
  const wanted = new Set(ids);
  const found = results
    .flatMap(({ resources }) => resources)
    .filter(({ resourceType, id }) => resourceType === feed && wanted.has(id ?? ""));
  const foundIds = new Set(found.map(({ id }) => id));
  for (const id of ids) {
    if (foundIds.has(id)) continue;
    const hidden = await readHidden(ports, feed, id, patientOf(id));
    if (hidden === undefined) await reportMissing(ports, feed, id, patientOf(id) || undefined);
    else found.push(hidden);
  }
  return found;
}

export async function reportMissing(
  ports: PollPorts,
  resourceType: string,
  id: string,
  patient: string | undefined,
): Promise<void> {
  await ports.reportWorkItem({
    source: ports.sourceName,
    patient,
    resourceType,
    id,
    severity: "warning",
    reason: "no-longer-found",
  });
}

export function seenAs(resource: Resource): SeenResource {
  const of = encounterOf(resource);
  const until = resource.resourceType === "Slot" ? instantOf(resource.start) : undefined;
  return {
    sign: fingerprint(keyOf(resource), contentHash(resource)),
    ...(isOpen(resource) && { open: true }),
    ...(of !== undefined && { of }),
    ...(until !== undefined && { until }),
  };
}

const openStatuses: Readonly<Record<string, readonly string[]>> = {
  MedicationAdministration: ["in-progress", "on-hold", "unknown"],
  Coverage: ["active", "draft"],
  Account: ["active", "on-hold"],
  ChargeItem: ["planned", "billable"],
  Slot: ["free"],
  Location: ["active", "suspended"],
};

/** Not over yet. RelatedPerson and Practitioner say it by `active`, which may be left out. */
function isOpen(resource: Resource): boolean {
  const { status, active } = resource as { status?: string; active?: boolean };
  const statuses = openStatuses[resource.resourceType];
  return statuses === undefined ? active !== false : statuses.includes(status ?? "active");
}

const associatedEncounter = "https://fhir-ehr.cerner.com/r4/StructureDefinition/associated-encounter";

function encounterOf(resource: Resource): string | undefined {
  if (resource.resourceType === "ChargeItem") return referencedId(resource.context?.reference, "Encounter");
  if (resource.resourceType !== "Account") return undefined;
  const associated = resource.extension?.find(({ url }) => url === associatedEncounter)?.valueReference;
  return referencedId(associated?.reference, "Encounter");
}
