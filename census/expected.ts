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
  /** Epoch milliseconds: of the reading, and of the first one. */
  readonly readAt: number;
  readonly firstReadAt: number;
  /** The number that a laboratory gave a report. */
  accessionOf(report: ResourceKey): string | undefined;
  /** NPI */
  numberOf(practitioner: ResourceKey): string | undefined;
  /** The names that a place has had. */
  namesOf(location: ResourceKey): readonly string[];
}

/** How one kind of destination is held against the truth: by the rooms of the truth. */
export type Expectations = {
  readonly [Room in "people" | "encounters" | "appointments" | "orders" | "reports" | "vitals" | "documents"]?: (
    item: WholeTruth[Room][number],
    setting: Setting,
  ) => Expected | undefined;
};

/** A report and its results are written apart, and an encounter that was combined is found only by asking for it. */
const settlingMs = 60_000;
const openRereadMs = 12 * 60_000;

function isSettled(item: Truth.Told, { readAt }: Setting, withinMs = settlingMs): boolean {
  return readAt - Date.parse(item.changedAt) >= withinMs;
}

/** Schedules are read for the fourteen days from today. */
const windowMs = 13 * 24 * 60 * 60_000;

function isInWindow({ start }: Truth.AppointmentTruth, { readAt }: Setting): boolean {
  return Date.parse(start) - readAt < windowMs;
}

/** What last changed before anybody watched may have been left out. */
function sinceWatched(item: Truth.Told, { firstReadAt }: Setting): "held" | "either" {
  return Date.parse(item.changedAt) > firstReadAt ? "held" : "either";
}

/** After an unmerge nobody is told to whom the past records went. */
function isUnmixed(person: ResourceKey, { truth }: Setting): boolean {
  return !truth.merges.some(
    ({ old, survivor, undoneAt }) => undoneAt !== undefined && (old === person || survivor === person),
  );
}

const letters: Readonly<Record<Truth.EncounterTruth["class"], string>> = {
  EMER: "E",
  IMP: "I",
  OBSENC: "O",
  AMB: "O",
  PRENC: "P",
};

