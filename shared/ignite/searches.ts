import { BridgeError } from "../errors.ts";

/** Query parameters in the order in which they are sent. */
export type SearchParameters = readonly (readonly [name: string, value: string])[];

/** Half open, in epoch milliseconds. */
export interface TimeWindow {
  readonly from: number;
  readonly to: number;
}

/** What a feed asks for. `since` is an instant in epoch milliseconds. */
export interface FeedQuery {
  readonly since?: number | undefined;
  readonly window?: TimeWindow | undefined;
}

/**
 * How Ignite lets the changes of one resource type be found. No type has a history, and `_lastUpdated` never stands
 * without a patient (Ignite R4 documentation and CapabilityStatement of 2026-08-14, one page per resource).
 */
export interface SearchRule {
  /**
   * - `lastUpdated`: `_lastUpdated=ge<instant>`, the one form that all twelve types with the parameter take
   * - `window`: a range of a date parameter, compared with what was seen before
   * - `everything`: all that the patient has, compared with what was seen before
   * - `encounters`: all that an encounter has, compared with what was seen before
   * - `schedule`: all of a location in a range of time, compared with what was seen before
   * - `reference`: what belongs to no patient, by id or as a list of the whole tenant
   * - `identity`: the resource itself by `_id`
   */
  readonly find: "lastUpdated" | "window" | "everything" | "encounters" | "schedule" | "reference" | "identity";
  /** The parameter that names whom or what it is of, where that is not `patient`. */
  readonly ofParameter?: string;
  /** The date parameter of a window, and whether the search is taken without one. */
  readonly windowParameter?: string;
  readonly windowIsOptional?: boolean;
  /** Parameters without which Ignite answers 400. */
  readonly always?: SearchParameters;
  /**
   * True where `_lastUpdated` is documented to miss small updates, or where combined records leave the search without
   * one: only reading all of it again finds those.
   */
  readonly lossy?: boolean;
  /** The greatest documented page size; without it `_count` is not sent. */
  readonly pageSize?: number;
  /** Ids that one `_id` search may list. */
  readonly idsPerSearch: number;
}

const delta = (more: { pageSize?: number; lossy?: boolean } = {}): SearchRule => ({
  find: "lastUpdated",
  idsPerSearch: 50,
  ...more,
});
const everything = (always?: SearchParameters): SearchRule => ({
  find: "everything",
  idsPerSearch: 50,
  ...(always && { always }),
});

/** One row a resource type. Types without a row cannot be found. */
export const searchRules = {
  Patient: { find: "identity", idsPerSearch: 20 },
  Encounter: delta({ lossy: true }),
  // As `date`, and what was asked for and has no time yet.
  Appointment: { find: "window", windowParameter: "-date-or-req-period", idsPerSearch: 50 },
  ServiceRequest: delta({ lossy: true }),
  DiagnosticReport: delta({ pageSize: 100, lossy: true }),
  Observation: delta({ pageSize: 200, lossy: true }),
  AllergyIntolerance: delta(),
  Condition: delta(),
  Procedure: delta(),
  Immunization: delta(),
  DocumentReference: delta({ pageSize: 100, lossy: true }),
  MedicationRequest: delta({ lossy: true }),
  MedicationDispense: delta(),
  NutritionOrder: delta({ lossy: true }),
  MedicationAdministration: {
    find: "window",
    windowParameter: "effective-time",
    windowIsOptional: true,
    idsPerSearch: 50,
  },
  Coverage: everything(),
  CarePlan: everything([["category", "assess-plan"]]),
  CareTeam: everything(),
  Goal: { ...everything(), idsPerSearch: 1 },
  Device: everything(),
  FamilyMemberHistory: everything(),
  RelatedPerson: everything([["-relationship-level", "Patient"]]),
  Consent: everything(),
  QuestionnaireResponse: everything(),
  // Of the forms that Ignite allows, those that need nothing but what the bridge knows.
  Account: {
    find: "encounters",
    ofParameter: "-encounter",
    always: [["type", "guarantor-balance"]],
    idsPerSearch: 1,
  },
  ChargeItem: { find: "encounters", ofParameter: "context", always: [["-status", "billable"]], idsPerSearch: 1 },
  // Free ones only; one that is gone has been taken or blocked.
  Slot: { find: "schedule", ofParameter: "-location", windowParameter: "start", pageSize: 200, idsPerSearch: 50 },
  Practitioner: { find: "reference", always: [["active", "true"]], idsPerSearch: 50 },
  Location: { find: "reference", always: [["-physicalType", "si,bu,wi,wa,lvl,co,ro,bd,area"]], idsPerSearch: 50 },
  // Never a feed: read by id for who pays, makes or sends.
  Organization: { find: "identity", idsPerSearch: 50 },
} as const satisfies Record<string, SearchRule>;
export type SearchableType = keyof typeof searchRules;
/** Found encounter by encounter. */
export type EncounterType = "Account" | "ChargeItem";
/** What many patients share. */
export type ReferenceType = "Practitioner" | "Location";

