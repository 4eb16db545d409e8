import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { createIgnite, type IgniteOptions } from "../../shared/ignite/client.ts";
import { type Answer, outcome, startTinyIgnite, type TinyIgnite } from "./support/tiny-ignite.ts";

let ignite: TinyIgnite;
beforeEach(async () => {
  ignite = await startTinyIgnite();
});
afterEach(() => ignite.close());

const quick = { attempts: 3, firstDelayMs: 1, longestDelayMs: 50 };

function open(options: Partial<IgniteOptions> = {}, signal = AbortSignal.timeout(10_000)) {
  const source = {
    baseUrl: ignite.baseUrl,
    credentials: { method: "client_secret_basic" as const, secret: "general", smartVersion: 2 as const },
    feeds: ["Observation" as const],
  };
  const readSecret = async () => ({ clientId: "client", clientSecret: "secret" });
  return createIgnite(source, { readSecret, retryPolicy: quick, ...options }).session(signal);
}

function observation(id: string, lastUpdated = "2026-11-23T10:00:00.000Z", value = 1): fhir4.Observation {
  return {
    resourceType: "Observation",
    id,
    meta: { lastUpdated },
    status: "final",
    code: {},
    subject: { reference: "Patient/1" },
    valueInteger: value,
  };
}

/** The given answers to FHIR requests, in turn; then what is there. */
function answers(...faults: (Answer | undefined)[]): TinyIgnite["fault"] {
  return (path) => (/^\/(\.well-known|token)/.test(path) ? undefined : faults.shift());
}

const html = "<html>502</html>";
const ofPatient = [["patient", "1"]] as const;

describe("pages", () => {
  test("are followed to the last, each resource is given once, and the server's clock at the first is told", async () => {
    ignite.pageSize = 2;
    const times = [Date.parse("2026-11-23T15:00:00Z"), Date.parse("2026-11-23T16:00:00Z")];
    ignite.clock = () => times[ignite.requests.filter((each) => each.includes("Observation")).length > 1 ? 1 : 0] ?? 0;
    for (const id of ["a", "b", "c", "d", "e"]) ignite.put(observation(id));
    const session = open();
    const result = await session.search("Observation", ofPatient);
    expect(result.resources.map(({ id }) => id).sort()).toEqual(["a", "b", "c", "d", "e"]);
    expect(result).toMatchObject({ pages: 3, serverTime: times[0], unreadable: [] });
    expect(session.requests).toBe(3);
  });

  const bundle = (entry: fhir4.BundleEntry[], next?: string): Answer => ({
    body: { resourceType: "Bundle", type: "searchset", entry, link: next ? [{ relation: "next", url: next }] : [] },
  });

  test("a resource on two pages is kept in its latest version, whatever the form of its times", async () => {
    ignite.fault = answers(
      bundle([{ resource: observation("a", "2026-11-23T10:00:01+00:00", 2) }], `${ignite.baseUrl}/Observation?page=2`),
      bundle([{ resource: observation("a", "2026-11-23T03:59:59-06:00", 1) }]),
    );
    const { resources } = await open().search("Observation", ofPatient);
    expect(resources).toMatchObject([{ valueInteger: 2 }]);
  });

  test("an entry that stands for a record that could not be told is no resource and no deletion", async () => {
    ignite.fault = answers(
      bundle([
        { resource: observation("a"), search: { mode: "match" } },
        { resource: outcome("suppressed", "warning"), search: { mode: "outcome" } },
        { search: { mode: "match" } },
      ]),
    );
    const result = await open().search("Observation", ofPatient);
    expect(result.resources.map(({ id }) => id)).toEqual(["a"]);
    expect(result.unreadable).toEqual([
      { severity: "warning", reason: "suppressed" },
      { severity: "error", reason: "no-resource" },
    ]);
  });

  test.each([
    ["leads out of the tenant", "https://elsewhere.example.org/r4/tenant/Observation?page=2"],
    ["leads to another tenant", "/../other/Observation?page=2"],
  ])("a next link that %s is refused: the token would go along", async (_, url) => {
    ignite.fault = answers(bundle([], url));
    await expect(open().search("Observation", ofPatient)).rejects.toMatchObject({ code: "ERR_IGNITE_DATA" });
  });

  test("a next link that comes back to a page is refused", async () => {
    const same = `${ignite.baseUrl}/Observation?page=2`;
    ignite.fault = answers(bundle([], same), bundle([], same));
    await expect(open().search("Observation", ofPatient)).rejects.toMatchObject({
      details: { problem: "a next link leads back to an earlier page" },
    });
  });

  test("more pages than are followed are an error that says so", async () => {
    ignite.pageSize = 1;
    for (const id of ["a", "b", "c"]) ignite.put(observation(id));
    await expect(open({ pageLimit: 2 }).search("Observation", ofPatient)).rejects.toMatchObject({
      code: "ERR_IGNITE_DATA",
      details: { what: "Observation", problem: "more than 2 pages" },
    });
  });
});

