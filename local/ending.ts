import { setTimeout as pause } from "node:timers/promises";

/** Waits until the time is up or a person presses Ctrl-C; a second Ctrl-C ends the process at once. */
export async function untilEnded(forMs: number | undefined): Promise<void> {
  const stopping = new AbortController();
  process.on("SIGINT", () => {
    if (stopping.signal.aborted) process.exit(130);
    stopping.abort();
  });
  process.once("SIGTERM", () => stopping.abort());
  // Node takes no longer timer than this.
  const longestMs = 2 ** 31 - 1;
  try {
    do await pause(Math.min(forMs ?? longestMs, longestMs), undefined, { signal: stopping.signal });
    while (forMs === undefined);
  } catch (error) {
    if (!stopping.signal.aborted) throw error;
  }
}

/** Asks again and again until the answer is yes or the time is up. */
export async function waitUntil(isSo: () => Promise<boolean>, longestMs: number): Promise<boolean> {
  const giveUpAt = performance.now() + longestMs;
  while (performance.now() < giveUpAt) {
    if (await isSo()) return true;
    await pause(200);
  }
  return false;
}
