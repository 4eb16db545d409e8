import { describe, expect, it } from "vitest";
import type { Hl7Version } from "../../../shared/hl7/dictionary/contents.ts";
import { fieldOf, segmentsOf } from "../support/bridge.ts";
import {
  coded,
  jane,
  loinc,
  mass,
  numbered,
  panelReport,
  potassiumResult,
  snomed,
  subject,
} from "../support/clinical.ts";
import { renderIn } from "../support/versions.ts";

const terminology = "http://terminology.hl7.org/CodeSystem";

/** The report of these results. */
function tell(
  results: readonly fhir4.Observation[],
  version: Hl7Version = "2.5.1",
  more: Partial<fhir4.DiagnosticReport> = {},
  context: readonly fhir4.FhirResource[] = [],
) {
  const result = results.map(({ id }) => ({ reference: `Observation/${id}` }));
  return renderIn(version, "ORU^R01", { ...panelReport, result, ...more }, [jane, ...results, ...context]);
}

describe("OBX", () => {
  const interpreted = (code: string) =>
    potassiumResult("o", {
      interpretation: [coded(`${terminology}/v3-ObservationInterpretation`, code, `Is ${code}`)],
    });

  it("says POS and its like in the words of 2.5.1, and as they are from 2.7 on", () => {
    const said = (code: string, version: Hl7Version) => fieldOf(tell([interpreted(code)], version), "OBX", 8);
    expect(["POS", "NEG", "IND", "DET", "ND", "NR", "RR"].map((code) => said(code, "2.5.1"))).toEqual([
      "A",
      "N",
      "A",
      "A",
      "N",
      "N",
      "R",
    ]);
    for (const code of ["POS", "NEG", "IND", "DET", "ND", "NR", "RR", "WR"])
      expect(said(code, "2.7").split("^")[0]).toBe(code);
    expect(said("HU", "2.8").split("^")[0]).toBe("HH");
  });

  it("gives an interpretation to the note that OBX-8 has no code for", () => {
    const weakly = tell([interpreted("WR")]);
    expect(fieldOf(weakly, "OBX", 8)).toBe("");
    expect(fieldOf(weakly, "NTE", 3)).toBe("Is WR");
    expect(segmentsOf(tell([interpreted("WR")], "2.7"), "NTE")).toEqual([]);
    const inWords = tell([potassiumResult("o", { interpretation: [{ text: "Borderline" }] })]);
    expect(fieldOf(inWords, "NTE", 3)).toBe("Borderline");
  });

  it("tells the part of the body in a note, and in OBX-20 once there is one", () => {
    const measured = potassiumResult("o", { bodySite: snomed("368209003", "Right arm"), note: [{ text: "At rest" }] });
    const before = tell([measured]);
    expect(segmentsOf(before, "NTE")).toEqual(["NTE|1|L|At rest", "NTE|2|L|Body site: Right arm"]);
    expect(fieldOf(before, "OBX", 20)).toBe("");
    const after = tell([measured], "2.6");
    expect(segmentsOf(after, "NTE").length).toBe(1);
    expect(fieldOf(after, "OBX", 20)).toBe("368209003^Right arm^SCT");
  });

  it("tells from 2.6 on which record it is, and who wrote a note when", () => {
    const noted = potassiumResult("L-77", {
      note: [{ text: "Repeat", authorString: "ROE, RICHARD", time: "2026-11-23T05:00:00Z" }],
    });
    const message = tell([noted], "2.6");
    expect(fieldOf(message, "OBX", 21)).toBe("L-77^GEN");
    expect(segmentsOf(message, "NTE")).toEqual(["NTE|1|L|Repeat||^ROE^RICHARD|20261122230000-0600"]);
    expect(segmentsOf(tell([noted]), "NTE")).toEqual(["NTE|1|L|Repeat"]);
  });

  it("tells a period as DR from 2.7 on, and as its two ends before", () => {
    const lasted = potassiumResult("o", { valuePeriod: { start: "2026-11-01", end: "2026-11-03" } });
    const valueIn = (version: Hl7Version) =>
      [2, 5].map((position) => fieldOf(tell([lasted], version), "OBX", position));
    expect(valueIn("2.7")).toEqual(["DR", "20261101^20261103"]);
    expect(valueIn("2.5.1")).toEqual(["TS", "20261101~20261103"]);
    expect(valueIn("2.6")).toEqual(["DTM", "20261101~20261103"]);
  });

  it("says by its extensions when it was analysed, and against whom its range was held", () => {
    const base = "http://hl7.org/fhir/StructureDefinition/observation";
    const said = potassiumResult("o", {
      issued: "2026-11-23T06:00:00Z",
      referenceRange: [{ text: "3.5-5.1", age: { low: mass(18, "a") } }],
      extension: [
        { url: `${base}-analysis-date-time`, valueDateTime: "2026-11-23T05:30:00Z" },
        {
          url: `${base}-nature-of-abnormal-test`,
          valueCodeableConcept: coded(`${terminology}/v2-0080`, "R", "A race-based population"),
        },
      ],
    });
    expect([10, 19].map((position) => fieldOf(tell([said]), "OBX", position))).toEqual(["R", "20261122233000-0600"]);
    const { extension: _none, ...plain } = said;
    expect([10, 19].map((position) => fieldOf(tell([plain]), "OBX", position))).toEqual(["A", "20261123000000-0600"]);
  });

  it("stands once where a report lists the members of a panel beside the panel", () => {
    const potassium = potassiumResult("k", { valueQuantity: mass(4.1, "mmol/L") });
    const panel = potassiumResult("p", { hasMember: [{ reference: "Observation/k" }] });
    const message = tell([panel, potassium]);
    expect(segmentsOf(message, "OBX").length).toBe(1);
    expect(fieldOf(message, "OBX", 4)).toBe("1.1");
  });

  it("stands where a panel names itself, or two name each other", () => {
    const itself = potassiumResult("p", { valueQuantity: mass(1), hasMember: [{ reference: "Observation/p" }] });
    expect(segmentsOf(tell([itself]), "OBX").length).toBe(1);
    const one = potassiumResult("a", { valueQuantity: mass(1), hasMember: [{ reference: "Observation/b" }] });
    const other = potassiumResult("b", { valueQuantity: mass(2), hasMember: [{ reference: "Observation/a" }] });
    expect(segmentsOf(tell([one, other]), "OBX").length).toBeGreaterThanOrEqual(2);
  });
});

