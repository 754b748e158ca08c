import { defineConfig } from "vitest/config";
import { LongFirst } from "./test/long-first.ts";

export default defineConfig({
  test: {
    include: ["src/**/*.test.ts", "test/**/*.test.ts", "web/**/*.test.ts"],
    isolate: false, // no test leaves anything in the modules that the next could meet: they are loaded once for all files
    maxWorkers: 3, // many wait for processes that they started
    testTimeout: 120_000,
    hookTimeout: 120_000,
    expect: { poll: { timeout: 10_000 } },
    sequence: { sequencer: LongFirst },
    reporters: ["default", "./test/reporter.ts"],
  },
});
