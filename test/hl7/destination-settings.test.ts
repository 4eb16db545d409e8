import { describe, expect, it } from "vitest";
import { charsets } from "../../shared/mllp/charset.ts";
import { fieldOf, linesOf, render, segmentsOf } from "./support/bridge.ts";
import { destinationWith } from "./support/destinations.ts";

const v2 = (table: string, code: string) => ({
  coding: [{ system: `http://terminology.hl7.org/CodeSystem/v2-${table}`, code }],
});
const jane: fhir4.Patient = {
  resourceType: "Patient",
  id: "1",
  meta: { lastUpdated: "2026-11-23T05:14:55.678Z" },
  identifier: [{ type: v2("0203", "MR"), system: "urn:oid:1.2.3.1", value: "7001234" }],
  name: [{ use: "official", family: "DOE", given: ["JANE"] }],
  gender: "female",
  birthDate: "1980-02-14",
};

type Options = Parameters<typeof destinationWith>[0];
const told = (options: Options, patient: fhir4.Patient = jane, more: Parameters<typeof render>[3] = {}) =>
  render("ADT^A31", patient, [], { destination: destinationWith(options), ...more });
const field = (place: string, options: Options, patient = jane) => {
  const [segment = "", position = ""] = place.split("-");
  return fieldOf(told(options, patient), segment, Number(position));
};

describe("the envelope", () => {
  it("says what the destination asks for", () => {
    const message = told({
      security: "S1",
      processingMode: "A",
      acceptAcknowledgment: "AL",
      applicationAcknowledgment: "NE",
      countryCode: "USA",
      messageProfiles: [{ entityIdentifier: "P-1", namespaceId: "HL7", universalId: "1.2.3", universalIdType: "ISO" }],
      software: { version: "1.2", binaryId: "7" },
    });
    expect([8, 11, 15, 16, 17, 21].map((position) => fieldOf(message, "MSH", position))).toEqual([
      "S1",
      "P^A",
      "AL",
      "NE",
      "USA",
      "P-1^HL7^1.2.3^ISO",
    ]);
    expect(linesOf(message)[1]).toBe("SFT|ignite-bridge|1.2|ignite-bridge|7");
  });

  it("is written in the destination's delimiters, and what looks like one is escaped", () => {
    const patient = { ...jane, name: [{ family: "D*O|E#" }] };
    const message = told({ version: "2.7", delimiters: { field: "*", truncation: "#" } }, patient).er7;
    expect(message.startsWith("MSH*^~\\&#*")).toBe(true);
    expect(message).toContain("*D\\F\\O|E\\P\\^");
  });
});

describe("times", () => {
  it.each<[Options, string]>([
    [{}, "20261122231455-0600"],
    [{ offset: "never" }, "20261122231455"],
    [{ precision: "minute" }, "202611222314-0600"],
    [{ precision: "day" }, "20261122"],
    [{ fractionDigits: 4 }, "20261122231455.678-0600"],
    [{ fractionDigits: 1, offset: "never" }, "20261122231455.6"],
    [{ timeZone: "Europe/Berlin" }, "20261123061455+0100"],
    [{ offset: "if-not-local" }, "20261122231455"],
    [{ offset: "if-not-local", timeZone: "Europe/Berlin" }, "20261123061455+0100"],
    [{ offset: "if-not-local", timeZone: "America/Winnipeg" }, "20261122231455"],
  ])("%j", (options, time) => {
    expect(field("PID-33", options)).toBe(time);
    expect(field("PID-7", options)).toBe("19800214");
  });
});

