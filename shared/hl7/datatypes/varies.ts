import { dataType } from "../mapping.ts";
import type { Component, Repetition } from "../model.ts";
import type { Scope } from "../scope.ts";
import { isFrom } from "../versions.ts";
import { base64Bytes, base64Of, encapsulatedData, referencePointer } from "./attachment.ts";
import { type CodedField, codedIn, codedWithExceptions } from "./coded.ts";
import { numeric, ratioUnit, structuredNumeric } from "./number.ts";
import { formattedText, textOf } from "./text.ts";
import { timeOfDay, timestampOf } from "./time.ts";

/** OBX-2, OBX-5 and OBX-6 together: one decides the others. */
export interface ObservedValue {
  /** HL70125 */
  readonly type: string;
  readonly repetitions: readonly Repetition[];
  readonly quantity?: fhir4.Quantity | undefined;
}

type Choice =
  | "valueQuantity"
  | "valueCodeableConcept"
  | "valueString"
  | "valueBoolean"
  | "valueInteger"
  | "valueRange"
  | "valueRatio"
  | "valueSampledData"
  | "valueTime"
  | "valueDateTime"
  | "valuePeriod";

/** Whatever has a value[x] of Observation. */
type AnyValue = { readonly [Each in Choice]?: fhir4.Observation[Each] | undefined } & {
  readonly valueAttachment?: fhir4.Attachment | undefined;
  readonly extension?: readonly fhir4.Extension[] | undefined;
};

type Converter = (value: never, scope: Scope, owner: object) => ObservedValue | undefined;

/** A coded result is held against the value set of its field. */
export const observation: CodedField = { id: "OBX-5", map: undefined };

/** ST holds 199 characters in one line. */
const maxLineLength = 199;

/** FHIR value[x] to HL70125. */
const converters: Readonly<Record<Choice | "valueAttachment", Converter>> = {
  valueQuantity: (quantity: fhir4.Quantity): ObservedValue | undefined => {
    const number = numeric(quantity.value);
    if (number === undefined) return undefined;
    return quantity.comparator === undefined
      ? { type: "NM", repetitions: [[number]], quantity }
      : { type: "SN", repetitions: [structuredNumeric({ quantity })], quantity };
  },
  valueInteger: (integer: number) => observed("NM", [numeric(integer)]),
  valueString: (text: string) => textValue(text),
  valueCodeableConcept: (concept: fhir4.CodeableConcept, scope: Scope) =>
    observed("CWE", codedIn(observation, codedWithExceptions, concept, scope)),
  valueBoolean: (boolean: boolean, scope: Scope) => {
    const word = boolean ? "Y" : "N";
    return observed("ID", codedIn(observation, () => [word], word, scope)?.slice(0, 1));
  },
  valueRange: (range: fhir4.Range) => numbers(structuredNumeric({ range }), range.low ?? range.high),
  valueRatio: (ratio: fhir4.Ratio) => numbers(structuredNumeric({ ratio }), ratioUnit(ratio)),
  valueDateTime: (text: string, scope: Scope) => observed(text.length === 10 ? "DT" : "TS", [timestampOf(text, scope)]),
  valueTime: (text: string) => observed("TM", [timeOfDay(text)]),
  valuePeriod: ({ start, end }: fhir4.Period, scope: Scope) => {
    const ends = [start, end].map((each) => timestampOf(each, scope));
    // HL70125 has DR from 2.7 on; before, the two ends are repetitions.
    if (isFrom("2.7", scope)) return { type: "DR", repetitions: [ends] };
    return { type: "TS", repetitions: ends.map((each) => [each]) };
  },
  valueSampledData: (data: fhir4.SampledData): ObservedValue | undefined => {
    const told = observed("NA", samples(data));
    return told === undefined ? undefined : { ...told, quantity: data.origin };
  },
  valueAttachment: (attachment: fhir4.Attachment, scope: Scope, owner: object) =>
    attachmentValue(attachment, scope, owner),
};

const choices = Object.keys(converters) as (Choice | "valueAttachment")[];
/** R4 has no valueAttachment; R5 has, and some write its extension in ways of their own. */
const attachmentExtension = /observation[-.]value(?:-?attachment)?$/i;

export function observedValue(element: AnyValue, scope: Scope, owner: object): ObservedValue | undefined {
  for (const choice of choices) {
    const value = element[choice];
    if (value !== undefined && value !== null) return converters[choice](value as never, scope, owner);
  }
  const attachment = element.extension?.find(({ url }) => attachmentExtension.test(url))?.valueAttachment;
  return attachment === undefined ? undefined : attachmentValue(attachment, scope, owner);
}

function observed(type: string, repetition: Repetition | undefined): ObservedValue | undefined {
  return repetition === undefined || repetition[0] === undefined
    ? undefinedUnlessText(type, repetition)
    : { type, repetitions: [repetition] };
}

