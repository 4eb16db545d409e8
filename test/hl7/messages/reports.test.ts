import { describe, expect, it } from "vitest";
import { parseJson } from "../../../shared/json.ts";
import { destination, fieldOf, linesOf, render, segmentsOf } from "../support/bridge.ts";
import { blood, coded, jane, labOrder, loinc, ordered, snomed, subject } from "../support/clinical.ts";

const report: fhir4.DiagnosticReport = {
  resourceType: "DiagnosticReport",
  id: "9912",
  meta: { lastUpdated: "2026-11-23T16:10:00Z" },
  identifier: [{ system: "https://fhir.cerner.com/ec0/acsn", value: "L-9912" }],
  status: "final",
  category: [coded("http://terminology.hl7.org/CodeSystem/v2-0074", "MB", "Microbiology")],
  code: loinc("600-7", "Bacteria identified in Blood by Culture"),
  subject,
  basedOn: [{ reference: "ServiceRequest/5511" }],
  effectiveDateTime: "2026-11-23T04:00:00Z",
  issued: "2026-11-23T16:10:00Z",
};

function observation(id: string, code: fhir4.CodeableConcept, more: Partial<fhir4.Observation>): fhir4.Observation {
  return { resourceType: "Observation", id, status: "final", code, subject, ...more };
}

const named = (...observations: readonly fhir4.Observation[]) =>
  observations.map(({ id }) => ({ reference: `Observation/${id}` }));

function tell(changes: Partial<fhir4.DiagnosticReport>, context: readonly fhir4.FhirResource[] = []) {
  return render("ORU^R01", { ...report, ...changes }, [jane, ...context]);
}

const germs = loinc("600-7", "Bacteria identified");
const coli = snomed("112283007", "Escherichia coli");
const staph = snomed("3092008", "Staphylococcus aureus");
const ampicillin = observation("amp", loinc("18864-9", "Ampicillin [Susceptibility]"), {
  valueQuantity: { value: 2, comparator: "<=", unit: "ug/mL" },
  interpretation: [coded("http://terminology.hl7.org/CodeSystem/v3-ObservationInterpretation", "S", "Susceptible")],
});
const oxacillin = observation("oxa", loinc("18961-3", "Oxacillin [Susceptibility]"), {
  valueString: "Resistant",
  interpretation: [coded("http://terminology.hl7.org/CodeSystem/v3-ObservationInterpretation", "R", "Resistant")],
});

