import { expect, it } from "vitest";
import { defineBridge } from "../../shared/config/bridge.ts";
import { BridgeError } from "../../shared/errors.ts";

/** A configuration that says something of nearly everything. */
const full = {
  sources: {
    general: {
      baseUrl: "https://fhir.example.org/r4/t",
      credentials: { method: "client_secret_basic", secret: "x" },
      timeZone: "America/Chicago",
      facility: { namespaceId: "GEN" },
      assigningAuthorities: { "urn:oid:1.2": { namespaceId: "GENMRN" } },
      medicalRecordNumber: { system: "urn:oid:1.2" },
      patients: { ids: ["1"] },
      feeds: ["Patient"],
      intervals: { inHouse: "1m" },
    },
  },
  destinations: {
    lab: {
      format: "hl7v2",
      link: { host: "h", port: 1 },
      events: ["encounter.*"],
      only: { filter: "Patient.active", classes: ["I"] },
      overlays: {
        "PID-5": [{ fhirPath: "Patient.name" }, { add: "x" }],
        "PID-8": { replace: { F: "2" }, when: "Patient.active" },
        "PV1-3": { constant: ["a", ["b", "c"]] },
        PD1: { suppress: true },
        "PV1-10": { firstOf: ["x", { compute: () => "x" }], triggers: ["ADT"] },
      },
      segments: [
        {
          segment: "ZPI",
          after: "PID",
          forEach: "Patient.identifier",
          fields: { "ZPI-2.1": { fhirPath: "item.value" } },
        },
      ],
      edit: (message: unknown) => message,
      valueSets: {
        "PID-8": {
          map: { male: "M", female: null, x: { code: "X", name: "n", system: "s" } },
          noRow: "default",
          default: { code: "U" },
          conceptMap: {
            resourceType: "ConceptMap",
            group: [
              {
                source: "s",
                target: "t",
                element: [{ code: "a", target: [{ code: "b", equivalence: "equal", dependsOn: [] }] }],
                unmapped: { mode: "fixed", code: "z" },
              },
            ],
          },
        },
      },
      preferences: { codings: { "OBX-3": ["LN"] }, patientIdentifierTypes: ["MR"], patientNameUses: ["usual"] },
      fallbacks: { "PID-8": "U", "OBR-4": ["a", ["b"]] },
      truncation: { mode: "cut", lengths: { "PID-5.1": 3 } },
      delimiters: { field: "|" },
      conformance: { errors: "park", rules: { length: "ignore" }, fields: { "PID-3": { required: true } } },
      attachments: { as: "data" },
      messageProfiles: [{ entityIdentifier: "x" }],
      software: { version: "1", binaryId: "2" },
    },
  },
};

const odd: readonly unknown[] = [
  undefined,
  null,
  0,
  Number.NaN,
  "",
  "PID-5",
  "__proto__",
  true,
  [],
  [null],
  {},
  { toString: null },
  () => 1,
  Symbol("x"),
  12n,
  new Date(0),
  new Map(),
];

type Node = Readonly<Record<string, unknown>> | readonly unknown[];

function isNode(value: unknown): value is Node {
  return typeof value === "object" && value !== null;
}

/** The same with something else in the place of each of its parts, one at a time. */
function* variants(node: Node, value: unknown): Generator<Node> {
  for (const [key, part] of Object.entries(node)) {
    const withPart = (other: unknown): Node =>
      Array.isArray(node) ? node.with(Number(key), other) : { ...node, [key]: other };
    yield withPart(value);
    if (isNode(part)) for (const variant of variants(part, value)) yield withPart(variant);
  }
}

it("whatever stands in the place of a part of a configuration is taken, or refused with its path and what to write", () => {
  expect(defineBridge(full as never)).toMatchObject({ destinations: { lab: { format: "hl7v2" } } });
  let refused = 0;
  for (const value of odd)
    for (const variant of variants(full, value)) {
      try {
        defineBridge(variant as never);
      } catch (error) {
        if (!(error instanceof BridgeError)) throw error;
        expect(error).toMatchObject({
          code: "ERR_CONFIG",
          details: {
            path: expect.stringMatching(/^\(root\)$|^(sources|destinations)/),
            problem: expect.stringMatching(/.{10}/),
          },
        });
        refused += 1;
      }
    }
  expect(refused).toBeGreaterThan(1_000);
});
