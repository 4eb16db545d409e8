import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import type { Clock } from "./clock.ts";
import type { Hospital } from "./hospital.ts";
import { type Range, seededRandom } from "./random.ts";
import {
  type Answer,
  gatewayPage,
  insufficientScope,
  invalid,
  invalidToken,
  jsonAnswer,
  methodNotAllowed,
  notFound,
  serverError,
  throttled,
  tokenRequired,
  wrongTenant,
} from "./server/answers.ts";
import { type Addresses, advertised, smartConfiguration } from "./server/capability.ts";
import { createFaults, type FaultName, type FaultSetting, type Faults } from "./server/faults.ts";
import { createFhirService } from "./server/fhir.ts";
import { allows, createAuthorization, type SandboxClient } from "./server/token.ts";

export type { FaultName, FaultRates, FaultSetting, Faults } from "./server/faults.ts";
export { type SandboxClient, systemScopes, tokenLifetimeSeconds } from "./server/token.ts";

export interface SandboxOptions {
  hospital: Hospital;
  /** Before each answer the hospital is brought up to this clock; tokens and pages age by it. */
  clock: Clock;
  clients: readonly SandboxClient[];
  /** 0, the default, takes a free one. */
  port?: number;
  faults?: FaultSetting;
  seed?: string | number;
  /** How late a slow answer is, in real milliseconds. */
  slowMs?: Range;
}

export interface Sandbox {
  /** FHIR service root, up to and with the tenant. */
  readonly baseUrl: string;
  readonly tokenUrl: string;
  readonly faults: Faults;
  readonly counters: Counters;
  close(): Promise<void>;
}

export interface Counters {
  /** FHIR requests by resource type (`metadata` and the like by their own name). */
  requests: Record<string, number>;
  /** Answers by HTTP status, those of the authorization server too. */
  statuses: Record<string, number>;
  tokens: number;
  /** Pages after the first. */
  followingPages: number;
}

const everyRequest: readonly FaultName[] = [
  "reset",
  "bad-gateway",
  "gateway-timeout",
  "throttled",
  "throttled-retry-after",
  "server-error",
  "forbidden",
  "slow",
];

