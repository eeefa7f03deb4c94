import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    setupFiles: ["test/support/seed.ts"],
    testTimeout: 240_000,
    hookTimeout: 120_000,
    // All cores: one beside them would wait for most of the run.
    maxWorkers: "100%",
    sequence: { shuffle: true },
  },
});
