import fc from "fast-check";
import type { BridgeInput } from "../../../shared/config/schema.ts";
import { type Hl7Version, hl7Versions } from "../../../shared/hl7/dictionary/contents.ts";
import { definitionsOf } from "../../../shared/hl7/dictionary/definitions.ts";

/** Configurations that nobody would write and everybody could. */

export type Hl7Input = Partial<Extract<BridgeInput["destinations"][string], { format: "hl7v2" }>>;
type Overlay = NonNullable<Hl7Input["overlays"]>[string];
type Given = Record<string, unknown>;

const told =
  "MSH EVN PID PD1 NK1 PV1 PV2 OBR OBX NTE ORC SPM DG1 AL1 IN1 GT1 RXE RXA TXA SCH AIS STF MRG ROL FT1".split(" ");
const oddText = fc.oneof(
  fc.string({ unit: "grapheme", minLength: 1, maxLength: 12 }),
  fc.constantFrom(
    "a|b^c~d&e\\f",
    "line\r\nMSH|^~\\&|x",
    "\u000b\u001c\r",
    '""',
    "\u2028\ufdd0",
    "\\X0D\\",
    "東京",
    "ß",
    " ",
    "#",
  ),
);
const expression = fc.constantFrom(
  "Patient.name",
  "Patient.name.given",
  "Patient.identifier",
  "Patient.birthDate",
  "Patient",
  "Encounter.class",
  "Encounter.period.start",
  "Observation.valueQuantity.value",
  "Observation.value",
  "focus",
  "focus.id",
  "resources",
  "setId",
  "message.time",
  "Patient.name.where(use = 'official').family",
  "Patient.name.family.substring(0, 2)",
  "Patient.multipleBirth",
  "(1 | 2 | 3)",
  "1 / 0",
  "'a' + 1",
  "Patient.name.family + 1",
  "Patient.name.family.single()",
  "Patient.generalPractitioner.resolve().name.family",
  "@2026-11-23",
  "Patient.active.not()",
  "{}",
);
const fail = () => {
  throw new Error("DOE");
};
/** What hooks in JavaScript give back, whatever their type says. */
const oddValue = fc.oneof(
  oddText,
  fc.constantFrom<unknown>(
    undefined,
    null,
    0,
    1.5,
    Number.NaN,
    true,
    Symbol("x"),
    12n,
    {},
    [],
    [[]],
    [null, undefined, 7, ["a", null]],
    [{}],
    [[["deep"]]],
    Promise.resolve("late"),
    new Date(0),
    new Array(5),
    JSON.rawJSON("1.50"),
  ),
);
const compute = fc.oneof(
  oddValue.map((value) => () => value),
  fc.constant(fail),
  fc.constant((context: { Patient: { id?: string } }) => context.Patient.id),
);
const components = fc.array(fc.oneof(oddText, fc.array(oddText, { maxLength: 3 })), { minLength: 1, maxLength: 4 });
const constant = fc.oneof(oddText, fc.constant(null), components);
const value: fc.Arbitrary<unknown> = fc.oneof(
  oddText,
  constant.map((each) => ({ constant: each })),
  expression.map((each) => ({ fhirPath: each })),
  compute.map((each) => ({ compute: each })),
  fc
    .array(
      fc.oneof(
        expression.map((each) => ({ fhirPath: each })),
        oddText,
        compute.map((each) => ({ compute: each })),
      ),
      { minLength: 1, maxLength: 3 },
    )
    .map((firstOf) => ({ firstOf })),
);
const condition = fc.oneof(
  fc.constant({}),
  fc.constant({ when: "setId = 1" }),
  fc.constant({ when: "Patient.name.family.single()" }),
  fc.constant({ triggers: ["ADT", "ORU^R01"] }),
);
const overlay = fc
  .tuple(
    fc.oneof(
      { weight: 4, arbitrary: value },
      { weight: 1, arbitrary: fc.constant({ suppress: true }) },
      { weight: 1, arbitrary: value.map((add) => ({ add })) },
      { weight: 1, arbitrary: fc.dictionary(oddText, oddText, { maxKeys: 2 }).map((replace) => ({ replace })) },
    ),
    condition,
  )
  .map(([what, when]) => (typeof what === "string" ? what : { ...(what as Given), ...when })) as fc.Arbitrary<Overlay>;

/** A place that a version has, or a segment alone, or one of a Z-segment. */
function placeIn(version: Hl7Version): fc.Arbitrary<string> {
  const definitions = definitionsOf(version);
  const known = told.filter((name) => definitions?.segments.has(name));
  const inSegment = fc.constantFrom(...known).chain((name) => {
    const fields = definitions?.segments.get(name)?.fields ?? [];
    return fc
      .tuple(fc.integer({ min: 1, max: fields.length }), fc.integer({ min: 1, max: 3 }), fc.nat(4))
      .map(([field, number, part]) => {
        const type = definitions?.types.get(fields[field - 1]?.type ?? "");
        const most = type?.components.length ?? 0;
        const repetition = part === 1 ? `[${number}]` : "";
        const component = part > 1 && most > 0 ? `.${((number - 1) % most) + 1}` : "";
        return `${name}-${field}${repetition}${component}`;
      });
  });
  return fc.oneof(
    { weight: 12, arbitrary: inSegment },
    { weight: 1, arbitrary: fc.constantFrom(...known, "ZPI-3", "ZPI-2.4.2") },
  );
}

