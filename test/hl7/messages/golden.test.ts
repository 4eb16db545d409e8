import { describe, expect, it } from "vitest";
import { parseJson } from "../../../shared/json.ts";
import { fieldOf, linesOf, render, segmentsOf } from "../support/bridge.ts";

const v2 = (table: string, code: string): fhir4.CodeableConcept => ({
  coding: [{ system: `http://terminology.hl7.org/CodeSystem/v2-${table}`, code }],
});
const hl7 = "http://hl7.org/fhir/StructureDefinition";
const usCore = "http://hl7.org/fhir/us/core/StructureDefinition";
const tenantCode = (set: number, code: string, display: string) => ({
  system: `https://fhir.cerner.com/0b8a0111-e8e6-4c26-a91c-5069cbc6b1ca/codeSet/${set}`,
  code,
  display,
  userSelected: true,
});

const jane: fhir4.Patient = {
  resourceType: "Patient",
  id: "1",
  extension: [
    {
      url: `${usCore}/us-core-race`,
      extension: [
        {
          url: "ombCategory",
          valueCoding: { system: "urn:oid:2.16.840.1.113883.6.238", code: "2106-3", display: "White" },
        },
        { url: "text", valueString: "White" },
      ],
    },
    {
      url: `${usCore}/us-core-ethnicity`,
      extension: [
        { url: "ombCategory", valueCoding: { system: "urn:oid:2.16.840.1.113883.6.238", code: "2186-5" } },
        { url: "text", valueString: "Not Hispanic" },
      ],
    },
    {
      url: `${hl7}/patient-religion`,
      valueCodeableConcept: {
        coding: [{ system: "http://terminology.hl7.org/CodeSystem/v3-ReligiousAffiliation", code: "1041" }],
      },
    },
  ],
  identifier: [
    { use: "usual", type: v2("0203", "MR"), system: "urn:oid:1.2.3.1", value: "7001234" },
    { use: "old", type: v2("0203", "MR"), system: "urn:oid:1.2.3.1", value: "1" },
    { type: { ...v2("0203", "AN"), text: "Federated Person Principal" }, value: "jane@portal" },
    { type: v2("0203", "SS"), system: "http://hl7.org/fhir/sid/us-ssn", value: "999999999" },
    { type: v2("0203", "MR"), system: "urn:oid:1.2.3.1", value: "2", period: { end: "2020-01-01T00:00:00Z" } },
  ],
  name: [{ use: "official", family: "DOE", given: ["JANE", "ANN"] }],
  gender: "female",
  birthDate: "1980-02-14",
  address: [
    { use: "home", line: ["12 ELM ST", "APT 4"], city: "ROCHESTER", state: "MN", postalCode: "55901", country: "US" },
  ],
  telecom: [
    { system: "phone", use: "home", value: "+1 507 555 0101" },
    { system: "email", value: "jane&doe@example.org" },
  ],
  communication: [
    { language: { coding: [{ system: "urn:ietf:bcp:47", code: "es", display: "Spanish" }] } },
    { language: { coding: [{ system: "urn:ietf:bcp:47", code: "en", display: "English" }] }, preferred: true },
  ],
  maritalStatus: {
    coding: [
      tenantCode(38, "309", "Married"),
      { system: "http://terminology.hl7.org/CodeSystem/v3-MaritalStatus", code: "M", display: "Married" },
    ],
  },
};

const smith: fhir4.Practitioner = {
  resourceType: "Practitioner",
  id: "4",
  identifier: [{ system: "http://hl7.org/fhir/sid/us-npi", value: "1234567893" }],
  name: [{ family: "SMITH", given: ["ALEX"] }],
};

const location = (id: string, name: string, type: string, partOf?: string): fhir4.Location => ({
  resourceType: "Location",
  id,
  name,
  physicalType: { coding: [{ system: "http://terminology.hl7.org/CodeSystem/location-physical-type", code: type }] },
  ...(partOf !== undefined && { partOf: { reference: `Location/${partOf}` } }),
});
const places = [
  location("412-A", "A", "bd", "412"),
  location("415-B", "B", "bd", "415"),
  location("412", "412", "ro", "4W"),
  location("415", "415", "ro", "4W"),
  location("4W", "4W", "wa", "4"),
  location("4", "4", "lvl", "MAIN"),
  location("MAIN", "MAIN", "bu", "GEN"),
  location("GEN", "GEN", "si"),
];

