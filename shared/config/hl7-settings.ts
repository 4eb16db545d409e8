import * as v from "valibot";
import { readConceptMap, type ValueSetRow } from "./concept-map.ts";
import type { AddedSegment, EditMessage, Overlays } from "./overlay.ts";

/** What a destination may say about how its messages are written, beyond its link and its name. */

const text = v.pipe(v.string(), v.nonEmpty("Must not be empty"));
const positive = v.pipe(v.number(), v.integer(), v.minValue(1));

const designatorParts = {
  namespaceId: v.optional(v.pipe(v.string(), v.maxLength(20))),
  universalId: v.optional(text),
  universalIdType: v.optional(v.picklist(["ISO", "UUID", "DNS", "URI", "L"])),
};

const pairProblem = 'universalId and universalIdType go together: { universalId: "1.2.3", universalIdType: "ISO" }';

/** HD (HL7 v2.5.1, 2.A.33): an assigning authority, an application or a facility. */
export const hierarchicDesignator = v.pipe(
  v.strictObject(designatorParts),
  v.check(({ universalId: id, universalIdType: type }) => (id === undefined) === (type === undefined), pairProblem),
);
export type HierarchicDesignator = v.InferOutput<typeof hierarchicDesignator>;

/** The system of an identifier as FHIR has it. */
export const identifierSystem = v.pipe(
  text,
  v.regex(/^(?!\d+(\.\d+)*$)/, 'Write the system as FHIR has it: "urn:oid:1.2.3"'),
);

/** What a coding system is called in CE.3 and CWE.3: an id of HL70396, or one of the site's own. */
export const codingSystemId = v.pipe(
  v.string(),
  v.regex(/^[A-Za-z0-9_.-]{1,20}$/, 'Use an id of at most 20 letters and digits, as "99LAB"'),
);

/** What becomes of a code that has no row: see `noRow`. */
export const unmappedPolicies = ["passThrough", "textOnly", "default", "drop", "fail"] as const;
export type UnmappedPolicy = (typeof unmappedPolicies)[number];

/** A value of the receiver's own, in the place of a code. */
const codedValue = v.strictObject({
  code: text,
  name: v.optional(text),
  /** CE.3; without it, the `system` of the value set. */
  system: v.optional(text),
});

/** A FHIR ConceptMap, or the file that holds one: a path from the working directory, or a file URL. */
const conceptMap = v.pipe(
  v.union(
    [v.string(), v.instance(URL), v.looseObject({ resourceType: v.literal("ConceptMap") })],
    "Write a FHIR ConceptMap, or the path or URL of its file",
  ),
  v.rawTransform(({ dataset, addIssue, NEVER }): { rows: readonly ValueSetRow[] } => {
    const rows = readConceptMap(dataset.value);
    if (typeof rows !== "string") return { rows };
    addIssue({ message: rows });
    return NEVER;
  }),
);

const valueSetOptions = v.strictObject({
  /** The receiver's codes, by FHIR code or `system|code`; null sends nothing. They go before all other rows. */
  map: v.optional(
    v.record(
      v.string(),
      v.union(
        [v.pipe(v.string(), v.nonEmpty("Write null where nothing is sent")), v.null(), codedValue],
        'Write a code, null for nothing, or { code: "S", name: "Single", system: "HL70002" }',
      ),
    ),
    {},
  ),
  conceptMap: v.optional(conceptMap),
  /** Whether the bridge's own table answers for codes that have no row here. */
  builtIn: v.optional(v.boolean(), true),
  /** CE.3 of the codes of `map`; without it, the HL7 table of the field. */
  system: v.optional(text),
  /**
   * A code without a row: `passThrough` sends it as the source has it, `textOnly` its text without a code, `default`
   * the value of `default`, `drop` nothing, and `fail` parks the message. Each is a work item all the same. Without it,
   * `default` where there is one.
   */
  noRow: v.optional(v.picklist(unmappedPolicies)),
  default: v.optional(codedValue),
});
const valueSet = v.pipe(
  valueSetOptions,
  v.transform(({ noRow, ...options }) => ({
    ...options,
    noRow: noRow ?? (options.default === undefined ? ("passThrough" as const) : ("default" as const)),
  })),
);
export type ValueSet = v.InferOutput<typeof valueSet>;