/** Starts the hospital's FHIR and authorization server on the loopback interface. */
export async function startSandbox(options: SandboxOptions): Promise<Sandbox> {
  const { hospital, clock, clients, port = 0, seed = 1, slowMs = [200, 1500] } = options;
  const { tenant } = hospital;
  const random = seededRandom(`${seed}/server`);
  const faults = createFaults(options.faults ?? "none", String(seed));
  const counters: Omit<Counters, "followingPages"> = { requests: {}, statuses: {}, tokens: 0 };
  const addresses: Addresses = { baseUrl: "", authorizationUrl: "", tokenUrl: "", jwksUrl: "" };
  const authorization = await createAuthorization({
    clients,
    tenant,
    clock,
    random,
    tokenUrl: () => addresses.tokenUrl,
  });

  const server = createServer((request, response) => {
    answer(request).then(
      (result) => send(request, response, result),
      (error: unknown) => {
        // A fault of the sandbox itself: the client sees a cut line, the operator the reason.
        console.error(error);
        response.destroy();
      },
    );
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", resolve);
  });
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  const origin = `http://${host}`;
  const basePath = `/r4/${tenant}`;
  addresses.baseUrl = origin + basePath;
  addresses.authorizationUrl = `${origin}/tenants/${tenant}`;
  addresses.tokenUrl = `${addresses.authorizationUrl}/hosts/${host}/protocols/oauth2/profiles/smart-v1/token`;
  addresses.jwksUrl = `${origin}/jwk`;
  const fhir = createFhirService({ hospital, clock, baseUrl: addresses.baseUrl, random, faults, addresses });

  async function answer(request: IncomingMessage): Promise<Answer | "reset"> {
    const url = urlOf(request.url ?? "/", origin);
    if (!url) return invalid("the URL cannot be read");
    if (url.pathname === "/jwk") return jsonAnswer(authorization.keys());
    const [, tokenTenant] =
      /^\/tenants\/([^/]+)\/(?:hosts\/[^/]+\/)?protocols\/oauth2\/profiles\/smart-v1\/token$/.exec(url.pathname) ?? [];
    if (tokenTenant) return answerToken(request, tokenTenant);
    const [, service, pathTenant, ...path] = url.pathname.split("/");
    if (service !== "r4" || pathTenant === undefined) return notFound();
    if (pathTenant !== tenant) return wrongTenant();
    return answerFhir(request, url, path);
  }

  async function answerToken(request: IncomingMessage, tokenTenant: string): Promise<Answer> {
    if (request.method !== "POST") return methodNotAllowed();
    const body = await bodyOf(request);
    if (body === undefined) return { status: 413 };
    if (faults.draw(["token-unavailable"])) return gatewayPage(502);
    const result = await authorization.token({
      tenant: tokenTenant,
      authorization: request.headers.authorization,
      contentType: request.headers["content-type"],
      body,
      correlationId: header(request, "cerner-correlation-id"),
    });
    if (result.status === 200) counters.tokens += 1;
    return result;
  }

  async function answerFhir(request: IncomingMessage, url: URL, path: string[]): Promise<Answer | "reset"> {
    const [type = "", id, ...more] = path;
    count(counters.requests, type);
    if (request.method !== "GET") return methodNotAllowed();
    const accept = header(request, "accept");
    if (type === "metadata") return fhir.get(url.href, accept === undefined ? {} : { accept });
    if (path.join("/") === ".well-known/smart-configuration") return jsonAnswer(smartConfiguration(addresses));

    const isLaterPage = url.searchParams.has("-pageContext");
    const fault = faults.draw(isLaterPage ? ["unauthorized", ...everyRequest] : everyRequest);
    if (fault === "slow") await sleep(random.between(slowMs));
    const broken = fault && faultAnswers[fault]?.();
    if (broken) return broken;

    const token = /^Bearer (\S+)$/.exec(request.headers.authorization ?? "")?.[1];
    if (token === undefined) return tokenRequired(host);
    if (fault === "unauthorized") authorization.revoke(token);
    const grant = authorization.grantOf(token);
    if (!grant) return invalidToken(host);
    if (!advertised.has(type) || more.length > 0) return notFound();
    if (!allows(grant, type, id === undefined ? "s" : "r")) return insufficientScope();
    // A Binary is read by the right to what it belongs to.
    if (type === "Binary" && !binaryOwners.some((owner) => allows(grant, owner, "r"))) return insufficientScope();
    if (url.searchParams.has("_revinclude") && !allows(grant, "Provenance", "s")) return insufficientScope();
    return fhir.get(origin + (request.url ?? ""), accept === undefined ? {} : { accept });
  }

  function send(request: IncomingMessage, response: ServerResponse, result: Answer | "reset"): void {
    if (result === "reset") {
      count(counters.statuses, "reset");
      request.socket.resetAndDestroy();
      return;
    }
    count(counters.statuses, String(result.status));
    const requestId = random.uuid().replaceAll("-", "");
    const body = Buffer.from(result.body ?? "");
    response.writeHead(result.status, {
      "Content-Length": body.length,
      Date: clock.now().toUTCString(),
      "X-Request-Id": requestId,
      "opc-request-id": `/${requestId.slice(0, 16).toUpperCase()}/${requestId.slice(16).toUpperCase()}`,
      ...result.headers,
    });
    response.end(body);
  }

  return {
    baseUrl: addresses.baseUrl,
    tokenUrl: addresses.tokenUrl,
    faults,
    get counters() {
      return { ...counters, followingPages: fhir.followingPages() };
    },
    async close() {
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

const faultAnswers: Partial<Record<FaultName, () => Answer | "reset">> = {
  reset: () => "reset",
  forbidden: insufficientScope,
  throttled: () => throttled(),
  "throttled-retry-after": () => throttled(1),
  "bad-gateway": () => gatewayPage(502),
  "gateway-timeout": () => gatewayPage(504),
  "server-error": serverError,
};

function count(counts: Record<string, number>, name: string): void {
  counts[name] = (counts[name] ?? 0) + 1;
}

function header(request: IncomingMessage, name: string): string | undefined {
  const value = request.headers[name];
  return Array.isArray(value) ? value[0] : value;
}

/** The request's URL; nothing where it cannot be read. */
function urlOf(target: string, origin: string): URL | undefined {
  if (!URL.canParse(target, origin)) return undefined;
  const url = new URL(target, origin);
  return /%(?![0-9a-f]{2})/i.test(url.pathname) ? undefined : url;
}

const binaryOwners = ["Communication", "DiagnosticReport", "DocumentReference"];

const bodyLimitBytes = 65_536;

/** The body as text; nothing if it is larger than any token request. */
async function bodyOf(request: IncomingMessage): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes <= bodyLimitBytes) chunks.push(chunk);
  }
  return bytes > bodyLimitBytes ? undefined : Buffer.concat(chunks).toString("utf8");
}