const participant = (code: string): fhir4.EncounterParticipant => ({
  type: [{ coding: [{ system: "http://terminology.hl7.org/CodeSystem/v3-ParticipationType", code }] }],
  individual: { reference: "Practitioner/4" },
});

const stay: fhir4.Encounter = {
  resourceType: "Encounter",
  id: "97845",
  meta: { lastUpdated: "2026-11-23T05:14:55Z" },
  identifier: [
    { type: v2("0203", "AN"), system: "urn:oid:1.2.3.2", value: "5550099", period: { start: "2026-11-23T05:00:00Z" } },
  ],
  status: "in-progress",
  class: { system: "http://terminology.hl7.org/CodeSystem/v3-ActCode", code: "IMP" },
  type: [v2("0004", "I"), v2("0007", "E")],
  subject: { reference: "Patient/1" },
  serviceType: { coding: [{ code: "MED" }] },
  participant: [
    participant("ATND"),
    participant("ADM"),
    { ...participant("ATND"), individual: { display: "GONE, LONG" }, period: { end: "2026-11-01T00:00:00Z" } },
  ],
  period: { start: "2026-11-23T05:10:00Z" },
  hospitalization: {
    admitSource: { coding: [{ system: "http://terminology.hl7.org/CodeSystem/admit-source", code: "emd" }] },
  },
  location: [{ location: { reference: "Location/412-A" }, status: "active" }],
  diagnosis: [
    {
      condition: { reference: "Condition/c1" },
      rank: 1,
      use: { coding: [{ system: "http://terminology.hl7.org/CodeSystem/diagnosis-role", code: "AD" }] },
    },
  ],
};
const chestPain: fhir4.Condition = {
  resourceType: "Condition",
  id: "c1",
  subject: { reference: "Patient/1" },
  code: {
    coding: [{ system: "http://hl7.org/fhir/sid/icd-10-cm", code: "R07.9", display: "Chest pain, unspecified" }],
  },
  onsetDateTime: "2026-11-23T05:10:00Z",
};
const context = [jane, smith, chestPain, ...places];
const attending = "1234567893^SMITH^ALEX^^^^^^NPI&2.16.840.1.113883.4.6&ISO^L^^^NPI";
const admitted = "20261122231000-0600";

describe("an admission (A01)", () => {
  const message = render("ADT^A01", stay, context, { occurredAt: "2026-11-23T05:10:00Z" });

  it("is the message of the field guide", () => {
    const [diagnosis, ...others] = linesOf(message).toReversed();
    expect(others.toReversed()).toEqual([
      "MSH|^~\\&|FHIRBRIDGE|GEN|RCV|GEN|20261122231502-0600||ADT^A01^ADT_A01|B0000000000000000017|P|2.5.1||||||UNICODE UTF-8",
      `EVN|A01|20261122231455-0600||||${admitted}`,
      "PID|1||7001234^^^GENMRN^MR||DOE^JANE^ANN^^^^L||19800214|F||2106-3^White^HL70005|12 ELM ST^APT 4^ROCHESTER^MN^55901^USA^H||(507)555-0101^PRN^PH^^1^507^5550101^^^^^+1 507 555 0101~^NET^Internet^jane\\T\\doe@example.org||en^English^HL70296|M^Married^HL70002^309^Married^99CS38|CAT^Christian: Roman Catholic^HL70006|5550099^^^GENFIN^AN||||N^Not Hispanic or Latino^HL70189",
      `PV1|1|I|4W^412^A^GEN^^N^MAIN^4|E|||${attending}|||MED||||7|||${attending}||5550099^^^GENFIN^AN|||||||||||||||||||||||||${admitted}|||||||V`,
    ]);
    expect(diagnosis?.split("|").slice(0, 16).join("|")).toBe(
      `DG1|1||R07.9^Chest pain, unspecified^I10||${admitted}|A|||||||||1`,
    );
  });

  it("says what it is", () => {
    expect(message).toMatchObject({ trigger: "ADT^A01", structure: "ADT_A01", controlId: "B0000000000000000017" });
    expect(message.workList).toEqual([]);
  });

  it("marks an initial load", () => {
    expect(fieldOf(render("ADT^A01", stay, context, { initial: true }), "MSH", 11)).toBe("P^I");
  });
});