/** HL70396 or FHIR URI of a code system; `local` is any that is not a standard. */
const systemList = v.pipe(v.array(text), v.nonEmpty("Name at least one code system"));

const delimiter = v.pipe(
  v.string(),
  // " would make the null, and . the line break, something else.
  v.regex(/^[!#--/:-@[-`{-~]$/, 'Use one printable ASCII character that is no letter, digit or space, nor " or .'),
);

const finding = v.picklist(["ignore", "warn", "park"]);
const fieldRules = v.strictObject({
  required: v.optional(v.boolean()),
  maxRepeats: v.optional(positive),
  maxLength: v.optional(positive),
});

export const nameUses = ["official", "usual", "nickname", "maiden", "anonymous", "temp"] as const;
export const addressUses = ["home", "temp", "billing", "work", "old", "none"] as const;

export const hl7Settings = {
  /** Identifier system to assigning authority; they go before those of the source. */
  assigningAuthorities: v.optional(v.record(identifierSystem, hierarchicDesignator), {}),
  /** Code system (its FHIR URI) to coding system id; they go before those of the source. */
  codeSystems: v.optional(v.record(text, codingSystemId), {}),
  /** Which Patient.identifier is the medical record number here; without it, as the source says. */
  medicalRecordNumber: v.optional(
    v.strictObject({ system: v.optional(identifierSystem), type: v.optional(text, "MR") }),
  ),
  /** MSH-8 */
  security: v.optional(text),
  /** MSH-11.2 (HL70207) of all messages but those of an initial load. */
  processingMode: v.optional(v.picklist(["A", "R", "T"])),
  /** MSH-15 and MSH-16 (HL70155); without both, original acknowledgement mode. */
  acceptAcknowledgment: v.optional(v.picklist(["AL", "NE", "ER", "SU"])),
  applicationAcknowledgment: v.optional(v.picklist(["AL", "NE", "ER", "SU"])),
  /** MSH-17 (HL70399): `USA` */
  countryCode: v.optional(v.pipe(v.string(), v.regex(/^[A-Z]{3}$/, 'Use the three letters of ISO 3166, as "USA"'))),
  /** MSH-21 */
  messageProfiles: v.optional(
    v.array(
      v.pipe(
        v.strictObject({ entityIdentifier: text, ...designatorParts }),
        v.check(
          ({ universalId: id, universalIdType: type }) => (id === undefined) === (type === undefined),
          pairProblem,
        ),
      ),
    ),
    [],
  ),
  /** The SFT segment; 2.5 and later. */
  software: v.optional(
    v.strictObject({
      vendor: v.optional(text, "ignite-bridge"),
      version: text,
      product: v.optional(text, "ignite-bridge"),
      binaryId: text,
    }),
  ),
  /**
   * Whether times end in the offset of the zone (`20261123091500-0600`): `if-not-local` where the destination's zone
   * is not at the offset of the source's.
   */
  offset: v.optional(v.picklist(["always", "never", "if-not-local"]), "always"),
  /** The finest that a time tells. */
  precision: v.optional(v.picklist(["day", "minute", "second"]), "second"),
  /** Digits of a second's fraction, where the source has them; cut, never rounded. */
  fractionDigits: v.optional(v.picklist([0, 1, 2, 3, 4]), 0),
  /** MSH-18 (HL70211): what the bytes of messages are. Characters that it lacks are transliterated, else `?`. */
  characterSet: v.optional(v.picklist(["UNICODE UTF-8", "8859/1", "ASCII"]), "UNICODE UTF-8"),
  /** MSH-1 and MSH-2; `truncation` from 2.7 on. */
  delimiters: v.optional(
    v.pipe(
      v.strictObject({
        field: v.optional(delimiter, "|"),
        component: v.optional(delimiter, "^"),
        repetition: v.optional(delimiter, "~"),
        escape: v.optional(delimiter, "\\"),
        subcomponent: v.optional(delimiter, "&"),
        truncation: v.optional(delimiter),
      }),
      v.check(
        (delimiters) => new Set(Object.values(delimiters)).size === Object.values(delimiters).length,
        "Use another character for each delimiter",
      ),
    ),
  ),
  /**
   * The HL7 null (`""`), which deletes what the receiver has: `cancel` in fields that the event itself undoes (the
   * discharge in A13), `removed` also in fields of the patient and the visit that the source has emptied.
   */
  sendNulls: v.optional(v.picklist(["never", "cancel", "removed"]), "cancel"),
  /**
   * Values longer than the version or `lengths` allow: left alone (`off`), named in the work list, or cut as well. Without
   * `mode`, they are named where there are `lengths`.
   */
  truncation: v.optional(
    v.pipe(
      v.strictObject({
        mode: v.optional(v.picklist(["off", "warn", "cut"])),
        /** By place: `PID-5.1`, `NTE-3`. Escape sequences count as what they take in the message. */
        lengths: v.optional(v.record(v.string(), positive), {}),
      }),
      v.transform(({ mode, lengths }) => ({
        mode: mode ?? (Object.keys(lengths).length === 0 ? ("off" as const) : ("warn" as const)),
        lengths,
      })),
    ),
    {},
  ),
  attachments: v.optional(
    v.strictObject({
      /** ED with the data where they are at hand; or always RP, which names where they lie. */
      as: v.optional(v.picklist(["data", "pointer"]), "data"),
      /** Longer ones become RP. */
      limitBytes: v.optional(positive, 10 * 1024 * 1024),
    }),
    {},
  ),
  /** What stands in a field that has no value, by place: `PV1-10`, `OBR-4`. */
  fallbacks: v.optional(v.record(v.string(), v.union([text, v.array(v.union([v.string(), v.array(v.string())]))])), {}),
  /** By field: `PID-16`. Under `*`, what holds for every field that has none of its own. */
  valueSets: v.optional(v.record(v.string(), valueSet), {}),
  preferences: v.optional(
    v.strictObject({
      /** By coded field, or `*`: which of several codings goes first. */
      codings: v.optional(v.record(v.string(), systemList), {}),
      /** HL70203 types of PID-3, in order; others are not sent. */
      patientIdentifierTypes: v.optional(v.pipe(v.array(text), v.nonEmpty("Name at least one identifier type")), [
        "MR",
        "PI",
        "PE",
        "PT",
        "MB",
        "MA",
        "MC",
        "DL",
        "PPN",
        "NI",
      ]),
      /** Identifier systems of XCN.1, in order; then NPI, then the first. */
      practitionerIdentifierSystems: v.optional(v.array(text), []),
      /** Which name of a patient goes first in PID-5; all others follow. */
      patientNameUses: v.optional(v.array(v.picklist(nameUses)), ["official", "usual"]),
      /** In which order addresses stand in PID-11; `none` is one without a use. */
      patientAddressUses: v.optional(v.array(v.picklist(addressUses)), [
        "home",
        "temp",
        "none",
        "billing",
        "work",
        "old",
      ]),
      /** Names, addresses, numbers and persons of a patient that have ended are told too, last and with their period. */
      former: v.optional(v.boolean(), false),
    }),
    {},
  ),
  /** By place, the same segment and field names as in the documents of the receiver: see docs/overlays.md. */
  overlays: v.optional(v.custom<Overlays>(isRecord, 'Write places and values: { "PV1-10": "MED" }'), {}),
  /** Segments to add. */
  segments: v.optional(
    v.custom<readonly AddedSegment[]>(Array.isArray, 'Write a list: [{ segment: "ZPI", after: "PID", fields: {} }]'),
    [],
  ),
  edit: v.optional(v.custom<EditMessage>((value) => typeof value === "function", "Write a function of the message")),
  /** What becomes of a message that breaks its version or these rules: a work item, or parked with its findings. */
  conformance: v.optional(
    v.strictObject({
      errors: v.optional(finding, "warn"),
      warnings: v.optional(finding, "warn"),
      /** By rule, in the place of the two above. */
      rules: v.optional(
        v.strictObject({
          version: v.optional(finding),
          structure: v.optional(finding),
          required: v.optional(finding),
          repeats: v.optional(finding),
          undefined: v.optional(finding),
          withdrawn: v.optional(finding),
          type: v.optional(finding),
          length: v.optional(finding),
          table: v.optional(finding),
        }),
        {},
      ),
      /** The destination's own rules, by field: `PV1-19: { required: true }`. */
      fields: v.optional(v.record(v.string(), fieldRules), {}),
    }),
    {},
  ),
};

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
