/**
 * Whether what a client system was told agrees with what happened. A thing (a visit, a patient record, an appointment,
 * a report) has facets (the bed, the status, the name); each facet took a sequence of values in the hospital, and each
 * message tells some of them.
 */
export interface Thing {
  /** `Encounter/97845` */
  readonly key: string;
  /** By facet: the values that it had, oldest first, no two in a row the same. */
  readonly facets: Readonly<Record<string, readonly string[]>>;
  /**
   * Whether its last state has to have been told: `always`, or only where anything about it was told before (as the
   * cancellation of what nobody had heard of is not told).
   */
  readonly due: "always" | "if-told" | "never";
}

/** What one message says about one thing. */
export interface Telling {
  /** Place of the message in the order of receipt. */
  readonly message: number;
  readonly key: string;
  readonly facets: Readonly<Record<string, string>>;
}

export interface Verdict {
  /** Things whose last state was not told, or of which something was told that never was. */
  readonly lost: readonly Finding[];
  /** Messages that take a thing back to an earlier state than the one told before. */
  readonly outOfOrder: readonly Finding[];
}

export interface Finding {
  readonly key: string;
  readonly facet: string;
  readonly why: "not-told" | "never-was" | "earlier-state";
  readonly message?: number | undefined;
  readonly told?: string | undefined;
  readonly expected?: string | undefined;
}

/** Holds the tellings, in order of receipt, against the things that they are about. Tellings of other things are left out. */
export function check(things: readonly Thing[], tellings: readonly Telling[]): Verdict {
  const byThing = Map.groupBy(tellings, ({ key }) => key);
  const findings = things.flatMap((thing) => checkThing(thing, byThing.get(thing.key) ?? []));
  return {
    lost: firstOfEach(
      findings.filter(({ why }) => why !== "earlier-state"),
      ({ key }) => key,
    ),
    outOfOrder: firstOfEach(
      findings.filter(({ why }) => why === "earlier-state"),
      ({ message }) => message,
    ),
  };
}

function firstOfEach(findings: readonly Finding[], of: (finding: Finding) => unknown): Finding[] {
  return [...new Map(findings.toReversed().map((finding) => [of(finding), finding])).values()].reverse();
}

function checkThing(thing: Thing, tellings: readonly Telling[]): Finding[] {
  const due = thing.due === "always" || (thing.due === "if-told" && tellings.length > 0);
  return Object.entries(thing.facets).flatMap(([facet, values]) =>
    checkFacet(
      { key: thing.key, facet },
      values,
      tellings.flatMap(({ message, facets }) =>
        facets[facet] === undefined ? [] : [{ message, told: facets[facet] }],
      ),
      due,
    ),
  );
}

function checkFacet(
  about: Pick<Finding, "key" | "facet">,
  values: readonly string[],
  tellings: readonly { message: number; told: string }[],
  due: boolean,
): Finding[] {
  const findings: Finding[] = [];
  let reached = 0;
  for (const { message, told } of tellings) {
    // The earliest place that fits: whatever comes in order finds a place, even where a value came twice.
    const place = values.indexOf(told, reached);
    if (place >= 0) reached = place;
    else findings.push({ ...about, why: values.includes(told) ? "earlier-state" : "never-was", message, told });
  }
  const expected = values.at(-1);
  const last = tellings.at(-1)?.told;
  if (due && expected !== undefined && last !== expected)
    findings.push({ ...about, why: "not-told", told: last, expected });
  return findings;
}

/** Consecutive repeats told once. */
export function withoutRepeats(values: readonly string[]): string[] {
  return values.filter((value, index) => index === 0 || value !== values[index - 1]);
}
