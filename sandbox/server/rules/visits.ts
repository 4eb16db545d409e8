import type { Entry } from "../../hospital/store.ts";
import { first, listOf, matchesToken, type Query, referencesOf } from "../parameters.ts";
import { anyTwo, latest, newestFirst, ofPatient, type Search, type SearchRules, uncapped, within } from "../rule.ts";

export const visitRules: SearchRules = {
  Encounter: {
    needs: {
      status: ["patient"],
      _count: ["patient", "subject", "_id"],
      date: ["patient", "subject"],
      _lastUpdated: ["patient", "subject"],
    },
    oneOf: [
      ["patient", "subject", "account", "identifier"],
      ["date", "_lastUpdated"],
    ],
    dates: { date: { ...anyTwo, timed: true }, _lastUpdated: anyTwo },
    page: { usual: 10, most: uncapped },
    check: (query) =>
      listOf(query, "status").every((status) => ["planned", "in-progress", "finished", "cancelled"].includes(status))
        ? undefined
        : "status must be one of planned, in-progress, finished or cancelled",
    find: findEncounters,
  },
  Appointment: {
    oneOf: [
      ["patient", "practitioner", "location"],
      ["date", "-date-or-req-period"],
    ],
    dates: { date: anyTwo, "-date-or-req-period": anyTwo },
    page: { usual: 50, most: uncapped },
    check: (query) =>
      query.has("_id") || query.has("date") || query.has("-date-or-req-period")
        ? undefined
        : "date or -date-or-req-period must be provided with patient, practitioner or location",
    find: findAppointments,
  },
  Slot: {
    needs: { "schedule.actor": ["start"], "service-type": ["start"], "-location": ["start"] },
    dates: { start: { values: 2, prefixes: ["ge", "lt"], timed: false } },
    page: { usual: 50, most: 200 },
    check: slotProblem,
    find: findSlots,
  },
};

function findEncounters(search: Search): Entry[] {
  const { store, query } = search;
  const began = (entry: Entry) => {
    const { period, identifier } = latest(entry) as fhir4.Encounter;
    return Date.parse(period?.start ?? identifier?.[0]?.period?.start ?? "") || 0;
  };
  if (query.has("account")) return [];
  if (query.has("identifier"))
    return store.ofType("Encounter").filter((entry) =>
      matchesToken(
        listOf(query, "identifier"),
        ((latest(entry) as fhir4.Encounter).identifier ?? []).map(({ system, value }) => ({ system, code: value })),
      ),
    );
  const statuses = listOf(query, "status");
  // `date` is taken and then ignored: a known defect of Ignite.
  const entries = ofPatient("Encounter", search).filter(
    (entry) => statuses.length === 0 || statuses.includes((latest(entry) as fhir4.Encounter).status),
  );
  return newestFirst(entries, began);
}

function findAppointments({ store, query, spans }: Search): Entry[] {
  const span = spans.get("date") ?? spans.get("-date-or-req-period");
  const statuses = listOf(query, "status");
  const actors = [
    ...referencesOf(query, "patient", "Patient").map((id) => `Patient/${id}`),
    ...referencesOf(query, "practitioner", "Practitioner").map((id) => `Practitioner/${id}`),
    ...referencesOf(query, "location", "Location").map((id) => `Location/${id}`),
  ];
  const entries = new Set(actors.flatMap((actor) => [...store.referring("Appointment", actor)]));
  const timesOf = (entry: Entry): fhir4.Period => {
    const { start, end, requestedPeriod } = latest(entry) as fhir4.Appointment;
    // What is only wished for has no time but the one asked for.
    if (start !== undefined && end !== undefined) return { start, end };
    return query.has("-date-or-req-period") || query.has("_id") ? (requestedPeriod?.[0] ?? {}) : {};
  };
  const startOf = (entry: Entry) => Date.parse(timesOf(entry).start ?? "");
  return [...entries]
    .filter((entry) => {
      const { status } = latest(entry) as fhir4.Appointment;
      const { end = "" } = timesOf(entry);
      const isInside = within(startOf(entry), span) && Date.parse(end) <= (span?.until ?? Number.POSITIVE_INFINITY);
      return isInside && (statuses.length === 0 || statuses.includes(status));
    })
    .sort((a, b) => startOf(a) - startOf(b) || a.ordinal - b.ordinal);
}

function slotProblem(query: Query): string | undefined {
  if (query.has("_id")) return undefined;
  if (query.get("start")?.length !== 2) return "start must be a range of ge and lt";
  const count = Number(first(query, "_count") ?? 50);
  return count < 5 || count > 200 ? "_count must be between 5 and 200" : undefined;
}

/** Only free ones: what is taken or blocked is no longer there, but can be read. */
function findSlots({ store, query, spans }: Search): Entry[] {
  const services = listOf(query, "service-type");
  const clinics = referencesOf(query, "-location", "Location");
  const actors = referencesOf(query, "schedule.actor", "Practitioner");
  const startOf = (entry: Entry) => Date.parse((latest(entry) as fhir4.Slot).start);
  return store
    .ofType("Slot")
    .filter((entry) => {
      const { status, serviceType, extension, schedule } = latest(entry) as fhir4.Slot;
      const clinic = extension?.[0]?.valueReference?.reference?.replace("Location/", "") ?? "";
      const [actor = ""] = (schedule.reference ?? "").replace("Schedule/", "").split("-");
      return (
        status === "free" &&
        within(startOf(entry), spans.get("start")) &&
        (services.length === 0 || matchesToken(services, serviceType?.[0]?.coding ?? [])) &&
        (clinics.length === 0 || clinics.includes(clinic)) &&
        (actors.length === 0 || actors.includes(actor))
      );
    })
    .sort((a, b) => startOf(a) - startOf(b) || a.ordinal - b.ordinal);
}
