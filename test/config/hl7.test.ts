import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, describe, expect, it } from "vitest";
import { defineBridge, isHl7 } from "../../shared/config/bridge.ts";
import type { Hl7Destination } from "../../shared/config/schema.ts";

const directory = mkdtempSync(join(tmpdir(), "ignite-bridge-maps-"));
afterAll(() => rmSync(directory, { recursive: true }));

/** A configuration whose one destination says more than it must. */
function destinationWith(more: object): Hl7Destination {
  const { destinations } = defineBridge({
    sources: {
      general: {
        baseUrl: "https://fhir.example.org/r4/t",
        credentials: { method: "client_secret_basic", secret: "x" },
        timeZone: "America/Chicago",
        patients: { ids: ["1"] },
      },
    },
    destinations: { lab: { format: "hl7v2", link: { host: "h", port: 1 }, ...more } as never },
  });
  const lab = destinations["lab"];
  if (lab === undefined || !isHl7(lab)) throw new TypeError("The configuration is empty");
  return lab;
}

describe("a mistake is told with its place and what to write", () => {
  it.each<[string, object, string, string | RegExp]>([
    [
      "an option that there is not",
      { characterset: "ASCII" },
      "characterset",
      /^There is no option characterset here; there are: .*characterSet, codeSystems, conformance/,
    ],
    [
      "the same, deeper",
      { preferences: { names: [] } },
      "preferences.names",
      "There is no option names here; there are: codings, former, patientAddressUses, patientIdentifierTypes, patientNameUses, practitionerIdentifierSystems",
    ],
    ["another choice", { sendNulls: true }, "sendNulls", 'Write one of "never", "cancel", "removed", and not true'],
    [
      "too low a number",
      { attachments: { limitBytes: -1 } },
      "attachments.limitBytes",
      /^Write a number of at least 1/,
    ],
    [
      "too long a text",
      { sendingApplication: { namespaceId: "A".repeat(24) } },
      "sendingApplication.namespaceId",
      "Write at most 20 characters, and not 24",
    ],
    ["a list of nothing", { sources: [] }, "sources", "Write at least one, and not 0"],
    ["what is missing", { software: {} }, "software.version", "It is missing"],
    ["an object that is missing", { link: undefined }, "link", "It is missing: write an object: { }"],
    [
      "what is no ConceptMap",
      { valueSets: { "PV1-2": { conceptMap: { resourceType: "Patient" } } } },
      "valueSets.PV1-2.conceptMap",
      "Write a FHIR ConceptMap, or the path or URL of its file",
    ],
    ["a place in another notation", { overlays: { "PID.5": "X" } }, "overlays.PID.5", /Write a place as PID-5/],
    [
      "a segment that the version lacks",
      { version: "2.3", overlays: { "IAM-3": "X" } },
      "overlays.IAM-3",
      "There is no segment IAM in 2.3",
    ],
    [
      "a field beyond the last",
      { version: "2.5.1", overlays: { "PID-40": "X" } },
      "overlays.PID-40",
      "PID of 2.5.1 ends with field 39",
    ],
    [
      "a field that the version has withdrawn",
      { version: "2.7", overlays: { "PID-9": "X" } },
      "overlays.PID-9",
      /has withdrawn PID-9/,
    ],
    [
      "a component that the type lacks",
      { overlays: { "PID-8.2": "X" } },
      "overlays.PID-8.2",
      "PID-8 (Administrative Sex) is IS, which has no components",
    ],
    [
      "a subcomponent that the type lacks",
      { overlays: { "PID-3.4.4": "X" } },
      "overlays.PID-3.4.4",
      "PID-3 (Patient Identifier List).4 is HD, which ends with subcomponent 3",
    ],
    [
      "the delimiters as fields",
      { overlays: { "MSH-2": "^~" } },
      "overlays.MSH-2",
      "Write the characters of MSH-1 and MSH-2 under delimiters",
    ],
    ["an empty text", { overlays: { "PID-8": "" } }, "overlays.PID-8", /use \{ suppress: true \}/],
    ["a value of no kind", { overlays: { "PID-8": { value: "X" } } }, "overlays.PID-8", /Write a text, or one of/],
    [
      "two kinds at once",
      { overlays: { "PID-8": { constant: "X", fhirPath: "Patient.id" } } },
      "overlays.PID-8",
      /Write a text, or one of/,
    ],
    [
      "what is not FHIRPath",
      { overlays: { "PID-8": { fhirPath: "Patient.name.where(" } } },
      "overlays.PID-8.fhirPath",
      /^It is not FHIRPath: /,
    ],
    [
      "a condition that is not FHIRPath",
      { overlays: { "PID-8": { constant: "X", when: "= 1" } } },
      "overlays.PID-8.when",
      /^It is not FHIRPath: /,
    ],
    [
      "a resource that no message has",
      { overlays: { "PID-8": { fhirPath: "Pateint.gender" } } },
      "overlays.PID-8.fhirPath",
      /^No message has Pateint; there are: Account/,
    ],
    [
      "one of several values",
      { overlays: { "PID-8": { firstOf: ["X", {}] } } },
      "overlays.PID-8.firstOf.1",
      /Write a text, or one of/,
    ],
    [
      "one of several overlays",
      { overlays: { "PID-8": ["X", { suppress: "yes" }] } },
      "overlays.PID-8.1",
      "Write { suppress: true }",
    ],
    [
      "a repetition added to a component",
      { overlays: { "PID-3.1": { add: "X" } } },
      "overlays.PID-3.1",
      "Repetitions are added to a whole field",
    ],
    [
      "components in a subcomponent",
      { overlays: { "PID-5.1.1": { constant: ["VAN", "DOE"] } } },
      "overlays.PID-5.1.1.constant",
      "A subcomponent has no parts: write one text",
    ],
    [
      "components in a component",
      { overlays: { "PV1-3.4": { firstOf: [{ constant: [["GEN", "1.2.3"]] }] } } },
      "overlays.PV1-3.4.firstOf.0.constant",
      /^A component has subcomponents only/,
    ],
    [
      "a trigger in another notation",
      { overlays: { "PID-8": { constant: "X", triggers: ["A08"] } } },
      "overlays.PID-8.triggers",
      /\["ORU", "ADT\^A08"\]/,
    ],
    [
      "a segment with nowhere to stand",
      { segments: [{ segment: "ZPI", fields: { "ZPI-1": "X" } }] },
      "segments.0",
      /^Say where/,
    ],
    [
      "a field of another segment",
      { segments: [{ segment: "ZPI", after: "PID", fields: { "PID-1": "X" } }] },
      "segments.0.fields.PID-1",
      "Name a field of ZPI: ZPI-1",
    ],
    [
      "a segment that is neither local nor of the version",
      { segments: [{ segment: "QQQ", after: "PID", fields: { "QQQ-1": "X" } }] },
      "segments.0.segment",
      "There is no segment QQQ in 2.5.1",
    ],
    [
      "an option of a segment that there is not",
      { segments: [{ segment: "ZPI", behind: "PID", after: "PID", fields: { "ZPI-1": "X" } }] },
      "segments.0.behind",
      /^There is no such option/,
    ],
    [
      "one of several segments as a place",
      { overlays: { "OBX[2]-5": "X" } },
      "overlays.OBX[2]-5",
      /add when: "setId = 2"$/,
    ],
    ["the id of the message", { overlays: { "MSH-10": "X" } }, "overlays.MSH-10", /leave it as it is$/],
    [
      "the id of the message, cut",
      { truncation: { lengths: { "MSH-10": 9 } } },
      "truncation.lengths.MSH-10",
      /leave it/,
    ],
    [
      "how the message is acknowledged, behind the link's back",
      { overlays: { "MSH-15": "AL" } },
      "overlays.MSH-15",
      /^Write it under acceptAcknowledgment/,
    ],
    ["a message without its header", { overlays: { MSH: { suppress: true } } }, "overlays.MSH", /begins with its MSH/],
    [
      "a message of no type",
      { overlays: { "MSH-9": { suppress: true } } },
      "overlays.MSH-9",
      "It says which message this is",
    ],
    [
      "another word for the version",
      { valueSets: { "MSH-12.1": { map: { "2.5.1": "2.5" } } } },
      "valueSets.MSH-12.1",
      "It says how the message is read",
    ],
    [
      "a segment before the header",
      { segments: [{ segment: "ZPI", before: "MSH", fields: { "ZPI-1": "X" } }] },
      "segments.0.before",
      "A message begins with its MSH",
    ],
    [
      "a second header",
      { segments: [{ segment: "MSH", after: "PID", fields: { "MSH-3": "X" } }] },
      "segments.0.segment",
      "MSH would begin or end a message",
    ],
    [
      "a segment behind one that there is not",
      { segments: [{ segment: "ZPI", after: "PDI", fields: { "ZPI-1": "X" } }] },
      "segments.0.after",
      "There is no segment PDI in 2.5.1",
    ],
    [
      "an expression that tells the time of day",
      { overlays: { "PV1-10": { fhirPath: "iif(today() > Patient.birthDate, 'A', 'B')" } } },
      "overlays.PV1-10.fhirPath",
      /^today\(\) gives something else in a repeat/,
    ],
    [
      "an expression that asks a terminology server",
      { overlays: { "PV1-10": { constant: "X", when: "Patient.maritalStatus.memberOf('http://x')" } } },
      "overlays.PV1-10.when",
      /^memberOf\(\) asks a terminology server/,
    ],
    [
      "a function that FHIRPath does not have",
      { overlays: { "PID-8": { fhirPath: "Patient.name.where(frist()).family" } } },
      "overlays.PID-8.fhirPath",
      "There is no function frist() in FHIRPath",
    ],
    [
      "a function without its parameters",
      { overlays: { "PID-8": { fhirPath: "iif(Patient.active)" } } },
      "overlays.PID-8.fhirPath",
      /^It fails whatever the resources say: iif wrong arity/,
    ],
    [
      "an expression that never gives anything but an error",
      { segments: [{ segment: "ZPI", after: "PID", forEach: "%patient.name", fields: { "ZPI-1": "X" } }] },
      "segments.0.forEach",
      /^It fails whatever the resources say: .*undefined environment variable: patient/,
    ],
    [
      "an element that a resource does not have",
      { overlays: { "PID-8": { fhirPath: "Patient.gendr" } } },
      "overlays.PID-8.fhirPath",
      "Patient has no element gendr in FHIR R4",
    ],
    [
      "the same, deeper",
      { overlays: { "PV1-36": { fhirPath: "Encounter.hospitalization.disposition.text" } } },
      "overlays.PV1-36.fhirPath",
      "Encounter.hospitalization has no element disposition in FHIR R4",
    ],
    [
      "an expression that starts nowhere",
      { overlays: { "PID-8": { fhirPath: "gender" } } },
      "overlays.PID-8.fhirPath",
      /^No message has gender; there are: .*Patient.*focus/,
    ],
    [
      "a message that the bridge does not make",
      { overlays: { "PID-8": { constant: "X", triggers: ["ADT^A08", "ADT^A99"] } } },
      "overlays.PID-8.triggers",
      "There is no message ADT^A99; docs/mapping lists them",
    ],
    [
      "a segment behind each of its own kind",
      { segments: [{ segment: "NTE", afterEach: "NTE", fields: { "NTE-3": "X" } }] },
      "segments.0.afterEach",
      'It would follow itself: write { after: "NTE" }',
    ],
    ["an abbreviation of a zone", { timeZone: "EST" }, "timeZone", /^Use an IANA time zone/],
    ["the offset of a zone", { timeZone: "-06:00" }, "timeZone", /^Use an IANA time zone/],
    ["the message type, cut", { truncation: { lengths: { "MSH-9": 3 } } }, "truncation.lengths.MSH-9", /which message/],
    [
      "a rule for a Z-segment",
      { conformance: { fields: { "ZPI-1": { required: true } } } },
      "conformance.fields.ZPI-1",
      /^What Z-segments hold is not checked/,
    ],
    [
      "a code that is empty",
      { valueSets: { "PID-8": { map: { male: "" } } } },
      "valueSets.PID-8.map.male",
      "Write null where nothing is sent",
    ],
    [
      "a code of another kind",
      { valueSets: { "PID-8": { map: { male: 1 } } } },
      "valueSets.PID-8.map.male",
      /^Write a code/,
    ],
    [
      "a ConceptMap of another shape",
      {
        valueSets: {
          "PID-8": {
            conceptMap: { resourceType: "ConceptMap", group: [{ element: [{ code: "male", target: ["M"] }] }] },
          },
        },
      },
      "valueSets.PID-8.conceptMap",
      /^group\.0\.element\.0\.target\.0 of the ConceptMap is not as FHIR has it/,
    ],
    [
      "a trigger that is no text",
      { overlays: { "PID-8": { constant: "X", triggers: [{ toString: null }] } } },
      "overlays.PID-8.triggers",
      /^Write message codes or triggers/,
    ],
    [
      "a ConceptMap with a word that FHIR does not have",
      {
        valueSets: {
          "PID-8": {
            conceptMap: {
              resourceType: "ConceptMap",
              group: [{ element: [{ code: "male", target: [{ code: "M", equivalence: "equivalant" }] }] }],
            },
          },
        },
      },
      "valueSets.PID-8.conceptMap",
      /^group\[0\]\.element\[0\] of the ConceptMap says equivalant: write one of equal, equivalent/,
    ],
    [
      "a value of another kind",
      { fallbacks: { "PID-8": null } },
      "fallbacks.PID-8",
      "Write a text, or a list: [ ], and not null",
    ],
    [
      "an expression that writes into the log",
      { overlays: { "PV1-10": { constant: "X", when: "Patient.name.trace('n').exists()" } } },
      "overlays.PV1-10.when",
      /^trace\(\) writes patient data/,
    ],
    [
      "a resource in small letters",
      { overlays: { "PV1-10": { fhirPath: "patient.gender" } } },
      "overlays.PV1-10.fhirPath",
      "An expression starts from Patient, not from patient",
    ],
    [
      "a value set of a field that is not coded",
      { valueSets: { "PID-5": { map: { a: "b" } } } },
      "valueSets.PID-5",
      /^PID-5 is XPN: codes stand in places of type CE.*; name the component that holds the code$/,
    ],
    [
      "a value set of a component that is not coded",
      { valueSets: { "PV1-3.4": { map: { a: "b" } } } },
      "valueSets.PV1-3.4",
      /^PV1-3\.4 is HD: codes stand in places of type CE/,
    ],
    [
      "a value set of one repetition",
      { valueSets: { "PID-11[1].7": { map: { H: "HOME" } } } },
      "valueSets.PID-11[1].7",
      "It holds for every repetition: leave the [n] out",
    ],
    [
      "a ConceptMap with an empty group",
      { valueSets: { "PID-8": { conceptMap: { resourceType: "ConceptMap", group: [{ source: "x" }] } } } },
      "valueSets.PID-8.conceptMap",
      /^group\[0\] of the ConceptMap has no element/,
    ],
    [
      "a default that is missing",
      { valueSets: { "PID-8": { noRow: "default" } } },
      "valueSets.PID-8.default",
      /^Write what is sent/,
    ],
    ["rows for all fields", { valueSets: { "*": { map: { a: "b" } } } }, "valueSets.*", /^Under \*/],
    [
      "a ConceptMap that is not there",
      { valueSets: { "PID-8": { conceptMap: "absent.json" } } },
      "valueSets.PID-8.conceptMap",
      /^There is no such file as absent\.json/,
    ],
    [
      "a fallback of a component",
      { fallbacks: { "PID-3.4": "X" } },
      "fallbacks.PID-3.4",
      "Name the whole field: PID-3",
    ],
    [
      "the same delimiter twice",
      { delimiters: { component: "~" } },
      "delimiters",
      "Use another character for each delimiter",
    ],
    [
      "a letter as delimiter",
      { delimiters: { escape: "E" } },
      "delimiters.escape",
      /^Use one printable ASCII character/,
    ],
    [
      "a truncation character before 2.7",
      { delimiters: { truncation: "#" } },
      "delimiters.truncation",
      /^It came with 2\.7/,
    ],
    [
      "software before 2.5",
      { version: "2.4", software: { version: "1", binaryId: "1" } },
      "software",
      /^SFT came with 2\.5/,
    ],
    [
      "message profiles before 2.4",
      { version: "2.3.1", messageProfiles: [{ entityIdentifier: "P" }] },
      "messageProfiles",
      /^MSH-21 came with 2\.4/,
    ],
    [
      "the quote mark of the null as delimiter",
      { delimiters: { subcomponent: '"' } },
      "delimiters.subcomponent",
      /nor " or \.$/,
    ],
    ["the point of a line break as delimiter", { delimiters: { field: "." } }, "delimiters.field", /nor " or \.$/],
    [
      "an authority without what its id is",
      { receivingFacility: { universalId: "1.2.3" } },
      "receivingFacility",
      /^universalId and universalIdType go together/,
    ],
    [
      "an identifier system that is no URI",
      { assigningAuthorities: { "1.2.3": { namespaceId: "X" } } },
      "assigningAuthorities.1.2.3",
      'Write the system as FHIR has it: "urn:oid:1.2.3"',
    ],
    ["a length of nothing", { truncation: { lengths: { "PID-5": 0 } } }, "truncation.lengths.PID-5", /./],
    ["an option that there is not", { sendNull: "removed" }, "sendNull", /./],
  ])("%s", (_what, more, path, problem) => {
    expect(() => destinationWith(more)).toThrow(
      expect.objectContaining({
        code: "ERR_CONFIG",
        details: expect.objectContaining({
          path: `destinations.lab.${path}`,
          problem: typeof problem === "string" ? problem : expect.stringMatching(problem),
        }),
      }),
    );
  });

  it("of several, the first and how many more there are", () => {
    expect(() => destinationWith({ overlays: { "PID-99": "X", "PV1-99": "Y" } })).toThrow(
      expect.objectContaining({ details: expect.objectContaining({ moreProblems: 1 }) }),
    );
  });
});

describe("what is right is taken", () => {
  it("expressions that quote what they must not call", () => {
    const overlays = { "PV1-10": { fhirPath: "'now()'" }, "PV1-11.1": { fhirPath: "message.time" } };
    expect(destinationWith({ overlays }).overlays).toEqual(overlays);
  });

  it("expressions over choices, extensions, members of members, and what only the bridge has", () => {
    const expressions = [
      "Patient.deceased",
      "Patient.deceasedDateTime",
      "Patient._birthDate.extension('http://hl7.org/fhir/StructureDefinition/patient-birthTime').valueDateTime",
      "Patient.contact.name.family",
      "Patient.meta.lastUpdated",
      "Observation.value.ofType(Quantity).value",
      "Observation.component.referenceRange.low.value",
      "Patient.identifier[0].type.coding.where(code in ('MR' | 'PI')).exists() and (Patient.active)",
      "Patient.generalPractitioner.resolve().name.family",
      "Participant.anything",
      "setId = 2",
      "message.triggerEvent",
      "true",
      "iif(Patient.active, 'Y', 'N')",
    ];
    const overlays = { "PV1-10": expressions.map((when) => ({ constant: "X", when })) };
    expect(destinationWith({ overlays }).overlays).toEqual(overlays);
  });

  it("a default is what is sent, and lengths are looked at, without a further word", () => {
    const { valueSets, truncation } = destinationWith({
      valueSets: { "PID-16": { default: { code: "U" } } },
      truncation: { lengths: { "PID-5.1": 20 } },
    });
    expect([valueSets["PID-16"]?.noRow, truncation.mode]).toEqual(["default", "warn"]);
  });

  it("places of the destination's own version", () => {
    expect(destinationWith({ version: "2.7", overlays: { "PID-40": "X" } }).overlays).toEqual({ "PID-40": "X" });
    expect(destinationWith({ version: "2.7", overlays: { "PID-9": { suppress: true } } }).version).toBe("2.7");
  });

  it("whole segments that are left out, and Z-segments with any field", () => {
    const { overlays } = destinationWith({ overlays: { PD1: { suppress: true }, "ZPI-77.3.2": "X" } });
    expect(Object.keys(overlays)).toEqual(["PD1", "ZPI-77.3.2"]);
  });

  it("a ConceptMap from a file or as it is, as the rows that say the same", () => {
    const conceptMap = {
      resourceType: "ConceptMap",
      status: "active",
      group: [
        {
          source: "https://hospital.example.org/marital",
          target: "http://terminology.hl7.org/CodeSystem/v2-0002",
          element: [
            { code: "ENG", target: [{ code: "S", display: "Single", equivalence: "wider" }] },
            { code: "OFF", target: [{ code: "X", equivalence: "disjoint" }] },
            { code: "NONE", target: [{ equivalence: "unmatched" }] },
          ],
        },
      ],
    };
    const file = join(directory, "marital.json");
    writeFileSync(file, JSON.stringify(conceptMap));
    const rows = [
      {
        from: "https://hospital.example.org/marital",
        code: "ENG",
        to: "S",
        name: "Single",
        system: "http://terminology.hl7.org/CodeSystem/v2-0002",
      },
      { from: "https://hospital.example.org/marital", code: "NONE", to: null },
    ];
    for (const each of [conceptMap, file, pathToFileURL(file)])
      expect(
        destinationWith({ valueSets: { "PID-16": { conceptMap: each } } }).valueSets["PID-16"]?.conceptMap,
      ).toEqual({ rows });
  });

  it("a ConceptMap as R5 has it, and of several targets the one that says it best", () => {
    const group = [
      {
        source: "https://hospital.example.org/marital|2026",
        element: [
          { code: "ENG", target: [{ code: "S", relationship: "source-is-narrower-than-target" }] },
          { code: "OFF", target: [{ code: "X", relationship: "source-is-broader-than-target" }] },
          { code: "NONE", noMap: true },
          {
            code: "WID",
            target: [
              { code: "A", relationship: "equivalent", dependsOn: [{ attribute: "age" }] },
              { code: "O", relationship: "related-to" },
              { code: "W", relationship: "equivalent" },
            ],
          },
          { code: "PAR", target: [{ code: "P" }] },
        ],
      },
    ];
    const { valueSets } = destinationWith({
      valueSets: { "PID-16": { conceptMap: { resourceType: "ConceptMap", group } } },
    });
    expect(valueSets["PID-16"]?.conceptMap?.rows.map(({ from, code, to }) => [from, code, to])).toEqual(
      [
        ["ENG", "S"],
        ["NONE", null],
        ["WID", "W"],
        ["PAR", "P"],
      ].map((row) => ["https://hospital.example.org/marital", ...row]),
    );
  });

  it("and can be embedded as data, unless it holds functions", () => {
    const destination = destinationWith({
      overlays: { "PID-8": [{ constant: "X", when: "Patient.active" }] },
      segments: [{ segment: "ZPI", after: "PID", fields: { "ZPI-1": { fhirPath: "Patient.id" } } }],
      valueSets: { "PID-8": { map: { male: "MALE" } } },
    });
    expect(JSON.parse(JSON.stringify(destination))).toEqual(destination);
  });
});
