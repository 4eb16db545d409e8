import { BridgeError, type ErrorCode, type ErrorDetails } from "../errors.ts";

/** What an error answer of Ignite or of its authorization server is about; never its URL, which names patients. */
export interface FailedExchange {
  /** `Observation`, `token`, `smart-configuration`. */
  readonly what: string;
  /** Service root, to tell tenants apart. */
  readonly where: string;
}

/**
 * The error that stands for an answer other than 2xx. The body may be an OperationOutcome, the JSON of the gateway or of
 * the authorization server, an HTML page of the content network, or nothing: only codes are taken from it.
 */
export function errorOfAnswer(exchange: FailedExchange, response: Response, body: string): BridgeError {
  const facts = factsOf(body);
  const retryAfterMs = retryAfterOf(response.headers.get("retry-after"));
  return new BridgeError(codeOf(response.status, facts), {
    details: {
      ...exchange,
      status: response.status,
      ...(retryAfterMs !== undefined && { retryAfterMs }),
      ...facts,
      ...traceOf(response.headers, facts),
    },
  });
}

/** The error that stands for no answer at all: refused, reset, unresolved, timed out, cut short. */
export function errorOfSilence(exchange: FailedExchange, cause: unknown): BridgeError {
  return new BridgeError("ERR_IGNITE_UNAVAILABLE", { details: { ...exchange, problem: reasonOf(cause) }, cause });
}

/** An answer 2xx whose body is not what was asked for. */
export function unreadableAnswer(exchange: FailedExchange, response: Response, problem: string): BridgeError {
  const isHtml = response.headers.get("content-type")?.includes("html") === true;
  return new BridgeError(isHtml ? "ERR_IGNITE_UNAVAILABLE" : "ERR_IGNITE_DATA", {
    details: { ...exchange, status: response.status, problem, ...traceOf(response.headers, {}) },
  });
}

function codeOf(status: number, facts: ErrorDetails): ErrorCode {
  if (facts["error"] === "invalid_scope") return "ERR_IGNITE_SCOPE";
  if (facts["error"] === "invalid_client" || facts["error"] === "invalid_grant") return "ERR_IGNITE_UNAUTHORIZED";
  if (status === 401) return "ERR_IGNITE_UNAUTHORIZED";
  if (status === 403 && (facts["error"] === "insufficient_scope" || facts["urn"]?.toString().includes("scope")))
    return "ERR_IGNITE_SCOPE";
  if (status === 429 || facts["issue"] === "throttled") return "ERR_IGNITE_THROTTLED";
  // Documented as a defect of the stored record: asking again gives the same.
  if (status === 500 && facts["severity"] === "fatal" && facts["issue"] === "required") return "ERR_IGNITE_DATA";
  if (status >= 500 || status === 408) return "ERR_IGNITE_UNAVAILABLE";
  return "ERR_IGNITE_REFUSED";
}

function factsOf(body: string): Record<string, string> {
  const urn = /urn(?::|%3A)cerner(?:(?::|%3A)[\w.-]+)+/i.exec(body)?.[0];
  return {
    ...(urn && { urn: decodeURIComponent(urn) }),
    ...authorizationFacts(body),
    ...outcomeFacts(body),
  };
}

/** `{error, error_uri}` of the token endpoint, or `error="insufficient_scope", subcode="..."` of the gateway. */
function authorizationFacts(body: string): Record<string, string> {
  const error = /"error"\s*:\s*"([a-z_]+)"|error=\\?"([a-z_]+)/.exec(body);
  const subcode = /subcode=\\?"([a-z_]+)/.exec(body)?.[1];
  const correlationId = /\/instances\/([0-9a-f-]{36})/i.exec(body)?.[1];
  const name = error?.[1] ?? error?.[2];
  return { ...(name && { error: name }), ...(subcode && { subcode }), ...(correlationId && { correlationId }) };
}

function outcomeFacts(body: string): Record<string, string> {
  if (!body.includes('"OperationOutcome"')) return {};
  try {
    const { issue: [first] = [] } = JSON.parse(body) as fhir4.OperationOutcome;
    const path = first?.location?.[0] ?? first?.expression?.[0];
    return {
      ...(isToken(first?.severity) && { severity: first.severity }),
      ...(isToken(first?.code) && { issue: first.code }),
      ...(path !== undefined && /^[\w.[\]()/:]+$/.test(path) && { path }),
    };
  } catch {
    return {};
  }
}

function isToken(code: unknown): code is string {
  return typeof code === "string" && /^[a-z-]+$/.test(code);
}

function traceOf(headers: Headers, facts: ErrorDetails): ErrorDetails {
  const correlationId = facts["correlationId"] ?? headers.get("cerner-correlation-id") ?? undefined;
  const requestId = headers.get("x-request-id") ?? undefined;
  const opcRequestId = headers.get("opc-request-id") ?? undefined;
  return {
    ...(requestId && { requestId }),
    ...(opcRequestId && { opcRequestId }),
    ...(correlationId !== undefined && { correlationId }),
  };
}

/** Seconds or an HTTP date (RFC 9110, 10.2.3). */
function retryAfterOf(header: string | null): number | undefined {
  if (header === null) return undefined;
  if (/^\d+$/.test(header)) return Number(header) * 1_000;
  const at = Date.parse(header);
  return Number.isNaN(at) ? undefined : Math.max(0, at - Date.now());
}

function reasonOf(cause: unknown): string {
  if (!(cause instanceof Error)) return "unknown";
  if (cause.name === "TimeoutError") return "timeout";
  if (cause.name === "AbortError") return "aborted";
  const { code } = cause as { code?: unknown };
  if (typeof code === "string") return code;
  return cause.cause === undefined ? cause.name : reasonOf(cause.cause);
}
