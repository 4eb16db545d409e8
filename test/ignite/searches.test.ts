import { describe, expect, test } from "vitest";
import { BridgeError } from "../../shared/errors.ts";
import {
  encounterSearch,
  guarantorSearch,
  idSearches,
  locationSearch,
  neededParameters,
  patientSearch,
  referenceSearch,
  ruleOf,
  type SearchableType,
  searchRules,
  slotSearch,
} from "../../shared/ignite/searches.ts";

const since = Date.parse("2026-11-23T15:00:07.891Z");
const window = { from: Date.parse("2026-11-23T06:00:00Z"), to: Date.parse("2026-11-24T06:00:00Z") };

function query(parameters: readonly (readonly [string, string])[]): string {
  return parameters.map(([name, value]) => `${name}=${value}`).join("&");
}

test("a type with _lastUpdated is asked for what changed since, with the one form that all of them take", () => {
  expect(query(patientSearch("Encounter", "1", { since }))).toBe("patient=1&_lastUpdated=ge2026-11-23T15:00:07.000Z");
  expect(query(patientSearch("Observation", "1", { since }))).toBe(
    "patient=1&_lastUpdated=ge2026-11-23T15:00:07.000Z&_count=200",
  );
});

test("before there is a watermark everything is asked for", () => {
  expect(query(patientSearch("ServiceRequest", "1"))).toBe("patient=1");
});

test("a Patient is asked for by id alone", () => {
  expect(query(patientSearch("Patient", "1", { since }))).toBe("_id=1");
});

test("appointments are asked for by day, of a patient or of a location", () => {
  const days = "-date-or-req-period=ge2026-11-23T06:00:00.000Z&-date-or-req-period=lt2026-11-24T06:00:00.000Z";
  expect(query(patientSearch("Appointment", "1", { window }))).toBe(`patient=1&${days}`);
  expect(query(locationSearch("9", window))).toBe(`location=9&${days}`);
});

test("types that answer 400 without another parameter get it", () => {
  expect(query(patientSearch("RelatedPerson", "1", { since }))).toBe("patient=1&-relationship-level=Patient");
  expect(query(patientSearch("CarePlan", "1", { since }))).toBe("patient=1&category=assess-plan");
  expect(query(patientSearch("MedicationAdministration", "1", { window }))).toContain("effective-time=ge");
});

test("accounts and charges are asked for in the forms that Ignite allows", () => {
  expect(query(encounterSearch("Account", "10"))).toBe("-encounter=10&type=guarantor-balance");
  expect(query(guarantorSearch("1-1"))).toBe("-guarantor=1-1&type=financial-account");
  expect(query(encounterSearch("ChargeItem", "10"))).toBe("context=10&-status=billable");
});

test("free slots are asked for by location and range", () => {
  expect(query(slotSearch("9", window))).toBe(
    "-location=9&start=ge2026-11-23T06:00:00.000Z&start=lt2026-11-24T06:00:00.000Z&_count=200",
  );
});

test("what many patients share is listed by the one parameter that lists it", () => {
  expect(query(referenceSearch("Practitioner"))).toBe("active=true");
  expect(query(referenceSearch("Location"))).toMatch(/^-physicalType=/);
});

test("administrations may be asked for without a time; what is not of a patient cannot be asked for by one", () => {
  expect(query(patientSearch("MedicationAdministration", "1"))).toBe("patient=1");
  for (const type of ["Account", "ChargeItem", "Slot", "Practitioner", "Location"] as const)
    expect(() => patientSearch(type, "1", { window })).toThrow(BridgeError);
});

test("the parameters that a feed cannot do without", () => {
  expect(neededParameters("Patient")).toEqual(["_id"]);
  expect(neededParameters("Observation")).toEqual(["patient", "_lastUpdated"]);
  expect(neededParameters("RelatedPerson")).toEqual(["patient", "-relationship-level"]);
  expect(neededParameters("ChargeItem")).toEqual(["context", "-status"]);
  expect(neededParameters("Slot")).toEqual(["-location", "start"]);
});

test("a window that is missing is a mistake of ours and told so", () => {
  expect(() => patientSearch("Appointment", "1")).toThrow(BridgeError);
});

describe("what Ignite allows, for every type", () => {
  // CapabilityStatement of 2026-08-14: the twelve types whose search takes _lastUpdated.
  const withLastUpdated = [
    "AllergyIntolerance",
    "Condition",
    "DiagnosticReport",
    "DocumentReference",
    "Encounter",
    "Immunization",
    "MedicationDispense",
    "MedicationRequest",
    "NutritionOrder",
    "Observation",
    "Procedure",
    "ServiceRequest",
  ];

  const ofPatients = (Object.keys(searchRules) as SearchableType[]).filter(
    (type) => !["encounters", "schedule", "reference"].includes(ruleOf(type).find),
  );
  test.each(ofPatients)("%s", (resourceType) => {
    const names = patientSearch(resourceType, "1", { since, window }).map(([name]) => name);
    expect(names.filter((name) => name === "_lastUpdated")).toHaveLength(
      withLastUpdated.includes(resourceType) ? 1 : 0,
    );
    const times = names.filter((name) =>
      ["date", "-date-or-req-period", "period", "authored", "effective-time"].includes(name),
    );
    expect(names.includes("_lastUpdated") && times.length > 0).toBe(false);
    expect(names.includes("_id") ? names : ["_id"]).toEqual(["_id"]);
  });
});

test("ids are asked for in lists, as long as the type takes them", () => {
  expect(idSearches("Practitioner", ["1", "2", "3"]).map(query)).toEqual(["_id=1,2,3"]);
  expect(idSearches("Goal", ["1", "2"]).map(query)).toEqual(["_id=1", "_id=2"]);
  const ids = Array.from({ length: 45 }, (_, index) => String(index));
  expect(idSearches("Patient", ids)).toHaveLength(3);
  expect(idSearches("Patient", [])).toEqual([]);
});
