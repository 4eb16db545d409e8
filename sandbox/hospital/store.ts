import { createHash } from "node:crypto";
import { narrative } from "./resources/narrative.ts";

/** What the hospital's database holds: every version of every resource, and where to find the present ones. */
export type ResourceKey = `${string}/${string}`;
export type Resource = fhir4.FhirResource;

export interface Version {
  versionId: string;
  /** As it stands in `meta.lastUpdated`; the format differs by type. */
  lastUpdated: string;
  /** The same as epoch milliseconds. */
  updatedAt: number;
  /** When a search could first find it; later than `updatedAt` where a commit came late. */
  visibleAt: number;
  /** Whether anything that matters differs from the version before: not meta, narrative, element ids or array order. */
  visible: boolean;
  /** A record that Ignite cannot express: searches put an outcome in its place, a read does not find it. */
  suppressed: boolean;
  resource: Resource;
}

export interface Entry {
  readonly key: ResourceKey;
  readonly type: string;
  readonly id: string;
  readonly versions: Version[];
  /** Order of first writing, to break ties. */
  readonly ordinal: number;
}

export interface Store {
  write(content: Resource, at: WriteTime, options?: WriteOptions): Version;
  entry(key: string): Entry | undefined;
  ofType(type: string): readonly Entry[];
  /** Entries whose present version refers to that resource: `Patient/1`, `Location/2`, `Practitioner/3`. */
  referring(type: string, to: string): Iterable<Entry>;
  /** JSON text of a version; made once. */
  textOf(version: Version): string;
}

export interface WriteOptions {
  suppressed?: boolean;
  /** Which wording the narrative has. */
  wording?: number;
  /** Combined patients have no `meta.lastUpdated`. */
  undated?: boolean;
}

export interface WriteTime {
  /** Now. */
  at: number;
  /** What `lastUpdated` says. Not before the version that it follows. */
  updatedAt: number;
}

interface MutableEntry extends Entry {
  fingerprint: string;
  refersTo: string[];
}

/** How a type writes `meta.versionId` (opaque by contract, and of several shapes on the wire) and `lastUpdated`. */
const metaShapes: Record<string, { versionId(count: number, updatedAt: number): string; time(at: number): string }> = {
  Patient: { versionId: (count) => String(17 + count * 3), time: withMilliseconds },
  Encounter: { versionId: String, time: withMilliseconds },
  Appointment: { versionId: (count) => `${24 + count}-${count}`, time: withMilliseconds },
  ServiceRequest: {
    versionId: (count, at) => `${3_423_957 + count}v${(at / 1000) % 10_000_000}`,
    time: withMilliseconds,
  },
  DiagnosticReport: { versionId: (count) => String(count + 1), time: withSeconds },
  Observation: { versionId: (count) => String(count + 1), time: withMilliseconds },
  Location: { versionId: (count) => String(6 + count), time: withSeconds },
  Organization: { versionId: String, time: withSeconds },
  Practitioner: { versionId: String, time: withMilliseconds },
};
/** A blood pressure is two rows; the second row's version is missing now and then. */
const bloodPressureVersion = (id: string, count: number) => `${count + 1}-${id.endsWith("7") ? "" : count + 1}`;

