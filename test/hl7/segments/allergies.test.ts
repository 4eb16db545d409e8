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
