import { BridgeError } from "../errors.ts";
import { keyOf, type Resource, type ResourceKey } from "../fhir.ts";
import { instantOf } from "../instant.ts";

export interface SearchResult {
  /** What matched, each resource once, in its latest version. */
  readonly resources: readonly Resource[];
  /** What could not be told: a record that Ignite could not express, or an entry that is no resource. */
  readonly unreadable: readonly Unreadable[];
  /** The server's clock at the first page (epoch milliseconds): later changes may be missing from the pages. */
  readonly serverTime: number | undefined;
  readonly pages: number;
}

/** Codes of an OperationOutcome; its texts may speak of the patient. */
export interface Unreadable {
  readonly severity: "warning" | "error";
  /** OperationOutcome.issue.code: `suppressed`. */
  readonly reason: string;
}

export interface Page {
  readonly entries: readonly fhir4.BundleEntry[];
  readonly next: string | undefined;
  readonly serverTime: number | undefined;
}

/** Reads one answer to a search; nothing where it is no search Bundle. */
export function readPage(body: unknown, dateHeader: string | null): Page | undefined {
  const bundle = body as Partial<fhir4.Bundle>;
  if (bundle.resourceType !== "Bundle") return undefined;
  return {
    entries: bundle.entry ?? [],
    next: bundle.link?.find(({ relation }) => relation === "next")?.url,
    serverTime: instantOf(dateHeader ?? undefined),
  };
}

/**
 * Follows `next` links, verbatim, to the last page.
 *
 * @throws ERR_IGNITE_DATA where the links leave the tenant, come back to a page, or go beyond `pageLimit`
 */
export async function collectPages(
  first: string,
  load: (url: string) => Promise<Page>,
  { what, where, pageLimit }: { what: string; where: string; pageLimit: number },
): Promise<SearchResult> {
  const latest = new Map<ResourceKey, Resource>();
  const unreadable: Unreadable[] = [];
  const visited = new Set<string>();
  const refuse = (problem: string) => new BridgeError("ERR_IGNITE_DATA", { details: { what, where, problem } });
  let serverTime: number | undefined;

  for (let url: string | undefined = first; url !== undefined; ) {
    if (visited.size >= pageLimit) throw refuse(`more than ${pageLimit} pages`);
    if (visited.has(url)) throw refuse("a next link leads back to an earlier page");
    // The token goes along, so a link elsewhere would give it away.
    if (!url.startsWith(`${where}/`)) throw refuse("a next link leads out of the tenant");
    visited.add(url);
    const page: Page = await load(url);
    if (visited.size === 1) serverTime = page.serverTime;
    for (const { resource, search } of page.entries)
      if (isUsable(resource, search)) keepLatest(latest, resource);
      else unreadable.push(describeUnreadable(resource));
    url = page.next;
  }
  return { resources: [...latest.values()], unreadable, serverTime, pages: visited.size };
}

function isUsable(resource: Resource | undefined, search: fhir4.BundleEntrySearch | undefined): resource is Resource {
  return (
    search?.mode !== "outcome" &&
    typeof resource?.id === "string" &&
    resource.id !== "" &&
    typeof resource.resourceType === "string" &&
    resource.resourceType !== "OperationOutcome"
  );
}

/** A resource may come on two pages when it changes during the crawl. */
function keepLatest(latest: Map<ResourceKey, Resource>, resource: Resource): void {
  const key = keyOf(resource);
  const known = latest.get(key);
  const isOlder =
    known !== undefined && (instantOf(resource.meta?.lastUpdated) ?? 0) < (instantOf(known.meta?.lastUpdated) ?? 0);
  if (!isOlder) latest.set(key, resource);
}

function describeUnreadable(resource: Resource | undefined): Unreadable {
  const issue = resource?.resourceType === "OperationOutcome" ? resource.issue?.[0] : undefined;
  const reason = /^[a-z-]+$/.test(issue?.code ?? "") ? (issue?.code ?? "") : "no-resource";
  return { severity: issue?.severity === "warning" || issue?.severity === "information" ? "warning" : "error", reason };
}
