import { describe, expect, it } from "vitest";
import { extendedAddress } from "../../../shared/hl7/datatypes/address.ts";
import { authorityOf } from "../../../shared/hl7/datatypes/hd.ts";
import { entityId, extendedId } from "../../../shared/hl7/datatypes/identifier.ts";
import { namePartsFromDisplay, personName } from "../../../shared/hl7/datatypes/name.ts";
import { extendedProvider, organizationName, refersTo } from "../../../shared/hl7/datatypes/provider.ts";
import { byRank, telecommunication } from "../../../shared/hl7/datatypes/telecom.ts";
import { scopeWith, text } from "../support/scope.ts";

const scope = scopeWith();
const codeSet = "https://fhir.cerner.com/ec0/codeSet";
const typed = (code: string) => ({ coding: [{ system: "http://terminology.hl7.org/CodeSystem/v2-0203", code }] });

describe("CX and EI", () => {
  it.each([
    [{ system: "urn:oid:1.2.3.1", value: "7001234", type: typed("MR") }, "7001234^^^GENMRN^MR"],
    [{ system: "urn:oid:9.8.7", value: "1", type: typed("PI") }, "1^^^&9.8.7&ISO^PI"],
    [{ system: "urn:oid:5.5.5.", value: "16132" }, "16132^^^&5.5.5&ISO"],
    [{ system: "urn:uuid:0b8a", value: "1" }, "1^^^&0b8a&UUID"],
    [{ system: "http://example.org/mrn", value: "1" }, "1^^^&http://example.org/mrn&URI"],
    [{ system: "http://hl7.org/fhir/sid/us-ssn", value: "1" }, "1^^^SSA&2.16.840.1.113883.4.1&ISO"],
    [{ value: "1" }, "1^^^GEN"],
    [{ value: "1", period: { start: "2020-01-01", end: "2026-12-31T23:30:00-06:00" } }, "1^^^GEN^^^20200101^20261231"],
    [{ system: "urn:oid:1.2.3.1" }, ""],
    [{ system: "urn:id:LABNET", value: "1" }, "1^^^LABNET"],
    [{ system: "East Clinic", value: "1" }, "1^^^East Clinic"],
    [{ system: "2.16.840.1.999", value: "1" }, "1^^^&2.16.840.1.999&ISO"],
    [
      { system: "A name that is too long for a namespace", value: "1" },
      "1^^^&A name that is too long for a namespace&L",
    ],
    [{ value: "1", type: { coding: [{ code: "MR" }] } }, "1^^^GEN^MR"],
    // A tenant that has mapped its own types to none of HL7.
    [{ value: "1", type: { coding: [{ system: `${codeSet}/4`, code: "10", display: "MRN" }] } }, "1^^^GEN^MR"],
    [{ value: "1", type: { coding: [{ system: `${codeSet}/319`, code: "1077", display: "FIN NBR" }] } }, "1^^^GEN^AN"],
    [{ value: "1", type: { coding: [{ system: `${codeSet}/4`, code: "22", display: "Military Id" }] } }, "1^^^GEN"],
    [{ value: "1", type: { coding: [{ system: "urn:oid:9", code: "1", display: "MRN" }] } }, "1^^^GEN"],
    [{ value: "1", type: { text: "VISITID" } }, "1^^^GEN^VN"],
    [{ value: "1", type: { coding: [{ code: "7" }, typed("MR").coding[0] ?? {}] } }, "1^^^GEN^MR"],
    [
      {
        value: "7001234",
        extension: [
          { url: "http://hl7.org/fhir/StructureDefinition/identifier-checkDigit", valueString: "5" },
          { url: "http://hl7.org/fhir/StructureDefinition/namingsystem-checkDigit", valueCode: "M10" },
        ],
      },
      "7001234^5^M10^GEN",
    ],
  ])("%j is %s", (identifier, told) => {
    expect(text(extendedId(identifier, scope))).toBe(told);
  });

  it("without a system, the organization that gave an identifier is its authority", () => {
    const laboratory: fhir4.Organization = {
      resourceType: "Organization",
      id: "lab",
      name: "East Lab",
      identifier: [
        {
          type: { coding: [{ system: "http://terminology.hl7.org/CodeSystem/v2-0301", code: "DNS" }] },
          value: "lab.example.org",
        },
      ],
    };
    const known = scopeWith({}, [laboratory]);
    const assigner = { reference: "Organization/lab" };
    expect(text(extendedId({ value: "1", assigner }, known))).toBe("1^^^East Lab&lab.example.org&DNS");
    expect(text(entityId({ value: "1", assigner }, known))).toBe("1^East Lab^lab.example.org^DNS");
    expect(text(extendedId({ value: "1", assigner: { display: " West " } }, known))).toBe("1^^^West");
    expect(text(extendedId({ value: "1", assigner: { reference: "Organization/unknown" } }, known))).toBe("1^^^GEN");
    expect(text(extendedId({ system: "urn:oid:1.2.3.1", value: "1", assigner }, known))).toBe("1^^^GENMRN");
  });

  it("an organization that has a number of its own stands for a URL, and gives its name to its OID", () => {
    const hospital: fhir4.Organization = {
      resourceType: "Organization",
      id: "east",
      name: "East Hospital",
      identifier: [{ system: "urn:ietf:rfc:3986", value: "urn:oid:9.8.7" }],
    };
    const known = scopeWith({}, [hospital]);
    const assigner = { reference: "Organization/east" };
    const told = "1^^^East Hospital&9.8.7&ISO";
    expect(text(extendedId({ system: "http://example.org/mrn", value: "1", assigner }, known))).toBe(told);
    expect(text(extendedId({ system: "urn:oid:9.8.7", value: "1", assigner }, known))).toBe(told);
    expect(text(extendedId({ system: "urn:oid:9.8.1", value: "1", assigner }, known))).toBe("1^^^&9.8.1&ISO");
  });

  it("an EI has the authority as components", () => {
    expect(text(entityId({ system: "urn:oid:1.2.3.3", value: "O-5511" }, scope))).toBe("O-5511^GENORD");
    expect(text(entityId({ system: "urn:oid:9.8.7", value: "1" }, scope))).toBe("1^^9.8.7^ISO");
  });

  it("an identifier without a system is the tenant's where the facility has no name", () => {
    const unnamed = scopeWith({ defaultAuthority: { universalId: "0b8a0111", universalIdType: "UUID" } });
    expect(authorityOf(undefined, unnamed)).toEqual({ universalId: "0b8a0111", universalIdType: "UUID" });
  });
});

