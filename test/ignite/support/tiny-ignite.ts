import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { Resource } from "../../../shared/fhir.ts";

export interface Answer {
  readonly status?: number;
  readonly headers?: Record<string, string>;
  readonly body?: unknown;
}

export interface TinyIgnite {
  readonly baseUrl: string;
  /** What the searches and reads find. Change it at will. */
  readonly records: Map<string, Resource>;
  /** Records that only a read finds, as merged patients. */
  readonly hidden: Map<string, Resource>;
  /** Requests as they came: `GET /Encounter?patient=1`. */
  readonly requests: string[];
  /** Form bodies and headers of the token requests. */
  readonly tokenRequests: { authorization: string | undefined; form: URLSearchParams }[];
  clock: () => number;
  pageSize: number;
  /** What the token endpoint grants; by default what is asked for. */
  scope: string | undefined;
  /** Answers before anything else does. */
  fault: ((path: string, token: string | undefined) => Answer | undefined | Promise<undefined>) | undefined;
  put(resource: Resource): void;
  remove(key: string): void;
  close(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

/** A few resources behind searches in the form of Ignite, for tests of the client: just enough, and all of it settable. */
export async function startTinyIgnite(): Promise<TinyIgnite> {
  const records = new Map<string, Resource>();
  const hidden = new Map<string, Resource>();
  const state = {
    records,
    hidden,
    requests: [] as string[],
    tokenRequests: [] as TinyIgnite["tokenRequests"],
    clock: () => Date.now(),
    pageSize: 50,
    scope: undefined as string | undefined,
    fault: undefined as TinyIgnite["fault"],
  };
  let tokens = 0;
  const server = createServer(async (request, response) => {
    const { pathname, search, searchParams } = new URL(request.url ?? "", ignite.baseUrl);
    const path = pathname.slice("/r4/tenant".length);
    state.requests.push(`${request.method} ${path}${search}`);
    const token = request.headers.authorization?.replace(/^Bearer /, "");
    const fault = await state.fault?.(`${path}${search}`, token);
    if (fault) return answer(response, fault);
    if (path === "/.well-known/smart-configuration")
      return answer(response, { body: { token_endpoint: `${ignite.baseUrl}/token` } });
    if (path === "/token") {
      const form = new URLSearchParams(await textOf(request));
      state.tokenRequests.push({ authorization: request.headers.authorization, form });
      tokens += 1;
      const scope = state.scope ?? form.get("scope");
      return answer(response, {
        body: { access_token: `token-${tokens}`, token_type: "Bearer", expires_in: 570, scope },
      });
    }
    const [, resourceType = "", id] = path.split("/");
    if (id !== undefined) {
      const found = records.get(`${resourceType}/${id}`) ?? hidden.get(`${resourceType}/${id}`);
      return answer(response, found ? { body: found } : { status: 404, body: outcome("not-found") });
    }
    answer(response, { body: page(searchParams, resourceType) });
  });

  function page(parameters: URLSearchParams, resourceType: string): fhir4.Bundle {
    const matches = [...records.values()]
      .filter((resource) => resource.resourceType === resourceType && isMatch(resource, parameters))
      .sort((a, b) => Date.parse(b.meta?.lastUpdated ?? "0") - Date.parse(a.meta?.lastUpdated ?? "0"));
    const start = Number(parameters.get("-pageContext") ?? 0);
    const next = new URLSearchParams(parameters);
    next.set("-pageContext", String(start + state.pageSize));
    const link = [
      ...(start + state.pageSize < matches.length
        ? [{ relation: "next", url: `${ignite.baseUrl}/${resourceType}?${next}` }]
        : []),
    ];
    const entry = matches
      .slice(start, start + state.pageSize)
      .map((resource) => ({ resource, search: { mode: isOutcome(resource) ? "outcome" : "match" } as const }));
    return { resourceType: "Bundle", type: "searchset", link, entry };
  }

  function answer(response: ServerResponse, { status = 200, headers = {}, body }: Answer): void {
    const isText = typeof body === "string";
    response.writeHead(status, {
      "content-type": isText ? "text/html" : "application/fhir+json",
      date: new Date(state.clock()).toUTCString(),
      ...headers,
    });
    response.end(body === undefined ? "" : isText ? body : JSON.stringify(body));
  }

  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const close = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  const ignite: TinyIgnite = Object.assign(state, {
    baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}/r4/tenant`,
    put: (resource: Resource) => void records.set(`${resource.resourceType}/${resource.id}`, resource),
    remove: (key: string) => void records.delete(key),
    close,
    [Symbol.asyncDispose]: close,
  });
  return ignite;
}

function isOutcome(resource: Resource): boolean {
  return resource.resourceType === "OperationOutcome";
}

/** Parameters that name a resource that the record refers to. */
const referenceParameters: Readonly<Record<string, string>> = {
  patient: "Patient",
  location: "Location",
  "-location": "Location",
  context: "Encounter",
  "-encounter": "Encounter",
  "-guarantor": "RelatedPerson",
};

function isMatch(resource: Resource, parameters: URLSearchParams): boolean {
  const text = JSON.stringify(resource);
  const ids = parameters.get("_id")?.split(",");
  if (ids && !ids.includes(resource.id ?? "")) return false;
  for (const [name, type] of Object.entries(referenceParameters)) {
    const id = parameters.get(name);
    if (id && !text.includes(`"${type}/${id}"`)) return false;
  }
  const { status, active } = resource as { status?: string; active?: boolean };
  if (parameters.has("-status") && parameters.get("-status") !== status) return false;
  if (parameters.has("active") && parameters.get("active") !== String(active)) return false;
  if (resource.resourceType === "Slot" && !ids && status !== "free") return false;
  const since = parameters.get("_lastUpdated")?.slice(2);
  if (since && Date.parse(resource.meta?.lastUpdated ?? "0") < Date.parse(since)) return false;
  return ["-date-or-req-period", "effective-time", "start"].every((name) =>
    parameters.getAll(name).every((bound) => {
      const at = timeOf(resource);
      return bound.startsWith("ge") ? at >= Date.parse(bound.slice(2)) : at < Date.parse(bound.slice(2));
    }),
  );
}

function timeOf(resource: Resource): number {
  const { start, effectiveDateTime } = resource as { start?: string; effectiveDateTime?: string };
  return Date.parse(start ?? effectiveDateTime ?? "");
}

export function outcome(
  code: fhir4.OperationOutcomeIssue["code"],
  severity: fhir4.OperationOutcomeIssue["severity"] = "error",
): fhir4.OperationOutcome {
  return { resourceType: "OperationOutcome", issue: [{ severity, code }] };
}

async function textOf(request: IncomingMessage): Promise<string> {
  let text = "";
  for await (const chunk of request) text += chunk;
  return text;
}