describe("microbiology", () => {
  const first = observation("g1", germs, { valueCodeableConcept: coli, hasMember: named(ampicillin) });
  const second = observation("g2", germs, { valueCodeableConcept: staph, hasMember: named(oxacillin) });
  const context = [...ordered, labOrder, first, second, ampicillin, oxacillin];

  it("tells the susceptibilities of each germ in a group of their own, which names the germ", () => {
    const message = tell({ result: named(first, second), specimen: [{ reference: "Specimen/sp1" }] }, context);
    expect(linesOf(message).map((line) => line.split("|").slice(0, 2).join("|"))).toEqual([
      "MSH|^~\\&",
      "PID|1",
      "ORC|RE",
      "OBR|1",
      "OBX|1",
      "OBX|2",
      "SPM|1",
      "ORC|RE",
      "OBR|2",
      "OBX|1",
      "ORC|RE",
      "OBR|3",
      "OBX|1",
    ]);
    expect([1, 2, 3].map((group) => fieldOf(message, "OBR", 3, group))).toEqual([
      "L-9912^^https://fhir.cerner.com/ec0/acsn^URI",
      "L-9912.1^^https://fhir.cerner.com/ec0/acsn^URI",
      "L-9912.2^^https://fhir.cerner.com/ec0/acsn^URI",
    ]);
    expect(fieldOf(message, "OBR", 4, 2)).toBe("18769-0^Microbial susceptibility tests Set^LN");
    expect([1, 2, 3].map((group) => fieldOf(message, "OBR", 26, group))).toEqual([
      "",
      "600-7&Bacteria identified&LN^1^Escherichia coli",
      "600-7&Bacteria identified&LN^2^Staphylococcus aureus",
    ]);
    expect(fieldOf(message, "OBR", 29, 3)).toBe("O-5511&GENORD^L-9912&&https://fhir.cerner.com/ec0/acsn&URI");
    expect(segmentsOf(message, "OBX").map((line) => line.split("|").slice(2, 6).join("|"))).toEqual([
      "CWE|600-7^Bacteria identified^LN|1|112283007^Escherichia coli^SCT",
      "CWE|600-7^Bacteria identified^LN|2|3092008^Staphylococcus aureus^SCT",
      "SN|18864-9^Ampicillin [Susceptibility]^LN|1|<=^2",
      "ST|18961-3^Oxacillin [Susceptibility]^LN|1|Resistant",
    ]);
  });

  it("says the same when each susceptibility derives from its germ", () => {
    const germ = observation("g1", germs, { valueCodeableConcept: coli });
    const derived = { ...ampicillin, derivedFrom: named(germ) };
    const message = tell({ result: named(germ, derived) }, [germ, derived]);
    expect(segmentsOf(message, "OBR")).toHaveLength(2);
    expect(fieldOf(message, "OBR", 26, 2)).toBe("600-7&Bacteria identified&LN^1^Escherichia coli");
    expect(segmentsOf(message, "OBX")).toHaveLength(2);
  });

  it("finds a germ inside a panel", () => {
    const culture = observation("c", loinc("87040", "Blood culture"), { hasMember: named(first) });
    const message = tell({ result: named(culture) }, [culture, first, ampicillin]);
    expect(fieldOf(message, "OBR", 26, 2)).toBe("600-7&Bacteria identified&LN^1.1^Escherichia coli");
    expect(fieldOf(message, "OBR", 3, 2)).toMatch(/^L-9912\.1\.1\^/);
  });

  it("leaves a panel, and a value that is worked out from others, in the same group", () => {
    const height = observation("h", loinc("8302-2", "Body height"), { valueString: "180" });
    const weight = observation("w", loinc("29463-7", "Body weight"), { valueString: "80" });
    const bmi = observation("b", loinc("39156-5", "BMI"), { valueString: "24.7", derivedFrom: named(height, weight) });
    const panel = observation("p", loinc("85353-1", "Vital signs"), { hasMember: named(height, weight, bmi) });
    const message = tell({ result: named(panel) }, [panel, height, weight, bmi]);
    expect(segmentsOf(message, "OBR")).toHaveLength(1);
    expect(segmentsOf(message, "OBX").map((line) => line.split("|")[4])).toEqual(["1.1", "1.2", "1.3"]);
  });

  it("tells germs that name each other in one group", () => {
    const one = observation("g1", germs, { valueCodeableConcept: coli, hasMember: [{ reference: "Observation/g2" }] });
    const two = observation("g2", germs, { valueCodeableConcept: staph, hasMember: [{ reference: "Observation/g1" }] });
    const message = tell({ result: named(one, two) }, [one, two]);
    expect(segmentsOf(message, "OBR")).toHaveLength(1);
    expect(new Set(segmentsOf(message, "OBX").map((line) => line.split("|")[5]))).toEqual(
      new Set(["112283007^Escherichia coli^SCT", "3092008^Staphylococcus aureus^SCT"]),
    );
  });

  it("ends with a germ that names itself, or a panel that does", () => {
    const own = observation("g1", germs, { valueCodeableConcept: coli, hasMember: [{ reference: "Observation/g1" }] });
    expect(segmentsOf(tell({ result: named(own) }, [own]), "OBX")).not.toHaveLength(0);
    const panel = observation("p", germs, { hasMember: [{ reference: "Observation/p" }] });
    expect(() => tell({ result: named(panel) }, [panel])).not.toThrow();
  });
});

