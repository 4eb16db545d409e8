import { describe, expect, it } from "vitest";
import type { Trigger } from "../../shared/events/event.ts";
import { type Hl7Version, hl7Versions } from "../../shared/hl7/dictionary/contents.ts";
import { definitionsOf } from "../../shared/hl7/dictionary/definitions.ts";
import { triggerFormOf } from "../../shared/hl7/dictionary/triggers.ts";
import { isEmpty, type Message, repetitionsOf, valueAt } from "../../shared/hl7/model.ts";
import { composeMessage, type RenderRequest } from "../../shared/hl7/render.ts";
import { fixtureRequest, renderableTriggers } from "../interop/fixtures.ts";
import { fieldOf, render } from "./support/bridge.ts";
import { destinationWith } from "./support/destinations.ts";

const v2 = (table: string, code: string) => ({
  coding: [{ system: `http://terminology.hl7.org/CodeSystem/v2-${table}`, code }],
});
const jane: fhir4.Patient = {
  resourceType: "Patient",
  id: "1",
  identifier: [{ type: v2("0203", "MR"), system: "urn:oid:1.2.3.1", value: "7001234" }],
  name: [{ use: "official", family: "DOE", given: ["JANE"] }],
  gender: "female",
};
const hospital = "https://hospital.example.org/codes";
const hospitalCode = (code: string, display = code) => ({ coding: [{ system: hospital, code, display }] });

type Options = Parameters<typeof destinationWith>[0];
type ValueSet = NonNullable<Options["valueSets"]>[string];
const told = (options: Options, patient: fhir4.Patient = jane) =>
  render("ADT^A31", patient, [], { destination: destinationWith(options) });
const field = (place: string, options: Options, patient = jane) => {
  const [segment = "", position = ""] = place.split("-");
  return fieldOf(told(options, patient), segment, Number(position));
};

describe("a value set", () => {
  const engaged = { ...jane, maritalStatus: hospitalCode("ENG", "Engaged") };
  const miss = {
    severity: "warning",
    reason: "unmapped-code",
    field: "PID-16",
    code: "https://hospital.example.org/codes|ENG",
  };

  it("puts the receiver's codes before those of the table", () => {
    expect(field("PID-8", { valueSets: { "PID-8": { map: { female: "2" } } } })).toBe("2");
    expect(field("PID-8", { valueSets: { "PID-8": { map: { male: "1" } } } })).toBe("F");
  });

  it("names its codes and their system", () => {
    const map = { "https://hospital.example.org/codes|ENG": { code: "E", name: "Engaged", system: "99LOC" } };
    expect(field("PID-16", { valueSets: { "PID-16": { map } } }, engaged)).toBe("E^Engaged^99LOC");
    expect(field("PID-16", { valueSets: { "PID-16": { map: { ENG: "E" }, system: "99X" } } }, engaged)).toBe(
      "E^Engaged^99X",
    );
    expect(field("PID-16", { valueSets: { "PID-16": { map: { ENG: null } } } }, engaged)).toBe("");
  });

  it("comes from a ConceptMap", () => {
    const conceptMap = {
      resourceType: "ConceptMap" as const,
      group: [
        {
          source: "https://hospital.example.org/codes",
          target: "http://snomed.info/sct",
          element: [{ code: "ENG", target: [{ code: "33553000", display: "Widowed", equivalence: "equivalent" }] }],
        },
      ],
    };
    expect(field("PID-16", { valueSets: { "PID-16": { conceptMap } } }, engaged)).toBe("33553000^Widowed^SCT");
  });

  it.each<[NonNullable<Options["valueSets"]>[string], string]>([
    [{ noRow: "passThrough" }, "ENG^Engaged^L"],
    [{ noRow: "textOnly" }, "^Engaged"],
    [{ noRow: "default", default: { code: "U", name: "Unknown" } }, "U^Unknown^HL70002"],
    [{ noRow: "drop" }, ""],
  ])("%j for a code without a row, which is a work item", (valueSet, expected) => {
    const message = told({ valueSets: { "PID-16": valueSet } }, engaged);
    expect(fieldOf(message, "PID", 16)).toBe(expected);
    expect(message.workList).toEqual([expect.objectContaining(miss)]);
  });

  it("parks the message where it says so", () => {
    expect(() => told({ valueSets: { "PID-16": { noRow: "fail" } } }, engaged)).toThrow(
      expect.objectContaining({ code: "ERR_UNRENDERABLE", details: expect.objectContaining({ field: "PID-16" }) }),
    );
  });

  it("under * holds for every field that has a table and no set of its own", () => {
    expect(field("PID-16", { valueSets: { "*": { noRow: "drop" } } }, engaged)).toBe("");
  });

  it("leaves the table out where it is told to", () => {
    expect(field("PID-8", { valueSets: { "PID-8": { builtIn: false, noRow: "drop" } } })).toBe("");
  });

  it("names a code that has no row once for a field, with its count", () => {
    const patient = { ...jane, extension: [] };
    const status = hospitalCode("ENG", "Engaged");
    const report: fhir4.DiagnosticReport = {
      resourceType: "DiagnosticReport",
      id: "r",
      status: "final",
      code: { text: "Panel" },
      subject: { reference: "Patient/1" },
      result: ["a", "b", "c"].map((id) => ({ reference: `Observation/${id}` })),
    };
    const observations = ["a", "b", "c"].map(
      (id): fhir4.Observation => ({
        resourceType: "Observation",
        id,
        status: "final",
        code: { text: id },
        valueString: "x",
        interpretation: [status],
      }),
    );
    const { workList } = render("ORU^R01", report, [patient, ...observations]);
    expect(workList).toEqual([
      expect.objectContaining({ reason: "unmapped-code", field: "OBX-8", code: miss.code, count: 3 }),
    ]);
  });
});

