import { createHash } from "node:crypto";
import { BridgeError } from "../errors.ts";
import { isResource, keyOf, patientIdOf, type Resource, survivorOf } from "../fhir.ts";
import { guarantorsOf } from "../guarantor.ts";
import {
  type EncounterType,
  encounterSearch,
  type FeedQuery,
  guarantorSearch,
  isSearchable,
  patientSearch,
  ruleOf,
  type SearchableType,
} from "../ignite/searches.ts";
import { type Joining, type Lease, noProgress, type Progress, type RosterEntry } from "../roster/roster.ts";
import { intervalOf, isActiveEncounter } from "../roster/tier.ts";
import type { Found } from "./diff.ts";
import { readHidden } from "./gone.ts";
import type { AppointmentWindow, PollPorts, Seen } from "./ports.ts";
import { billableEncounters, hiddenEncountersOf, openEncountersOf, readOpenEncounters } from "./read-encounters.ts";
import {
  feedSinceOf,
  isFeedDue,
  isolate,
  type Permissions,
  permissionsOf,
  type Reading,
  reportUnreadable,
  requireFeed,
} from "./reading.ts";
import { compareWithSeen } from "./seen.ts";
import { nextWatermark, searchStart } from "./watermark.ts";
import { readAppointments } from "./window.ts";

interface FeedReading {
  /** To be compared with the snapshots. */
  readonly resources: readonly Resource[];
  readonly watermark: number | undefined;
  readonly window?: AppointmentWindow | undefined;
  readonly seen?: Seen | undefined;
}

/** One poll of one patient, as its feeds share it. */
interface PatientPoll {
  readonly ports: PollPorts;
  readonly lease: Lease;
  readonly patient: string;
  readonly startedAt: number;
  readonly permissions: Permissions;
  readonly problems: BridgeError[];
  readonly progress: Progress;
  /** Everything is read, whatever was seen before. */
  readonly everything: boolean;
  /** The feed whose turn it is to be read again in full. */
  readonly inFull: string | undefined;
}

/** Told with a registration, so they are asked for at once when one is new. */
const registrationFeeds: readonly string[] = ["Coverage", "RelatedPerson", "Account", "AllergyIntolerance"];

/**
 * Reads the feeds of a patient whose turn it is. A feed that fails for reasons of its own keeps its watermark; the others
 * are read.
 */
