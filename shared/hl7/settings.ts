import type { HierarchicDesignator, Hl7Destination, Source } from "../config/schema.ts";
import type { CodedPlace } from "./coded-places.ts";
import type { ConformanceRules } from "./conformance/check.ts";
import { type Delimiters, standardDelimiters } from "./encode.ts";
import type { Field } from "./model.ts";
import { type CompiledOverlays, compileOverlays, placeOf } from "./overlay.ts";
import { characterSetLength, type LengthLimits, lengthLimits } from "./truncate.ts";
import { type ValueSetTable, valueSetTable } from "./value-sets.ts";

/** What rendering needs to know of a source and a destination, worked out once for each pair. */
export interface RenderSettings {
  readonly version: Hl7Destination["version"];
  /** IANA zone of the times in the messages. */
  readonly timeZone: string;
  /** IANA zone of the facility. */
  readonly sourceTimeZone: string;
  readonly offset: Hl7Destination["offset"];
  readonly precision: Hl7Destination["precision"];
  /** Digits of a second's fraction. */
  readonly fractionDigits: number;
  readonly characterSet: Hl7Destination["characterSet"];
  readonly delimiters: Delimiters;
  readonly sendNulls: Hl7Destination["sendNulls"];
  /** Identifier system to assigning authority. */
  readonly authorities: ReadonlyMap<string, HierarchicDesignator>;
  /** For identifiers that name no system. */
  readonly defaultAuthority: HierarchicDesignator;
  /** PL.4 where a location names no facility. */
  readonly facility: HierarchicDesignator;
  readonly medicalRecordNumber: Source["medicalRecordNumber"];
  readonly patientIdentifierTypes: readonly string[];
  readonly practitionerIdentifierSystems: readonly string[];
  readonly patientNameUses: readonly fhir4.HumanName["use"][];
  readonly patientAddressUses: readonly string[];
  /** What has ended is told too. */
  readonly former: boolean;
  readonly attachments: Hl7Destination["attachments"];
  // What most destinations do not ask for is undefined, so that it costs them nothing.
  /** Code systems in order of preference, by field or `*`. */
  readonly codings: ReadonlyMap<string, readonly string[]> | undefined;
  /** Code system to coding system id. */
  readonly codeSystems: ReadonlyMap<string, string> | undefined;
  /** By field, or `*`. */
  readonly valueSets: ReadonlyMap<string, ValueSetTable> | undefined;
  /** The places that they are for. */
  readonly codedPlaces: readonly CodedPlace[] | undefined;
  /** By segment and position. */
  readonly fallbacks: ReadonlyMap<string, ReadonlyMap<number, Field>> | undefined;
  readonly overlays: CompiledOverlays | undefined;
  readonly lengths: LengthLimits | undefined;
  readonly conformance: ConformanceSettings | undefined;
  readonly source: Source;
  readonly destination: Hl7Destination;
}

export interface ConformanceSettings extends Pick<Hl7Destination["conformance"], "errors" | "warnings" | "rules"> {
  readonly asked: ConformanceRules;
}

const known = new WeakMap<Source, WeakMap<Hl7Destination, RenderSettings>>();

export function renderSettings(source: Source, destination: Hl7Destination): RenderSettings {
  let ofSource = known.get(source);
  if (ofSource === undefined) {
    ofSource = new WeakMap();
    known.set(source, ofSource);
  }
  let settings = ofSource.get(destination);
  if (settings === undefined) {
    settings = makeSettings(source, destination);
    ofSource.set(destination, settings);
  }
  return settings;
}

