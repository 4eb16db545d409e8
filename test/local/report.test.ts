import { expect, test } from "vitest";
import { countDeliveries, countEvents, latencies, percentile } from "../../local/report.ts";
import type { LedgerEntry } from "../../shared/delivery/ledger.ts";

const entry = (differs: Partial<LedgerEntry>): LedgerEntry => ({
  id: "A",
  destination: "engine",
  source: "general",
  patient: "1",
  event: "encounter.transferred",
  focus: "Encounter/2",
  recordedAt: "2026-03-02T14:00:00Z",
  createdAt: "2026-03-02T14:01:00Z",
  updatedAt: "2026-03-02T14:01:00Z",
  state: "acknowledged",
  attempts: 1,
  unsent: 0,
  workList: [],
  ...differs,
});

test("an event told to two destinations is one; two steps of one version are two", () => {
  const entries = [entry({}), entry({ id: "B" }), entry({ id: "C", destination: "app" })];
  expect(countEvents(entries)).toBe(2);
  expect(countEvents([])).toBe(0);
});

test("deliveries are counted by destination, also where there are none", () => {
  const entries = [
    entry({}),
    entry({ id: "B", attempts: 3 }),
    entry({ id: "C", state: "parked", attempts: 2 }),
    entry({ id: "D", state: "retrying", attempts: 1 }),
  ];
  expect(countDeliveries(["engine", "app"], entries)).toEqual({
    engine: { acknowledged: 2, retried: 2, parked: 1 },
    app: { acknowledged: 0, retried: 0, parked: 0 },
  });
});

test("latency runs from the record to the first receipt", () => {
  const at = Date.parse("2026-03-02T14:05:00Z");
  const received = [
    { id: "A", at, body: "" },
    { id: "A", at: at + 60_000, body: "" },
    { id: "unknown", at, body: "" },
  ];
  expect(latencies([entry({}), entry({ id: "never" })], received)).toEqual([300_000]);
});

test.each([
  [[], 50, 0],
  [[7], 99, 7],
  [[4, 1, 3, 2], 50, 2],
  [[4, 1, 3, 2], 99, 4],
])("of %j the %dth percentile is %d", (values, percent, expected) =>
  expect(percentile(values, percent)).toBe(expected),
);
