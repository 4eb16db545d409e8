import type { Entry, Resource, Store } from "../hospital/store.ts";
import { type Answer, invalid, tooMany } from "./answers.ts";
import { type AdvertisedType, advertised } from "./capability.ts";
import {
  type DateRule,
  everyPrefix,
  first,
  listOf,
  matchesToken,
  type Query,
  referencesOf,
  type Span,
  spanOf,
} from "./parameters.ts";

/** What Ignite takes and gives for one resource type, beyond what it advertises. */
export interface SearchRule {
  /** Parameters that say nothing without one of those beside them. */
  needs?: Readonly<Record<string, readonly string[]>>;
  /** Parameters of which only one may be there. */
  oneOf?: readonly (readonly string[])[];
  dates?: Readonly<Record<string, DateRule>>;
  /** Entries on a page; `most` where Ignite caps it. Without it all come on one page. */
  page?: { usual: number; most: number };
  check?(query: Query, store: Store): string | undefined;
  /** The entries, in the order in which Ignite gives them. */
  find(search: Search): Entry[];
  /** More matches than this are refused. */
  matchesAtMost?: number;
}

export interface Search {
  store: Store;
  query: Query;
  /** The checked date parameters. */
  spans: ReadonlyMap<string, Span>;
}

const uncapped = 1000;
const anyTwo: DateRule = { values: 2, prefixes: everyPrefix, timed: false };
const timedBounds: DateRule = { values: 2, prefixes: ["ge", "le"], timed: true };

export const searchRules: Readonly<Record<string, SearchRule>> = {
  Patient: {
    needs: {
      given: ["family"],
      gender: ["identifier", "name", "family", "birthdate", "phone", "email", "address-postalcode"],
    },
    dates: { birthdate: anyTwo },
    page: { usual: 20, most: uncapped },
    matchesAtMost: 1000,
    find: findPatients,
  },
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
  Location: {
    needs: {
      "address-city": ["address-state", "address-postalcode"],
      name: ["-physicalType", "type", "address", "identifier"],
      organization: ["-physicalType", "type", "address", "identifier"],
    },
    page: { usual: 100, most: 100 },
    find: findLocations,
  },
  Practitioner: {
    needs: { given: ["family"] },
    page: { usual: 50, most: uncapped },
    check: (query) => ((first(query, "name") ?? "  ").length < 2 ? "name must have at least 2 characters" : undefined),
    find: findPractitioners,
  },
  Organization: { page: { usual: 100, most: uncapped }, find: findOrganizations },

  // The hospital has none of these yet; what is wrong with a search is told all the same.
  AllergyIntolerance: { dates: { _lastUpdated: anyTwo }, find: nothing },
  Condition: { oneOf: [["patient", "subject"]], dates: { _lastUpdated: anyTwo }, find: nothing },
  DocumentReference: {
    oneOf: [["date", "period", "_lastUpdated"]],
    dates: { date: anyTwo, period: anyTwo, _lastUpdated: anyTwo },
    page: { usual: 10, most: 100 },
    find: nothing,
  },
  Immunization: {
    oneOf: [["date", "_lastUpdated"]],
    dates: { date: anyTwo, _lastUpdated: { values: 1, prefixes: ["ge", "gt"], timed: false } },
    find: nothing,
  },
  MedicationAdministration: { dates: { "effective-time": { ...anyTwo, timed: true } }, find: nothing },
  MedicationDispense: {
    dates: { date: anyTwo, _lastUpdated: { values: 1, prefixes: ["ge", "gt"], timed: true } },
    find: nothing,
  },
  MedicationRequest: { dates: { _lastUpdated: timedBounds, "-timing-boundsPeriod": anyTwo }, find: nothing },
  NutritionOrder: { dates: { _lastUpdated: timedBounds }, find: nothing },
  Procedure: {
    oneOf: [
      ["patient", "subject"],
      ["date", "_lastUpdated"],
    ],
    dates: { date: anyTwo, _lastUpdated: anyTwo },
    find: nothing,
  },
};

function nothing(): Entry[] {
  return [];
}

export interface Found {
  entries: Entry[];
  /** Absent where the type does not page. */
  pageSize?: number;
}

/** Runs a search, or says why Ignite would not. */
export function search(type: string, query: Query, store: Store): Found | Answer {
  const offered = advertised.get(type);
  if (!offered) return invalid("not a searchable resource type");
  const rule = searchRules[type] ?? { find: nothing };
  const problem =
    unsupportedParameter(offered, query) ??
    repeatedParameter(query, rule) ??
    missingParameter(offered, query, rule.page !== undefined) ??
    companyProblem(query, rule) ??
    countProblem(query);
  if (problem) return invalid(problem);

  const spans = new Map<string, Span>();
  for (const [name, dateRule] of Object.entries(rule.dates ?? {})) {
    const values = query.get(name);
    if (!values) continue;
    const span = spanOf(name, values, dateRule);
    if ("problem" in span) return invalid(span.problem);
    spans.set(name, span);
  }
  const ids = listOf(query, "_id");
  const special = rule.check?.(query, store);
  if (special) return invalid(special);

  if (ids.length > 0) return { entries: byIds(type, ids, store).filter(isShown) };
  const entries = rule.find({ store, query, spans }).filter(isShown);
  if (rule.matchesAtMost !== undefined && entries.length > rule.matchesAtMost) return tooMany();
  return rule.page ? { entries, pageSize: pageSizeOf(query, rule.page) } : { entries };
}

