import { describe, expect, it } from "vitest";
import { explainMessage } from "../../shared/hl7/explain.ts";
import { composeMessage } from "../../shared/hl7/render.ts";
import { parseJson } from "../../shared/json.ts";
import { fieldOf, linesOf, render, segmentsOf, source } from "./support/bridge.ts";
import { destinationWith } from "./support/destinations.ts";

const mrn = { coding: [{ system: "http://terminology.hl7.org/CodeSystem/v2-0203", code: "MR" }] };
const jane: fhir4.Patient = {
  resourceType: "Patient",
  id: "1",
  identifier: [
    { type: mrn, system: "urn:oid:1.2.3.1", value: "7001234" },
    { system: "https://hospital.example.org/loyalty", value: "L-9", period: { start: "2026-01-01" } },
  ],
  name: [
    { use: "official", family: "DOE", given: ["JANE", "ANN"] },
    { use: "nickname", given: ["JANEY"] },
  ],
  gender: "female",
  birthDate: "1980-02-14",
  generalPractitioner: [{ reference: "Practitioner/77" }],
};
const stay: fhir4.Encounter = {
  resourceType: "Encounter",
  id: "97",
  status: "in-progress",
  class: { system: "http://terminology.hl7.org/CodeSystem/v3-ActCode", code: "IMP" },
  subject: { reference: "Patient/1" },
  period: { start: "2026-11-23T05:10:00Z" },
};
const smith: fhir4.Practitioner = { resourceType: "Practitioner", id: "77", name: [{ family: "SMITH" }] };
const report: fhir4.DiagnosticReport = {
  resourceType: "DiagnosticReport",
  id: "r",
  status: "final",
  code: { text: "Panel" },
  subject: { reference: "Patient/1" },
  result: [{ reference: "Observation/k" }, { reference: "Observation/n" }],
};
const result = (id: string, value: string): fhir4.Observation =>
  parseJson(`{
    "resourceType": "Observation", "id": "${id}", "status": "final", "code": { "text": "${id}" },
    "subject": { "reference": "Patient/1" }, "valueQuantity": { "value": ${value}, "unit": "mmol/L" }
  }`) as fhir4.Observation;

type Options = Parameters<typeof destinationWith>[0];
const visit = (options: Options) => render("ADT^A01", stay, [jane, smith], { destination: destinationWith(options) });
const results = (options: Options) =>
  render("ORU^R01", report, [jane, result("k", "4.10"), result("n", "140")], { destination: destinationWith(options) });
