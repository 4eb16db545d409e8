import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createRoster } from "../../shared/aws/roster.ts";
import { defineBridge } from "../../shared/config/bridge.ts";
import type { Bridge } from "../../shared/config/schema.ts";
import { choose, type PlannedPoll, type PlanPorts, plan } from "../../shared/roster/plan.ts";
import type { DueTarget, PlanRosterPort, RosterPort } from "../../shared/roster/roster.ts";
import type { TargetKey } from "../../shared/roster/target.ts";
import type { Tier } from "../../shared/roster/tier.ts";
import { type Stores, startStores } from "../changes/support/stores.ts";

const now = Date.parse("2026-11-23T15:00:00Z");
const minute = 60_000;

function due(target: string, tier: Tier, overdueMs: number, requests?: number): DueTarget {
  return { target: target as TargetKey, tier, dueAt: now - overdueMs, requests };
}

describe("the choice of a minute", () => {
  const cost = ({ requests = 1 }: DueTarget) => requests;
  const names = (choices: ReturnType<typeof choose>) => choices.map(({ target }) => target.target);

  test("goes by tier, then by how long a target is overdue", () => {
    const targets = [
      due("patient/other", "other", 90_000),
      due("schedule/9", "schedule", 0),
      due("patient/today", "today", 1_000),
      due("patient/bed-late", "in-house", 5_000),
      due("patient/bed", "in-house", 0),
    ];
    expect(names(choose(targets, 100, cost))).toEqual([
      "patient/bed-late",
      "patient/bed",
      "patient/today",
      "schedule/9",
      "patient/other",
    ]);
  });

  test("ends where the budget does", () => {
    const targets = [1, 2, 3, 4].map((id) => due(`patient/${id}`, "today", 10 - id, 6));
    expect(names(choose(targets, 18, cost))).toEqual(["patient/1", "patient/2", "patient/3"]);
  });

  test("takes one target however much it costs, or it would never be polled", () => {
    expect(names(choose([due("patient/1", "today", 0, 500), due("patient/2", "today", 0)], 100, cost))).toEqual([
      "patient/1",
    ]);
  });

  test("delays each poll until the requests before it are paid for", () => {
    const targets = [1, 2, 3, 4].map((id) => due(`patient/${id}`, "today", 10 - id, 25));
    expect(choose(targets, 100, cost).map(({ delaySeconds }) => delaySeconds)).toEqual([0, 15, 30, 45]);
  });
});

