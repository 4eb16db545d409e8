import type { Feed } from "../config/schema.ts";
import type { BridgeError } from "../errors.ts";
import { isMerged, isResource, keyOf, patientIdOf, type Resource, type ResourceKey, survivorOf } from "../fhir.ts";
import { idSearches, isSearchable } from "../ignite/searches.ts";
import { instantOf } from "../instant.ts";
import { isReferenceType } from "../roster/target.ts";
import { isActiveEncounter } from "../roster/tier.ts";
import { attachmentsOf } from "./attachments.ts";
import type { ChangeGroup } from "./change-set.ts";
import type { Snapshot } from "./diff.ts";
import type { PollPorts } from "./ports.ts";
import { hasFeed, isolate } from "./reading.ts";

/** What else is known when the context of a group is gathered. */
export interface Surroundings {
  /** Everything that this poll read about the patient, newest. */
  readonly read: ReadonlyMap<ResourceKey, Resource>;
  /** All Encounters that are stored for the patient. */
  readonly encounters: readonly Resource[];
  /** Polls of this target that have failed, one after the other. */
  readonly failures: number;
}

/** Records of the patient that a change is spoken about with; they are kept as snapshots. */
const recordTypes: readonly string[] = [
  "Patient",
  "Encounter",
  "ServiceRequest",
  "Observation",
  "Condition",
  "MedicationRequest",
  "DocumentReference",
  "Coverage",
  "RelatedPerson",
  "Account",
  "ChargeItem",
];
/** Who and where: shared by many patients. */
const sharedTypes: readonly string[] = ["Practitioner", "Location", "Organization"];

/** What a message about the visit or the person lists, as far as the feeds are on. */
const chart: readonly Feed[] = ["AllergyIntolerance", "Condition", "Procedure", "Coverage", "RelatedPerson", "Account"];
const billing: readonly Feed[] = ["Coverage", "RelatedPerson", "Account", "Condition", "Procedure"];
/** What comes along in lists when a resource of a type has changed. */
const lists: Readonly<Record<string, readonly Feed[]>> = {
  Patient: chart,
  Encounter: chart,
  AllergyIntolerance: chart,
  Condition: chart,
  Procedure: chart,
  Coverage: chart,
  RelatedPerson: chart,
  Account: billing,
  ChargeItem: billing,
  MedicationRequest: ["AllergyIntolerance"],
};

const alwaysInContext: readonly string[] = ["Patient", "Encounter"];

const limits = {
  activeEncounters: 20,
  /** Records beyond those that changed. */
  records: 400,
  /** Practitioners, locations, organizations. */
  shared: 100,
  /** Of each type that is listed. */
  listed: 200,
  /** Bed, room, ward, floor, building, facility. */
  locationLevels: 6,
} as const;

/** The Patients of all groups at once: a schedule finds many, and a search by id takes twenty. */
export async function gatherPatients(
  ports: PollPorts,
  groups: readonly ChangeGroup[],
  read: ReadonlyMap<ResourceKey, Resource>,
  problems: BridgeError[],
): Promise<Map<ResourceKey, Resource>> {
  const wanted = groups
    .filter(({ patient }) => patient !== "")
    .map(({ patient }) => ({ patient, key: `Patient/${patient}` as const }))
    .filter(({ key }) => !read.has(key));
  if (wanted.length === 0) return new Map();
  const stored = await ports.snapshots.get(ports.sourceName, wanted);
  // Who was merged has no numbers; news of such a person means that the merge may be undone.
  const unknown = wanted.map(({ key }) => key).filter((key) => !stored.has(key) || isMerged(stored.get(key)?.resource));
  const fetched = await fetchByIds(ports, [...new Set(unknown)], problems);
  return new Map([
    ...[...stored].map(([key, { resource }]) => [key, resource] as const),
    ...fetched.map((resource) => [keyOf(resource), resource] as const),
  ]);
}

