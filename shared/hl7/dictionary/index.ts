/**
 * What `hl7v2` imports from `hl7v2-dictionary`, over the bridge's own definitions.
 *
 * The npm package of that name clones eleven full dictionaries while it is imported, and its data types change values
 * (times are rounded, numbers lose digits). This package takes its place in the whole program (`package.json`:
 * `"hl7v2-dictionary": "file:shared/hl7/dictionary"`): strings in, strings out, and a version is read when first used.
 */
import type { Hl7Version } from "./contents.ts";
import { definitionsOf, type FieldDefinition, heldVersions, type VersionDefinitions } from "./definitions.ts";

export type HL7Version = `${number}.${number}` | `${number}.${number}.${number}`;

export const HL7Version = {
  v2_3: "2.3",
  v2_3_1: "2.3.1",
  v2_4: "2.4",
  v2_5: "2.5",
  v2_5_1: "2.5.1",
  v2_6: "2.6",
  v2_7: "2.7",
  v2_7_1: "2.7.1",
  v2_8: "2.8",
} as const satisfies Record<string, HL7Version>;

export interface HL7FieldDefinition {
  type: string;
  desc?: string;
  encode?: (value: unknown) => string;
  decode?: (value: unknown) => unknown;
}

export interface HL7SegmentDefinition {
  desc?: string;
  fields: Record<string, HL7FieldDefinition>;
}

export interface HL7DataTypeDefinition {
  desc?: string;
  fields?: Record<string, HL7FieldDefinition>;
  encode?: (value: unknown) => string;
  decode?: (value: unknown) => unknown;
}

export interface HL7MessageSegmentsDefinition {
  idx: number;
  desc?: string;
  min?: number;
  max?: number;
  segments?: Record<string, HL7MessageSegmentsDefinition>;
}

export interface HL7MessageDefinition {
  desc?: string;
  segments?: Record<string, HL7MessageSegmentsDefinition>;
}

export interface HL7Dictionary {
  version: HL7Version;
  segments: Record<string, HL7SegmentDefinition>;
  types: Record<string, HL7DataTypeDefinition>;
  messages: Record<string, HL7MessageDefinition>;
}

export type AcknowledgmentCode = "AA" | "AE" | "AR" | "CA" | "CE" | "CR";

/** By version, of the versions that the program holds; each is read when first asked for. */
export const dictionaries = {} as Record<HL7Version, HL7Dictionary>;

for (const version of heldVersions) {
  let dictionary: HL7Dictionary | undefined;
  Object.defineProperty(dictionaries, version, {
    enumerable: true,
    get: () => {
      dictionary ??= dictionaryOf(version);
      return dictionary;
    },
  });
}

/** The version itself where it is held, else the latest one before it, else the first that is held. */
export function findNearestHL7Version(version: HL7Version): HL7Version {
  const same = heldVersions.find((held) => held === version);
  if (same !== undefined) return same;
  const nearest = heldVersions.findLast((held) => compareVersions(held, version) <= 0) ?? heldVersions[0];
  if (nearest === undefined) {
    throw new RangeError("No HL7 version is held: hl7v2-dictionary/versions was replaced by an empty set");
  }
  return nearest;
}

function compareVersions(a: string, b: string): number {
  return a.localeCompare(b, "en", { numeric: true });
}

function dictionaryOf(version: Hl7Version): HL7Dictionary {
  const { segments, types } = definitionsOf(version) as VersionDefinitions;
  const dictionary: HL7Dictionary = { version, segments: {}, types: {}, messages: {} };
  for (const { id, name, fields } of segments.values()) {
    dictionary.segments[id] = { desc: name, fields: keyed(fields, 1) };
  }
  for (const { id, name, components } of types.values()) {
    // hl7v2 1.8.0 looks the component in position n up under n - 1.
    dictionary.types[id] = components.length === 0 ? { desc: name } : { desc: name, fields: keyed(components, 0) };
  }
  // The value of OBX-5 is of the type that OBX-2 names: any component of it may have subcomponents.
  dictionary.types["VARIES"] = { fields: new Proxy({}, { get: () => ({ type: "VARIES" }) }) };
  return dictionary;
}

function keyed(definitions: readonly FieldDefinition[], first: number): Record<string, HL7FieldDefinition> {
  return Object.fromEntries(definitions.map(({ name, type }, index) => [index + first, { desc: name, type }]));
}

/** YYYYMMDDHHMMSS.SSS+0000 of a Date; text is left as it stands. */
export function toHL7DateTime(value: Date | string): string {
  return typeof value === "string" ? value : value.toISOString().replace(/[-T:]/g, "").replace("Z", "+0000");
}

/** YYYYMMDD of a Date, in UTC; text is left as it stands. */
export function toHL7Date(value: Date | string): string {
  return typeof value === "string" ? value : toHL7DateTime(value).slice(0, 8);
}

/** HHMMSS.SSS+0000 of a Date; text is left as it stands. */
export function toHL7Time(value: Date | string): string {
  return typeof value === "string" ? value : toHL7DateTime(value).slice(8);
}

export const MSHSegment = {
  FieldSeparator: 1,
  EncodingCharacters: 2,
  SendingApplication: 3,
  SendingFacility: 4,
  ReceivingApplication: 5,
  ReceivingFacility: 6,
  DateTimeOfMessage: 7,
  Security: 8,
  MessageType: 9,
  MessageControlID: 10,
  ProcessingID: 11,
  VersionID: 12,
  SequenceNumber: 13,
  ContinuationPointer: 14,
  AcceptAcknowledgmentType: 15,
  ApplicationAcknowledgmentType: 16,
  CountryCode: 17,
  CharacterSet: 18,
  PrincipalLanguageOfMessage: 19,
  AlternateCharacterSetHandlingScheme: 20,
  MessageProfileIdentifier: 21,
} as const;

export const MSASegment = {
  AcknowledgmentCode: 1,
  MessageControlID: 2,
  TextMessage: 3,
  ExpectedSequenceNumber: 4,
  DelayedAcknowledgmentType: 5,
  ErrorCondition: 6,
} as const;

export const ERRSegment = {
  ErrorCodeAndLocation: 1,
  ErrorLocation: 2,
  HL7ErrorCode: 3,
  Severity: 4,
  ApplicationErrorCode: 5,
  ApplicationErrorParameter: 6,
  DiagnosticInformation: 7,
  UserMessage: 8,
} as const;

export const ERLType = {
  SegmentID: 1,
  SegmentSequence: 2,
  FieldPosition: 3,
  FieldRepetition: 4,
  ComponentNumber: 5,
  SubComponentNumber: 6,
} as const;