const field = (place: string, overlay: NonNullable<Options["overlays"]>[string], more: Options = {}) => {
  const [segment = "", position = ""] = place.split(/-|\[|\./);
  return fieldOf(visit({ ...more, overlays: { [place]: overlay } }), segment, Number(position));
};

describe("a place gets", () => {
  it.each<[string, string, Parameters<typeof field>[1], string]>([
    ["a constant", "PV1-10", "MED", "MED"],
    [
      "a constant with components and subcomponents",
      "PV1-3",
      { constant: ["4W", "", "", ["GEN", "1.2.3", "ISO"]] },
      "4W^^^GEN&1.2.3&ISO",
    ],
    ["the null", "PV1-10", { constant: null }, '""'],
    ["a component, in every repetition", "PID-5.5", "Dr.", "DOE^JANE^ANN^^Dr.^^L~^JANEY^^^Dr.^^N"],
    ["a component of one repetition", "PID-5[2].5", "Dr.", "DOE^JANE^ANN^^^^L~^JANEY^^^Dr.^^N"],
    ["a subcomponent", "PID-3.4.2", "1.2.3", "7001234^^^GENMRN&1.2.3^MR"],
    ["a repetition in the place of another", "PID-5[2]", { constant: ["X", "Y"] }, "DOE^JANE^ANN^^^^L~X^Y"],
    ["a component of an empty field", "PV1-10.1", "MED", "MED"],
    ["a value with delimiters, escaped", "PV1-10", "A|B^C", "A\\F\\B\\S\\C"],
    ["a FHIRPath value", "PV1-10", { fhirPath: "Patient.birthDate" }, "1980-02-14"],
    ["a date in the form of its type", "PID-29", { fhirPath: "Patient.birthDate" }, "19800214"],
    ["a name in the form of its type", "PID-5", { fhirPath: "Patient.name.where(use = 'nickname')" }, "^JANEY^^^^^N"],
    ["an identifier in the form of its type", "PID-2", { fhirPath: "Patient.identifier[1]" }, "L-9^^^&https:\\E\\E"],
    ["a reference, resolved", "PV1-10", { fhirPath: "Patient.generalPractitioner.resolve().name.family" }, "SMITH"],
    ["what its focus says", "PV1-10", { fhirPath: "focus.id" }, "97"],
    [
      "the first of several that is there",
      "PV1-10",
      { firstOf: [{ fhirPath: "Encounter.serviceType.text" }, { compute: () => undefined }, "GEN"] },
      "GEN",
    ],
    [
      "what a function works out",
      "PV1-10",
      { compute: ({ Patient, message }) => `${message.triggerEvent}-${Patient.id}` },
      "A01-1",
    ],
    ["nothing", "PID-8", { suppress: true }, ""],
    ["nothing in one component", "PID-5.3", { suppress: true }, "DOE^JANE^^^^^L~^JANEY^^^^^N"],
    ["another word for a value", "PID-8", { replace: { F: "2", M: "1" } }, "2"],
    ["another word for the value of a component", "PID-5.7", { replace: { L: "D" } }, "DOE^JANE^ANN^^^^D~^JANEY^^^^^N"],
    ["a repetition more", "PV1-7", { add: { constant: ["9", "ROE"] } }, "9^ROE"],
    ["several changes in order", "PID-8", [{ suppress: true }, { constant: "U" }], "U"],
  ])("%s", (_what, place, overlay, told) => {
    if (told.endsWith("\\E\\E")) expect(field(place, overlay)).toMatch(/^L-9\^/);
    else expect(field(place, overlay)).toBe(told);
  });

  it("a repetition more for each value", () => {
    const told = field("PID-3", { add: { fhirPath: "Patient.identifier.where(value.startsWith('L'))" } });
    expect(told).toMatch(/^7001234\^\^\^GENMRN\^MR~L-9\^/);
  });

  it("what it had, where the new value is blank", () => {
    expect(field("PID-8", { fhirPath: "Patient.maritalStatus.text" })).toBe("F");
  });
});

describe("an overlay holds", () => {
  it("only where its condition does", () => {
    expect(field("PV1-10", { constant: "IN", when: "Encounter.class.code = 'IMP'" })).toBe("IN");
    expect(field("PV1-10", { constant: "IN", when: "Encounter.class.code = 'AMB'" })).toBe("");
    expect(field("PV1-10", { constant: "IN", when: "Patient.maritalStatus" })).toBe("");
  });

  it("only in its messages", () => {
    expect(field("PV1-10", { constant: "IN", triggers: ["ORU", "ADT^A01"] })).toBe("IN");
    expect(field("PV1-10", { constant: "IN", triggers: ["ADT^A08"] })).toBe("");
  });

  it("in its messages as the destination's version names them", () => {
    const order: fhir4.ServiceRequest = {
      resourceType: "ServiceRequest",
      id: "o",
      status: "active",
      intent: "order",
      code: { text: "X" },
      subject: { reference: "Patient/1" },
    };
    const told = (version: "2.3" | "2.5.1", trigger: string) =>
      fieldOf(
        render("OMG^O19", order, [jane], {
          type: "order.placed",
          destination: destinationWith({ version, overlays: { "PID-8": { constant: "U", triggers: [trigger] } } }),
        }),
        "PID",
        8,
      );
    expect([told("2.3", "ORM^O01"), told("2.3", "ORM"), told("2.3", "OMG^O19")]).toEqual(["U", "U", "U"]);
    expect([told("2.5.1", "ORM^O01"), told("2.5.1", "OMG")]).toEqual(["F", "U"]);
  });

  it("for the very segment that repeats", () => {
    const message = results({
      overlays: {
        "OBX-17": { fhirPath: "Observation.id" },
        "OBX-8": { constant: "H", when: "Observation.value.ofType(Quantity).value > 100" },
      },
    });
    expect(segmentsOf(message, "OBX").map((_, index) => fieldOf(message, "OBX", 17, index + 1))).toEqual(["k", "n"]);
    expect(segmentsOf(message, "OBX").map((_, index) => fieldOf(message, "OBX", 8, index + 1))).toEqual(["", "H"]);
  });

  it("in the form of the destination's version", () => {
    expect(field("PID-2", { fhirPath: "Patient.identifier.first()" }, { version: "2.3" })).toBe("7001234^^^GENMRN^MR");
    expect(field("PV1-2", { constant: ["X", "Ex"] }, { version: "2.7" })).toBe("X^Ex");
  });
});

describe("digits of decimals", () => {
  it("stay where a value is taken as it is", () => {
    const message = results({ overlays: { "OBX-17": { fhirPath: "Observation.valueQuantity.value" } } });
    expect(fieldOf(message, "OBX", 17)).toBe("4.10");
  });
});

describe("a segment", () => {
  it("is left out", () => {
    expect(segmentsOf(visit({ overlays: { PV2: { suppress: true }, EVN: { suppress: true } } }), "EVN")).toEqual([]);
  });

  it("is added behind another, before another, or at the end where there is none such", () => {
    const at = (place: object) =>
      linesOf(visit({ segments: [{ segment: "ZPI", fields: { "ZPI-2.2": "x" }, ...place }] })).map((line) =>
        line.slice(0, 3),
      );
    expect(at({ after: "PID" })).toEqual(["MSH", "EVN", "PID", "ZPI", "PD1", "PV1"]);
    expect(at({ before: "PID" })).toEqual(["MSH", "EVN", "ZPI", "PID", "PD1", "PV1"]);
    expect(at({ after: "OBX" })).toEqual(["MSH", "EVN", "PID", "PD1", "PV1", "ZPI"]);
  });

  it("is added for each value, and numbered", () => {
    const message = visit({
      segments: [
        {
          segment: "ZID",
          after: "PID",
          forEach: "Patient.identifier",
          fields: { "ZID-1": { fhirPath: "setId" }, "ZID-2": { fhirPath: "item.value" } },
        },
      ],
    });
    expect(segmentsOf(message, "ZID")).toEqual(["ZID|1|7001234", "ZID|2|L-9"]);
  });

  it("is added behind each of its kind, from what that one is about", () => {
    const message = results({
      segments: [{ segment: "ZRX", afterEach: "OBX", fields: { "ZRX-1": { fhirPath: "Observation.id" } } }],
    });
    expect(
      linesOf(message)
        .filter((line) => /^(OBX|ZRX)/.test(line))
        .map((line) => line.slice(0, 5)),
    ).toEqual(["OBX|1", "ZRX|k", "OBX|2", "ZRX|n"]);
  });

  it("is not added with nothing in it, nor where its condition does not hold", () => {
    const nothing = { segment: "ZPI", after: "PID", fields: { "ZPI-1": { fhirPath: "Patient.maritalStatus.text" } } };
    const never = { segment: "ZPX", after: "PID", when: "Patient.active", fields: { "ZPX-1": "x" } };
    expect(linesOf(visit({ segments: [nothing, never] })).some((line) => line.startsWith("Z"))).toBe(false);
  });
});

describe("what goes wrong", () => {
  it("in a function leaves the field and is named without what the function said", () => {
    const message = visit({
      overlays: {
        "PID-8": {
          compute: () => {
            throw new Error("JANE DOE");
          },
        },
      },
    });
    expect(fieldOf(message, "PID", 8)).toBe("F");
    expect(message.workList).toEqual([
      { severity: "error", reason: "overlay-failed", field: "PID-8", path: "overlays.PID-8" },
    ]);
  });

  it("in a value that is no text is named", () => {
    expect(visit({ overlays: { "PV1-44": { fhirPath: "Encounter.class" } } }).workList).toEqual([
      { severity: "error", reason: "overlay-not-a-value", field: "PV1-44" },
    ]);
  });
});

describe("a function that gives back", () => {
  const told = (value: unknown) => visit({ overlays: { "PV1-10": { compute: () => value as never } } });

  it.each<[unknown, string]>([
    [7, "7"],
    [1.5, "1.5"],
    [JSON.rawJSON("1.50"), "1.50"],
    [true, "Y"],
    [["A", 2, ["B", false]], "A^2^B&N"],
    [null, '""'],
    [undefined, ""],
    [[], ""],
  ])("%o: what it means in a message", (value, expected) => {
    expect(fieldOf(told(value), "PV1", 10)).toBe(expected);
    expect(told(value).workList.filter(({ reason }) => reason === "overlay-failed")).toEqual([]);
  });

  it.each([[Promise.resolve("late")], [{ family: "DOE" }], [Symbol("x")], [Number.NaN], [[["a", ["b"]]]]])(
    "%o: nothing, and it is named",
    (value) => {
      expect(fieldOf(told(value), "PV1", 10)).toBe("");
      expect(told(value).workList).toContainEqual({
        severity: "error",
        reason: "overlay-failed",
        field: "PV1-10",
        path: "overlays.PV1-10",
      });
    },
  );
});

describe("a function that changes what it gets", () => {
  it("changes nothing for others, and finds what it changed in the same message alone", () => {
    const before = JSON.stringify([jane, stay]);
    const options: Options = {
      overlays: {
        "PV1-10": { compute: ({ Patient }) => Patient.name?.reverse()[0]?.given?.[0] },
        "PV1-11": { compute: ({ Patient, focus }) => [Patient.name?.[0]?.given?.[0] ?? "", focus.id ?? ""] },
      },
      edit: (message, { Encounter, resources }) => {
        if (Encounter !== undefined) Encounter.status = "finished";
        (resources as unknown[]).length = 0;
        return message;
      },
    };
    const message = visit(options);
    expect([fieldOf(message, "PV1", 10), fieldOf(message, "PV1", 11)]).toEqual(["JANEY", "JANEY^97"]);
    expect(fieldOf(message, "PID", 5)).toBe("DOE^JANE^ANN^^^^L~^JANEY^^^^^N");
    expect(JSON.stringify([jane, stay])).toBe(before);
    expect(visit(options).er7).toBe(message.er7);
  });

  it("gets the digits of decimals all the same", () => {
    const message = results({ overlays: { "OBX-17": { compute: (context) => quantityOf(context) as never } } });
    expect(fieldOf(message, "OBX", 17)).toBe("4.10");
  });
});

function quantityOf({ Observation }: { readonly Observation?: fhir4.Observation | undefined }): unknown {
  return Observation?.valueQuantity?.value;
}

describe("lines of a text", () => {
  it("stay lines where the field has formatted text, and become spaces elsewhere", () => {
    const fields = { "NTE-3": { compute: () => "one\r\ntwo" } };
    const message = visit({ segments: [{ segment: "NTE", after: "PID", fields }], overlays: { "PV1-10": "one\ntwo" } });
    expect(fieldOf(message, "NTE", 3)).toBe("one\\.br\\two");
    expect(fieldOf(message, "PV1", 10)).toBe("one two");
  });
});

describe("one of several segments", () => {
  it("is told by its set id, or by what it is about", () => {
    const second = results({ overlays: { "OBX-17": { constant: "second", when: "setId = 2" } } });
    expect([1, 2].map((occurrence) => fieldOf(second, "OBX", 17, occurrence))).toEqual(["", "second"]);
    const named = results({ overlays: { "OBX-17": { constant: "k", when: "Observation.code.text = 'k'" } } });
    expect([1, 2].map((occurrence) => fieldOf(named, "OBX", 17, occurrence))).toEqual(["k", ""]);
  });

  it("may be one that was added", () => {
    const segments = [{ segment: "ZPI", after: "PID", fields: { "ZPI-1": "x" } }];
    expect(segmentsOf(visit({ segments, overlays: { "ZPI-2": { fhirPath: "Patient.id" } } }), "ZPI")).toEqual([
      "ZPI|x|1",
    ]);
    expect(segmentsOf(visit({ segments, overlays: { ZPI: { suppress: true } } }), "ZPI")).toEqual([]);
  });
});

describe("the hook over the whole message", () => {
  type Edit = NonNullable<Options["edit"]>;
  const plain = visit({}).er7;
  const broken = { severity: "error", reason: "overlay-failed", field: undefined, path: "edit" };

  it.each<[string, (message: Parameters<Edit>[0]) => unknown]>([
    [
      "throws half way",
      ({ segments }) => {
        for (const segment of segments) (segment.fields as unknown[]).length = 0;
        throw new Error("JANE DOE");
      },
    ],
    ["gives back nothing", () => undefined],
    ["promises", async (message) => message],
    ["leaves no segment", () => ({ segments: [] })],
    ["puts the header last", ({ segments }) => ({ segments: segments.toReversed() })],
    ["begins a second message", ({ segments }) => ({ segments: [...segments, segments[0]] })],
    ["begins a batch", ({ segments }) => ({ segments: [...segments, { name: "BTS", fields: [] }] })],
    ["names a segment oddly", ({ segments }) => ({ segments: [...segments, { name: "Z\rPI", fields: [] }] })],
    ["has fields that are none", ({ segments }) => ({ segments: [...segments, { name: "ZPI", fields: "x" }] })],
    [
      "has a text for a field",
      ({ segments }) => ({ segments: [...segments, { name: "ZPI", fields: [undefined, "x"] }] }),
    ],
    [
      "has an object for a value",
      ({ segments }) => ({ segments: [...segments, { name: "ZPI", fields: [undefined, [[{}]]] }] }),
    ],
  ])("%s: the message stays as it was, and it is named", (_what, edit) => {
    const message = visit({ edit: edit as Edit });
    expect(message.er7).toBe(plain);
    expect(message.workList).toContainEqual(broken);
  });

  it("changes neither the delimiters nor the id that an acknowledgement repeats", () => {
    const message = visit({
      edit: ({ segments: [header, ...rest] }) => ({
        segments: [{ name: "MSH", fields: (header?.fields ?? []).map((_, at) => [[`x${at}`]]) }, ...rest],
      }),
    });
    expect(linesOf(message)[0]).toMatch(/^MSH\|\^~\\&\|x3\|x4\|.*\|x9\|B0000000000000000017\|x11\|/);
  });

  it("may change what it gets in place", () => {
    const message = visit({
      edit: (message) => {
        for (const { name, fields } of message.segments) if (name === "PV1") (fields as unknown[])[10] = [["MED"]];
        return message;
      },
    });
    expect(fieldOf(message, "PV1", 10)).toBe("MED");
  });

  it("gives back another", () => {
    const message = visit({
      edit: ({ segments }, { Patient }) => ({
        segments: [
          ...segments.filter(({ name }) => name !== "EVN"),
          { name: "ZED", fields: [undefined, [[Patient.id]]] },
        ],
      }),
    });
    expect(linesOf(message).map((line) => line.slice(0, 5))).toEqual(["MSH|^", "PID|1", "PD1||", "PV1|1", "ZED|1"]);
  });
});

describe("the lineage of a field", () => {
  it("names the overlay and what it takes", () => {
    const destination = destinationWith({
      overlays: { "PID-8": { fhirPath: "Patient.gender" }, "PID-5.7": "D", "PID-5.5": "Dr." },
      segments: [{ segment: "ZPI", after: "PID", fields: { "ZPI-1": "x" } }],
      edit: ({ segments }) => ({
        segments: segments.map((segment) =>
          segment.name === "PV1" ? { ...segment, fields: segment.fields.with(2, [["E"]]) } : segment,
        ),
      }),
    });
    const event = {
      type: "t",
      trigger: "ADT^A01",
      rule: "T",
      focus: "Encounter/97",
      after: stay,
      recordedAt: "",
    } as const;
    const composed = composeMessage({
      event,
      context: [jane],
      source,
      destination,
      controlId: "B0000000000000000017",
      messageTime: "2026-11-23T05:15:02Z",
    });
    const origins = new Map(explainMessage(composed.message).map(({ field: place, origin }) => [place, origin]));
    expect(origins.get("PID-8")).toBe("overlay PID-8: FHIRPath Patient.gender");
    expect(origins.get("PID-5")).toBe("overlay PID-5.7: constant; overlay PID-5.5: constant");
    expect(origins.get("ZPI-1")).toBe("overlay ZPI-1: constant");
    expect(origins.get("PV1-2")).toBe("overlay edit");
    expect(origins.get("PV1-19")).toBe("default");
    expect(origins.get("PID-7")).toBe("mapped");
  });
});