describe("a value set of", () => {
  const loinc = (code: string, display: string) => ({ system: "http://loinc.org", code, display });
  const potassium = {
    coding: [{ system: hospital, code: "K", display: "Potassium" }, loinc("6298-4", "Potassium [Moles/volume]")],
  };
  const observation = (more: Partial<fhir4.Observation>): fhir4.Observation => ({
    resourceType: "Observation",
    id: "k",
    status: "final",
    code: potassium,
    subject: { reference: "Patient/1" },
    ...more,
  });
  const positive = observation({ valueCodeableConcept: hospitalCode("POS", "Positive") });
  const result = (valueSets: Options["valueSets"], more: Partial<fhir4.Observation> = {}, options: Options = {}) =>
    render("ORU^R01", { ...positive, ...more }, [jane], {
      destination: destinationWith({ ...options, ...(valueSets && { valueSets }) }),
    });
  const miss = {
    severity: "warning",
    reason: "unmapped-code",
    field: "OBX-5",
    code: `${hospital}|POS`,
    detail: "No row in the value set",
  };

  it.each<[string, ValueSet, string, number]>([
    ["a row", { map: { POS: { code: "10828004", system: "SCT" } } }, "10828004^Positive^SCT", 0],
    ["passThrough", { noRow: "passThrough" }, "POS^Positive^L", 1],
    ["textOnly", { noRow: "textOnly" }, "^Positive", 1],
    ["default", { noRow: "default", default: { code: "UNK", name: "Unknown", system: "99X" } }, "UNK^Unknown^99X", 1],
    ["drop", { noRow: "drop" }, "", 1],
  ])("OBX-5: %s", (_what, valueSet, value, misses) => {
    for (const version of hl7Versions) {
      const message = result({ "OBX-5": valueSet }, {}, { version });
      expect(fieldOf(message, "OBX", 5)).toBe(value);
      const found = message.workList.filter(({ field: place }) => place === "OBX-5");
      expect(found).toEqual(misses === 0 ? [] : [miss]);
    }
  });

  it("OBX-5: fail, which parks", () => {
    expect(() => result({ "OBX-5": { noRow: "fail" } })).toThrow(
      expect.objectContaining({ code: "ERR_UNRENDERABLE", details: expect.objectContaining({ field: "OBX-5" }) }),
    );
  });

  it("OBX-5: components and yes or no too, and nothing but codes", () => {
    const component = [
      { code: { text: "a" }, valueCodeableConcept: hospitalCode("POS") },
      { code: { text: "b" }, valueBoolean: true },
      { code: { text: "c" }, valueString: "POS" },
    ];
    const { valueCodeableConcept: _, ...bare } = positive;
    const message = render("ORU^R01", { ...bare, component }, [jane], {
      destination: destinationWith({ valueSets: { "OBX-5": { map: { POS: "P", Y: "YES" } } } }),
    });
    const values = [1, 2, 3, 4].map((occurrence) => fieldOf(message, "OBX", 5, occurrence));
    expect(values.filter((value) => value !== "")).toEqual(["P^POS^L", "YES", "POS"]);
  });

  it("OBX-3: the code that the destination prefers, where several have rows", () => {
    const map = { K: "LOCAL", "LN|6298-4": "LOINC" };
    const code = (codings?: string[]) =>
      fieldOf(
        result(
          { "OBX-3": { map } },
          {},
          codings === undefined ? {} : { preferences: { codings: { "OBX-3": codings } } },
        ),
        "OBX",
        3,
      );
    expect(code()).toBe("LOCAL^Potassium^L");
    expect(code(["LN"])).toBe("LOINC^Potassium [Moles/volume]^L");
    expect(code(["local"])).toBe("LOCAL^Potassium^L");
  });

  it("OBX-3: a code that is dropped takes its result along with its notes, and both are named", () => {
    const report: fhir4.DiagnosticReport = {
      resourceType: "DiagnosticReport",
      id: "r",
      status: "final",
      code: { text: "Panel" },
      subject: { reference: "Patient/1" },
      result: [{ reference: "Observation/k" }, { reference: "Observation/n" }],
    };
    const parts = [
      { ...positive, note: [{ text: "hemolyzed" }] },
      { ...positive, id: "n", code: hospitalCode("NA", "Sodium") },
    ];
    const destination = destinationWith({ valueSets: { "OBX-3": { map: { NA: "Na" }, noRow: "drop" } } });
    const { er7, workList } = render("ORU^R01", report, [jane, ...parts], { destination });
    const named = (name: string) => er7.split("\r").filter((line) => line.startsWith(name));
    const results = named("OBX").map((line) => line.split("|"));
    expect([results.map((fields) => [fields[1], fields[3]]), named("NTE")]).toEqual([[["1", "Na^Sodium^L"]], []]);
    expect(workList.map(({ reason, field: place }) => [reason, place])).toEqual([
      ["unmapped-code", "OBX-3"],
      ["required-field-empty", "OBX-3"],
    ]);
  });

  it("OBR-4: what cannot do without its code is parked where the code is dropped", () => {
    expect(() => result({ "OBR-4": { noRow: "drop" } })).toThrow(
      expect.objectContaining({ code: "ERR_UNRENDERABLE", details: expect.objectContaining({ field: "OBR-4" }) }),
    );
  });

  it("OBR-26: what a result of a result refers to, by the code and the value that its own OBX has", () => {
    const report: fhir4.DiagnosticReport = {
      resourceType: "DiagnosticReport",
      id: "r",
      status: "final",
      code: { text: "Culture" },
      subject: { reference: "Patient/1" },
      result: [{ reference: "Observation/germ" }],
    };
    const germ = observation({
      id: "germ",
      code: hospitalCode("GERM"),
      valueCodeableConcept: hospitalCode("ECOLI", "E. coli"),
      hasMember: [{ reference: "Observation/amp" }],
    });
    const amp = observation({ id: "amp", code: hospitalCode("AMP"), valueString: "R" });
    const destination = destinationWith({ valueSets: { "OBX-3": { map: { GERM: "600-7" } }, "OBX-5": {} } });
    const message = render(
      "ORU^R01",
      report,
      [jane, germ, { ...amp, derivedFrom: [{ reference: "Observation/germ" }] }],
      {
        destination,
      },
    );
    expect(fieldOf(message, "OBX", 3)).toBe("600-7^GERM^L");
    expect(fieldOf(message, "OBR", 26, 2)).toBe("600-7&GERM&L^1^E. coli");
    const misses = message.workList.filter(({ reason }) => reason === "unmapped-code");
    expect(misses.map(({ field: place, code, count }) => [place, code, count])).toEqual([
      ["OBX-5", `${hospital}|ECOLI`, undefined],
      ["OBX-3", `${hospital}|AMP`, undefined],
    ]);
  });

  it("OBX-6: units, by their code or, without one, by their name", () => {
    const unit = (quantity: object, valueSet: ValueSet) => {
      const { valueCodeableConcept: _, ...bare } = positive;
      const message = render("ORU^R01", { ...bare, valueQuantity: { value: 4.1, ...quantity } }, [jane], {
        destination: destinationWith({ valueSets: { "OBX-6": valueSet } }),
      });
      return fieldOf(message, "OBX", 6);
    };
    const ucum = { system: "http://unitsofmeasure.org", code: "10*3/uL", unit: "x10^3/uL" };
    expect(unit(ucum, { map: { "10*3/uL": { code: "K/uL", name: "K/uL", system: "UCUM" } } })).toBe("K/uL^K/uL^UCUM");
    expect(unit({ unit: "K/mcL" }, { map: { "K/mcL": "K/uL" } })).toBe("K/uL^K/mcL^L");
    expect(unit(ucum, { noRow: "textOnly" })).toBe("^x10\\S\\3/uL");
  });

  it("OBX-8: every repetition by itself", () => {
    const interpretation = [v2("0078", "H"), hospitalCode("CRIT")];
    const message = result(
      { "OBX-8": { map: { H: "HIGH" }, noRow: "default", default: { code: "A" } } },
      { interpretation },
    );
    expect(fieldOf(message, "OBX", 8)).toBe("HIGH~A");
    expect(
      fieldOf(
        result({ "OBX-8": { map: { CRIT: "LL" }, builtIn: false, noRow: "drop" } }, { interpretation }),
        "OBX",
        8,
      ),
    ).toBe("LL");
  });

  const stay: fhir4.Encounter = {
    resourceType: "Encounter",
    id: "97",
    status: "in-progress",
    class: { system: "http://terminology.hl7.org/CodeSystem/v3-ActCode", code: "IMP" },
    type: [hospitalCode("ELECTIVE")],
    subject: { reference: "Patient/1" },
  };
  const visit = (valueSets: NonNullable<Options["valueSets"]>, encounter = stay, trigger: Trigger = "ADT^A01") =>
    render(trigger, encounter, [jane], { destination: destinationWith({ valueSets }) });

  it("PV1-2: by the class as HL7 has it, or as FHIR has it", () => {
    const told = (map: ValueSet["map"], more: Partial<fhir4.Encounter> = {}) =>
      fieldOf(visit({ "PV1-2": { ...(map && { map }) } }, { ...stay, ...more }), "PV1", 2);
    expect(told({ I: "INPT" })).toBe("INPT");
    expect(told({ IMP: "INPT" })).toBe("INPT");
    expect(told({ IMP: "INPT", P: "PRE" }, { status: "planned" })).toBe("PRE");
    expect(told({ IMP: "INPT" }, { status: "planned" })).toBe("P");
    expect(visit({ "PV1-2": { map: { O: "OUT" } } }).workList).toEqual([]);
    expect(fieldOf(visit({ "PV1-2": { map: { O: "OUT" }, noRow: "default", default: { code: "X" } } }), "PV1", 2)).toBe(
      "X",
    );
  });

  it("PV1-4: codes of the hospital, which the mapping alone would not take for an admission type", () => {
    expect(fieldOf(visit({}), "PV1", 4)).toBe("");
    expect(fieldOf(visit({ "PV1-4": { map: { [`${hospital}|ELECTIVE`]: "C" } } }), "PV1", 4)).toBe("C");
  });

  it("DG1-3: a code that its field has in a table of the receiver", () => {
    const condition: fhir4.Condition = {
      resourceType: "Condition",
      id: "c",
      code: { coding: [{ system: "http://snomed.info/sct", code: "44054006", display: "Diabetes" }] },
      subject: { reference: "Patient/1" },
      encounter: { reference: "Encounter/97" },
    };
    const diagnosis = [{ condition: { reference: "Condition/c" } }];
    const told = (valueSet: ValueSet) =>
      fieldOf(
        render("ADT^A01", { ...stay, diagnosis }, [jane, condition], {
          destination: destinationWith({ valueSets: { "DG1-3": valueSet } }),
        }),
        "DG1",
        3,
      );
    expect(told({ map: { "http://snomed.info/sct|44054006": { code: "E11.9", system: "I10" } } })).toBe(
      "E11.9^Diabetes^I10",
    );
    expect(told({ noRow: "textOnly" })).toBe("^Diabetes");
  });

  it("a component: by the code that the mapping writes there, in every repetition", () => {
    const patient: fhir4.Patient = {
      ...jane,
      address: [
        { use: "home", city: "A", state: "MN" },
        { use: "work", city: "B", state: "WI" },
      ],
    };
    expect(field("PID-11", { valueSets: { "PID-11.7": { map: { H: "HOME" } } } }, patient)).toBe(
      "^^A^MN^^^HOME~^^B^WI^^^B",
    );
    expect(field("PID-11", { valueSets: { "PID-11.7": { map: { H: "HOME" }, noRow: "drop" } } }, patient)).toBe(
      "^^A^MN^^^HOME~^^B^WI",
    );
    expect(
      field(
        "PID-11",
        { valueSets: { "PID-11.4": { map: { MN: "27" }, noRow: "default", default: { code: "99" } } } },
        patient,
      ),
    ).toBe("^^A^27^^^H~^^B^99^^^B");
    const { workList } = told({ valueSets: { "PID-11.7": { map: { H: "P" }, noRow: "drop" } } }, patient);
    expect(workList).toEqual([expect.objectContaining({ reason: "unmapped-code", field: "PID-11.7", code: "|B" })]);
    expect(() => told({ valueSets: { "PID-5.7": { noRow: "fail" } } })).toThrow(
      expect.objectContaining({ details: expect.objectContaining({ field: "PID-5.7" }) }),
    );
  });

  it("the envelope", () => {
    const message = told({
      countryCode: "USA",
      valueSets: { "MSH-18": { map: { "UNICODE UTF-8": "UTF-8" } }, "MSH-17": { map: { USA: "840" } } },
    });
    expect([17, 18].map((position) => fieldOf(message, "MSH", position))).toEqual(["840", "UTF-8"]);
  });

  it("a field that another version fills from elsewhere", () => {
    const order: fhir4.ServiceRequest = {
      resourceType: "ServiceRequest",
      id: "o",
      status: "active",
      intent: "order",
      priority: "stat",
      code: potassium,
      subject: { reference: "Patient/1" },
    };
    const told = (valueSets: Options["valueSets"]) =>
      fieldOf(
        render("OML^O21", order, [jane], {
          destination: destinationWith({ version: "2.3", ...(valueSets && { valueSets }) }),
          type: "order.placed",
        }),
        "OBR",
        5,
      );
    expect(told({})).toBe("S");
    expect(told({ "OBR-5": { map: { S: "STAT" } } })).toBe("STAT");
  });
});

