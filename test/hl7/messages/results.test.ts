import { describe, expect, it } from "vitest";
import { fieldOf, linesOf, render, segmentsOf } from "../support/bridge.ts";

const jane: fhir4.Patient = {
  resourceType: "Patient",
  id: "1",
  identifier: [
    {
      type: { coding: [{ system: "http://terminology.hl7.org/CodeSystem/v2-0203", code: "MR" }] },
      system: "urn:oid:1.2.3.1",
      value: "7001234",
    },
  ],
  name: [{ family: "DOE" }],
};
const subject = { reference: "Patient/1" };
const loinc = (code: string, display: string): fhir4.CodeableConcept => ({
  coding: [{ system: "http://loinc.org", code, display }],
});
const ucum = "http://unitsofmeasure.org";
const mmHg = (value: number) => ({ value, unit: "mmHg", code: "mm[Hg]", system: ucum });
const vitalSigns = [
  { coding: [{ system: "http://terminology.hl7.org/CodeSystem/observation-category", code: "vital-signs" }] },
];

const bloodPressure: fhir4.Observation = {
  resourceType: "Observation",
  id: "VS-1",
  status: "final",
  category: vitalSigns,
  code: loinc("85354-9", "Blood pressure"),
  subject,
  effectiveDateTime: "2026-11-23T04:00:00Z",
  component: [
    { code: loinc("8480-6", "Systolic"), valueQuantity: mmHg(120) },
    { code: loinc("8462-4", "Diastolic"), valueQuantity: mmHg(80) },
  ],
  note: [{ text: "left arm\nsitting" }],
};

function observation(id: string, more: Partial<fhir4.Observation> = {}): fhir4.Observation {
  return {
    resourceType: "Observation",
    id,
    status: "final",
    code: loinc(`${id}-0`, `Test ${id}`),
    subject,
    valueInteger: 1,
    ...more,
  };
}

function report(more: Partial<fhir4.DiagnosticReport>): fhir4.DiagnosticReport {
  return { resourceType: "DiagnosticReport", id: "r", status: "final", code: loinc("1-8", "Panel"), subject, ...more };
}

describe("vital signs that no report speaks for", () => {
  const message = render("ORU^R01", bloodPressure, [jane]);

  it("stand under the panel of vital signs, with the id as the number of the filler", () => {
    expect(fieldOf(message, "OBR", 4)).toBe(
      "85353-1^Vital signs, weight, height, head circumference, oxygen saturation and BMI panel^LN",
    );
    expect(fieldOf(message, "OBR", 3)).toBe("VS-1^GEN");
    expect(fieldOf(message, "OBR", 25)).toBe("F");
  });

  it("tell each component as a result of one group", () => {
    const time = "20261122220000-0600";
    expect(segmentsOf(message, "OBX")).toEqual([
      `OBX|1|NM|8480-6^Systolic^LN|1|120|mm[Hg]^mmHg^UCUM|||||F|||${time}`,
      `OBX|2|NM|8462-4^Diastolic^LN|1|80|mm[Hg]^mmHg^UCUM|||||F|||${time}`,
    ]);
  });

  it("tell a note once, behind the results it belongs to", () => {
    expect(
      linesOf(message)
        .slice(-2)
        .map((line) => line.slice(0, 5)),
    ).toEqual(["OBX|2", "NTE|1"]);
    expect(segmentsOf(message, "NTE")).toEqual(["NTE|1|L|left arm\\.br\\sitting"]);
  });
});