describe("preferences", () => {
  it("put one code system before the others", () => {
    const report: fhir4.DiagnosticReport = {
      resourceType: "DiagnosticReport",
      id: "r",
      status: "final",
      subject: { reference: "Patient/1" },
      code: {
        coding: [
          { system: "https://fhir.cerner.com/ec0/codeSet/72", code: "21704910", display: "Panel", userSelected: true },
          { system: "http://loinc.org", code: "24323-8", display: "Panel" },
        ],
      },
    };
    const code = (codings: Record<string, string[]>) =>
      fieldOf(
        render("ORU^R01", report, [jane], { destination: destinationWith({ preferences: { codings } }) }),
        "OBR",
        4,
      );
    expect(code({})).toBe("24323-8^Panel^LN^21704910^Panel^99CS72");
    expect(code({ "OBR-4": ["local", "LN"] })).toBe("21704910^Panel^99CS72^24323-8^Panel^LN");
    expect(code({ "*": ["https://fhir.cerner.com/ec0/codeSet/72"] })).toBe("21704910^Panel^99CS72^24323-8^Panel^LN");
    expect(code({ "OBX-3": ["local"] })).toBe("24323-8^Panel^LN^21704910^Panel^99CS72");
  });

  it("name the code systems that no table of HL7 names, in codes and in units", () => {
    const laboratory = "https://hospital.example.org/lab-codes";
    const potassium: fhir4.Observation = {
      resourceType: "Observation",
      id: "7",
      status: "final",
      subject: { reference: "Patient/1" },
      code: {
        coding: [
          { system: laboratory, code: "K", display: "Potassium" },
          { system: "http://loinc.org", code: "2823-3", display: "Potassium" },
        ],
      },
      valueQuantity: { value: 4.1, system: laboratory, code: "MMOLL", unit: "mmol/L" },
    };
    const fields = (options: Options) => {
      const er7 = render("ORU^R01", potassium, [jane], { destination: destinationWith(options) });
      return [3, 6].map((position) => fieldOf(er7, "OBX", position));
    };
    expect(fields({})).toEqual(["2823-3^Potassium^LN^K^Potassium^L", "MMOLL^mmol/L^L"]);
    const codeSystems = { [laboratory]: "99LAB" };
    expect(fields({ codeSystems })).toEqual(["2823-3^Potassium^LN^K^Potassium^99LAB", "MMOLL^mmol/L^99LAB"]);
    expect(fields({ codeSystems, preferences: { codings: { "OBX-3": ["99LAB"] } } })[0]).toBe(
      "K^Potassium^99LAB^2823-3^Potassium^LN",
    );
    expect(() => destinationWith({ codeSystems: { [laboratory]: "our lab" } })).toThrow();
  });

  it("say which numbers of a patient go out, in which order", () => {
    const numbers = (types: string[]) =>
      types.map((code, index) => ({ type: v2("0203", code), system: "urn:oid:1.2.3.1", value: `${index}` }));
    const patient = { ...jane, identifier: numbers(["MR", "DL", "SS"]) };
    expect(field("PID-3", {}, patient)).toBe("0^^^GENMRN^MR~1^^^GENMRN^DL");
    expect(field("PID-3", { preferences: { patientIdentifierTypes: ["SS", "MR"] } }, patient)).toBe(
      "0^^^GENMRN^MR~2^^^GENMRN^SS",
    );
  });

  it("say which number is the medical record number: by system, type and period", () => {
    const patient: fhir4.Patient = {
      ...jane,
      identifier: [
        { system: "urn:oid:9", value: "old", period: { start: "2010-01-01", end: "2019-12-31" } },
        { system: "urn:oid:9", value: "first", period: { start: "2020-01-01" } },
        { system: "urn:oid:9", value: "later", period: { start: "2025-01-01" } },
        { system: "urn:oid:9", value: "future", period: { start: "2099-01-01" } },
        { type: v2("0203", "MR"), system: "urn:oid:1.2.3.1", value: "other" },
      ],
    };
    const options: Options = {
      medicalRecordNumber: { system: "urn:oid:9" },
      assigningAuthorities: { "urn:oid:9": { namespaceId: "NINE" } },
      preferences: { patientIdentifierTypes: ["PI"] },
    };
    expect(field("PID-3", options, patient)).toBe("later^^^NINE^MR^^20250101~first^^^NINE^MR^^20200101");
  });

  it("put one name and one address first", () => {
    const patient: fhir4.Patient = {
      ...jane,
      name: [
        { use: "official", family: "DOE", given: ["JANE"] },
        { use: "usual", family: "DOE", given: ["JANEY"] },
      ],
      address: [
        { use: "home", city: "A" },
        { use: "work", city: "B" },
      ],
    };
    expect(field("PID-5", {}, patient)).toBe("DOE^JANE^^^^^L~DOE^JANEY^^^^^D");
    expect(field("PID-5", { preferences: { patientNameUses: ["usual"] } }, patient)).toBe(
      "DOE^JANEY^^^^^D~DOE^JANE^^^^^L",
    );
    expect(field("PID-11", { preferences: { patientAddressUses: ["work"] } }, patient)).toBe("^^B^^^^B~^^A^^^^H");
  });
});