describe("a move (A02)", () => {
  it("tells where the patient is and was at that step", () => {
    const now: fhir4.Encounter = {
      ...stay,
      location: [
        { location: { reference: "Location/412-A" }, status: "completed" },
        { location: { reference: "Location/415-B" }, status: "active", period: { start: "2026-11-23T12:00:00Z" } },
      ],
    };
    const [prior, current] = now.location ?? [];
    const message = render("ADT^A02", now, context, {
      occurredAt: "2026-11-23T12:00:00Z",
      step: { location: current, priorLocation: prior },
    });
    expect(message.structure).toBe("ADT_A02");
    expect(fieldOf(message, "PV1", 3)).toBe("4W^415^B^GEN^^N^MAIN^4");
    expect(fieldOf(message, "PV1", 6)).toBe("4W^412^A^GEN^^N^MAIN^4");
    expect(fieldOf(message, "EVN", 6)).toBe("20261123060000-0600");
    expect(segmentsOf(message, "DG1")).toEqual([]);
  });

  it("an earlier step of the same poll shows the bed of that step", () => {
    const message = render("ADT^A01", { ...stay, location: [] }, context, {
      step: { location: { location: { reference: "Location/415-B" } } },
    });
    expect(fieldOf(message, "PV1", 3)).toBe("4W^415^B^GEN^^N^MAIN^4");
  });
});

describe("the end of a visit", () => {
  const ended: fhir4.Encounter = {
    ...stay,
    status: "finished",
    period: { start: "2026-11-23T05:10:00Z", end: "2026-11-25T18:00:00Z" },
    hospitalization: {
      dischargeDisposition: {
        coding: [{ system: "http://terminology.hl7.org/CodeSystem/discharge-disposition", code: "home" }],
      },
    },
  };

  it("a discharge (A03) tells when and where to", () => {
    const message = render("ADT^A03", ended, context);
    expect(message.structure).toBe("ADT_A03");
    expect(fieldOf(message, "PV1", 36)).toBe("01");
    expect(fieldOf(message, "PV1", 45)).toBe("20261125120000-0600");
  });

  it("a cancelled discharge (A13) deletes the time that was told", () => {
    const message = render("ADT^A13", stay, context);
    expect(message.structure).toBe("ADT_A01");
    expect(fieldOf(message, "PV1", 45)).toBe('""');
    expect(fieldOf(render("ADT^A08", stay, context), "PV1", 45)).toBe("");
  });

  it("a future end of a running visit is not a discharge", () => {
    const planned = { ...stay, period: { start: "2026-11-23T05:10:00Z", end: "2026-11-30T18:00:00Z" } };
    expect(fieldOf(render("ADT^A08", planned, context), "PV1", 45)).toBe("");
  });
});

describe("a stay that is planned (A05)", () => {
  it("has the class P, no begin, and the expected time", () => {
    const planned: fhir4.Encounter = { ...stay, status: "planned", location: [] };
    const message = render("ADT^A05", planned, context);
    expect(message.structure).toBe("ADT_A05");
    expect(fieldOf(message, "PV1", 2)).toBe("P");
    expect(fieldOf(message, "PV1", 44)).toBe("");
    expect(fieldOf(message, "PV2", 8)).toBe(admitted);
    expect(fieldOf(message, "EVN", 3)).toBe(admitted);
  });
});

