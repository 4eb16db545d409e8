import { keyOf, patientIdOf, referencedId } from "../fhir.ts";
import type { SearchResult } from "../ignite/paging.ts";
import type { SearchParameters } from "../ignite/searches.ts";
import { instantOf } from "../instant.ts";
import { type DayWindow, daysFromToday } from "../roster/day.ts";
import type { Joining, Lease } from "../roster/roster.ts";
import { contentHash, fingerprint } from "./content.ts";
import type { AppointmentWindow, PollPorts, SeenAppointment } from "./ports.ts";
import { reportUnreadable } from "./reading.ts";
import { readByIds } from "./seen.ts";

export interface WindowReading {
  /** Those that say something else than when they were last seen, and whose they were then. */
  readonly changed: readonly { readonly appointment: fhir4.Appointment; readonly formerPatient?: string | undefined }[];
  /** To be stored, or nothing where it is as it was. */
  readonly window: AppointmentWindow | undefined;
  readonly joining: readonly Joining[];
  readonly result: SearchResult;
}

const dayMs = 86_400_000;
const unexpectedStatuses: readonly string[] = ["cancelled", "noshow", "entered-in-error"];

/**
 * Searches appointments by date, from yesterday on: who came and who did not is often recorded a day late. Ignite has no
 * `_lastUpdated` for them, so what the search showed before and shows no more is read again by id.
 */
export async function readAppointments(
  ports: PollPorts,
  lease: Lease,
  startedAt: number,
  search: (window: DayWindow) => SearchParameters,
  staysHere: (appointment: fhir4.Appointment) => boolean,
): Promise<WindowReading> {
  const { timeZone, appointmentDays } = ports.source;
  const today = daysFromToday(startedAt, 1, timeZone);
  const days = { from: today.from - dayMs, to: daysFromToday(startedAt, appointmentDays, timeZone).to };
  const previous = (await ports.snapshots.getWindow(lease)) ?? { appointments: {}, expected: {} };
  const result = await ports.ignite.search("Appointment", search(days));
  await reportUnreadable(ports, undefined, "Appointment", result.unreadable);

  const shown = result.resources.filter((resource) => resource.resourceType === "Appointment");
  const shownIds = new Set(shown.map(({ id }) => id));
  const missing = Object.keys(previous.appointments).filter(
    (id) => !shownIds.has(id) && isInWindow(previous.appointments[id], days),
  );
  const patientOf = (id: string) => previous.appointments[id]?.patient;
  const again = (await readByIds(ports, "Appointment", missing, patientOf)).filter(
    (resource) => resource.resourceType === "Appointment",
  );

  const appointments: Record<string, SeenAppointment> = {};
  const changed: WindowReading["changed"][number][] = [];
  for (const appointment of [...shown, ...again]) {
    const seen = seenAppointment(appointment);
    const id = appointment.id ?? "";
    const { sign, patient: formerPatient } = previous.appointments[id] ?? {};
    if (sign !== seen.sign) changed.push({ appointment, formerPatient });
    if (shownIds.has(id) || (isInWindow(seen, days) && staysHere(appointment))) appointments[id] = seen;
  }

  const expected = expectedToday([...shown, ...again], today);
  const window = { appointments, expected };
  const unchanged = changed.length === 0 && JSON.stringify(window) === JSON.stringify(previous);
  return {
    changed,
    result,
    window: unchanged ? undefined : window,
    joining: joiningOf(lease, previous, window),
  };
}

/** Of a location that a schedule is about. */
export function isAt(location: string): (appointment: fhir4.Appointment) => boolean {
  return ({ participant }) => participant.some(({ actor }) => referencedId(actor?.reference, "Location") === location);
}

/** An appointment without any time is in no window, and is looked at for as long as it is known. */
function isInWindow(seen: SeenAppointment | undefined, days: DayWindow): boolean {
  return seen?.start === undefined || isWithin(seen.start, days);
}

export function seenAppointment(appointment: fhir4.Appointment): SeenAppointment {
  const start = instantOf(appointment.start ?? appointment.requestedPeriod?.[0]?.start);
  return {
    patient: patientIdOf(appointment) ?? "",
    sign: fingerprint(keyOf(appointment), contentHash(appointment)),
    ...(start !== undefined && { start }),
  };
}

/** Patients with an appointment today, and until when. */
function expectedToday(appointments: readonly fhir4.Appointment[], today: DayWindow): Record<string, number> {
  const patients = appointments
    .filter(({ status }) => !unexpectedStatuses.includes(status))
    .filter(({ start }) => isWithin(instantOf(start), today))
    .map((appointment) => patientIdOf(appointment))
    .filter((patient) => patient !== undefined);
  return Object.fromEntries([...new Set(patients)].sort().map((patient) => [patient, today.to]));
}

function isWithin(instant: number | undefined, { from, to }: DayWindow): boolean {
  return instant !== undefined && instant >= from && instant < to;
}

/** Who is new here, and whom to expect today. */
function joiningOf({ entry }: Lease, previous: AppointmentWindow, window: AppointmentWindow): Joining[] {
  const known = new Set(Object.values(previous.appointments).map(({ patient }) => patient));
  const arrived = Object.values(window.appointments).map(({ patient }) => patient);
  const since = entry.polledAt ?? entry.since;
  return [...new Set([...arrived, ...Object.keys(window.expected)])]
    .filter((patient) => patient !== "")
    .filter((patient) => !known.has(patient) || window.expected[patient] !== previous.expected[patient])
    .map((patient) => ({ patient, since, expectedUntil: window.expected[patient] }));
}