const visitStates: Readonly<Record<Truth.EncounterTruth["status"], string>> = {
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

function isGone({ status }: Truth.EncounterTruth): boolean {
  return visitStates[status] === "gone";
}

/** Of planned visits to a clinic the appointment speaks. */
function isSpokenOf({ status, class: patientClass }: Truth.EncounterTruth): boolean {
  return status !== "planned" || patientClass !== "AMB";
}

/**
 * Site, building, and then what PV1-3 begins with: unit, room, bed. A name and its code may differ in case, and a place
 * that gets another name is still the same.
 */
function bedOf({ location, path }: NonNullable<Truth.EncounterTruth["bed"]>, { namesOf }: Setting): readonly string[] {
  const [, , ...place] = path.split(", ");
  return [place.at(-1) ?? "", ...namesOf(location)].map((name) =>
    [...place.slice(0, -1), name].join(" ").toUpperCase(),
  );
}

const appointmentStates: Readonly<Record<Truth.AppointmentTruth["status"], string>> = {
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

const orderStates: Readonly<Record<Truth.OrderTruth["status"], string>> = {
  active: "open",
  "on-hold": "held",
  completed: "done",
  revoked: "cancelled",
  "entered-in-error": "cancelled",
};

const resultStates: Readonly<Record<Truth.ReportTruth["status"], string>> = {
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

function only(key: ResourceKey): Pick<Expected, "key"> & { id: string } {
  return { key, id: key.slice(key.indexOf("/") + 1) };
}

/** The number of the person, where nobody could have lost it; the survivor's once a merge was read. */
function personNumber(patient: ResourceKey, setting: Setting, isCurrent: boolean): { person?: string } {
  if (!isCurrent && !isUnmixed(patient, setting)) return {};
  const person = survivorOf(patient, setting);
  return person === undefined || person.hidden ? {} : { person: person.medicalRecordNumber };
}

function survivorOf(patient: ResourceKey, setting: Setting): Truth.PersonTruth | undefined {
  const person = setting.personOf(patient);
  return person?.mergedInto === undefined ? person : survivorOf(person.mergedInto, setting);
}

function personKey(patient: ResourceKey, setting: Setting): { person?: ResourceKey } {
  const person = survivorOf(patient, setting);
  return person === undefined ? {} : { person: person.key };
}

export const hl7Expectations: Expectations = {
  people(person, { personOf }) {
    const base = { thing: `person ${person.medicalRecordNumber}`, key: person.key, changedAt: person.changedAt };
    if (person.mergedInto !== undefined) {
      const survivor = personOf(person.mergedInto);
      return { ...base, presence: "either", facets: { merged: survivor?.medicalRecordNumber } };
    }
    if (!person.active) return { ...base, presence: "either", facets: {} };
    const { name, city, deceasedAt } = person;
    return { ...base, presence: "held", facets: { name, city, died: deceasedAt, merged: undefined } };
  },

  encounters(encounter, setting) {
    const { key, changedAt, status, visitNumber, class: patientClass, bed, patient } = encounter;
    const base = { thing: `visit ${visitNumber}`, key, changedAt };
    if (isGone(encounter)) {
      if (status === "unknown" && !isSettled(encounter, setting, openRereadMs)) return undefined;
      return { ...base, presence: "absent", facets: {} };
    }
    const state = visitStates[status];
    const isHere = state === "present" || state === "on leave";
    const isOver = state === "discharged";
    return {
      ...base,
      presence: !isSpokenOf(encounter) ? "either" : isOver ? sinceWatched(encounter, setting) : "held",
      facets: {
        // Whoever has arrived without a time of arrival is still expected.
        state: status === "arrived" && encounter.startedAt === undefined && patientClass === "IMP" ? "expected" : state,
        class: state === "expected" && patientClass === "IMP" ? "P" : letters[patientClass],
        ...(isHere && {
          bed: bed && bedOf(bed, setting),
          attending: encounter.attending && setting.numberOf(encounter.attending),
        }),
        ...(isHere && { admitted: instant(encounter.startedAt), discharged: undefined }),
        ...(isOver && { discharged: instant(encounter.dischargedAt) }),
        ...personNumber(patient, setting, !isOver),
      },
    };
  },

  appointments(appointment, setting) {
    const { key, changedAt, status, start, minutes, patient } = appointment;
    const state = appointmentStates[status];
    const isOpen = state === "booked" || state === "started";
    return {
      thing: `appointment ${only(key).id}`,
      key,
      changedAt,
      presence: isOpen && isInWindow(appointment, setting) ? sinceWatched(appointment, setting) : "either",
      facets: {
        ...(state !== "requested" && { state }),
        ...(isOpen && { start: instant(start), minutes: String(minutes), ...personNumber(patient, setting, true) }),
      },
    };
  },

  orders(order, setting) {
    const { key, changedAt, status, code, priority, patient } = order;
    const state = orderStates[status];
    const isOpen = state === "open" || state === "held";
    return {
      thing: `order ${only(key).id}`,
      key,
      changedAt,
      presence: isOpen ? sinceWatched(order, setting) : "either",
      // HL70485 has no code for what is urgent: the nearest is "as soon as possible".
      facets: {
        state,
        ...(isOpen && { code, priority: priority === "urgent" ? "asap" : priority }),
        ...personNumber(patient, setting, false),
      },
    };
  },

  reports(report, setting) {
    const { key, changedAt, patient, status, results, text } = report;
    const accession = setting.accessionOf(key);
    const isWhole = isSettled(report, setting) && results.every((result) => isSettled(result, setting));
    if (accession === undefined || !isWhole) return undefined;
    const state = resultStates[status];
    const isFinal = state === "final";
    const told = results.filter((result) => result.status !== "entered-in-error" && result.parent === undefined);
    return {
      thing: `result ${accession}`,
      key,
      changedAt,
      presence: isFinal ? sinceWatched(report, setting) : "either",
      facets: {
        ...(isFinal || state === "void" ? { state } : {}),
        // What is told again because its patient changed may be marked, too.
        ...(isFinal && status !== "final" && { corrected: "yes" }),
        ...(isFinal && personNumber(patient, setting, false)),
        ...(isFinal && Object.fromEntries(told.map(({ code, values }) => [`value of ${code}`, values.join("/")]))),
        ...(isFinal && text !== undefined && { text }),
      },
    };
  },

  documents(document, setting) {
    const { key, changedAt, patient, status, docStatus, text, contentType } = document;
    const state = documentStateOf(document);
    const isCurrent = state === "current" && docStatus !== "preliminary";
    return {
      thing: `document ${only(key).id}`,
      key,
      changedAt,
      presence: isCurrent ? sinceWatched(document, setting) : "either",
      facets: {
        state,
        ...(status === "current" && { signed: docStatus === "preliminary" ? "no" : "yes" }),
        // What was there before is told without its file.
        ...(isCurrent && contentType === "text/plain" && sinceWatched(document, setting) === "held" && { text }),
        ...(status === "current" && personNumber(patient, setting, false)),
      },
    };
  },
};

function documentStateOf({ status, docStatus }: Truth.DocumentTruth): string {
  if (status === "entered-in-error" || docStatus === "entered-in-error") return "void";
  return status;
}

function instant(text: string | undefined): string | undefined {
  return text === undefined ? undefined : new Date(text).toISOString();
}

/**
 * A receiver that takes A01, A03, A08 and A11 alone: inpatients are all there; that somebody is on leave it cannot be
 * told, nor of the others before something about them changes.
 */
export const narrowExpectations: Expectations = {
  encounters(encounter, setting) {
    const expected = hl7Expectations.encounters?.(encounter, setting) as Expected | undefined;
    if (expected === undefined || expected.presence === "absent") return expected;
    const { admitted: _, state, person, ...others } = expected.facets;
    // No message that it takes says that a person has another number now, but those about a visit that goes on.
    const facets = encounter.status === "finished" ? others : { ...others, ...(person !== undefined && { person }) };
    const isInpatient = encounter.class === "IMP" && state !== "expected";
    return {
      ...expected,
      presence: isInpatient ? expected.presence : "either",
      facets: { ...facets, ...(state !== "expected" && { state: state === "on leave" ? "present" : state }) },
    };
  },
};

const fullFacets: Expectations = {
  people(person) {
    const base = { thing: person.key, key: person.key, changedAt: person.changedAt };
    if (person.mergedInto !== undefined) return { ...base, presence: "either", facets: { merged: person.mergedInto } };
    if (!person.active) return { ...base, presence: "either", facets: { active: "false" } };
    const { name, city, deceasedAt } = person;
    return { ...base, presence: "held", facets: { name, city, died: deceasedAt, active: "true", merged: undefined } };
  },
  encounters(encounter, setting) {
    const { key, changedAt, status, patient, bed, attending, visitNumber } = encounter;
    const base = { thing: key, key, changedAt };
    if (status === "unknown") return undefined;
    const isOver = status === "finished";
    const isHere = ["arrived", "triaged", "in-progress", "onleave"].includes(status);
    return {
      ...base,
      presence:
        isGone(encounter) || !isSpokenOf(encounter) ? "either" : isOver ? sinceWatched(encounter, setting) : "held",
      facets: {
        state: status,
        class: encounter.class,
        visitNumber,
        ...(isHere && { bed: bed?.location, attending }),
        ...(isOver && { discharged: encounter.dischargedAt }),
        ...(isOver && !isUnmixed(patient, setting) ? {} : { person: patient }),
      },
    };
  },
  appointments(appointment, setting) {
    const { key, changedAt, status, start, minutes, patient } = appointment;
    const state = appointmentStates[status];
    const isOpen = state === "booked" || state === "started";
    return {
      thing: key,
      key,
      changedAt,
      presence: isOpen && isInWindow(appointment, setting) ? sinceWatched(appointment, setting) : "either",
      facets: {
        ...(state !== "requested" && { state: status }),
        ...(isOpen && { start, minutes: String(minutes), ...personKey(patient, setting) }),
      },
    };
  },
  orders(order, setting) {
    const { key, changedAt, status, priority, patient } = order;
    const isOpen = status === "active" || status === "on-hold";
    return {
      thing: key,
      key,
      changedAt,
      presence: isOpen ? sinceWatched(order, setting) : "either",
      facets: { state: status, priority, ...(isUnmixed(patient, setting) && { person: patient }) },
    };
  },
  reports(report, setting) {
    const { key, changedAt, status, patient, results } = report;
    if (!isSettled(report, setting) || !results.every((result) => isSettled(result, setting))) return undefined;
    const isFinal = resultStates[status] === "final";
    return {
      thing: key,
      key,
      changedAt,
      presence: isFinal ? sinceWatched(report, setting) : "either",
      facets: isFinal ? { state: status, ...(isUnmixed(patient, setting) && { person: patient }) } : {},
    };
  },
  vitals(vital, setting) {
    const { key, changedAt, status, values, patient } = vital;
    const isVoid = status === "entered-in-error";
    return {
      thing: key,
      key,
      changedAt,
      presence: isVoid || status === "preliminary" ? "either" : sinceWatched(vital, setting),
      facets: {
        state: status,
        ...(!isVoid && { values: values.join("/") }),
        ...(isUnmixed(patient, setting) && { person: patient }),
      },
    };
  },
  documents(document, setting) {
    const { key, changedAt, status, docStatus, patient } = document;
    const isCurrent = status === "current" && docStatus === "final";
    return {
      thing: key,
      key,
      changedAt,
      presence: isCurrent ? sinceWatched(document, setting) : "either",
      facets: { state: status, docStatus, ...(isUnmixed(patient, setting) && { person: patient }) },
    };
  },
};

export const fullWebhookExpectations: Expectations = fullFacets;

/** Of ids and event types one knows where a visit, an appointment, an order or a result stands, and whose it is. */
export const idWebhookExpectations: Expectations = {
  people(person, setting) {
    const expected = fullFacets.people?.(person, setting) as Expected;
    const { merged } = expected.facets;
    return { ...expected, facets: { merged } };
  },
  encounters(encounter, setting) {
    const expected = fullFacets.encounters?.(encounter, setting) as Expected | undefined;
    if (expected === undefined) return undefined;
    const state = visitStates[encounter.status];
    const { person, bed } = expected.facets;
    const isHere = state === "present" || state === "on leave";
    return {
      ...expected,
      facets: { state, ...(person !== undefined && { person }), ...(isHere && bed !== undefined && { bed }) },
    };
  },
  appointments(appointment, setting) {
    const expected = fullFacets.appointments?.(appointment, setting) as Expected;
    const state = appointmentStates[appointment.status];
    const { person } = expected.facets;
    // That somebody arrived or was seen is told as a change.
    const isTold = state === "booked" || state === "cancelled" || state === "missed";
    return { ...expected, facets: { ...(isTold && { state }), ...(person !== undefined && { person }) } };
  },
  orders(order, setting) {
    const expected = fullFacets.orders?.(order, setting) as Expected;
    return { ...expected, facets: { state: orderStates[order.status] } };
  },
  reports(report, setting) {
    const expected = fullFacets.reports?.(report, setting) as Expected | undefined;
    if (expected === undefined) return undefined;
    const state = resultStates[report.status];
    return { ...expected, facets: state === "final" || state === "void" ? { state } : {} };
  },
  vitals(vital, setting) {
    const expected = fullFacets.vitals?.(vital, setting) as Expected;
    const state =
      vital.status === "entered-in-error" ? "void" : vital.status === "preliminary" ? "preliminary" : "final";
    return { ...expected, facets: { state } };
  },
  documents(document, setting) {
    const expected = fullFacets.documents?.(document, setting) as Expected;
    const state = documentStateOf(document);
    const isCurrent = state === "current";
    // That a document was superseded by another is told of the other one.
    return {
      ...expected,
      facets: isCurrent ? { state, signed: document.docStatus === "preliminary" ? "no" : "yes" } : {},
    };
  },
};