describe("a plan", () => {
  let stores: Stores;
  beforeAll(async () => {
    stores = await startStores();
  });
  afterAll(() => stores.close());

  function bridgeOf(patients: { ids?: string[]; appointmentLocations?: string[] }, requestsPerMinute = 300): Bridge {
    return defineBridge({
      sources: {
        general: {
          baseUrl: "https://fhir.example.org/r4/tenant",
          credentials: { method: "client_secret_basic", secret: "general" },
          timeZone: "UTC",
          patients,
          requestsPerMinute,
        },
      },
      destinations: {},
    });
  }

  async function start(): Promise<PlanPorts & { roster: RosterPort & PlanRosterPort; sent: PlannedPoll[] }> {
    const sent: PlannedPoll[] = [];
    const roster = createRoster(stores.dynamoDb, await stores.rosterTable());
    return { roster, sent, polls: { send: async (polls) => void sent.push(...polls) } };
  }

  const targetsOf = (sent: PlannedPoll[]) => sent.map(({ request }) => request.target).sort();

  test("brings in what is configured, and asks for it at once", async () => {
    const ports = await start();
    const bridge = bridgeOf({ ids: ["1", "2"], appointmentLocations: ["9"] });
    expect(await plan(bridge, ports, now)).toEqual([{ source: "general", due: 3, planned: 3, requests: 13 }]);
    expect(targetsOf(ports.sent)).toEqual(["patient/1", "patient/2", "schedule/9"]);
    expect(ports.sent[0]?.request).toEqual({ source: "general", target: expect.any(String), plannedAt: now });
  });

  test("brings in practitioners and locations where they are feeds", async () => {
    const ports = await start();
    const bridge = bridgeOf({});
    for (const source of Object.values(bridge.sources)) source.feeds = ["Patient", "Location", "Practitioner"];
    await plan(bridge, ports, now);
    expect(targetsOf(ports.sent)).toEqual(["reference/Location", "reference/Practitioner"]);
  });

  test("does not ask again for what has been asked, until it had time to begin", async () => {
    const ports = await start();
    const bridge = bridgeOf({ ids: ["1"] });
    await plan(bridge, ports, now);
    await plan(bridge, ports, now + minute);
    expect(ports.sent).toHaveLength(1);
    await plan(bridge, ports, now + 61 * minute);
    expect(ports.sent).toHaveLength(2);
  });

  test("leaves alone what a poll has meanwhile made due at another time", async () => {
    const ports = await start();
    const polls = {
      send: async (sent: readonly PlannedPoll[]) => {
        ports.sent.push(...sent);
        const request = { source: "general", target: "patient/1" as const, now, until: now + minute };
        const lease = await ports.roster.lease(request);
        if (lease) await ports.roster.release(lease, { dueAt: now + 1, tier: "today", failures: 0, settled: true });
      },
    };
    await plan(bridgeOf({ ids: ["1"] }), { ...ports, polls }, now);
    expect(await ports.roster.due("general", now + 1, 10)).toMatchObject([{ target: "patient/1", dueAt: now + 1 }]);
  });

  test("two plans at once lose nothing, and what they ask for twice is harmless", async () => {
    const ports = await start();
    const bridge = bridgeOf({ ids: ["1", "2", "3"] });
    await Promise.all([plan(bridge, ports, now), plan(bridge, ports, now)]);
    expect([...new Set(targetsOf(ports.sent))]).toEqual(["patient/1", "patient/2", "patient/3"]);
    expect(await ports.roster.due("general", now + minute, 10)).toEqual([]);
  });

  test("a plan that dies before it has moved what it asked for asks again", async () => {
    const ports = await start();
    const roster: PlanRosterPort = { ...ports.roster, postpone: () => Promise.reject(new Error("died")) };
    await expect(plan(bridgeOf({ ids: ["1"] }), { ...ports, roster }, now)).rejects.toThrow("died");
    await plan(bridgeOf({ ids: ["1"] }), ports, now + minute);
    expect(targetsOf(ports.sent)).toEqual(["patient/1", "patient/1"]);
  });

  test("follows the configuration: new targets join, listed ones that went leave, found ones stay", async () => {
    const ports = await start();
    await plan(bridgeOf({ ids: ["1", "2"] }), ports, now);
    await ports.roster.join("general", [{ patient: "7", since: now }], now);
    await plan(bridgeOf({ ids: ["2", "3"] }), ports, now + minute);
    const all = await ports.roster.due("general", now + 365 * 24 * 60 * minute, 10);
    expect(all.map(({ target }) => target).sort()).toEqual(["patient/2", "patient/3", "patient/7"]);
  });

  test("a configured target that was there keeps what is known of it", async () => {
    const ports = await start();
    await plan(bridgeOf({ ids: ["1"] }), ports, now);
    await plan(bridgeOf({ ids: ["1", "2"] }), ports, now + minute);
    const request = { source: "general", target: "patient/1" as const, now, until: now };
    expect((await ports.roster.lease(request))?.entry).toMatchObject({ since: now, configured: true });
  });

  test("a source that fails does not hold up the others", async () => {
    const ports = await start();
    const bridge = bridgeOf({ ids: ["1"] });
    const { general } = bridge.sources;
    if (general === undefined) throw new TypeError("The source is missing");
    const both: Bridge = { ...bridge, sources: { broken: general, general } };
    const roster: PlanRosterPort = {
      ...ports.roster,
      due: (source, ...rest) =>
        source === "broken" ? Promise.reject(new Error("broken")) : ports.roster.due(source, ...rest),
    };
    await expect(plan(both, { ...ports, roster }, now)).rejects.toThrow("broken");
    expect(ports.sent.map(({ request }) => request.source)).toEqual(["general"]);
  });

  test("thousands of configured patients are brought in and planned by budget", async () => {
    const ports = await start();
    const ids = Array.from({ length: 1_200 }, (_, index) => String(index));
    expect(await plan(bridgeOf({ ids }, 600), ports, now)).toMatchObject([{ due: 1_200, planned: 100, requests: 600 }]);
    expect(await ports.roster.due("general", now, 5_000)).toHaveLength(1_100);
  });
});
