import { describe, expect, it } from "vitest";
import { fieldOf, linesOf, render, segmentsOf } from "../support/bridge.ts";
import { account, payer } from "../support/chart.ts";
import { coded, jane, labOrder, loinc, mass, ordered, snomed, stay, subject, tablets } from "../support/clinical.ts";
import { renderIn } from "../support/versions.ts";

const participant = "http://terminology.hl7.org/CodeSystem/provenance-participant-type";
const placed = { type: "order.placed", step: { orderControl: "NW" } } as const;

describe("ORC", () => {
  const provenance: fhir4.Provenance = {
    resourceType: "Provenance",
    id: "pr1",
    target: [{ reference: "ServiceRequest/5511" }],
    recorded: "2026-11-23T15:00:00Z",
    agent: [
      { type: coded(participant, "enterer", "Enterer"), who: { display: "CLERK, CLARA" } },
      { type: coded(participant, "verifier", "Verifier"), who: { display: "POE, PAULA" } },
    ],
    location: { display: "GEN, MAIN, 4W" },
  };

  it("names who entered an order where, and who verified it", () => {
    const message = render("OML^O21", labOrder, [...ordered, provenance], placed);
    expect([10, 11, 13].map((position) => fieldOf(message, "ORC", position))).toEqual([
      "^CLERK^CLARA",
      "^POE^PAULA",
      "4W^^^GEN^^^MAIN^^GEN, MAIN, 4W",
    ]);
  });

  it("says how confidential an order is", () => {
    const system = "http://terminology.hl7.org/CodeSystem/v3-Confidentiality";
    const secret = { ...labOrder, meta: { security: [{ system, code: "R" }] } };
    expect(fieldOf(render("OML^O21", secret, ordered, placed), "ORC", 28)).toBe("R^Restricted^HL70177");
  });
});

