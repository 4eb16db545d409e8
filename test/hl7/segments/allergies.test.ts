import { existsSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { check } from "../../../shared/hl7/conformance/check.ts";
import { composeMessage } from "../../../shared/hl7/render.ts";
import { parseJson } from "../../../shared/json.ts";
import { destination, fieldOf, render, segmentsOf, source } from "../support/bridge.ts";
import { allergy, penicillin } from "../support/chart.ts";
import { jane, smith, snomed, stay } from "../support/clinical.ts";

const status = (code: string): fhir4.CodeableConcept => ({ coding: [{ code }] });
const al1Of = (...allergies: readonly fhir4.AllergyIntolerance[]) =>
  segmentsOf(render("ADT^A01", stay, [jane, ...allergies]), "AL1");

describe("AL1", () => {
  it("the worst severity, every manifestation, the day of the onset", () => {
    expect(al1Of(penicillin)).toEqual([
      "AL1|1|DA^Drug allergy^HL70127|7980^Penicillin G^RXNORM|SV^Severe^HL70128|Hives~Swelling of the face|201005",
    ]);
  });

  it("to the substance of a reaction, where the allergy has no code", () => {
    const { code: _none, ...uncoded } = allergy("a", {
      reaction: [{ substance: { text: "Peanut" }, manifestation: [{ text: "Hives" }] }],
    });
    expect(al1Of(uncoded)[0]?.split("|")[3]).toBe("^Peanut");
  });

  it("as they were recorded, however they were fetched", () => {
    const [first, second] = [
      allergy("z", { recordedDate: "2020-01-01", code: { text: "Peanut" }, category: ["food"] }),
      allergy("b", { recordedDate: "2021-01-01" }),
    ];
    expect(al1Of(second, first)).toEqual(al1Of(first, second));
    expect(al1Of(second, first)[0]).toMatch(/^AL1\|1\|FA\^Food allergy\^HL70127\|\^Peanut\|/);
  });

  it.each([
    ["inactive", { clinicalStatus: status("inactive") }],
    ["resolved", { clinicalStatus: status("resolved") }],
    ["refuted", { verificationStatus: status("refuted") }],
    ["entered in error", { verificationStatus: status("entered-in-error") }],
    ["another person's", { patient: { reference: "Patient/2" } }],
  ] as const)("nothing of one that is %s", (_case, more) => {
    expect(al1Of(allergy("a", more))).toEqual([]);
  });

  it.each([
    ["biologic", { category: ["biologic"] }, "DA^Drug allergy^HL70127"],
    ["several categories", { category: ["environment", "food"] }, "FA^Food allergy^HL70127"],
    ["no category", { category: [] }, "MA^Miscellaneous allergy^HL70127"],
    [
      "a code of the table itself",
      {
        category: ["environment"],
        _category: [
          {
            extension: [
              {
                url: "http://hl7.org/fhir/StructureDefinition/alternate-codes",
                valueCodeableConcept: {
                  coding: [
                    { system: "http://terminology.hl7.org/CodeSystem/v2-0127", code: "LA", display: "Pollen allergy" },
                  ],
                },
              },
            ],
          },
        ],
      },
      "LA^Pollen allergy^HL70127",
    ],
  ] as const)("the type by %s", (_case, more, type) => {
    expect(al1Of(allergy("a", more as unknown as Partial<fhir4.AllergyIntolerance>))[0]?.split("|")[2]).toBe(type);
  });

  it.each([
    ["high", "SV^Severe^HL70128"],
    ["low", "MI^Mild^HL70128"],
    ["unable-to-assess", "U^Unknown^HL70128"],
  ] as const)("the criticality %s where no reaction has a severity", (criticality, severity) => {
    expect(al1Of(allergy("a", { criticality }))[0]?.split("|")[4]).toBe(severity);
  });

  it("that none is known is told, but never beside one that is", () => {
    const none = allergy("n", { code: snomed("409137002", "No known drug allergy"), category: [] });
    expect(al1Of(none)[0]).toMatch(/^AL1\|1\|DA\^Drug allergy\^HL70127\|409137002\^/);
    expect(al1Of(none, penicillin)).toHaveLength(1);
    expect(al1Of(none, penicillin)[0]).toContain("Penicillin");
    expect(al1Of(none, { ...penicillin, clinicalStatus: status("resolved") })[0]).toContain("409137002");
  });

  it("what is told of a reaction, where nothing else says what the allergy is to", () => {
    const { code: _none, ...uncoded } = allergy("a", {
      reaction: [{ description: "Hives after strawberries", manifestation: [] }],
    });
    expect(al1Of(uncoded)[0]?.split("|").slice(3, 6)).toEqual([
      "^Hives after strawberries",
      "SV^Severe^HL70128",
      "Hives after strawberries",
    ]);
  });

  it("a manifestation without a name is its code", () => {
    const reaction = [{ manifestation: [{ coding: [{ system: "http://snomed.info/sct", code: "247472004" }] }] }];
    expect(al1Of(allergy("a", { reaction }))[0]?.split("|")[5]).toBe("247472004");
  });

  it.each([
    ["2019-12-15T00:00:00Z", "20191215"],
    ["2019-12-15T00:00:00.000Z", "20191215"],
    ["2019-12-15T03:00:00Z", "20191214"],
    ["2019-12", "201912"],
  ])("the onset %s, of which midnight is a day, on %s", (onsetDateTime, day) => {
    expect(al1Of(allergy("a", { onsetDateTime }))[0]?.split("|")[6]).toBe(day);
  });

  it("one without a code is left out and named", () => {
    const { code: _code, ...uncoded } = allergy("a");
    const message = render("ADT^A01", stay, [jane, uncoded]);
    expect(segmentsOf(message, "AL1")).toEqual([]);
    expect(message.workList).toContainEqual(
      expect.objectContaining({ reason: "required-field-empty", field: "AL1-3" }),
    );
  });
});

describe("IAM of ADT^A60", () => {
  it("tells who says so and how sure it is", () => {
    const message = render("ADT^A60", penicillin, [jane, smith]);
    expect(segmentsOf(message, "IAM")).toEqual([
      "IAM|1|DA^Drug allergy^HL70127|7980^Penicillin G^RXNORM|SV^Severe^HL70128|Hives~Swelling of the face|A^Add/Insert^HL70323|a1^GEN||AL^Allergy^HL70436||201005||20261120040000-0600|DOE^JANE^^^^^L|SEL^Self^HL70063||C^Confirmed or verified^HL70438|1234567893^SMITH^ALEX^^^^^^NPI&2.16.840.1.113883.4.6&ISO^L^^^NPI||20261122230000-0600",
    ]);
    expect(segmentsOf(message, "PV1")).toEqual([]);
  });

  it.each([
    ["changed", {}, "U^Update^HL70323", "C^Confirmed or verified^HL70438"],
    ["resolved", { clinicalStatus: status("resolved") }, "U^Update^HL70323", "I^Confirmed but inactive^HL70438"],
    ["refuted", { verificationStatus: status("refuted") }, "U^Update^HL70323", "D^Doubt raised^HL70438"],
    ["entered in error", { verificationStatus: status("entered-in-error") }, "D^Delete^HL70323", "E^Erroneous^HL70438"],
  ] as const)("%s", (_case, change, action, told) => {
    const message = render("ADT^A60", { ...penicillin, ...change }, [jane], { before: penicillin });
    expect([fieldOf(message, "IAM", 6), fieldOf(message, "IAM", 17)]).toEqual([action, told]);
  });

  it("a change tells the one that changed; a message about the person all that hold", () => {
    const other = allergy("b");
    expect(segmentsOf(render("ADT^A60", penicillin, [jane, other]), "IAM")).toHaveLength(1);
    expect(segmentsOf(render("ADT^A60", jane, [penicillin, other]), "IAM")).toHaveLength(2);
  });
});

describe("IAM of an allergy as Millennium gives it", () => {
  const terminology = "http://terminology.hl7.org/CodeSystem";

  it("reported by a relative whom the allergy contains", () => {
    const aunt: fhir4.RelatedPerson = {
      resourceType: "RelatedPerson",
      id: "638993",
      patient: { reference: "Patient/1" },
      relationship: [{ coding: [{ system: `${terminology}/v3-RoleCode`, code: "FAMMEMB", display: "family member" }] }],
    };
    const told = { ...penicillin, contained: [aunt], asserter: { reference: "#638993" } };
    const message = render("ADT^A60", told, [jane, smith]);
    expect([14, 15].map((position) => fieldOf(message, "IAM", position))).toEqual(["", "EXF^Extended family^HL70063"]);
  });

  it("entered in error, of which nothing is left, is told as it was known", () => {
    const emptied: fhir4.AllergyIntolerance = {
      resourceType: "AllergyIntolerance",
      id: "a1",
      verificationStatus: {
        coding: [{ system: `${terminology}/allergyintolerance-verification`, code: "entered-in-error" }],
      },
      code: { coding: [{ system: `${terminology}/data-absent-reason`, code: "error" }], text: "Error" },
      patient: { reference: "Patient/1" },
    };
    const message = render("ADT^A60", emptied, [jane], { before: penicillin });
    expect([2, 3, 6, 7, 17].map((position) => fieldOf(message, "IAM", position))).toEqual([
      "DA^Drug allergy^HL70127",
      "7980^Penicillin G^RXNORM",
      "D^Delete^HL70323",
      "a1^GEN",
      "E^Erroneous^HL70438",
    ]);
    expect(fieldOf(render("ADT^A60", emptied, [jane]), "IAM", 3)).toBe("error^Error^L");
  });

  it.each<[string, Partial<fhir4.AllergyIntolerance>, string]>([
    ["an age", { onsetAge: { value: 5, unit: "years" } }, "5 years"],
    ["a range", { onsetRange: { low: { value: 3, unit: "years" }, high: { value: 5, unit: "years" } } }, "3-5 years"],
    ["words", { onsetString: "childhood" }, "childhood"],
    [
      "a day that is not exact",
      {
        onsetDateTime: "2021-09-20T00:00:00Z",
        _onsetDateTime: {
          extension: [
            {
              url: "https://fhir-ehr.cerner.com/r4/StructureDefinition/precision",
              valueCodeableConcept: { text: "About" },
            },
          ],
        },
      },
      "About 2021-09-20",
    ],
  ])("the onset as %s", (_case, onset, text) => {
    expect(fieldOf(render("ADT^A60", allergy("a", onset), [jane]), "IAM", 12)).toBe(text);
  });
});

const recorded = new URL(
  "../../../../shared/corpus/ignite-wire/allergy-intolerance/allergyintolerance-12724066.json",
  import.meta.url,
);

describe.skipIf(!existsSync(recorded))("allergies as an Ignite tenant gives them (skipped without the corpus)", () => {
  const bundle = existsSync(recorded) ? (parseJson(readFileSync(recorded, "utf8")) as fhir4.Bundle) : undefined;
  const all = (bundle?.entry ?? []).flatMap(({ resource }) =>
    resource?.resourceType === "AllergyIntolerance" ? [resource] : [],
  );
  const patient: fhir4.Patient = { ...jane, id: "12724066" };
  const request = (after: fhir4.FhirResource) => ({
    event: {
      type: "test",
      trigger: after.resourceType === "Patient" ? ("ADT^A31" as const) : ("ADT^A60" as const),
      rule: "T1",
      focus: `${after.resourceType}/${after.id}` as const,
      after,
      recordedAt: "2026-11-23T05:15:00Z",
    },
    context: [patient, ...all],
    source,
    destination,
    controlId: "B0000000000000000017",
    messageTime: "2026-11-23T05:15:02.000Z",
  });

  it("the active ones in AL1, each once, none left out in silence", () => {
    const active = all.filter(
      ({ clinicalStatus, verificationStatus }) =>
        clinicalStatus?.coding?.[0]?.code === "active" && verificationStatus?.coding?.[0]?.code !== "entered-in-error",
    );
    const coded = active.filter(({ code }) => code?.text !== undefined || (code?.coding ?? []).length > 0);
    const { message } = composeMessage(request(patient));
    expect(coded.length).toBeGreaterThan(50);
    expect(message.segments.filter(({ name }) => name === "AL1")).toHaveLength(coded.length);
    expect(check(message, "2.5.1").filter(({ severity }) => severity === "error")).toEqual([]);
  });

  it("each of them in IAM, or refused with the field that it lacks", () => {
    let told = 0;
    for (const each of all) {
      const { message } = composeMessage(request(each));
      told += message.segments.filter(({ name }) => name === "IAM").length;
      expect(check(message, "2.5.1").filter(({ severity }) => severity === "error")).toEqual([]);
    }
    expect(told).toBeGreaterThan(all.length - 10);
  });
});