/**
 * The Patient, the active Encounters, and what the changes refer to, so that each can be told without another question.
 * A changed report comes with all its results, and a changed result with the report that holds it. Taken from what the
 * poll read, else from the snapshots, else from Ignite. Where there is more than the limits allow, the nearest are kept.
 */
export async function gatherContext(
  ports: PollPorts,
  group: ChangeGroup,
  surroundings: Surroundings,
  problems: BridgeError[],
): Promise<Resource[]> {
  const context = new Map<ResourceKey, Resource>();
  const changed = group.changes.map(({ after }) => after);
  const read = new Map([...surroundings.read, ...changed.map((resource) => [keyOf(resource), resource] as const)]);
  const load = (keys: readonly ResourceKey[]) => loadRecords(ports, group.patient, keys, read, problems);

  for (const encounter of activeEncounters(surroundings.encounters, read)) context.set(keyOf(encounter), encounter);
  for (const report of await reportsOf(ports, group.patient, changed, read)) context.set(keyOf(report), report);
  for (const resource of group.patient === "" ? [] : await load([`Patient/${group.patient}`]))
    context.set(keyOf(resource), resource);

  // Of somebody else's records that came here: a person of whom Ignite still knows was not merged.
  for (const resource of await fetchByIds(ports, formerPatients(group), problems))
    context.set(keyOf(resource), resource);

  for (const report of await load(priorReports(changed))) context.set(keyOf(report), report);

  let frontier: readonly Resource[] = [...changed, ...context.values()];
  while (frontier.length > 0 && context.size < limits.records) {
    const keys = referencesOf(frontier, recordTypes).filter((key) => !context.has(key));
    const loaded = await load(keys.slice(0, limits.records - context.size));
    for (const resource of loaded) context.set(keyOf(resource), resource);
    frontier = loaded;
  }
  for (const resource of await listedResources(ports, group, read)) context.set(keyOf(resource), resource);
  for (const resource of await attachmentsOf(ports, group, surroundings.failures, problems))
    context.set(keyOf(resource), resource);
  // Who left is named with the same numbers as when they came.
  const former = group.changes.flatMap(({ before }) => before ?? []);
  for (const resource of await sharedResources(ports, [...changed, ...context.values(), ...former], problems))
    context.set(keyOf(resource), resource);
  // Consumers have the changes themselves; the Patient and the Encounters stand here too, for they are what is looked up.
  for (const resource of changed) if (!alwaysInContext.includes(resource.resourceType)) context.delete(keyOf(resource));
  return [...context.values()];
}

/** Whose the records were that have come to the patient, and into whom the patient was merged before. */
function formerPatients({ patient, changes }: ChangeGroup): readonly ResourceKey[] {
  const owners = changes.flatMap(({ before, after }) =>
    before !== undefined && patientIdOf(after) === patient ? [patientIdOf(before), survivorOf(before)] : [],
  );
  const others = owners.filter((owner) => owner !== undefined && owner !== patient);
  return [...new Set(others.map((owner): ResourceKey => `Patient/${owner}`))];
}

/** The lists of the patient, as stored and as read; what came and went in error is for the receiver to leave out. */
async function listedResources(
  ports: PollPorts,
  { patient, changes }: ChangeGroup,
  read: ReadonlyMap<ResourceKey, Resource>,
): Promise<Resource[]> {
  if (patient === "" || changes.every(({ initial }) => initial)) return [];
  const types = new Set(changes.flatMap(({ after }) => lists[after.resourceType] ?? []));
  const wanted = [...types].filter((type) => hasFeed(ports, type));
  const stored = await Promise.all(wanted.map((type) => ports.snapshots.list(ports.sourceName, patient, type)));
  return wanted.flatMap((type, index) => {
    const latest = new Map(stored[index]?.map((resource) => [keyOf(resource), resource] as const));
    for (const [key, resource] of read) if (resource.resourceType === type) latest.set(key, resource);
    return [...latest.values()]
      .filter((resource) => (patientIdOf(resource) ?? patient) === patient)
      .sort((a, b) => (instantOf(b.meta?.lastUpdated) ?? 0) - (instantOf(a.meta?.lastUpdated) ?? 0))
      .slice(0, limits.listed);
  });
}