export async function readPatient(
  ports: PollPorts,
  lease: Lease,
  patient: string,
  startedAt: number,
): Promise<Reading> {
  const { entry } = lease;
  const progress = entry.progress ?? noProgress;
  const permissions = await permissionsOf(ports);
  const problems: BridgeError[] = [];
  const feeds = feedsOf(ports);
  const found: Found[] = [];
  const watermarks: Record<string, number> = {};
  const readAt: Record<string, number> = { ...progress.readAt };
  const fullReadAt: Record<string, number> = { ...progress.fullReadAt };
  const seen = new Map<string, Seen>();
  const joining: Joining[] = [];
  let window: AppointmentWindow | undefined;

  const find = (feed: string, resources: readonly Resource[]) => {
    const since = feedSinceOf(entry, feed, startedAt);
    const firstRead = isFirstRead(entry, feed);
    found.push(...resources.map((resource) => ({ resource, since, firstRead })));
  };
  const take = (poll: Pick<PatientPoll, "everything" | "inFull">, feed: string, reading: FeedReading | undefined) => {
    if (reading === undefined) return;
    find(feed, reading.resources);
    if (reading.watermark !== undefined) watermarks[feed] = reading.watermark;
    if (reading.seen !== undefined) seen.set(feed, reading.seen);
    if (reading.watermark === undefined || hasInterval(ports, feed)) readAt[feed] = startedAt;
    if (isLossy(feed) && entry.watermarks[feed] === undefined)
      fullReadAt[feed] = startedAt - spreadMs(ports, patient, feed);
    else if (isLossy(feed) && (poll.everything || poll.inFull === feed)) fullReadAt[feed] = startedAt;
    window = reading.window ?? window;
  };

  const identity = feeds.includes("Patient")
    ? await isolate(problems, async () => {
        requireFeed(ports, permissions, "Patient");
        return readIdentity(ports, lease, patient);
      })
    : undefined;
  const survivor = identity?.resources.map(survivorOf).find((each) => each !== undefined);
  const isSeparated = identity !== undefined && survivor === undefined && progress.mergedInto !== undefined;
  const rereadWanted = entry.rereadWanted ?? 0;
  const poll: PatientPoll = {
    ports,
    lease,
    patient,
    startedAt,
    permissions,
    problems,
    progress,
    everything: isSeparated || rereadWanted > progress.rereadAnswered,
    inFull: feedInFull(ports, entry, progress, startedAt),
  };
  take(poll, "Patient", identity);
  // What comes back from the survivor was last seen there.
  if (isSeparated && progress.mergedInto !== undefined)
    joining.push({ patient, since: entry.since, mergedFrom: progress.mergedInto });

  let openEncounters: readonly string[] = progress.openEncounters;
  let openReadAt = progress.openReadAt;
  let hiddenEncounters: Progress["hiddenEncounters"];
  // A record that was merged away has nothing of its own; its feeds keep their watermarks in case it is separated again.
  if (survivor !== undefined) openEncounters = [];
  else {
    const isDue = (feed: string) => poll.everything || isFeedDue(ports, entry, feed, startedAt);
    const [later, sooner] = split(
      feeds,
      (feed) => ruleOf(feed).find === "encounters" || registrationFeeds.includes(feed),
    );
    const read = async (feed: SearchableType) => {
      const reading = await isolate(problems, async () => {
        requireFeed(ports, permissions, feed);
        return readFeed(poll, feed);
      });
      take(poll, feed, reading);
      return reading;
    };
    const readings = await Promise.all(
      sooner
        .filter((feed) => feed !== "Patient" && isDue(feed))
        .map(async (feed) => ({ feed, reading: await read(feed) })),
    );
    const encounters = readings.find(({ feed }) => feed === "Encounter")?.reading;
    const shown = encounters?.resources ?? [];
    const isRetry = isRetryDue(poll);
    const knownHidden = progress.hiddenEncounters?.ids ?? [];
    const missing = missingOf(shown, [...openToRead(poll), ...(isRetry ? knownHidden : [])]);
    if (encounters !== undefined && isWhole(poll, "Encounter")) openReadAt = startedAt;
    const open =
      encounters === undefined || missing.length === 0
        ? undefined
        : await isolate(problems, () =>
            readOpenEncounters(ports, patient, missing, { since: entry.polledAt ?? entry.since, knownHidden }),
          );
    if (open !== undefined) {
      find("Encounter", open.resources);
      joining.push(...open.joining);
      openReadAt = startedAt;
    }
    const known = new Set(progress.openEncounters);
    const isNew = shown.some((resource) => isActiveEncounter(resource) && !known.has(resource.id ?? ""));
    const lost = open === undefined ? [] : [...open.hidden, ...open.moved];
    openEncounters = openEncountersOf(progress, [...shown, ...(open?.resources ?? [])], lost);
    const whenRead = { isRetry: isRetry && open !== undefined, now: startedAt };
    hiddenEncounters = hiddenEncountersOf(progress, shown, open, whenRead);

    const due = later.filter((feed) => isDue(feed) || (isNew && registrationFeeds.includes(feed)));
    const asked = due.some((feed) => ruleOf(feed).find === "encounters") ? await encountersToAsk(poll, found) : [];
    await Promise.all(
      due.map(async (feed) => {
        const reading = await isolate(problems, async () => {
          requireFeed(ports, permissions, feed);
          return isEncounterType(feed) ? readByEncounter(poll, feed, asked, found) : readFeed(poll, feed);
        });
        take(poll, feed, reading);
      }),
    );
  }
  return {
    found: new Map([[patient, found]]),
    watermarks,
    joining,
    window,
    seen,
    problems,
    progress: {
      readAt,
      fullReadAt,
      openEncounters,
      openReadAt,
      ...(hiddenEncounters !== undefined && { hiddenEncounters }),
      rereadAnswered: rereadWanted,
      // Where the record could not be read, what was known of it stands.
      mergedInto: identity === undefined ? progress.mergedInto : survivor,
    },
  };
}

/** Appointments come by location where there are locations, so that nobody's are read twice. */
function feedsOf({ source }: PollPorts): SearchableType[] {
  const bySchedule = source.patients.appointmentLocations.length > 0;
  return source.feeds
    .filter(isSearchable)
    .filter((feed) => feed !== "Appointment" || !bySchedule)
    .filter((feed) => !["schedule", "reference"].includes(ruleOf(feed).find));
}

