import { describe, expect, it } from "vitest";
import { compilePath, foundAt, valuesAt } from "../../shared/hl7/path.ts";

const jane = {
  birthDate: "1980-02-14",
  name: [{ given: ["JANE", "ANN"] }, { given: [null, "JANET"] }, null],
  meta: { lastUpdated: "2026-11-23T05:14:55Z" },
  multipleBirthInteger: 2,
  telecom: [],
  gender: null,
  extension: [
    { url: "race", extension: [{ url: "text", valueString: "White" }] },
    { url: "birthPlace", valueAddress: { city: "DULUTH" } },
  ],
};

function found(path: string): unknown {
  return foundAt(compilePath(path), jane);
}

describe("what a path finds", () => {
  it("is one value as it stands, so that no list is made for it", () => {
    expect(found("Patient.birthDate")).toBe("1980-02-14");
    expect(found("Patient.meta.lastUpdated")).toBe("2026-11-23T05:14:55Z");
    expect(found("Patient")).toBe(jane);
  });

  it("is a list for what may be several, without what is not there", () => {
    expect(found("Patient.name.given")).toEqual(["JANE", "ANN", "JANET"]);
    expect(found("Patient.name")).toEqual(jane.name.slice(0, 2));
    expect(found("Patient.multipleBirth[x]")).toEqual([2]);
    expect(found("Patient.extension('race').extension('text').valueString")).toEqual(["White"]);
  });

  it("is nothing where there is none, whatever stands on the way", () => {
    for (const path of [
      "photo",
      "gender",
      "telecom",
      "meta.security.code",
      "gender.code",
      "birthDate.start",
      "photo[x]",
    ])
      expect([path, found(`Patient.${path}`)]).toEqual([path, undefined]);
    expect(found("Patient.extension('nationality').valueCoding")).toBeUndefined();
    expect(foundAt(compilePath("Patient.name"), undefined)).toBeUndefined();
  });

  it("is the same as a list of all values", () => {
    expect(valuesAt(compilePath("Patient.birthDate"), jane)).toEqual(["1980-02-14"]);
    expect(valuesAt(compilePath("Patient.photo"), jane)).toEqual([]);
    expect(valuesAt(compilePath("Patient.name.given"), jane)).toEqual(["JANE", "ANN", "JANET"]);
  });
});
