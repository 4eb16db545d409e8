import type { ResourceKey } from "../sandbox/hospital/store.ts";
import type * as Truth from "../sandbox/hospital/truth.ts";
import {
  accountStates,
  accountsReadMs,
  appointmentStates,
  documentStateOf,
  type Expectations,
  type Expected,
  isCombinationRead,
  isGone,
  isInWindow,
  isPartedUnread,
  isSettled,
  isSpokenOf,
  isUnmixed,
  only,
  orderStates,
  resultStates,
  type Setting,
  sinceWatched,
  survivorOf,
  visitStates,
} from "./expected.ts";

const letters: Readonly<Record<Truth.EncounterTruth["class"], string>> = {
  EMER: "E",
  IMP: "I",
  OBSENC: "O",
  AMB: "O",
  PRENC: "P",
};

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

/** The number of the person, where nobody could have lost it; the survivor's once a merge was read. */
function personNumber(patient: ResourceKey, setting: Setting, isCurrent: boolean): { person?: string } {
  if (!isCurrent && !isUnmixed(patient, setting)) return {};
  const person = survivorOf(patient, setting);
  return person === undefined || person.hidden ? {} : { person: person.medicalRecordNumber };
}

/** The visit in which something was written, or the one that it was combined into. */
function visitNumber(encounter: ResourceKey, setting: Setting): { visit?: string } {
  const visit = setting.truth.encounters.find(({ key }) => key === encounter);
  if (visit === undefined) return {};
  return visit.mergedInto === undefined ? { visit: visit.visitNumber } : visitNumber(visit.mergedInto, setting);
}

function instant(text: string | undefined): string | undefined {
  return text === undefined ? undefined : new Date(text).toISOString();
}

export const hl7Expectations: Expectations = {
  people(read, { personOf, glimpseOf }) {
    // News of an appointment names the person, too.
    const person = glimpseOf(read.key) ?? read;
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
      if (status === "unknown" && !isCombinationRead(encounter, setting)) return undefined;
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
    const { key, changedAt, status, start, minutes, patient, service, practitioner, location } = appointment;
    const state = appointmentStates[status];
    const isOpen = state === "booked" || state === "started";
    const parted = isPartedUnread(patient, setting) ? setting.glimpseOf(patient) : undefined;
    const person = parted ? { person: parted.medicalRecordNumber } : personNumber(patient, setting, true);
    return {
      thing: `appointment ${only(key).id}`,
      key,
      changedAt,
      presence: isOpen && isInWindow(appointment, setting) ? sinceWatched(appointment, setting) : "either",
      facets: {
        ...(state !== "requested" && { state }),
        ...(isOpen && { start: instant(start), minutes: String(minutes), ...person }),
        ...(isOpen && {
          services: service,
          people: setting.numberOf(practitioner),
          places: setting.namesOf(location).map((name) => name.toUpperCase()),
        }),
      },
    };
  },

  orders(order, setting) {
    const { key, changedAt, status, code, priority, patient, encounter, parent } = order;
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
        ...(isOpen && { parent: parent && only(parent).id, ...visitNumber(encounter, setting) }),
        ...personNumber(patient, setting, false),
      },
    };
  },

  reports(report, setting) {
    const { key, changedAt, patient, encounter, status, results, text } = report;
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
        ...(isFinal && { ...personNumber(patient, setting, false), ...visitNumber(encounter, setting) }),
        ...(isFinal && Object.fromEntries(told.map(({ code, values }) => [`value of ${code}`, values.join("/")]))),
        ...(isFinal && text !== undefined && { text }),
      },
    };
  },

  documents(document, setting) {
    const { key, changedAt, patient, encounter, status, docStatus, text, contentType } = document;
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
        ...(status === "current" && { ...personNumber(patient, setting, false), ...visitNumber(encounter, setting) }),
      },
    };
  },

  accounts(account, setting) {
    const { key, changedAt, patient, number, status, mergedInto } = account;
    if (!isSettled(account, setting, accountsReadMs)) return undefined;
    const isOpen = status === "active";
    return {
      thing: `account ${number}`,
      key,
      changedAt,
      presence: isOpen ? sinceWatched(account, setting) : "either",
      facets: {
        state: accountStates[status],
        merged: setting.truth.accounts.find((each) => each.key === mergedInto)?.number,
        ...(isOpen && personNumber(patient, setting, false)),
      },
    };
  },
};

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

/**
 * A receiver that takes when appointments are booked, moved and cancelled, when orders are placed and cancelled, and
 * final results with their corrections: who came or is on hold it is not told, nor what becomes of people.
 */
export const ancillaryExpectations: Expectations = {
  appointments(appointment, setting) {
    const expected = hl7Expectations.appointments?.(appointment, setting) as Expected;
    const { state, start, minutes } = expected.facets;
    const isOff = state === "cancelled" || state === "missed";
    const isOn = state === "booked" || state === "started";
    // Whoever was told of it late, was told that it was under way.
    const states = state === "started" ? ["booked", "started"] : state;
    return {
      ...expected,
      facets: { ...(isOff && { state: "cancelled" }), ...(isOn && { state: states, start, minutes }) },
    };
  },
  orders(order, setting) {
    const expected = hl7Expectations.orders?.(order, setting) as Expected;
    const { state } = expected.facets;
    return { ...expected, facets: state === "done" ? {} : { state: state === "held" ? "open" : state } };
  },
  reports(report, setting) {
    const expected = hl7Expectations.reports?.(report, setting);
    if (expected === undefined) return undefined;
    // That a visit has another number now is not told either.
    const { person: _, visit: __, ...facets } = expected.facets;
    return { ...expected, facets: facets.state === "final" ? facets : {} };
  },
};