/** A range or a ratio that has a number. */
function numbers(repetition: Repetition, quantity: fhir4.Quantity | undefined): ObservedValue | undefined {
  return repetition[1] === undefined && repetition[3] === undefined
    ? undefined
    : { type: "SN", repetitions: [repetition], quantity };
}

/** A CWE may have nothing but its original text. */
function undefinedUnlessText(type: string, repetition: Repetition | undefined): ObservedValue | undefined {
  return repetition?.some((part) => part !== undefined) ? { type, repetitions: [repetition] } : undefined;
}

function textValue(written: unknown): ObservedValue {
  const text = (textOf(written) ?? "").trimEnd();
  if (/[\r\n]/.test(text)) return { type: "FT", repetitions: [[formattedText(text)]] };
  return { type: text.length > maxLineLength ? "TX" : "ST", repetitions: [[text]] };
}

/** The samples with origin and factor applied; `E`, `U` and `L` stand for no number. */
function samples({ data, origin, factor }: fhir4.SampledData): Repetition | undefined {
  const offset = Number(numeric(origin?.value) ?? 0);
  const scale = Number(numeric(factor) ?? 1);
  return data?.split(/\s+/).map((sample): Component => {
    const number = Number(sample);
    if (scale === 1 && offset === 0) return numeric(sample);
    return Number.isNaN(number) ? undefined : String(Number((number * scale + offset).toPrecision(12)));
  });
}

const plainText = /^text\/plain\b/i;

/** The data where they are at hand, in the resource or in a Binary that came along; else where they lie. */
export function attachmentValue(attachment: fhir4.Attachment, scope: Scope, owner: object): ObservedValue | undefined {
  const { as, limitBytes } = scope.settings.attachments;
  if (as === "pointer" && attachment.url !== undefined) return pointerTo(attachment, scope);
  // Better than none: the receiver who wants to fetch data is told that these lie nowhere else.
  if (as === "pointer" && attachment.data !== undefined)
    scope.report({ severity: "warning", reason: "attachment-without-address", field: "OBX-5", path: "Attachment.url" });
  const filled = withBinary(attachment, scope, owner);
  const data = textOf(filled.data);
  if (data === undefined) return pointerTo(filled, scope);
  if (base64Bytes(data) > limitBytes) {
    const detail = `More than ${limitBytes} bytes`;
    scope.report({ severity: "warning", reason: "attachment-too-large", field: "OBX-5", detail });
    return pointerTo(filled, scope);
  }
  const type = textOf(filled.contentType) ?? "";
  if (plainText.test(type)) {
    if (base64Of(data) === undefined) return insteadOfData(filled, scope);
    return linesOf(data, type) ?? pointerTo(filled, scope);
  }
  const encapsulated = encapsulatedData(filled, scope);
  if (encapsulated !== undefined) return { type: "ED", repetitions: [encapsulated] };
  return data.trim() === "" ? pointerTo(filled, scope) : insteadOfData(filled, scope);
}

/** What cannot be decoded is nobody's document: it stays where it lies. */
function insteadOfData(attachment: fhir4.Attachment, scope: Scope): ObservedValue | undefined {
  const detail = "The data are not base64";
  scope.report({ severity: "error", reason: "unreadable-value", field: "OBX-5", path: "Attachment.data", detail });
  return pointerTo(attachment, scope);
}

function withBinary(attachment: fhir4.Attachment, scope: Scope, owner: object): fhir4.Attachment {
  if (attachment.data !== undefined || attachment.url === undefined) return attachment;
  const binary = scope.resolve<fhir4.Binary>({ reference: attachment.url }, owner);
  if (binary?.resourceType !== "Binary" || binary.data === undefined) return attachment;
  return { ...attachment, data: binary.data, contentType: binary.contentType ?? attachment.contentType };
}

function pointerTo(attachment: fhir4.Attachment, scope: Scope): ObservedValue | undefined {
  const pointer = referencePointer(attachment, scope);
  return pointer === undefined ? undefined : { type: "RP", repetitions: [pointer] };
}

/** TX: a repetition for each line; an empty line is a blank, since an empty repetition is none. */
function linesOf(data: string, contentType: string): ObservedValue | undefined {
  const lines = decoded(data, contentType)
    .trimEnd()
    .split(/\r\n?|\n/);
  if (lines.every((line) => line.trim() === "")) return undefined;
  return { type: "TX", repetitions: lines.map((line) => [line === "" ? " " : line]) };
}

function decoded(data: string, contentType: string): string {
  const bytes = Buffer.from(data, "base64");
  const label = /charset\s*=\s*"?([^";\s]+)/i.exec(contentType)?.[1] ?? "utf-8";
  try {
    return new TextDecoder(label).decode(bytes);
  } catch {
    // A charset that nobody knows: its bytes are most likely ASCII.
    return bytes.toString("utf8");
  }
}

/** OBX-5: its components are worked out already. */
export const varies = dataType<Repetition>("VARIES", (repetition) => repetition, "coded");