describe("XPN", () => {
  const inOrder = (valueCode: string): fhir4.Extension => ({
    url: "http://hl7.org/fhir/StructureDefinition/humanname-assembly-order",
    valueCode,
  });

  it.each<[fhir4.HumanName, string]>([
    [{ family: "DOE", given: ["JANE", "ANN", "MARIE"] }, "DOE^JANE^ANN MARIE^^^^L"],
    [{ use: "usual", family: "Doe", given: ["Jane"] }, "Doe^Jane^^^^^D"],
    [{ use: "maiden", family: "Roe" }, "Roe^^^^^^M"],
    [{ use: "nickname", given: ["Janie"] }, "^Janie^^^^^N"],
    [
      { family: "Doe", suffix: ["Jr.", "M.D.", "RN", "FACP"], prefix: ["Dr", "Prof"] },
      "Doe^^^Jr.^Dr Prof^M.D.^L^^^^^^^RN FACP",
    ],
    [{ text: "Jane Doe" }, "Jane Doe^^^^^^L"],
    [{ text: "Doe, Jane Ann" }, "Doe^Jane^Ann^^^^L"],
    [{ family: "O'Brien & Sons^Ltd" }, "O'Brien \\T\\ Sons\\S\\Ltd^^^^^^L"],
    [{}, ""],
    [
      {
        family: "van den Berg",
        _family: {
          extension: [
            { url: "http://hl7.org/fhir/StructureDefinition/humanname-own-prefix", valueString: "van den" },
            { url: "http://hl7.org/fhir/StructureDefinition/humanname-own-name", valueString: "Berg" },
          ],
        },
      },
      "van den Berg&van den&Berg^^^^^^L",
    ],
    [{ family: "Doe", period: { start: "2020-05-01" } }, "Doe^^^^^^L^^^^^20200501"],
    [{ family: "Doe", extension: [inOrder("F")] }, "Doe^^^^^^L^^^^F"],
    // HL70444 knows nothing of the orders of partners' names.
    [{ family: "Doe", extension: [inOrder("NL2")] }, "Doe^^^^^^L"],
  ])("%j is %s", (name, told) => {
    expect(text(personName(name, scope))).toBe(told);
  });

  it.each([
    ["SMITH, ALEX JAMES", "SMITH", "ALEX", "JAMES", undefined],
    ["Smith, MD, Alex", "Smith", "Alex", undefined, "MD"],
    ["Smith", "Smith", undefined, undefined, undefined],
    ["Smith, PA-C, Alex", "Smith", "Alex", undefined, "PA-C"],
    ["Smith, Alex James, MD, FACP", "Smith", "Alex", "James", "MD"],
    ["Smith, MD, PhD, Alex", "Smith", "Alex", undefined, "MD"],
    ["Smith, Chief of Staff, Alex", "Smith", "Alex", undefined, "Chief of Staff"],
    ["Smith, Alex, J.", "Smith", "Alex", "J.", undefined],
    ["Smith, MD", "Smith", undefined, undefined, "MD"],
    ["Smith, ", "Smith", undefined, undefined, undefined],
  ])("the display %s gives its parts", (display, family, given, middle, degree) => {
    expect(namePartsFromDisplay(display)).toMatchObject({ family, given, middle, degree });
  });
});

