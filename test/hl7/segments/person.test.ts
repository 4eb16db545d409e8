import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { hl7Versions } from "../../../shared/hl7/dictionary/contents.ts";
import { destination, fieldOf, linesOf, render, segmentsOf } from "../support/bridge.ts";
import { renderIn } from "../support/versions.ts";

const usCore = "http://hl7.org/fhir/us/core/StructureDefinition";
const cdc = "urn:oid:2.16.840.1.113883.6.238";
const roleCode = "http://terminology.hl7.org/CodeSystem/v3-RoleCode";

const jane: fhir4.Patient = { resourceType: "Patient", id: "1", name: [{ family: "Doe", given: ["Jane"] }] };

const withFormer = {
  destination: { ...destination, preferences: { ...destination.preferences, former: true } },
};

function person(more: Partial<fhir4.Patient>): fhir4.Patient {
  return { ...jane, ...more };
}

describe("PID-10 and PID-22", () => {
  const told = (name: "race" | "ethnicity", parts: readonly fhir4.Extension[]) => {
    const message = render(
      "ADT^A31",
      person({ extension: [{ url: `${usCore}/us-core-${name}`, extension: [...parts] }] }),
    );
    return { field: fieldOf(message, "PID", name === "race" ? 10 : 22), workList: message.workList };
  };
  const category = (code: string, display: string): fhir4.Extension => ({
    url: "ombCategory",
    valueCoding: { system: cdc, code, display },
  });
  const detail = (code: string, display: string): fhir4.Extension => ({
    url: "detailed",
    valueCoding: { system: cdc, code, display },
  });
  const words: fhir4.Extension = { url: "text", valueString: "Filipino and White" };

  it("the categories, then the detailed codes, which no table has to know", () => {
    const race = told("race", [category("2028-9", "Asian"), detail("2036-2", "Filipino"), words]);
    expect(race.field).toBe("2028-9^Asian^HL70005~2036-2^Filipino^CDCREC");
    expect(race.workList.filter(({ field }) => field === "PID-10")).toEqual([]);
    const ethnicity = told("ethnicity", [category("2135-2", "Hispanic"), detail("2148-5", "Mexican")]);
    expect(ethnicity.field).toBe("H^Hispanic or Latino^HL70189~2148-5^Mexican^CDCREC");
  });

  it("the text where nothing is coded, and nothing of what is unknown", () => {
    expect(told("race", [words]).field).toBe("^Filipino and White");
    const unknown: fhir4.Extension = {
      url: "ombCategory",
      valueCoding: { system: "http://terminology.hl7.org/CodeSystem/v3-NullFlavor", code: "UNK", display: "unknown" },
    };
    expect(told("race", [unknown, words]).field).toBe("");
    expect(told("ethnicity", [unknown]).field).toBe("U^Unknown^HL70189");
  });
});

describe("what has ended", () => {
  const moved = person({
    name: [
      { use: "official", family: "Doe", given: ["Jane"] },
      { use: "maiden", family: "Roe", period: { end: "2020-06-01" } },
      { use: "old", family: "Poe" },
    ],
    address: [
      { use: "home", city: "Old Town", period: { end: "2021-01-31" } },
      { use: "home", city: "New Town" },
    ],
    telecom: [
      { system: "phone", value: "507-555-0100", period: { end: "2021-01-31" } },
      { system: "phone", value: "507-555-0101", rank: 2 },
    ],
  });

  it("is left out", () => {
    const message = render("ADT^A31", moved);
    expect(fieldOf(message, "PID", 5)).toBe("Doe^Jane^^^^^L");
    expect(fieldOf(message, "PID", 11)).toBe("^^New Town^^^^H");
  });

  it("stands last and with its period where the destination takes it", () => {
    const message = render("ADT^A31", moved, [], withFormer);
    expect(fieldOf(message, "PID", 5)).toBe("Doe^Jane^^^^^L~Roe^^^^^^M^^^^^^20200601~Poe^^^^^^A");
    expect(fieldOf(message, "PID", 11)).toBe("^^New Town^^^^H~^^Old Town^^^^H^^^^^^^20210131");
    // XTN has no period before 2.6: a number that has ended could not be told from one that holds.
    expect(fieldOf(message, "PID", 13)).toBe("(507)555-0101^PRN^PH^^^507^5550101^^^^^507-555-0101");
  });

  it("numbers have their period and rank from 2.6 on", () => {
    const later = { destination: { ...withFormer.destination, version: "2.8" as const } };
    expect(fieldOf(render("ADT^A31", moved, [], later), "PID", 40)).toBe(
      "^PRN^PH^^^507^5550101^^^^^507-555-0101^^^^^^2~^PRN^PH^^^507^5550100^^^^^507-555-0100^^20210131",
    );
  });
});

