/** The hospital's own record of what happened, as the sandbox hands it over: nothing in it comes from the bridge. */
export interface HistoryEntry {
  /** `Encounter/97845` */
  readonly key: string;
  readonly versions: readonly HistoryVersion[];
}

export interface HistoryVersion {
  readonly versionId: string;
  /** `meta.lastUpdated` (epoch ms): for a commit that came late, earlier than it could be found. */
  readonly updatedAt: number;
  /** From when on a search could find it (epoch ms). */
  readonly visibleAt: number;
  /** Whether anything that matters differs from the version before. */
  readonly visible: boolean;
  /** Never shown by the server. */
  readonly suppressed: boolean;
  /** The resource as JSON text, digits of decimals as they are sent. */
  readonly text: string;
}

export interface Shown {
  readonly versionId: string;
  readonly updatedAt: number;
  readonly visibleAt: number;
  readonly visible: boolean;
  /** The first version that says the same: what changed and changed back is where it was. */
  readonly sameAs: string;
  readonly text: string;
  // biome-ignore lint/suspicious/noExplicitAny: any resource type; the readers below name the elements that they take
  readonly resource: any;
}

/** The hospital's record, ready to be asked. */
export interface History {
  entries(type: string): readonly { readonly key: string; readonly shown: readonly Shown[] }[];
  shown(key: string): readonly Shown[];
  /** The patient whom the present version is about. */
  patientOf(key: string): string | undefined;
}

export function readHistory(entries: readonly HistoryEntry[]): History {
  const shown = new Map(
    entries.map(({ key, versions }) => [key, showVersions(versions.filter(({ suppressed }) => !suppressed))]),
  );
  const byType = Map.groupBy(
    [...shown].map(([key, versions]) => ({ key, shown: versions })).filter((entry) => entry.shown.length > 0),
    ({ key }) => key.split("/")[0] ?? "",
  );
  return {
    entries: (type) => byType.get(type) ?? [],
    shown: (key) => shown.get(key) ?? [],
    patientOf: (key) => patientOf(shown.get(key)?.at(-1)?.resource),
  };
}

function showVersions(versions: readonly HistoryVersion[]): Shown[] {
  const firsts = new Map<string, string>();
  return versions.map((version) => {
    const resource = parseExactly(version.text) as Record<string, unknown>;
    const said = contentOf({ ...resource, meta: undefined, text: undefined });
    const sameAs = firsts.get(said) ?? version.versionId;
    firsts.set(said, sameAs);
    return { ...version, resource, sameAs };
  });
}

const versionKeySystem = "https://fhir.cerner.com/ceuuid";

/** The same for what differs in the order of elements, or in the identifiers that name a version. */
function contentOf(value: unknown): string {
  if (Array.isArray(value)) return `[${value.filter(isContent).map(contentOf).sort()}]`;
  if (typeof value !== "object" || value === null || JSON.isRawJSON(value)) return JSON.stringify(value) ?? "";
  return `{${Object.entries(value)
    .map(([name, member]) => `${name}:${contentOf(member)}`)
    .sort()}}`;
}

function isContent(element: { system?: unknown } | null): boolean {
  return element?.system !== versionKeySystem;
}

// biome-ignore lint/suspicious/noExplicitAny: see Shown
function patientOf(resource: any): string | undefined {
  if (resource === undefined) return undefined;
  if (resource.resourceType === "Patient") return `Patient/${resource.id}`;
  const references: unknown[] = [
    resource.subject?.reference,
    ...(resource.participant ?? []).map((each: { actor?: { reference?: string } }) => each.actor?.reference),
  ];
  return references.find((each): each is string => String(each).startsWith("Patient/"));
}

/** JSON with its numbers as they are written. */
export function parseExactly(text: string): unknown {
  return JSON.parse(text, (_key, value: unknown, context?: { source?: string }) =>
    typeof value === "number" && context?.source !== undefined ? JSON.rawJSON(context.source) : value,
  );
}