describe("a ConceptMap", () => {
  it("may say one code for all others of a system", () => {
    const conceptMap = {
      resourceType: "ConceptMap" as const,
      group: [
        {
          source: hospital,
          element: [{ code: "ENG", target: [{ code: "S", equivalence: "wider" }] }],
          unmapped: { mode: "fixed", code: "U", display: "Unknown" },
        },
      ],
    };
    const status = (code: string) =>
      told({ valueSets: { "PID-16": { conceptMap } } }, { ...jane, maritalStatus: hospitalCode(code) });
    expect(fieldOf(status("ENG"), "PID", 16)).toBe("S^ENG^HL70002");
    expect(fieldOf(status("ODD"), "PID", 16)).toBe("U^Unknown^HL70002");
    expect(status("ODD").workList).toEqual([]);
  });

  it("may say one code for all others of any system", () => {
    const element = [{ code: "ENG", target: [{ code: "S", equivalence: "equal" }] }];
    const group = [{ element, unmapped: { mode: "fixed", code: "U", display: "Unknown" } }];
    const valueSets = { "PID-16": { conceptMap: { resourceType: "ConceptMap" as const, group } } };
    expect(field("PID-16", { valueSets }, { ...jane, maritalStatus: hospitalCode("ODD") })).toBe("U^Unknown^HL70002");
  });
});

