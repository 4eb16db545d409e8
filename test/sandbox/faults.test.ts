import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { crawl, matchesOf, nextOf, type Running, start, tokenFor } from "./start.ts";

const small = { hours: 0, hospital: { people: 20 } };
let running: Running;
let patient: string;
beforeAll(async () => {
  running = await start({ ...small, slowMs: [50, 60] });
  patient = running.hospital.truth().reports.find((report) => report.results.length > 9)?.patient ?? "";
});
beforeEach(() => running.sandbox.faults.set("none"));
afterAll(() => running.sandbox.close());

const search = () => running.get(`Observation?patient=${patient}&_count=4`);

describe("faults on demand", () => {
  test.each([
    ["throttled", 429, /"code":"throttled","diagnostics":"Too Many Requests"/],
    ["throttled-retry-after", 429, /"code":"throttled"/],
    ["bad-gateway", 502, /^<!DOCTYPE HTML>/],
    ["gateway-timeout", 504, /^<!DOCTYPE HTML>/],
    ["server-error", 500, /"severity":"fatal","code":"required"/],
    ["forbidden", 403, /^\{"code":403,"message":/],
  ] as const)("%s is a %i, once", async (fault, status, body) => {
    running.sandbox.faults.once(fault);
    const broken = await search();
    expect(broken.status).toBe(status);
    expect(broken.text).toMatch(body);
    expect(broken.headers.get("retry-after")).toBe(fault === "throttled-retry-after" ? "1" : null);
    expect((await search()).status).toBe(200);
  });

  test("a gateway's page says that it is HTML", async () => {
    running.sandbox.faults.once("bad-gateway");
    expect((await search()).headers.get("content-type")).toBe("text/html");
  });

  test("a cut connection is no answer at all", async () => {
    running.sandbox.faults.once("reset");
    await expect(search()).rejects.toThrow();
    expect((await search()).status).toBe(200);
  });

  test("a slow answer is a good one", async () => {
    running.sandbox.faults.once("slow");
    expect((await search()).status).toBe(200);
    expect(running.sandbox.faults.counts().slow).toBe(1);
  });

  test("the token dies between two pages and stays dead", async () => {
    const house = await start(small);
    const first = await house.get(`Observation?patient=${patient}&_count=4`);
    const next = nextOf(first.bundle()) ?? "";
    house.sandbox.faults.once("unauthorized");
    expect((await house.get(next)).status).toBe(401);
    expect((await house.get("Organization")).status).toBe(401);
    const token = await tokenFor(house.sandbox, ["system/Observation.rs"]);
    expect((await house.get(next, { token })).status).toBe(200);
    await house.sandbox.close();
  });

  test("a resource comes twice across pages, and none is missing", async () => {
    const plain = (await crawl(running, `Observation?patient=${patient}&_count=4`)).flatMap(matchesOf);
    running.sandbox.faults.set({ "repeated-resource": 1 });
    const pages = await crawl(running, `Observation?patient=${patient}&_count=4`);
    const ids = pages.flatMap(matchesOf).map((each) => each.id);
    expect(ids.length).toBeGreaterThan(plain.length);
    expect(new Set(ids)).toEqual(new Set(plain.map((each) => each.id)));
    expect(matchesOf(pages[1] ?? ({} as fhir4.Bundle))[0]).toEqual(matchesOf(pages[0] ?? ({} as fhir4.Bundle)).at(-1));
  });

  test("the token endpoint fails too", async () => {
    running.sandbox.faults.once("token-unavailable");
    const reply = await fetch(running.sandbox.tokenUrl, { method: "POST", body: "" });
    expect([reply.status, reply.headers.get("content-type")]).toEqual([502, "text/html"]);
  });
});

describe("faults by rate", () => {
  const statuses = async (house: Running, requests: number) => {
    const seen: number[] = [];
    for (let count = 0; count < requests; count++) seen.push((await house.get("Organization")).status);
    return seen;
  };

  test("come as often as they are set to, in the same order for the same seed, and stop when they are taken back", async () => {
    const houses = await Promise.all([1, 1, 2].map((seed) => start({ ...small, seed, faults: { throttled: 0.3 } })));
    const [one = [], same, other] = await Promise.all(houses.map((house) => statuses(house, 80)));
    const refused = one.filter((status) => status === 429).length;
    expect(refused).toBeGreaterThan(10);
    expect(refused).toBeLessThan(40);
    expect(same).toEqual(one);
    expect(other).not.toEqual(one);
    for (const house of houses) house.sandbox.faults.set("none");
    expect(new Set(await statuses(houses[0] as Running, 20))).toEqual(new Set([200]));
    for (const house of houses) await house.sandbox.close();
  });

  test("a plain day has a little of everything", async () => {
    const house = await start({ ...small, faults: "plain day", slowMs: [0, 1] });
    let failures = 0;
    for (let count = 0; count < 400; count++)
      await house.get("Organization").then(
        (reply) => reply.status !== 200 && failures++,
        () => failures++,
      );
    expect(failures).toBeGreaterThan(0);
    expect(failures).toBeLessThan(60);
    expect(Object.keys(house.sandbox.faults.counts()).length).toBeGreaterThan(3);
    await house.sandbox.close();
  });
});

test("counters tell what was asked and answered", async () => {
  const house = await start(small);
  await house.get("Organization");
  await house.get("Patient");
  await crawl(house, `Observation?patient=${patient}&_count=4`);
  const { counters } = house.sandbox;
  expect(counters.requests).toMatchObject({ Organization: 1, Patient: 1 });
  expect(counters.statuses["400"]).toBe(1);
  expect(counters.tokens).toBe(1);
  expect(counters.followingPages).toBe((counters.requests["Observation"] ?? 0) - 1);
  await house.sandbox.close();
});