function added(version: Hl7Version): fc.Arbitrary<Given> {
  const known = told.filter((name) => definitionsOf(version)?.segments.has(name));
  return fc
    .tuple(
      fc.constantFrom("ZPI", "ZZZ", "NTE", "OBX"),
      fc.constantFrom("after", "before", "afterEach"),
      fc.constantFrom(...known, "ZPI"),
      fc.dictionary(fc.integer({ min: 1, max: 4 }).map(String), value, { minKeys: 1, maxKeys: 3 }),
      fc.constantFrom(undefined, "Patient.name", "Patient.identifier.value", "focus.nothing", "1 / 0"),
      condition,
    )
    .map(([segment, where, anchor, fields, forEach, when]) => ({
      segment,
      [where]: anchor,
      ...(forEach !== undefined && { forEach }),
      fields: Object.fromEntries(Object.entries(fields).map(([position, each]) => [`${segment}-${position}`, each])),
      ...when,
    }));
}

type Message = { segments: { name: string; fields: unknown[] }[] };

/** Hooks over the whole message, from the harmless to the malicious. */
const edits: readonly unknown[] = [
  undefined,
  fail,
  (message: Message) => message,
  (message: Message) => ({ segments: message.segments.toReversed() }),
  (message: Message) => ({ segments: [...message.segments, message.segments[0]] }),
  (message: Message) => ({ segments: [...message.segments, { name: "ZED", fields: [undefined, [["x\r\nMSH|"]]] }] }),
  (message: Message) => ({ segments: [...message.segments, { name: "P\rD", fields: [] }] }),
  (message: Message) => ({ segments: [...message.segments, { name: "ZED", fields: "abc" }] }),
  (message: Message) => ({ segments: [...message.segments, null] }),
  () => undefined,
  () => ({ segments: [] }),
  () => Promise.resolve({ segments: [] }),
  (message: Message) => {
    for (const segment of message.segments) segment.fields[2] = [["changed in place"]];
    return message;
  },
  (message: Message) => {
    for (const segment of message.segments) segment.fields.length = 0;
    throw new Error("half way");
  },
  (message: Message) => {
    for (const { fields } of message.segments) fields[10] = [[{ deep: true }, 7, Symbol("x")]];
    return message;
  },
  (message: Message) => {
    message.segments.length = 0;
    return { segments: [{ name: "MSH", fields: [] }] };
  },
];

const valueSet = fc.record(
  {
    map: fc.dictionary(
      fc.constantFrom("female", "F", "H", "I", "IMP", "R07.9", "L"),
      fc.oneof(oddText, fc.constant(null)),
      { maxKeys: 2 },
    ),
    builtIn: fc.boolean(),
    noRow: fc.constantFrom("passThrough", "textOnly", "default", "drop", "fail"),
    default: oddText.map((code) => ({ code })),
  },
  { requiredKeys: ["default"] },
);
const delimiters = fc
  .uniqueArray(fc.constantFrom(..."|^~\\&#*!$%@:;?/<>"), { minLength: 6, maxLength: 6 })
  .map(([field = "", component = "", repetition = "", mark = "", subcomponent = ""]) => ({
    field,
    component,
    repetition,
    escape: mark,
    subcomponent,
  }));
const finding = fc.constantFrom("ignore", "warn", "park");

/** A destination that asks for everything at once; not all of these are valid. */
export const oddDestination: fc.Arbitrary<Hl7Input & { version: Hl7Version }> = fc
  .constantFrom(...hl7Versions)
  .chain((version) => {
    const place = placeIn(version);
    return fc.record(
      {
        version: fc.constant(version),
        overlays: fc.dictionary(place, fc.oneof(overlay, fc.array(overlay, { minLength: 1, maxLength: 3 })), {
          maxKeys: 6,
        }),
        segments: fc.array(added(version), { maxLength: 3 }),
        edit: fc.constantFrom(...edits),
        valueSets: fc.dictionary(
          fc.constantFrom(
            "PID-8",
            "PID-11.7",
            "PID-5.7",
            "PV1-2",
            "OBX-3",
            "OBX-5",
            "OBX-6",
            "OBX-8",
            "DG1-3",
            "ORC-1",
            "PID-16",
          ),
          valueSet,
          { maxKeys: 3 },
        ),
        fallbacks: fc.dictionary(place, fc.oneof(oddText, components), { maxKeys: 2 }),
        truncation: fc.record({
          mode: fc.constantFrom("off", "warn", "cut"),
          lengths: fc.dictionary(place, fc.integer({ min: 1, max: 30 }), { maxKeys: 3 }),
        }),
        delimiters,
        characterSet: fc.constantFrom("UNICODE UTF-8", "8859/1", "ASCII"),
        offset: fc.constantFrom("always", "never", "if-not-local"),
        precision: fc.constantFrom("day", "minute", "second"),
        sendNulls: fc.constantFrom("never", "cancel", "removed"),
        acceptAcknowledgment: fc.constantFrom("AL", "NE", "ER", "SU"),
        conformance: fc.record({ errors: finding, warnings: finding }),
      },
      { requiredKeys: ["version"] },
    ) as unknown as fc.Arbitrary<Hl7Input & { version: Hl7Version }>;
  });
