import { configDefaults, defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    exclude: [...configDefaults.exclude, "test/deploy/**", "test/interop/**", "test/**/*.long.test.ts"],
    // Many start real queues, tables and sockets: on a busy machine that takes long, and says nothing.
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // Two workers fill two cores without starving them.
    maxWorkers: 2,
  },
});
