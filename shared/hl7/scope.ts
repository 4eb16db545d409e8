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
  const byKey = new Map<string, Resource>();
  for (const resource of resources) byKey.set(keyOf(resource), resource);
  const workList: WorkItem[] = [];
  const reports = { count: 0 };
  const reported = new Map<string, number>();
  // The rows of a segment, and the segments of a report, ask for the same resource one after another.
  let lastReference = "";
  let lastFound: Resource | undefined;

  function find(reference: unknown, owner: object): Resource | undefined {
    if (typeof reference !== "string") return undefined;
    if (reference.startsWith("#")) return containedIn(owner, reference.slice(1), byKey);
    if (reference === lastReference) return lastFound;
    lastFound = referenced(reference, byKey);
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

function referenced(reference: string, byKey: ReadonlyMap<string, Resource>): Resource | undefined {
  const direct = byKey.get(reference);
  if (direct !== undefined || isPlain(reference)) return direct;
  return byKey.get(reference.split("/_history/")[0]?.split("/").slice(-2).join("/") ?? "");
}

/** What a resource contains may refer to what else it contains. */
function containedIn(owner: object, id: string, byKey: ReadonlyMap<string, Resource>): Resource | undefined {
  const found = siblings(owner).find((each) => each?.id === id);
  if (found !== undefined) return found;
  for (const container of byKey.values()) {
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
