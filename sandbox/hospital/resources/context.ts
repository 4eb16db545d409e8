import { systems } from "../concepts.ts";
import type { Places } from "../places.ts";
import { displayName } from "../population.ts";
import type { Booking, Id, Order, Person, Report, Stay } from "../records.ts";

/** What a resource may need to know beside its own record. */
export interface Chart {
  readonly tenant: string;
  /** FHIR service root, as long as nobody serves it: attachments have whole URLs. */
  readonly baseUrl: string;
  readonly places: Places;
  readonly people: ReadonlyMap<Id, Person>;
  readonly stays: ReadonlyMap<Id, Stay>;
  readonly bookings: ReadonlyMap<Id, Booking>;
  readonly orders: ReadonlyMap<Id, Order>;
  readonly reports: ReadonlyMap<Id, Report>;
  /** The installation's part of every `ceuuid`. */
  readonly eventSpace: string;
}

export const instant = (at: number): string => new Date(at).toISOString();
export const seconds = (at: number): string => `${instant(at).slice(0, 19)}Z`;

export function period(start: number | undefined, end?: number): { period: fhir4.Period } | Record<string, never> {
  if (start === undefined && end === undefined) return {};
  return {
    period: {
      ...(start === undefined ? {} : { start: instant(start) }),
      ...(end === undefined ? {} : { end: instant(end) }),
    },
  };
}

/** The array begun at another of its members. */
export function turned<Item>(items: readonly Item[], turn: number): Item[] {
  const start = items.length === 0 ? 0 : turn % items.length;
  return [...items.slice(start), ...items.slice(0, start)];
}

export function patientReference(chart: Chart, id: Id): fhir4.Reference {
  const person = chart.people.get(id);
  return { reference: `Patient/${id}`, ...(person ? { display: displayName(person.name.value) } : {}) };
}

export function practitionerReference(chart: Chart, id: Id): fhir4.Reference {
  const clinician = chart.places.clinicians.find((each) => each.id === id);
  return {
    reference: `Practitioner/${id}`,
    ...(clinician ? { display: displayName({ family: clinician.name.family, given: clinician.name.given }) } : {}),
  };
}

export function locationReference(chart: Chart, id: Id): fhir4.Reference {
  return { reference: `Location/${id}`, display: chart.places.byId.get(id)?.path ?? "" };
}

/** `CE<installation>-<event>-<time of the update>`: the value changes with every version. */
export function eventIdentifier(chart: Chart, eventId: string, at: number): fhir4.Identifier {
  const stamp = `${instant(at).replace(/\D/g, "").slice(0, 14)}00`;
  return { system: "https://fhir.cerner.com/ceuuid", value: `CE${chart.eventSpace}-${eventId}-${stamp}` };
}

export function performerFunction(code: "LA" | "PPRF", display: string): fhir4.Extension {
  return {
    valueCodeableConcept: { coding: [{ system: systems.participation, code, display }], text: display },
    url: "http://hl7.org/fhir/StructureDefinition/event-performerFunction",
  };
}