describe("a fallback", () => {
  it("stands in a field that has no value, whether the mapping has it or not", () => {
    const options: Options = { fallbacks: { "PID-10": ["U", "Unknown", "HL70005"], "PID-31": "N", "PID-8": "U" } };
    expect(field("PID-10", options)).toBe("U^Unknown^HL70005");
    expect(field("PID-31", options)).toBe("N");
    expect(field("PID-8", options)).toBe("F");
  });

  it("goes before what stands there for every other destination, and not before a null that an event asks for", () => {
    const nameless = { ...jane, name: [] };
    const options: Options = { fallbacks: { "PID-5": ["NN", "X"], "PV1-45": "20260101" } };
    const message = render("ADT^A31", nameless, [], { destination: destinationWith(options) });
    expect(fieldOf(message, "PID", 5)).toBe("NN^X");
    expect(message.workList).toEqual([]);
    const stay = { resourceType: "Encounter", id: "e", status: "in-progress", subject: { reference: "Patient/1" } };
    const undone = render("ADT^A13", stay as never, [jane], { destination: destinationWith(options) });
    expect(fieldOf(undone, "PV1", 45)).toBe('""');
  });

  it("makes a message of what would be none", () => {
    const report = { resourceType: "DiagnosticReport", id: "r", status: "final", subject: { reference: "Patient/1" } };
    expect(() => render("ORU^R01", report as never, [jane])).toThrow(
      expect.objectContaining({ code: "ERR_UNRENDERABLE" }),
    );
    const destination = destinationWith({ fallbacks: { "OBR-4": ["UNK", "Unknown"] } });
    expect(fieldOf(render("ORU^R01", report as never, [jane], { destination }), "OBR", 4)).toBe("UNK^Unknown");
  });
});

describe("the null", () => {
  const before = { ...jane, maritalStatus: v2("0002", "M"), deceasedDateTime: "2026-01-01", address: [{ city: "A" }] };
  const update = (sendNulls?: "never" | "cancel" | "removed") =>
    render("ADT^A31", jane, [], { before, destination: destinationWith(sendNulls === undefined ? {} : { sendNulls }) });

  it("tells what was removed, where the destination wants it: single values, and no lists", () => {
    expect(fieldOf(update("removed"), "PID", 16)).toBe('""');
    expect(fieldOf(update("removed"), "PID", 29)).toBe('""');
    expect(fieldOf(update("removed"), "PID", 11)).toBe("");
    expect(fieldOf(update(), "PID", 16)).toBe("");
  });

  it("is never too long for its field", () => {
    const before = { ...jane, multipleBirthBoolean: true };
    const destination = destinationWith({ sendNulls: "removed", truncation: { mode: "cut" } });
    const message = render("ADT^A31", jane, [], { before, destination });
    expect(fieldOf(message, "PID", 24)).toBe('""');
    expect(message.workList).toEqual([]);
  });

  it("does not make the same content another", () => {
    expect(update("removed").contentHash).toBe(update().contentHash);
  });
});