function unsupportedParameter({ parameters, provenance }: AdvertisedType, query: Query): string | undefined {
  for (const [name, values] of query) {
    if (name === "_revinclude" && provenance) {
      if (values.length !== 1 || values[0] !== "Provenance:target")
        return "_revinclude must be Provenance:target, once";
    } else if (!Object.hasOwn(parameters, name)) return `${name} is not a supported search parameter`;
  }
  return undefined;
}

function repeatedParameter(query: Query, { dates = {} }: SearchRule): string | undefined {
  for (const [name, values] of query)
    if (values.length > 1 && !Object.hasOwn(dates, name)) return `${name} may be provided only once`;
  return undefined;
}

function missingParameter({ requires }: AdvertisedType, query: Query, isPaged: boolean): string | undefined {
  for (const [name, values] of query) if (values.some((value) => value === "")) return `${name} must have a value`;
  if (requires.length === 0 || requires.some((name) => query.has(name))) return undefined;
  const list = new Intl.ListFormat("en", { type: "disjunction" });
  return `at least one of ${list.format(isPaged ? [...requires, "-pageContext"] : requires)} must be provided`;
}

function companyProblem(query: Query, { needs = {}, oneOf = [] }: SearchRule): string | undefined {
  if (query.has("_id"))
    for (const name of query.keys())
      if (!["_id", "_count", "_revinclude"].includes(name)) return `${name} may not be provided with _id`;
  for (const [name, companions] of Object.entries(needs))
    if (query.has(name) && !companions.some((companion) => query.has(companion)))
      return `${name} must be provided with ${companions.join(" or ")}`;
  for (const rivals of oneOf) {
    const present = rivals.filter((name) => query.has(name));
    if (present.length > 1) return `only one of ${rivals.join(", ")} may be provided`;
  }
  return undefined;
}

function countProblem(query: Query): string | undefined {
  const count = first(query, "_count");
  return count === undefined || /^[1-9]\d{0,5}$/.test(count) ? undefined : "_count must be a positive integer";
}

function pageSizeOf(query: Query, { usual, most }: { usual: number; most: number }): number {
  return Math.min(most, Number(first(query, "_count") ?? usual));
}

// --- what is found

export const present = (entry: Entry): Resource | undefined => {
  const version = entry.versions.at(-1);
  return version && !version.suppressed ? version.resource : undefined;
};
const updatedAt = (entry: Entry): number => entry.versions.at(-1)?.updatedAt ?? 0;
const subjectOf = (entry: Entry | undefined): string | undefined =>
  (entry?.versions.at(-1)?.resource as { subject?: fhir4.Reference } | undefined)?.subject?.reference;

/** A combined record is never found, only read; what security hides is neither. */
const isShown = (entry: Entry): boolean => {
  const resource = entry.versions.at(-1)?.resource;
  const isCombined =
    (resource?.resourceType === "Patient" && resource.link?.some((link) => link.type === "replaced-by")) ||
    (resource?.resourceType === "Encounter" && resource.status === "unknown" && resource.partOf !== undefined);
  return !entry.hidden && !isCombined;
};

function byIds(type: string, ids: readonly string[], store: Store): Entry[] {
  return [...new Set(ids)].flatMap((id) => store.entry(`${type}/${id}`) ?? []);
}

function newestFirst(entries: Entry[], time: (entry: Entry) => number): Entry[] {
  return entries.toSorted((a, b) => time(b) - time(a) || b.ordinal - a.ordinal);
}

const within = (at: number, span: Span | undefined): boolean => !span || (at >= span.from && at < span.until);

/** The entries of the patient or subject, those updated in the span asked for. */
function ofPatient(type: string, { store, query, spans }: Search): Entry[] {
  const [patient = ""] = [...referencesOf(query, "patient", "Patient"), ...referencesOf(query, "subject", "Patient")];
  const span = spans.get("_lastUpdated");
  return [...store.referring(type, `Patient/${patient}`)].filter((entry) => within(updatedAt(entry), span));
}

type Coded = { code?: fhir4.CodeableConcept; category?: fhir4.CodeableConcept[] };