/** The reports that led to a changed order. */
function priorReports(changed: readonly Resource[]): readonly ResourceKey[] {
  const support = changed.flatMap((each) => (isResource(each, "ServiceRequest") ? (each.supportingInfo ?? []) : []));
  const keys = support.flatMap(({ reference }) => keyOfReference(reference) ?? []);
  return keys.filter((key) => typeOf(key) === "DiagnosticReport");
}

function activeEncounters(
  stored: readonly Resource[],
  read: ReadonlyMap<ResourceKey, Resource>,
): readonly fhir4.Encounter[] {
  const current = new Map([...stored.map((resource) => [keyOf(resource), resource] as const), ...read]);
  return [...current.values()]
    .filter(isActiveEncounter)
    .sort((a, b) => (instantOf(b.period?.start) ?? 0) - (instantOf(a.period?.start) ?? 0))
    .slice(0, limits.activeEncounters);
}

// Charted at the bedside or asked of the patient: no report holds them, so none is looked for.
const unreportedCategories: readonly string[] = ["vital-signs", "social-history", "survey"];

/** The reports that hold a changed result. */
async function reportsOf(
  ports: PollPorts,
  patient: string,
  changed: readonly Resource[],
  read: ReadonlyMap<ResourceKey, Resource>,
): Promise<fhir4.DiagnosticReport[]> {
  const inReports = new Set(
    changed.filter((each) => isResource(each, "DiagnosticReport")).flatMap((report) => resultsOf(report)),
  );
  const alone = new Set(
    changed
      .filter(isReportable)
      .map(keyOf)
      .filter((key) => !inReports.has(key)),
  );
  if (alone.size === 0 || !ports.source.feeds.includes("DiagnosticReport")) return [];
  const stored = await ports.snapshots.list(ports.sourceName, patient, "DiagnosticReport");
  const current = new Map([...stored.map((resource) => [keyOf(resource), resource] as const), ...read]);
  return [...current.values()]
    .filter((resource) => isResource(resource, "DiagnosticReport"))
    .filter((report) => resultsOf(report).some((key) => alone.has(key)));
}

function isReportable(resource: Resource): boolean {
  if (!isResource(resource, "Observation")) return false;
  const codes = resource.category?.flatMap(({ coding }) => coding ?? []).map(({ code }) => code ?? "") ?? [];
  return !codes.some((code) => unreportedCategories.includes(code));
}

function resultsOf(report: fhir4.DiagnosticReport): ResourceKey[] {
  return report.result?.flatMap(({ reference }) => keyOfReference(reference) ?? []) ?? [];
}

async function loadRecords(
  ports: PollPorts,
  patient: string,
  keys: readonly ResourceKey[],
  read: ReadonlyMap<ResourceKey, Resource>,
  problems: BridgeError[],
): Promise<Resource[]> {
  const unread = keys.filter((key) => !read.has(key));
  const stored: ReadonlyMap<ResourceKey, Snapshot> =
    unread.length === 0
      ? new Map()
      : await ports.snapshots.get(
          ports.sourceName,
          unread.map((key) => ({ patient, key })),
        );
  const known = keys.flatMap((key) => read.get(key) ?? stored.get(key)?.resource ?? []);
  const unknown = unread.filter((key) => !stored.has(key));
  return [...known, ...(await fetchByIds(ports, unknown, problems))];
}

