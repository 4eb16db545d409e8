import { panels, services, tests, visitServices, vitals } from "./catalogue.ts";
import { displayName } from "./population.ts";
import type { Booking, Id, Measurement, Person, ReportStatus, Stay, StayClass, StayStatus } from "./records.ts";
import { instant } from "./resources/context.ts";
import type { ResourceKey } from "./store.ts";
import { attendingOf, currentMove, type World } from "./world.ts";

/** How things stand at one instant, in plain words: what anyone who listened well must know. */
export interface Truth {
  at: string;
  people: PersonTruth[];
  encounters: EncounterTruth[];
  appointments: AppointmentTruth[];
  orders: OrderTruth[];
  reports: ReportTruth[];
  /** Observations without a report. */
  vitals: ResultTruth[];
  merges: MergeTruth[];
}
export interface PersonTruth {
  key: ResourceKey;
  medicalRecordNumber: string;
  name: string;
  city: string;
  phone: string;
  /** The Patient that this one was merged into. */
  mergedInto?: ResourceKey;
}
export interface EncounterTruth {
  key: ResourceKey;
  patient: ResourceKey;
  visitNumber: string;
  status: StayStatus;
  class: StayClass;
  service: string;
  attending?: ResourceKey;
  /** Where the person lies now; absent when nowhere. */
  bed?: { location: ResourceKey; path: string; since: string };
  startedAt?: string;
  dischargedAt?: string;
  appointment?: ResourceKey;
}
export interface AppointmentTruth {
  key: ResourceKey;
  patient: ResourceKey;
  status: Booking["status"];
  service: string;
  start: string;
  minutes: number;
  location: ResourceKey;
  practitioner: ResourceKey;
}
export interface OrderTruth {
  key: ResourceKey;
  patient: ResourceKey;
  encounter: ResourceKey;
  code: string;
  status: "active" | "completed" | "revoked";
}
export interface ReportTruth {
  key: ResourceKey;
  patient: ResourceKey;
  encounter: ResourceKey;
  order: ResourceKey;
  code: string;
  status: ReportStatus;
  results: ResultTruth[];
}
export interface ResultTruth {
  key: ResourceKey;
  patient: ResourceKey;
  code: string;
  status: Exclude<Measurement["status"], "missing">;
  /** The digits; two of them for a blood pressure. */
  values: string[];
  unit: string;
}
export interface MergeTruth {
  old: ResourceKey;
  survivor: ResourceKey;
  at: string;
  undoneAt?: string;
}

/** `isWritten` tells whether a resource has been seen outside yet: a report is kept before it is first written. */
export function truthOf(world: World, isWritten: (key: ResourceKey) => boolean): Truth {
  const written = <Item extends { key: ResourceKey }>(items: Item[]) => items.filter(({ key }) => isWritten(key));
  const measurements = [...world.measurements.values()];
  return {
    at: instant(world.now),
    people: [...world.people.values()].map(personTruth),
    encounters: [...world.stays.values()].map((stay) => encounterTruth(world, stay)),
    appointments: [...world.bookings.values()].map(appointmentTruth),
    orders: [...world.orders.values()].map((order) => ({
      key: key("ServiceRequest", order.id),
      patient: key("Patient", order.person),
      encounter: key("Encounter", order.stay),
      code: panels[order.panel]?.concept.display ?? "",
      status: order.status,
    })),
    reports: written(
      [...world.reports.values()].map((report) => ({
        key: key("DiagnosticReport", report.id),
        patient: key("Patient", report.person),
        encounter: key("Encounter", report.stay),
        order: key("ServiceRequest", report.order),
        code: panels[report.panel]?.concept.display ?? "",
        status: report.status,
        results: report.results.flatMap((id) => resultTruth(world.measurements.get(id))),
      })),
    ),
    vitals: measurements.filter((each) => each.kind === "vital").flatMap(resultTruth),
    merges: world.merges.map(({ old, survivor, at, undoneAt }) => ({
      old: key("Patient", old),
      survivor: key("Patient", survivor),
      at: instant(at),
      ...(undoneAt === undefined ? {} : { undoneAt: instant(undoneAt) }),
    })),
  };
}

const key = (type: string, id: Id): ResourceKey => `${type}/${id}`;

function personTruth(person: Person): PersonTruth {
  return {
    key: key("Patient", person.id),
    medicalRecordNumber: person.mrn,
    name: displayName(person.name.value),
    city: person.address.value.city,
    phone: person.phones[0]?.value ?? "",
    ...(person.mergedInto ? { mergedInto: key("Patient", person.mergedInto) } : {}),
  };
}

function encounterTruth(world: World, stay: Stay): EncounterTruth {
  const attending = attendingOf(stay);
  const move = currentMove(stay);
  return {
    key: key("Encounter", stay.id),
    patient: key("Patient", stay.person),
    visitNumber: stay.visitNumber,
    status: stay.status,
    class: stay.class,
    service: services[stay.service]?.display ?? "",
    ...(attending ? { attending: key("Practitioner", attending) } : {}),
    ...(move
      ? {
          bed: {
            location: key("Location", move.location),
            path: world.places.byId.get(move.location)?.path ?? "",
            since: instant(move.start),
          },
        }
      : {}),
    ...(stay.startedAt === undefined ? {} : { startedAt: instant(stay.startedAt) }),
    ...(stay.endedAt === undefined ? {} : { dischargedAt: instant(stay.endedAt) }),
    ...(stay.appointment ? { appointment: key("Appointment", stay.appointment) } : {}),
  };
}

function appointmentTruth(booking: Booking): AppointmentTruth {
  return {
    key: key("Appointment", booking.id),
    patient: key("Patient", booking.person),
    status: booking.status,
    service: visitServices[booking.service]?.display ?? "",
    start: instant(booking.startAt),
    minutes: booking.minutes,
    location: key("Location", booking.location),
    practitioner: key("Practitioner", booking.practitioner),
  };
}

function resultTruth(measurement: Measurement | undefined): ResultTruth[] {
  if (!measurement || measurement.status === "missing") return [];
  const test = (measurement.kind === "laboratory" ? tests : vitals)[measurement.test];
  return [
    {
      key: key("Observation", measurement.id),
      patient: key("Patient", measurement.person),
      code: test?.concept.display ?? "",
      status: measurement.status,
      values: measurement.values,
      unit: test?.unit ?? "",
    },
  ];
}
