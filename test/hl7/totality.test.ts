import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { BridgeError } from "../../shared/errors.ts";
import type { Trigger } from "../../shared/events/event.ts";
import type { Resource } from "../../shared/fhir.ts";
import { linesOf, render } from "./support/bridge.ts";
import { runs } from "./support/runs.ts";

/** Text as people and machines leave it in records. */
const text = fc.oneof(
  fc.string({ unit: "grapheme", maxLength: 30 }),
  fc.constantFrom("", " ", '""', "a|b^c~d&e\\f", "line\r\nline", "\u000b\u001c", "Doe, Jane", "x".repeat(300)),
);
const time = fc.oneof(
  fc
    .date({ min: new Date("1900-01-01"), max: new Date("2100-01-01"), noInvalidDate: true })
    .map((date) => date.toISOString()),
  fc.constantFrom("2026", "2026-11", "2026-11-23", "2026-11-23T05:10:00-06:00", "24:00", "soon"),
);
const code = fc.oneof(
  text,
  fc.constantFrom("MR", "AN", "official", "home", "final", "IMP", "EMER", "M", "ATND", "bd", "wa"),
);
const system = fc.constantFrom(
  undefined,
  "http://loinc.org",
  "http://terminology.hl7.org/CodeSystem/v2-0203",
  "http://terminology.hl7.org/CodeSystem/v2-0004",
  "http://terminology.hl7.org/CodeSystem/v3-ActCode",
  "http://terminology.hl7.org/CodeSystem/v3-ParticipationType",
  "https://fhir.cerner.com/t/codeSet/72",
  "urn:oid:1.2.3.",
  "",
);
const maybe = <Value>(value: fc.Arbitrary<Value>) => fc.option(value, { nil: undefined, freq: 3 });
const some = <Value>(value: fc.Arbitrary<Value>) => maybe(fc.array(value, { maxLength: 3 }));
/** What FHIR requires is there; of the rest, some. */
const record = <Model extends Record<string, fc.Arbitrary<unknown>>>(
  model: Model,
  requiredKeys: readonly (keyof Model & string)[] = [],
) => fc.record(model, { requiredKeys: [...requiredKeys] }).map((value) => JSON.parse(JSON.stringify(value)) as never);

const coding = record({
  system,
  code: maybe(code),
  display: maybe(text),
  userSelected: maybe(fc.boolean()),
  version: maybe(text),
});
const concept = record({ coding: some(coding), text: maybe(text) });
const period = record({ start: maybe(time), end: maybe(time) });
const reference = record({
  reference: fc.constantFrom(
    undefined,
    "Patient/1",
    "Location/1",
    "Location/2",
    "Practitioner/1",
    "Organization/1",
    "Observation/2",
    "#c",
    "",
    "https://h/r4/t/Patient/1/_history/2",
    "Binary/1",
  ),
  display: maybe(text),
  type: maybe(text),
  identifier: maybe(record({ system, value: maybe(text) })),
});
const identifier = record({
  system,
  value: maybe(text),
  type: maybe(concept),
  use: maybe(code),
  period: maybe(period),
});
const quantity = record({
  value: maybe(fc.double()),
  unit: maybe(text),
  code: maybe(text),
  system,
  comparator: maybe(fc.constantFrom("<", ">=")),
});
const address = record({
  use: maybe(code),
  type: maybe(code),
  line: some(text),
  city: maybe(text),
  country: maybe(text),
  text: maybe(text),
  period: maybe(period),
  district: maybe(text),
});
const contactPoint = record({
  system: maybe(fc.constantFrom("phone", "email", "url", "fax", "pager", "sms")),
  value: maybe(text),
  use: maybe(code),
  rank: maybe(fc.nat(9)),
  period: maybe(period),
});
const humanName = record({
  use: maybe(code),
  family: maybe(text),
  given: some(text),
  prefix: some(text),
  suffix: some(text),
  text: maybe(text),
  period: maybe(period),
});
const meta = record({ lastUpdated: maybe(time), versionId: maybe(text), security: some(coding) });
const extension = record({
  url: fc.constantFrom(
    "http://hl7.org/fhir/us/core/StructureDefinition/us-core-race",
    "http://hl7.org/fhir/StructureDefinition/patient-religion",
    "http://hl7.org/fhir/StructureDefinition/patient-birthPlace",
    "ombCategory",
  ),
  valueCoding: maybe(coding),
  valueCodeableConcept: maybe(concept),
  valueAddress: maybe(address),
  extension: some(
    record({ url: fc.constantFrom("ombCategory", "text"), valueCoding: maybe(coding), valueString: maybe(text) }),
  ),
});

