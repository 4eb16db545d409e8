import { decimal } from "./concepts.ts";
import { fingerprintOf } from "./fingerprint.ts";
import { narrative } from "./resources/narrative.ts";
import { metaShapeOf, versionIdOf } from "./versions.ts";

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
  /** Made anew from the text where it is not the present one: do not keep on asking for it. */
  readonly resource: Resource;
  /** As JSON, with the digits of decimals as they were written. */
  readonly text: string;
}

export interface Entry {
  readonly key: ResourceKey;
  readonly type: string;
  readonly id: string;
  readonly versions: Version[];
  /** Order of first writing, to break ties. */
  readonly ordinal: number;
  /** Kept from the client's eyes though it is there. */
  readonly hidden: boolean;
}

export interface Store {
  write(content: Resource, at: WriteTime, options?: WriteOptions): Version;
  entry(key: string): Entry | undefined;
  ofType(type: string): readonly Entry[];
  /** Entries whose present version refers to that resource: `Patient/1`, `Location/2`, `Practitioner/3`. */
  referring(type: string, to: string): Iterable<Entry>;
  textOf(version: Version): string;
  /** How often anything of that patient was written, shown or hidden: as long as it stays, every answer stays. */
  revisionOf(patient: string): number;
  hide(key: ResourceKey, isHidden: boolean): void;
}

export interface WriteOptions {
  suppressed?: boolean;
  /** Which wording the narrative has. */
  wording?: number;
  /** Combined patients have no `meta.lastUpdated`, combined encounters no `meta`. */
  meta?: "whole" | "undated" | "none";
  security?: fhir4.Coding[];
}

export interface WriteTime {
  /** Now. */
  at: number;
  /** What `lastUpdated` says. Not before the version that it follows. */
  updatedAt: number;
}

interface MutableEntry extends Entry {
  versions: StoredVersion[];
  hidden: boolean;
  fingerprint: string;
  refersTo: string[];
}

/** Holds its content as an object while it is the present one, and as text for ever: a month of versions is long. */
class StoredVersion implements Version {
  readonly versionId: string;
  readonly lastUpdated: string;
  readonly updatedAt: number;
  readonly visibleAt: number;
  readonly visible: boolean;
  readonly suppressed: boolean;
  #content: Resource | undefined;
  #text: string | undefined;

  constructor({ resource, ...facts }: Omit<Version, "text">) {
    this.versionId = facts.versionId;
    this.lastUpdated = facts.lastUpdated;
    this.updatedAt = facts.updatedAt;
    this.visibleAt = facts.visibleAt;
    this.visible = facts.visible;
    this.suppressed = facts.suppressed;
    this.#content = resource;
  }
  get text(): string {
    this.#text ??= JSON.stringify(this.#content);
    return this.#text;
  }
  get resource(): Resource {
    return this.#content ?? (JSON.parse(this.text, keepDigits) as Resource);
  }
  archive(): void {
    this.#text = this.text;
    this.#content = undefined;
  }
}

export function createStore(): Store {
  const entries = new Map<string, MutableEntry>();
  const byType = new Map<string, MutableEntry[]>();
  const index = new Map<string, Set<MutableEntry>>();
  const revisions = new Map<string, number>();

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
      hidden: false,
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
    const before = entry.refersTo;
    entry.refersTo = referencesOf(content);
    for (const target of before)
      if (!entry.refersTo.includes(target)) index.get(`${entry.type}>${target}`)?.delete(entry);
    for (const target of entry.refersTo) {
      const name = `${entry.type}>${target}`;
      const list = index.get(name);
      if (list) list.add(entry);
      else index.set(name, new Set([entry]));
    }
    revise([...before, ...entry.refersTo, entry.key]);
  }

  function revise(targets: readonly string[]): void {
    for (const target of new Set(targets))
      if (target.startsWith("Patient/")) revisions.set(target, (revisions.get(target) ?? 0) + 1);
  }

  return {
    write(content, { at, updatedAt }, { suppressed = false, wording = 0, meta = "whole", security } = {}) {
      const entry = entryFor(content);
      const previous = entry.versions.at(-1);
      const shape = metaShapeOf(entry.type);
      const lastUpdatedAt = Math.max(updatedAt, previous?.updatedAt ?? 0);
      const versionId = versionIdOf(shape, entry.id, entry.versions.length, at);
      const lastUpdated = shape.time(lastUpdatedAt);
      const fingerprint = suppressed ? "" : fingerprintOf(content) + JSON.stringify(security ?? "");
      const { resourceType, id, ...rest } = content;
      const isBare = resourceType === "Binary" || meta === "none";
      const shownMeta = {
        ...(shape.has === "both" ? { versionId } : {}),
        ...(meta === "undated" ? {} : { lastUpdated }),
        ...(security ? { security } : {}),
      };
      const version = new StoredVersion({
        versionId,
        lastUpdated,
        updatedAt: lastUpdatedAt,
        visibleAt: at,
        visible: !suppressed && fingerprint !== entry.fingerprint,
        suppressed,
        resource: {
          resourceType,
          id,
          ...(shape.has === "neither" || meta === "none" ? {} : { meta: shownMeta }),
          ...(isBare ? {} : { text: narrative(content, wording) }),
          ...rest,
        } as Resource,
      });
      previous?.archive();
      entry.versions.push(version);
      entry.fingerprint = fingerprint;
      reindex(entry, content);
      return version;
    },
    entry: (key) => entries.get(key),
    ofType: (type) => byType.get(type) ?? [],
    referring: (type, to) => index.get(`${type}>${to}`) ?? [],
    textOf: (version) => version.text,
    revisionOf: (patient) => revisions.get(`Patient/${patient}`) ?? 0,
    hide(key, isHidden) {
      const entry = entries.get(key);
      if (!entry || entry.hidden === isHidden) return;
      entry.hidden = isHidden;
      revise(entry.refersTo);
    },
  };
}

/** The references by which searches find a resource, and whose it is. */
function referencesOf(content: Resource): string[] {
  const { subject, patient, beneficiary } = content as {
    subject?: fhir4.Reference | fhir4.Reference[];
    patient?: fhir4.Reference;
    beneficiary?: fhir4.Reference;
  };
  const references: (fhir4.Reference | undefined)[] =
    content.resourceType === "Appointment"
      ? content.participant.map((participant) => participant.actor)
      : [...[subject].flat(), patient, beneficiary];
  return references.flatMap((reference) => reference?.reference ?? []);
}

function keepDigits(_name: string, value: unknown, context?: { source?: string }): unknown {
  return typeof value === "number" && context?.source !== undefined ? decimal(context.source) : value;
}