describe("what has not begun", () => {
  it("stands behind what holds", () => {
    const period = { start: "2030-01-01" };
    const moving = person({
      name: [
        { use: "official", family: "Roe", period },
        { use: "usual", family: "Doe" },
      ],
      address: [
        { use: "home", city: "New Town", period },
        { use: "work", city: "Old Town" },
      ],
      telecom: [
        { system: "phone", value: "507-555-0100", rank: 1, period },
        { system: "phone", value: "507-555-0101" },
      ],
    });
    const message = render("ADT^A31", moving);
    expect(fieldOf(message, "PID", 5)).toBe("Doe^^^^^^L~Roe^^^^^^L^^^^^20300101");
    expect(fieldOf(message, "PID", 11)).toBe("^^Old Town^^^^B~^^New Town^^^^H^^^^^^20300101");
    expect(
      fieldOf(message, "PID", 13)
        .split("~")
        .map((point) => point.split("^")[6]),
    ).toEqual(["5550101", "5550100"]);
    const newborn = person({ name: [{ use: "official", family: "Roe", period }] });
    expect(fieldOf(render("ADT^A31", newborn), "PID", 5)).toBe("Roe^^^^^^L^^^^^20300101");
  });
});

describe("the versions of a person", () => {
  const mobile = person({
    name: [{ family: "Doe", given: ["Jane"], suffix: ["MD"] }, { family: "Roe" }],
    telecom: [{ system: "phone", use: "mobile", value: "5075550101" }],
    maritalStatus: {
      coding: [
        { system: "http://terminology.hl7.org/CodeSystem/v3-MaritalStatus", code: "S", display: "Never Married" },
        { system: "http://example.org/marital", code: "1", display: "Single", version: "3" },
      ],
      text: "never married",
    },
  });

  it.each([
    ["2.4", "(507)555-0101^PRN^CP^^^507^5550101", "S^Single^HL70002^1^Single^L"],
    ["2.5.1", "(507)555-0101^PRN^CP^^^507^5550101^^^^^5075550101", "S^Single^HL70002^1^Single^L"],
    ["2.6", "^PRN^CP^^^507^5550101^^^^^5075550101", "S^Single^HL70002^1^Single^L^^3^never married"],
    ["2.8", "^PRS^CP^^^507^5550101^^^^^5075550101", "S^Single^HL70002^1^Single^L^^3^never married"],
  ] as const)("%s", (version, telecom, marital) => {
    const message = renderIn(version, "ADT^A31", mobile);
    expect([fieldOf(message, "PID", 13), fieldOf(message, "PID", 16)]).toEqual([telecom, marital]);
  });

  it("a degree is a professional suffix from 2.7 on, and a further name of no kind is unspecified", () => {
    expect(fieldOf(renderIn("2.5.1", "ADT^A31", mobile), "PID", 5)).toBe("Doe^Jane^^^^MD^L~Roe^^^^^^U");
    expect(fieldOf(renderIn("2.8", "ADT^A31", mobile), "PID", 5)).toBe("Doe^Jane^^^^^L^^^^^^^MD~Roe^^^^^^U");
  });

  it("a status that the tenant has mapped to none of HL7 is known by its name", () => {
    const coding = { system: "https://fhir.cerner.com/ec0/codeSet/38", code: "309237", userSelected: true };
    const told = (display: string) =>
      fieldOf(render("ADT^A31", person({ maritalStatus: { coding: [{ ...coding, display }] } })), "PID", 16);
    expect(told("Married")).toBe("M^Married^HL70002^309237^Married^99CS38");
    expect(told("It is complicated")).toBe("309237^It is complicated^99CS38");
    expect(fieldOf(render("ADT^A31", person({ maritalStatus: { text: "Widowed" } })), "PID", 16)).toBe(
      "W^Widowed^HL70002",
    );
  });

  it("a code without a system is the table's where the table calls it so", () => {
    const separated = person({ maritalStatus: { coding: [{ code: "A", display: "Separated" }] } });
    expect(fieldOf(render("ADT^A31", separated), "PID", 16)).toBe("A^Separated^HL70002");
    const annulled = person({ maritalStatus: { coding: [{ code: "A" }] } });
    expect(fieldOf(render("ADT^A31", annulled), "PID", 16)).toBe("N^Annulled^HL70002");
  });
});

