import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { askToken, type Running, secretClient, start } from "./start.ts";

/** Real answers of Ignite, where they are at hand. */
const corpus = join(import.meta.dirname, "../../../shared/corpus/ignite-wire");
const isHere = existsSync(corpus);
if (!isHere)
  console.warn(`Skipped: the sandbox is not held against real answers, there are none at ../shared/corpus/ignite-wire`);

const wire = (path: string): Record<string, unknown> => JSON.parse(readFileSync(join(corpus, path), "utf8"));

function resourcesIn(path: string): Record<string, unknown>[] {
  const answer = wire(path) as { entry?: { resource: Record<string, unknown> }[] };
  return answer.entry ? answer.entry.map((entry) => entry.resource) : [answer];
}

/** Every path in the values, with the JSON type found there. */
function shapeOf(values: readonly unknown[], shape = new Map<string, string>(), path = ""): Map<string, string> {
  for (const value of values) {
    const type = Array.isArray(value) ? "array" : value === null ? "null" : typeof value;
    shape.set(path, type);
    if (Array.isArray(value)) shapeOf(value, shape, `${path}[]`);
    else if (typeof value === "object" && value !== null)
      for (const [name, inner] of Object.entries(value)) shapeOf([inner], shape, path ? `${path}.${name}` : name);
  }
  return shape;
}

let running: Running;
beforeAll(async () => {
  running = await start({ hours: 2, hospital: { people: 60 } });
});
afterAll(() => running.sandbox.close());

const ours = (type: string): Record<string, unknown>[] =>
  running.hospital.store.ofType(type).flatMap((entry) => {
    const version = entry.versions.at(-1);
    if (!version || version.suppressed) return [];
    const resource = JSON.parse(running.hospital.store.textOf(version));
    return resource.active === false ? [] : [resource];
  });

describe.skipIf(!isHere)("resources have the shape of real ones", () => {
  /** Elements that the captures happen not to have, and that the documentation lists. */
  const documented: Record<string, string[]> = {
    Patient: [],
    Encounter: ["appointment", "serviceType", "priority", "period", "reasonCode", "hospitalization", "contained"],
    DiagnosticReport: [],
    Observation: ["interpretation"],
  };

  test.each([
    ["Patient", ["patient/patient-12724066.json"]],
    ["Encounter", ["encounter/encounter-12724066.json"]],
    ["DiagnosticReport", ["diagnostic-report/diagnosticreport-lab-12724066.json"]],
    ["Observation", ["observation/observation-lab-12724066.json", "observation/observation-vital-signs-12724066.json"]],
  ])("%s", (type, files) => {
    const real = files.flatMap(resourcesIn);
    const made = ours(type);
    const realShape = shapeOf(real);
    const differing = [...shapeOf(made)].filter(([path, kind]) => realShape.has(path) && realShape.get(path) !== kind);
    expect(differing).toEqual([]);
    const realNames = new Set(real.flatMap(Object.keys));
    const unknown = [...new Set(made.flatMap(Object.keys))].filter((name) => !realNames.has(name));
    expect(unknown.filter((name) => !documented[type]?.includes(name))).toEqual([]);
    const madeNames = new Set(made.flatMap(Object.keys));
    const missing = [...realNames].filter((name) => !madeNames.has(name));
    expect(
      missing.filter(
        (name) =>
          !["valueString", "presentedForm", "effectivePeriod", "resultsInterpreter", "extension"].includes(name),
      ),
    ).toEqual([]);
  });

  test("the elements stand in the same order", () => {
    for (const [type, file] of [
      ["Patient", "patient/patient-12724066.json"],
      ["Encounter", "encounter/encounter-12724066.json"],
    ] as const) {
      const real = Object.keys(resourcesIn(file)[0] ?? {});
      for (const made of ours(type)) {
        const shared = Object.keys(made).filter((name) => real.includes(name));
        expect(shared).toEqual(real.filter((name) => shared.includes(name)));
      }
    }
  });

  test.each([
    ["Encounter", "encounter/encounter-12724066.json"],
    ["Observation", "observation/observation-lab-12724066.json"],
  ])("a page of %ss is built like a real one", async (type, file) => {
    const real = wire(file) as unknown as fhir4.Bundle;
    const patient = running.hospital
      .patientIds()
      .find((id) => [...running.hospital.store.referring(type, `Patient/${id}`)].length > 4);
    const made = (await running.get(`${type}?patient=${patient}&_count=4`)).bundle();
    expect(Object.keys(made)).toEqual(Object.keys(real));
    expect(Object.keys(made.entry?.[0] ?? {})).toEqual(Object.keys(real.entry?.[0] ?? {}));
    expect(made.link?.map((link) => link.relation)).toEqual(real.link?.map((link) => link.relation));
    const parametersOf = (bundle: fhir4.Bundle) =>
      [...new URL(bundle.link?.[1]?.url ?? "").searchParams.keys()].filter((name) => name.startsWith("-"));
    expect(parametersOf(made)).toEqual(parametersOf(real));
  });
});

