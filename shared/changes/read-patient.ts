import { BridgeError } from "../errors.ts";
import { isResource, type Resource, referencedId } from "../fhir.ts";
import { isSearchable, patientSearch, ruleOf, type SearchableType } from "../ignite/searches.ts";
import type { Lease } from "../roster/roster.ts";
import type { Found } from "./diff.ts";
import type { AppointmentWindow, PollPorts } from "./ports.ts";
import { feedSinceOf, isolate, type Reading, reportUnreadable, requireScope } from "./reading.ts";
import { nextWatermark, searchStart } from "./watermark.ts";
import { readAppointments } from "./window.ts";

interface FeedReading {
  readonly resources: readonly Resource[];
  readonly watermark: number | undefined;
  readonly window?: AppointmentWindow | undefined;
}

/** Reads all feeds of a patient. A feed that fails for reasons of its own keeps its watermark; the others are read. */
export async function readPatient(
  ports: PollPorts,
  lease: Lease,
  patient: string,
  startedAt: number,
): Promise<Reading> {
  const problems: BridgeError[] = [];
  const granted = await ports.ignite.granted();
  const found: Found[] = [];
  const watermarks: Record<string, number> = {};
  let window: AppointmentWindow | undefined;

  const take = (feed: string, reading: FeedReading | undefined) => {
    if (reading === undefined) return;
    const since = feedSinceOf(lease.entry, feed, startedAt);
    const firstRead = lease.entry.watermarks[feed] === undefined;
    found.push(...reading.resources.map((resource) => ({ resource, since, firstRead })));
    if (reading.watermark !== undefined) watermarks[feed] = reading.watermark;
    window = reading.window ?? window;
  };

  const feeds = feedsOf(ports);
  let isMergedAway = false;
  if (feeds.includes("Patient")) {
    const identity = await isolate(problems, async () => {
      requireScope(ports, granted, "Patient");
      return readIdentity(ports, lease, patient);
    });
    take("Patient", identity);
    isMergedAway = identity?.resources.some((resource) => survivorOf(resource) !== undefined) === true;
  }
  // A record that was merged away has nothing of its own; its feeds keep their watermarks in case it is separated again.
  if (!isMergedAway) {
    const others = feeds.filter((feed) => feed !== "Patient");
    const readings = await Promise.all(
      others.map((feed) =>
        isolate(problems, async () => {
          requireScope(ports, granted, feed);
          return readFeed(ports, lease, feed, patient, startedAt);
        }),
      ),
    );
    readings.forEach((reading, index) => {
      take(others[index] ?? "", reading);
    });
  }
  return {
    found: new Map([[patient, found]]),
    watermarks,
    joining: [],
    window,
    problems,
  };
}

/** Appointments come by location where there are locations, so that nobody's are read twice. */
function feedsOf({ source }: PollPorts): SearchableType[] {
  const bySchedule = source.patients.appointmentLocations.length > 0;
  return source.feeds.filter(isSearchable).filter((feed) => feed !== "Appointment" || !bySchedule);
}

async function readFeed(
  ports: PollPorts,
  lease: Lease,
  feed: SearchableType,
  patient: string,
  startedAt: number,
): Promise<FeedReading> {
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
    return { resources: changed, window, watermark: nextWatermark(watermark, { ...result, elapsedMs: 0 }) };
  }
  const since = searchStart(watermark, ports.source.overlap);
  const query = ruleOf(feed).find === "window" ? { window: recentDays(startedAt) } : { since };
  const result = await ports.ignite.search(feed, patientSearch(feed, patient, query));
  await reportUnreadable(ports, patient, feed, result.unreadable);
  return {
    resources: result.resources.filter(({ resourceType }) => resourceType === feed),
    watermark: nextWatermark(watermark, { ...result, elapsedMs: ports.now() - askedAt }),
  };
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
  const record = await ports.ignite.read("Patient", patient);
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

/** The id that took over, where a record was merged away. */
export function survivorOf(record: Resource | undefined): string | undefined {
  if (!isResource(record, "Patient")) return undefined;
  const link = record.link?.find(({ type }) => type === "replaced-by");
  return referencedId(link?.other.reference, "Patient");
}
