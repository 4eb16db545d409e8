/** What goes back to the client. */
export interface Answer {
  status: number;
  headers?: Record<string, string>;
  /** Bytes where it is not FHIR but the content of a Binary. */
  body?: string | Uint8Array;
}

const fhirJson = { "Content-Type": "application/fhir+json" };

export function fhirAnswer(body: string): Answer {
  return { status: 200, headers: fhirJson, body };
}

export function jsonAnswer(body: unknown, status = 200): Answer {
  return { status, headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) };
}

function outcome(status: number, issue: fhir4.OperationOutcomeIssue, headers: Record<string, string> = {}): Answer {
  return {
    status,
    headers: { ...fhirJson, ...headers },
    body: JSON.stringify({ resourceType: "OperationOutcome", issue: [issue] }),
  };
}

export const invalid = (text: string): Answer =>
  outcome(400, { severity: "error", code: "invalid", details: { text } });

export const notFound = (text = "Not Found"): Answer =>
  outcome(404, { severity: "error", code: "not-found", details: { text } });

export const tooMany = (): Answer =>
  outcome(422, { severity: "error", code: "business-rule", details: { text: "too many matching patients" } });

export const notAcceptable = (): Answer => ({ status: 406 });
export const methodNotAllowed = (): Answer => ({ status: 405 });

export const wrongTenant = (): Answer => ({
  status: 403,
  headers: { "Content-Type": "text/plain" },
  body: "Tenant not valid or accessible",
});

export function invalidToken(realm: string): Answer {
  const challenge = `Bearer realm="${realm}", error="invalid_token"`;
  return outcome(
    401,
    { severity: "error", code: "login", diagnostics: challenge, location: ["http.Authorization"] },
    { "WWW-Authenticate": challenge },
  );
}

/** Where there is no token at all, the gateway answers, and not in FHIR. */
export function tokenRequired(realm: string): Answer {
  const message = 'code="urn:cerner:error:oauth2:resource-access:token-required"';
  const answer = jsonAnswer({ code: 401, message }, 401);
  return { ...answer, headers: { ...answer.headers, "WWW-Authenticate": `Bearer realm="${realm}"` } };
}

export function insufficientScope(): Answer {
  const message =
    'code="urn:cerner:error:oauth2:resource-access:insufficient-scopes", error="insufficient_scope", subcode="no_scope_for_resource_path"';
  return jsonAnswer({ code: 403, message }, 403);
}

export function throttled(retryAfterSeconds?: number): Answer {
  return outcome(
    429,
    { severity: "error", code: "throttled", diagnostics: "Too Many Requests" },
    retryAfterSeconds === undefined ? {} : { "Retry-After": String(retryAfterSeconds) },
  );
}

export function serverError(): Answer {
  return outcome(500, { severity: "fatal", code: "required", location: ["Encounter.status"] });
}

/** The page that the content delivery network puts in the way. */
export function gatewayPage(status: 502 | 504): Answer {
  const reason = status === 502 ? "The origin closed the connection." : "The origin did not answer in time.";
  return {
    status,
    headers: { "Content-Type": "text/html", "X-Cache": "Error from cloudfront" },
    body: `<!DOCTYPE HTML><HTML><HEAD><TITLE>ERROR: The request could not be satisfied</TITLE></HEAD><BODY><H1>${status} ERROR</H1><P>${reason}</P></BODY></HTML>`,
  };
}
