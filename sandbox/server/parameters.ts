/** The query of a search, by name; a modifier (`subject:Patient`) is put aside. */
export type Query = ReadonlyMap<string, readonly string[]>;

/** A half-open span of time, in epoch milliseconds. */
export interface Span {
  from: number;
  until: number;
}

export type Prefix = "eq" | "ge" | "gt" | "le" | "lt";

export interface DateRule {
  /** How many values at the most. */
  values: 1 | 2;
  prefixes: readonly Prefix[];
  /** A date alone does not do. */
  timed: boolean;
}

export const everyPrefix: readonly Prefix[] = ["eq", "ge", "gt", "le", "lt"];

export function queryOf(search: URLSearchParams): Query {
  const query = new Map<string, string[]>();
  for (const [name, value] of search) {
    const bare = name.split(":")[0] ?? name;
    query.set(bare, [...(query.get(bare) ?? []), value]);
  }
  return query;
}

export const first = (query: Query, name: string): string | undefined => query.get(name)?.[0];

/** A comma list, without empty members. */
export function listOf(query: Query, name: string): string[] {
  return (first(query, name) ?? "").split(",").filter(Boolean);
}

/** Ids of references of that type, with or without the type in front. */
export function referencesOf(query: Query, name: string, type: string): string[] {
  return listOf(query, name).map((value) => (value.startsWith(`${type}/`) ? value.slice(type.length + 1) : value));
}

const dateValue =
  /^([a-z]{2})?(\d{4}(?:-\d{2}(?:-\d{2}(?:T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?(?:Z|[+-]\d{2}:\d{2}))?)?)?)$/;

/** The span that one or two date values mean, or what is wrong with them. */
export function spanOf(name: string, values: readonly string[], rule: DateRule): Span | { problem: string } {
  if (values.length > rule.values) return { problem: `${name} may be given at most ${rule.values} time(s)` };
  let span: Span = { from: Number.NEGATIVE_INFINITY, until: Number.POSITIVE_INFINITY };
  const sides = new Set<"lower" | "upper" | "both">();
  for (const value of values) {
    const [, prefix = "eq", text = ""] = dateValue.exec(value) ?? [];
    const moment = momentOf(text);
    if (!moment) return { problem: `${name} is not a valid date` };
    if (rule.timed && !text.includes("T")) return { problem: `${name} must have a time component` };
    if (!isPrefix(prefix) || !rule.prefixes.includes(prefix)) return { problem: `${name} has an unsupported prefix` };
    const bound = bounds[prefix](moment);
    span = { from: Math.max(span.from, bound.from), until: Math.min(span.until, bound.until) };
    sides.add(bound.side);
  }
  if (values.length === 2 && !(sides.has("lower") && sides.has("upper")))
    return { problem: `${name} must form a closed range` };
  return span;
}

const bounds: Record<Prefix, (moment: Span) => Span & { side: "lower" | "upper" | "both" }> = {
  eq: ({ from, until }) => ({ from, until, side: "both" }),
  ge: ({ from }) => ({ from, until: Number.POSITIVE_INFINITY, side: "lower" }),
  gt: ({ until }) => ({ from: until, until: Number.POSITIVE_INFINITY, side: "lower" }),
  le: ({ until }) => ({ from: Number.NEGATIVE_INFINITY, until, side: "upper" }),
  lt: ({ from }) => ({ from: Number.NEGATIVE_INFINITY, until: from, side: "upper" }),
};

function isPrefix(text: string): text is Prefix {
  return Object.hasOwn(bounds, text);
}

/** From the first to just after the last instant that the text may mean. */
function momentOf(text: string): Span | undefined {
  const from = Date.parse(text.length === 4 ? `${text}-01-01` : text);
  return text === "" || Number.isNaN(from) ? undefined : { from, until: endOf(text, new Date(from)) };
}

function endOf(text: string, from: Date): number {
  if (text.length === 4) return Date.UTC(from.getUTCFullYear() + 1, 0);
  if (text.length === 7) return Date.UTC(from.getUTCFullYear(), from.getUTCMonth() + 1);
  if (!text.includes("T")) return from.getTime() + 86_400_000;
  if (/\.\d/.test(text)) return from.getTime() + 1;
  return from.getTime() + (/T\d{2}:\d{2}:\d{2}/.test(text) ? 1000 : 60_000);
}

/** Whether a token parameter (`code`, `system|code`, `system|`) names one of the codings or identifiers. */
export function matchesToken(
  wanted: readonly string[],
  present: readonly { system?: string | undefined; code?: string | undefined }[],
): boolean {
  return wanted.some((token) => {
    const bar = token.indexOf("|");
    const [system, code] = bar < 0 ? [undefined, token] : [token.slice(0, bar), token.slice(bar + 1)];
    return present.some(
      (each) => (system === undefined || system === (each.system ?? "")) && (code === "" || code === each.code),
    );
  });
}
