import type { Clock } from "../clock.ts";
import type { Version } from "../hospital/store.ts";
import type { Hospital } from "../hospital.ts";
import { type Random, seededRandom } from "../random.ts";
import { type Answer, fhirAnswer, invalid, notAcceptable, notFound } from "./answers.ts";
import { binaryAnswer } from "./binary.ts";
import { createPages } from "./bundles.ts";
import { type Addresses, advertised, capabilityStatement } from "./capability.ts";
import type { Faults } from "./faults.ts";
import { queryOf } from "./parameters.ts";
import { search } from "./search.ts";

export type { Answer } from "./answers.ts";

/** The FHIR side of the server, without transport and authorization: the same answers, in process. */
export interface FhirService {
  /** FHIR service root, up to and with the tenant. */
  readonly baseUrl: string;
  /**
   * Answers a GET. The target stands below the base (`Encounter?patient=1&_count=50`, `Patient/1`, `metadata`) or is a
   * whole URL, as `next` links and attachments have it. The hospital is brought up to the clock before.
   */
  get(target: string, options?: { accept?: string }): Answer;
  /** Following pages that were served. */
  followingPages(): number;
}

export interface FhirServiceOptions {
  hospital: Hospital;
  clock: Clock;
  /** What every URL in the answers begins with. */
  baseUrl?: string;
  random?: Random;
  faults?: Faults;
  /** Where it advertises that tokens are to be had. */
  addresses?: Addresses;
}

export function createFhirService(options: FhirServiceOptions): FhirService {
  const { hospital, clock, faults, random = seededRandom("server") } = options;
  const { store } = hospital;
  const { baseUrl = hospital.baseUrl } = options;
  const { origin, pathname: basePath } = new URL(baseUrl);
  const addresses = options.addresses ?? { baseUrl, authorizationUrl: origin, tokenUrl: origin, jwksUrl: origin };
  const textOf = ({ text }: Version) => (isElsewhere ? text.replaceAll(`"${hospital.baseUrl}/`, `"${baseUrl}/`) : text);
  const pages = createPages({ origin, basePath, textOf, random });
  const isElsewhere = baseUrl !== hospital.baseUrl;
  let followingPages = 0;

  function read(type: string, id: string, accept: string | undefined): Answer {
    if (!advertised.get(type)?.interactions.includes("read")) return notFound();
    const entry = store.entry(`${type}/${id}`);
    const version = entry?.versions.at(-1);
    if (!entry || !version) return notFound();
    if (version.suppressed || entry.hidden) return notFound("Resource not found");
    if (version.resource.resourceType === "Binary") return binaryAnswer(version.resource, accept);
    return acceptsFhir(accept) ? fhirAnswer(textOf(version)) : notAcceptable();
  }

  function answerSearch(type: string, target: string, url: URL): Answer {
    if (!advertised.get(type)?.interactions.includes("search-type")) return notFound();
    const request = { type, url: target, now: clock.now().getTime() };
    const draws = {
      repeat: () => faults?.draw(["repeated-resource"]) !== undefined,
      stale: () => faults?.draw(["stale-resource"]) !== undefined,
    };
    if (url.searchParams.has("-pageContext")) {
      const page = pages.following(request, draws);
      if (page === undefined) return invalid("-pageContext is not valid");
      followingPages += 1;
      return fhirAnswer(page);
    }
    const found = search(type, queryOf(url.searchParams), store);
    return "status" in found ? found : fhirAnswer(pages.first(request, found.entries, found.pageSize, draws));
  }

  return {
    baseUrl,
    followingPages: () => followingPages,
    get(target, { accept } = {}) {
      const whole = target.startsWith("http") ? target : `${baseUrl}/${target}`;
      const url = URL.parse(whole);
      if (!url || /%(?![0-9a-f]{2})/i.test(url.pathname)) return invalid("the URL cannot be read");
      if (url.origin !== origin || !url.pathname.startsWith(`${basePath}/`)) return notFound();
      const [type = "", id, ...more] = url.pathname.slice(basePath.length + 1).split("/");
      if (type !== "Binary" && !acceptsFhir(accept)) return notAcceptable();
      if (type === "metadata") return fhirAnswer(JSON.stringify(capabilityStatement(addresses)));
      if (!advertised.has(type) || more.length > 0) return notFound();
      hospital.advanceTo(clock.now());
      return id === undefined ? answerSearch(type, whole.slice(origin.length), url) : read(type, id, accept);
    },
  };
}

export function acceptsFhir(accept: string | undefined): boolean {
  if (accept === undefined) return true;
  return accept
    .split(",")
    .some((part) =>
      ["application/fhir+json", "application/json", "application/*", "*/*"].includes(part.split(";")[0]?.trim() ?? ""),
    );
}
