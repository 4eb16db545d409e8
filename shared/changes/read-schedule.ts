import { patientIdOf } from "../fhir.ts";
import { locationSearch } from "../ignite/searches.ts";
import type { Lease } from "../roster/roster.ts";
import type { Found } from "./diff.ts";
import type { PollPorts } from "./ports.ts";
import { feedSinceOf, type Reading, requireScope } from "./reading.ts";
import { nextWatermark } from "./watermark.ts";
import { isAt, readAppointments } from "./window.ts";

const feed = "Appointment";

/** Reads the appointments of a location. */
export async function readSchedule(
  ports: PollPorts,
  lease: Lease,
  location: string,
  startedAt: number,
): Promise<Reading> {
  requireScope(ports, await ports.ignite.granted(), feed);
  const reading = await readAppointments(
    ports,
    lease,
    startedAt,
    (window) => locationSearch(location, window),
    isAt(location),
  );
  const found = new Map<string, Found[]>();
  for (const appointment of reading.changed) {
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
    problems: [],
  };
}