const patient = record(
  {
    resourceType: fc.constant("Patient"),
    id: fc.constant("1"),
    meta: maybe(meta),
    extension: some(extension),
    identifier: some(identifier),
    name: some(humanName),
    telecom: some(contactPoint),
    address: some(address),
    gender: maybe(code),
    birthDate: maybe(time),
    deceasedBoolean: maybe(fc.boolean()),
    deceasedDateTime: maybe(time),
    maritalStatus: maybe(concept),
    multipleBirthInteger: maybe(fc.nat(4)),
    communication: some(record({ language: maybe(concept), preferred: maybe(fc.boolean()) })),
    contact: some(
      record({
        name: maybe(humanName),
        relationship: some(concept),
        telecom: some(contactPoint),
        address: maybe(address),
        organization: maybe(reference),
        period: maybe(period),
        gender: maybe(code),
      }),
    ),
    generalPractitioner: some(reference),
  },
  ["resourceType", "id"],
);
const encounter = record(
  {
    resourceType: fc.constant("Encounter"),
    id: maybe(fc.constant("1")),
    meta: maybe(meta),
    contained: some(
      record({
        resourceType: fc.constantFrom("Location", "Practitioner"),
        id: fc.constant("c"),
        name: maybe(text),
        partOf: maybe(reference),
      }),
    ),
    identifier: some(identifier),
    status: fc.constantFrom("planned", "in-progress", "finished", "unknown"),
    class: maybe(coding),
    type: some(concept),
    priority: maybe(concept),
    subject: fc.constant({ reference: "Patient/1" }),
    participant: some(record({ type: some(concept), individual: maybe(reference), period: maybe(period) })),
    location: some(
      record({
        location: maybe(reference),
        status: maybe(fc.constantFrom("active", "completed", "planned", "reserved")),
        period: maybe(period),
        physicalType: maybe(concept),
      }),
    ),
    period: maybe(period),
    reasonCode: some(concept),
    serviceType: maybe(concept),
    hospitalization: maybe(
      record({
        admitSource: maybe(concept),
        dischargeDisposition: maybe(concept),
        specialArrangement: some(concept),
        preAdmissionIdentifier: maybe(identifier),
      }),
    ),
    account: some(reference),
    diagnosis: some(record({ condition: maybe(reference), use: maybe(concept), rank: maybe(fc.nat(3)) })),
    length: maybe(quantity),
    serviceProvider: maybe(reference),
  },
  ["resourceType", "status", "subject"],
);
const value = {
  valueQuantity: maybe(quantity),
  valueCodeableConcept: maybe(concept),
  valueString: maybe(text),
  valueBoolean: maybe(fc.boolean()),
  valueRange: maybe(record({ low: maybe(quantity), high: maybe(quantity) })),
  valueRatio: maybe(record({ numerator: maybe(quantity), denominator: maybe(quantity) })),
  valueDateTime: maybe(time),
  valuePeriod: maybe(period),
  valueSampledData: maybe(record({ origin: maybe(quantity), factor: maybe(fc.double()), data: maybe(text) })),
  dataAbsentReason: maybe(concept),
  interpretation: some(concept),
  referenceRange: some(
    record({ low: maybe(quantity), high: maybe(quantity), text: maybe(text), type: maybe(concept) }),
  ),
};
const statuses = fc.constantFrom(
  "registered",
  "preliminary",
  "final",
  "amended",
  "corrected",
  "cancelled",
  "entered-in-error",
  "unknown",
);
const observation = record(
  {
    resourceType: fc.constant("Observation"),
    id: fc.constantFrom("1", "2"),
    meta: maybe(meta),
    identifier: some(identifier),
    status: statuses,
    category: some(concept),
    code: concept,
    subject: fc.constant({ reference: "Patient/1" }),
    effectiveDateTime: maybe(time),
    issued: maybe(time),
    performer: some(reference),
    note: some(record({ text: maybe(text) })),
    component: some(record({ code: maybe(concept), ...value })),
    hasMember: some(reference),
    method: maybe(concept),
    device: maybe(reference),
    specimen: maybe(reference),
    ...value,
  },
  ["resourceType", "id", "status", "code", "subject"],
);
const report = record(
  {
    resourceType: fc.constant("DiagnosticReport"),
    id: fc.constant("1"),
    identifier: some(identifier),
    status: statuses,
    code: concept,
    subject: fc.constant({ reference: "Patient/1" }),
    basedOn: some(reference),
    effectivePeriod: maybe(period),
    issued: maybe(time),
    resultsInterpreter: some(reference),
    result: some(reference),
    conclusion: maybe(text),
    conclusionCode: some(concept),
    presentedForm: some(
      record({
        contentType: maybe(text),
        data: fc.constantFrom(undefined, "QQ==", "!!"),
        url: fc.constantFrom(undefined, "Binary/1"),
      }),
    ),
  },
  ["resourceType", "id", "status", "code", "subject"],
);
const appointment = record(
  {
    resourceType: fc.constant("Appointment"),
    id: fc.constant("1"),
    identifier: some(identifier),
    status: fc.constantFrom("proposed", "booked", "arrived", "cancelled", "noshow"),
    cancelationReason: maybe(concept),
    appointmentType: maybe(concept),
    reasonCode: some(concept),
    serviceType: some(concept),
    start: maybe(time),
    end: maybe(time),
    minutesDuration: maybe(fc.nat(90)),
    comment: maybe(text),
    participant: fc.array(record({ actor: maybe(reference), type: some(concept), status: maybe(code) }), {
      minLength: 1,
      maxLength: 3,
    }),
  },
  ["resourceType", "id", "status", "participant"],
);
const others = record(
  {
    resourceType: fc.constantFrom("Location", "Practitioner", "Organization", "Specimen"),
    id: fc.constantFrom("1", "2"),
    identifier: some(identifier),
    partOf: fc.constantFrom(undefined, { reference: "Location/2" }, { reference: "Location/1" }),
  },
  ["resourceType", "id"],
);