export function ruleOf(resourceType: SearchableType): SearchRule {
  return searchRules[resourceType];
}

export function isSearchable(resourceType: string): resourceType is SearchableType {
  return Object.hasOwn(searchRules, resourceType);
}

/**
 * The search that finds what changed of one type for one patient; without a time, all that the patient has.
 *
 * @throws ERR_CONFIG where the type is not found by patient, or needs a window and none is given
 */
export function patientSearch(resourceType: SearchableType, patient: string, query: FeedQuery = {}): SearchParameters {
  const rule = ruleOf(resourceType);
  if (rule.find === "identity") return [["_id", patient]];
  if (rule.ofParameter !== undefined || rule.find === "reference")
    throw new BridgeError("ERR_CONFIG", { details: { path: resourceType, problem: "It is not found by patient" } });
  return searchOf(rule, patient, query);
}

/** What Ignite has of one type for an encounter. */
export function encounterSearch(resourceType: EncounterType, encounter: string): SearchParameters {
  return searchOf(ruleOf(resourceType), encounter);
}

/** The accounts for which somebody answers, by the id of a RelatedPerson: those of other patients too. */
export function guarantorSearch(guarantor: string): SearchParameters {
  return [
    ["-guarantor", guarantor],
    ["type", "financial-account"],
  ];
}

/** Appointments of whoever comes to a location: the one clinical list that Ignite gives without patient ids. */
export function locationSearch(location: string, window: TimeWindow): SearchParameters {
  return searchOf({ ...ruleOf("Appointment"), ofParameter: "location" }, location, { window });
}

/** The free slots of a location. */
export function slotSearch(location: string, window: TimeWindow): SearchParameters {
  return searchOf(ruleOf("Slot"), location, { window });
}

/** All of the tenant that is in use. */
export function referenceSearch(resourceType: ReferenceType): SearchParameters {
  return ruleOf(resourceType).always ?? [];
}

/** The parameters that a feed cannot do without: a tenant that does not advertise them cannot be asked. */
export function neededParameters(resourceType: SearchableType): readonly string[] {
  const { find, ofParameter = "patient", windowParameter, always = [] } = ruleOf(resourceType);
  if (find === "identity" || find === "reference") return ["_id"];
  return [
    ofParameter,
    ...always.map(([name]) => name),
    ...(find === "lastUpdated" ? ["_lastUpdated"] : []),
    ...(windowParameter === undefined ? [] : [windowParameter]),
  ];
}

/** Searches by `_id`, as few as the type allows. They take no other parameter. */
export function idSearches(resourceType: SearchableType, ids: readonly string[]): SearchParameters[] {
  const { idsPerSearch } = ruleOf(resourceType);
  const searches: SearchParameters[] = [];
  for (let start = 0; start < ids.length; start += idsPerSearch)
    searches.push([["_id", ids.slice(start, start + idsPerSearch).join(",")]]);
  return searches;
}

function searchOf(rule: SearchRule, of: string, query: FeedQuery = {}): SearchParameters {
  const { ofParameter = "patient", always = [], pageSize } = rule;
  return [
    [ofParameter, of],
    ...always,
    ...timeParameters(rule, query),
    ...(pageSize === undefined ? [] : [["_count", String(pageSize)] as const]),
  ];
}

function timeParameters(rule: SearchRule, { since, window }: FeedQuery): SearchParameters {
  const { find, windowParameter, windowIsOptional = false } = rule;
  if (find === "lastUpdated") return since === undefined ? [] : [["_lastUpdated", `ge${instant(since)}`]];
  if (windowParameter === undefined || (window === undefined && windowIsOptional)) return [];
  if (window === undefined)
    throw new BridgeError("ERR_CONFIG", { details: { path: windowParameter, problem: "The search needs a window" } });
  return [
    [windowParameter, `ge${instant(window.from)}`],
    [windowParameter, `lt${instant(window.to)}`],
  ];
}

/** Whole seconds, rounded down: some types refuse an instant without a time, and none needs the fraction. */
function instant(epochMs: number): string {
  return new Date(Math.floor(epochMs / 1_000) * 1_000).toISOString();
}