describe("what else an order says", () => {
  it("why, by codes and by what references are about", () => {
    const reasonReference = [{ reference: "Condition/c1", display: "Angina" }, { display: "Told by phone" }];
    const angina: fhir4.Condition = {
      resourceType: "Condition",
      id: "c1",
      subject,
      code: coded("http://hl7.org/fhir/sid/icd-10-cm", "I20.0", "Unstable angina"),
    };
    const why = { reasonCode: [{ text: "chest pain" }], reasonReference };
    const told = "^chest pain~I20.0^Unstable angina^I10~^Told by phone";
    const message = render("OML^O21", { ...labOrder, ...why }, [...ordered, angina], placed);
    expect(fieldOf(message, "OBR", 31)).toBe(told);
    expect(fieldOf(render("RDE^O11", { ...tablets, ...why }, [...ordered, angina], placed), "RXE", 27)).toBe(told);
    const visited = render("ADT^A01", { ...stay, reasonReference }, [jane, angina]);
    expect(fieldOf(visited, "PV2", 3)).toBe("I20.0^Unstable angina^I10");
  });

  const v2 = "http://terminology.hl7.org/CodeSystem/v2-0203";
  const numbers: readonly fhir4.Identifier[] = [
    ...(labOrder.identifier ?? []),
    { type: coded(v2, "PLAC", "Placer"), system: "urn:oid:1.2.3.3", value: "ALT-9" },
    { type: coded(v2, "FILL", "Filler"), system: "urn:oid:1.2.3.4", value: "F-1" },
    { system: "https://fhir.cerner.com/ceuuid", value: "CE-1" },
  ];
  const known = { ...labOrder, identifier: [...numbers] };

  it("tells its further numbers in ORC-33 and OBR-53 from 2.7 on", () => {
    const later = renderIn("2.7", "OML^O21", known, ordered, placed);
    expect(fieldOf(later, "ORC", 33)).toBe("ALT-9^^^GENORD^PLAC");
    expect(fieldOf(later, "OBR", 53)).toBe("ALT-9^^^GENORD^PLAC");
    expect(render("OML^O21", known, ordered, placed).er7).not.toContain("ALT-9");
  });

  it("is asked for when it is due where nobody says when it was written", () => {
    const { authoredOn: _none, ...undated } = labOrder;
    const message = render("OML^O21", { ...undated, occurrenceDateTime: "2026-11-24T09:00:00-06:00" }, ordered, placed);
    expect(fieldOf(message, "OBR", 6)).toBe("20261124090000-0600");
  });

  it("names its specimen in OBR-15 of old versions by a text too", () => {
    const blood: fhir4.Specimen = {
      resourceType: "Specimen",
      id: "b",
      type: { text: "Blood" },
      collection: { bodySite: { text: "arm" } },
      container: [{ additiveCodeableConcept: { text: "EDTA" } }],
      note: [{ text: "hard to get" }],
    };
    const request = { ...labOrder, contained: [blood], specimen: [{ reference: "#b" }] };
    const told = "&Blood^EDTA^hard to get^&arm";
    expect(fieldOf(renderIn("2.3", "ORM^O01", request, ordered, placed), "OBR", 15)).toBe(told);
    expect(fieldOf(renderIn("2.4", "OML^O21", request, ordered, placed), "OBR", 15)).toBe(told);
  });

  it("loses nothing in 2.7 where ORC-9 says when it was written", () => {
    expect(renderIn("2.7", "OML^O21", labOrder, ordered, placed).workList).toEqual([]);
    const changed = { type: "order.changed", step: { orderControl: "XO" } };
    expect(renderIn("2.7", "OML^O21", labOrder, ordered, changed).workList).toEqual([
      expect.objectContaining({ reason: "not-in-version", field: "OBR-6" }),
    ]);
  });

  it("is of the kind of place where it is to be done, before that of the visit", () => {
    const role = "http://terminology.hl7.org/CodeSystem/v3-RoleCode";
    const outside = { ...labOrder, locationCode: [coded(role, "OF", "Outpatient facility")] };
    expect(fieldOf(render("OML^O21", labOrder, ordered, placed), "ORC", 29)).toBe("I^Inpatient Order^HL70482");
    expect(fieldOf(render("OML^O21", outside, ordered, placed), "ORC", 29)).toBe("O^Outpatient Order^HL70482");
    const elsewhere = { ...labOrder, locationCode: [coded(role, "PHARM", "Pharmacy")] };
    expect(fieldOf(render("OML^O21", elsewhere, ordered, placed), "ORC", 29)).toBe("I^Inpatient Order^HL70482");
  });
});

describe("ORM^O01", () => {
  it("tells in 2.7 and later in TQ1, SPM and PRT what its fields told before", () => {
    const cared = ordered.map((each) =>
      each.resourceType === "Patient" ? { ...each, generalPractitioner: [{ display: "ROE, RICHARD" }] } : each,
    );
    const before = renderIn("2.6", "ORM^O01", labOrder, cared, placed);
    expect(fieldOf(before, "OBR", 5)).toBe("S");
    expect(fieldOf(before, "PD1", 4)).toBe("^ROE^RICHARD");
    expect(segmentsOf(before, "TQ1").length + segmentsOf(before, "SPM").length).toBe(0);
    const later = renderIn("2.7", "ORM^O01", labOrder, cared, placed);
    expect(fieldOf(later, "TQ1", 9)).toBe("S^Stat^HL70485");
    expect(fieldOf(later, "SPM", 4)).toBe("BLD^Whole blood^HL70487");
    expect(fieldOf(later, "PRT", 5)).toBe("^ROE^RICHARD");
    const lost = later.workList.filter(({ reason }) => reason === "not-in-version").map(({ field }) => field);
    expect(lost).toEqual([]);
  });
});

describe("GT1", () => {
  it("names one guarantor in an order, which has room for one", () => {
    const ofStay = { ...stay, account: [{ reference: "Account/F4004" }] };
    const chart = [...ordered.filter(({ resourceType }) => resourceType !== "Encounter"), ofStay, account, payer];
    expect(segmentsOf(render("OML^O21", labOrder, chart, placed), "GT1").length).toBe(1);
    expect(segmentsOf(render("ADT^A08", ofStay, chart), "GT1").length).toBe(2);
  });
});