describe("lengths", () => {
  const long = { ...jane, name: [{ use: "official" as const, family: "A&".repeat(120), given: ["B".repeat(40)] }] };

  it("are left alone unless the destination minds", () => {
    expect(field("PID-5", {}, long)).toBe(`${"A\\T\\".repeat(120)}^${"B".repeat(40)}^^^^^L`);
  });

  it("are named", () => {
    const message = told({ truncation: { mode: "warn", lengths: { "PID-5.2": 10 } } }, long);
    expect(fieldOf(message, "PID", 5)).toContain("B".repeat(40));
    expect(message.workList.filter(({ reason }) => reason === "too-long").map(({ field: place }) => place)).toContain(
      "PID-5.2",
    );
  });

  it("are cut, never through an escape sequence, which counts as what it takes", () => {
    const message = told({ truncation: { mode: "cut", lengths: { "PID-5.1": 10, "PID-5.2": 12 } } }, long);
    expect(fieldOf(message, "PID", 5)).toBe(`A\\T\\A\\T\\A^${"B".repeat(12)}^^^^^L`);
    expect(message.workList).toContainEqual(
      expect.objectContaining({ reason: "truncated", field: "PID-5.1", detail: "More than 10 characters" }),
    );
  });

  it("end in the truncation character where there is one", () => {
    const options: Options = {
      version: "2.7",
      delimiters: { truncation: "#" },
      truncation: { mode: "cut", lengths: { "PID-5.2": 5 } },
    };
    expect(field("PID-5", options, long)).toContain("^BBBB#^");
  });

  it("of one repetition are its own", () => {
    const twice = { ...jane, name: [{ family: "AAAAA" }, { family: "BBBBB" }] };
    const truncation = { mode: "cut" as const, lengths: { "PID-5.1": 4, "PID-5[2].1": 2 } };
    expect(field("PID-5", { truncation }, twice)).toMatch(/^AAAA\^.*~BB$|^AAAA\^.*~BB\^/);
  });

  it("of a whole field, which is all that 2.3 knows, take from its longest words first", () => {
    const told23 = (name: fhir4.HumanName) =>
      told({ version: "2.3", truncation: { mode: "cut" } }, { ...jane, name: [{ use: "official", ...name }] });
    const message = told23({ family: "A".repeat(60), given: ["JANE"], suffix: ["JR"] });
    expect(fieldOf(message, "PID", 5)).toBe(`${"A".repeat(35)}^JANE^^JR^^^L`);
    expect(fieldOf(message, "PID", 5)).toHaveLength(48);
    expect(message.workList.map(({ reason, field: place }) => [reason, place])).toEqual([["truncated", "PID-5"]]);
  });

  it("count a character outside of the basic plane once, in what is checked as in what is cut", () => {
    const patient = { ...jane, name: [{ use: "official" as const, family: "\u{20BB7}".repeat(60), given: ["JANE"] }] };
    const message = told({ version: "2.3", truncation: { mode: "cut" } }, patient);
    expect([...fieldOf(message, "PID", 5)]).toHaveLength(48);
    expect(message.workList.map(({ reason }) => reason)).toEqual(["truncated"]);
  });

  it("of numbers, codes and ids of the version only warn", () => {
    const patient = { ...jane, identifier: [{ type: v2("0203", "MR"), value: "9".repeat(40) }] };
    const message = told({ truncation: { mode: "cut" } }, patient);
    expect(fieldOf(message, "PID", 3)).toContain("9".repeat(40));
    expect(message.workList).toContainEqual(expect.objectContaining({ reason: "too-long", field: "PID-3.1" }));
  });
});

describe("a character set", () => {
  const patient = { ...jane, name: [{ family: "Łódź–Müller", given: ["Zoë", "ﬁ", "東"] }] };

  it.each<[Options["characterSet"], string]>([
    ["UNICODE UTF-8", "Łódź–Müller^Zoë^ﬁ 東^^^^L"],
    ["8859/1", "Lódz-Müller^Zoë^fi ?^^^^L"],
    ["ASCII", "Lodz-Muller^Zoe^fi ?^^^^L"],
  ])("%s", (characterSet, name) => {
    const options: Options = characterSet === undefined ? {} : { characterSet };
    const message = told(options, patient);
    expect(fieldOf(message, "PID", 5)).toBe(name);
    expect(fieldOf(message, "MSH", 18)).toBe(characterSet);
    const lost = message.workList.filter(({ reason }) => reason === "character-lost");
    expect(lost).toHaveLength(characterSet === "UNICODE UTF-8" ? 0 : 1);
  });

  it("counts what is lost", () => {
    const { workList } = told({ characterSet: "ASCII" }, { ...jane, name: [{ family: "東京都" }] });
    expect(workList).toEqual([
      { severity: "warning", reason: "character-lost", field: "PID-5", detail: "ASCII", count: 3 },
    ]);
  });

  it("escapes a delimiter that a letter becomes", () => {
    expect(field("PID-5", { characterSet: "ASCII" }, { ...jane, name: [{ family: "A｜B＾C" }] })).toBe(
      "A\\F\\B\\S\\C^^^^^^L",
    );
  });

  it("is what the bytes are", () => {
    expect([...charsets["8859/1"].encode("Zoë")]).toEqual([0x5a, 0x6f, 0xeb]);
    expect(charsets["8859/1"].decode(Uint8Array.of(0x5a, 0x6f, 0xeb))).toBe("Zoë");
    // The low byte of U+010D is a carriage return, and that of U+017C a field separator.
    expect([...charsets["8859/1"].encode("\u010d\u017c")]).toEqual([0x3f, 0x3f]);
    expect([...charsets.ASCII.encode("é")]).toEqual([0x3f]);
  });
});

