import { configDefaults, defineConfig } from "vitest/config";

const PURE = "src/core/**/*.test.ts";

export default defineConfig({
  test: {
    maxWorkers: 3, // many wait for processes that they started
    testTimeout: 120_000,
    hookTimeout: 120_000,
    expect: { poll: { timeout: 10_000 } },
    reporters: ["default", "./test/reporter.ts"],
    projects: [
      { extends: true, test: { name: "core", include: [PURE], isolate: false } }, // nothing there outlives a test: modules are loaded once for all files
      { extends: true, test: { name: "rest", include: ["src/**/*.test.ts", "test/**/*.test.ts", "web/**/*.test.ts"], exclude: [...configDefaults.exclude, PURE] } },
    ],
  },
});
