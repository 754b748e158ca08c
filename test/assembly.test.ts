import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, test } from "vitest";

const root = join(import.meta.dirname, "..");

test("the machine code that src/core carries is what its source compiles to", async () => {
  const { stdout } = await promisify(execFile)(process.execPath, [join(root, "scripts", "assembly.mjs"), "--check"], { cwd: root });
  expect(stdout).toBe("");
});
