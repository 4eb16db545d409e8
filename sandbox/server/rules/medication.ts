import type { Entry } from "../../hospital/store.ts";
import { type DateRule, listOf, referencesOf } from "../parameters.ts";
import {
  anyTwo,
  latest,
  newestFirst,
  ofPatient,
  type Search,
  type SearchRules,
  timedBounds,
  uncapped,
  updatedAt,
  within,
} from "../rule.ts";

const onceFrom = (timed: boolean): DateRule => ({ values: 1, prefixes: ["ge", "gt"], timed });

/** What is ordered, given and injected. */
export const medicationRules: SearchRules = {
  MedicationRequest: {
    dates: { _lastUpdated: timedBounds, "-timing-boundsPeriod": anyTwo },
    page: { usual: 25, most: uncapped },
    check: (query) => (query.has("_id") && query.has("_count") ? "_count may not be provided with _id" : undefined),
    find: findRequests,
  },
  MedicationAdministration: {
    dates: { "effective-time": { ...anyTwo, timed: true } },
    find: findAdministrations,
  },
  MedicationDispense: { dates: { date: anyTwo, _lastUpdated: onceFrom(true) }, find: () => [] },
  Immunization: {
    oneOf: [["date", "_lastUpdated"]],
    dates: { date: anyTwo, _lastUpdated: onceFrom(false) },
    check: (query) => (listOf(query, "patient").length > 1 ? "patient must be a single id" : undefined),
    find: (search) =>
      newestFirst(ofPatient("Immunization", search), updatedAt).filter((entry) =>
        within(Date.parse((latest(entry) as fhir4.Immunization).occurrenceDateTime ?? ""), search.spans.get("date")),
      ),
  },
  NutritionOrder: { dates: { _lastUpdated: timedBounds }, find: () => [] },
};

function findRequests(search: Search): Entry[] {
  const statuses = listOf(search.query, "status");
  const intents = listOf(search.query, "intent");
  const found = ofPatient("MedicationRequest", search).filter((entry) => {
    const { status, intent, dosageInstruction } = latest(entry) as fhir4.MedicationRequest;
    const begins = Date.parse(dosageInstruction?.[0]?.timing?.repeat?.boundsPeriod?.start ?? "");
    return (
      (statuses.length === 0 || statuses.includes(status)) &&
      (intents.length === 0 || intents.includes(intent)) &&
      within(begins, search.spans.get("-timing-boundsPeriod"))
    );
  });
  return newestFirst(found, updatedAt);
}

/** There is no `_lastUpdated`: what is charted late, or put right later, is found by when it was given. */
function findAdministrations(search: Search): Entry[] {
  const statuses = listOf(search.query, "status");
  const performers = referencesOf(search.query, "performer", "Practitioner");
  const given = (entry: Entry) =>
    Date.parse((latest(entry) as fhir4.MedicationAdministration).effectivePeriod?.start ?? "");
  const found = ofPatient("MedicationAdministration", search).filter((entry) => {
    const { status, performer } = latest(entry) as fhir4.MedicationAdministration;
    const who = performer?.[0]?.actor.reference?.replace("Practitioner/", "") ?? "";
    return (
      within(given(entry), search.spans.get("effective-time")) &&
      (statuses.length === 0 || statuses.includes(status)) &&
      (performers.length === 0 || performers.includes(who))
    );
  });
  return newestFirst(found, given);
}