describe("text, pictures and conclusions of a report", () => {
  const conclusion = {
    conclusion: "No acute findings",
    conclusionCode: [snomed("17621005", "Normal")],
  };

  it("stand behind its results", () => {
    const potassium = observation("k", loinc("2823-3", "Potassium"), { valueQuantity: { value: 4.1, unit: "mmol/L" } });
    const picture: fhir4.Media = {
      resourceType: "Media",
      id: "m",
      status: "completed",
      view: snomed("260421001", "Anteroposterior projection"),
      content: { contentType: "image/jpeg", url: "https://pacs.example.org/m.jpg" },
    };
    const message = tell(
      {
        ...conclusion,
        result: named(potassium),
        presentedForm: [
          { contentType: "text/plain", data: Buffer.from("Line 1\nLine 2").toString("base64") },
          { contentType: "application/pdf", url: "https://fhir.example.org/r4/t/Binary/XR-1" },
        ],
        media: [{ comment: "Heart of normal size", link: { reference: "Media/m" } }],
      },
      [potassium, picture],
    );
    expect(segmentsOf(message, "OBX").map((line) => line.split("|").slice(1, 6).join("|"))).toEqual([
      "1|NM|2823-3^Potassium^LN|1|4.1",
      "2|ST|55110-1^Conclusions [Interpretation] Document^LN|2|No acute findings",
      "3|CWE|55110-1^Conclusions [Interpretation] Document^LN|3|17621005^Normal^SCT",
      "4|TX|600-7^Bacteria identified in Blood by Culture^LN|4|Line 1~Line 2",
      "5|RP|600-7^Bacteria identified in Blood by Culture^LN|5|https://fhir.example.org/r4/t/Binary/XR-1^GEN^AP^PDF",
      "6|RP|260421001^Anteroposterior projection^SCT|6|https://pacs.example.org/m.jpg^GEN^IM^JPEG",
    ]);
    expect(segmentsOf(message, "NTE")).toEqual(["NTE|1|L|Heart of normal size"]);
  });

  it("are on the work list where a picture did not come along", () => {
    expect(tell({ ...conclusion, media: [{ link: { reference: "Media/m" } }] }).workList).toContainEqual(
      expect.objectContaining({ reason: "missing-resource", path: "DiagnosticReport.media.link" }),
    );
  });
});

const functionOf = (code: string): fhir4.Extension => ({
  url: "http://hl7.org/fhir/StructureDefinition/event-performerFunction",
  valueCodeableConcept: coded("http://terminology.hl7.org/CodeSystem/v3-ParticipationType", code, code),
});
const person = (display: string, ...functions: readonly string[]): fhir4.Reference => ({
  reference: `Practitioner/${display.toLowerCase()}`,
  display,
  extension: functions.map(functionOf),
});

describe("who did what", () => {
  const result = (...performer: readonly fhir4.Reference[]) => {
    const sodium = observation("na", loinc("2951-2", "Sodium"), { valueInteger: 140, performer: [...performer] });
    return tell({ result: named(sodium) }, [sodium]);
  };

  it.each([
    [[person("ABLE", "PPRF"), person("BAKER", "VRF"), person("COY", "LA")], "^BAKER"],
    [[person("ABLE", "PPRF"), person("COY", "LA")], "^COY"],
    [[person("ABLE", "PPRF", "ATND"), person("DOG")], "^ABLE"],
    [[person("DOG"), person("EASY")], "^DOG~^EASY"],
  ])("OBX-16 is the verifier, else who signed, who did it, or all: %#", (performers, observers) => {
    expect(fieldOf(result(...performers), "OBX", 16)).toBe(observers);
  });

  it("OBX-23 to OBX-25 are the laboratory, where it is, and who directs it", () => {
    const lab: fhir4.Organization = {
      resourceType: "Organization",
      id: "lab",
      name: "General Lab",
      address: [{ line: ["1 MAIN ST"], city: "ROCHESTER" }],
    };
    const sodium = observation("na", loinc("2951-2", "Sodium"), {
      valueInteger: 140,
      performer: [{ reference: "Organization/lab" }, person("FOX", "MDIR")],
    });
    const message = tell({ result: named(sodium) }, [sodium, lab]);
    expect([23, 24, 25].map((position) => fieldOf(message, "OBX", position))).toEqual([
      "General Lab",
      "1 MAIN ST^^ROCHESTER",
      "^FOX",
    ]);
  });

  it("OBX-15 is the laboratory, up to version 2.5", () => {
    const lab: fhir4.Organization = {
      resourceType: "Organization",
      id: "lab",
      name: "General Lab",
      identifier: [{ system: "urn:oid:2.16.840.1.113883.4.7", value: "05D0642827" }],
    };
    const sodium = observation("na", loinc("2951-2", "Sodium"), {
      valueInteger: 140,
      performer: [{ reference: "Organization/lab" }],
    });
    const old = { ...destination, version: "2.5" } as const;
    const message = render("ORU^R01", { ...report, result: named(sodium) }, [jane, sodium, lab], { destination: old });
    expect(segmentsOf(message, "OBX")).toEqual([
      "OBX|1|NM|2951-2^Sodium^LN|1|140||||||F|||20261122220000-0600|05D0642827^General Lab^L",
    ]);
    expect(message.workList.filter(({ reason }) => reason === "not-in-version")).toEqual([]);
  });

  it("OBR-32 to OBR-34 are the interpreters and the technician, OBR-16 who asked for it", () => {
    const message = tell({
      basedOn: [],
      conclusion: "x",
      resultsInterpreter: [person("ABLE"), person("BAKER")],
      performer: [
        person("COY", "SPRF"),
        person("DOG", "PPRF"),
        person("EASY", "OP"),
        { display: "Lab", type: "Organization" },
      ],
    });
    expect([16, 32, 33, 34].map((position) => fieldOf(message, "OBR", position))).toEqual([
      "^EASY",
      "&ABLE",
      "&BAKER~&COY",
      "&DOG",
    ]);
  });
});

