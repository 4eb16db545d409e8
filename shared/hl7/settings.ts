import type { HierarchicDesignator, Hl7Destination, Source } from "../config/schema.ts";

/** What rendering needs to know of a source and a destination, worked out once for each pair. */
export interface RenderSettings {
  readonly version: Hl7Destination["version"];
  /** IANA zone of the times in the messages. */
  readonly timeZone: string;
  readonly offset: Hl7Destination["offset"];
  /** Digits of a second's fraction. */
  readonly fractionDigits: number;
  /** Identifier system to assigning authority. */
  readonly authorities: ReadonlyMap<string, HierarchicDesignator>;
  /** For identifiers that name no system. */
  readonly defaultAuthority: HierarchicDesignator;
  /** PL.4 where a location names no facility. */
  readonly facility: HierarchicDesignator;
  readonly medicalRecordNumber: Source["medicalRecordNumber"];
  readonly source: Source;
  readonly destination: Hl7Destination;
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
  return {
    version: destination.version,
    timeZone: destination.timeZone ?? source.timeZone,
    offset: destination.offset,
    fractionDigits: 0,
    authorities: new Map(Object.entries(source.assigningAuthorities)),
    defaultAuthority: isNamed(source.facility) ? source.facility : tenantAuthority(source.baseUrl),
    facility: source.facility,
    medicalRecordNumber: source.medicalRecordNumber,
    source,
    destination,
  };
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
