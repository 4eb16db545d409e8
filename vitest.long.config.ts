import { defineConfig } from "vitest/config";

/** What takes minutes: every step that a poll can die at, many seeds, long histories. The everyday suite tries a few of each. */
export default defineConfig({
  test: {
    include: ["test/**/*.long.test.ts"],
    testTimeout: 900_000,
    hookTimeout: 60_000,
    maxWorkers: 2,
  },
});
