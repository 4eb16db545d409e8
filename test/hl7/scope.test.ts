import { describe, expect, it } from "vitest";
import type { Resource } from "../../shared/fhir.ts";
import { scopeWith } from "./support/scope.ts";

const one: Resource = { resourceType: "Organization", id: "1", name: "first" };
const practitioner: Resource = { resourceType: "Practitioner", id: "1" };
const again: Resource = { resourceType: "Organization", id: "1", name: "second" };
const anotherPractitioner: Resource = { resourceType: "Practitioner", id: "1", active: true };

function found(reference: string, ...resources: readonly Resource[]): Resource | undefined {
  return scopeWith({}, resources).resolve({ reference }, {});
}

describe("the resource behind a reference", () => {
  it("is of the type that the reference names, whatever else has that id", () => {
    expect(found("Organization/1", one, practitioner)).toBe(one);
    expect(found("Practitioner/1", one, practitioner)).toBe(practitioner);
    expect(found("Location/1", one, practitioner)).toBeUndefined();
    expect(found("Organizations/1", one)).toBeUndefined();
  });

  it("is the last that came along under its key", () => {
    expect(found("Organization/1", one, practitioner, again)).toBe(again);
    expect(found("Practitioner/1", one, practitioner, again, anotherPractitioner)).toBe(anotherPractitioner);
  });

  it("is found by an absolute reference, and by one to a version", () => {
    expect(found("https://fhir.example.org/r4/t/Practitioner/1/_history/3", one, practitioner)).toBe(practitioner);
    expect(found("Organization/1/_history/2", one, practitioner)).toBe(one);
  });

  it.each(["", "/", "1", "Organization", "Organization/", "/1", "Organization/1/2"])(
    "is nothing for %j",
    (reference) => {
      expect(found(reference, one, practitioner)).toBeUndefined();
    },
  );
});
