import { existsSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import type { BridgeError } from "../../shared/errors.ts";
import { errorOfAnswer, errorOfSilence, unreadableAnswer } from "../../shared/ignite/errors.ts";

const exchange = { what: "Observation", where: "https://fhir.example.org/r4/tenant" };

function errorOf(status: number, body: unknown, headers: Record<string, string> = {}): BridgeError {
  return errorOfAnswer(
    exchange,
    new Response(null, { status, headers }),
    typeof body === "string" ? body : JSON.stringify(body),
  );
}

const outcome = (issue: object) => ({ resourceType: "OperationOutcome", issue: [issue] });
const html = "<!DOCTYPE HTML><HTML><HEAD><TITLE>ERROR: The request could not be satisfied</TITLE></HEAD></HTML>";
const gatewayMessage =
  'code="urn:cerner:error:oauth2:resource-access:insufficient-scopes", error="insufficient_scope", subcode="no_scope_for_resource_path"';
const tokenError = (urn: string) =>
  `https://authorization.example.org/errors/${encodeURIComponent(urn)}/instances/826bf054-f12e-48d9-9e74-1b8db5ffaa44?client=unknown`;

describe.each([
  { name: "a token that died", status: 401, body: outcome({ severity: "error", code: "login" }), code: "UNAUTHORIZED" },
  { name: "a 401 of the gateway", status: 401, body: { code: 401, message: "token-required" }, code: "UNAUTHORIZED" },
  { name: "a scope that is missing", status: 403, body: { code: 403, message: gatewayMessage }, code: "SCOPE" },
  { name: "a tenant that is not open", status: 403, body: "Tenant not valid or accessible", code: "REFUSED" },
  {
    name: "a parameter that is missing",
    status: 400,
    body: outcome({ severity: "error", code: "invalid" }),
    code: "REFUSED",
  },
  {
    name: "a search with too many matches",
    status: 422,
    body: outcome({ severity: "error", code: "too-costly" }),
    code: "REFUSED",
  },
  { name: "a media type that is not served", status: 406, body: "", code: "REFUSED" },
  {
    name: "too many requests",
    status: 429,
    body: outcome({ severity: "error", code: "throttled" }),
    code: "THROTTLED",
  },
  { name: "a defect of a record", status: 500, body: outcome({ severity: "fatal", code: "required" }), code: "DATA" },
  {
    name: "a failure of the server",
    status: 500,
    body: outcome({ severity: "fatal", code: "exception" }),
    code: "UNAVAILABLE",
  },
  { name: "a gateway that gave up", status: 502, body: html, code: "UNAVAILABLE" },
  { name: "a gateway that waited too long", status: 504, body: html, code: "UNAVAILABLE" },
  {
    name: "a wrong secret",
    status: 401,
    body: { error: "invalid_client", error_uri: tokenError("urn:cerner:error:x") },
    code: "UNAUTHORIZED",
  },
  { name: "scopes of the other SMART version", status: 400, body: { error: "invalid_scope" }, code: "SCOPE" },
])("$name", ({ status, body, code }) => {
  test(`is ERR_IGNITE_${code}`, () => {
    expect(errorOf(status, body)).toMatchObject({ code: `ERR_IGNITE_${code}`, details: { ...exchange, status } });
  });
});

test("the URN and the correlation id of the authorization server are told, decoded", () => {
  const urn = "urn:cerner:error:authorization-server:oauth2:token:empty-scopes";
  expect(errorOf(400, { error: "invalid_scope", error_uri: tokenError(urn) }).details).toMatchObject({
    error: "invalid_scope",
    urn,
    correlationId: "826bf054-f12e-48d9-9e74-1b8db5ffaa44",
  });
});

test("the gateway's subcode is told", () => {
  expect(errorOf(403, { code: 403, message: gatewayMessage }).details).toMatchObject({
    error: "insufficient_scope",
    subcode: "no_scope_for_resource_path",
    urn: "urn:cerner:error:oauth2:resource-access:insufficient-scopes",
  });
});

test("the ids that Oracle asks for in a support case are told", () => {
  const headers = { "x-request-id": "req-1", "opc-request-id": "opc-2", "cerner-correlation-id": "corr-3" };
  expect(errorOf(502, html, headers).details).toMatchObject({
    requestId: "req-1",
    opcRequestId: "opc-2",
    correlationId: "corr-3",
  });
});

test("Retry-After is read as seconds and as a date", () => {
  expect(errorOf(429, "", { "retry-after": "7" }).details).toMatchObject({ retryAfterMs: 7_000 });
  const inAnHour = new Date(Date.now() + 3_600_000).toUTCString();
  const { retryAfterMs } = errorOf(429, "", { "retry-after": inAnHour }).details;
  expect(retryAfterMs).toBeGreaterThan(3_500_000);
});

test("nothing that may speak of a patient gets into the details", () => {
  const issue = { severity: "error", code: "invalid", details: { text: "no match for PETERS" }, diagnostics: "PETERS" };
  const error = errorOf(400, outcome({ ...issue, expression: ["Patient.where(name = 'PETERS')"] }));
  expect(JSON.stringify({ ...error, message: error.message })).not.toContain("PETERS");
  expect(errorOf(400, '{"resourceType":"OperationOutcome", broken PETERS').details).not.toHaveProperty("issue");
});

test.each([
  [
    Object.assign(new TypeError("fetch failed"), { cause: Object.assign(new Error(), { code: "ECONNREFUSED" }) }),
    "ECONNREFUSED",
  ],
  [new DOMException("The operation timed out", "TimeoutError"), "timeout"],
  [new DOMException("This operation was aborted", "AbortError"), "aborted"],
  ["no error at all", "unknown"],
])("silence is told by its reason: %s", (cause, problem) => {
  expect(errorOfSilence(exchange, cause)).toMatchObject({
    code: "ERR_IGNITE_UNAVAILABLE",
    details: { ...exchange, problem },
  });
});

test("an HTML page with status 200 is a fault of the way, and JSON that is no Bundle one of the data", () => {
  const answer = (type: string) => new Response("", { headers: { "content-type": type } });
  expect(unreadableAnswer(exchange, answer("text/html"), "not JSON").code).toBe("ERR_IGNITE_UNAVAILABLE");
  expect(unreadableAnswer(exchange, answer("application/fhir+json"), "not JSON").code).toBe("ERR_IGNITE_DATA");
});

const corpus = new URL("../../../shared/corpus/ignite-wire/", import.meta.url);
describe.runIf(existsSync(corpus))("answers of the real sandbox", () => {
  test.each([
    ["operation-outcome/401-invalid-token.json", 401, "ERR_IGNITE_UNAUTHORIZED"],
    ["operation-outcome/429-throttled-bulk-kickoff.json", 429, "ERR_IGNITE_THROTTLED"],
    ["operation-outcome/error-search-with-unsupported-param.json", 400, "ERR_IGNITE_REFUSED"],
    ["gateway-error/403-insufficient-scope.json", 403, "ERR_IGNITE_SCOPE"],
    ["token/error-invalid-client-bad-authorization-header.json", 401, "ERR_IGNITE_UNAUTHORIZED"],
    ["token/error-invalid-scope-empty-scopes.json", 400, "ERR_IGNITE_SCOPE"],
  ])("%s", (file, status, code) => {
    expect(errorOf(status, readFileSync(new URL(file, corpus), "utf8")).code).toBe(code);
  });
});
if (!existsSync(corpus)) console.log("Skipped: the corpus of real Ignite answers is not beside this checkout");