describe("a value", () => {
  const tellValue = (json: string) => {
    const result = parseJson(
      `{"resourceType":"Observation","id":"v","status":"final","code":{"text":"x"},"subject":{"reference":"Patient/1"},${json}}`,
    ) as fhir4.Observation;
    const message = tell({ result: named(result) }, [result]);
    return [2, 5, 6, 11].map((position) => fieldOf(message, "OBX", position));
  };

  it.each([
    ['"valueQuantity":{"value":1.50,"unit":"mg"}', ["NM", "1.50", "mg", "F"]],
    ['"valueQuantity":{"value":5,"comparator":"<"}', ["SN", "<^5", "", "F"]],
    ['"valueRange":{"low":{"value":10},"high":{"value":20}}', ["SN", "^10^-^20", "", "F"]],
    ['"valueRatio":{"numerator":{"value":1},"denominator":{"value":128}}', ["SN", "^1^:^128", "", "F"]],
    ['"valueCodeableConcept":{"text":"odd"}', ["CWE", "^^^^^^^^odd", "", "F"]],
    ['"valueBoolean":false', ["ID", "N", "", "F"]],
    ['"valueInteger":0', ["NM", "0", "", "F"]],
    ['"valueString":"one\\ntwo"', ["FT", "one\\.br\\two", "", "F"]],
    ['"valueDateTime":"2026-11-20"', ["DT", "20261120", "", "F"]],
    ['"valueDateTime":"2026-11-20T06:00:00Z"', ["TS", "20261120000000-0600", "", "F"]],
    ['"valueTime":"14:30:00"', ["TM", "143000", "", "F"]],
    [
      '"valuePeriod":{"start":"2026-11-20T06:00:00Z","end":"2026-11-20T06:00:00Z"}',
      ["TS", "20261120000000-0600~20261120000000-0600", "", "F"],
    ],
    [
      '"valueSampledData":{"origin":{"value":0},"period":1,"dimensions":1,"data":"1.50 2 E"}',
      ["NA", "1.50^2", "", "F"],
    ],
    [
      '"valueSampledData":{"origin":{"value":10},"factor":0.5,"period":1,"dimensions":1,"data":"1 2"}',
      ["NA", "10.5^11", "", "F"],
    ],
    ['"dataAbsentReason":{"text":"Clotted"}', ["", "", "", "X"]],
    ['"dataAbsentReason":{"coding":[{"code":"not-asked"}]}', ["", "", "", "N"]],
  ])("%s is %j", (json, expected) => {
    expect(tellValue(json)).toEqual(expected);
  });

  it.each([
    ['"valueRatio":{"numerator":{"value":5,"unit":"mg"},"denominator":{"value":24,"unit":"h"}}', "mg/h"],
    [
      '"valueRatio":{"numerator":{"value":5,"code":"mg"},"denominator":{"value":24,"unit":"hours","code":"h"}}',
      "mg/h^mg/hours",
    ],
    ['"valueRatio":{"numerator":{"value":5,"unit":"mg"},"denominator":{"value":1}}', "mg"],
    ['"valueRatio":{"numerator":{"value":5,"unit":"mg"},"denominator":{"value":2,"unit":"mg"}}', "mg"],
    ['"valueRange":{"low":{"value":1,"unit":"mg"},"high":{"value":2}}', "mg"],
    ['"valueSampledData":{"origin":{"value":0,"unit":"mV"},"period":1,"dimensions":1,"data":"1 2"}', "mV"],
  ])("has its unit in OBX-6: %s", (json, unit) => {
    const measured = { ...observation("v", loinc("718-7", "Hemoglobin"), {}), ...JSON.parse(`{${json}}`) };
    const told = tell({ result: named(measured) }, [measured]);
    expect(segmentsOf(told, "OBX").map((line) => line.split("|")[6])).toEqual([unit]);
  });

  it("without a value says why in a note", () => {
    const clotted = observation("v", loinc("718-7", "Hemoglobin"), { dataAbsentReason: { text: "Clotted" } });
    expect(segmentsOf(tell({ result: named(clotted) }, [clotted]), "NTE")).toEqual(["NTE|1|L|Clotted"]);
  });

  it("says for whom its range holds (OBX-10)", () => {
    const ranged = observation("v", loinc("718-7", "Hemoglobin"), {
      valueInteger: 12,
      referenceRange: [
        { low: { value: 11.5 }, age: { low: { value: 18 } }, appliesTo: [snomed("248152002", "Female")] },
      ],
    });
    const message = tell({ result: named(ranged) }, [ranged]);
    expect([7, 10].map((position) => fieldOf(message, "OBX", position))).toEqual([">11.5", "A~S"]);
  });
});

