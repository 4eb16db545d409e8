import { isResource, patientIdOf, type Resource } from "../fhir.ts";
import { idSearches } from "../ignite/searches.ts";
import { instantOf } from "../instant.ts";
import type { Joining, Progress } from "../roster/roster.ts";
import { isActiveEncounter } from "../roster/tier.ts";
import { readHidden } from "./gone.ts";
import type { PollPorts } from "./ports.ts";
import { reportMissing } from "./seen.ts";

export interface OpenEncounters {
  /** As they were read by id. */
  readonly resources: readonly Resource[];
  /** Gone out of sight. */
  readonly hidden: readonly string[];
  /** Gone to another patient: nobody needs to look for them here any more. */
  readonly moved: readonly string[];
  /** Whose they are now. */
  readonly joining: readonly Joining[];
}

/**
 * Reads open encounters by id that a search did not show. One that was combined with another comes from no search: its
 * own read tells `unknown` and the encounter that it is a part of now. One that cannot be read is put on the work list,
 * once, and looked for again rarely: it may be combined while nobody sees it. One that is somebody else's now brings that
 * patient into the roster.
 */
export async function readOpenEncounters(
  ports: PollPorts,
  patient: string,
  ids: readonly string[],
  { since, knownHidden }: { readonly since: number; readonly knownHidden: readonly string[] },
): Promise<OpenEncounters> {
  const results = await Promise.all(
    idSearches("Encounter", ids).map((search) => ports.ignite.search("Encounter", search)),
  );
  const found = new Map(results.flatMap(({ resources }) => resources).map((each) => [each.id ?? "", each] as const));
  const resources: Resource[] = [];
  const hidden: string[] = [];
  const moved: string[] = [];
  const joining: Joining[] = [];
  for (const id of ids) {
    const resource = found.get(id) ?? (await readHidden(ports, "Encounter", id, patient));
    const owner = resource && patientIdOf(resource);
    if (resource === undefined) {
      hidden.push(id);
      if (!knownHidden.includes(id)) await reportMissing(ports, "Encounter", id, patient);
    } else if (owner !== undefined && owner !== patient) {
      moved.push(id);
      joining.push({ patient: owner, since, mergedFrom: patient });
    } else resources.push(resource);
  }
  return { resources, hidden, moved, joining };
}

/** Those that went out of sight while they were open and have not been seen since. */
export function hiddenEncountersOf(
  { hiddenEncounters: before }: Pick<Progress, "hiddenEncounters">,
  shown: readonly Resource[],
  open: OpenEncounters | undefined,
  { isRetry, now }: { readonly isRetry: boolean; readonly now: number },
): Progress["hiddenEncounters"] {
  const seen = new Set([...[...shown, ...(open?.resources ?? [])].map(({ id }) => id ?? ""), ...(open?.moved ?? [])]);
  const ids = [...new Set([...(before?.ids ?? []), ...(open?.hidden ?? [])])].filter((id) => !seen.has(id)).sort();
  if (ids.length === 0) return undefined;
  return { ids, readAt: before === undefined || isRetry ? now : before.readAt };
}

/** The encounters that are looked for by id from now on. */
export function openEncountersOf(
  { openEncounters }: Pick<Progress, "openEncounters">,
  read: readonly Resource[],
  lost: readonly string[],
): string[] {
  const open = new Set(openEncounters);
  for (const resource of read)
    if (isResource(resource, "Encounter"))
      if (isOpenEncounter(resource)) open.add(resource.id ?? "");
      else open.delete(resource.id ?? "");
  for (const id of lost) open.delete(id);
  return [...open].sort();
}

export function isOpenEncounter(resource: Resource): boolean {
  return isResource(resource, "Encounter") && (resource.status === "planned" || isActiveEncounter(resource));
}

const billingMs = 7 * 24 * 3_600_000;

/** The encounters for which something may still be charged or taken back, however they ended. */
export function billableEncounters(encounters: readonly Resource[], now: number): string[] {
  return encounters
    .filter((resource) => isActiveEncounter(resource) || hasEndedSince(resource, now - billingMs))
    .flatMap(({ id }) => id ?? []);
}

function hasEndedSince(resource: Resource, since: number): boolean {
  if (!isResource(resource, "Encounter") || resource.status === "planned") return false;
  return (instantOf(resource.period?.end ?? resource.meta?.lastUpdated) ?? 0) > since;
}