describe.skipIf(!isHere)("what is advertised is what Ignite advertises", () => {
  test("CapabilityStatement: the same 44 types, interactions, search parameters with their types, and reverse includes", async () => {
    const made = (await running.get("metadata", { token: null })).json() as fhir4.CapabilityStatement;
    const real = wire("capability-statement/secure-2026-08-14.json") as unknown as fhir4.CapabilityStatement;
    const facts = (statement: fhir4.CapabilityStatement) =>
      (statement.rest?.[0]?.resource ?? [])
        .map((resource) => ({
          type: resource.type,
          interactions: (resource.interaction ?? []).map((each) => each.code),
          parameters: (resource.searchParam ?? []).map(({ name, type }) => `${name} ${type}`),
          reverseIncludes: resource.searchRevInclude,
        }))
        .toSorted((a, b) => a.type.localeCompare(b.type));
    expect(facts(made)).toHaveLength(44);
    expect(facts(made)).toEqual(facts(real));
    expect(made.rest?.[0]?.interaction?.map((each) => each.code)).toEqual(["batch"]);
    expect(made.rest?.[0]?.security?.extension?.[0]?.url).toBe(real.rest?.[0]?.security?.extension?.[0]?.url);
  });

  test("smart-configuration: the same methods, algorithms and system scopes, and no members of its own", async () => {
    const made = (await running.get(".well-known/smart-configuration", { token: null })).json() as Record<
      string,
      unknown
    >;
    const real = wire("smart-configuration/provider-and-system-2026-08-14.json");
    for (const name of Object.keys(made)) expect(Object.keys(real)).toContain(name);
    for (const name of [
      "token_endpoint_auth_methods_supported",
      "token_endpoint_auth_signing_alg_values_supported",
      "grant_types_supported",
    ])
      expect(made[name]).toEqual(real[name]);
    const readScopes = (configuration: Record<string, unknown>) =>
      (configuration["scopes_supported"] as string[])
        .filter((scope) => /^system\/.*\.(read|[cruds]*r[cruds]*)$/.test(scope))
        .sort();
    expect(readScopes(made)).toEqual(readScopes(real));
    expect(made["token_endpoint"]).toBe(running.sandbox.tokenUrl);
  });

  test("the key set has the shape of the real one", async () => {
    const made = (await running.get(running.sandbox.baseUrl.replace(/\/r4.*/, "/jwk"))).json();
    expect(shapeOf([made]).get("keys")).toBe("array");
    const real = shapeOf([wire("jwks/authorization-server-jwk-2026-08-14.json")]);
    expect(real.get("keys")).toBe("array");
  });
});

describe.skipIf(!isHere)("errors are worded as real ones", () => {
  test("401, 403, 404, 429", async () => {
    const generic = (value: unknown) => JSON.parse(JSON.stringify(value).replace(/realm=\\"[^"]*\\"/, 'realm=\\"\\"'));
    const dead = (await running.get("Patient?_id=1", { token: "dead" })).json();
    expect(generic(dead)).toEqual(generic(wire("operation-outcome/401-invalid-token.json")));
    expect((await running.get("Goal?patient=1")).json()).toEqual(wire("gateway-error/403-insufficient-scope.json"));
    expect((await running.get("Patient/000")).json()).toEqual(
      wire("operation-outcome/error-404-on-nonexistent-patient-id.json"),
    );
    expect((await running.get("Task?patient=1")).json()).toEqual(
      wire("operation-outcome/error-request-unsupported-resource-type.json"),
    );
    running.sandbox.faults.once("throttled");
    expect((await running.get("Organization")).json()).toEqual(
      wire("operation-outcome/429-throttled-bulk-kickoff.json"),
    );
  });

  test("400: the same outcome, but for the wording of the list", async () => {
    const made = (await running.get("Patient")).json();
    const real = wire("operation-outcome/error-search-with-unsupported-param.json");
    expect(shapeOf([made])).toEqual(shapeOf([real]));
    const textOf = (outcome: unknown) => (outcome as fhir4.OperationOutcome).issue[0]?.details?.text ?? "";
    expect(textOf(made)).toBe(textOf(real));
  });

  test("token errors", async () => {
    const badHeader = await askToken(running.sandbox, { grant_type: "client_credentials", scope: "system/Patient.rs" });
    const noScopes = await askToken(
      running.sandbox,
      { grant_type: "client_credentials", scope: "system/Patient.read" },
      { authorization: `Basic ${btoa(`${secretClient.clientId}:${secretClient.clientSecret}`)}` },
    );
    for (const [made, file] of [
      [badHeader.body, "token/error-invalid-client-bad-authorization-header.json"],
      [noScopes.body, "token/error-invalid-scope-empty-scopes.json"],
    ] as const) {
      const real = wire(file);
      expect(Object.keys(made)).toEqual(Object.keys(real));
      expect(made["error"]).toBe(real["error"]);
      const urnOf = (body: Record<string, unknown>) =>
        String(body["error_uri"]).split("/errors/")[1]?.split("/instances/")[0];
      expect(urnOf(made)).toBe(urnOf(real));
    }
  });
});