describe("a correction", () => {
  const sodium = observation("na", loinc("2951-2", "Sodium"), { valueInteger: 140 });
  const potassium = observation("k", loinc("2823-3", "Potassium"), { valueInteger: 4 });

  it("tells all results once more, the corrected ones as C", () => {
    const corrected: fhir4.Observation = { ...potassium, status: "corrected", valueInteger: 5 };
    const message = tell({ status: "corrected", result: named(sodium, potassium) }, [sodium, corrected]);
    expect(fieldOf(message, "OBR", 25)).toBe("C");
    expect([1, 2].map((each) => [fieldOf(message, "OBX", 5, each), fieldOf(message, "OBX", 11, each)])).toEqual([
      ["140", "F"],
      ["5", "C"],
    ]);
  });

  it("that takes it all back is W for every result, C for the report", () => {
    const message = tell({ status: "entered-in-error", result: named(sodium, potassium) }, [sodium, potassium]);
    expect(fieldOf(message, "OBR", 25)).toBe("C");
    expect([1, 2].map((each) => fieldOf(message, "OBX", 11, each))).toEqual(["W", "W"]);
  });

  it("that takes one result back is W for that one", () => {
    const wrong: fhir4.Observation = { ...potassium, status: "entered-in-error" };
    const message = tell({ status: "corrected", result: named(sodium, wrong) }, [sodium, wrong]);
    expect([1, 2].map((each) => fieldOf(message, "OBX", 11, each))).toEqual(["F", "W"]);
  });

  it("a cancelled test is X", () => {
    const cancelled: fhir4.Observation = { ...potassium, status: "cancelled" };
    const message = tell({ status: "cancelled", result: named(cancelled) }, [cancelled, blood]);
    expect([fieldOf(message, "OBR", 25), fieldOf(message, "OBX", 11)]).toEqual(["X", "X"]);
  });
});

