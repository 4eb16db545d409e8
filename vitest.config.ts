import { configDefaults, defineConfig } from "vitest/config";

const exclude = [...configDefaults.exclude, "test/deploy/**", "test/interop/**", "test/**/*.long.test.ts"];
/** What changes its process or holds modules that read its environment when they are loaded. */
const apart = ["test/{aws,functions,infra,local}/**/*.test.ts"];

export default defineConfig({
  test: {
    // Many start real queues, tables and sockets: on a busy machine that takes long, and says nothing.
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // Two workers fill two cores without starving them.
    maxWorkers: 2,
    projects: [
      // Loading the same modules for each file anew would take more than the tests themselves.
      {
        extends: true,
        test: { name: "together", include: ["test/**/*.test.ts"], exclude: [...exclude, ...apart], isolate: false },
      },
      { extends: true, test: { name: "apart", include: apart, exclude } },
    ],
  },
});
