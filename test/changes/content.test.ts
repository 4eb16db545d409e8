import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { contentHash } from "../../shared/changes/content.ts";
import type { Resource } from "../../shared/fhir.ts";
import { parseJson } from "../../shared/json.ts";
import { appointment, encounter, observation, patient, report } from "./support/people.ts";

const base = patient("1", 1, "2026-11-23T10:00:00.000Z", {
  identifier: [
    { system: "urn:oid:1.2", value: "A" },
    { system: "urn:oid:1.3", value: "B" },
  ],
  name: [{ family: "Peters", given: ["Tim", "James"] }],
});

function same(a: Resource, b: Resource): boolean {
  return contentHash(a) === contentHash(b);
}

describe("says the same", () => {
  test("another version without a visible change", () => {
    expect(same(base, { ...base, meta: { versionId: "2", lastUpdated: "2026-11-23T11:00:00Z" } })).toBe(true);
  });

  test("another narrative", () => {
    const text = { status: "generated", div: "<div>Peters</div>" } as const;
    expect(same(base, { ...base, text })).toBe(true);
  });

  test("another order of properties, identifiers and codings", () => {
    const { identifier = [], ...rest } = base;
    expect(same(base, { identifier: identifier.toReversed(), ...rest })).toBe(true);
  });

  test("another order of results or participants: the same entries are no news", () => {
    const holding = (...ids: string[]) => report("500", "2026-11-23T10:00:00Z", ids);
    expect(same(holding("L-1", "L-2"), holding("L-2", "L-1"))).toBe(true);
    expect(same(holding("L-1", "L-2"), holding("L-1", "L-3"))).toBe(false);
  });

  test("other ids of elements, and another display of what is referred to", () => {
    const seen = (id: string, display: string) =>
      encounter("10", "2026-11-23T10:00:00Z", {
        identifier: [{ id, value: "16132" }],
        location: [{ location: { reference: "Location/bed", display } }],
      });
    expect(same(seen("CI-1-0", "Bed 1"), seen("CI-1-1", "Bed One"))).toBe(true);
  });

  test("a version key of Millennium that moved on", () => {
    const keyed = (value: string) =>
      observation("L-1", "2026-11-23T10:00:00Z", 1, {
        identifier: [{ system: "https://fhir.cerner.com/ceuuid", value }],
      });
    expect(same(keyed("CE1-2026112310"), keyed("CE1-2026112311"))).toBe(true);
  });

  test("an appointment whose slot was cut anew", () => {
    const at = (slot: string) => appointment("1", "2026-11-23T16:00:00Z", { slot: [{ reference: slot }] });
    expect(same(at("Slot/1-2-3-4"), at("Slot/1-2-3-5"))).toBe(true);
  });
});

describe("says something else", () => {
  test("an order of given names or address lines", () => {
    expect(same(base, { ...base, name: [{ family: "Peters", given: ["James", "Tim"] }] })).toBe(false);
    const living = (...line: string[]) => ({ ...base, address: [{ line }] });
    expect(same(living("Apt 4", "1 Main St"), living("1 Main St", "Apt 4"))).toBe(false);
  });

  test("the id of the resource, and a display that stands alone", () => {
    expect(same(base, { ...base, id: "2" })).toBe(false);
    const at = (display: string) => encounter("10", "2026-11-23T10:00:00Z", { location: [{ location: { display } }] });
    expect(same(at("Bed 1"), at("Bed 2"))).toBe(false);
  });

  test("a value, a status, a property more", () => {
    expect(same(base, { ...base, active: false })).toBe(false);
    expect(same(base, { ...base, gender: "male" })).toBe(false);
  });

  test("a text that is no narrative", () => {
    const coded = (text: string) => observation("L-1", "2026-11-23T10:00:00Z", 1, { code: { text } });
    expect(same(coded("Potassium"), coded("Sodium"))).toBe(false);
  });

  test("the digits of a decimal", () => {
    const resource = (digits: string) =>
      parseJson(`{"resourceType":"Observation","valueQuantity":{"value":${digits}}}`) as Resource;
    expect(same(resource("1.5"), resource("1.50"))).toBe(false);
    expect(same(resource("1.50"), resource("1.50"))).toBe(true);
  });

  test("security labels", () => {
    expect(same(base, { ...base, meta: { ...base.meta, security: [{ code: "PHY" }] } })).toBe(false);
  });
});

test("whatever the JSON, the order of properties never counts and values always do", () => {
  const reversed = (value: unknown): unknown =>
    Array.isArray(value)
      ? value.map(reversed)
      : typeof value === "object" && value !== null
        ? Object.fromEntries(
            Object.entries(value)
              .map(([name, each]) => [name, reversed(each)])
              .toReversed(),
          )
        : value;
  fc.assert(
    fc.property(fc.jsonValue(), fc.string(), (value, other) => {
      const resource = { resourceType: "Basic", id: "1", code: value } as unknown as Resource;
      expect(contentHash(reversed(resource) as Resource)).toBe(contentHash(resource));
      expect(contentHash({ ...resource, id: `1${other}x` } as Resource)).not.toBe(contentHash(resource));
    }),
  );
});