function split<Item>(items: readonly Item[], test: (item: Item) => boolean): [yes: Item[], no: Item[]] {
  return [items.filter(test), items.filter((item) => !test(item))];
}

function isEncounterType(feed: SearchableType): feed is EncounterType {
  return ruleOf(feed).find === "encounters";
}

function isLossy(feed: string): boolean {
  return isSearchable(feed) && ruleOf(feed).lossy === true;
}

function hasInterval({ source }: PollPorts, feed: string): boolean {
  return ((source.feedIntervals as Readonly<Record<string, number>>)[feed] ?? 0) > 0;
}

function isFirstRead({ watermarks, progress }: RosterEntry, feed: string): boolean {
  return watermarks[feed] === undefined && progress?.readAt[feed] === undefined;
}

/** Each feed of each patient has another time of the day. */
function spreadMs({ source }: PollPorts, patient: string, feed: string): number {
  const part = createHash("sha256").update(`${feed} ${patient}`).digest().readUInt32BE() / 2 ** 32;
  return Math.floor(part * source.fullReread);
}

/** The feed that has waited longest beyond its time. One a poll, so that the requests are spread. */
function feedInFull(
  { source }: PollPorts,
  { watermarks }: RosterEntry,
  { fullReadAt }: Progress,
  now: number,
): string | undefined {
  return source.feeds
    .filter((feed) => isLossy(feed) && watermarks[feed] !== undefined)
    .map((feed) => ({ feed, waitedMs: now - (fullReadAt[feed] ?? 0) }))
    .filter(({ waitedMs }) => waitedMs >= source.fullReread)
    .sort((a, b) => b.waitedMs - a.waitedMs)[0]?.feed;
}

/** The open encounters that a search would have to show, or that are to be looked at again. */
function openToRead(poll: PatientPoll): readonly string[] {
  const { ports, lease, progress, startedAt } = poll;
  const { openReread } = ports.source;
  const isDue = startedAt - progress.openReadAt >= openReread - intervalOf(ports.source, lease.entry.tier) / 2;
  return isDue || isWhole(poll, "Encounter") ? progress.openEncounters : [];
}

/** Whether what went out of sight is to be looked for again. */
function isRetryDue({ ports, progress, everything, startedAt }: PatientPoll): boolean {
  const { hiddenEncounters } = progress;
  if (hiddenEncounters === undefined) return false;
  return everything || startedAt - hiddenEncounters.readAt >= ports.source.fullReread;
}

function missingOf(shown: readonly Resource[], ids: readonly string[]): string[] {
  const shownIds = new Set(shown.map(({ id }) => id));
  return ids.filter((id) => !shownIds.has(id));
}

async function readFeed(poll: PatientPoll, feed: SearchableType): Promise<FeedReading> {
  const { ports, lease, patient, startedAt } = poll;
  const watermark = lease.entry.watermarks[feed];
  const askedAt = ports.now();
  if (feed === "Appointment") {
    const { changed, result, window } = await readAppointments(
      ports,
      lease,
      startedAt,
      (days) => patientSearch(feed, patient, { window: days }),
      () => true,
    );
    const resources = changed.map(({ appointment }) => appointment);
    return { resources, window, watermark: nextWatermark(watermark, { ...result, elapsedMs: 0 }) };
  }
  const result = await ports.ignite.search(feed, patientSearch(feed, patient, queryOf(poll, feed)));
  await reportUnreadable(ports, patient, feed, result.unreadable);
  const resources = result.resources.filter(({ resourceType }) => resourceType === feed);
  if (ruleOf(feed).find !== "lastUpdated") return compare(poll, feed, resources);
  return { resources, watermark: nextWatermark(watermark, { ...result, elapsedMs: ports.now() - askedAt }) };
}

function queryOf(poll: PatientPoll, feed: SearchableType): FeedQuery {
  const { ports, lease, everything, startedAt } = poll;
  if (ruleOf(feed).find === "window") return everything ? {} : { window: recentDays(startedAt) };
  return isWhole(poll, feed) ? {} : { since: searchStart(lease.entry.watermarks[feed], ports.source.overlap) };
}

