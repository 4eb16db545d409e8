import type { Random, Range } from "../random.ts";
import type { Rates } from "./rates.ts";
import type {
  Account,
  Administration,
  Allergy,
  Booking,
  Charge,
  Condition,
  Coverage,
  Document,
  Id,
  Immunization,
  Kin,
  Measurement,
  Move,
  Order,
  Owned,
  Person,
  Prescription,
  Procedure,
  Relative,
  Report,
  Slot,
  Stay,
} from "./records.ts";
import type { Chart } from "./resources/context.ts";

/** Everything that can happen. Those with a rate come by themselves; all may follow from another. */
export type HappeningKind = keyof Rates["perHour"] | FollowUp;
type FollowUp =
  | "triaged"
  | "emergency-bedded"
  | "admitted"
  | "planned-admission"
  | "pre-admission-cancelled"
  | "transfer-undone"
  | "leave-return"
  | "discharge-undone"
  | "appointment-arrived"
  | "appointment-checked-in"
  | "appointment-fulfilled"
  | "appointment-missed"
  | "report-registered"
  | "report-preliminary"
  | "report-final"
  | "report-corrected"
  | "report-written"
  | "results-written"
  | "order-completed"
  | "vital-corrected"
  | "vital-status-found"
  | "document-signed"
  | "medication-resumed"
  | "dose-started"
  | "dose-completed"
  | "planned-transfer"
  | "transfer-plan-dropped"
  | "return-undone"
  | "discharge-plan-dropped"
  | "stays-combined"
  | "accounts-combined"
  | "deceased-undone"
  | "patient-reactivated"
  | "appointment-confirmed"
  | "appointment-request-denied"
  | "order-released"
  | "order-instance-added"
  | "imaging-read"
  | "imaging-signed"
  | "culture-read"
  | "culture-final"
  | "culture-corrected"
  | "record-shown";

/** Two records of one person made one. */
export interface Merge {
  old: Id;
  survivor: Id;
  at: number;
  /** What went over to the survivor. */
  moved: Owned[];
  undoneAt?: number;
}

/** The few records, among all that ever were, to which something can still happen. */
export interface Live {
  /** Planned, open, or ended not long ago. */
  readonly stays: Set<Stay>;
  /** Booked and not yet kept. */
  readonly bookings: Set<Booking>;
  /** Active. */
  readonly orders: Set<Order>;
  /** The latest vital signs. */
  readonly vitals: Measurement[];
}

/** All records, by id. */
export interface Records {
  readonly people: Map<Id, Person>;
  readonly stays: Map<Id, Stay>;
  readonly bookings: Map<Id, Booking>;
  readonly orders: Map<Id, Order>;
  readonly reports: Map<Id, Report>;
  readonly measurements: Map<Id, Measurement>;
  readonly documents: Map<Id, Document>;
  readonly immunizations: Map<Id, Immunization>;
  readonly prescriptions: Map<Id, Prescription>;
  readonly administrations: Map<Id, Administration>;
  readonly conditions: Map<Id, Condition>;
  readonly procedures: Map<Id, Procedure>;
  readonly allergies: Map<Id, Allergy>;
  readonly coverages: Map<Id, Coverage>;
  readonly relatives: Map<Id, Relative>;
  readonly accounts: Map<Id, Account>;
  readonly charges: Map<Id, Charge>;
  readonly slots: Map<Id, Slot>;
  /** Stays that are there twice: the second, and the one that is to survive. */
  readonly duplicates: Map<Id, Id>;
  /** Orders that are carried out again and again, and how often still. */
  readonly standing: Map<Id, number>;
}

export function emptyRecords(): Records {
  return {
    people: new Map(),
    stays: new Map(),
    bookings: new Map(),
    orders: new Map(),
    reports: new Map(),
    measurements: new Map(),
    documents: new Map(),
    immunizations: new Map(),
    prescriptions: new Map(),
    administrations: new Map(),
    conditions: new Map(),
    procedures: new Map(),
    allergies: new Map(),
    coverages: new Map(),
    relatives: new Map(),
    accounts: new Map(),
    charges: new Map(),
    slots: new Map(),
    duplicates: new Map(),
    standing: new Map(),
  };
}

/** The hospital as happenings see it. */
export interface World extends Omit<Chart, keyof Records>, Records {
  readonly rates: Rates;
  readonly now: number;
  /** The draws of the kind of happening that is being played: one more kind leaves the others' draws as they were. */
  readonly random: Random;
  readonly timeZone: string;
  readonly live: Live;
  readonly merges: Merge[];
  /** Who was known from the start: only they come as emergencies. */
  readonly known: ReadonlySet<Id>;
  readonly inpatientTarget: number;
  id(): Id;
  /** Ids of the resources of that type that refer to the person. */
  idsOf(type: string, person: Id): Id[];
  chance(name: keyof Rates["chance"]): boolean;
  minutes(name: keyof Rates["minutes"]): number;
  /** Plans a happening, so many milliseconds from now. */
  after(milliseconds: number, kind: HappeningKind, subject: Kin): void;
  /** Writes a version that does not move `lastUpdated`: Ignite does not tell of every small update. */
  writeQuietly(record: Kin): void;
  /** Whether anybody outside can have seen it: some records are there before they are first written. */
  isWritten(record: Kin): boolean;
  /** Keeps a record from the client's eyes, or shows it again. */
  hide(record: Kin, isHidden: boolean): void;
}

export const minuteMs = 60_000;
export const hourMs = 3_600_000;
export const dayMs = 86_400_000;

/** A wait within the range, in milliseconds. */
export const waitMinutes = (random: Random, range: Range): number => Math.round(random.between(range) * minuteMs);

const openStatuses = new Set<Stay["status"]>(["arrived", "triaged", "in-progress", "onleave"]);

/** Whether the person is in the house (or on leave from it). */
export const isOpen = (stay: Stay): boolean => openStatuses.has(stay.status);

export const isExpectedOrOpen = (stay: Stay): boolean => isOpen(stay) || stay.status === "planned";

export function openStayOf(world: World, person: Id): Stay | undefined {
  return world.live.stays.values().find((stay) => stay.person === person && isExpectedOrOpen(stay));
}

/** People who are nowhere in the house and expected on no ward. */
export function peopleAtHome(world: World): Person[] {
  const busy = new Set(
    world.live.stays
      .values()
      .filter(isExpectedOrOpen)
      .map((stay) => stay.person),
  );
  return world.people
    .values()
    .filter((person) => !person.mergedInto && !person.deceasedAt && !person.isInactive && !busy.has(person.id))
    .toArray();
}

export const currentMove = (stay: Stay): Move | undefined => stay.moves.find((move) => move.status === "active");

export const attendingOf = (stay: Stay): Id | undefined =>
  stay.team.findLast((member) => member.role === "attending" && member.end === undefined)?.practitioner;

/** Beds that someone lies in, or that are reserved. */
export function bedsTaken(world: World): Iterable<Id> {
  return world.live.stays
    .values()
    .filter(isExpectedOrOpen)
    .flatMap((stay) => stay.moves.filter((move) => move.status !== "completed").map((move) => move.location));
}

export function freeBed(world: World, kind: "ward" | "emergency"): Id | undefined {
  const taken = new Set(bedsTaken(world));
  const beds = kind === "ward" ? world.places.wardBeds : world.places.emergencyBeds;
  return world.random.anyOf(beds.filter((bed) => !taken.has(bed.id) && !bed.isInactive))?.id;
}
