/** The hospital's clock. */
export interface Clock {
  now(): Date;
}

/** A clock that stands still until it is moved: for tests. */
export interface ManualClock extends Clock {
  advance(milliseconds: number): void;
}

export function manualClock(startAt: Date): ManualClock {
  let at = startAt.getTime();
  return {
    now: () => new Date(at),
    advance(milliseconds) {
      at += milliseconds;
    },
  };
}

/** A clock that starts now at `startAt` and runs `speed` times as fast as the wall's. */
export function runningClock(startAt: Date, speed: number): Clock {
  const origin = performance.now();
  return { now: () => new Date(startAt.getTime() + (performance.now() - origin) * speed) };
}