describe("a code without a row that fails", () => {
  it("is named with its field", () => {
    const engaged = { ...jane, maritalStatus: hospitalCode("ENG", "Engaged") };
    expect(() => told({ valueSets: { "PID-16": { noRow: "fail" } } }, engaged)).toThrow(
      expect.objectContaining({ details: expect.objectContaining({ field: "PID-16", code: `${hospital}|ENG` }) }),
    );
  });
});

/** Every place of a message that holds a code: its fields by type, and the components of the others. */
function codedPlacesOf({ segments }: Message, version: Hl7Version): ReadonlyMap<string, readonly string[]> {
  const definitions = definitionsOf(version);
  const codedTypes = new Set(["CE", "CWE", "CNE", "CF", "IS", "ID"]);
  const places = new Map<string, string[]>();
  const add = (place: string, value: unknown) => places.set(place, [...(places.get(place) ?? []), String(value)]);
  for (const segment of segments)
    for (const [position, field] of segment.fields.entries()) {
      const stated = definitions?.segments.get(segment.name)?.fields[position - 1]?.type ?? "ST";
      const type = stated === "VARIES" ? String(valueAt(segment, 2)) : stated;
      const place = `${segment.name}-${position}`;
      for (const repetition of repetitionsOf(field)) {
        if (codedTypes.has(type)) add(place, repetition[0]);
        else
          for (const [index, component] of repetition.entries()) {
            const partType = definitions?.types.get(type)?.components[index]?.type ?? "ST";
            if (codedTypes.has(partType) && !isEmpty(component))
              add(`${place}.${index + 1}`, Array.isArray(component) ? component[0] : component);
          }
      }
    }
  return places;
}