describe("XAD", () => {
  it.each<[fhir4.Address, string]>([
    [
      { use: "home", line: ["12 ELM ST", "APT 4"], city: "ROCHESTER", state: "MN", postalCode: "55901", country: "US" },
      "12 ELM ST^APT 4^ROCHESTER^MN^55901^USA^H",
    ],
    [{ line: ["1 A", "2 B", "3 C"], city: "X" }, "1 A^2 B 3 C^X"],
    [{ city: "Berlin", country: "Germany", use: "work" }, "^^Berlin^^^DEU^B"],
    [{ city: "Paris", country: "FRA", use: "temp" }, "^^Paris^^^FRA^C"],
    [{ city: "Nowhere", country: "Ruritania" }, "^^Nowhere^^^Ruritania"],
    [{ text: "12 Elm St, Rochester", use: "old" }, "12 Elm St, Rochester^^^^^^BA"],
    [{ line: ["PO Box 1"], type: "postal" }, "PO Box 1^^^^^^M"],
    [{ line: ["PO Box 1"], type: "postal", use: "home" }, "PO Box 1^^^^^^H"],
    [{ line: ["1 A"], type: "physical" }, "1 A"],
    [{ city: "X", district: "Olmsted" }, "^^X^^^^^^Olmsted"],
    [{ district: "Olmsted", use: "home" }, "^^^^^^H^^Olmsted"],
    [{ use: "home" }, ""],
  ])("%j is %s", (address, told) => {
    expect(text(extendedAddress(address, scope))).toBe(told);
  });
});