describe("a person without a visit", () => {
  it.each(["ADT^A28", "ADT^A31"] as const)("%s says that no visit is meant", (trigger) => {
    const message = render(trigger, jane, [stay]);
    expect(message.structure).toBe("ADT_A05");
    expect(segmentsOf(message, "PV1")).toEqual(["PV1|1|N"]);
    expect(fieldOf(message, "PID", 18)).toBe("");
  });

  it("death is told by its time and by a flag", () => {
    const message = render("ADT^A31", { ...jane, deceasedDateTime: "2026-11-20T10:00:00Z" });
    expect(fieldOf(message, "PID", 29)).toBe("20261120040000-0600");
    expect(fieldOf(message, "PID", 30)).toBe("Y");
    expect(fieldOf(render("ADT^A31", { ...jane, deceasedBoolean: false }), "PID", 30)).toBe("N");
  });

  it("next of kin come from the record and from related persons of this patient", () => {
    const mother: fhir4.RelatedPerson = {
      resourceType: "RelatedPerson",
      id: "r1",
      patient: { reference: "Patient/1" },
      name: [{ family: "ROE", given: ["MARY"] }],
      relationship: [{ coding: [{ system: "http://terminology.hl7.org/CodeSystem/v3-RoleCode", code: "MTH" }] }],
      telecom: [{ system: "phone", use: "work", value: "5075550199" }],
    };
    const stranger: fhir4.RelatedPerson = { ...mother, id: "r2", patient: { reference: "Patient/2" } };
    const former: fhir4.RelatedPerson = { ...mother, id: "r3", period: { end: "2020-01-01" } };
    const withContact: fhir4.Patient = {
      ...jane,
      contact: [{ name: { text: "Joe Doe" }, relationship: [v2("0131", "C")] }],
    };
    expect(segmentsOf(render("ADT^A28", withContact, [mother, stranger, former]), "NK1")).toEqual([
      "NK1|1|Joe Doe^^^^^^L|||||C^Emergency Contact^HL70131",
      "NK1|2|ROE^MARY^^^^^L|MTH^Mother^HL70063|||(507)555-0199^WPN^PH^^^507^5550199^^^^^5075550199",
    ]);
  });
});

describe("a merge (A40)", () => {
  const ended: fhir4.Patient = {
    resourceType: "Patient",
    id: "2",
    identifier: [{ type: v2("0203", "MR"), system: "urn:oid:1.2.3.1", value: "7009999" }],
    name: [{ family: "DOE", given: ["J"] }],
  };

  it("names the record that goes on and the one that ended", () => {
    const message = render("ADT^A40", jane, [], { step: { merged: ended } });
    expect(message.structure).toBe("ADT_A39");
    expect(fieldOf(message, "PID", 3)).toBe("7001234^^^GENMRN^MR");
    expect(segmentsOf(message, "MRG")).toEqual(["MRG|7009999^^^GENMRN^MR||||||DOE^J^^^^^L"]);
  });

  it("a record that Ignite has emptied is known by its id", () => {
    const message = render("ADT^A40", jane, [], { step: { merged: { resourceType: "Patient", id: "2" } } });
    expect(segmentsOf(message, "MRG")).toEqual(["MRG|2^^^GEN^PI"]);
    expect(message.workList).toContainEqual(expect.objectContaining({ reason: "no-patient-number" }));
  });

  it("without a record that ended there is no message", () => {
    expect(() => render("ADT^A40", jane)).toThrow(
      expect.objectContaining({
        code: "ERR_UNRENDERABLE",
        details: { field: "MRG-1", path: "MergedPatient.identifier" },
      }),
    );
  });
});

