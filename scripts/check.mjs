// `npm run check`: types, machine code, lint, import rules, dead code. Runs all of them, says how each went, and fails if one did.
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { root, setup } from "./setup.mjs";

setup(); // also compiles everything under src and bench: tsc -b

const tool = (...parts) => join(root, "node_modules", ...parts);
const checks = [
  ["types of tests and examples", tool("typescript", "bin", "tsc"), "-p", "test/tsconfig.json"],
  ["types of machine code", tool("typescript", "bin", "tsc"), "-p", "assembly", "--noEmit"],
  ["machine code", join("scripts", "assembly.mjs"), "--check"],
  ["lint", tool("eslint", "bin", "eslint.js"), "--max-warnings", "0", "."],
  ["import rules", tool("vitest", "vitest.mjs"), "run", "--reporter=dot", "test/tidy.test.ts"],
  ["dead code", join("scripts", "unused.mjs")],
];

console.log("types: ok");
const failed = checks.filter(([name, ...command]) => {
  const begun = Date.now();
  const { status, stdout, stderr } = spawnSync(process.execPath, command, { cwd: root, encoding: "utf8", maxBuffer: 1 << 28 });
  console.log(`${name}: ${status === 0 ? "ok" : "failed"} (${((Date.now() - begun) / 1000).toFixed(1)} s)`);
  if (status !== 0) process.stdout.write(`${stdout}${stderr}`);
  return status !== 0;
});
process.exitCode = failed.length === 0 ? 0 : 1;
