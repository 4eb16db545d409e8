import { setTimeout as pause } from "node:timers/promises";
import type { Worker } from "node:worker_threads";
import { afterEach, expect, test } from "vitest";
import { callable, type Operations } from "../../local/realm/calls.ts";
import { createClock, type RealmClock, realmNow, startClock } from "../../local/realm/clock.ts";
import { startThread } from "../../local/realm/thread.ts";
import { eventually } from "./eventually.ts";

interface Probe extends Operations {
  now(): number;
  instant(text: string): string;
  isDate(): boolean;
  /** Wall milliseconds that a timer of that length took. */
  timerMs(delayMs: number): Promise<number>;
  config(): Promise<string>;
  environment(): Record<string, string | undefined>;
  fail(): never;
}

const sixAm = Date.UTC(2026, 2, 2, 12);
const threads: Worker[] = [];
afterEach(() => Promise.all(threads.splice(0).map((thread) => thread.terminate())));

function probe(clock: RealmClock, options: { scaleTimers?: boolean; onLine?: (line: string) => void } = {}) {
  const thread = startThread({
    name: "probe",
    entry: new URL("./probe.ts", import.meta.url),
    configUrl: new URL("./probe-config.ts", import.meta.url).href,
    environment: { ONLY: "this" },
    clock,
    ...options,
  });
  threads.push(thread);
  return callable<Probe>(thread);
}

test("the clock stands still until it is started, and then runs faster in every thread", async () => {
  const clock = createClock({ beginsAt: sixAm, speed: 1_000 });
  const [one, other] = [probe(clock), probe(clock)];
  expect(await one.now()).toBe(sixAm);
  await pause(5);
  expect(await one.now()).toBe(sixAm);

  startClock(clock);
  await pause(50);
  const before = realmNow(clock);
  const [seenByOne, seenByOther] = [await one.now(), await other.now()];
  expect(before).toBeGreaterThanOrEqual(sixAm + 49_000);
  expect(seenByOne).toBeGreaterThanOrEqual(before);
  expect(seenByOther).toBeGreaterThanOrEqual(seenByOne);
  expect(realmNow(clock)).toBeGreaterThanOrEqual(seenByOther);
});

test("a clock is started once", async () => {
  const clock = createClock({ beginsAt: sixAm, speed: 1_000 });
  startClock(clock);
  await pause(5);
  const before = realmNow(clock);
  startClock(clock);
  expect(realmNow(clock)).toBeGreaterThanOrEqual(before);
});

test("only the present changes: a given instant is read as before, and a date is a Date", async () => {
  const { instant, isDate } = probe(createClock({ beginsAt: sixAm, speed: 60 }));
  expect(await instant("2026-03-02T06:00:00-06:00")).toBe("2026-03-02T12:00:00.000Z");
  expect(await isDate()).toBe(true);
});

test("timers pass on the realm's clock where an embedded service runs, and on the wall's elsewhere", async () => {
  const clock = createClock({ beginsAt: sixAm, speed: 36_000 });
  const [hourOfService, tenthOfLambda] = await Promise.all([
    probe(clock, { scaleTimers: true }).timerMs(3_600_000),
    probe(clock).timerMs(100),
  ]);
  expect(hourOfService).toBeGreaterThanOrEqual(99);
  expect(tenthOfLambda).toBeGreaterThanOrEqual(99);
});

test("a thread sees its own environment and configuration, and nothing of ours", async () => {
  const { environment, config } = probe(createClock({ beginsAt: sixAm, speed: 60 }));
  expect(await environment()).toEqual({ ONLY: "this" });
  expect(await config()).toBe("the probe's configuration");
});

test("an error crosses with its message, and what is printed crosses line by line", async () => {
  const lines: string[] = [];
  const { fail } = probe(createClock({ beginsAt: sixAm, speed: 60 }), { onLine: (line) => lines.push(line) });
  await expect(fail()).rejects.toThrow("The probe failed");
  await eventually(() => lines).toEqual(["first", "second"]);
});

test("a call to a thread that ends is refused", async () => {
  const { timerMs } = probe(createClock({ beginsAt: sixAm, speed: 60 }));
  const call = timerMs(60_000);
  await threads[0]?.terminate();
  await expect(call).rejects.toThrow("The thread has ended");
});