describe("XTN", () => {
  const tell = (point: fhir4.ContactPoint, others: readonly fhir4.ContactPoint[] = [], isWork = false) =>
    text(telecommunication(point, [point, ...others], isWork, scope));

  it.each<[fhir4.ContactPoint, string]>([
    [
      { system: "phone", use: "home", value: "+1 (507) 555-0101" },
      "(507)555-0101^PRN^PH^^1^507^5550101^^^^^+1 (507) 555-0101",
    ],
    [
      { system: "phone", use: "work", value: "507-555-0101 x123" },
      "(507)555-0101X123^WPN^PH^^^507^5550101^123^^^^507-555-0101 x123",
    ],
    [{ system: "phone", use: "mobile", value: "5075550101" }, "(507)555-0101^PRN^CP^^^507^5550101^^^^^5075550101"],
    [{ system: "phone", use: "temp", value: "5075550101" }, "(507)555-0101^VHN^PH^^^507^5550101^^^^^5075550101"],
    [{ system: "phone", value: "+49 30 901820" }, "^PRN^PH^^^^^^^^^+49 30 901820"],
    [{ system: "phone", value: "ask for Jo" }, "^PRN^PH^^^^^^^^^ask for Jo"],
    [{ system: "fax", use: "work", value: "507.555.0102" }, "(507)555-0102^WPN^FX^^^507^5550102^^^^^507.555.0102"],
    [{ system: "pager", value: "5075550103" }, "(507)555-0103^BPN^BP^^^507^5550103^^^^^5075550103"],
    [{ system: "sms", value: "5075550104" }, "(507)555-0104^PRN^CP^^^507^5550104^^^^^5075550104"],
    [{ system: "email", value: "jane&doe@example.org" }, "^NET^Internet^jane\\T\\doe@example.org"],
    [{ value: "jane@example.org" }, "^NET^Internet^jane@example.org"],
    [{ system: "url", value: "https://example.org" }, ""],
    [{ system: "other", value: "pigeon" }, ""],
    [{ system: "phone" }, ""],
  ])("%j is %s", (point, told) => {
    expect(tell(point)).toBe(told);
  });

  it.each<[fhir4.ContactPoint, string]>([
    [{ system: "url", use: "work", value: "https://example.org" }, "^WPN^Internet^https://example.org"],
    [{ system: "url" }, ""],
    [{ system: "other", value: "pigeon" }, ""],
  ])("%j is %s from 2.7 on", (point, told) => {
    expect(text(telecommunication(point, [point], false, scopeWith({ version: "2.7" })))).toBe(told);
  });

  it("the parts of a number stand where the resource tells them, with a value or without", () => {
    const part = (name: string, valueString: string) => ({
      url: `http://hl7.org/fhir/StructureDefinition/contactpoint-${name}`,
      valueString,
    });
    const extension = [part("country", "31"), part("area", "20"), part("local", "1234567"), part("extension", "9")];
    const dutch: fhir4.ContactPoint = { system: "phone", use: "home", extension };
    expect(text(telecommunication(dutch, [], false, scope))).toBe("^PRN^PH^^31^20^1234567^9");
    expect(text(telecommunication({ ...dutch, value: "+31 20 1234567" }, [], false, scope))).toBe(
      "^PRN^PH^^31^20^1234567^9^^^^+31 20 1234567",
    );
    const country = [part("country", "1")];
    expect(text(telecommunication({ value: "(530) 867 5309", extension: country }, [], false, scope))).toBe(
      "(530)867-5309^PRN^PH^^1^530^8675309^^^^^(530) 867 5309",
    );
    expect(telecommunication({ system: "phone", extension: country }, [], false, scope)).toBeUndefined();
  });

  it("a mobile number beside a home number is another number of the person", () => {
    const home = { system: "phone", use: "home", value: "5075550100" } as const;
    expect(tell({ system: "phone", use: "mobile", value: "5075550101" }, [home])).toBe(
      "(507)555-0101^ORN^CP^^^507^5550101^^^^^5075550101",
    );
  });

  it("numbers stand by rank, then home first, then e-mail; replaced ones are gone", () => {
    const points: fhir4.ContactPoint[] = [
      { system: "url", use: "home", value: "site" },
      { system: "email", value: "mail" },
      { system: "phone", use: "mobile", value: "mobile" },
      { system: "phone", use: "old", value: "old" },
      { system: "phone", use: "home", value: "home" },
      { system: "phone", use: "temp", value: "first", rank: 1 },
    ];
    expect(byRank(points).map(({ value }) => value)).toEqual(["first", "home", "mobile", "mail", "site"]);
  });
});

