import type { Entry, Store } from "../hospital/store.ts";
import { type Answer, invalid, tooMany } from "./answers.ts";
import { type AdvertisedType, advertised } from "./capability.ts";
import { first, listOf, type Query, type Span, spanOf } from "./parameters.ts";
import type { SearchRule, SearchRules } from "./rule.ts";
import { chartRules } from "./rules/chart.ts";
import { financeRules } from "./rules/finance.ts";
import { medicationRules } from "./rules/medication.ts";
import { patientRules } from "./rules/patient.ts";
import { referenceRules } from "./rules/reference.ts";
import { resultRules } from "./rules/results.ts";
import { visitRules } from "./rules/visits.ts";

export const searchRules: SearchRules = {
  ...patientRules,
  ...visitRules,
  ...resultRules,
  ...chartRules,
  ...medicationRules,
  ...financeRules,
  ...referenceRules,
};

export interface Found {
  entries: Entry[];
  /** Absent where the type does not page. */
  pageSize?: number;
}

/** Runs a search, or says why Ignite would not. */
export function search(type: string, query: Query, store: Store): Found | Answer {
  const offered = advertised.get(type);
  if (!offered) return invalid("not a searchable resource type");
  const rule: SearchRule = searchRules[type] ?? { find: () => [] };
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
