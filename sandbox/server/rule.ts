import type { Entry, Resource, Store } from "../hospital/store.ts";
import {
  type DateRule,
  everyPrefix,
  first,
  listOf,
  matchesToken,
  type Query,
  referencesOf,
  type Span,
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

export type SearchRules = Readonly<Record<string, SearchRule>>;

export interface Search {
  store: Store;
  query: Query;
  /** The checked date parameters. */
  spans: ReadonlyMap<string, Span>;
}

/** Where Ignite caps a page nowhere that anybody has seen. */
export const uncapped = 1000;
export const anyTwo: DateRule = { values: 2, prefixes: everyPrefix, timed: false };
export const timedBounds: DateRule = { values: 2, prefixes: ["ge", "le"], timed: true };

/** The latest content, suppressed or not. */
export const latest = (entry: Entry): Resource | undefined => entry.versions.at(-1)?.resource;
export const updatedAt = (entry: Entry): number => entry.versions.at(-1)?.updatedAt ?? 0;
export const subjectOf = (entry: Entry | undefined): string | undefined =>
  (entry?.versions.at(-1)?.resource as { subject?: fhir4.Reference } | undefined)?.subject?.reference;

export function newestFirst(entries: Entry[], time: (entry: Entry) => number): Entry[] {
  return entries.toSorted((a, b) => time(b) - time(a) || b.ordinal - a.ordinal);
}

export const within = (at: number, span: Span | undefined): boolean => !span || (at >= span.from && at < span.until);

/** The entries of the patient or subject, those updated in the span asked for. */
export function ofPatient(type: string, { store, query, spans }: Search): Entry[] {
  const [patient = ""] = [...referencesOf(query, "patient", "Patient"), ...referencesOf(query, "subject", "Patient")];
  const span = spans.get("_lastUpdated");
  return [...store.referring(type, `Patient/${patient}`)].filter((entry) => within(updatedAt(entry), span));
}

type Coded = { code?: fhir4.CodeableConcept; category?: fhir4.CodeableConcept[] };

export function filterByCode(entries: Entry[], { query }: Search): Entry[] {
  const codes = listOf(query, "code");
  if (codes.length === 0) return entries;
  return entries.filter((entry) => matchesToken(codes, (latest(entry) as Coded).code?.coding ?? []));
}

export function filterByCategory(entries: Entry[], { query }: Search): Entry[] {
  const categories = listOf(query, "category");
  if (categories.length === 0) return entries;
  return entries.filter((entry) =>
    matchesToken(
      categories,
      ((latest(entry) as Coded).category ?? []).flatMap((concept) => concept.coding ?? []),
    ),
  );
}

export const holds = (text: string | undefined, part: string | undefined): boolean =>
  part === undefined || (text ?? "").toLowerCase().includes(part.toLowerCase());
export const begins = (texts: readonly (string | undefined)[], start: string | undefined): boolean =>
  start === undefined || texts.some((text) => (text ?? "").toLowerCase().startsWith(start.toLowerCase()));

export function namesMatch(names: readonly fhir4.HumanName[] = [], query: Query): boolean {
  const families = names.map((name) => name.family);
  const givens = names.flatMap((name) => name.given ?? []);
  return (
    begins(families, first(query, "family")) &&
    begins(givens, first(query, "given")) &&
    begins([...families, ...givens, ...names.map((name) => name.text)], first(query, "name"))
  );
}

export function identifiersMatch(identifiers: readonly fhir4.Identifier[] = [], query: Query): boolean {
  const wanted = listOf(query, "identifier");
  if (wanted.length === 0) return true;
  return matchesToken(
    wanted,
    identifiers.map(({ system, value }) => ({ system, code: value })),
  );
}