describe("the number of the state", () => {
  const ssn = (value: string): fhir4.Identifier => ({
    type: { coding: [{ system: "http://terminology.hl7.org/CodeSystem/v2-0203", code: "SS" }] },
    system: "http://hl7.org/fhir/sid/us-ssn",
    value,
  });
  const patient = person({ identifier: [{ value: "7001" }, ssn("123-45-6789")] });
  const mother: fhir4.RelatedPerson = {
    resourceType: "RelatedPerson",
    id: "m",
    patient: { reference: "Patient/1" },
    relationship: [{ coding: [{ system: roleCode, code: "MTH" }] }],
    name: [{ family: "Doe", given: ["Ruth"] }],
    identifier: [ssn("987-65-4321"), { value: "K-1" }],
  };
  const payer: fhir4.RelatedPerson = { ...mother, id: "g", relationship: [{ text: "Guarantor" }] };
  const taking = { ...destination, preferences: { ...destination.preferences, patientIdentifierTypes: ["MR", "SS"] } };

  it("goes nowhere unless the destination takes such numbers", () => {
    const message = render("ADT^A28", patient, [mother, payer]);
    expect(message.er7).not.toMatch(/6789|4321/);
    expect(fieldOf(message, "NK1", 33)).toBe("K-1^^^GEN");
  });

  it("goes, where it does, also to the fields that older versions have for it, as digits", () => {
    const message = render("ADT^A28", patient, [mother, payer], { destination: taking });
    expect(fieldOf(message, "PID", 3)).toBe("123-45-6789^^^SSA&2.16.840.1.113883.4.1&ISO^SS");
    expect(fieldOf(message, "PID", 19)).toBe("123456789");
    expect(fieldOf(message, "NK1", 37)).toBe("987654321");
    expect(fieldOf(message, "GT1", 12)).toBe("987654321");
    const later = render("ADT^A28", patient, [], { destination: { ...taking, version: "2.7" } });
    expect(fieldOf(later, "PID", 19)).toBe("");
  });
});

describe("PID-30", () => {
  const told = (after: Partial<fhir4.Patient>, before?: Partial<fhir4.Patient>) =>
    fieldOf(render("ADT^A31", person(after), [], before === undefined ? {} : { before: person(before) }), "PID", 30);

  it("is Y for the dead, N for who is said to live, and N where a death that was told is taken back", () => {
    expect(told({ deceasedDateTime: "2026-11-20" })).toBe("Y");
    expect(told({ deceasedBoolean: true })).toBe("Y");
    expect(told({ deceasedBoolean: false })).toBe("N");
    expect(told({})).toBe("");
    expect(told({}, { deceasedDateTime: "2026-11-20" })).toBe("N");
    expect(told({}, { deceasedBoolean: false })).toBe("");
  });
});

describe("PID-29", () => {
  const revived = (more: Parameters<typeof render>[3]) =>
    fieldOf(render("ADT^A31", jane, [], { before: person({ deceasedDateTime: "2026-11-20" }), ...more }), "PID", 29);

  it("is null where a death that was told is taken back, unless the destination takes no nulls", () => {
    expect(revived({})).toBe('""');
    expect(revived({ destination: { ...destination, sendNulls: "never" } })).toBe("");
    expect(revived({ before: person({ deceasedBoolean: true }) })).toBe("");
  });
});