describe("XCN and XON", () => {
  const practitioner: fhir4.Practitioner = {
    resourceType: "Practitioner",
    id: "4",
    identifier: [
      { system: "urn:oid:1.2.3.9", value: "D77" },
      { system: "http://hl7.org/fhir/sid/us-npi", value: "1234567893" },
    ],
    name: [{ family: "SMITH", given: ["ALEX"] }],
  };
  const role: fhir4.PractitionerRole = {
    resourceType: "PractitionerRole",
    id: "5",
    practitioner: { reference: "Practitioner/4" },
  };
  const clinic: fhir4.Organization = {
    resourceType: "Organization",
    id: "6",
    name: "General Clinic",
    identifier: [{ value: "C1", type: typed("XX"), system: "urn:oid:1.2.3.1" }],
  };
  const known = scopeWith({}, [practitioner, role, clinic]);
  const npi = "1234567893^SMITH^ALEX^^^^^^NPI&2.16.840.1.113883.4.6&ISO^L^^^NPI";

  it.each<[fhir4.Reference, string]>([
    [{ reference: "Practitioner/4", display: "other" }, npi],
    [{ reference: "https://host/r4/t/Practitioner/4" }, npi],
    [{ reference: "Practitioner/4/_history/2" }, npi],
    [{ reference: "PractitionerRole/5" }, npi],
    [{ reference: "Practitioner/99", display: "SMITH, ALEX J" }, "^SMITH^ALEX^J"],
    [
      { identifier: { system: "http://hl7.org/fhir/sid/us-npi", value: "1" } },
      "1^^^^^^^^NPI&2.16.840.1.113883.4.6&ISO^^^^NPI",
    ],
    [{ reference: "Practitioner/99" }, ""],
  ])("%j is %s", (reference, told) => {
    expect(text(extendedProvider(reference, known, {}))).toBe(told);
  });

  it("a number that has ended gives way to one that holds", () => {
    const person: fhir4.Practitioner = {
      ...practitioner,
      identifier: [
        { system: "urn:oid:1.2.3.9", value: "D1", period: { end: "2020-01-01" } },
        { system: "urn:oid:1.2.3.9", value: "D2", period: { start: "2020-01-01", end: "2030-01-01" } },
      ],
    };
    const numberOf = (identifier: readonly fhir4.Identifier[]) =>
      text(
        extendedProvider(
          { reference: "Practitioner/4" },
          scopeWith({}, [{ ...person, identifier: [...identifier] }]),
          {},
        ),
      ).split("^")[0];
    expect(numberOf(person.identifier ?? [])).toBe("D2");
    expect(numberOf((person.identifier ?? []).slice(0, 1))).toBe("D1");
  });

  it("the number of a laboratory has the authority of CLIA, another number without a system none", () => {
    const laboratory = (identifier: fhir4.Identifier): fhir4.Organization => ({
      resourceType: "Organization",
      id: "lab",
      name: "East Lab",
      identifier: [identifier],
    });
    const tell = (identifier: fhir4.Identifier) =>
      text(organizationName({ reference: "Organization/lab" }, scopeWith({}, [laboratory(identifier)]), {}));
    expect(tell({ value: "05D0642827" })).toBe("East Lab^L^^^^CLIA&2.16.840.1.113883.4.7&ISO^XX^^^05D0642827");
    expect(tell({ value: "4711" })).toBe("East Lab^L^^^^^XX^^^4711");
  });

  it("a degree is a qualification where the name does not say it, and behind the name from 2.7 on", () => {
    const learned = (suffix: string[]): fhir4.Practitioner => ({
      resourceType: "Practitioner",
      id: "d",
      name: [{ family: "Poe", given: ["Ada"], suffix }],
      qualification: [
        { code: { text: "Board certified" } },
        { code: { coding: [{ system: "http://terminology.hl7.org/CodeSystem/v2-0360", code: "MD" }] } },
      ],
    });
    const atMillennium = (text: string): fhir4.Practitioner => ({
      ...learned([]),
      qualification: [
        { code: { coding: [{ system: "https://fhir.cerner.com/ec0/codeSet/29600", code: "677091" }], text } },
      ],
    });
    const told = (person: fhir4.Practitioner, version: "2.5.1" | "2.8") =>
      text(extendedProvider({ reference: "Practitioner/d" }, scopeWith({ version }, [person]), {}));
    expect(told(learned([]), "2.5.1")).toBe("^Poe^Ada^^^^MD^^^L");
    expect(told(atMillennium("M.D."), "2.5.1")).toBe("^Poe^Ada^^^^M.D.^^^L");
    expect(told(atMillennium("Resident"), "2.5.1")).toBe("^Poe^Ada^^^^^^^L");
    expect(told(learned(["DO"]), "2.5.1")).toBe("^Poe^Ada^^^^DO^^^L");
    const named = (version: "2.5.1" | "2.8") =>
      text(extendedProvider({ display: "Poe, MD, Ada" }, scopeWith({ version }), {}));
    expect([named("2.5.1"), named("2.8")]).toEqual(["^Poe^Ada^^^^MD", `^Poe^Ada${"^".repeat(18)}MD`]);
    expect(told(learned([]), "2.8")).toBe("^Poe^Ada^^^^^^^L^^^^^^^^^^^MD");
  });

  it("a contained practitioner is found in the resource that holds it", () => {
    const owner = { contained: [{ ...practitioner, id: "p" }] };
    expect(text(extendedProvider({ reference: "#p" }, known, owner))).toBe(npi);
    expect(text(extendedProvider({ reference: "#p" }, known, {}))).toBe("");
  });

  it.each<[fhir4.Reference, string]>([
    [{ reference: "Organization/6" }, "General Clinic^L^^^^GENMRN^XX^^^C1"],
    [{ reference: "Organization/9", display: "Model Clinic" }, "Model Clinic"],
    [{ reference: "Organization/9" }, ""],
  ])("the organization %j is %s", (reference, told) => {
    expect(text(organizationName(reference, known, {}))).toBe(told);
  });

  it("references are told apart by their type", () => {
    expect(refersTo({ reference: "Practitioner/1" }, "Practitioner")).toBe(true);
    expect(refersTo({ reference: "PractitionerRole/1" }, "Practitioner")).toBe(false);
    expect(refersTo({ reference: "https://host/r4/t/Organization/1" }, "Organization")).toBe(true);
    expect(refersTo({ reference: "#1", type: "Organization" }, "Practitioner")).toBe(false);
    expect(refersTo({ display: "Somebody" }, "Practitioner")).toBe(true);
    expect(refersTo(undefined, "Practitioner")).toBe(false);
  });
});