/** Either a message that keeps to the outer rules, or an error that names the field. */
function expectTold(trigger: Trigger, resource: Resource, context: readonly Resource[]): void {
  let er7: string;
  try {
    const message = render(trigger, resource, context);
    er7 = message.er7;
    for (const { reason } of message.workList) expect(reason).not.toBe("unreadable-element");
  } catch (error) {
    if (!(error instanceof BridgeError)) throw error;
    expect(error.code).toBe("ERR_UNRENDERABLE");
    expect(error.details["field"]).toMatch(/^[A-Z][A-Z0-9]{2}-\d+$/);
    return;
  }
  expect(er7.endsWith("\r")).toBe(true);
  for (const line of linesOf({ er7 })) expect(line).toMatch(/^[A-Z][A-Z0-9]{2}\|\P{Cc}*$/u);
}

describe("rendering is total", () => {
  it.each(["ADT^A28", "ADT^A31"] as const)("%s of any Patient", (trigger) => {
    fc.assert(
      fc.property(patient, (resource) => expectTold(trigger, resource, [])),
      runs(100),
    );
  });

  it.each(["ADT^A01", "ADT^A02", "ADT^A03", "ADT^A05", "ADT^A13"] as const)("%s of any Encounter", (trigger) => {
    fc.assert(
      fc.property(encounter, patient, fc.array(others, { maxLength: 3 }), (resource, person, more) =>
        expectTold(trigger, resource, [person, ...more]),
      ),
      runs(100),
    );
  });

  it("ORU^R01 of any DiagnosticReport and Observation", () => {
    fc.assert(
      fc.property(report, fc.array(observation, { maxLength: 3 }), patient, others, (resource, parts, person, more) => {
        expectTold("ORU^R01", resource, [person, ...parts, more]);
        for (const part of parts) expectTold("ORU^R01", part, [person, ...parts]);
      }),
      runs(100),
    );
  });

  it.each(["SIU^S12", "SIU^S15"] as const)("%s of any Appointment", (trigger) => {
    fc.assert(
      fc.property(appointment, patient, others, (resource, person, more) =>
        expectTold(trigger, resource, [person, more]),
      ),
      runs(100),
    );
  });

  it("an element of the wrong shape is a work item, and the rest is told", () => {
    const odd = {
      resourceType: "Patient",
      id: "1",
      name: [{ family: "DOE" }],
      address: "12 Elm St",
      telecom: [null],
      gender: { code: "male" },
      birthDate: 1980,
    } as unknown as fhir4.Patient;
    const message = render("ADT^A31", odd);
    expect(message.er7).toContain("|DOE^^^^^^L|");
    expect(message.workList.map(({ field }) => field)).toEqual(expect.arrayContaining(["PID-7"]));
  });
});