describe("other results without a report", () => {
  it("stand under their own code", () => {
    const message = render("ORU^R01", observation("L-1"), [jane]);
    expect(fieldOf(message, "OBR", 4)).toBe("L-1-0^Test L-1^LN");
    expect(fieldOf(message, "OBX", 3)).toBe("L-1-0^Test L-1^LN");
  });

  it("a panel tells its members, depth first and numbered by their place", () => {
    const inner = observation("inner", { hasMember: [{ reference: "Observation/leaf" }] });
    const { valueInteger: _value, ...group } = inner;
    const panel = {
      ...observation("panel", { hasMember: [{ reference: "Observation/a" }, { reference: "Observation/inner" }] }),
      valueInteger: undefined,
    } as fhir4.Observation;
    const message = render("ORU^R01", panel, [jane, observation("a"), group, observation("leaf")]);
    expect(segmentsOf(message, "OBX").map((line) => line.split("|").slice(1, 6).join("|"))).toEqual([
      "1|NM|a-0^Test a^LN|1.1|1",
      "2|NM|leaf-0^Test leaf^LN|1.2.1|1",
    ]);
  });

  it("a panel that names itself ends", () => {
    const loop = observation("loop", { hasMember: [{ reference: "Observation/loop" }] });
    expect(segmentsOf(render("ORU^R01", loop, [jane, loop]), "OBX")).toHaveLength(1);
  });

  it("two components of one code are told apart", () => {
    const twice = observation("t", {
      component: [
        { code: loinc("1-1", "Same"), valueInteger: 1 },
        { code: loinc("1-1", "Same"), valueInteger: 2 },
      ],
    });
    const message = render("ORU^R01", twice, [jane]);
    expect(segmentsOf(message, "OBX").map((line) => line.split("|")[4])).toEqual(["1", "1.1", "1.2"]);
  });
});

describe("a result without a value", () => {
  it.each([
    ["unknown", "X"],
    ["not-asked", "N"],
  ])("because of %s has the status %s and says why", (code, status) => {
    const { valueInteger: _value, ...rest } = observation("o");
    const message = render("ORU^R01", { ...rest, dataAbsentReason: { coding: [{ code }], text: "see reason" } }, [
      jane,
    ]);
    expect(fieldOf(message, "OBX", 2)).toBe("");
    expect(fieldOf(message, "OBX", 11)).toBe(status);
    expect(fieldOf(message, "NTE", 3)).toBe("see reason");
  });

  it("of unknown status is held back, and is a work item", () => {
    const message = render("ORU^R01", report({ result: [{ reference: "Observation/o" }] }), [
      jane,
      observation("o", { status: "unknown" }),
    ]);
    expect(segmentsOf(message, "OBX")).toEqual([]);
    expect(message.workList).toContainEqual(expect.objectContaining({ reason: "held-status" }));
  });
});

describe("a reference range", () => {
  it.each<[fhir4.ObservationReferenceRange[], string]>([
    [[{ low: { value: 3.5 }, high: { value: 5.1 } }], "3.5-5.1"],
    [[{ low: { value: 60 } }], ">60"],
    [[{ low: { value: 60, comparator: ">=" } }], ">=60"],
    [[{ high: { value: 5 } }], "<5"],
    [[{ text: "negative" }], "negative"],
    [
      [
        { low: { value: 1 }, type: { coding: [{ code: "critical" }] } },
        { low: { value: 2 }, type: { coding: [{ code: "normal" }] } },
      ],
      ">2",
    ],
  ])("%j is %s", (referenceRange, told) => {
    expect(fieldOf(render("ORU^R01", observation("o", { referenceRange }), [jane]), "OBX", 7)).toBe(told);
  });
});

describe("an interpretation that HL7 v2.5.1 has no code for", () => {
  it("goes to a note", () => {
    const interpretation = [
      {
        coding: [
          {
            system: "http://terminology.hl7.org/CodeSystem/v3-ObservationInterpretation",
            code: "NCL",
            display: "No CLSI defined breakpoint",
          },
        ],
      },
    ];
    const message = render("ORU^R01", observation("o", { interpretation }), [jane]);
    expect(fieldOf(message, "OBX", 8)).toBe("");
    expect(fieldOf(message, "NTE", 3)).toBe("No CLSI defined breakpoint");
    expect(message.workList).toEqual([]);
  });
});

