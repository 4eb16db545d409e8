import type { Entry } from "../../hospital/store.ts";
import { listOf, matchesToken, type Query, referencesOf } from "../parameters.ts";
import {
  anyTwo,
  filterByCategory,
  latest,
  newestFirst,
  ofPatient,
  type Search,
  type SearchRules,
  updatedAt,
  within,
} from "../rule.ts";

/** Documents, conditions, procedures and allergies: but for documents, all on one page. */
export const chartRules: SearchRules = {
  DocumentReference: {
    oneOf: [["date", "period", "_lastUpdated"]],
    dates: { date: anyTwo, period: { values: 2, prefixes: ["ge", "lt"], timed: false }, _lastUpdated: anyTwo },
    page: { usual: 10, most: 100 },
    check: (query) => (query.get("period")?.length === 1 ? "period must be a range of ge and lt" : undefined),
    find: findDocuments,
  },
  Condition: {
    oneOf: [["patient", "subject"]],
    dates: { _lastUpdated: anyTwo },
    find: findConditions,
  },
  Procedure: {
    oneOf: [
      ["patient", "subject"],
      ["date", "_lastUpdated"],
    ],
    dates: { date: anyTwo, _lastUpdated: anyTwo },
    find: (search) =>
      newestFirst(ofPatient("Procedure", search), updatedAt).filter((entry) =>
        within(performedAt(entry), search.spans.get("date")),
      ),
  },
  AllergyIntolerance: {
    dates: { _lastUpdated: anyTwo },
    find: (search) =>
      filterByClinicalStatus(newestFirst(ofPatient("AllergyIntolerance", search), updatedAt), search.query),
  },
};

const performedAt = (entry: Entry) => Date.parse((latest(entry) as fhir4.Procedure).performedDateTime ?? "") || 0;

function findDocuments(search: Search): Entry[] {
  const { query, spans } = search;
  const encounters = referencesOf(query, "encounter", "Encounter");
  const types = listOf(query, "type");
  const found = filterByCategory(ofPatient("DocumentReference", search), search).filter((entry) => {
    const { date = "", type, context } = latest(entry) as fhir4.DocumentReference;
    const encounter = context?.encounter?.[0]?.reference?.replace("Encounter/", "") ?? "";
    return (
      within(Date.parse(date), spans.get("date")) &&
      within(Date.parse(context?.period?.start ?? ""), spans.get("period")) &&
      (encounters.length === 0 || encounters.includes(encounter)) &&
      (types.length === 0 || matchesToken(types, type?.coding ?? []))
    );
  });
  return newestFirst(found, updatedAt);
}

function findConditions(search: Search): Entry[] {
  const encounters = referencesOf(search.query, "encounter", "Encounter");
  const found = filterByCategory(newestFirst(ofPatient("Condition", search), updatedAt), search).filter((entry) => {
    const { encounter } = latest(entry) as fhir4.Condition;
    // Only diagnoses belong to an encounter.
    return encounters.length === 0 || encounters.includes(encounter?.reference?.replace("Encounter/", "") ?? "");
  });
  return filterByClinicalStatus(found, search.query);
}

function filterByClinicalStatus(entries: Entry[], query: Query): Entry[] {
  const wanted = listOf(query, "clinical-status");
  if (wanted.length === 0) return entries;
  return entries.filter((entry) =>
    matchesToken(wanted, (latest(entry) as { clinicalStatus?: fhir4.CodeableConcept }).clinicalStatus?.coding ?? []),
  );
}