describe("RXO and RXE", () => {
  const route = (rate: Partial<fhir4.DosageDoseAndRate>): fhir4.MedicationRequest => ({
    ...tablets,
    dosageInstruction: [{ doseAndRate: [{ doseQuantity: mass(10), ...rate }] }],
  });

  it("tell medications, infusions and other mixtures apart", () => {
    const kindOf = (request: fhir4.MedicationRequest) =>
      fieldOf(render("OMP^O09", request, [jane, stay], placed), "RXO", 27);
    expect(kindOf(tablets)).toBe("M");
    expect(kindOf(route({ rateQuantity: mass(100, "mL/h") }))).toBe("S");
    expect(fieldOf(render("RDE^O11", tablets, [jane, stay], placed), "RXE", 44)).toBe("M");
    expect(fieldOf(renderIn("2.4", "OMP^O09", tablets, [jane, stay], placed), "RXO", 27)).toBe("");
  });

  it("tell the strength of a part that is a drug of its own", () => {
    const vial: fhir4.Medication = {
      resourceType: "Medication",
      id: "vial",
      code: { text: "Heparin 5000" },
      ingredient: [
        {
          itemCodeableConcept: { text: "Heparin" },
          strength: { numerator: mass(5000, "[iU]"), denominator: mass(1, "mL") },
        },
      ],
    };
    const bag: fhir4.Medication = {
      resourceType: "Medication",
      id: "bag",
      code: { text: "Heparin drip" },
      ingredient: [
        { itemReference: { reference: "#vial", display: "Heparin" }, strength: { numerator: mass(5, "mL") } },
        { itemCodeableConcept: { text: "Saline" }, isActive: false, strength: { numerator: mass(500, "mL") } },
      ],
      contained: [vial],
    };
    const { medicationCodeableConcept: _none, ...open } = tablets;
    const drip: fhir4.MedicationRequest = { ...open, medicationReference: { reference: "Medication/bag" } };
    const message = render("OMP^O09", drip, [jane, stay, bag], placed);
    expect(segmentsOf(message, "RXC")).toEqual([
      "RXC|A|^Heparin|5|mL^mL^UCUM|5000|[iU]^[iU]^UCUM||1|mL^mL^UCUM",
      "RXC|B|^Saline|500|mL^mL^UCUM",
    ]);
    expect(fieldOf(message, "RXO", 27)).toBe("O");
  });
});

describe("prior results", () => {
  const sodium: fhir4.Observation = {
    resourceType: "Observation",
    id: "na",
    status: "final",
    code: loinc("2951-2", "Sodium"),
    subject,
    valueQuantity: mass(140, "mmol/L"),
  };
  const lastWeek: fhir4.DiagnosticReport = {
    resourceType: "DiagnosticReport",
    id: "r0",
    status: "final",
    code: loinc("24323-8", "Comprehensive metabolic panel"),
    subject,
    effectiveDateTime: "2026-11-16T04:00:00Z",
    result: [{ reference: "Observation/na" }],
  };
  const informed = { ...labOrder, supportingInfo: [{ reference: "DiagnosticReport/r0" }] };

  it("stand behind the order, under the patient again", () => {
    const message = render("OML^O21", informed, [...ordered, lastWeek, sodium], placed);
    const prior = linesOf(message).slice(linesOf(message).findLastIndex((line) => line.startsWith("PID|")));
    expect(prior).toEqual([
      expect.stringMatching(/^PID\|1\|\|7001234/),
      "ORC|PR||r0^GEN",
      expect.stringMatching(/^OBR\|1\|\|r0\^GEN\|24323-8\^.*\|F$/),
      expect.stringMatching(/^OBX\|1\|NM\|2951-2\^Sodium\^LN\|1\|140\|mmol\/L/),
    ]);
    expect(segmentsOf(message, "SPM").length).toBe(1);
  });

  it("are left out where a version or a message has no place for them, and where there are none", () => {
    expect(segmentsOf(renderIn("2.3", "OML^O21", informed, [...ordered, lastWeek, sodium], placed), "OBR").length).toBe(
      1,
    );
    expect(segmentsOf(render("ORM^O01", informed, [...ordered, lastWeek, sodium], placed), "OBR").length).toBe(1);
    expect(
      segmentsOf(render("OML^O21", informed, [...ordered, { ...lastWeek, result: [] }], placed), "OBR").length,
    ).toBe(1);
  });
});

