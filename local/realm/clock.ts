/**
 * The clock of the simulated hospital and of everything that lives beside it: it begins at an instant of its own, runs
 * `speed` times as fast as the wall's, and stands still until it is started. All threads share it through one buffer.
 */
export interface RealmClock {
  /** Epoch milliseconds at which the clock stands until it is started. */
  readonly beginsAt: number;
  readonly speed: number;
  /** One 64-bit cell: the monotonic nanosecond at which the clock was started, or 0. */
  readonly startedAtNs: BigInt64Array;
}

export function createClock({ beginsAt, speed }: { beginsAt: number; speed: number }): RealmClock {
  return { beginsAt, speed, startedAtNs: new BigInt64Array(new SharedArrayBuffer(8)) };
}

/** Lets the clock run from now on, in every thread that shares it. */
export function startClock(clock: RealmClock): void {
  Atomics.compareExchange(clock.startedAtNs, 0, 0n, process.hrtime.bigint());
}

/** Epoch milliseconds on the realm's clock. The monotonic clock underneath is immune to corrections of the wall's. */
export function realmNow(clock: RealmClock): number {
  const startedAtNs = Atomics.load(clock.startedAtNs, 0);
  if (startedAtNs === 0n) return clock.beginsAt;
  const elapsedMs = Number(process.hrtime.bigint() - startedAtNs) / 1e6;
  return Math.floor(clock.beginsAt + elapsedMs * clock.speed);
}

/** How long a span of the realm takes on the wall. */
export function wallMs(clock: RealmClock, realmMs: number): number {
  return realmMs / clock.speed;
}

/**
 * Puts the realm's clock behind the global `Date` of this thread. It has to come before anything else is loaded: a
 * module may keep the `Date` that it found.
 */
export function installDate(clock: RealmClock): void {
  const now = () => realmNow(clock);
  globalThis.Date = new Proxy(Date, {
    construct: (target, parameters, newTarget) =>
      Reflect.construct(target, parameters.length === 0 ? [now()] : parameters, newTarget),
    apply: (target) => new target(now()).toString(),
    get: (target, property) => (property === "now" ? now : Reflect.get(target, property)),
  });
}

/** Below this the timers of an emulator cost more than the precision is worth. */
const shortestScaledMs = 20;

/**
 * Shortens the timers of this thread by the realm's speed, so that delays, visibility timeouts and long polls of an
 * embedded service pass on the realm's clock. Timers that are short already stay as they are.
 */
export function installTimers(clock: RealmClock): void {
  const scaled = (delayMs = 0) => Math.max(delayMs / clock.speed, Math.min(delayMs, shortestScaledMs));
  const { setTimeout: realTimeout, setInterval: realInterval } = globalThis;
  globalThis.setTimeout = Object.assign(
    (callback: (...values: unknown[]) => void, delayMs?: number, ...values: unknown[]) =>
      realTimeout(callback, scaled(delayMs), ...values),
    realTimeout,
  );
  globalThis.setInterval = Object.assign(
    (callback: (...values: unknown[]) => void, delayMs?: number, ...values: unknown[]) =>
      realInterval(callback, scaled(delayMs), ...values),
    realInterval,
  );
}