export function createStore(): Store {
  const entries = new Map<string, MutableEntry>();
  const byType = new Map<string, MutableEntry[]>();
  const index = new Map<string, Set<MutableEntry>>();
  const texts = new WeakMap<Version, string>();

  function entryFor(content: Resource): MutableEntry {
    const key: ResourceKey = `${content.resourceType}/${content.id}`;
    const existing = entries.get(key);
    if (existing) return existing;
    const entry: MutableEntry = {
      key,
      type: content.resourceType,
      id: content.id ?? "",
      versions: [],
      ordinal: entries.size,
      fingerprint: "",
      refersTo: [],
    };
    entries.set(key, entry);
    const list = byType.get(entry.type);
    if (list) list.push(entry);
    else byType.set(entry.type, [entry]);
    return entry;
  }

  function reindex(entry: MutableEntry, content: Resource): void {
    const refersTo = referencesOf(content).map((target) => `${entry.type}>${target}`);
    for (const name of entry.refersTo) if (!refersTo.includes(name)) index.get(name)?.delete(entry);
    for (const name of refersTo) {
      const list = index.get(name);
      if (list) list.add(entry);
      else index.set(name, new Set([entry]));
    }
    entry.refersTo = refersTo;
  }

  return {
    write(content, { at, updatedAt }, { suppressed = false, wording = 0, undated = false } = {}) {
      const entry = entryFor(content);
      const previous = entry.versions.at(-1);
      const shape = metaShapes[entry.type];
      if (!shape) throw new TypeError(`No meta shape for ${entry.type}`);
      const lastUpdatedAt = Math.max(updatedAt, previous?.updatedAt ?? 0);
      const count = entry.versions.length;
      const versionId = entry.id.startsWith("BP-") ? bloodPressureVersion(entry.id, count) : shape.versionId(count, at);
      const lastUpdated = shape.time(lastUpdatedAt);
      const fingerprint = suppressed ? "" : fingerprintOf(content);
      const { resourceType, id, ...rest } = content;
      const version: Version = {
        versionId,
        lastUpdated,
        updatedAt: lastUpdatedAt,
        visibleAt: at,
        visible: !suppressed && fingerprint !== entry.fingerprint,
        suppressed,
        resource: {
          resourceType,
          id,
          meta: undated ? { versionId } : { versionId, lastUpdated },
          text: narrative(content, wording),
          ...rest,
        } as Resource,
      };
      // Only present versions are served: the text of an older one is made again where it is asked for.
      if (previous) texts.delete(previous);
      entry.versions.push(version);
      entry.fingerprint = fingerprint;
      reindex(entry, content);
      return version;
    },
    entry: (key) => entries.get(key),
    ofType: (type) => byType.get(type) ?? [],
    referring: (type, to) => index.get(`${type}>${to}`) ?? [],
    textOf(version) {
      const known = texts.get(version);
      if (known !== undefined) return known;
      const text = JSON.stringify(version.resource);
      texts.set(version, text);
      return text;
    },
  };
}

function withMilliseconds(at: number): string {
  return new Date(at).toISOString();
}
function withSeconds(at: number): string {
  return `${new Date(at).toISOString().slice(0, 19)}Z`;
}

/** The references by which searches find a resource. */
function referencesOf(content: Resource): string[] {
  const references: (fhir4.Reference | undefined)[] =
    content.resourceType === "Appointment"
      ? content.participant.map((participant) => participant.actor)
      : [(content as { subject?: fhir4.Reference }).subject];
  return references.flatMap((reference) => reference?.reference ?? []);
}

/** Arrays in which order has a meaning. */
const ordered = new Set(["given", "line"]);

/** Equal for two contents that say the same. */
function fingerprintOf(content: Resource): string {
  return createHash("sha256").update(canonical(content, "")).digest("base64url");
}

function canonical(value: unknown, name: string): string {
  if (Array.isArray(value)) {
    const items = value.filter((item) => !isVersionKey(item)).map((item) => canonical(item, ""));
    return `[${(ordered.has(name) ? items : items.sort()).join(",")}]`;
  }
  if (typeof value !== "object" || value === null || "rawJSON" in value) return JSON.stringify(value);
  // The display of a reference repeats what the resource behind it says.
  const members = Object.entries(value)
    .filter(([member]) => member !== "id" && !(member === "display" && "reference" in value))
    .map(([member, inner]) => `${member}:${canonical(inner, member)}`);
  return `{${members.sort().join(",")}}`;
}

/** An identifier of the version, not of the thing. */
function isVersionKey(item: unknown): boolean {
  return (item as { system?: unknown } | null)?.system === "https://fhir.cerner.com/ceuuid";
}
