import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { createRoster } from "../../shared/aws/roster.ts";
import { type Lease, noProgress, type PlanRosterPort, type RosterPort } from "../../shared/roster/roster.ts";
import { type Stores, startStores } from "../changes/support/stores.ts";

let stores: Stores;
let roster: RosterPort & PlanRosterPort;
beforeAll(async () => {
  stores = await startStores();
});
beforeEach(async () => {
  roster = createRoster(stores.dynamoDb, await stores.rosterTable());
  await roster.addConfigured("general", "patient/1", now);
});
afterAll(() => stores.close());

const now = Date.parse("2026-11-23T15:00:00Z");
const minute = 60_000;

async function lease(at = now, plannedAt?: number): Promise<Lease | undefined> {
  return roster.lease({ source: "general", target: "patient/1", plannedAt, now: at, until: at + minute });
}

async function leased(at = now): Promise<Lease> {
  const taken = await lease(at);
  if (taken === undefined) throw new TypeError("The lease was refused");
  return taken;
}

const release = { dueAt: now + minute, tier: "today", failures: 0, settled: true } as const;

describe("a lease", () => {
  test("comes with what is known of the target", async () => {
    expect((await leased()).entry).toEqual({
      source: "general",
      target: "patient/1",
      tier: "other",
      dueAt: now,
      since: now,
      configured: true,
      epoch: 1,
      polledAt: undefined,
      watermarks: {},
      feedSince: {},
      requests: undefined,
      failures: 0,
      inHouse: false,
      expectedUntil: undefined,
      activeUntil: undefined,
      mergedFrom: [],
      rereadWanted: undefined,
      progress: undefined,
      settledEpoch: 0,
    });
  });

  test("brings back how far its feeds have come", async () => {
    const progress = { ...noProgress, readAt: { Coverage: now }, openEncounters: ["10"], mergedInto: "2" };
    await roster.release(await leased(), { ...release, progress });
    await roster.release(await leased(now + 1), release);
    expect((await leased(now + 2)).entry.progress).toEqual(progress);
  });

  test("is given to one of many who ask at once", async () => {
    const all = await Promise.all(Array.from({ length: 10 }, () => lease()));
    expect(all.filter((each) => each !== undefined)).toHaveLength(1);
  });

  test("is free again when it is released, and when it has run out", async () => {
    const first = await leased();
    await roster.release(first, release);
    const second = await leased(now + 1);
    expect(second.entry.epoch).toBe(2);
    expect(await lease(now + 2)).toBeUndefined();
    expect((await leased(now + 2 * minute)).entry.epoch).toBe(3);
  });

  test("is refused for a target that is not on the roster", async () => {
    expect(await roster.lease({ source: "general", target: "patient/2", now, until: now + minute })).toBeUndefined();
  });

  test("is refused to a request that a poll since then has answered", async () => {
    await roster.release(await leased(), { ...release, polledAt: now });
    expect(await lease(now + 1, now - 1)).toBeUndefined();
    expect(await lease(now + 1, now)).toBeUndefined();
    expect(await lease(now + 1, now + 1)).toBeDefined();
  });
});

describe("the fence", () => {
  test("refuses every write of a lease that another one followed", async () => {
    const slow = await leased();
    const next = await leased(now + 2 * minute);
    const lost = expect.objectContaining({ code: "ERR_LEASE_LOST" });
    await expect(roster.confirm(slow)).rejects.toEqual(lost);
    await expect(roster.settle(slow, { settledEpoch: 1 })).rejects.toEqual(lost);
    await expect(roster.release(slow, release)).rejects.toEqual(lost);
    await roster.confirm(next);
    await roster.settle(next, { settledEpoch: 1 });
    await roster.release(next, release);
  });
});

describe("a release", () => {
  test("keeps what it does not speak of", async () => {
    await roster.release(await leased(), {
      ...release,
      polledAt: now,
      requests: 6,
      watermarks: { Encounter: now },
      feedSince: { Encounter: now },
      inHouse: true,
      activeUntil: now + minute,
    });
    await roster.release(await leased(now + 1), { ...release, failures: 2, settled: false });
    expect((await leased(now + 2)).entry).toMatchObject({
      polledAt: now,
      requests: 6,
      watermarks: { Encounter: now },
      feedSince: { Encounter: now },
      inHouse: true,
      activeUntil: now + minute,
      failures: 2,
    });
  });

  test("says up to which epoch all is told only when it is", async () => {
    await roster.release(await leased(), release);
    const second = await leased(now + 1);
    expect(second.entry).toMatchObject({ epoch: 2, settledEpoch: 1 });
    await roster.release(second, { ...release, settled: false });
    expect((await leased(now + 2)).entry).toMatchObject({ epoch: 3, settledEpoch: 1 });
  });

  test("what an earlier poll left to be done is noted as done", async () => {
    const next = await leased();
    await roster.settle(next, { settledEpoch: 4, inHouse: true });
    await roster.release(next, { ...release, settled: false });
    expect((await leased(now + 1)).entry).toMatchObject({ settledEpoch: 4, inHouse: true });
  });
});

describe("joining", () => {
  test("does not disturb who is there, and keeps the first since", async () => {
    await roster.join("general", [{ patient: "1", since: now - minute, expectedUntil: now + minute }], now + 1);
    expect((await leased(now + 2)).entry).toMatchObject({ since: now, configured: true, expectedUntil: now + minute });
  });

  test("gathers the records that were merged into a patient", async () => {
    await roster.join("general", [{ patient: "1", since: now, mergedFrom: "7" }], now);
    await roster.join("general", [{ patient: "1", since: now, mergedFrom: "8" }], now);
    await roster.join("general", [{ patient: "1", since: now, mergedFrom: "7" }], now);
    expect([...(await leased()).entry.mergedFrom].sort()).toEqual(["7", "8"]);
  });

  test("notes that everything is to be read again, each time that records come from elsewhere", async () => {
    await roster.join("general", [{ patient: "1", since: now }], now);
    expect((await leased(now)).entry.rereadWanted).toBeUndefined();
    for (const later of [now + minute, now + 3 * minute]) {
      await roster.join("general", [{ patient: "1", since: now, mergedFrom: "7" }], later);
      expect((await leased(later + minute)).entry.rereadWanted).toBe(later);
    }
  });

  test("brings forward who took over another record", async () => {
    await roster.release(await leased(), { ...release, tier: "other", dueAt: now + 60 * minute });
    await roster.join("general", [{ patient: "1", since: now, mergedFrom: "7" }], now + minute);
    expect((await leased(now + minute)).entry.dueAt).toBe(now + minute);
  });
});

test("due targets come earliest first, of one source, no more than asked for", async () => {
  await roster.addConfigured("general", "patient/2", now - minute);
  await roster.addConfigured("general", "patient/3", now + minute);
  await roster.addConfigured("elsewhere", "patient/4", now - minute);
  await roster.noteConfiguration("general", "hash");
  expect((await roster.due("general", now, 10)).map(({ target }) => target)).toEqual(["patient/2", "patient/1"]);
  expect(await roster.due("general", now, 1)).toHaveLength(1);
});