/** What a receiver reads a message by: with another word in it, it is another message. */
const keysOfReading = /^MSH-(9|12)\b|^(OBX-2|MFE-5)$/;
/** Where a place has no type, its name stands in for the code: 2.3 has no room for the text beside it. */
const names = new Set(["2.3 LDP-2"]);

describe("no coded place is out of reach of a value set", () => {
  const shown: Hl7Version[] = ["2.3", "2.5.1", "2.8"];

  it.each(renderableTriggers)("%s", (trigger) => {
    for (const version of shown.filter((each) => triggerFormOf(trigger, each) !== undefined)) {
      const request = fixtureRequest(trigger, version);
      const plain = codedPlacesOf(composeMessage(request).message, version);
      const places = [...plain.keys()].filter((place) => !keysOfReading.test(place));
      const valueSets = Object.fromEntries(
        places.map((place): [string, ValueSet] => [
          place,
          { builtIn: false, noRow: "default", default: { code: "QQ" } },
        ]),
      );
      const destination: RenderRequest["destination"] = {
        ...request.destination,
        valueSets: destinationWith({ version, valueSets }).valueSets,
      };
      const { message, scope } = composeMessage({ ...request, destination });
      const told = codedPlacesOf(message, version);
      // A text without a code stays a text.
      const reached = places.filter(
        (place) => plain.get(place)?.some((code) => code !== "undefined") && !names.has(`${version} ${place}`),
      );
      for (const place of reached)
        expect([place, told.get(place)?.filter((code) => code !== "undefined" && code !== "QQ")]).toEqual([place, []]);
      // Each miss is named once, with its count.
      const keys = scope.workList
        .filter(({ reason }) => reason === "unmapped-code")
        .map(({ field: place, code }) => `${place} ${code}`);
      expect(new Set(keys).size).toBe(keys.length);
    }
  });
});