describe("an appointment (S13)", () => {
  const cardiology: fhir4.Location = {
    ...location("CARD", "CARD", "wa"),
    type: [{ coding: [{ system: "http://terminology.hl7.org/CodeSystem/v3-RoleCode", code: "CARD" }] }],
  };
  const appointment: fhir4.Appointment = {
    resourceType: "Appointment",
    id: "88231",
    identifier: [{ type: v2("0203", "FILL"), system: "urn:oid:1.2.3.5", value: "A-88231" }],
    status: "booked",
    appointmentType: {
      coding: [
        {
          system: "http://terminology.hl7.org/CodeSystem/v2-0277",
          code: "Normal",
          display: "Routine schedule request type",
        },
      ],
    },
    reasonCode: [{ coding: [{ system: "http://snomed.info/sct", code: "185389009" }] }],
    serviceType: [{ coding: [tenantCode(14249, "CARDFU", "Cardiology follow up")] }],
    start: "2026-12-01T20:30:00Z",
    end: "2026-12-01T21:00:00Z",
    minutesDuration: 30,
    participant: [
      { actor: { reference: "Patient/1" }, status: "accepted" },
      { actor: { reference: "Location/CARD" }, status: "accepted" },
      { actor: { reference: "Practitioner/4" }, status: "accepted" },
    ],
  };
  const time = "20261201143000-0600|||30|min^minute^UCUM||Booked^^HL70278";

  it("is the message of the field guide, with its event reason", () => {
    const message = render("SIU^S13", appointment, [jane, smith, cardiology]);
    expect(message.structure).toBe("SIU_S12");
    expect(linesOf(message).filter((line) => !/^(MSH|PID)/.test(line))).toEqual([
      "SCH||A-88231^GENAPPT||||RESCHED^Rescheduled^L|FOLLOWUP^A follow up visit from a previous appointment^HL70276|Normal^Routine schedule request type^HL70277|30|min^minute^UCUM|^^M30^20261201143000-0600^20261201150000-0600|||||^FHIRBRIDGE^SYSTEM||||^FHIRBRIDGE^SYSTEM|||||Booked^^HL70278",
      "PV1|1|O",
      "RGS|1|U",
      `AIS|1|U|CARDFU^Cardiology follow up^99CS14249|${time}`,
      `AIL|1|U|CARD^^^GEN^^C|||${time}`,
      `AIP|1|U|${attending}|||${time}`,
    ]);
  });

  it("says why it was cancelled", () => {
    const cancelled: fhir4.Appointment = {
      ...appointment,
      status: "cancelled",
      cancelationReason: { text: "Weather" },
      comment: "Call\nback",
    };
    const message = render("SIU^S15", cancelled, [jane]);
    expect(fieldOf(message, "SCH", 6)).toBe("^Weather");
    expect(fieldOf(message, "SCH", 25)).toBe("Cancelled^^HL70278");
    expect(fieldOf(message, "RGS", 2)).toBe("D");
    expect(fieldOf(message, "AIL", 12)).toBe("Cancelled^^HL70278");
    expect(segmentsOf(message, "NTE")).toEqual(["NTE|1|L|Call\\.br\\back"]);
  });

  it("takes the duration from start and end, and the id where there is no number", () => {
    const { minutesDuration: _minutes, identifier: _identifier, ...bare } = appointment;
    const message = render("SIU^S12", { ...bare, end: "2026-12-01T21:15:00Z" }, [jane]);
    expect(fieldOf(message, "SCH", 9)).toBe("45");
    expect(fieldOf(message, "SCH", 2)).toBe("88231^GEN");
  });

  it("shows the answer of each participant while it stands", () => {
    const [patient, place, person] = appointment.participant;
    const asked: fhir4.Appointment = {
      ...appointment,
      participant: [patient, { ...place, status: "declined" }, { ...person, status: "tentative" }] as never,
    };
    const message = render("SIU^S14", asked, [jane, smith, cardiology]);
    expect(fieldOf(message, "AIL", 12)).toBe("Cancelled^^HL70278");
    expect(fieldOf(message, "AIP", 12)).toBe("Pending^^HL70278");
    expect(fieldOf(render("SIU^S15", { ...asked, status: "cancelled" }, [jane]), "AIP", 12)).toBe("Cancelled^^HL70278");
  });
});

