import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { BridgeError } from "../../../shared/errors.ts";
import type { Trigger } from "../../../shared/events/event.ts";
import type { Resource } from "../../../shared/fhir.ts";
import { hl7Versions } from "../../../shared/hl7/dictionary/contents.ts";
import { triggerFormOf } from "../../../shared/hl7/dictionary/triggers.ts";
import { renderMessage } from "../../../shared/hl7/render.ts";
import { fixtureRequest, renderableTriggers } from "../../interop/fixtures.ts";
import { linesOf, render } from "../support/bridge.ts";
import {
  chestFilm,
  clinic,
  givenTablet,
  infusion,
  labOrder,
  ordered,
  summary,
  summaryFile,
  tablets,
  vaccination,
} from "../support/clinical.ts";
import { runs } from "../support/runs.ts";

const context = [...ordered, clinic, summaryFile];

const told: readonly (readonly [Trigger, Resource, type: string])[] = [
  ["ORM^O01", labOrder, "order.placed"],
  ["ORM^O01", infusion, "order.changed"],
  ["OML^O21", labOrder, "order.placed"],
  ["OMG^O19", chestFilm, "order.placed"],
  ["OMP^O09", tablets, "order.placed"],
  ["RDE^O11", infusion, "order.placed"],
  ["RAS^O17", givenTablet, "administration.recorded"],
  ["VXU^V04", vaccination, "immunization.given"],
  ["MDM^T02", summary, "document.created"],
];

/** The places of all elements of a resource. */
function placesIn(value: unknown, above: readonly (string | number)[] = []): (readonly (string | number)[])[] {
  if (typeof value !== "object" || value === null) return [above];
  const entries = Array.isArray(value) ? [...value.entries()] : Object.entries(value);
  return [above, ...entries.flatMap(([key, each]) => placesIn(each, [...above, key]))];
}

function replaced(value: unknown, [key, ...rest]: readonly (string | number)[], by: unknown): unknown {
  if (key === undefined) return by;
  if (Array.isArray(value)) return value.map((each, index) => (index === key ? replaced(each, rest, by) : each));
  const record = value as Readonly<Record<string, unknown>>;
  return { ...record, [key]: replaced(record[key], rest, by) };
}

/** What tells which resource this is. */
const kept = new Set(["resourceType", "id"]);

const odd = fc.oneof(
  fc.constantFrom<unknown>(undefined, null, "", " ", '""', 0, -1, 1e21, true, [], {}, [null], [{}], { coding: "x" }),
  fc.constantFrom("a|b^c~d&e\\f", "line\r\nMSH|x", "\u000b\u001c", "2026-13-45", "Patient/1", "#mix"),
  fc.string({ unit: "grapheme", maxLength: 20 }),
);

describe("whatever stands in one place of a resource", () => {
  it.each(told)("%s is a message, or an error that can be named", (trigger, resource, type) => {
    const places = placesIn(resource).filter(([first]) => first !== undefined && first !== "resourceType");
    fc.assert(
      fc.property(fc.constantFrom(...places), odd, (place, value) => {
        const broken = JSON.parse(JSON.stringify(replaced(resource, place, value))) as Resource;
        let er7: string;
        try {
          ({ er7 } = render(trigger, broken, context, { type }));
        } catch (error) {
          if (!(error instanceof BridgeError)) throw error;
          expect(error.code).toBe("ERR_UNRENDERABLE");
          return;
        }
        for (const line of linesOf({ er7 })) expect(line).toMatch(/^[A-Z][A-Z0-9]{2}\|\P{Cc}*$/u);
        expect(linesOf({ er7 }).filter((line) => line.startsWith("MSH|"))).toHaveLength(1);
      }),
      runs(400),
    );
  });
});

/** The same for every message in any version: what the event is about, or something that came along. */
describe("whatever stands in any place of what a message is made from", () => {
  it.each(renderableTriggers)("%s is a message, or an error that can be named", (trigger) => {
    const versions = hl7Versions.filter((each) => triggerFormOf(trigger, each) !== undefined);
    fc.assert(
      fc.property(
        fc.constantFrom(...versions),
        fc.array(fc.tuple(fc.nat(), odd), { minLength: 1, maxLength: 3 }),
        (version, changes) => {
          const request = fixtureRequest(trigger, version);
          let { after, context } = { after: request.event.after, context: request.context };
          for (const [at, value] of changes) {
            const all = { after, context };
            const places = placesIn(all).filter(
              (place) => place.length > (place[0] === "after" ? 1 : 2) && !kept.has(String(place.at(-1))),
            );
            const broken = replaced(all, places[at % places.length] ?? [], value);
            ({ after, context } = JSON.parse(JSON.stringify(broken)) as typeof all);
          }
          let er7: string;
          try {
            ({ er7 } = renderMessage({ ...request, event: { ...request.event, after }, context }));
          } catch (error) {
            if (!(error instanceof BridgeError)) throw error;
            expect(error.code).toBe("ERR_UNRENDERABLE");
            expect(typeof error.details["field"]).toBe("string");
            return;
          }
          for (const line of linesOf({ er7 })) expect(line).toMatch(/^[A-Z][A-Z0-9]{2}\|\P{Cc}*$/u);
          expect(linesOf({ er7 }).filter((line) => line.startsWith("MSH|"))).toHaveLength(1);
        },
      ),
      runs(15),
    );
  });
});