/** Practitioners, locations, and the locations around those. */
async function sharedResources(
  ports: PollPorts,
  referring: readonly Resource[],
  problems: BridgeError[],
): Promise<Resource[]> {
  const shared = new Map<ResourceKey, Resource>();
  let frontier: readonly Resource[] = referring;
  for (let level = 0; level < limits.locationLevels && frontier.length > 0; level += 1) {
    const keys = referencesOf(frontier, sharedTypes).filter((key) => !shared.has(key));
    const wanted = keys.slice(0, limits.shared - shared.size);
    if (wanted.length === 0) break;
    const known = await ports.references.get(ports.sourceName, wanted);
    const unknown = wanted.filter((key) => !known.has(key));
    await noteReferences(ports, unknown);
    const fetched = new Map((await fetchByIds(ports, unknown, problems)).map((each) => [keyOf(each), each] as const));
    if (unknown.length > 0)
      await ports.references.put(ports.sourceName, new Map(unknown.map((key) => [key, fetched.get(key)])));
    frontier = wanted.flatMap((key) => known.get(key) ?? fetched.get(key) ?? []);
    for (const resource of frontier) shared.set(keyOf(resource), resource);
  }
  return [...shared.values()];
}

/** Whoever comes up is watched from then on, where that is wanted. */
async function noteReferences(ports: PollPorts, keys: readonly ResourceKey[]): Promise<void> {
  if (ports.source.referenceData !== "known") return;
  const watched = keys.filter((key) => isReferenceType(typeOf(key)) && hasFeed(ports, typeOf(key)));
  if (watched.length > 0) await ports.snapshots.note(ports.sourceName, watched);
}

/** What Ignite has of those; types that the token does not cover are left out. */
async function fetchByIds(
  ports: PollPorts,
  keys: readonly ResourceKey[],
  problems: BridgeError[],
): Promise<Resource[]> {
  if (keys.length === 0) return [];
  const granted = await ports.ignite.granted();
  const byType = Object.groupBy(keys, typeOf);
  const searches = Object.entries(byType).flatMap(([resourceType, ofType = []]) =>
    granted.has(resourceType) && isSearchable(resourceType)
      ? idSearches(resourceType, ofType.map(idOf)).map((search) => ({ resourceType, search }))
      : [],
  );
  const wanted = new Set(keys);
  const results = await Promise.all(
    searches.map(({ resourceType, search }) => isolate(problems, () => ports.ignite.search(resourceType, search))),
  );
  const found = results.flatMap((result) => result?.resources ?? []).filter((resource) => wanted.has(keyOf(resource)));
  // A record that was merged away comes from no search.
  const foundKeys = new Set(found.map(keyOf));
  const mergedAway = keys.filter((key) => key.startsWith("Patient/") && !foundKeys.has(key) && granted.has("Patient"));
  const records = await Promise.all(
    mergedAway.map((key) => isolate(problems, () => ports.ignite.read("Patient", idOf(key)))),
  );
  return [...found, ...records.filter((record) => typeof record === "object")];
}

function typeOf(key: ResourceKey): string {
  return key.slice(0, key.indexOf("/"));
}

function idOf(key: ResourceKey): string {
  return key.slice(key.indexOf("/") + 1);
}

/** Literal references anywhere in the resources, nearest first, each once. */
export function referencesOf(resources: readonly Resource[], types: readonly string[]): ResourceKey[] {
  const keys = new Set<ResourceKey>();
  for (const resource of resources) collectReferences(resource, types, keys);
  return [...keys];
}

function collectReferences(value: unknown, types: readonly string[], keys: Set<ResourceKey>): void {
  if (typeof value !== "object" || value === null) return;
  for (const [name, member] of Object.entries(value))
    if (name === "reference" && typeof member === "string") {
      const key = keyOfReference(member);
      if (key !== undefined && types.includes(typeOf(key))) keys.add(key);
    } else collectReferences(member, types, keys);
}

function keyOfReference(reference: string | undefined): ResourceKey | undefined {
  const [type, id] = reference?.split("/_history/")[0]?.split("/").slice(-2) ?? [];
  return type !== undefined && id !== undefined && /^[A-Z]\w+$/.test(type) ? `${type}/${id}` : undefined;
}