describe("a corrected result (R01)", () => {
  const order: fhir4.ServiceRequest = {
    resourceType: "ServiceRequest",
    id: "5511",
    identifier: [{ type: v2("0203", "PLAC"), system: "urn:oid:1.2.3.3", value: "O-5511" }],
    status: "completed",
    intent: "order",
    subject: { reference: "Patient/1" },
    requester: { reference: "Practitioner/4" },
  };
  const lab = (code: string, display: string) => ({ coding: [{ system: "http://loinc.org", code, display }] });
  const high = {
    coding: [{ system: "http://terminology.hl7.org/CodeSystem/v3-ObservationInterpretation", code: "N" }],
  };
  const observations = parseJson(
    JSON.stringify([
      {
        resourceType: "Observation",
        id: "k",
        status: "corrected",
        code: lab("2823-3", "Potassium [Moles/volume] in Serum or Plasma"),
        effectiveDateTime: "2026-11-23T04:00:00Z",
        valueQuantity: {
          value: JSON.rawJSON("4.10"),
          unit: "mmol/L",
          code: "mmol/L",
          system: "http://unitsofmeasure.org",
        },
        referenceRange: [{ low: { value: 3.5 }, high: { value: 5.1 } }],
        interpretation: [high],
      },
      {
        resourceType: "Observation",
        id: "crea",
        status: "final",
        code: lab("2160-0", "Creatinine [Mass/volume] in Serum or Plasma"),
        effectiveDateTime: "2026-11-23T04:00:00Z",
        valueQuantity: {
          value: 0.2,
          comparator: "<",
          unit: "mg/dL",
          code: "mg/dL",
          system: "http://unitsofmeasure.org",
        },
        referenceRange: [{ low: { value: 0.6 }, high: { value: 1.2 } }],
        interpretation: [{ coding: [{ ...high.coding[0], code: "L" }] }],
      },
    ]),
  ) as fhir4.Observation[];
  const report: fhir4.DiagnosticReport = {
    resourceType: "DiagnosticReport",
    id: "9912",
    identifier: [
      { system: "https://fhir.cerner.com/ceuuid", value: "CE87-9912-2026" },
      { type: v2("0203", "FILL"), system: "urn:oid:1.2.3.4", value: "L-9912" },
    ],
    status: "corrected",
    category: [v2("0074", "LAB")],
    code: lab("24323-8", "Comprehensive metabolic 2000 panel"),
    subject: { reference: "Patient/1" },
    basedOn: [{ reference: "ServiceRequest/5511" }],
    effectiveDateTime: "2026-11-23T04:00:00Z",
    issued: "2026-11-23T16:10:00Z",
    result: [{ reference: "Observation/k" }, { reference: "Observation/crea" }],
  };
  const all = [jane, smith, order, ...observations];
  const time = "20261122220000-0600";

  it("is the message of the field guide: every result again, each with its own status", () => {
    const message = render("ORU^R01", report, all);
    expect(message.structure).toBe("ORU_R01");
    expect(linesOf(message).filter((line) => !/^(MSH|PID)/.test(line))).toEqual([
      `ORC|RE|O-5511^GENORD|L-9912^GENLAB|||||||||${attending}`,
      `OBR|1|O-5511^GENORD|L-9912^GENLAB|24323-8^Comprehensive metabolic 2000 panel^LN|||${time}|||||||||${attending}||||||20261123101000-0600||LAB|C`,
      `OBX|1|NM|2823-3^Potassium [Moles/volume] in Serum or Plasma^LN|1|4.10|mmol/L^mmol/L^UCUM|3.5-5.1|N|||C|||${time}`,
      `OBX|2|SN|2160-0^Creatinine [Mass/volume] in Serum or Plasma^LN|2|<^0.2|mg/dL^mg/dL^UCUM|0.6-1.2|L|||F|||${time}`,
    ]);
    expect(message.workList).toEqual([]);
  });

  it("a report in error withdraws each result", () => {
    const message = render("ORU^R01", { ...report, status: "entered-in-error" }, all);
    expect(fieldOf(message, "OBR", 25)).toBe("C");
    expect([fieldOf(message, "OBX", 11, 1), fieldOf(message, "OBX", 11, 2)]).toEqual(["W", "W"]);
  });

  it("a result that did not come along is a work item", () => {
    const message = render("ORU^R01", report, [jane, ...observations.slice(0, 1)]);
    expect(segmentsOf(message, "OBX")).toHaveLength(1);
    expect(message.workList).toContainEqual(
      expect.objectContaining({ reason: "missing-resource", path: "DiagnosticReport.result" }),
    );
  });

  it("an order that did not come along is known by its id", () => {
    expect(fieldOf(render("ORU^R01", report, [jane, ...observations]), "OBR", 2)).toBe("5511^GEN");
  });
});
