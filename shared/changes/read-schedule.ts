import type { BridgeError } from "../errors.ts";
import { patientIdOf, type Resource } from "../fhir.ts";
import { locationSearch, slotSearch } from "../ignite/searches.ts";
import { daysFromToday } from "../roster/day.ts";
import { type Joining, type Lease, noProgress } from "../roster/roster.ts";
import type { Found } from "./diff.ts";
import type { AppointmentWindow, PollPorts, Seen } from "./ports.ts";
import {
  feedSinceOf,
  hasFeed,
  isFeedDue,
  isolate,
  type Permissions,
  permissionsOf,
  type Reading,
  reportUnreadable,
  requireFeed,
} from "./reading.ts";
import { compareWithSeen } from "./seen.ts";
import { nextWatermark } from "./watermark.ts";
import { isAt, readAppointments } from "./window.ts";

/** Reads the appointments of a location, and its slots where they are wanted and their turn has come. */
export async function readSchedule(
  ports: PollPorts,
  lease: Lease,
  location: string,
  startedAt: number,
): Promise<Reading> {
  const { entry } = lease;
  const permissions = await permissionsOf(ports);
  const appointments = await readLocation(ports, lease, location, startedAt, permissions);
  const found = new Map<string, Found[]>(appointments.found);
  const seen = new Map<string, Seen>();
  const problems: BridgeError[] = [];
  const progress = entry.progress ?? noProgress;
  const readAt = { ...progress.readAt };
  if (hasFeed(ports, "Slot") && isFeedDue(ports, entry, "Slot", startedAt)) {
    const slots = await isolate(problems, async () => {
      requireFeed(ports, permissions, "Slot");
      return readSlots(ports, lease, location, startedAt);
    });
    if (slots !== undefined) {
      const since = feedSinceOf(entry, "Slot", startedAt);
      const firstRead = readAt["Slot"] === undefined;
      if (slots.changed.length > 0)
        found.set(
          "",
          slots.changed.map((resource) => ({ resource, since, firstRead })),
        );
      if (slots.seen !== undefined) seen.set("Slot", slots.seen);
      readAt["Slot"] = startedAt;
    }
  }
  return { ...appointments, found, seen, problems, progress: { ...progress, readAt } };
}

interface LocationReading {
  readonly found: ReadonlyMap<string, Found[]>;
  readonly watermarks: Readonly<Record<string, number>>;
  readonly joining: readonly Joining[];
  readonly window: AppointmentWindow | undefined;
}

async function readLocation(
  ports: PollPorts,
  lease: Lease,
  location: string,
  startedAt: number,
  permissions: Permissions,
): Promise<LocationReading> {
  const feed = "Appointment";
  requireFeed(ports, permissions, feed);
  const reading = await readAppointments(
    ports,
    lease,
    startedAt,
    (window) => locationSearch(location, window),
    isAt(location),
  );
  const found = new Map<string, Found[]>();
  for (const { appointment, formerPatient } of reading.changed) {
    const patient = patientIdOf(appointment);
    if (patient === undefined)
      await ports.reportWorkItem({
        source: ports.sourceName,
        resourceType: feed,
        id: appointment.id,
        severity: "warning",
        reason: "no-patient",
      });
    else {
      const ofPatient = found.get(patient) ?? [];
      ofPatient.push({
        resource: appointment,
        since: feedSinceOf(lease.entry, feed, startedAt),
        firstRead: lease.entry.watermarks[feed] === undefined,
        ...(formerPatient !== undefined && formerPatient !== patient && { formerPatient }),
      });
      found.set(patient, ofPatient);
    }
  }
  const watermark = nextWatermark(lease.entry.watermarks[feed], {
    ...reading.result,
    elapsedMs: ports.now() - startedAt,
  });
  return {
    found,
    watermarks: watermark === undefined ? {} : { [feed]: watermark },
    joining: reading.joining,
    window: reading.window,
  };
}

/** Only free slots are shown, so one that is missing has been taken or blocked, and is read by id. */
async function readSlots(
  ports: PollPorts,
  lease: Lease,
  location: string,
  startedAt: number,
): Promise<{ changed: readonly Resource[]; seen: Seen | undefined }> {
  const { appointmentDays, timeZone } = ports.source;
  const window = { from: startedAt, to: daysFromToday(startedAt, appointmentDays, timeZone).to };
  const result = await ports.ignite.search("Slot", slotSearch(location, window));
  await reportUnreadable(ports, undefined, "Slot", result.unreadable);
  const previous = (await ports.snapshots.getSeen(lease, "Slot")) ?? {};
  const shown = result.resources.filter(({ resourceType }) => resourceType === "Slot");
  return compareWithSeen(ports, { feed: "Slot", previous, shown, now: startedAt });
}