function makeSettings(source: Source, destination: Hl7Destination): RenderSettings {
  const { preferences, valueSets } = destination;
  return {
    version: destination.version,
    timeZone: destination.timeZone ?? source.timeZone,
    sourceTimeZone: source.timeZone,
    offset: destination.offset,
    precision: destination.precision,
    fractionDigits: destination.fractionDigits,
    characterSet: destination.characterSet,
    delimiters: destination.delimiters ?? standardDelimiters,
    sendNulls: destination.sendNulls,
    authorities: new Map(Object.entries({ ...source.assigningAuthorities, ...destination.assigningAuthorities })),
    defaultAuthority: isNamed(source.facility) ? source.facility : tenantAuthority(source.baseUrl),
    facility: source.facility,
    medicalRecordNumber: destination.medicalRecordNumber ?? source.medicalRecordNumber,
    patientIdentifierTypes: preferences.patientIdentifierTypes,
    practitionerIdentifierSystems: preferences.practitionerIdentifierSystems,
    patientNameUses: preferences.patientNameUses,
    patientAddressUses: preferences.patientAddressUses,
    former: preferences.former,
    attachments: destination.attachments,
    codings: unlessEmpty(new Map(Object.entries(preferences.codings))),
    codeSystems: unlessEmpty(new Map(Object.entries({ ...source.codeSystems, ...destination.codeSystems }))),
    valueSets: unlessEmpty(new Map(Object.entries(valueSets).map(([field, set]) => [field, valueSetTable(set)]))),
    codedPlaces: codedPlacesOf(destination),
    fallbacks: unlessEmpty(fallbacksOf(destination)),
    overlays: compileOverlays(destination),
    lengths: lengthLimits(destination),
    conformance: conformanceOf(destination),
    source,
    destination,
  };
}

function unlessEmpty<Key, Value>(map: ReadonlyMap<Key, Value>): ReadonlyMap<Key, Value> | undefined {
  return map.size === 0 ? undefined : map;
}

function codedPlacesOf({ valueSets }: Hl7Destination): readonly CodedPlace[] | undefined {
  const places = Object.keys(valueSets).flatMap((id) => {
    const place = placeOf(id);
    return place === undefined ? [] : [{ id, ...place }];
  });
  return places.length === 0 ? undefined : places;
}

function fallbacksOf({ fallbacks }: Hl7Destination): ReadonlyMap<string, ReadonlyMap<number, Field>> {
  const bySegment = new Map<string, Map<number, Field>>();
  for (const [key, value] of Object.entries(fallbacks)) {
    const place = placeOf(key);
    if (place?.field === undefined) continue;
    const fields = bySegment.get(place.segment) ?? new Map<number, Field>();
    fields.set(place.field, [typeof value === "string" ? [value] : value]);
    bySegment.set(place.segment, fields);
  }
  return bySegment;
}

/** Undefined where nothing that is found would be said. */
function conformanceOf({ conformance, version }: Hl7Destination): ConformanceSettings | undefined {
  const { errors, warnings, rules, fields } = conformance;
  const isHeard = [errors, warnings, ...Object.values(rules)].some((action) => action !== "ignore");
  if (!isHeard) return undefined;
  const ignored = Object.entries(rules).filter(([, action]) => action === "ignore");
  const severities = Object.fromEntries(ignored.map(([rule]) => [rule, "off" as const]));
  const sent = version === "2.3" ? { "MSH-18": { maxLength: characterSetLength }, ...fields } : fields;
  const own = Object.keys(sent).length === 0 ? {} : { fields: sent as NonNullable<ConformanceRules["fields"]> };
  return { errors, warnings, rules, asked: { severities, ...own } };
}

function isNamed({ namespaceId, universalId }: HierarchicDesignator): boolean {
  return namespaceId !== undefined || universalId !== undefined;
}

const uuid = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/i;

/** A tenant of Ignite is a UUID at the end of its service root: ids mean something inside it only. */
function tenantAuthority(baseUrl: string): HierarchicDesignator {
  const tenant = baseUrl.split("/").at(-1) ?? "";
  return uuid.test(tenant)
    ? { universalId: tenant, universalIdType: "UUID" }
    : { universalId: baseUrl, universalIdType: "URI" };
}