describe("PID-32", () => {
  const told = (more: Partial<fhir4.Patient>) => fieldOf(render("ADT^A31", person(more)), "PID", 32);
  const url = "http://hl7.org/fhir/StructureDefinition/data-absent-reason";

  it("says that a name is assumed, and that the date of birth is not known", () => {
    expect(told({})).toBe("");
    expect(told({ name: [{ use: "anonymous", family: "Trauma", given: ["Delta"] }] })).toBe("AL");
    expect(told({ _birthDate: { extension: [{ url, valueCode: "unknown" }] } })).toBe("UD");
  });
});

describe("PID-15", () => {
  const speaks = (code: string, preferred: boolean) => ({
    language: { coding: [{ system: "urn:ietf:bcp:47", code }] },
    preferred,
  });
  const told = (...all: fhir4.PatientCommunication[]) =>
    fieldOf(render("ADT^A31", person({ communication: all })), "PID", 15);

  it("is the preferred language, even where that is written as a text, else the first", () => {
    expect(told(speaks("en", false), speaks("es", true))).toBe("es^^HL70296");
    expect(told(speaks("en", false), speaks("es", "true" as unknown as boolean))).toBe("es^^HL70296");
    expect(told(speaks("en", false), speaks("es", false))).toBe("en^^HL70296");
  });
});

describe("PD1-3 and PD1-4", () => {
  it("tell organizations from persons; who is named and no more is a person", () => {
    const doctor: fhir4.Practitioner = { resourceType: "Practitioner", id: "d", name: [{ family: "Poe" }] };
    const clinic: fhir4.Organization = { resourceType: "Organization", id: "c", name: "Elm Clinic" };
    const message = render(
      "ADT^A31",
      person({
        contained: [doctor, clinic],
        generalPractitioner: [
          { reference: "Practitioner/77", display: "Smith, Alex" },
          { reference: "Organization/7", display: "Oak Clinic" },
          { display: "Roe, Mary" },
          { reference: "#d", display: "Poe" },
          { reference: "#c" },
        ],
      }),
    );
    expect(fieldOf(message, "PD1", 3)).toBe("Oak Clinic~Elm Clinic");
    expect(fieldOf(message, "PD1", 4)).toBe("^Smith^Alex~^Roe^Mary~^Poe^^^^^^^^L");
  });
});

describe("what old receivers look for", () => {
  it("the county is PID-12 too where it is a code, until 2.7 withdraws it", () => {
    const from = (district: string) => person({ address: [{ use: "home", city: "Rochester", district }] });
    expect(fieldOf(render("ADT^A31", from("109")), "PID", 12)).toBe("109");
    expect(fieldOf(render("ADT^A31", from("Olmsted")), "PID", 12)).toBe("");
    expect(fieldOf(render("ADT^A31", from("Olmsted")), "PID", 11)).toBe("^^Rochester^^^^H^^Olmsted");
    expect(fieldOf(renderIn("2.7", "ADT^A31", from("109")), "PID", 12)).toBe("");
  });

  it("the place of worship is PD1-14 from 2.4 on", () => {
    const url = "http://hl7.org/fhir/StructureDefinition/patient-congregation";
    const member = person({ extension: [{ url, valueString: "St. Mary" }] });
    expect(fieldOf(render("ADT^A31", member), "PD1", 14)).toBe("St. Mary");
    expect(segmentsOf(renderIn("2.3.1", "ADT^A31", member), "PD1")).toEqual([]);
  });
});

