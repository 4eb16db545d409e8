import type { WorkItem } from "../delivery/delivery.ts";
import { keyOf, type Resource } from "../fhir.ts";
import type { RenderSettings } from "./settings.ts";

/** What the rows and encoders of one rendering share. */
export interface Scope {
  readonly settings: RenderSettings;
  /** `A01` */
  readonly triggerEvent: string;
  /** The clock of the message, epoch milliseconds: what has expired is decided by it. */
  readonly timeMs: number;
  /** The resource behind a reference, when it came along or is contained in the owner. */
  resolve<Found extends Resource>(reference: fhir4.Reference | undefined, owner: object): Found | undefined;
  report(item: WorkItem): void;
  readonly workList: readonly WorkItem[];
  /** How often something was reported. */
  readonly reports: { readonly count: number };
  /** Times that this message has told already: most of its times are the same. */
  readonly timestamps: Map<string, string | undefined>;
}

export function createScope(
  settings: RenderSettings,
  triggerEvent: string,
  timeMs: number,
  resources: readonly Resource[],
): Scope {
  const sought = directoryOf(resources);
  const workList: WorkItem[] = [];
  const reports = { count: 0 };
  const reported = new Map<string, number>();
  // The rows of a segment, and the segments of a report, ask for the same resource one after another.
  let lastReference = "";
  let lastFound: Resource | undefined;

  function find(reference: unknown, owner: object): Resource | undefined {
    if (typeof reference !== "string") return undefined;
    if (reference.startsWith("#")) return containedIn(owner, reference.slice(1), resources);
    if (reference === lastReference) return lastFound;
    lastFound = referenced(reference, sought);
    lastReference = reference;
    return lastFound;
  }

  return {
    settings,
    triggerEvent,
    timeMs,
    resolve: <Found extends Resource>(reference: fhir4.Reference | undefined, owner: object) =>
      find(reference?.reference, owner) as Found | undefined,
    report(item) {
      reports.count += 1;
      const key = `${item.reason} ${item.field} ${item.path} ${item.code}`;
      const known = reported.get(key);
      const before = known === undefined ? undefined : workList[known];
      if (known !== undefined && before !== undefined) workList[known] = { ...before, count: (before.count ?? 1) + 1 };
      else {
        reported.set(key, workList.length);
        workList.push(item);
      }
    },
    workList,
    reports,
    timestamps: new Map(),
  };
}

/** The resource with a key, `Type/id`; of several, the last. */
type Directory = (key: string) => Resource | undefined;

/** By id, since to put keys together for all resources takes longer than to look up those that are asked for. */
function directoryOf(resources: readonly Resource[]): Directory {
  const byId = new Map<string, Resource>();
  /** Those whose id another type has too: mostly none. */
  let byKey: Map<string, Resource> | undefined;
  for (const resource of resources) {
    const id = typeof resource.id === "string" ? resource.id : String(resource.id ?? "");
    const known = byId.get(id);
    if (known === undefined || known.resourceType === resource.resourceType) byId.set(id, resource);
    else {
      byKey ??= new Map();
      byKey.set(keyOf(resource), resource);
    }
  }
  return (key) => {
    const slash = key.indexOf("/");
    const found = byId.get(key.slice(slash + 1));
    const isOne = found?.resourceType.length === slash && key.startsWith(found.resourceType);
    return isOne ? found : byKey?.get(key);
  };
}

function referenced(reference: string, sought: Directory): Resource | undefined {
  const direct = sought(reference);
  if (direct !== undefined || isPlain(reference)) return direct;
  return sought(reference.split("/_history/")[0]?.split("/").slice(-2).join("/") ?? "");
}

/** What a resource contains may refer to what else it contains. */
function containedIn(owner: object, id: string, resources: readonly Resource[]): Resource | undefined {
  const found = siblings(owner).find((each) => each?.id === id);
  if (found !== undefined) return found;
  for (const container of resources) {
    const contained = siblings(container);
    if (contained.includes(owner as Resource)) return contained.find((each) => each?.id === id);
  }
  return undefined;
}

function siblings(container: object): readonly Resource[] {
  const { contained } = container as { contained?: unknown };
  return Array.isArray(contained) ? (contained as Resource[]) : [];
}

/** `Type/id`: neither absolute nor of one version. */
function isPlain(reference: string): boolean {
  return !reference.includes(":") && !reference.includes("/_history/");
}
