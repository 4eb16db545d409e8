import { expect } from "vitest";

/** Asks until the answer is as expected. On a busy machine that takes a while, and says nothing. */
export function eventually<Answer>(ask: () => Answer | Promise<Answer>) {
  return expect.poll(ask, { timeout: 30_000 });
}