function filterByCode(entries: Entry[], { query }: Search): Entry[] {
  const codes = listOf(query, "code");
  if (codes.length === 0) return entries;
  return entries.filter((entry) => matchesToken(codes, (latest(entry) as Coded).code?.coding ?? []));
}

function filterByCategory(entries: Entry[], { query }: Search): Entry[] {
  const categories = listOf(query, "category");
  if (categories.length === 0) return entries;
  return entries.filter((entry) =>
    matchesToken(
      categories,
      ((latest(entry) as Coded).category ?? []).flatMap((concept) => concept.coding ?? []),
    ),
  );
}

/** The latest content, suppressed or not. */
const latest = (entry: Entry): Resource | undefined => entry.versions.at(-1)?.resource;

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
  const startOf = (entry: Entry) => Date.parse((latest(entry) as fhir4.Appointment).start ?? "");
  return [...entries]
    .filter((entry) => {
      const { status, end = "" } = latest(entry) as fhir4.Appointment;
      const isInside = within(startOf(entry), span) && Date.parse(end) <= (span?.until ?? Number.POSITIVE_INFINITY);
      return isInside && (statuses.length === 0 || statuses.includes(status));
    })
    .sort((a, b) => startOf(a) - startOf(b) || a.ordinal - b.ordinal);
}

const holds = (text: string | undefined, part: string | undefined): boolean =>
  part === undefined || (text ?? "").toLowerCase().includes(part.toLowerCase());
const begins = (texts: readonly (string | undefined)[], start: string | undefined): boolean =>
  start === undefined || texts.some((text) => (text ?? "").toLowerCase().startsWith(start.toLowerCase()));

function namesMatch(names: readonly fhir4.HumanName[] = [], query: Query): boolean {
  const families = names.map((name) => name.family);
  const givens = names.flatMap((name) => name.given ?? []);
  return (
    begins(families, first(query, "family")) &&
    begins(givens, first(query, "given")) &&
    begins([...families, ...givens, ...names.map((name) => name.text)], first(query, "name"))
  );
}

function identifiersMatch(identifiers: readonly fhir4.Identifier[] = [], query: Query): boolean {
  const wanted = listOf(query, "identifier");
  if (wanted.length === 0) return true;
  return matchesToken(
    wanted,
    identifiers.map(({ system, value }) => ({ system, code: value })),
  );
}

function findPatients({ store, query, spans }: Search): Entry[] {
  const digits = (text: string | undefined) => text?.replace(/\D/g, "");
  return store.ofType("Patient").filter((entry) => {
    const patient = latest(entry) as fhir4.Patient;
    const values = (system: string) =>
      (patient.telecom ?? []).filter((each) => each.system === system).map((each) => each.value);
    return (
      identifiersMatch(patient.identifier, query) &&
      namesMatch(patient.name, query) &&
      within(Date.parse(patient.birthDate ?? ""), spans.get("birthdate")) &&
      begins(values("phone"), digits(first(query, "phone"))) &&
      begins(values("email"), first(query, "email")) &&
      begins(
        (patient.address ?? []).map((each) => each.postalCode),
        first(query, "address-postalcode"),
      ) &&
      (!query.has("gender") || patient.gender === first(query, "gender"))
    );
  });
}

function findLocations({ store, query }: Search): Entry[] {
  const types = [...listOf(query, "-physicalType"), ...listOf(query, "type")];
  return store.ofType("Location").filter((entry) => {
    const location = latest(entry) as fhir4.Location;
    return (
      (types.length === 0 || matchesToken(types, location.physicalType?.coding ?? [])) &&
      holds(location.name, first(query, "name")) &&
      holds(location.address?.text, first(query, "address")) &&
      holds(location.address?.city, first(query, "address-city")) &&
      holds(location.address?.state, first(query, "address-state")) &&
      holds(location.address?.postalCode, first(query, "address-postalcode")) &&
      holds(location.managingOrganization?.reference, first(query, "organization")) &&
      identifiersMatch(location.identifier, query)
    );
  });
}

function findPractitioners({ store, query }: Search): Entry[] {
  return store.ofType("Practitioner").filter((entry) => {
    const practitioner = latest(entry) as fhir4.Practitioner;
    const active = first(query, "active");
    return (
      namesMatch(practitioner.name, query) &&
      identifiersMatch(practitioner.identifier, query) &&
      (active === undefined || String(practitioner.active) === active)
    );
  });
}

function findOrganizations({ store, query }: Search): Entry[] {
  return store.ofType("Organization").filter((entry) => {
    const organization = latest(entry) as fhir4.Organization;
    const types = (organization.type ?? []).flatMap((concept) => concept.coding ?? []);
    return (
      holds(organization.name, first(query, "name")) &&
      holds(organization.address?.[0]?.line?.join(" "), first(query, "address")) &&
      identifiersMatch(organization.identifier, query) &&
      (!query.has("type") || matchesToken(listOf(query, "type"), types))
    );
  });
}