describe("somebody who has an entry in the patient's record and a record of their own", () => {
  const contact: fhir4.PatientContact = {
    name: { family: "DOE", given: ["John"] },
    relationship: [{ coding: [{ code: "NK", display: "Next of Kin" }] }],
    telecom: [{ system: "phone", value: "507-555-0102" }],
  };
  const spouse: fhir4.RelatedPerson = {
    resourceType: "RelatedPerson",
    id: "r1",
    patient: { reference: "Patient/1" },
    name: [{ family: "Doe", given: ["John"] }],
    relationship: [{ coding: [{ system: roleCode, code: "SPS" }] }],
    birthDate: "1979-01-02",
  };
  const kin = (patient: fhir4.Patient, ...related: readonly fhir4.RelatedPerson[]) =>
    segmentsOf(render("ADT^A28", patient, related), "NK1");

  it("is told once, with what both say", () => {
    expect(kin(person({ contact: [contact] }), spouse)).toEqual([
      "NK1|1|Doe^John^^^^^L|SPO^Spouse^HL70063||(507)555-0102^PRN^PH^^^507^5550102^^^^^507-555-0102||NK^Next of Kin|||||||||19790102",
    ]);
  });

  it("is somebody else with another name or another birth date", () => {
    const elder: fhir4.RelatedPerson = { ...spouse, id: "r2", birthDate: "1949-01-02" };
    expect(kin(person({ contact: [contact] }), { ...spouse, name: [{ family: "Roe" }] })).toHaveLength(2);
    expect(kin(jane, spouse, elder)).toHaveLength(2);
  });

  it("is who Millennium says, whatever the name: each entry names the record that it is made from", () => {
    const entry = (record: string, more: Partial<fhir4.PatientContact>): fhir4.PatientContact => ({
      ...contact,
      ...more,
      extension: [
        {
          url: "http://hl7.org/fhir/StructureDefinition/patient-relatedPerson",
          valueReference: { reference: `RelatedPerson/${record}` },
        },
      ],
    });
    const employer = { coding: [{ system: "http://terminology.hl7.org/CodeSystem/v2-0131", code: "E" }] };
    const told = (...contacts: readonly fhir4.PatientContact[]) =>
      kin(person({ contact: [...contacts] }), spouse).map((line) => {
        const fields = line.split("|");
        return [2, 3, 7].map((position) => fields[position]);
      });
    // Another John Doe; then one whose name was written otherwise, and who has two roles.
    expect(told(entry("r9", {}))).toHaveLength(2);
    expect(told(entry("r1", { name: { family: "D" } }), entry("r1", { relationship: [employer] }))).toEqual([
      ["Doe^John^^^^^L", "SPO^Spouse^HL70063", "E^Employer^HL70131"],
    ]);
  });

  it("a mother of whom there are numbers alone is PID-21 alone", () => {
    const mother: fhir4.RelatedPerson = {
      resourceType: "RelatedPerson",
      id: "m1",
      patient: { reference: "Patient/1" },
      relationship: [{ coding: [{ system: roleCode, code: "MTH" }] }],
      identifier: [{ system: "urn:oid:1.2.3.1", value: "7009" }],
    };
    const message = render("ADT^A28", jane, [mother]);
    expect([fieldOf(message, "PID", 21), segmentsOf(message, "NK1")]).toEqual(["7009^^^GENMRN", []]);
  });
});

describe("a law", () => {
  const word = fc.stringMatching(/^[A-Za-z]{1,12}$/);
  const name = fc.record({
    family: word,
    given: fc.array(word, { minLength: 1, maxLength: 3 }),
    prefix: fc.array(word, { maxLength: 1 }),
  });
  const address = fc.record({
    use: fc.constantFrom("home" as const, "work" as const, "temp" as const),
    line: fc.array(word, { minLength: 1, maxLength: 3 }),
    city: word,
    state: word,
    postalCode: word,
    district: word,
  });
  const point = fc.record({ system: fc.constant("phone" as const), value: fc.stringMatching(/^[2-9]\d{9}$/) });
  const people = fc.record({
    name: fc.array(name, { minLength: 1, maxLength: 3 }),
    address: fc.array(address, { maxLength: 3 }),
    telecom: fc.array(point, { maxLength: 3 }),
  });

  it.each(hl7Versions)("no part of a name, an address or a number is lost in %s", (version) => {
    fc.assert(
      fc.property(people, (more) => {
        const pid =
          linesOf(renderIn(version, "ADT^A31", { ...jane, ...more })).find((line) => line.startsWith("PID")) ?? "";
        const words = pid.split(/[|^~& ]/);
        const said = [
          ...more.name.flatMap(({ family, given, prefix }) => [family, ...given, ...prefix]),
          ...more.address.flatMap(({ line, city, state, postalCode, district }) => [
            ...line,
            city,
            state,
            postalCode,
            district,
          ]),
        ];
        const digits = pid.replace(/[^\d|]/g, "");
        expect(said.filter((each) => !words.includes(each))).toEqual([]);
        expect(more.telecom.filter(({ value }) => !digits.includes(value))).toEqual([]);
      }),
      { numRuns: 30 },
    );
  });
});
