import { BridgeError } from "../errors.ts";

/** Query parameters in the order in which they are sent. */
export type SearchParameters = readonly (readonly [name: string, value: string])[];

/** What a feed asks for. `since` is an instant in epoch milliseconds; a window is half open. */
export interface FeedQuery {
  readonly since?: number | undefined;
  readonly window?: { readonly from: number; readonly to: number } | undefined;
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
   * - `identity`: the resource itself by `_id`
   */
  readonly find: "lastUpdated" | "window" | "everything" | "identity";
  /** The date parameter of a window. */
  readonly windowParameter?: string;
  /** Parameters without which Ignite answers 400. */
  readonly always?: SearchParameters;
  /** The greatest documented page size; without it `_count` is not sent. */
  readonly pageSize?: number;
  /** Ids that one `_id` search may list. */
  readonly idsPerSearch: number;
}

const delta = (pageSize?: number): SearchRule => ({
  find: "lastUpdated",
  idsPerSearch: 50,
  ...(pageSize !== undefined && { pageSize }),
});
const everything = (always?: SearchParameters): SearchRule => ({
  find: "everything",
  idsPerSearch: 50,
  ...(always && { always }),
});

/** One row a resource type. Types without a row cannot be searched by patient. */
export const searchRules = {
  Patient: { find: "identity", idsPerSearch: 20 },
  Encounter: delta(),
  Appointment: { find: "window", windowParameter: "date", idsPerSearch: 50 },
  ServiceRequest: delta(),
  DiagnosticReport: delta(100),
  Observation: delta(200),
  AllergyIntolerance: delta(),
  Condition: delta(),
  Procedure: delta(),
  Immunization: delta(),
  DocumentReference: delta(100),
  MedicationRequest: delta(),
  MedicationDispense: delta(),
  NutritionOrder: delta(),
  MedicationAdministration: { find: "window", windowParameter: "effective-time", idsPerSearch: 50 },
  Coverage: everything(),
  CarePlan: everything([["category", "assess-plan"]]),
  CareTeam: everything(),
  Goal: { ...everything(), idsPerSearch: 1 },
  Device: everything(),
  FamilyMemberHistory: everything(),
  RelatedPerson: everything([["-relationship-level", "Patient"]]),
  Consent: everything(),
  QuestionnaireResponse: everything(),
  // Never feeds: they are read by id for what other resources refer to.
  Location: { find: "identity", idsPerSearch: 50 },
  Organization: { find: "identity", idsPerSearch: 50 },
  Practitioner: { find: "identity", idsPerSearch: 50 },
} as const satisfies Record<string, SearchRule>;
export type SearchableType = keyof typeof searchRules;

export function ruleOf(resourceType: SearchableType): SearchRule {
  return searchRules[resourceType];
}

export function isSearchable(resourceType: string): resourceType is SearchableType {
  return Object.hasOwn(searchRules, resourceType);
}

/**
 * The search that finds what changed of one type for one patient.
 *
 * @throws ERR_CONFIG where the rule needs a window and none is given
 */
export function patientSearch(resourceType: SearchableType, patient: string, query: FeedQuery = {}): SearchParameters {
  const rule = ruleOf(resourceType);
  if (rule.find === "identity") return [["_id", patient]];
  return [["patient", patient], ...(rule.always ?? []), ...timeParameters(resourceType, query), ...pageSizeOf(rule)];
}

/** Appointments of whoever comes to a location: the one clinical list that Ignite gives without patient ids. */
export function locationSearch(location: string, window: { from: number; to: number }): SearchParameters {
  return [["location", location], ...timeParameters("Appointment", { window })];
}

/** Searches by `_id`, as few as the type allows. They take no other parameter. */
export function idSearches(resourceType: SearchableType, ids: readonly string[]): SearchParameters[] {
  const { idsPerSearch } = ruleOf(resourceType);
  const searches: SearchParameters[] = [];
  for (let start = 0; start < ids.length; start += idsPerSearch)
    searches.push([["_id", ids.slice(start, start + idsPerSearch).join(",")]]);
  return searches;
}

function timeParameters(resourceType: SearchableType, { since, window }: FeedQuery): SearchParameters {
  const { find, windowParameter } = ruleOf(resourceType);
  if (find === "lastUpdated") return since === undefined ? [] : [["_lastUpdated", `ge${instant(since)}`]];
  if (find !== "window" || windowParameter === undefined) return [];
  if (window === undefined)
    throw new BridgeError("ERR_CONFIG", { details: { path: resourceType, problem: "The search needs a window" } });
  return [
    [windowParameter, `ge${instant(window.from)}`],
    [windowParameter, `lt${instant(window.to)}`],
  ];
}

function pageSizeOf({ pageSize }: SearchRule): SearchParameters {
  return pageSize === undefined ? [] : [["_count", String(pageSize)]];
}

/** Whole seconds, rounded down: some types refuse an instant without a time, and none needs the fraction. */
function instant(epochMs: number): string {
  return new Date(Math.floor(epochMs / 1_000) * 1_000).toISOString();
}