/** Whether a feed by `lastUpdated` is read without regard to that. */
function isWhole({ lease, everything, inFull }: PatientPoll, feed: string): boolean {
  return everything || inFull === feed || lease.entry.watermarks[feed] === undefined;
}

async function compare(
  { ports, lease, patient, startedAt, everything }: PatientPoll,
  feed: SearchableType,
  shown: readonly Resource[],
  encounters?: ReadonlySet<string>,
): Promise<FeedReading> {
  const previous = (await ports.snapshots.getSeen(lease, feed)) ?? {};
  const showing = { feed, previous, shown, encounters, patient, now: startedAt, all: everything };
  const { changed, seen } = await compareWithSeen(ports, showing);
  return { resources: changed, watermark: undefined, seen };
}

/** All of one type that the patient is known to have, as of this poll. */
async function latestOf(
  { ports, patient }: PatientPoll,
  resourceType: "Encounter" | "RelatedPerson",
  found: readonly Found[],
): Promise<readonly Resource[]> {
  const stored = await ports.snapshots.list(ports.sourceName, patient, resourceType);
  return [
    ...new Map([...stored, ...found.map(({ resource }) => resource)].map((each) => [keyOf(each), each])).values(),
  ];
}

/** The encounters of which accounts and charges are asked for: open, or over for a few days. */
async function encountersToAsk(poll: PatientPoll, found: readonly Found[]): Promise<string[]> {
  return billableEncounters(await latestOf(poll, "Encounter", found), poll.startedAt);
}

/** Who answers for the accounts of the patient, as far as the relatives are known. */
async function guarantorsToAsk(poll: PatientPoll, found: readonly Found[]): Promise<readonly string[]> {
  const hasRelatives = feedsOf(poll.ports).includes("RelatedPerson");
  return guarantorsOf(poll.patient, hasRelatives ? await latestOf(poll, "RelatedPerson", found) : []);
}

async function readByEncounter(
  poll: PatientPoll,
  feed: EncounterType,
  encounters: string[],
  found: readonly Found[],
): Promise<FeedReading> {
  const { ports, patient, problems } = poll;
  const guarantors = feed === "Account" ? await guarantorsToAsk(poll, found) : [];
  const results = await Promise.all([
    ...encounters.map((encounter) => ports.ignite.search(feed, encounterSearch(feed, encounter))),
    ...guarantors.map((each) => isolate(problems, () => ports.ignite.search(feed, guarantorSearch(each)))),
  ]);
  const shown = new Map<string, Resource>();
  for (const result of results) {
    await reportUnreadable(ports, patient, feed, result?.unreadable ?? []);
    for (const each of result?.resources ?? [])
      if (each.resourceType === feed && (patientIdOf(each) ?? patient) === patient) shown.set(keyOf(each), each);
  }
  return compare(poll, feed, [...shown.values()], new Set(encounters));
}

/** Late charting and corrections reach back this far for feeds that are found by the time of what happened. */
const chartingDays = 3;
const dayMs = 86_400_000;

function recentDays(now: number) {
  return { from: now - chartingDays * dayMs, to: now + dayMs };
}

/** A merged record never comes from a search, only from a read of the old id. */
async function readIdentity(ports: PollPorts, lease: Lease, patient: string): Promise<FeedReading> {
  const askedAt = ports.now();
  const result = await ports.ignite.search("Patient", patientSearch("Patient", patient));
  await reportUnreadable(ports, patient, "Patient", result.unreadable);
  const watermark = nextWatermark(lease.entry.watermarks["Patient"], {
    ...result,
    elapsedMs: ports.now() - askedAt,
  });
  const listed = result.resources.filter((resource) => isResource(resource, "Patient") && resource.id === patient);
  if (listed.length > 0) return { resources: listed, watermark };
  const record = await readHidden(ports, "Patient", patient, patient);
  if (record !== undefined) return { resources: [record], watermark };
  await ports.reportWorkItem({
    source: ports.sourceName,
    patient,
    resourceType: "Patient",
    id: patient,
    severity: "error",
    reason: "not-found",
  });
  throw new BridgeError("ERR_IGNITE_REFUSED", {
    details: { what: "Patient", where: ports.source.baseUrl, status: 404, problem: "no such patient" },
  });
}