describe("what else a report says", () => {
  it("its conclusion, codes and documents follow the results", () => {
    const message = render(
      "ORU^R01",
      report({
        result: [{ reference: "Observation/o" }],
        conclusion: "No growth",
        conclusionCode: [{ text: "negative" }],
        presentedForm: [{ contentType: "application/pdf", url: "https://host/r4/t/Binary/7" }],
      }),
      [jane, observation("o"), { resourceType: "Binary", id: "7", contentType: "application/pdf", data: "JVBERi0x" }],
    );
    expect(
      segmentsOf(message, "OBX")
        .slice(1)
        .map((line) => line.split("|").slice(2, 6).join("|")),
    ).toEqual([
      "ST|55110-1^Conclusions [Interpretation] Document^LN|2|No growth",
      "CWE|55110-1^Conclusions [Interpretation] Document^LN|3|^^^^^^^^negative",
      "ED|1-8^Panel^LN|4|GEN^AP^PDF^Base64^JVBERi0x",
    ]);
  });

  it("its specimens, each once, with when they were taken", () => {
    const specimen: fhir4.Specimen = {
      resourceType: "Specimen",
      id: "s",
      identifier: [{ value: "S1" }],
      accessionIdentifier: { value: "ACC1" },
      type: { coding: [{ system: "http://snomed.info/sct", code: "119297000", display: "Blood specimen" }] },
      collection: { collectedDateTime: "2026-11-23T03:00:00Z" },
      receivedTime: "2026-11-23T03:30:00Z",
    };
    const swab: fhir4.Specimen = {
      resourceType: "Specimen",
      id: "w",
      type: { coding: [{ system: "http://snomed.info/sct", code: "258500001", display: "Nasopharyngeal swab" }] },
    };
    const message = render(
      "ORU^R01",
      report({ specimen: [{ reference: "Specimen/s" }], result: [{ reference: "Observation/o" }] }),
      [
        jane,
        specimen,
        swab,
        { resourceType: "Specimen", id: "x" },
        observation("o", { specimen: { reference: "Specimen/w" } }),
      ],
    );
    expect(segmentsOf(message, "SPM")).toEqual([
      "SPM|1|S1&GEN^ACC1&GEN||BLD^Whole blood^HL70487|||||||||||||20261122210000-0600|20261122213000-0600",
      "SPM|2|||258500001^Nasopharyngeal swab^SCT",
    ]);
    expect(fieldOf(message, "OBR", 7)).toBe("20261122210000-0600");
    expect(fieldOf(message, "OBR", 14)).toBe("20261122213000-0600");
    expect(message.workList).toEqual([]);
  });

  it("who verified a result goes before the others", () => {
    const performs = (code: string, display: string): fhir4.Reference => ({
      reference: `Practitioner/${code}`,
      display,
      extension: [
        {
          url: "http://hl7.org/fhir/StructureDefinition/event-performerFunction",
          valueCodeableConcept: { coding: [{ code }] },
        },
      ],
    });
    const performer = [
      performs("PPRF", "ROE, TECH"),
      performs("VRF", "SMITH, ALEX"),
      { reference: "Organization/1", display: "Lab" },
    ];
    const message = render("ORU^R01", observation("o", { performer }), [jane]);
    expect(fieldOf(message, "OBX", 16)).toBe("^SMITH^ALEX");
    expect(fieldOf(message, "OBX", 23)).toBe("Lab");
  });
});

describe("the visit of a result", () => {
  it("is told when it came along", () => {
    const encounter: fhir4.Encounter = {
      resourceType: "Encounter",
      id: "e",
      status: "in-progress",
      class: { code: "EMER" },
    };
    const result = observation("o", { encounter: { reference: "Encounter/e" } });
    expect(segmentsOf(render("ORU^R01", result, [jane, encounter]), "PV1")[0]).toContain("PV1|1|E|");
    const alone = render("ORU^R01", result, [jane]);
    expect(segmentsOf(alone, "PV1")).toEqual([]);
    expect(alone.workList).toContainEqual(expect.objectContaining({ path: "Observation.encounter" }));
  });
});

describe("a patient who did not come along", () => {
  it("is known by the id of the reference, under the source's authority", () => {
    const message = render("ORU^R01", observation("o"));
    expect(fieldOf(message, "PID", 3)).toBe("1^^^GEN^PI");
    expect(fieldOf(message, "PID", 5)).toBe("Unknown^Unknown^^^^^U");
    expect(message.workList.map(({ reason }) => reason)).toEqual(["missing-resource", "no-patient-number", "no-name"]);
  });

  it("cannot be told of without any reference", () => {
    const { subject: _subject, ...nobody } = observation("o");
    expect(() => render("ORU^R01", nobody as fhir4.Observation)).toThrow(
      expect.objectContaining({ code: "ERR_UNRENDERABLE", details: { field: "PID-3", path: "Patient.identifier" } }),
    );
  });
});