describe("OBR", () => {
  it("of a report that says no time tells that of its first result", () => {
    const { effectiveDateTime: _none, ...timeless } = panelReport;
    const message = renderIn("2.5.1", "ORU^R01", { ...timeless, result: [{ reference: "Observation/o" }] }, [
      jane,
      potassiumResult("o"),
    ]);
    expect(fieldOf(message, "OBR", 7)).toBe("20261122220000-0600");
  });

  it("tells of a partial report whether anything in it is final, and of one to come whether the specimen is there", () => {
    const status = (
      more: Partial<fhir4.DiagnosticReport>,
      results: readonly fhir4.Observation[],
      ...context: fhir4.Specimen[]
    ) => fieldOf(tell(results, "2.5.1", more, context), "OBR", 25);
    const blood: fhir4.Specimen = { resourceType: "Specimen", id: "s", receivedTime: "2026-11-23T04:45:00Z" };
    expect(status({ status: "partial" }, [potassiumResult("o")])).toBe("A");
    expect(status({ status: "partial" }, [potassiumResult("o", { status: "preliminary" })])).toBe("R");
    expect(status({ status: "registered" }, [])).toBe("O");
    expect(status({ status: "registered", specimen: [{ reference: "Specimen/s" }] }, [], blood)).toBe("I");
  });

  it("of a report whose state nobody knows says so on the work list", () => {
    const message = tell([potassiumResult("o")], "2.5.1", { status: "unknown" });
    expect(fieldOf(message, "OBR", 25)).toBe("");
    expect(message.workList).toContainEqual(expect.objectContaining({ reason: "held-status", field: "OBR-25" }));
  });

  it("names who gets a copy, and who wrote it down", () => {
    const url = "http://hl7.org/fhir/StructureDefinition/event-performerFunction";
    const acting = (system: string, code: string): fhir4.Reference[] => [
      { display: "ROE, RICHARD", extension: [{ url, valueCodeableConcept: coded(system, code, code) }] },
    ];
    const told = (performer: fhir4.Reference[]) => tell([potassiumResult("o")], "2.5.1", { performer });
    expect(fieldOf(told(acting(`${terminology}/v2-0912`, "RCT")), "OBR", 28)).toBe("^ROE^RICHARD");
    expect(fieldOf(told(acting(`${terminology}/v3-ParticipationType`, "TRANS")), "OBR", 35)).toBe("&ROE&RICHARD");
  });

  it("calls its code as the request does where the report has no name for it", () => {
    const { code } = panelReport;
    const nameless = { coding: [{ system: "http://loinc.org", code: "24323-8" }] };
    const request: fhir4.ServiceRequest = {
      resourceType: "ServiceRequest",
      id: "q",
      status: "active",
      intent: "order",
      subject,
      code,
    };
    const told = (of: fhir4.CodeableConcept, asked: fhir4.CodeableConcept) =>
      fieldOf(
        tell([potassiumResult("o")], "2.5.1", { code: of, basedOn: [{ reference: "ServiceRequest/q" }] }, [
          { ...request, code: asked },
        ]),
        "OBR",
        4,
      );
    expect(told(nameless, code)).toBe("24323-8^Comprehensive metabolic panel^LN");
    expect(told(nameless, loinc("2823-3", "Potassium"))).toBe("24323-8^^LN");
    expect(told({ ...nameless, text: "CMP" }, code)).toBe("24323-8^CMP^LN");
  });
});

