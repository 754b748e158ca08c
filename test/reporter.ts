import type { Reporter, TestModule } from "vitest/node";

/** Says how the run ended in one last line for machines: `12 passed, 0 failed`, and `, 1 skipped` where some were. */
export default class LastLine implements Reporter {
  async onTestRunEnd(modules: readonly TestModule[], errors: readonly unknown[]): Promise<void> {
    const count = { passed: 0, failed: errors.length, skipped: 0 };
    for (const module of modules) {
      let any = false;
      for (const test of module.children.allTests()) {
        const { state } = test.result();
        count[state === "pending" ? "failed" : state] += 1;
        any ||= state === "failed";
      }
      if (module.state() === "failed" && !any) count.failed += 1; // a file that could not be loaded, or a hook that failed
    }
    await new Promise((resolve) => setTimeout(resolve, 0)); // after what the other reporters write
    process.stdout.write(`\n${count.passed} passed, ${count.failed} failed${count.skipped > 0 ? `, ${count.skipped} skipped` : ""}\n`);
  }
}
