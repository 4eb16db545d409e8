import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { BridgeError } from "../../shared/errors.ts";
import type { Resource } from "../../shared/fhir.ts";
import { renderMessage } from "../../shared/hl7/render.ts";
import { runs } from "./support/runs.ts";
import { chartRequest, chartTriggers, fullChart } from "./support/tellings.ts";

/** Elements that FHIR requires: without them a resource would be none. */
const required = new Set(["resourceType", "status", "url", "participant"]);

/** What a source may do to a resource without breaking FHIR: leave any element out, or write any text into one. */
interface Oddity {
  readonly at: number;
  readonly text: string | undefined;
}

const oddities: fc.Arbitrary<readonly Oddity[]> = fc.array(
  fc.record({
    at: fc.nat(10_000),
    text: fc.option(
      fc.oneof(fc.string({ unit: "grapheme", minLength: 1 }), fc.constantFrom("|^~\\&", "#x", "Patient/1")),
      {
        nil: undefined,
      },
    ),
  }),
  { minLength: 1, maxLength: 8 },
);

interface Place {
  readonly owner: Record<string, unknown> | unknown[];
  readonly key: string;
}

function placesIn(node: unknown, found: Place[] = []): Place[] {
  if (typeof node !== "object" || node === null) return found;
  for (const [key, value] of Object.entries(node)) {
    if (!required.has(key)) found.push({ owner: node as Record<string, unknown>, key });
    placesIn(value, found);
  }
  return found;
}

/** Times, codes and references stay of their type: FHIR says what form they have. */
const formed =
  /^(?:id|code|system|reference|start|end|.*Date|.*DateTime|.*Time|lastUpdated|birthDate|active|use|type|.*Status|daysOfWeek)$/;

function changed<Value>(value: Value, changes: readonly Oddity[]): Value {
  const copy = structuredClone(value);
  for (const { at, text } of changes) {
    const places = placesIn(copy);
    const place = places[at % places.length];
    if (place === undefined) continue;
    const { owner, key } = place;
    const old = (owner as Record<string, unknown>)[key];
    if (text !== undefined && typeof old === "string" && !formed.test(key) && !Array.isArray(owner))
      (owner as Record<string, unknown>)[key] = text;
    else if (Array.isArray(owner)) owner.splice(Number(key), 1);
    else delete owner[key];
  }
  return copy;
}

/** One of each kind of JSON, and lists of it. */
const oddValues: readonly unknown[] = ["x", 5, true, null, {}, { a: 1 }, [], ["x"], [5], [null], [{}], [[{}]]];

describe("rendering a chart is total", () => {
  it.each(chartTriggers)("%s tells what it can of any of it, or names the field that it lacks", (trigger) => {
    fc.assert(
      fc.property(oddities, oddities, (ofFocus, ofChart) => {
        const request = chartRequest(trigger, "2.5.1", changed(fullChart, ofChart) as readonly Resource[]);
        const event = { ...request.event, after: changed(request.event.after, ofFocus) };
        let told: ReturnType<typeof renderMessage>;
        try {
          told = renderMessage({ ...request, event });
        } catch (error) {
          if (!(error instanceof BridgeError)) throw error;
          expect(error.code).toBe("ERR_UNRENDERABLE");
          expect(error.details["field"]).toMatch(/^[A-Z][A-Z0-9]{2}-\d+$/);
          return;
        }
        expect(told.workList.map(({ reason }) => reason)).not.toContain("unreadable-element");
        for (const line of told.er7.split("\r").slice(0, -1)) expect(line).toMatch(/^[A-Z][A-Z0-9]{2}\|\P{Cc}*$/u);
      }),
      runs(40),
    );
  });

  it.each(chartTriggers)(
    "%s is made, or says what it lacks, whatever stands in one place of its resource",
    (trigger) => {
      const request = chartRequest(trigger, "2.5.1", fullChart);
      const { after } = request.event;
      for (const name of Object.keys(after).filter((each) => each !== "resourceType" && each !== "id"))
        for (const value of oddValues) {
          const event = { ...request.event, after: { ...after, [name]: value } as Resource };
          try {
            expect(renderMessage({ ...request, event }).er7).toMatch(/^MSH\|/);
          } catch (error) {
            expect(error, `${name}: ${JSON.stringify(value)}`).toMatchObject({ code: "ERR_UNRENDERABLE" });
          }
        }
    },
  );
});