describe("what is charged and what is booked", () => {
  const knee = coded("http://hl7.org/fhir/sid/icd-10-cm", "M17.11", "Osteoarthritis of the right knee");

  it("an appointment names who asked for it, the order's number and the diagnosis that it is for", () => {
    const referral: fhir4.ServiceRequest = {
      ...labOrder,
      identifier: [{ type: coded("http://terminology.hl7.org/CodeSystem/v2-0203", "FILL", "Filler"), value: "F-1" }],
    };
    const booked: fhir4.Appointment = {
      resourceType: "Appointment",
      id: "a1",
      status: "booked",
      basedOn: [{ reference: "ServiceRequest/5511" }],
      reasonCode: [knee, snomed("308335008", "Encounter")],
      participant: [{ actor: { reference: "Patient/1" }, status: "accepted" }],
    };
    const message = render("SIU^S12", booked, [...ordered, referral]);
    expect(fieldOf(message, "SCH", 12)).toMatch(/^1234567893\^SMITH\^ALEX/);
    expect(fieldOf(message, "SCH", 13)).toMatch(/5550155/);
    expect(fieldOf(message, "SCH", 27)).toBe("F-1^GEN");
    expect(segmentsOf(message, "DG1").map((line) => line.split("|")[3])).toEqual([
      "M17.11^Osteoarthritis of the right knee^I10",
    ]);
  });

  it("an appointment that has no time yet says in 2.4 that it is one, and in 2.5 nothing", () => {
    const proposed: fhir4.Appointment = {
      resourceType: "Appointment",
      id: "a1",
      status: "proposed",
      participant: [{ actor: { reference: "Patient/1" }, status: "accepted" }],
    };
    expect(fieldOf(renderIn("2.4", "SIU^S12", proposed, [jane]), "SCH", 11)).toBe("1");
    expect(fieldOf(renderIn("2.5", "SIU^S12", proposed, [jane]), "SCH", 11)).toBe("");
  });

  it("a charge names its procedure, its modifiers, and the diagnoses that it is for", () => {
    const cpt = (code: string, display: string) => ({ system: "http://www.ama-assn.org/go/cpt", code, display });
    const replacement: fhir4.Procedure = {
      resourceType: "Procedure",
      id: "p1",
      status: "completed",
      subject,
      code: { coding: [cpt("27447", "Total knee arthroplasty")] },
      performedDateTime: "2026-11-23T09:00:00Z",
    };
    const item: fhir4.ChargeItem = {
      resourceType: "ChargeItem",
      id: "c1",
      status: "billable",
      code: { coding: [cpt("27447", "Total knee arthroplasty"), cpt("RT", "Right side")] },
      subject,
      context: { reference: "Encounter/97" },
      service: [{ reference: "Procedure/p1" }],
      reason: [knee],
      enteredDate: "2026-11-24T02:00:00Z",
    };
    const message = render("DFT^P03", item, [jane, stay, replacement]);
    expect([3, 16, 25, 26].map((position) => fieldOf(message, "FT1", position))).toEqual([
      "20261123",
      "4W^412^A^GEN^^N^MAIN^^GEN, MAIN, 4W, 412, A",
      "27447^Total knee arthroplasty^C4",
      "RT^Right side^CPTM",
    ]);
    expect(fieldOf(message, "PR1", 3)).toBe("27447^Total knee arthroplasty^C4");
    expect(fieldOf(message, "DG1", 3)).toBe("M17.11^Osteoarthritis of the right knee^I10");
  });
});
