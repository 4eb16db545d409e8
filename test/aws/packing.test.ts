import { createHash } from "node:crypto";
import { expect, test } from "vitest";
import { pack } from "../../shared/aws/packing.ts";
import { packingDictionary } from "../../shared/aws/packing-dictionary.ts";
import { packResources, unpackResources } from "../../shared/aws/resource-packing.ts";
import { parseJson } from "../../shared/json.ts";
import { observation } from "../changes/support/people.ts";

test("the dictionary is as it was when the first item was packed with it", () => {
  expect(createHash("sha256").update(packingDictionary).digest("hex")).toBe(
    "c3e4cf5a049ffdafe56fd68ad24be8a7b58f1e97c251e7ac1b8e206d3feb1374",
  );
});

test("what is packed comes back, decimals with all their digits", () => {
  const text = '{"resourceType":"Observation","id":"L-1","valueQuantity":{"value":1.50,"unit":"µmol/L"}}';
  expect(JSON.stringify(unpackResources(packResources(parseJson(text))))).toBe(text);
});

test("a resource takes less room than without the dictionary", () => {
  const result = observation("L-1", "2026-11-23T15:00:00Z", 4.2);
  expect(packResources(result).byteLength).toBeLessThan(0.75 * pack(result).byteLength);
});