describe("attachments", () => {
  const data = Buffer.alloc(2_000, "x").toString("base64");
  const attachment: fhir4.Attachment = {
    contentType: "application/pdf",
    data,
    url: "https://fhir.example.org/Binary/1",
  };
  const document: fhir4.DiagnosticReport = {
    resourceType: "DiagnosticReport",
    id: "r",
    status: "final",
    code: { text: "Report" },
    subject: { reference: "Patient/1" },
    presentedForm: [attachment],
  };
  const types = (options: Options) => {
    const message = render("ORU^R01", document, [jane], { destination: destinationWith(options) });
    return segmentsOf(message, "OBX").map((_, index) => fieldOf(message, "OBX", 2, index + 1));
  };

  it("come along, unless they are larger than the destination takes or it wants to fetch them", () => {
    expect(types({})).toEqual(["ED"]);
    expect(types({ attachments: { limitBytes: 1_000 } })).toEqual(["RP"]);
    expect(types({ attachments: { as: "pointer" } })).toEqual(["RP"]);
  });

  it("come along where they lie nowhere else, and are named to whom wanted to fetch them", () => {
    const { url: _, ...held } = attachment;
    const destination = destinationWith({ attachments: { as: "pointer" } });
    const message = render("ORU^R01", { ...document, presentedForm: [held] }, [jane], { destination });
    expect(fieldOf(message, "OBX", 2)).toBe("ED");
    expect(message.workList).toContainEqual(
      expect.objectContaining({ reason: "attachment-without-address", field: "OBX-5" }),
    );
  });
});

describe("conformance", () => {
  const nameless = { ...jane, gender: "female" as const };
  const rule: Options = { conformance: { fields: { "PID-11": { required: true } } } };

  it("is told in the work list", () => {
    expect(told(rule, nameless).workList).toEqual([
      {
        severity: "error",
        reason: "conformance-required",
        field: "PID-11",
        detail: "Patient Address is required",
      },
    ]);
  });

  it("parks where the destination says so, with every place", () => {
    const fields = { "PID-11": { required: true }, "PID-13": { required: true } };
    for (const conformance of [
      { errors: "park" as const, fields },
      { rules: { required: "park" as const }, fields },
    ])
      expect(() => told({ conformance }, nameless)).toThrow(
        expect.objectContaining({
          code: "ERR_UNRENDERABLE",
          details: { field: "PID-11", findings: "PID-11 required, PID-13 required" },
        }),
      );
  });

  it("is not asked where nobody listens, nor about a rule that is ignored", () => {
    const { fields } = { fields: { "PID-11": { required: true } } };
    expect(told({ conformance: { errors: "ignore", warnings: "ignore", fields } }, nameless).workList).toEqual([]);
    expect(told({ conformance: { rules: { required: "ignore" }, fields } }, nameless).workList).toEqual([]);
  });

  it("holds for the message as it leaves: an overlay may set it right", () => {
    expect(told({ ...rule, overlays: { "PID-11": { constant: ["", "", "A"] } } }, nameless).workList).toEqual([]);
  });
});

describe("a patient who did not come along", () => {
  const stay = (display: string): fhir4.Encounter => ({
    resourceType: "Encounter",
    id: "e",
    status: "in-progress",
    class: { system: "http://terminology.hl7.org/CodeSystem/v3-ActCode", code: "IMP" },
    subject: { reference: "Patient/1", display },
  });

  it.each([
    ["SMARTS SR., NANCYS II", "SMARTS^NANCYS^II^SR^^^L"],
    ["DOE, JANE ANN", "DOE^JANE^ANN^^^^L"],
    ["VAN DER BERG, JAN", "VAN DER BERG^JAN^^^^^L"],
    ["Cher", "Cher^^^^^^L"],
  ])("is called as the reference says: %s", (display, name) => {
    const message = render("ADT^A01", stay(display), []);
    expect(fieldOf(message, "PID", 5)).toBe(name);
    expect(message.workList).toContainEqual(
      expect.objectContaining({ reason: "missing-resource", path: "Encounter.subject" }),
    );
  });

  it("has the name of a report's subject too", () => {
    const report: fhir4.DiagnosticReport = {
      resourceType: "DiagnosticReport",
      id: "r",
      status: "final",
      code: { text: "x" },
      subject: { reference: "Patient/1", display: "DOE JR, JOHN" },
    };
    expect(fieldOf(render("ORU^R01", report, []), "PID", 5)).toBe("DOE^JOHN^^JR^^^L");
  });
});
