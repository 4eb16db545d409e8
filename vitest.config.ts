import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    exclude: ["test/deploy/**", "test/interop/**", "node_modules/**"],
    testTimeout: 20_000,
    // The suites start real queues, tables and sockets: two workers fill two cores without starving them.
    maxWorkers: 2,
  },
});
