import { type ManualClock, manualClock } from "../../sandbox/clock.ts";
import { createHospital, type Hospital, type HospitalOptions } from "../../sandbox/hospital.ts";
import { type Sandbox, type SandboxOptions, startSandbox } from "../../sandbox/server.ts";

export const startAt = new Date("2026-11-23T15:00:00Z");
export const hourMs = 3_600_000;

export const secretClient = { clientId: "system-app", clientSecret: "s3cret:with colon", smartVersion: 2 } as const;

export interface Running {
  hospital: Hospital;
  clock: ManualClock;
  sandbox: Sandbox;
  token: string;
  /** GET below the FHIR base, or of an absolute URL. */
  get(path: string, options?: { token?: string | null; accept?: string }): Promise<Reply>;
}

export interface Reply {
  status: number;
  headers: Headers;
  text: string;
  json(): unknown;
  bundle(): fhir4.Bundle;
}

/** A sandbox on a clock that stands still, after so many hours, and a token for it. */
export async function start(
  options: { hours?: number; hospital?: Partial<HospitalOptions> } & Partial<Omit<SandboxOptions, "hospital">> = {},
): Promise<Running> {
  const { hours = 3, hospital: hospitalOptions, ...sandboxOptions } = options;
  const hospital = createHospital({
    seed: 7,
    startAt,
    timeZone: "America/Chicago",
    people: 80,
    tenant: "sim-tenant",
    ...hospitalOptions,
  });
  const clock = manualClock(startAt);
  clock.advance(hours * hourMs);
  hospital.advanceTo(clock.now());
  const sandbox = await startSandbox({ hospital, clock, clients: [secretClient], ...sandboxOptions });
  const scopes = (types: string) => types.split(" ").map((type) => `system/${type}.rs`);
  const token = await tokenFor(
    sandbox,
    scopes(
      "Patient Encounter Appointment ServiceRequest DiagnosticReport Observation Location Practitioner Organization Immunization MedicationRequest Provenance Condition",
    ),
  );
  return {
    hospital,
    clock,
    sandbox,
    token,
    async get(path, { token: bearer = token, accept = "application/fhir+json" } = {}) {
      const url = path.startsWith("http") ? path : `${sandbox.baseUrl}/${path}`;
      const response = await fetch(url, {
        headers: { accept, ...(bearer === null ? {} : { authorization: `Bearer ${bearer}` }) },
      });
      const text = await response.text();
      return {
        status: response.status,
        headers: response.headers,
        text,
        json: () => JSON.parse(text),
        bundle: () => JSON.parse(text),
      };
    },
  };
}

export async function askToken(
  { tokenUrl }: { tokenUrl: string },
  form: Record<string, string>,
  headers: Record<string, string> = {},
): Promise<{ status: number; headers: Headers; body: Record<string, unknown> }> {
  const response = await fetch(tokenUrl, {
    method: "POST",
    headers: { "content-type": "application/x-www-form-urlencoded", ...headers },
    body: new URLSearchParams(form).toString(),
  });
  return {
    status: response.status,
    headers: response.headers,
    body: (await response.json()) as Record<string, unknown>,
  };
}

export const basic = (clientId: string, secret: string) => ({
  authorization: `Basic ${Buffer.from(`${clientId}:${secret}`).toString("base64")}`,
});

export async function tokenFor(sandbox: Sandbox, scopes: readonly string[]): Promise<string> {
  const { body } = await askToken(
    sandbox,
    { grant_type: "client_credentials", scope: scopes.join(" ") },
    basic(secretClient.clientId, secretClient.clientSecret),
  );
  return String(body["access_token"]);
}

/** The next link of a page. */
export const nextOf = (bundle: fhir4.Bundle) => bundle.link?.find((link) => link.relation === "next")?.url;

/** All pages of a search, from the first on. */
export async function crawl({ get }: Pick<Running, "get">, path: string): Promise<fhir4.Bundle[]> {
  const pages: fhir4.Bundle[] = [];
  for (let url: string | undefined = path; url; url = pages.at(-1) && nextOf(pages.at(-1) as fhir4.Bundle))
    pages.push((await get(url)).bundle());
  return pages;
}

export const matchesOf = (bundle: fhir4.Bundle) =>
  (bundle.entry ?? []).filter((entry) => entry.search?.mode === "match").flatMap((entry) => entry.resource ?? []);
