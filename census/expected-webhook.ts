import type { ResourceKey } from "../sandbox/hospital/store.ts";
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
  orderStates,
  resultStates,
  type Setting,
  sinceWatched,
  survivorOf,
  visitStates,
} from "./expected.ts";

/** Whose an appointment is: it says so itself, until a merge is heard of. */
function personKey(patient: ResourceKey, setting: Setting): { person?: ResourceKey } {
  if (isPartedUnread(patient, setting)) return { person: patient };
  const person = survivorOf(patient, setting);
  return person === undefined ? {} : { person: person.key };
}

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
    // Combined with another: the event of the one that goes on names it, and there is no version of its own.
    if (status === "unknown")
      return isCombinationRead(encounter, setting)
        ? { ...base, presence: "either", facets: { state: "gone" } }
        : undefined;
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
    const { key, changedAt, status, start, minutes, patient, practitioner, location } = appointment;
    const state = appointmentStates[status];
    const isOpen = state === "booked" || state === "started";
    return {
      thing: key,
      key,
      changedAt,
      presence: isOpen && isInWindow(appointment, setting) ? sinceWatched(appointment, setting) : "either",
      facets: {
        ...(state !== "requested" && { state: status }),
        ...(isOpen && { start, minutes: String(minutes), practitioner, place: location }),
        ...(isOpen && personKey(patient, setting)),
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
  accounts(account, setting) {
    const { key, changedAt, status, patient, mergedInto } = account;
    if (!isSettled(account, setting, accountsReadMs)) return undefined;
    return {
      thing: key,
      key,
      changedAt,
      presence: status === "active" ? sinceWatched(account, setting) : "either",
      facets: {
        // Of one that ended in favour of another, the event of the other one tells.
        state: mergedInto === undefined ? status : "gone",
        ...(status === "active" && isUnmixed(patient, setting) && { person: patient }),
      },
    };
  },
};

export const fullWebhookExpectations: Expectations = fullFacets;

function personIn({ facets: { person } }: Expected): Expected["facets"] {
  return person === undefined ? {} : { person };
}

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
    return { ...expected, facets: { ...personIn(expected), state: orderStates[order.status] } };
  },
  reports(report, setting) {
    const expected = fullFacets.reports?.(report, setting) as Expected | undefined;
    if (expected === undefined) return undefined;
    const state = resultStates[report.status];
    const isCorrected = state === "final" && report.status !== "final";
    return {
      ...expected,
      facets: {
        ...personIn(expected),
        ...((state === "final" || state === "void") && { state, ...(isCorrected && { corrected: "yes" }) }),
      },
    };
  },
  vitals(vital, setting) {
    const expected = fullFacets.vitals?.(vital, setting) as Expected;
    const state =
      vital.status === "entered-in-error" ? "void" : vital.status === "preliminary" ? "preliminary" : "final";
    return { ...expected, facets: { ...personIn(expected), state } };
  },
  accounts(account, setting) {
    const expected = fullFacets.accounts?.(account, setting);
    if (expected === undefined) return undefined;
    const state = account.mergedInto === undefined ? accountStates[account.status] : "gone";
    return { ...expected, facets: { ...personIn(expected), state } };
  },
  documents(document, setting) {
    const expected = fullFacets.documents?.(document, setting) as Expected;
    const state = documentStateOf(document);
    const isCurrent = state === "current";
    // That a document was superseded by another is told of the other one.
    return {
      ...expected,
      facets: {
        ...personIn(expected),
        ...(isCurrent && { state, signed: document.docStatus === "preliminary" ? "no" : "yes" }),
      },
    };
  },
};
