import type { Entry } from "../../hospital/store.ts";
import { listOf, referencesOf } from "../parameters.ts";
import {
  anyTwo,
  filterByCategory,
  filterByCode,
  latest,
  newestFirst,
  ofPatient,
  type Search,
  type SearchRules,
  subjectOf,
  timedBounds,
  uncapped,
  updatedAt,
  within,
} from "../rule.ts";

export const resultRules: SearchRules = {
  ServiceRequest: {
    oneOf: [["patient", "subject"]],
    dates: { _lastUpdated: timedBounds },
    page: { usual: 50, most: uncapped },
    find: (search) => newestFirst(filterByCode(ofPatient("ServiceRequest", search), search), updatedAt),
  },
  DiagnosticReport: {
    oneOf: [["date", "_lastUpdated"]],
    dates: { date: anyTwo, _lastUpdated: anyTwo },
    page: { usual: 10, most: 100 },
    find: findReports,
  },
  Observation: {
    oneOf: [
      ["patient", "subject"],
      ["date", "_lastUpdated"],
    ],
    dates: { date: anyTwo, _lastUpdated: anyTwo },
    page: { usual: 50, most: 200 },
    check: (query, store) => {
      const owners = new Set(
        listOf(query, "_id")
          .filter((id) => id.startsWith("L-"))
          .flatMap((id) => subjectOf(store.entry(`Observation/${id}`)) ?? []),
      );
      return owners.size > 1 ? "_id values of laboratory results must belong to one patient" : undefined;
    },
    find: findObservations,
  },
};

const effectiveAt = (entry: Entry): number =>
  Date.parse((latest(entry) as { effectiveDateTime?: string }).effectiveDateTime ?? "") || 0;

function findReports(search: Search): Entry[] {
  const encounters = referencesOf(search.query, "encounter", "Encounter");
  const entries = filterByCategory(filterByCode(ofPatient("DiagnosticReport", search), search), search)
    .filter((entry) => within(effectiveAt(entry), search.spans.get("date")))
    .filter((entry) => {
      const encounter = (latest(entry) as fhir4.DiagnosticReport).encounter?.reference ?? "";
      return encounters.length === 0 || encounters.includes(encounter.replace("Encounter/", ""));
    });
  return newestFirst(entries, search.spans.has("_lastUpdated") ? updatedAt : effectiveAt);
}

function findObservations(search: Search): Entry[] {
  const all = ofPatient("Observation", search);
  // A category makes Ignite forget the code.
  const entries = (search.query.has("category") ? filterByCategory(all, search) : filterByCode(all, search)).filter(
    (entry) => within(effectiveAt(entry), search.spans.get("date")),
  );
  return newestFirst(entries, search.spans.has("_lastUpdated") ? updatedAt : effectiveAt);
}