test("decimals keep their digits", async () => {
  ignite.fault = answers({
    headers: { "content-type": "application/fhir+json" },
    body: '{"resourceType":"Bundle","entry":[{"resource":{"resourceType":"Observation","id":"a","valueQuantity":{"value":1.50}}}]}',
  });
  const { resources } = await open().search("Observation", ofPatient);
  expect(JSON.stringify(resources[0])).toContain('"value":1.50');
});

describe("a read", () => {
  test("gives the resource, also one that no search shows", async () => {
    ignite.hidden.set("Patient/1", { resourceType: "Patient", id: "1", active: false });
    expect(await open().read("Patient", "1")).toMatchObject({ id: "1", active: false });
  });

  test("gives nothing where there is nothing", async () => {
    expect(await open().read("Patient", "404")).toBeUndefined();
  });
});

describe("faults on the way", () => {
  test("a token that dies in the middle of a crawl is replaced, and the crawl goes on", async () => {
    ignite.pageSize = 1;
    for (const id of ["a", "b", "c"]) ignite.put(observation(id));
    ignite.fault = (path, token) =>
      path.includes("-pageContext=1") && token === "token-1" ? { status: 401, body: outcome("login") } : undefined;
    const { resources } = await open().search("Observation", ofPatient);
    expect(resources).toHaveLength(3);
    expect(ignite.tokenRequests).toHaveLength(2);
  });

  test("a second refusal in a row is believed", async () => {
    ignite.fault = answers({ status: 401, body: outcome("login") }, { status: 401, body: outcome("login") });
    await expect(open().search("Observation", ofPatient)).rejects.toMatchObject({ code: "ERR_IGNITE_UNAUTHORIZED" });
    expect(ignite.tokenRequests).toHaveLength(2);
  });

  test.each([
    ["an HTML page of the content network", { status: 502, body: html }],
    ["an HTML page with status 200", { status: 200, body: html }],
    ["too many requests", { status: 429, headers: { "retry-after": "0" } }],
  ])("%s is tried again, and every request counts", async (_, fault) => {
    ignite.put(observation("a"));
    ignite.fault = answers(fault, fault);
    const session = open();
    expect((await session.search("Observation", ofPatient)).resources).toHaveLength(1);
    expect(session.requests).toBe(3);
  });

  test("a server that stays away is told after the attempts", async () => {
    const fault = { status: 503, body: html };
    ignite.fault = answers(fault, fault, fault, fault);
    const session = open();
    await expect(session.search("Observation", ofPatient)).rejects.toMatchObject({ code: "ERR_IGNITE_UNAVAILABLE" });
    expect(session.requests).toBe(3);
  });

  test("a long wait that the server asks for is left to the next poll", async () => {
    ignite.fault = answers({ status: 429, headers: { "retry-after": "600" } });
    const session = open();
    await expect(session.search("Observation", ofPatient)).rejects.toMatchObject({
      code: "ERR_IGNITE_THROTTLED",
      details: { retryAfterMs: 600_000 },
    });
    expect(session.requests).toBe(1);
  });

  test("a request that the server refuses is not repeated", async () => {
    ignite.fault = answers({ status: 400, body: outcome("invalid") });
    const session = open();
    await expect(session.search("Observation", ofPatient)).rejects.toMatchObject({
      code: "ERR_IGNITE_REFUSED",
      details: { what: "Observation", status: 400, issue: "invalid" },
    });
    expect(session.requests).toBe(1);
  });

  test("an answer that is no Bundle is told", async () => {
    ignite.fault = answers({ body: { resourceType: "Patient" } });
    await expect(open().search("Observation", ofPatient)).rejects.toMatchObject({ code: "ERR_IGNITE_DATA" });
  });

  test("a redirect is not followed", async () => {
    ignite.fault = answers({ status: 307, headers: { location: "https://elsewhere.example.org/" } });
    await expect(open().search("Observation", ofPatient)).rejects.toMatchObject({ details: { status: 307 } });
  });

  test("the caller's signal ends it", async () => {
    const session = open({}, AbortSignal.abort());
    await expect(session.search("Observation", ofPatient)).rejects.toMatchObject({ code: "ERR_IGNITE_UNAVAILABLE" });
    expect(ignite.requests).toEqual([]);
  });
});

test("as many requests are under way at a time as the limit allows, and no more", async () => {
  ignite.put(observation("a"));
  let running = 0;
  let most = 0;
  ignite.fault = async (path) => {
    if (!path.startsWith("/Observation")) return undefined;
    running += 1;
    most = Math.max(most, running);
    await sleep(5);
    running -= 1;
    return undefined;
  };
  const session = open({ concurrency: 2 });
  await Promise.all(Array.from({ length: 8 }, () => session.search("Observation", ofPatient)));
  expect(most).toBe(2);
});
