import type { ResourceKey } from "../sandbox/hospital/store.ts";
import type * as Truth from "../sandbox/hospital/truth.ts";
import type { Truth as WholeTruth } from "../sandbox/hospital/truth.ts";

/** What a receiver that listened well must hold about one thing. */
export interface Expected {
  /** As the reader names it. */
  readonly thing: string;
  /** In the truth. */
  readonly key: ResourceKey;
  readonly changedAt: string;
  /**
   * - `held`: it must be held
   * - `absent`: it must not be
   * - `either`: nobody had to be told of it; whoever was, holds it as it is
   */
  readonly presence: "held" | "absent" | "either";
  /** Facets that must be held with these values, or one of these; undefined where none may be. */
  readonly facets: Readonly<Record<string, string | readonly string[] | undefined>>;
}

/** The truth as it stood when a patient or a schedule was last read, and what else is needed to name things as messages do. */
export interface Setting {
  readonly truth: WholeTruth;
  /** A person as last read. */
  personOf(patient: ResourceKey): Truth.PersonTruth | undefined;
  /** Epoch milliseconds */
  personReadAt(patient: ResourceKey): number | undefined;
  /** As the news of an appointment showed a person since then, whose merge was undone. */
  glimpseOf(patient: ResourceKey): Truth.PersonTruth | undefined;
  /** Epoch milliseconds: of the reading, and of the first one. */
  readonly readAt: number;
  readonly firstReadAt: number;
  /** When it was last shown again after it had been hidden: epoch milliseconds, not after that time. */
  shownAgainAt(key: ResourceKey, at: number): number | undefined;
  /** The number that a laboratory gave a report. */
  accessionOf(report: ResourceKey): string | undefined;
  /** NPI */
  numberOf(practitioner: ResourceKey): string | undefined;
  /** The names that a place has had. */
  namesOf(location: ResourceKey): readonly string[];
}

/** How one kind of destination is held against the truth: by the rooms of the truth. */
export type Expectations = {
  readonly [Room in
    | "people"
    | "encounters"
    | "appointments"
    | "orders"
    | "reports"
    | "vitals"
    | "documents"
    | "accounts"]?: (item: WholeTruth[Room][number], setting: Setting) => Expected | undefined;
};

/** A report and its results are written apart, and an encounter that was combined is found only by asking for it. */
export const settlingMs = 60_000;
export function isSettled(item: Truth.Told, { readAt }: Setting, withinMs = settlingMs): boolean {
  return readAt - Date.parse(item.changedAt) >= withinMs;
}

/** From when on an encounter that a search does not show must have been read by its id. */
export const openRereadMs = 12 * 60_000;
const fullRereadMs = 6 * 60 * 60_000;

/**
 * Whether an encounter that was combined with another has been read since. Among those that are looked for by id at once
 * is none that had been hidden: it is looked for with the rereads of everything, of which the house may leave one out.
 */
export function isCombinationRead(encounter: Truth.EncounterTruth, setting: Setting): boolean {
  const { readAt } = setting;
  const changedAt = Date.parse(encounter.changedAt);
  const shownAgainAt = setting.shownAgainAt(encounter.key, readAt);
  if (shownAgainAt === undefined || shownAgainAt < changedAt - fullRereadMs)
    return isSettled(encounter, setting, openRereadMs);
  return readAt - Math.max(changedAt, shownAgainAt) >= 2 * fullRereadMs;
}

/** Accounts are asked for every quarter of an hour, but not in a poll that the house leaves out. */
export const accountsReadMs = 15 * 60_000 + fullRereadMs;

/** Schedules are read for the fourteen days from today. */
export const windowMs = 13 * 24 * 60 * 60_000;

export function isInWindow({ start }: Truth.AppointmentTruth, { readAt }: Setting): boolean {
  return Date.parse(start) - readAt < windowMs;
}

/** What last changed before anybody watched may have been left out. */
export function sinceWatched(item: Truth.Told, { firstReadAt }: Setting): "held" | "either" {
  return Date.parse(item.changedAt) > firstReadAt ? "held" : "either";
}

/** After an unmerge nobody is told to whom the past records went. */
export function isUnmixed(person: ResourceKey, { truth }: Setting): boolean {
  return !truth.merges.some(
    ({ old, survivor, undoneAt }) => undoneAt !== undefined && (old === person || survivor === person),
  );
}

export const visitStates: Readonly<Record<Truth.EncounterTruth["status"], string>> = {
  planned: "expected",
  arrived: "present",
  triaged: "present",
  "in-progress": "present",
  onleave: "on leave",
  finished: "discharged",
  cancelled: "gone",
  "entered-in-error": "gone",
  unknown: "gone",
};

export function isGone({ status }: Truth.EncounterTruth): boolean {
  return visitStates[status] === "gone";
}

/** Of planned visits to a clinic the appointment speaks. */
export function isSpokenOf({ status, class: patientClass }: Truth.EncounterTruth): boolean {
  return status !== "planned" || patientClass !== "AMB";
}

export const appointmentStates: Readonly<Record<Truth.AppointmentTruth["status"], string>> = {
  proposed: "requested",
  pending: "requested",
  waitlist: "requested",
  booked: "booked",
  arrived: "started",
  "checked-in": "started",
  fulfilled: "done",
  cancelled: "cancelled",
  noshow: "missed",
  "entered-in-error": "cancelled",
};

export const orderStates: Readonly<Record<Truth.OrderTruth["status"], string>> = {
  active: "open",
  "on-hold": "held",
  completed: "done",
  revoked: "cancelled",
  "entered-in-error": "cancelled",
};

export const accountStates: Readonly<Record<Truth.AccountTruth["status"], string>> = {
  active: "open",
  inactive: "closed",
  "entered-in-error": "closed",
};

export const resultStates: Readonly<Record<Truth.ReportTruth["status"], string>> = {
  registered: "ordered",
  partial: "preliminary",
  preliminary: "preliminary",
  final: "final",
  corrected: "final",
  amended: "final",
  appended: "final",
  cancelled: "void",
  "entered-in-error": "void",
};

export function only(key: ResourceKey): Pick<Expected, "key"> & { id: string } {
  return { key, id: key.slice(key.indexOf("/") + 1) };
}

export function survivorOf(patient: ResourceKey, setting: Setting): Truth.PersonTruth | undefined {
  const person = setting.personOf(patient);
  return person?.mergedInto === undefined ? person : survivorOf(person.mergedInto, setting);
}

/** The merge was undone before this was read, and the person's own record was not read since. */
export function isPartedUnread(patient: ResourceKey, { truth, personReadAt }: Setting): boolean {
  const readAt = personReadAt(patient);
  return truth.merges.some(
    ({ old, undoneAt }) =>
      old === patient && readAt !== undefined && undoneAt !== undefined && readAt < Date.parse(undoneAt),
  );
}

export function documentStateOf({ status, docStatus }: Truth.DocumentTruth): string {
  if (status === "entered-in-error" || docStatus === "entered-in-error") return "void";
  return status;
}
