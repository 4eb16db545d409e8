import type { Entry, Version } from "../hospital/store.ts";
import type { Random } from "../random.ts";

/** Pages of search answers. The place in a crawl is kept here; the client holds only a token for it. */
export interface Pages {
  first(request: PageRequest, entries: readonly Entry[], pageSize: number | undefined, mishaps: Mishaps): string;
  /** The page that a `next` link led to, or nothing if no such link was ever given out. */
  following(request: PageRequest, mishaps: Mishaps): string | undefined;
}

export interface Mishaps {
  /** Whether the last entry of this page stands on the next one too. */
  repeat(): boolean;
  /** Whether this entry is shown as it was before its last version: from a copy of the database that lags behind. */
  stale(): boolean;
}

export interface PageRequest {
  type: string;
  /** Path and query exactly as they came. */
  url: string;
  now: number;
}

interface Place {
  type: string;
  entries: readonly Entry[];
  pageSize: number;
  offset: number;
  /** The search without paging, as the client wrote it. */
  search: string;
  until: number;
}

const lifetimeMs = 3_600_000;
const placesKept = 5000;
/** On the wire, a total came only with some answers that were whole. */
const typesWithTotal = new Set(["Encounter"]);

export function createPages(options: {
  origin: string;
  basePath: string;
  textOf(version: Version): string;
  random: Random;
}): Pages {
  const { origin, basePath, textOf, random } = options;
  const places = new Map<string, Place>();

  function render(request: PageRequest, place: Omit<Place, "until">, mishaps: Mishaps): string {
    const end = place.offset + place.pageSize;
    const page = place.entries.slice(place.offset, end);
    const links = [{ relation: "self", url: origin + request.url }];
    if (end < place.entries.length) {
      const offset = mishaps.repeat() ? end - 1 : end;
      links.push({ relation: "next", url: origin + remember({ ...place, offset, until: request.now + lifetimeMs }) });
    }
    const isWhole = place.offset === 0 && end >= place.entries.length;
    const total = isWhole && typesWithTotal.has(place.type) ? `"total":${place.entries.length},` : "";
    const entries = page.map((entry) => entryText(entry, mishaps));
    return `{"resourceType":"Bundle","id":"${random.uuid()}","type":"searchset",${total}"link":${JSON.stringify(links)}${
      entries.length > 0 ? `,"entry":[${entries.join(",")}]` : ""
    }}`;
  }

  function remember(place: Place): string {
    const context = place.type === "Encounter" ? random.uuid() : blob(random);
    const url = `${basePath}/${place.type}?${place.search}&-pageContext=${encodeURIComponent(context)}&-pageDirection=NEXT`;
    places.set(url, place);
    if (places.size > placesKept) for (const oldest of places.keys()) if (places.delete(oldest)) break;
    return url;
  }

  function entryText(entry: Entry, mishaps: Mishaps): string {
    const isStale = entry.versions.length > 1 && mishaps.stale();
    const version = entry.versions.at(isStale ? -2 : -1);
    if (!version || version.suppressed) return suppressedText;
    const fullUrl = `${origin}${basePath}/${entry.key}`;
    return `{"fullUrl":"${fullUrl}","resource":${textOf(version)},"search":{"mode":"match"}}`;
  }

  return {
    first(request, entries, pageSize, mishaps) {
      const search = request.url.split("?")[1] ?? "";
      const place = { type: request.type, entries, pageSize: pageSize ?? Number.POSITIVE_INFINITY, offset: 0, search };
      return render(request, place, mishaps);
    },
    following(request, mishaps) {
      const place = places.get(request.url);
      return place && place.until >= request.now ? render(request, place, mishaps) : undefined;
    },
  };
}

const suppressedText = JSON.stringify({
  resource: {
    resourceType: "OperationOutcome",
    issue: [
      {
        severity: "warning",
        code: "suppressed",
        details: { text: "A resource was suppressed because its status is missing" },
      },
    ],
  },
  search: { mode: "outcome" },
});

/** As the wire's tokens: long, base64, with characters that a careless client encodes twice. */
function blob(random: Random): string {
  const bytes = Buffer.from(Array.from({ length: 90 }, () => random.whole(0, 255)));
  return `eJx${bytes.toString("base64")}`;
}
