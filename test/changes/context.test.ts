import { expect, test } from "vitest";
import { referencesOf } from "../../shared/changes/context.ts";
import { encounter, report } from "./support/people.ts";

const types = ["Practitioner", "Location", "Observation"];

test("references are found anywhere, each once, in the order in which they stand", () => {
  const resource = encounter("10", "", {
    participant: [{ individual: { reference: "Practitioner/5" } }, { individual: { reference: "Practitioner/5" } }],
    location: [{ location: { reference: "Location/bed" } }],
    hospitalization: { origin: { reference: "Location/er" } },
  });
  expect(referencesOf([resource], types)).toEqual(["Practitioner/5", "Location/bed", "Location/er"]);
});

test("absolute and versioned references name the same resource", () => {
  const results = ["https://fhir.example.org/r4/tenant/Observation/L-1", "Observation/L-2/_history/3"];
  const resource = report("500", "", [], { result: results.map((reference) => ({ reference })) });
  expect(referencesOf([resource], types)).toEqual(["Observation/L-1", "Observation/L-2"]);
});

test("contained resources, urns and other types are left out", () => {
  const references = ["#practitioner", "urn:uuid:0b9f5e4a-6f0a-4b6c-9c0e-0d3c8e2c7f10", "Organization/1"];
  const resource = report("500", "", [], { performer: references.map((reference) => ({ reference })) });
  expect(referencesOf([resource], types)).toEqual([]);
});