describe("SPM", () => {
  const blood: fhir4.Specimen = {
    resourceType: "Specimen",
    id: "s0",
    identifier: [{ system: "urn:oid:1.2.3.4", value: "SP-0" }],
  };
  const serum: fhir4.Specimen = {
    resourceType: "Specimen",
    id: "s1",
    status: "unsatisfactory",
    identifier: [{ system: "urn:oid:1.2.3.4", value: "SP-1" }],
    accessionIdentifier: { ...numbered("ACSN", "urn:oid:1.2.3.4", "A-9") },
    type: snomed("119364003", "Serum specimen"),
    parent: [{ reference: "Specimen/s0" }],
    condition: [coded(`${terminology}/v2-0493`, "HEM", "Hemolyzed")],
    container: [{ additiveCodeableConcept: coded(`${terminology}/v2-0371`, "HEPL", "Lithium heparin") }],
    processing: [{ additive: [{ display: "Buffer" }] }],
  };
  const message = (version: Hl7Version) =>
    tell([potassiumResult("o")], version, { specimen: [{ reference: "Specimen/s1" }] }, [blood, serum]);

  it("tells what it was taken from, what was added, and why it cannot be used", () => {
    expect(fieldOf(message("2.5.1"), "SPM", 3)).toBe("SP-0&GENLAB");
    expect(fieldOf(message("2.5.1"), "SPM", 6)).toBe("HEPL^Lithium heparin^HL70371~^^^^^^^^Buffer");
    expect([20, 21, 24].map((position) => fieldOf(message("2.5.1"), "SPM", position))).toEqual([
      "N",
      "HEM^Hemolyzed^HL70493",
      "HEM^Hemolyzed^HL70493",
    ]);
  });

  it("tells the accession number in the field that 2.7 has for it", () => {
    expect(fieldOf(message("2.7"), "SPM", 30)).toBe("A-9^^^GENLAB^ACSN");
    expect(fieldOf(message("2.5.1"), "SPM", 30)).toBe("");
  });

  it("tells its further numbers from 2.7 on", () => {
    const further = { ...serum, identifier: [...(serum.identifier ?? []), { value: "TUBE-3" }] };
    const told = (version: Hl7Version) =>
      fieldOf(
        tell([potassiumResult("o")], version, { specimen: [{ reference: "Specimen/s1" }] }, [further]),
        "SPM",
        31,
      );
    expect(told("2.7")).toBe("TUBE-3^^^GEN^U");
    expect(told("2.5.1")).toBe("");
  });
});