describe("who asked and who answers for it", () => {
  const surgery: fhir4.Organization = {
    resourceType: "Organization",
    id: "surgery",
    name: "East Surgery",
    address: [{ use: "work", line: ["1 Main St"], city: "Reno", state: "NV", postalCode: "89501" }],
    telecom: [{ system: "phone", value: "775-555-0100", use: "work" }],
  };
  const doctor: fhir4.Practitioner = {
    resourceType: "Practitioner",
    id: "gp",
    identifier: [{ system: "http://hl7.org/fhir/sid/us-npi", value: "1679892871" }],
    name: [{ family: "Rivers", given: ["Ida"] }],
    telecom: [{ system: "phone", value: "775-555-0101", use: "work" }],
    address: [{ use: "work", line: ["2 Side St"], city: "Reno", state: "NV", postalCode: "89502" }],
  };
  const role = (id: string, code?: string): fhir4.PractitionerRole => ({
    resourceType: "PractitionerRole",
    id,
    practitioner: { reference: "Practitioner/gp" },
    organization: { reference: "Organization/surgery" },
    ...(code !== undefined && { code: [coded("http://terminology.hl7.org/CodeSystem/v2-0912", code, "Role")] }),
  });
  const people = [surgery, doctor, role("asks"), role("directs", "MDIR")];

  it("ORC and OBR name the one who ordered, how to call them, and the organization that they work for", () => {
    const order = { ...labOrder, requester: { reference: "PractitionerRole/asks" } };
    const message = tell({ basedOn: [{ reference: `ServiceRequest/${order.id}` }], result: [] }, [order, ...people]);
    expect(fieldOf(message, "ORC", 12)).toMatch(/^1679892871\^Rivers\^Ida/);
    expect([fieldOf(message, "ORC", 14), fieldOf(message, "OBR", 17)]).toEqual(
      Array(2).fill("(775)555-0101^WPN^PH^^^775^5550101^^^^^775-555-0101"),
    );
    expect(fieldOf(message, "ORC", 21)).toBe("East Surgery");
    expect(fieldOf(message, "ORC", 22)).toBe("1 Main St^^Reno^NV^89501^^B");
    expect(fieldOf(message, "ORC", 23)).toBe("(775)555-0100^WPN^PH^^^775^5550100^^^^^775-555-0100");
    expect(fieldOf(message, "ORC", 24)).toBe("2 Side St^^Reno^NV^89502^^B");
  });

  it("a medical director is OBX-25 and has observed nothing; the organization of the role has performed it", () => {
    const sodium = observation("na", loinc("2951-2", "Sodium"), {
      valueQuantity: { value: 140 },
      performer: [{ reference: "PractitionerRole/directs" }],
    });
    const message = tell({ result: named(sodium) }, [sodium, ...people]);
    expect(fieldOf(message, "OBX", 16)).toBe("");
    expect(fieldOf(message, "OBX", 23)).toBe("East Surgery");
    expect(fieldOf(message, "OBX", 24)).toBe("1 Main St^^Reno^NV^89501^^B");
    expect(fieldOf(message, "OBX", 25)).toMatch(/^1679892871\^Rivers\^Ida/);
  });

  it("people, roles and organizations are found where a resource contains them", () => {
    const contained = [
      { ...doctor, id: "p" },
      { ...surgery, id: "o" },
      { ...role("r"), practitioner: { reference: "#p" }, organization: { reference: "#o" } },
    ];
    const order = { ...labOrder, contained, requester: { reference: "#r" } };
    const sodium = observation("na", loinc("2951-2", "Sodium"), {
      valueQuantity: { value: 140 },
      contained,
      performer: [{ reference: "#r" }],
    });
    const basedOn = [{ reference: `ServiceRequest/${order.id}` }];
    const message = tell({ basedOn, result: named(sodium) }, [order, sodium]);
    for (const [segment, position] of [
      ["ORC", 12],
      ["OBR", 16],
      ["OBX", 16],
    ] as const)
      expect(fieldOf(message, segment, position)).toMatch(/^1679892871\^Rivers\^Ida/);
    expect([fieldOf(message, "ORC", 21), fieldOf(message, "OBX", 23)]).toEqual(["East Surgery", "East Surgery"]);
    expect([fieldOf(message, "ORC", 14), fieldOf(message, "ORC", 23)]).toEqual([
      "(775)555-0101^WPN^PH^^^775^5550101^^^^^775-555-0101",
      "(775)555-0100^WPN^PH^^^775^5550100^^^^^775-555-0100",
    ]);
  });

  it("a result without a time of its own has that of the report", () => {
    const sodium = observation("na", loinc("2951-2", "Sodium"), { valueQuantity: { value: 140 } });
    const message = tell({ result: named(sodium) }, [sodium]);
    expect(fieldOf(message, "OBX", 14)).toBe(fieldOf(message, "OBR", 7));
  });
});

describe("specimens", () => {
  const numbered = (code: string, value: string) => ({
    type: coded("http://terminology.hl7.org/CodeSystem/v2-0203", code, code),
    system: "urn:oid:9.8.7",
    value,
  });

  it("the numbers of a specimen stand by their types", () => {
    const specimen: fhir4.Specimen = {
      ...blood,
      identifier: [numbered("FGN", "F-1"), numbered("PGN", "P-1")],
    };
    const message = tell({ specimen: [{ reference: `Specimen/${blood.id}` }] }, [specimen]);
    expect(fieldOf(message, "SPM", 2)).toBe("P-1&&9.8.7&ISO^F-1&&9.8.7&ISO");
  });

  it("a specimen that says nothing is not told", () => {
    const specimen: fhir4.Specimen = { resourceType: "Specimen", id: "none" };
    expect(segmentsOf(tell({ specimen: [{ reference: "Specimen/none" }] }, [specimen]), "SPM")).toEqual([]);
  });
});
